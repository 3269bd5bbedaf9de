"""The table of models as conditions."""

import copy
from typing import Any

import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.request import read_request

EVIDENCE = {"kind": "documented", "source": "a page", "date": "2026-05-20"}
UPSTREAM: dict[str, Any] = {
    "version": "2000-01-01",
    "source": {},
    "actions": {"Draw": {"request": "DrawRequest", "response": "DrawResponse"}},
    "types": {
        "DrawRequest": {
            "ModelName": {"type": "string", "required": True},
            "ModelVersion": {"type": "string", "required": True},
            "FileInfos": {"type": "File", "list": True},
            "SubjectInfos": {"type": "Subject", "list": True},
            "OutputConfig": {"type": "Output"},
        },
        "DrawResponse": {},
        "File": {"FileId": {"type": "string"}, "ReferenceType": {"type": "string"}},
        "Subject": {"Id": {"type": "string"}, "Name": {"type": "string"}},
        "Output": {
            "Duration": {"type": "float"},
            "Resolution": {"type": "string"},
            "AspectRatio": {"type": "string"},
        },
    },
}
MODELS: dict[str, Any] = {
    "video": {
        "GV": {
            "names": {"GV": {}, "Gee": {"severity": "warning", "note": "an older name"}},
            "versions": {"3.1": {}, "3.1-Fast": {"severity": "warning", "evidence": EVIDENCE}, "4": {}},
            "duration": [
                {"enum": [8], "versions": ["3.1"], "evidence": EVIDENCE},
                {"minimum": 3, "maximum": 15, "integer": True, "versions": ["4"], "evidence": EVIDENCE},
            ],
            "resolution": [{"enum": ["720P", "1080P"], "ignore_case": True, "id": "X-RES-CASE", "evidence": EVIDENCE}],
            "reference_images": [{"max_items": 3, "evidence": EVIDENCE}],
            "reference_type": [{"enum": ["asset", "style"], "evidence": EVIDENCE}],
            "subject_infos": [{"required": ["Id"], "evidence": EVIDENCE}],
        },
        "Free": {"aspect_ratio": [{"supported": False, "severity": "warning", "evidence": EVIDENCE}]},
    }
}


def contract(models: dict[str, Any] = MODELS) -> Contract:
    document = {
        "action": "Draw",
        "summary": "Draws.",
        "mode": "sync",
        "errors": [],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        "models": "video",
    }
    return Catalog(UPSTREAM, {"Draw": document}, lambda: models).require("Draw")


DRAW = contract()


def found(params: dict[str, Any], profile: str = "strict") -> list[tuple[str, str]]:
    least = {"ModelName": "GV", "ModelVersion": "3.1"}
    return [(f.path, f.severity) for f in read_request(DRAW, {**least, **params}, textual=False, profile=profile)[1]]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({}, [], id="least"),
        pytest.param({"ModelName": "Nobody"}, [("ModelName", "error")], id="unknown-name"),
        pytest.param({"ModelName": "Gee"}, [("ModelName", "warning")], id="older-name"),
        pytest.param({"ModelVersion": "9"}, [("ModelVersion", "error")], id="unknown-version"),
        pytest.param({"ModelVersion": "3.1-Fast"}, [("ModelVersion", "warning")], id="older-version"),
        pytest.param({"ModelName": "Free", "ModelVersion": "9"}, [], id="any-version"),
        pytest.param({"OutputConfig": {"Duration": 8}}, [], id="duration"),
        pytest.param({"OutputConfig": {"Duration": 9}}, [("OutputConfig.Duration", "error")], id="other-duration"),
        pytest.param({"ModelVersion": "4", "OutputConfig": {"Duration": 15}}, [], id="greatest"),
        pytest.param(
            {"ModelVersion": "4", "OutputConfig": {"Duration": 16}}, [("OutputConfig.Duration", "error")], id="past"
        ),
        pytest.param(
            {"ModelVersion": "4", "OutputConfig": {"Duration": 4.5}}, [("OutputConfig.Duration", "error")], id="half"
        ),
        pytest.param({"OutputConfig": {"Resolution": "720p"}}, [], id="any-case"),
        pytest.param({"OutputConfig": {"Resolution": "4K"}}, [("OutputConfig.Resolution", "error")], id="resolution"),
        pytest.param({"FileInfos": [{}] * 3}, [], id="three-pictures"),
        pytest.param({"FileInfos": [{}] * 4}, [("FileInfos", "error")], id="four-pictures"),
        pytest.param({"FileInfos": [{"ReferenceType": "x"}]}, [("FileInfos", "error")], id="in-an-item"),
        pytest.param({"SubjectInfos": [{"Id": "1"}]}, [], id="needed-member"),
        pytest.param({"SubjectInfos": [{"Name": "a"}]}, [("SubjectInfos", "error")], id="needed-member-absent"),
        pytest.param(
            {"ModelName": "Free", "OutputConfig": {"AspectRatio": "1:1"}},
            [("OutputConfig.AspectRatio", "warning")],
            id="not-supported",
        ),
        pytest.param({"ModelName": "Free", "OutputConfig": {"Duration": 99}}, [], id="limits-of-others"),
        pytest.param(
            {"ModelName": "Gee", "OutputConfig": {"Duration": 9}},
            [("OutputConfig.Duration", "error"), ("ModelName", "warning")],
            id="limits-of-an-older-name",
        ),
        pytest.param({"OutputConfig": {"Resolution": ""}}, [("OutputConfig.Resolution", "warning")], id="empty"),
    ],
)
def test_table_is_held(params: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(params) == expected


def test_lenient_takes_any_name_version_and_value_with_warnings() -> None:
    params = {"ModelVersion": "9", "OutputConfig": {"Resolution": "8K"}}

    assert found(params, "lenient") == [("ModelVersion", "warning"), ("OutputConfig.Resolution", "warning")]


def test_conditions_have_ids_of_their_own() -> None:
    assert [each.id for each in DRAW.conditions] == [
        "MODEL-VIDEO-NAME",
        "MODEL-VIDEO-NAME-GEE",
        "MODEL-VIDEO-GV-VERSION",
        "MODEL-VIDEO-GV-VERSION-3-1-FAST",
        "MODEL-VIDEO-GV-DURATION",
        "MODEL-VIDEO-GV-DURATION-2",
        "MODEL-VIDEO-GV-RESOLUTION",
        "MODEL-VIDEO-GV-REFERENCE-IMAGES",
        "MODEL-VIDEO-GV-REFERENCE-TYPE",
        "MODEL-VIDEO-GV-SUBJECT-INFOS",
        "MODEL-VIDEO-FREE-ASPECT-RATIO",
    ]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param(
            {"ModelName": "X"}, "ModelName: 'X' is no video model; there are GV, Gee, Free", id="unknown-name"
        ),
        pytest.param({"ModelName": "Gee"}, "ModelName: 'Gee' is accepted; an older name", id="older-name"),
        pytest.param(
            {"ModelVersion": "9"},
            "ModelVersion: '9' is no version of GV; there are 3.1, 3.1-Fast, 4",
            id="unknown-version",
        ),
        pytest.param(
            {"OutputConfig": {"Duration": 9}},
            "OutputConfig.Duration: 9 does not fit GV 3.1, which takes 8",
            id="value",
        ),
        pytest.param(
            {"ModelVersion": "4", "OutputConfig": {"Duration": 1}},
            "OutputConfig.Duration: 1 does not fit GV 4, which takes 3 to 15; whole numbers",
            id="range",
        ),
        pytest.param(
            {"FileInfos": [{}] * 4}, "FileInfos: 4 items do not fit GV, which takes at most 3 items", id="count"
        ),
        pytest.param(
            {"SubjectInfos": [{}]}, "SubjectInfos: [{}] does not fit GV, which takes Id in each item", id="needed"
        ),
        pytest.param(
            {"ModelName": "Free", "OutputConfig": {"AspectRatio": "1:1"}},
            "OutputConfig.AspectRatio: '1:1' does not fit Free, which takes none",
            id="not-supported",
        ),
    ],
)
def test_message_says_what_the_model_takes(params: dict[str, Any], message: str) -> None:
    least = {"ModelName": "GV", "ModelVersion": "3.1"}

    assert read_request(DRAW, {**least, **params}, textual=False)[1][0].message == message


@pytest.mark.parametrize("condition", [pytest.param(each, id=each.id) for each in DRAW.conditions])
def test_what_breaks_a_limit_breaks_that_one_alone(condition: Any) -> None:
    params = {"ModelName": "GV", "ModelVersion": "3.1", **condition.breaks}
    broken = [
        each.id
        for severity in ("error", "warning")
        for each in DRAW.checks("strict").failed_conditions(severity, params)
    ]

    assert broken == [condition.id]


def test_limits_of_one_model_stand_behind_one_question() -> None:
    questions = [each["if"]["properties"]["ModelName"]["enum"] for each in DRAW.request_schema["allOf"] if "if" in each]

    assert questions == [["GV", "Gee"]]


def _changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    models = copy.deepcopy(MODELS)
    place: Any = models["video"]
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return models


@pytest.mark.parametrize(
    ("models", "message"),
    [
        pytest.param({"image": {}}, "video: no such family", id="family"),
        pytest.param(_changed(("GV", "mood"), 1), "video/GV: unknown key 'mood'", id="model"),
        pytest.param(_changed(("GV", "names", "Gee", "mood"), 1), "video/names/Gee: unknown key 'mood'", id="name"),
        pytest.param(
            _changed(("GV", "versions", "4", "mood"), 1), "video/GV/versions/4: unknown key 'mood'", id="version"
        ),
        pytest.param(_changed(("GV", "duration", 0, "mood"), 1), "video/GV/duration/0: unknown key 'mood'", id="limit"),
        pytest.param(_changed(("GV", "duration", 0), {}), "video/GV/duration/0: limits nothing", id="empty-limit"),
        pytest.param(
            _changed(("GV", "duration", 0, "versions"), ["5"]),
            "video/GV/duration/0/versions: GV has no 5",
            id="of-none",
        ),
        pytest.param(
            _changed(("GV", "scene_types"), [{"enum": ["a"]}]),
            "video/GV/scene_types/0: no such member 'SceneType'",
            id="member-that-the-action-lacks",
        ),
    ],
)
def test_bad_table_is_refused_by_place(models: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^contracts/models.json: {message}"):
        contract(models)

"""Published examples against the contracts: the documented ones of the AIGC actions, and all 319 of the package."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import pytest

from mockvod.gateway.flatten import unflatten
from mockvod.validators.contracts.catalog import ALIASES, catalog
from mockvod.validators.contracts.compile import COMMON_PARAMETERS
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request, validate_request

_GOLDEN = files("mockvod.fixtures") / "golden"
REQUESTS: list[dict[str, Any]] = json.loads((_GOLDEN / "requests.json").read_text(encoding="utf-8"))
BROKEN: list[dict[str, Any]] = json.loads((_GOLDEN / "broken_json.json").read_text(encoding="utf-8"))
DOCUMENTED = [each for each in REQUESTS if each["source"] != "mockvod"]

#: The rules of the published structure; all other findings are about values and conditions between members.
STRUCTURE = frozenset({"unknown", "type", "range", "required", "null", "shape", "whitespace"})

#: Requests whose published body is not JSON: the translation lost a comma, or the quotes of a word.
NOT_JSON = {
    "CloneVoiceAsync",
    "CreateAIAnalysisTemplate",
    "CreateAigcAudioClone",
    "CreateMPSTemplate",
    "CreateReviewTemplate",
    "ModifyMediaInfo",
    "RebuildMedia",
    "SearchMediaBySemantics",
    "TextToSpeechAsync",
    "TextToSpeechSync",
    "UpdateVoice",
}


def errors(findings: tuple[Finding, ...]) -> list[str]:
    return [each.message for each in findings if each.severity == "error"]


# --- the documented examples of the AIGC actions -------------------------------------------------------------------


def test_golden_requests_are_complete() -> None:
    actions = [each["action"] for each in REQUESTS]

    assert set(actions) == catalog().hand_kept
    assert len({each["id"] for each in REQUESTS}) == len(REQUESTS)
    assert len(DOCUMENTED) == 35
    assert {each["action"] for each in DOCUMENTED} == {each for each in actions if "Aigc" in each}


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["id"])
@pytest.mark.parametrize("profile", ["strict", "lenient"])
def test_golden_request_passes(case: dict[str, Any], profile: str) -> None:
    assert errors(validate_request(case["action"], case["params"], profile=profile)) == []


#: The warnings about documented examples: masked values, an older name, a value that is no longer listed, "10".
WARNINGS = {
    "CreateAigcAdvancedCustomElement#1": ["ElementVoiceId"],
    "CreateAigcImageTask#1": ["ModelName", "TasksPriority"],
    "CreateAigcVideoTask#1": ["TasksPriority"],
    "CreateSceneAigcImageTask#1": ["SceneInfo.Type"],
    "DeleteAigcAdvancedCustomElement#1": ["ElementId"],
    "UpdateAigcApiToken#1": ["ApiToken"],
}


def test_documented_examples_are_flagged_where_they_deviate() -> None:
    found = {
        case["id"]: sorted(each.path for each in validate_request(case["action"], case["params"]))
        for case in DOCUMENTED
    }

    assert {name: paths for name, paths in found.items() if paths} == WARNINGS


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["id"])
def test_broken_body_is_refused_as_sent(case: dict[str, Any], caller: Any) -> None:
    with pytest.raises(ValueError, match="Expecting ',' delimiter"):
        json.loads(case["body"])

    assert caller.call(case["action"], body=case["body"].encode())["Error"] == {
        "Code": "InvalidParameter",
        "Message": "The request content not valid json format for specified content-type=application/json.",
    }


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["id"])
def test_broken_body_is_accepted_when_repaired(case: dict[str, Any], caller: Any) -> None:
    assert case["repaired"] == repaired(case["body"])
    assert validate_request(case["action"], json.loads(case["repaired"])) == ()
    assert "Error" not in caller.call(case["action"], body=case["repaired"].encode())


# --- all examples of the package -----------------------------------------------------------------------------------


def repaired(body: str) -> str:
    """A body with the two faults of the translation repaired: words without quotes, and lines without their comma."""
    lines = [re.sub(r"^(\s*)([A-Za-z][A-Za-z ]*)$", r'\1"\2"', line) for line in body.split("\n")]
    following = [*lines[1:], ""]
    return "\n".join(
        f"{line}," if re.search(r'["\]}0-9]\s*$', line) and after.lstrip().startswith(('"', "{")) else line
        for line, after in zip(lines, following, strict=True)
    )


@pytest.fixture
def published(need: Any) -> list[tuple[str, str]]:
    """The action and the text of every example of a request in the installed package."""
    try:
        package = distribution("tccli-intl-en")
    except PackageNotFoundError:
        package = None
    need("tccli-intl-en", package is not None, "pip install tccli-intl-en")
    assert package is not None
    place = package.locate_file("tccli/services/vod/v20180717/examples.json")
    actions = json.loads(place.read_text(encoding="utf-8"))["actions"]
    found = [(action, each["input"]) for action, examples in actions.items() for each in examples]
    if len(found) != 319:
        pytest.skip(f"these tests are about the 319 examples of 3.1.193.1, not the {len(found)} of another version")
    return found


def read(
    published: list[tuple[str, str]], profile: str = "strict"
) -> Iterator[tuple[str, dict[str, Any], Finding | None]]:
    """The action, the parameters and one finding, for each finding; None in its place where there is none."""
    for action, text in published:
        contract = catalog().require(ALIASES.get(action, action))
        if text.startswith("POST"):
            body = text.partition("\n\n")[2]
            params = json.loads(body if action not in NOT_JSON or _is_json(body) else repaired(body))
            _, findings = read_request(contract, params, textual=False, profile=profile)
        else:
            params = flattened(text)
            _, findings = read_request(contract, params, textual=True, profile=profile)
        yield action, params, None
        for each in findings:
            yield action, params, each


def flattened(text: str) -> dict[str, Any]:
    """The parameters of a GET example, which has one on each line."""
    parts = [line.lstrip("&").rstrip() for line in text.partition("?")[2].split("\n")]
    pairs = [each.partition("=") for each in parts if each and not each.startswith("<")]
    fields = {name: unquote(value) for name, _, value in pairs if name not in COMMON_PARAMETERS}
    return unflatten(fields)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def test_bodies_that_are_no_json_are_those_that_are_listed(published: list[tuple[str, str]]) -> None:
    bodies = [(action, text.partition("\n\n")[2]) for action, text in published if text.startswith("POST")]

    assert len(bodies) == 205
    assert sorted(action for action, body in bodies if not _is_json(body)) == sorted(NOT_JSON)
    assert [action for action, body in bodies if not _is_json(body) and not _is_json(repaired(body))] == []


def test_published_requests_deviate_from_the_types_where_it_is_known(published: list[tuple[str, str]]) -> None:
    found = {
        (action, each.path, each.rule, each.severity)
        for action, _, each in read(published)
        if each is not None and each.rule in STRUCTURE
    }

    assert found == {
        ("CreateAigcImageTask", "TasksPriority", "type", "warning"),
        ("CreateAigcVideoTask", "TasksPriority", "type", "warning"),
        ("ExtractBlindWatermark", "SubAppId", "required", "error"),
    }


def test_published_requests_break_no_rule_of_the_contracts(published: list[tuple[str, str]]) -> None:
    found = {
        (action, each.path, each.severity)
        for action, _, each in read(published)
        if each is not None and each.rule not in STRUCTURE
    }

    assert found == {
        ("CreateAigcAdvancedCustomElement", "ElementVoiceId", "warning"),
        ("CreateAigcImageTask", "ModelName", "warning"),
        ("CreateSceneAigcImageTask", "SceneInfo.Type", "warning"),
        ("DeleteAigcAdvancedCustomElement", "ElementId", "warning"),
        ("UpdateAigcApiToken", "ApiToken", "warning"),
    }


def test_one_published_request_holds_a_null(published: list[tuple[str, str]]) -> None:
    holders = [action for action, params, finding in read(published) if finding is None and _has_null(params)]

    assert holders == ["CreateContentReviewTemplate"]


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_null(each) for each in value.values())
    return value is None or (isinstance(value, list) and any(_has_null(each) for each in value))


def test_one_published_query_value_has_a_blank_around_it(published: list[tuple[str, str]]) -> None:
    found = {
        (action, each.path)
        for action, _, each in read(published, "lenient")
        if each is not None and each.rule == "whitespace"
    }

    assert found == {("AttachMediaSubtitles", "FileId")}


def test_lenient_refuses_no_published_request(published: list[tuple[str, str]]) -> None:
    refused = {
        action for action, _, each in read(published, "lenient") if each is not None and each.severity == "error"
    }

    assert refused == set()

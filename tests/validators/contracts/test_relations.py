"""Relations between values that JSON Schema cannot express."""

import json
from typing import Any

import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.relations import check_relation, holds
from mockvod.validators.request import read_request

SPAN = {"kind": "span", "from": "Start", "to": "End", "max_days": 90}
MULTIPLE = {"kind": "multiple_of", "of": "Limit", "default": 10}
DISTINCT = {"kind": "distinct", "one": "front", "others": "more[].url"}
PIXELS = {"kind": "pixels", "min_pixels": 100, "max_pixels": 10_000, "min_side": 5, "max_side": 200, "divisor": 16}


def size(text: Any) -> dict[str, Any]:
    return {"ExtInfo": json.dumps({"AdditionalParameters": json.dumps({"size": text})})}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True, id="no-time"),
        pytest.param("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", True, id="90-days"),
        pytest.param("2026-01-01T00:00:00Z", "2026-04-01T00:00:00.5Z", False, id="half-a-second-more"),
        pytest.param("2026-01-02T00:00:00Z", "2026-01-01T23:59:59Z", False, id="backwards"),
        pytest.param("2026-01-01T00:00:00+08:00", "2025-12-31T16:00:00Z", True, id="offsets-count"),
        pytest.param("2026-02-30T00:00:00Z", "2026-01-01T00:00:00Z", True, id="no-such-day"),
        pytest.param("yesterday", "2026-01-01T00:00:00Z", True, id="unreadable"),
        pytest.param(5, None, True, id="no-text"),
    ],
)
def test_span(start: Any, end: Any, expected: bool) -> None:
    assert holds(SPAN, "End", {"Start": start, "End": end}) is expected


def test_span_may_have_no_end() -> None:
    endless = {"kind": "span", "from": "Start", "to": "End"}

    assert holds(endless, "End", {"Start": "2020-01-01T00:00:00Z", "End": "2026-01-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({"Offset": 20}, True, id="of-the-default"),
        pytest.param({"Offset": 5}, False, id="not-of-the-default"),
        pytest.param({"Offset": 5, "Limit": 5}, True, id="of-the-other"),
        pytest.param({"Offset": 0, "Limit": 7}, True, id="nothing"),
        pytest.param({"Offset": 7, "Limit": 0}, True, id="of-zero"),
        pytest.param({"Offset": "5"}, True, id="text"),
        pytest.param({}, True, id="absent"),
    ],
)
def test_multiple_of(params: dict[str, Any], expected: bool) -> None:
    assert holds(MULTIPLE, "Offset", params) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"front": "a", "more": [{"url": "b"}]}', True, id="others"),
        pytest.param('{"front": "a", "more": [{"url": "b"}, {"url": "a"}]}', False, id="same"),
        pytest.param('{"more": [{}]}', True, id="absent"),
        pytest.param('{"front": "a", "more": "a"}', True, id="another-shape"),
        pytest.param("[", True, id="no-json"),
        pytest.param("[]", True, id="no-object"),
        pytest.param(5, True, id="no-text"),
    ],
)
def test_distinct(text: Any, expected: bool) -> None:
    assert holds(DISTINCT, "List", {"List": text}) is expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param(size("16x10"), True, id="good"),
        pytest.param(size("9x11"), False, id="too-few"),
        pytest.param(size("10x10"), False, id="not-divisible"),
        pytest.param(size("128x128"), False, id="too-many"),
        pytest.param(size("4x32"), False, id="too-short-a-side"),
        pytest.param(size("8x208"), False, id="too-long-a-side"),
        pytest.param(size("large"), True, id="another-form"),
        pytest.param(size(16), True, id="a-number"),
        pytest.param({"ExtInfo": '{"AdditionalParameters": "{"}'}, True, id="unreadable-inside"),
        pytest.param({"ExtInfo": "free"}, True, id="free-text"),
        pytest.param({}, True, id="absent"),
    ],
)
def test_pixels(params: dict[str, Any], expected: bool) -> None:
    assert holds(PIXELS, "ExtInfo", params) is expected


@pytest.mark.parametrize("limit", [{}, {"min_side": 1}, {"divisor": 1}], ids=str)
def test_pixels_limit_only_what_is_given(limit: dict[str, int]) -> None:
    assert holds({"kind": "pixels", **limit}, "ExtInfo", size("1x99999"))


@pytest.mark.parametrize("relation", [SPAN, MULTIPLE, DISTINCT, PIXELS], ids=lambda each: each["kind"])
def test_known_relation_is_taken(relation: dict[str, Any]) -> None:
    check_relation(relation, "here")


@pytest.mark.parametrize(
    ("relation", "message"),
    [
        pytest.param({"kind": "near"}, "here/kind: 'near' is none of span, multiple_of, distinct, pixels", id="kind"),
        pytest.param({"kind": "span", "from": "A"}, "here: span has not just to", id="key-absent"),
        pytest.param({**MULTIPLE, "from": "A"}, "here: multiple_of has not just from", id="key-of-another-kind"),
    ],
)
def test_other_relation_is_refused(relation: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^{message}$"):
        check_relation(relation, "here")


# --- in a contract -------------------------------------------------------------------------------------------------

EVIDENCE = {"kind": "documented", "source": "a page", "date": "2026-05-20"}
UPSTREAM: dict[str, Any] = {
    "version": "2000-01-01",
    "source": {},
    "actions": {"Draw": {"request": "DrawRequest", "response": "DrawResponse"}},
    "types": {
        "DrawRequest": {
            "ModelName": {"type": "string", "required": True},
            "ModelVersion": {"type": "string", "required": True},
            "ExtInfo": {"type": "string"},
            "Start": {"type": "string"},
            "End": {"type": "string"},
        },
        "DrawResponse": {},
    },
}
MODELS = {
    "image": {
        "OG": {
            "versions": {"1": {}, "2": {}},
            "ext_size": [{"min_pixels": 100, "versions": ["2"], "evidence": EVIDENCE}],
        },
        "GG": {},
    }
}
BACKWARDS = {"Start": "2026-01-02T00:00:00Z", "End": "2026-01-01T00:00:00Z"}


def contract(models: Any = MODELS, **changes: Any) -> Contract:
    condition = {
        "id": "A-SPAN",
        "member": "End",
        "schema": {},
        "relation": SPAN,
        "code": "InvalidParameterValue",
        "message": "End: {value} is before Start or more than 90 days after",
        "evidence": EVIDENCE,
        **changes,
    }
    document = {
        "action": "Draw",
        "summary": "Draws.",
        "mode": "sync",
        "errors": [],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        "conditions": [condition],
        "models": "image",
    }
    return Catalog(UPSTREAM, {"Draw": document}, lambda: models).require("Draw")


def found(made: Contract, params: dict[str, Any], profile: str = "strict") -> list[tuple[str, str, str]]:
    least = {"ModelName": "OG", "ModelVersion": "2"}
    _, findings = read_request(made, {**least, **params}, textual=False, profile=profile)
    return [(each.path, each.code, each.severity) for each in findings]


@pytest.mark.parametrize(
    ("changes", "profile", "severities"),
    [
        pytest.param({}, "strict", ["error"], id="strict"),
        pytest.param({}, "lenient", ["warning"], id="lenient"),
        pytest.param({"severity": "warning"}, "strict", ["warning"], id="warning"),
        pytest.param({"lenient": "off"}, "lenient", [], id="off"),
    ],
)
def test_broken_relation_is_a_finding(changes: dict[str, Any], profile: str, severities: list[str]) -> None:
    expected = [("End", "InvalidParameterValue", severity) for severity in severities]

    assert found(contract(**changes), BACKWARDS, profile) == expected


def test_relation_refuses_what_the_schema_takes() -> None:
    params = {"ModelName": "OG", "ModelVersion": "2", **BACKWARDS}

    assert not contract().accepts_request(params)
    assert contract(severity="warning").accepts_request(params)


@pytest.mark.parametrize(
    ("params", "count"),
    [
        pytest.param({}, 1, id="model-and-version"),
        pytest.param({"ModelVersion": "1"}, 0, id="other-version"),
        pytest.param({"ModelName": "GG"}, 0, id="other-model"),
    ],
)
def test_limit_of_a_size_is_for_its_model_and_versions(params: dict[str, Any], count: int) -> None:
    assert len(found(contract(), {**size("9x9"), **params})) == count


def test_limit_of_a_size_says_what_is_taken() -> None:
    params = {"ModelName": "OG", "ModelVersion": "2", "ExtInfo": size("9x9")["ExtInfo"]}
    (finding,) = read_request(contract(), params, textual=False)[1]

    assert finding.message.endswith("does not fit OG 2, which takes a size of at least 100 pixels")


@pytest.mark.parametrize(
    ("models", "message"),
    [
        pytest.param(
            {"image": {"OG": {"ext_size": [{"enum": ["1x1"]}]}}}, "OG/ext_size/0: limits nothing", id="values"
        ),
        pytest.param(
            {"image": {"OG": {"last_frame": [{"max_side": 1}]}}}, "OG/last_frame/0: limits nothing", id="size-elsewhere"
        ),
    ],
)
def test_size_is_limited_by_its_own_keys(models: Any, message: str) -> None:
    with pytest.raises(ContractFileError, match=message):
        contract(models)


def test_unknown_kind_is_refused_by_place() -> None:
    with pytest.raises(ContractFileError, match="^contracts/actions/Draw.json: conditions/.*relation"):
        contract(relation={"kind": "near"})

"""However much is wrong with a call, the findings are few, the first is the same, and finding them costs little."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.errors import ApiError
from mockvod.validators import validate_request, validate_response, walk
from mockvod.validators.findings import MAX_FINDINGS, Finding, limited

ACTION = "CreateAigcVideoTask"
#: Has no rule that stands in the way of many items.
FILE = {"Type": "Url", "Url": "https://example.com/cat.png"}
#: Calls of functions, those in C included: 15 for each of 100,000 items. To walk one item takes more than a hundred.
MOST_CALLS = 1_500_000


def call(**members: Any) -> dict[str, Any]:
    return {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat", **members}


MANY = 100_000
WRONG: dict[str, dict[str, Any]] = {
    "wrong-items": call(FileInfos=[1] * MANY),
    "empty-items": call(FileInfos=[{}] * MANY),
    "null-items": call(FileInfos=[None] * MANY),
    "unknown-members": call(**{f"m{number}": 1 for number in range(MANY)}),
    "unknown-members-of-items": call(FileInfos=[{**FILE, "x": 1}] * MANY),
    "empty-texts": call(FileInfos=[{**FILE, "Category": ""}] * MANY),
    "many-in-each-item": call(FileInfos=[{f"m{number}": 1 for number in range(200)}] * 500),
    "list-for-a-text": call(Prompt=[1] * MANY),
}


@pytest.mark.parametrize("profile", ["strict", "lenient"])
@pytest.mark.parametrize("params", [pytest.param(each, id=name) for name, each in WRONG.items()])
def test_finding_what_is_wrong_costs_little(params: dict[str, Any], profile: str, calls_of: Any) -> None:
    validate_request(ACTION, call(FileInfos=[{}] * 30), profile=profile)  # what is compiled once is there

    assert calls_of(lambda: validate_request(ACTION, params, profile=profile)) < MOST_CALLS


@pytest.mark.parametrize("params", [pytest.param(each, id=name) for name, each in WRONG.items()])
def test_findings_are_few(params: dict[str, Any]) -> None:
    assert len(validate_request(ACTION, params)) <= MAX_FINDINGS + 1


def more(message: str) -> Finding:
    return Finding("", "more", "", message, "warning", "a limit of mockvod's own, MAX_FINDINGS")


@pytest.mark.parametrize(
    ("params", "profile", "last"),
    [
        pytest.param(
            WRONG["unknown-members"], "strict", more("and 99,900 more values that were not looked at"), id="unknown"
        ),
        pytest.param(
            {**WRONG["unknown-members"], "Odd": 1},
            "lenient",
            more("and 99,901 more values that were not looked at"),
            id="lenient",
        ),
        pytest.param(
            WRONG["wrong-items"], "strict", more("and 99,900 more values that were not looked at"), id="items"
        ),
    ],
)
def test_the_last_finding_says_how_many_more_there_are(params: dict[str, Any], profile: str, last: Finding) -> None:
    assert validate_request(ACTION, params, profile=profile)[-1] == last


@pytest.mark.parametrize(
    ("count", "passed_over", "told"),
    [
        pytest.param(100, 0, "", id="none"),
        pytest.param(101, 0, "and 1 more", id="findings"),
        pytest.param(1, 1000, "and 1,000 more values that were not looked at", id="values"),
        pytest.param(102, 5, "and 2 more and 5 more values that were not looked at", id="both"),
    ],
)
def test_more_than_a_hundred_are_counted(count: int, passed_over: int, told: str) -> None:
    findings = tuple(Finding(str(number), "type", "", "", "error", "") for number in range(count))

    assert limited(findings, passed_over) == (*findings[:100], *([more(told)] if told else []))


def test_a_refusal_counts_the_others() -> None:
    fault = Finding("A", "type", "InvalidParameter", "A is wrong", "error", "", ("parameter_type", (("name", "A"),)))

    explanation = ApiError.from_findings((fault, fault, more("and 5 more"))).explanation

    assert explanation == "A is wrong (1 more and 5 more)"


def test_of_answers_too() -> None:
    answer = {"RequestId": "x", "TaskId": "y", **{f"m{number}": 1 for number in range(MANY)}}

    assert validate_response(ACTION, answer)[-1] == more("and 99,900 more values that were not looked at")


ODD = {"unknown": {**FILE, "Odd": 1}, "type": {**FILE, "Url": 1}, "required": {}, "range": 7, "float": 1.5}


@pytest.mark.parametrize("at", [0, 119, 120, 150, 699])
@pytest.mark.parametrize("others", [FILE, {**FILE, "Url": 5}, {}], ids=["valid", "of-wrong-types", "empty"])
@pytest.mark.parametrize("odd", [pytest.param(each, id=name) for name, each in ODD.items()])
def test_the_first_finding_is_that_of_a_whole_walk(
    monkeypatch: pytest.MonkeyPatch, odd: Any, others: Any, at: int
) -> None:
    """The code that a call is refused with does not depend on how much else is wrong."""
    params = call(FileInfos=[others] * at + [odd] + [others] * (700 - at - 1))
    first, *_ = validate_request(ACTION, params)
    monkeypatch.setattr(walk, "_SHORT", 1_000_000)

    assert first == validate_request(ACTION, params)[0]


def test_a_float_among_many_integers_is_found() -> None:
    """jsonschema-rs takes 1.0 for an integer, so that it cannot tell which item is wrong."""
    found = validate_request("DescribeMediaInfos", {"SubAppId": 1, "FileIds": ["1"] * 20, "Filters": []})
    assert not [each for each in found if each.rule == "type"]

    schema = {"properties": {"N": {"type": "array", "items": {"type": "integer"}}}}
    (violation,) = walk.violations(schema, {"N": [1] * 50 + [1.0] + [2] * 50})

    assert (violation.path, violation.keyword) == (("N", 50), "type")


def test_a_name_as_long_as_a_body_is_cut() -> None:
    (finding, *_) = validate_request(ACTION, call(**{"x" * 1_000_000: 1}))

    assert (finding.rule, len(finding.path), sum(len(text) for _, text in finding.reply[1])) == ("unknown", 200, 200)

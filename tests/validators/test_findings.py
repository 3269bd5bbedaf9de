"""Findings as values, their order, and the search for each violation."""

import itertools
from typing import Any

import pytest

from mockvod.validators.findings import Finding, in_order
from mockvod.validators.walk import Violation, violations


def finding(path: str, rule: str, severity: Any = "error") -> Finding:
    return Finding(path, rule, "Code", "message", severity, "assumed, a test")


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        pytest.param(["maxLength", "required", "type", "unknown"], "unknown", id="unknown"),
        pytest.param(["maxLength", "required", "type"], "type", id="type"),
        pytest.param(["maxLength", "required", "range"], "range", id="range"),
        pytest.param(["maxLength", "required"], "required", id="required"),
    ],
)
def test_first_finding_is_what_the_gateway_answers(rules: list[str], first: str) -> None:
    found = [finding(f"P{index}", rule) for index, rule in enumerate(rules)]

    assert in_order(found)[0].rule == first


def test_other_findings_come_by_path_and_warnings_last() -> None:
    found = [
        finding("A", "type", "warning"),
        finding("B.10", "enum"),
        finding("B.9", "enum"),
        finding("C", "required"),
        finding("D", "unknown"),
        finding("A", "maxLength"),
    ]

    assert [(each.path, each.severity) for each in in_order(found)] == [
        ("D", "error"),
        ("A", "error"),
        ("B.9", "error"),
        ("B.10", "error"),
        ("C", "error"),
        ("A", "warning"),
    ]


def test_type_comes_before_the_range_of_the_same_member() -> None:
    assert [each.rule for each in in_order([finding("A", "range"), finding("A", "type")])] == ["type", "range"]


def test_order_does_not_depend_on_the_order_given() -> None:
    found = [finding("A", "enum"), finding("A", "maxLength"), finding("B", "type"), finding("B", "type", "warning")]

    assert len({in_order(each) for each in itertools.permutations(found)}) == 1


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        pytest.param({"type": "integer"}, 1.0, Violation((), "type", 1.0, "integer"), id="float-for-an-integer"),
        pytest.param({"type": ["string", "null"]}, 1, Violation((), "type", 1, ["string", "null"]), id="two-types"),
        pytest.param({"pattern": "^a$"}, "a\n", Violation((), "pattern", "a\n", "^a$"), id="end-is-the-end"),
        pytest.param({"pattern": "^\\d$"}, "٣", Violation((), "pattern", "٣", "^\\d$"), id="ascii-digits"),
        pytest.param({"pattern": "^a\\$"}, "b", Violation((), "pattern", "b", "^a\\$"), id="a-dollar"),
        pytest.param({"enum": [1]}, True, Violation((), "enum", True, [1]), id="true-is-not-one"),
        pytest.param({"items": {"maxLength": 1}}, ["ab"], Violation((0,), "maxLength", "ab", 1), id="item"),
        pytest.param({"maxItems": 1}, (1, 2), Violation((), "maxItems", (1, 2), 1), id="tuple"),
        pytest.param({"required": ["A"]}, {}, Violation(("A",), "required", {}, ["A"]), id="required-names-the-member"),
        pytest.param(
            {"additionalProperties": False},
            {"A": 1},
            Violation(("A",), "additionalProperties", {"A": 1}, False),
            id="surplus-names-the-member",
        ),
        pytest.param({"const": 1}, 2, Violation((), "const", 2, 1), id="keyword-of-the-library"),
    ],
)
def test_violation_says_where_what_and_which_limit(schema: dict[str, Any], value: Any, found: Violation) -> None:
    assert list(violations(schema, value)) == [found]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        pytest.param({"enum": [1]}, 1.0, id="equal-numbers"),
        pytest.param({"maxLength": 1}, "\U0001f600", id="code-points"),
        pytest.param({"maxLength": 1}, ["ab"], id="length-of-a-list"),
        pytest.param({"pattern": "^a$"}, 5, id="pattern-of-a-number"),
        pytest.param({"minimum": 1}, "0", id="minimum-of-text"),
        pytest.param({"pattern": "b"}, "abc", id="pattern-without-anchors"),
        pytest.param({"contentMediaType": "application/json"}, "{", id="content-is-noted-only"),
    ],
)
def test_value_has_no_violation(schema: dict[str, Any], value: Any) -> None:
    assert list(violations(schema, value)) == []


def test_violation_of_a_rule_carries_its_note() -> None:
    note = {"rule": "maxLength", "code": "C", "evidence": "e"}
    schema = {"properties": {"A": {"maxLength": 1, "x-mockvod-rules": {"maxLength": note}}}}

    assert [each.note for each in violations(schema, {"A": "ab"})] == [note]


def test_violation_of_a_requirement_carries_the_note_of_its_member() -> None:
    note = {"rule": "required", "code": "C", "evidence": "e"}
    schema = {"required": ["A", "B"], "x-mockvod-rules": {"required": {"A": note}}}

    assert [each.note for each in violations(schema, {})] == [note, None]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param("{", [()], id="no-json"),
        pytest.param('{"B": 1}', [("B",)], id="inside"),
        pytest.param('{"B": "x"}', [], id="good"),
    ],
)
def test_content_is_held_against_its_schema_when_asked(text: str, paths: list[Any]) -> None:
    schema = {"contentMediaType": "application/json", "contentSchema": {"properties": {"B": {"type": "string"}}}}

    assert [each.path for each in violations(schema, text, content=True)] == paths


def test_what_is_found_twice_is_reported_once() -> None:
    assert in_order([finding("A", "range"), finding("A", "range")]) == (finding("A", "range"),)

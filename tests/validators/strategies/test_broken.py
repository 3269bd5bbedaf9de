"""Requests with one fault: each rule and condition of each contract can be violated alone, by its name.

`MOCKVOD_TESTS_EXAMPLES` sets how many requests of each kept action are made; CI sets 2000.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators import strategies
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import Rule
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request, validate_request

VIDEO, SUBJECT, ELEMENT = "CreateAigcVideoTask", "CreateAigcSubject", "CreateAigcCustomElement"
SEEDS = (VIDEO, "CreateAigcImageTask", SUBJECT, ELEMENT, "CreateAigcAdvancedCustomElement")
KEPT = sorted(catalog().hand_kept)
OTHERS = [action for action in catalog().actions if action not in catalog().hand_kept]

EXAMPLES = int(os.environ.get("MOCKVOD_TESTS_EXAMPLES", "50"))

Broken = tuple[dict[str, Any], Finding]

#: Keywords that no call can violate: they are about files or absent members, or accept more than the type does.
UNBROKEN = ("default", "media", "decimal_text")
RULES = [
    pytest.param(action, rule, id=f"{action}-{rule.where}-{rule.keyword}")
    for action in KEPT
    for rule in catalog().require(action).rules
    if rule.keyword not in UNBROKEN
]
CONDITIONS = [
    pytest.param(action, each, id=f"{action}-{each.id}")
    for action in KEPT
    for each in catalog().require(action).conditions
]

#: Faults for which every value violates a second rule for the same member.
TWO_AT_ONCE = {
    # An empty text is too short and is not an address.
    (SUBJECT, "SubjectImages[] minLength"),
    # These models accept exactly what the rule lists.
    *((VIDEO, f"MODEL-VIDEO-{model}-AUDIO") for model in ("KLING", "VIDU", "GV", "OS", "JIMENG")),
    # A name that is reported itself.
    ("CreateAigcImageTask", "MODEL-IMAGE-GEM-REFERENCE-TYPE"),
}


def each_of(strategy: st.SearchStrategy[Broken], check: Callable[[dict[str, Any], Finding], None], count: int) -> None:
    run = given(strategy)(lambda value: check(*value))
    settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate, Phase.shrink])(run)()


def reported(action: str, params: dict[str, Any], severity: str) -> list[Finding]:
    return [each for each in validate_request(action, params) if each.severity == severity]


def first(strategy: st.SearchStrategy[Broken]) -> Broken:
    """The first value that Hypothesis finds: to find the smallest it would make a hundred."""
    found: list[Broken] = []
    each_of(strategy, lambda *value: found.append(value), 1)
    return found[0]


def of_any_item(path: str) -> str:
    return re.sub(r"\.[0-9]+(?=\.|$)", "[]", path)


# --- each by its name ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "rule"), RULES)
def test_rule_can_be_broken_by_its_name(action: str, rule: Rule) -> None:
    def check(params: dict[str, Any], expected: Finding) -> None:
        place = of_any_item(expected.path)
        assert place == rule.where or (rule.keyword == "json" and place.startswith(f"{rule.where}."))
        assert (expected.rule, expected.code, expected.severity) == (rule.keyword, rule.code, rule.severity)

    name = f"{rule.where} {rule.keyword}"
    each_of(strategies.broken_requests(action, fault=name, severity=rule.severity), check, 5)


@pytest.mark.parametrize(("action", "condition"), CONDITIONS)
def test_condition_can_be_broken_by_its_id(action: str, condition: Condition) -> None:
    contract = catalog().require(action)

    def check(params: dict[str, Any], expected: Finding) -> None:
        read, _ = read_request(contract, params, textual=False)
        broken = [each.id for each in contract.checks("strict").failed_conditions(condition.severity, read)]
        assert broken == [condition.id] or (action, condition.id) in TWO_AT_ONCE
        assert (expected.rule, expected.code) == (condition.rule, condition.code)

    each_of(strategies.broken_requests(action, fault=condition.id, severity=condition.severity), check, 5)


@pytest.mark.parametrize("action", KEPT)
def test_fault_stands_alone(action: str) -> None:
    found = {}
    for severity in ("error", "warning"):
        for name in strategies.faults_of(action, severity=severity):
            params, _ = first(strategies.broken_requests(action, fault=name, severity=severity))
            found[name] = len(reported(action, params, severity))

    assert {name for name, count in found.items() if count != 1} == {name for at, name in TWO_AT_ONCE if at == action}


@pytest.mark.parametrize("action", OTHERS)
def test_structure_alone_can_be_broken(action: str) -> None:
    found = {}
    for name in strategies.faults_of(action):
        params, expected = first(strategies.broken_requests(action, fault=name))
        found[name] = (expected.rule, reported(action, params, "error") == [expected])

    assert found == {name: (name.rpartition(" ")[2], True) for name in found}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param("request unknown", ("Mood", "unknown", "UnknownParameter"), id="unknown-member"),
        pytest.param("OutputConfig unknown", ("OutputConfig.Mood", "unknown", "UnknownParameter"), id="unknown-inside"),
        pytest.param("ModelName required", ("ModelName", "required", "MissingParameter"), id="missing"),
        pytest.param("TasksPriority type", ("TasksPriority", "type", "InvalidParameter"), id="no-decimal-text"),
        pytest.param("FileInfos[] type", ("FileInfos.0", "type", "InvalidParameter"), id="item-type"),
        pytest.param("Seed range", ("Seed", "range", "InvalidParameter"), id="past-64-bits"),
        pytest.param("FileInfos[].Category enum", ("FileInfos.0.Category", "enum", "InvalidParameter"), id="item-enum"),
        pytest.param("A-VT-PROMPT", ("Prompt", "required", "MissingParameter"), id="condition"),
        pytest.param(
            "SessionId maxLength",
            ("SessionId", "maxLength", "InvalidParameterValue.SessionIdTooLong"),
            id="code-of-its-own",
        ),
    ],
)
def test_fault_is_answered_so(fault: str, expected: tuple[str, str, str]) -> None:
    _, found = smallest(strategies.broken_requests(VIDEO, fault=fault))

    assert (found.path, found.rule, found.code) == expected


# --- any of them ---------------------------------------------------------------------------------------------------


def smallest(strategy: st.SearchStrategy[Broken]) -> Broken:
    return find(strategy, lambda _: True, settings=settings(database=None))


@pytest.mark.parametrize("action", KEPT)
def test_finding_is_the_first_of_the_strict_profile(action: str) -> None:
    def check(params: dict[str, Any], expected: Finding) -> None:
        assert validate_request(action, params)[0] == expected
        assert expected.severity == "error"

    each_of(strategies.broken_requests(action), check, EXAMPLES)


@pytest.mark.parametrize("action", KEPT)
def test_server_refuses_with_the_code_that_is_expected(action: str, make_caller: Any) -> None:
    mock = MockVod(
        Settings(seed=1, concurrency="off", rate_limit="off", magic_prompts=False),
        clock=VirtualClock(1_735_689_600, tick=0),
    )
    caller = make_caller(mock)

    def check(params: dict[str, Any], expected: Finding) -> None:
        # As bytes: the caller completes the parameters of some actions.
        answer = caller.call(action, body=json.dumps(params).encode())
        assert answer["Error"]["Code"] == expected.code

    each_of(strategies.broken_requests(action), check, EXAMPLES)


REPORTED = [action for action in KEPT if strategies.faults_of(action, severity="warning")]


@pytest.mark.parametrize("action", REPORTED)
def test_request_with_a_warning_passes_and_is_reported(action: str) -> None:
    def check(params: dict[str, Any], expected: Finding) -> None:
        found = validate_request(action, params)
        assert found[0] == expected
        assert {each.severity for each in found} == {"warning"}

    each_of(strategies.broken_requests(action, severity="warning"), check, EXAMPLES)


def test_request_around_a_fault_is_any() -> None:
    seen = set()
    strategy = strategies.broken_requests(SUBJECT, fault="SessionId maxLength")
    each_of(strategy, lambda params, _: seen.update(params), EXAMPLES)

    assert seen == {*catalog().require(SUBJECT).request.by_name} - {"SubjectVideos"}


def test_smallest_broken_request() -> None:
    params, expected = smallest(strategies.broken_requests(ELEMENT, fault="ElementName maxLength"))

    assert params == {
        "ElementName": "a" * 21,
        "ElementDescription": "a",
        "ElementFrontalImage": "a",
        "ElementReferList": [{}],
    }
    assert expected.message == f"ElementName is '{'a' * 21}': 21 characters, the most is 20"


# --- asking for what is not there ----------------------------------------------------------------------------------


def test_faults_have_names() -> None:
    assert strategies.faults_of("DescribeEventConfig") == ("request unknown", "SubAppId type", "SubAppId range")


def test_fault_that_is_not_known_is_refused() -> None:
    with pytest.raises(
        strategies.InvalidArgument, match="CreateAigcSubject has no error 'Mood maxLength'; it has SubjectImages "
    ):
        strategies.broken_requests(SUBJECT, fault="Mood maxLength")


def test_action_without_warnings_is_refused() -> None:
    with pytest.raises(strategies.InvalidArgument, match="nothing about DescribeEventConfig is a warning"):
        strategies.broken_requests("DescribeEventConfig", severity="warning")

"""Every limit of every contract file: a call at the limit passes, one past it is refused with the code of the rule.

The calls are made from the golden requests (fixtures/golden/requests.json), whose first entry of an action holds as many
members as go together. Also here: each condition is broken by what its file says breaks it, and both engines give one
verdict on ten thousand calls.
"""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import ITEM, Rule
from mockvod.validators.explain import explain
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request, validate_request

GOLDEN = json.loads((files("mockvod.fixtures") / "golden" / "requests.json").read_text(encoding="utf-8"))
EXAMPLES: dict[str, list[dict[str, Any]]] = {}
for each in GOLDEN:
    EXAMPLES.setdefault(each["action"], []).append(each["params"])
KEPT = [catalog().require(action) for action in sorted(catalog().hand_kept)]
UNCHECKED = ("default", "media", "decimal_text")
LIMITS = [
    pytest.param(contract, rule, id=f"{contract.action}-{rule.where}-{rule.keyword}")
    for contract in KEPT
    for rule in contract.rules
    if rule.keyword not in UNCHECKED
]
OWN = [
    pytest.param(kept, each, id=f"{kept.action}-{each.id}")
    for kept in KEPT
    for each in kept.conditions
    if not each.short
]
TABLE = [
    pytest.param(kept, each, id=f"{kept.action}-{each.id}") for kept in KEPT for each in kept.conditions if each.short
]


def test_every_hand_kept_action_has_a_golden_request() -> None:
    assert catalog().hand_kept - EXAMPLES.keys() == set()


@pytest.mark.parametrize("entry", [pytest.param(each, id=each["id"]) for each in GOLDEN])
def test_golden_request_passes(entry: dict[str, Any]) -> None:
    found = validate_request(entry["action"], entry["params"])

    assert [each.message for each in found if each.severity == "error"] == []


# --- rules ---------------------------------------------------------------------------------------------------------

#: Texts that match some pattern; the value of the golden request comes before them.
TEXTS = ("a", "1", "a1", "A1", "0", "aaaaaaaa", "01234567890123456789", "https://example.com/a.mp4", "o_101")
#: Texts that match hardly any pattern.
ODD = ("\u0000", "!", "a b", "中", "x" * 5000, "-", "")


def good_values(rule: Rule, own: Any) -> Iterator[Any]:
    """Values at the limit, one of which should pass."""
    value = rule.value
    if rule.keyword in ("minLength", "maxLength"):
        yield from (text * value for text in ("中", "\U0001f600", "a", "1"))
        yield f"https://example.com/{'a' * value}"[:value]
    elif rule.keyword in ("minimum", "maximum"):
        yield value
    elif rule.keyword in ("minItems", "maxItems"):
        items = own if isinstance(own, list) and own else ["a"]
        yield (items * (value + 1))[:value]
        yield [items[-1]] * value
        yield [{**each, "Usage": "Reference"} if isinstance(each, dict) else each for each in items[:1]] * value
        yield [f"{each}{index}" for index, each in enumerate(["1"] * value)]
    elif rule.keyword == "enum":
        yield from value
    elif rule.keyword == "format":
        # The value of the call has to fit another instant of it.
        yield from (own, "2026-01-31T08:00:00Z", *rule.options.get("also", ()))
    else:
        yield own
        yield from TEXTS


def bad_values(rule: Rule, own: Any) -> Iterator[Any]:
    """Values past the limit, one of which should violate this rule."""
    value = rule.value
    if rule.keyword in ("minLength", "maxLength"):
        yield from (text * (value + (1 if rule.keyword == "maxLength" else -1)) for text in ("中", "a", "1"))
    elif rule.keyword in ("minimum", "maximum"):
        yield value + (1 if rule.keyword == "maximum" else -1)
    elif rule.keyword in ("minItems", "maxItems"):
        items = own if isinstance(own, list) and own else ["a"]
        yield (items * (value + 2))[: value + (1 if rule.keyword == "maxItems" else -1)]
    elif rule.keyword == "enum":
        yield "no-such-value" if isinstance(value[0], str) else max(value) + 1
    elif rule.keyword == "format":
        yield from ("2026-02-30T08:00:00Z", "tomorrow")
    elif rule.keyword == "json":
        yield from ("{", "[]", "{}", "1", '{"AdditionalParameters":"{"}')
    else:
        yield from ODD


def steps(params: Any, path: tuple[str, ...]) -> Any:
    """The value at a path, in the first item of each list; None where there is none."""
    for part in path:
        if part == ITEM:
            params = params[0] if isinstance(params, list) and params else None
        else:
            params = params.get(part) if isinstance(params, dict) else None
    return params


def with_value(params: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The parameters with another value at a path; objects and lists on the way are created."""
    made = copy.deepcopy(dict(params))
    place: Any = made
    for part, after in zip(path, (*path[1:], None), strict=True):
        index: Any = 0 if part == ITEM else part
        if after is None:
            if isinstance(place, list) and not place:
                place.append(None)
            place[index] = value
        elif part == ITEM:
            if not place:
                place.append({})
            place = place[0]
        else:
            place = place.setdefault(part, [] if after == ITEM else {})
    return made


def without(params: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    made = copy.deepcopy(dict(params))
    parent = steps(made, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
    return made


def tried(contract: Contract, rule: Rule, values: Any) -> Iterator[tuple[Any, tuple[Finding, ...]]]:
    """Each value in each golden request of the action, those that give the member first."""
    examples = sorted(EXAMPLES[contract.action], key=lambda params: steps(params, rule.path) is None)
    for params in examples:
        for value in values(rule, steps(params, rule.path)):
            yield value, validate_request(contract.action, with_value(params, rule.path, value))


def printed(path: tuple[str, ...]) -> str:
    return ".".join("0" if part == ITEM else part for part in path)


def breaks(finding: Finding, rule: Rule) -> bool:
    inside = finding.path == printed(rule.path) or (
        rule.keyword == "json" and finding.path.startswith(f"{printed(rule.path)}.")
    )
    return inside and (finding.rule, finding.code, finding.severity) == (rule.keyword, rule.code, rule.severity)


@pytest.mark.parametrize(("contract", "rule"), [each for each in LIMITS if each.values[1].keyword != "required"])
def test_call_at_the_limit_passes(contract: Contract, rule: Rule) -> None:
    errors = [
        (value, [each.message for each in found if each.severity == "error"])
        for value, found in tried(contract, rule, good_values)
    ]

    assert [value for value, messages in errors if not messages], errors[:3]


@pytest.mark.parametrize(("contract", "rule"), [each for each in LIMITS if each.values[1].keyword == "enum"])
def test_each_value_of_an_enumeration_passes_its_rule(contract: Contract, rule: Rule) -> None:
    params = EXAMPLES[contract.action][0]
    refused = [
        value
        for value in rule.value
        if any(breaks(each, rule) for each in validate_request(contract.action, with_value(params, rule.path, value)))
    ]

    assert refused == []


@pytest.mark.parametrize(("contract", "rule"), [each for each in LIMITS if each.values[1].keyword != "required"])
def test_call_past_the_limit_is_refused_with_the_code_of_the_rule(contract: Contract, rule: Rule) -> None:
    outcomes = ((value, found) for value, found in tried(contract, rule, bad_values))

    assert any(any(breaks(each, rule) for each in found) for _, found in outcomes)


@pytest.mark.parametrize(("contract", "rule"), [each for each in LIMITS if each.values[1].keyword == "required"])
def test_call_without_a_member_required_by_rule_is_refused(contract: Contract, rule: Rule) -> None:
    examples = [params for params in EXAMPLES[contract.action] if steps(params, rule.path) is not None]
    found = validate_request(contract.action, without(examples[0], rule.path))

    assert any(breaks(each, rule) for each in found)


# --- conditions ----------------------------------------------------------------------------------------------------


def merged(params: Any, change: Any) -> Any:
    """The parameters with a change to them: objects are merged, everything else is replaced, by null too."""
    if not isinstance(params, dict) or not isinstance(change, Mapping):
        return copy.deepcopy(change)
    return {**params, **{key: merged(params.get(key), each) for key, each in change.items()}}


def broken_by(contract: Contract, params: dict[str, Any], condition: Condition, severity: str) -> list[str]:
    read, _ = read_request(contract, merged(params, condition.breaks), textual=False)
    return [each.id for each in contract.checks("strict").failed_conditions(severity, read)]


@pytest.mark.parametrize(("contract", "condition"), OWN)
def test_condition_is_broken_alone_by_what_breaks_it(contract: Contract, condition: Condition) -> None:
    assert condition.breaks is not None
    # An old spelling, which is a warning, may be what the condition is about.
    outcomes = [broken_by(contract, params, condition, condition.severity) for params in EXAMPLES[contract.action]]

    assert [condition.id] in outcomes, outcomes[:3]


@pytest.mark.parametrize(("contract", "condition"), OWN)
def test_broken_condition_is_reported_with_its_code(contract: Contract, condition: Condition) -> None:
    reported = {
        (each.rule, each.code, each.severity)
        for params in EXAMPLES[contract.action]
        for each in validate_request(contract.action, merged(params, condition.breaks))
    }

    assert (condition.rule, condition.code, condition.severity) in reported


@pytest.mark.parametrize(("contract", "condition"), TABLE)
def test_limit_of_a_model_is_broken_by_what_breaks_it(contract: Contract, condition: Condition) -> None:
    least = {"SubAppId": 1, "ModelName": "Kling", "ModelVersion": "3.0", "Prompt": "a"}
    broken = [each for severity in ("error", "warning") for each in broken_by(contract, least, condition, severity)]
    others = {each.id: each for each in contract.conditions if each.id in broken and each is not condition}

    assert condition.id in broken
    # An old spelling is reported beside, and a second limit on the same member may be past as well.
    assert all(each.member == condition.member or "-NAME-" in each.id for each in others.values())


# --- engines -------------------------------------------------------------------------------------------------------

CALLS = 10_000
ODDITIES = (None, True, 0, 1, -1, 11, 1.5, 2**63, 2**64, "", "x", "10", "x" * 51, "中" * 1001, [], {}, [{}], ["x"], "{")


def stated(schema: Any) -> Iterator[Any]:
    """Every value that a schema names: what its conditions ask for."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        if "const" in schema:
            yield schema["const"]
        for each in schema.values():
            yield from stated(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from stated(each)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key in a value."""
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def mutated(params: dict[str, Any], chance: random.Random, values: list[Any]) -> dict[str, Any]:
    made = copy.deepcopy(params)
    for _ in range(chance.randint(1, 3)):
        found = list(places(made))
        if not found:
            break
        container, key = chance.choice(found)
        kind = chance.randrange(6)
        if kind == 0 and isinstance(container, dict):
            del container[key]
        elif kind == 1 and isinstance(container, list):
            container.extend(copy.deepcopy(container) * chance.randint(1, 4))
        elif kind == 2 and isinstance(container, dict):
            container["Mood"] = 1
        else:
            container[key] = copy.deepcopy(chance.choice(values))
    return made


def calls(contract: Contract) -> Iterator[dict[str, Any]]:
    chance = random.Random(contract.action)
    examples = EXAMPLES[contract.action]
    values = [*ODDITIES, *stated(contract.request_schema)]
    for number in range(-(-CALLS // len(KEPT))):
        yield mutated(examples[number % len(examples)], chance, values)


@pytest.mark.parametrize("contract", [pytest.param(each, id=each.action) for each in KEPT])
def test_both_engines_give_one_verdict(contract: Contract) -> None:
    schema: Any = contract.request_schema
    decides, explains = (
        jsonschema_rs.Draft202012Validator(schema).is_valid,
        jsonschema.Draft202012Validator(schema).is_valid,
    )

    assert [params for params in calls(contract) if decides(params) != explains(params)] == []


@pytest.mark.parametrize("contract", [pytest.param(each, id=each.action) for each in KEPT])
def test_a_call_is_refused_where_an_error_is_found(contract: Contract) -> None:
    checks = contract.checks("strict")
    doubtful = [
        params
        for params in list(calls(contract))[::4]
        if checks.accepts(params) == any(each.severity == "error" for each in explain(contract, checks, params)[0])
    ]

    assert doubtful == []

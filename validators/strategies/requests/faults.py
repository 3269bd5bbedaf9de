"""The faults that a call of an action can have, each with a name, a way to make it, and a way to recognise it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.contracts.checks import Checks
from mockvod.validators.contracts.compile import INTEGERS, PRIMITIVES, Member, Structure
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import CHECKED, ITEM, Rule, find, parsed, written
from mockvod.validators.findings import Finding
from mockvod.validators.json_values import is_list, is_object
from mockvod.validators.request import read_request
from mockvod.validators.strategies.requests.edits import ABSENT, Edit, Place, apply, copied
from mockvod.validators.strategies.requests.shapes import Shape

#: The keywords of rules that a call can violate.
_BREAKABLE = CHECKED | {"json"}
#: For every pattern of a contract, at least one of these texts does not match it.
_AGAINST_PATTERNS = ("!", "a", "data:,a", "-aaaaaaaa")
_NO_INSTANTS = ("tomorrow", "2026-02-30T08:00:00Z")
_BAD_JSON = ("{", "[]", "{}", "1", '{"AdditionalParameters":"{"}')
#: Values that some models accept. `breaks` of a limit has a value that no model accepts, which a rule may refuse first.
_OF_OTHER_MODELS = ("mask", "Enabled", "16:9", "720P")
#: A name that no structure has for a member.
_UNKNOWN_MEMBER = "Mood"


@dataclass(frozen=True, eq=False)
class Fault:
    """One thing that can be wrong with a call."""

    name: str
    severity: str
    #: What the finding has for it: its rule, its code, and the path of the member as contract files write it.
    rule: str
    code: str
    where: str
    #: Gives parameters with the fault, made in several ways from valid parameters and their shape.
    inject: Callable[[dict[str, Any], Shape], Iterator[dict[str, Any]]]
    #: The violated condition, where rule, code and member do not identify it.
    condition: Condition | None = None
    #: Member -> the value that a request must have for it before the fault can be made.
    needs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def is_first(self, findings: Sequence[Finding], contract: Contract, params: dict[str, Any]) -> bool:
        """Whether the first of the findings of a request is about this fault."""
        if not findings:
            return False
        first = findings[0]
        if (first.severity, first.rule, first.code) != (self.severity, self.rule, self.code):
            return False
        if self.condition is not None:
            read, _ = read_request(contract, params, textual=False)
            return self.condition in _strict(contract).failed_conditions(self.severity, read)
        said = re.sub(r"\.[0-9]+(?=\.|$)", "[]", first.path)
        return said == self.where or (self.rule == "json" and said.startswith(f"{self.where}."))


def faults(contract: Contract) -> Iterator[Fault]:
    """All faults of an action, each with a name of its own."""
    seen: set[str] = set()
    for each in (
        *_rule_faults(contract),
        *_condition_faults(contract),
        *_structure_faults(contract, contract.request, ()),
    ):
        if each.name not in seen:
            seen.add(each.name)
            yield each


def _strict(contract: Contract) -> Checks:
    return contract.checks("strict")


# --- rules ---------------------------------------------------------------------------------------------------------


def _rule_faults(contract: Contract) -> Iterator[Fault]:
    for rule in contract.rules:
        if rule.keyword in _BREAKABLE and rule.severity != "off":
            name = f"{rule.where} {rule.keyword}"
            bad = list(_bad_values(contract, rule))
            yield Fault(name, rule.severity, rule.keyword, rule.code, rule.where, _setting(rule.path, bad))


def _setting(path: Place, bad: Sequence[Any]) -> Callable[[dict[str, Any], Shape], Iterator[dict[str, Any]]]:
    def inject(params: dict[str, Any], shape: Shape) -> Iterator[dict[str, Any]]:
        for value in bad:
            made = copied(params)
            if isinstance(value, _ListOfLength):
                value = value.of(_value_at(made, path), shape.make((*path, ITEM)))
            apply(Edit(((path, value),)), made, shape.make, str)
            yield made

    return inject


@dataclass(frozen=True, slots=True)
class _ListOfLength:
    """Stands for a list with that many objects, the request's own among them."""

    count: int

    def of(self, own: Any, item: Mapping[str, Any]) -> list[Any]:
        items = own if is_list(own) else []
        return [*items, *([item] * self.count)][: self.count]


def _value_at(params: Any, path: Place) -> Any:
    for part in path:
        if part == ITEM:
            params = params[-1] if is_list(params) and params else None
        else:
            params = params.get(part) if is_object(params) else None
    return params


def _bad_values(contract: Contract, rule: Rule) -> Iterator[Any]:
    value, keyword = rule.value, rule.keyword
    if keyword == "required":
        yield ABSENT
    elif keyword in ("minLength", "maxLength"):
        yield from (letter * (value + (1 if keyword == "maxLength" else -1)) for letter in ("a", "中", "1"))
    elif keyword in ("minimum", "maximum"):
        yield value + (1 if keyword == "maximum" else -1)
    elif keyword in ("minItems", "maxItems"):
        count = value + (1 if keyword == "maxItems" else -1)
        member = find(rule.where, contract.request, contract.types, "").member
        yield _ListOfLength(count) if not member.primitive else [f"https://example.com/{each}" for each in range(count)]
    elif keyword == "enum":
        yield "no-such-value" if isinstance(value[0], str) else max(value) + 1
    else:
        yield from {"pattern": _AGAINST_PATTERNS, "format": _NO_INSTANTS, "json": _BAD_JSON}[keyword]


# --- conditions ----------------------------------------------------------------------------------------------------


def _condition_faults(contract: Contract) -> Iterator[Fault]:
    for each in contract.conditions:
        if each.severity == "off" or each.breaks is None:
            continue
        needs = {
            name: each.breaks[name] for name in ("ModelName", "ModelVersion") if each.models and name in each.breaks
        }
        if each.member == "ModelVersion":
            needs.pop("ModelVersion", None)
        yield Fault(each.id, each.severity, each.rule, each.code, each.member, _patching(each), each, needs)


def _patching(condition: Condition) -> Callable[[dict[str, Any], Shape], Iterator[dict[str, Any]]]:
    breaks, path = condition.breaks or {}, parsed(condition.member)

    def inject(params: dict[str, Any], shape: Shape) -> Iterator[dict[str, Any]]:
        made = merge_patched(params, breaks)
        yield made
        if condition.short and isinstance(_value_at(made, path), str):
            for value in _OF_OTHER_MODELS:
                apply(Edit(((path, value),)), made := copied(made), shape.make, str)
                yield made

    return inject


def merge_patched(params: Any, change: Any) -> Any:
    """The parameters after a merge patch (RFC 7396), which `breaks` of a contract file is: null removes a member."""
    if not is_object(change):
        return copied(change)
    own: Mapping[str, Any] = params if is_object(params) else {}
    kept = {name: copied(value) for name, value in own.items() if change.get(name, 0) is not None}
    return {**kept, **{name: merge_patched(own.get(name), each) for name, each in change.items() if each is not None}}


# --- the structure -------------------------------------------------------------------------------------------------


def _structure_faults(contract: Contract, structure: Structure, path: Place) -> Iterator[Fault]:
    yield _structure_fault(
        (*path, _UNKNOWN_MEMBER), "unknown", "UnknownParameter", [1], name=written(path) or "request"
    )
    for member in structure.members:
        inside = (*path, member.name)
        if member.required:
            yield _structure_fault(inside, "required", "MissingParameter", [ABSENT])
        yield _structure_fault(inside, "type", "InvalidParameter", [_value_of_another_type(member)])
        item = (*inside, ITEM) if member.list else inside
        if member.list:
            yield _structure_fault(
                item, "type", "InvalidParameter", [_value_of_another_type(Member(member.name, member.type))]
            )
        if member.type in INTEGERS:
            past = (PRIMITIVES[member.type]["minimum"] - 1, PRIMITIVES[member.type]["maximum"] + 1)
            yield _structure_fault(item, "range", "InvalidParameter", past)
        if not member.primitive:
            yield from _structure_faults(contract, contract.types(member.type), item)


def _structure_fault(path: Place, rule: str, code: str, bad: Sequence[Any], name: str = "") -> Fault:
    return Fault(f"{name or written(path)} {rule}", "error", rule, code, written(path), _setting(path, bad))


def _value_of_another_type(member: Member) -> Any:
    """A value that is not of the member's type."""
    if member.list or not member.primitive:
        return "a"
    return 1 if PRIMITIVES[member.type]["type"] == "string" else "a"

"""The text of `mockvod contracts show`, and the line of an action in `mockvod contracts list`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockvod.narrowing import is_array
from mockvod.validators.contracts.catalog import VERSION, Contract
from mockvod.validators.contracts.compile import Member, Structure, reached
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import ITEM, Rule, usual_code


def line(contract: Contract) -> str:
    """One line that says how deeply an action is modelled."""
    if not contract.hand_kept:
        return f"{contract.action:<44} structure"
    by_table = sum(bool(each.short) for each in contract.conditions)
    depth = [
        _counted(len(contract.rules), "rule"),
        _counted(len(contract.conditions) - by_table, "condition"),
        f"{contract.models} models" if contract.models else "",
    ]
    facts = f"{contract.mode or '':<6} {_rate(contract):<6} {', '.join(filter(None, depth))}"
    return f"{contract.action:<44} by hand    {facts}".rstrip()


def description(contract: Contract) -> Iterator[str]:
    """The lines that a person needs to call an action."""
    depth = "kept by hand" if contract.hand_kept else "structure only"
    yield f"{contract.action}  (version {VERSION}, {depth})"
    if contract.summary:
        yield contract.summary
    for name, value in _facts(contract):
        yield f"  {name:<12} {value}"
    yield "\nRequest (* required)"
    yield from _members(contract, contract.request, ())
    yield from _answer("Response (* published as always answered)", contract.response)
    for structure in reached(contract.response, contract.types):
        yield from _answer(structure.name, structure)
    yield from _conditions(contract)
    yield from _section("Errors", contract.error_codes)
    yield from _conflicts(contract)
    yield from _section("Not modelled", contract.not_modelled)


def _facts(contract: Contract) -> Iterator[tuple[str, str]]:
    if contract.mode:
        yield "mode", contract.mode
    if contract.rate:
        yield "rate", _rate(contract)
    if contract.concurrency:
        beyond = contract.document.get("concurrency", {}).get("beyond", "")
        yield "concurrency", f"{contract.concurrency} at a time; beyond: {beyond}"
    if contract.dedup:
        yield "dedup", f"a SessionId is refused again for {contract.dedup} hours"
    if contract.identifier:
        yield "identifier", f"{contract.identifier} {contract.identifier_pattern}"
    if contract.task_type:
        yield "task", f"TaskType {contract.task_type}, result in {contract.result_field}"
    if contract.event_type:
        yield "event", f"EventType {contract.event_type}, content in {contract.event_field}"
    if contract.models:
        yield "models", f"the limits of the family {contract.models!r} in contracts/models.json apply"


# --- the request ---------------------------------------------------------------------------------------------------


def _members(contract: Contract, structure: Structure, path: tuple[str, ...]) -> Iterator[str]:
    below: list[tuple[Member, tuple[str, ...]]] = []
    for member in structure.members:
        place = (*path, member.name)
        mine = [rule for rule in contract.rules if rule.path in (place, (*place, ITEM))]
        needed = member.required or any(rule.keyword == "required" and rule.severity == "error" for rule in mine)
        limits = "; ".join(_limit(contract, rule, member) for rule in mine if rule.keyword != "required")
        yield f"  {'*' if needed else ' '} {member.name:<28} {_type(member):<16} {limits}".rstrip()
        for note in contract.document.get("members", {}).get(_written(place), {}).get("notes", ()):
            yield f"      {note}"
        if not member.primitive:
            below.append((member, (*place, ITEM) if member.list else place))
    for member, place in below:
        yield f"\n{_written(place)}: {member.type}"
        yield from _members(contract, contract.types(member.type), place)


def _written(place: tuple[str, ...]) -> str:
    return ".".join(place).replace(f".{ITEM}", ITEM)


#: Keyword of a rule -> its value in words.
_LIMITS: Mapping[str, Callable[[Any], str]] = {
    "minLength": lambda value: f"at least {_counted(value, 'character')}",
    "maxLength": lambda value: f"at most {_counted(value, 'character')}",
    "minItems": lambda value: f"at least {_counted(value, 'item')}",
    "maxItems": lambda value: f"at most {_counted(value, 'item')}",
    "minimum": lambda value: f"at least {value}",
    "maximum": lambda value: f"at most {value}",
    "enum": lambda value: " | ".join(map(str, value)),
    "pattern": lambda value: f"matches {value}",
    "format": lambda value: "an ISO 8601 instant",
    "json": lambda value: "JSON text",
    "default": lambda value: f"default {value}",
    "decimal_text": lambda value: f"text {value} passes with a warning",
    "media": lambda value: "media: " + ", ".join(f"{key} {_media(each)}" for key, each in value.items()),
}


def _media(value: Any) -> str:
    return "/".join(map(str, value)) if is_array(value) else str(value)


def _limit(contract: Contract, rule: Rule, member: Member) -> str:
    said = _LIMITS[rule.keyword](rule.value)
    if member.list and rule.path[-1] == ITEM:
        said = f"each {said}"
    asides = [
        "any case" if rule.options.get("ignore_case") else "",
        "warning" if rule.severity == "warning" else "",
        "" if rule.code == usual_code(contract.document) else rule.code,
    ]
    said_aside = ", ".join(filter(None, asides))
    return f"{said} ({said_aside})" if said_aside and rule.keyword not in ("default", "media") else said


# --- the rest ------------------------------------------------------------------------------------------------------


def _answer(title: str, structure: Structure) -> Iterator[str]:
    yield f"\n{title}"
    for member in structure.members:
        yield f"  {'*' if member.output_required else ' '} {member.name:<28} {_type(member)}"


def _type(member: Member) -> str:
    return f"list of {member.type}" if member.list else member.type


def _conditions(contract: Contract) -> Iterator[str]:
    own = [each for each in contract.conditions if not each.short]
    table = [each for each in contract.conditions if each.short]
    if own:
        yield "\nConditions"
    for each in own:
        message = each.message.replace("{value}", "the value").replace("{count}", "so many")
        yield f"  {each.id:<20} {_effect(each):<18} {message}"
    if table:
        yield "\nModels (contracts/models.json)"
    for each in table:
        yield f"  {each.id:<42} {_effect(each):<18} {each.member:<31} {each.short}"


def _effect(condition: Condition) -> str:
    return condition.code if condition.severity == "error" else "warning"


def _conflicts(contract: Contract) -> Iterator[str]:
    conflicts = contract.document.get("conflicts", ())
    if conflicts:
        yield "\nConflicts between sources"
    for each in conflicts:
        yield f"  {each['id']} ({each['member']}): {' / '.join(side['says'] for side in each['sides'])}"
        yield f"    strict: {each['strict']}; lenient: {each['lenient']}"


def _section(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"\n{title}"
        yield from (f"  {line}" for line in lines)


def _rate(contract: Contract) -> str:
    return f"{contract.rate}/s" if contract.rate else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""

"""Turns each violation of a compiled schema into a finding.

A violation of the structure is looked up by its keyword in `_KEYWORDS`, with the service's recorded text. A violation
of a rule or a condition brings its code and evidence along, and `RULE_MESSAGES` has the words for it.

A condition is not reported where the structure is violated at its member, above or below it, or at another member
that the condition depends on: it would only repeat what follows from that violation.
"""

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.contracts.checks import Checks
from mockvod.validators.contracts.compile import INTEGERS, PRIMITIVES, Member, Path, Structure, locate
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.rules import ITEM, parsed
from mockvod.validators.findings import Finding, Severity, dotted, shortened, shown
from mockvod.validators.json_values import is_array, is_object
from mockvod.validators.walk import Violation, walk

#: The service's text for a finding: a key of `replies` in contracts/errors.json, and the values that the text takes.
ReplyWords = tuple[str, tuple[tuple[str, str], ...]]


def explain(contract: Contract, checks: Checks, params: Mapping[str, Any]) -> tuple[list[Finding], int]:
    """The findings about parameters that `request.py` has read, in no particular order.

    Returns:
        The findings, and how many items and members were not looked at.
    """
    found: list[Finding] = []
    passed_over = 0
    severity: Severity
    for severity in ("error", "warning"):
        # The schema for warnings has no types.
        floats = severity == "error" and checks.has_float(params)
        broken, more = walk(checks.members(severity), params, floats=floats)
        found += (_finding(contract, each, severity) for each in broken)
        passed_over += more
    certain = {each.path for each in found if each.rule in _STRUCTURAL}
    # A value of a wrong type violates an enum too, and a member may be required by the structure and by a rule.
    found = [each for each in found if each.rule in _STRUCTURAL or each.path not in certain]
    in_part = _in_part(params)
    for severity in ("error", "warning"):
        for each in checks.failed_conditions(severity, in_part):
            finding = _broken(each, params, severity)
            if not any(_overlap(finding.path, path) or each.mentions(path) for path in certain):
                found.append(finding)
    return found, passed_over


#: What conditions are held against of a list and of a text: more than any of them asks for. Of a list within a list it
#: is a tenth, and so on.
_MOST_ITEMS = 1_000
_MOST_CHARACTERS = 100_000


def _in_part(value: Any, items: int = _MOST_ITEMS) -> Any:
    """A value with the beginnings of its lists and texts: each of some fifty conditions reads all of it."""
    if is_object(value):
        return {name: _in_part(each, items) for name, each in value.items()}
    if is_array(value):
        return [_in_part(each, items // 10) for each in value[:items]]
    return value[:_MOST_CHARACTERS] if isinstance(value, str) else value


#: Rules of the published structure.
_STRUCTURAL = frozenset({"unknown", "type", "range", "required"})


def _overlap(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _finding(contract: Contract, violation: Violation, severity: Severity) -> Finding:
    if violation.keyword == "required":
        return missing_member(contract, violation, severity)
    if violation.note is None or _exceeds_its_type(contract, violation):
        return _KEYWORDS[violation.keyword](contract, violation)
    return against_rule(dotted(violation.path), violation, violation.note, severity)


def _exceeds_its_type(contract: Contract, violation: Violation) -> bool:
    """Whether a number lies outside the range of its type too; the schema has only the narrower range of the rule."""
    if violation.keyword not in ("minimum", "maximum"):
        return False
    _, member = _path_and_member(contract, violation)
    bounds = PRIMITIVES[member.type]
    return not bounds["minimum"] <= violation.value <= bounds["maximum"]


# --- rules and conditions ------------------------------------------------------------------------------------------

#: Rule -> what a message says after "is"; each takes the value and the rule's limit.
RULE_MESSAGES: Mapping[str, Callable[[Any, Any], str]] = {
    "minLength": lambda value, limit: f"{shown(value)}: {len(value)} characters, the least is {limit}",
    "maxLength": lambda value, limit: f"{shown(value)}: {len(value)} characters, the most is {limit}",
    "minItems": lambda value, limit: f"a list of {len(value)}, the least is {limit}",
    "maxItems": lambda value, limit: f"a list of {len(value)}, the most is {limit}",
    "minimum": lambda value, limit: f"{shown(value)}, below {limit}",
    "maximum": lambda value, limit: f"{shown(value)}, above {limit}",
    "pattern": lambda value, limit: f"{shown(value)}, which does not match {limit}",
    "format": lambda value, limit: f"{shown(value)}; send an instant such as 2026-01-31T08:00:00Z",
    "enum": lambda value, limit: f"{shown(value)}; send {_alternatives(limit)}",
}


def _alternatives(values: Any) -> str:
    texts = [str(each) for each in values]
    return " or ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def against_rule(path: str, violation: Violation, note: Mapping[str, Any], severity: Severity) -> Finding:
    """The finding for a value that violates a rule.

    Args:
        path: The member, as the service prints it.
        violation: What was found.
        note: The rule's entry in `x-mockvod-rules` of the compiled schema.
        severity: What the profile makes of a violation.
    """
    rule = note["rule"]
    limit = note.get("allowed", violation.limit)
    message = f"{path} is {RULE_MESSAGES[rule](violation.value, limit)}"
    words = value_reply(note["code"], path, violation.value)
    return Finding(path, rule, note["code"], message, severity, note["evidence"], words)


def _broken(condition: Condition, params: Mapping[str, Any], severity: Severity) -> Finding:
    names = parsed(condition.member)
    names = names[: names.index(ITEM)] if ITEM in names else names
    value: Any = params
    for name in names:
        value = value.get(name) if is_object(value) else None
    path = dotted(names)
    message = condition.message.replace("{value}", shown(value))
    if is_array(value):
        message = message.replace("{count}", str(len(value)))
    words = value_reply(condition.code, path, value)
    return Finding(path, condition.rule, condition.code, message, severity, condition.evidence, words)


def value_reply(code: str, path: str, value: object) -> ReplyWords:
    """The service's text for a bad value; its key is empty for a code whose text is not known."""
    if code == "MissingParameter":
        return "missing_parameter", (("name", path),)
    if code == "UnknownParameter":
        return "unknown_parameter", (("name", path),)
    values = (("value", _as_answered(value)), ("name", path))
    if (code, path) == ("InvalidParameter", "ModelName"):
        return "invalid_model_name", values[:1]
    return "invalid_parameter_value" if code == "InvalidParameterValue" else "", values


#: One more than `shortened` leaves, because each piece has at least one.
_MOST_CHARACTERS_ANSWERED = 81


def _as_answered(value: object) -> str:
    """A value as recorded answers repeat it: text as it is, anything else as JSON.

    It is shortened to 80 characters, of which nothing is known.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return shortened(value).encode("utf-8", "replace").decode()
    try:
        # Piece by piece, and no more pieces than are shown: a value may be as large as a body.
        pieces = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).iterencode(value)
        return shortened("".join(islice(pieces, _MOST_CHARACTERS_ANSWERED)))
    except (TypeError, ValueError, RecursionError):
        return shown(value)


# --- the structure -------------------------------------------------------------------------------------------------


def _unknown_member(contract: Contract, violation: Violation) -> Finding:
    inside = locate(contract.request, contract.types, violation.path[:-1])
    return unknown(violation.path, contract.types(inside.type) if inside else contract.request)


def missing_member(contract: Contract, violation: Violation, severity: Severity = "error") -> Finding:
    """The finding for a required member that is absent or null."""
    path, member = _path_and_member(contract, violation)
    note = violation.note or {"code": "MissingParameter", "evidence": "observed, VOD ApplyUpload"}
    message = f"{path}: required and not given (null counts as not given); send {wanted(member)}"
    words = value_reply(note["code"], path, None)
    return Finding(path, "required", note["code"], message, severity, note["evidence"], words)


@dataclass(frozen=True, slots=True)
class _TypeMismatch:
    """What the service answers for one kind of wrong type, and how that is known."""

    #: Whether the answer names the wanted type, as the newer text does and the older does not.
    names_type: bool
    evidence: str
    #: What the message advises.
    way_out: str


_LIST = _TypeMismatch(False, "observed, recorded answer for InstanceIds 2022-09", "wrap it in a list")
_NULL_ITEM = _TypeMismatch(False, "assumed, no recording of null", "leave the item out")
_OBJECT = _TypeMismatch(False, "inferred, as for lists", "send an object")
_TEXT_FOR_NUMBER = _TypeMismatch(True, "observed, VOD SubAppId sent as text 2026", "take the quotes away")
_NUMBER_FOR_TEXT = _TypeMismatch(True, "observed, easy-sms#332 and SES 2026-10", "put it in quotes")
_OBJECT_FOR_TEXT = _TypeMismatch(True, "observed, OCR Config", "send text; JSON inside a member is sent as a string")
_FLOAT = _TypeMismatch(True, "assumed, as the typed SDKs read it", "write it without a decimal point")
_OTHER = _TypeMismatch(True, "inferred, as for the recorded types", "send that type")


def _type_mismatch(member: Member, violation: Violation) -> _TypeMismatch:
    value = violation.value
    in_list = bool(violation.path) and isinstance(violation.path[-1], int)
    if member.list and not in_list:
        return _LIST
    if value is None:
        return _NULL_ITEM
    if not member.primitive:
        return _OBJECT
    wants_text = member.type not in (*INTEGERS, "float", "bool")
    if isinstance(value, str) and not wants_text:
        return _TEXT_FOR_NUMBER
    if wants_text and isinstance(value, dict | list):
        return _OBJECT_FOR_TEXT
    if wants_text and isinstance(value, int | float) and not isinstance(value, bool):
        return _NUMBER_FOR_TEXT
    return _FLOAT if isinstance(value, float) and member.type in INTEGERS else _OTHER


def _wrong_type(contract: Contract, violation: Violation) -> Finding:
    path, member = _path_and_member(contract, violation)
    case = _type_mismatch(member, violation)
    message = f"{path}: {shown(violation.value)} is not {wanted(member, violation.path)}; {case.way_out}"
    values: tuple[tuple[str, str], ...] = (("name", path),)
    reply = (
        ("parameter_type_expected", (*values, ("type", member.type))) if case.names_type else _older_type_reply(path)
    )
    return Finding(path, "type", "InvalidParameter", message, "error", case.evidence, reply)


def _out_of_range(contract: Contract, violation: Violation) -> Finding:
    path, member = _path_and_member(contract, violation)
    below = violation.keyword == "minimum"
    limit = PRIMITIVES[member.type][violation.keyword]
    message = (
        f"{path}: {shown(violation.value)} is {'below' if below else 'above'} {limit}, "
        f"the {'least' if below else 'greatest'} {member.type}"
    )
    negative = below and member.type == "uint64"
    evidence = "observed, iai and bda examples" if negative else "inferred, as for a negative uint64"
    return Finding(path, "range", "InvalidParameter", message, "error", evidence, _older_type_reply(path))


#: Keyword of the structure -> how its finding is made. A keyword that contracts/compile.py comes to use needs a function here.
_KEYWORDS: Mapping[str, Callable[[Contract, Violation], Finding]] = {
    "additionalProperties": _unknown_member,
    "type": _wrong_type,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
}


#: Longer than the name of any member.
_LONGEST_NAME = 80


def unknown(path: Path, structure: Structure, severity: Severity = "error") -> Finding:
    """The finding for a member that the structure does not have; its message names the most similar one."""
    name, member = dotted(path), dotted(path[-1:])
    near = difflib.get_close_matches(
        member[:_LONGEST_NAME].casefold(), (each.casefold() for each in structure.by_name), n=1
    )
    spelled = next((each for each in structure.by_name if [each.casefold()] == near), None)
    way_out = f"did you mean {spelled}?" if spelled else "leave it out"
    return Finding(
        name,
        "unknown",
        "UnknownParameter",
        f"{shortened(name)}: {structure.name} has no such member; {way_out}",
        severity,
        "observed, NewFuture/DDNS#575 2025-11",
        ("unknown_parameter", (("name", name),)),
    )


def lenient_text(member: Member, text: str, path: Path) -> Finding:
    """The warning about a text that the lenient profile has read as a number."""
    name = dotted(path)
    message = f"{name}: {shown(text)} is text, not {wanted(member)}; the strict profile refuses it"
    reply = ("parameter_type_expected", (("name", name), ("type", member.type)))
    return Finding(name, "type", "InvalidParameter", message, "warning", _TEXT_FOR_NUMBER.evidence, reply)


def _older_type_reply(path: str) -> ReplyWords:
    return "parameter_type", (("name", path),)


def _path_and_member(contract: Contract, violation: Violation) -> tuple[str, Member]:
    member = locate(contract.request, contract.types, violation.path)
    # Only the parameters as a whole belong to no member, and they have been found to be a dict.
    assert member is not None, violation.path
    return dotted(violation.path), member


def wanted(member: Member, path: Path = ()) -> str:
    """What a member takes, in words for a message; a path that ends with a position stands for an item of the list."""
    one = f"a {member.type}" if member.primitive and not member.type.startswith("i") else f"an {member.type}"
    if not member.primitive:
        one = f"an object ({member.type})"
    return f"a list of {member.type}" if member.list and not (path and isinstance(path[-1], int)) else one

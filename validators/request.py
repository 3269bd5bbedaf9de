"""Checks the parameters of a call, and says what the gateway would answer.

1. The compiled schema decides (jsonschema-rs, microseconds). Most calls end here, with the very object they came with.
2. What it refuses is read again, member by member: text becomes numbers where the wire had only text, null members go
   away, and the lenient profile forgives. If the outcome fits, the call passes with it.
3. What still does not fit is walked for every violation, and each becomes a finding.

Null: an optional member that is null counts as absent (one published example needs it), a required one as missing, a
null inside a list is a type error. All three assumed: no capture shows the service on null.

Profiles: strict is what the service does as far as it is known; lenient lets pass, with a warning, what the service
may refuse: unknown members, decimal text for numbers, blanks around query values, an absent SubAppId.
"""

import difflib
import functools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mockvod.validators.catalog import Contract, catalog
from mockvod.validators.compile import INTEGERS, Member, Path, Structure, locate
from mockvod.validators.findings import (
    ContractError,
    Finding,
    Severity,
    Violation,
    dotted,
    in_order,
    shortened,
    shown,
    violations,
)

PROFILES = ("strict", "lenient")

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_TRUTHS = {"true": True, "false": False}


def validate_request(
    action: str, params: Mapping[str, Any], *, profile: str = "strict", raises: bool = False
) -> tuple[Finding, ...]:
    """Everything that is wrong with the parameters of a call, the common ones (Action, Region …) left out.

    Empty when nothing is; the first is what the gateway would answer. Bad parameters are reported, not raised.

    Raises:
        ContractError: there is an error among the findings, and `raises` was asked for.
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: the profile is neither strict nor lenient.
        TypeError: the parameters are no mapping.
    """
    contract = catalog().require(action)
    if not isinstance(params, Mapping):
        raise TypeError(f"params is {shown(params)}, not a mapping of parameter names to values")
    exact = params if isinstance(params, dict) else dict(params)
    _, findings = read_request(contract, exact, textual=False, profile=profile)
    if raises and any(each.severity == "error" for each in findings):
        raise ContractError(contract.action, findings)
    return findings


def read_request(
    contract: Contract, params: dict[str, Any], *, textual: bool, profile: str = "strict"
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The parameters as a handler wants them, and the findings in the order in which the gateway would answer them.

    Valid JSON parameters come back as the object they are. Otherwise the first is a new dict, `params` is never
    changed, and the values are of use only when no finding is an error.

    Args:
        textual: the parameters came by GET or form, so that every leaf is text.

    Raises:
        ValueError: the profile is neither strict nor lenient.
    """
    if profile not in PROFILES:
        raise ValueError(f"profile {profile!r} is neither 'strict' nor 'lenient'")
    findings: tuple[Finding, ...] = ()
    if not textual:
        for name, pattern in contract.decimal_text.items():
            text = params.get(name)
            if type(text) is str and pattern.fullmatch(text):
                params = {**params, name: int(text)}
                findings = (*findings, _documented_text(contract.request.by_name[name], text))
        if contract.accepts_request(params):
            return params, findings
    reader = _Reader(contract, textual=textual, lenient=profile == "lenient")
    params = reader.object(contract.request, params, ())
    findings = (*findings, *reader.warnings)
    if not contract.accepts_request(params):
        errors = _explain(contract, params, lenient=profile == "lenient")
        findings = (*findings, *errors)
    return params, in_order(findings)


# --- reading again -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Makes the most of parameters that did not fit as they came. Leaves alone what it cannot read."""

    contract: Contract
    textual: bool
    lenient: bool
    warnings: list[Finding] = field(default_factory=list)

    def object(self, structure: Structure, value: dict[str, Any], path: Path) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for name, each in value.items():
            member = structure.by_name.get(name)
            if member is None:
                if self.lenient:
                    finding = _unknown((*path, name), structure, severity="warning")
                    self.warnings.append(finding)
                else:
                    read[name] = each
            elif each is not None:
                read[name] = self.member(member, each, (*path, name))
        return read

    def member(self, member: Member, value: Any, path: Path) -> Any:
        if member.list and isinstance(value, list):
            return [self.item(member, each, (*path, index)) for index, each in enumerate(value)]
        return value if member.list else self.item(member, value, path)

    def item(self, member: Member, value: Any, path: Path) -> Any:
        if isinstance(value, dict) and not member.primitive:
            return self.object(self.contract.types(member.type), value, path)
        if not isinstance(value, str) or not member.primitive:
            return value
        if self.textual:
            return _from_text(member, self.trimmed(value, path))
        if self.lenient and member.type in ("int64", "uint64", "float"):
            read = _from_text(member, value)
            if read is not value:
                self.warnings.append(_lenient_text(member, value, path))
            return read
        return value

    def trimmed(self, text: str, path: Path) -> str:
        # One published GET example carries a leading blank in FileId; the service is not known to trim.
        bare = text.strip() if self.lenient else text
        if bare != text:
            name = dotted(path)
            message = f"{name}: {shown(text)} has blanks around it; send {shown(bare)}"
            evidence = "documented, an example of AttachMediaSubtitles"
            self.warnings.append(Finding(name, "whitespace", "InvalidParameter", message, "warning", evidence))
        return bare


def _from_text(member: Member, text: str) -> Any:
    """Text of the wire as its type; the same text when it is not of that type, so that it is reported as such."""
    if member.type in INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else text
    if member.type == "float":
        number = float(text) if _DECIMAL.fullmatch(text) else math.inf
        return number if math.isfinite(number) else text
    if member.type == "bool":
        # The Python SDK sends True and False where the others send true and false (gateway.md 4.1).
        return _TRUTHS.get(text.lower(), text)
    return text


# --- explaining ----------------------------------------------------------------------------------------------------


def _explain(contract: Contract, params: dict[str, Any], *, lenient: bool) -> list[Finding]:
    findings = []
    for each in violations(contract.request_schema, params):
        finding = _KEYWORDS[each.keyword](contract, each)
        if lenient and finding.rule == "required" and each.path == ("SubAppId",):
            # A-SUBAPP: the default application is meant.
            finding = replace(finding, severity="warning")
        findings.append(finding)
    return findings


def _unknown_member(contract: Contract, violation: Violation) -> Finding:
    inside = locate(contract.request, contract.types, violation.path[:-1])
    return _unknown(violation.path, contract.types(inside.type) if inside else contract.request)


def _missing_member(contract: Contract, violation: Violation) -> Finding:
    path, member = _place(contract, violation)
    return Finding(
        path,
        "required",
        "MissingParameter",
        f"{path}: required and not given (null counts as not given); send {_wanted(member)}",
        "error",
        "observed, VOD ApplyUpload",
        ("missing_parameter", (("name", path),)),
    )


@dataclass(frozen=True, slots=True)
class _TypeCase:
    """What is known of the service for one kind of mismatch."""

    #: Whether the answer names the type it wants; the older text does not.
    names_type: bool
    evidence: str
    way_out: str


_LIST = _TypeCase(False, "observed, recorded answer for InstanceIds 2022-09", "wrap it in a list")
_NULL_ITEM = _TypeCase(False, "assumed, no recording of null", "leave the item out")
_OBJECT = _TypeCase(False, "inferred, as for lists", "send an object")
_TEXT_FOR_NUMBER = _TypeCase(True, "observed, VOD SubAppId sent as text 2026", "take the quotes away")
_NUMBER_FOR_TEXT = _TypeCase(True, "observed, easy-sms#332 and SES 2026-10", "put it in quotes")
_OBJECT_FOR_TEXT = _TypeCase(True, "observed, OCR Config", "send text; JSON inside a member is sent as a string")
_FLOAT = _TypeCase(True, "assumed, as the typed SDKs read it", "write it without a decimal point")
_OTHER = _TypeCase(True, "inferred, as for the recorded types", "send that type")


def _type_case(member: Member, violation: Violation) -> _TypeCase:
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
    path, member = _place(contract, violation)
    case = _type_case(member, violation)
    message = f"{path}: {shown(violation.value)} is not {_wanted(member, violation.path)}; {case.way_out}"
    values: tuple[tuple[str, str], ...] = (("name", path),)
    reply = ("parameter_type_expected", (*values, ("type", member.type))) if case.names_type else _plain_type(path)
    return Finding(path, "type", "InvalidParameter", message, "error", case.evidence, reply)


def _out_of_range(contract: Contract, violation: Violation) -> Finding:
    path, member = _place(contract, violation)
    below = violation.keyword == "minimum"
    message = (
        f"{path}: {shown(violation.value)} is {'below' if below else 'above'} {violation.limit}, "
        f"the {'least' if below else 'greatest'} {member.type}"
    )
    negative = below and member.type == "uint64"
    evidence = "observed, iai and bda examples" if negative else "inferred, as for a negative uint64"
    return Finding(path, "range", "InvalidParameter", message, "error", evidence, _plain_type(path))


#: Keyword of the compiled schema -> the finding. A keyword that a schema gains gets its function here.
_KEYWORDS: Mapping[str, Callable[[Contract, Violation], Finding]] = {
    "additionalProperties": _unknown_member,
    "type": _wrong_type,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "required": _missing_member,
}


def _unknown(path: Path, structure: Structure, severity: Severity = "error") -> Finding:
    name, member = dotted(path), dotted(path[-1:])
    near = difflib.get_close_matches(member.casefold(), (each.casefold() for each in structure.by_name), n=1)
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


@functools.lru_cache(maxsize=256)
def _documented_text(member: Member, text: str) -> Finding:
    name = member.name
    return Finding(
        name,
        "type",
        "InvalidParameter",
        f"{name}: {text!r} is text; the published example sends it so, other integers must be numbers",
        "warning",
        "documented, published examples against the published type",
        ("parameter_type_expected", (("name", name), ("type", member.type))),
    )


def _lenient_text(member: Member, text: str, path: Path) -> Finding:
    name = dotted(path)
    message = f"{name}: {shown(text)} is text, not {_wanted(member)}; the strict profile refuses it"
    reply = ("parameter_type_expected", (("name", name), ("type", member.type)))
    return Finding(name, "type", "InvalidParameter", message, "warning", _TEXT_FOR_NUMBER.evidence, reply)


def _plain_type(path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return "parameter_type", (("name", path),)


def _place(contract: Contract, violation: Violation) -> tuple[str, Member]:
    member = locate(contract.request, contract.types, violation.path)
    # Only the parameters as a whole have no member, and they are a dict before they get here.
    assert member is not None, violation.path
    return dotted(violation.path), member


def _wanted(member: Member, path: Path = ()) -> str:
    one = f"a {member.type}" if member.primitive and not member.type.startswith("i") else f"an {member.type}"
    if not member.primitive:
        one = f"an object ({member.type})"
    return f"a list of {member.type}" if member.list and not (path and isinstance(path[-1], int)) else one

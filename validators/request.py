"""Checks the parameters of a call, and says what the gateway would answer.

1. The compiled schemas decide (jsonschema-rs, microseconds): structure, rules, conditions and what is only reported, in
   one pass. Most calls end here, with the very object they came with.
2. What they refuse is read again, member by member: text becomes numbers where the wire had only text, null members and
   empty enumerations go away, and the lenient profile forgives. If the outcome fits, the call passes with it.
3. What still does not fit is walked for every violation, and each becomes a finding (explain.py).
4. JSON inside text is held against its own schema, where such a member is given (content.py).

Null: an optional member that is null counts as absent (one published example needs it), a required one as missing, a
null inside a list is a type error. All three assumed: no capture shows the service on null. An empty text counts as
absent, with a warning, where the member is optional and must be one of some texts or have some form (assumed as well).

Profiles: strict is what the service does as far as it is known; lenient lets pass, with a warning, what the service
may refuse: unknown members, decimal text for numbers, objects for JSON text, blanks around query values, an absent
SubAppId, and every rule and condition unless it says otherwise.
"""

import functools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.compile import INTEGERS, Member, Path, Structure
from mockvod.validators.contracts.content import content_findings
from mockvod.validators.contracts.rules import ITEM
from mockvod.validators.findings import ContractError, Finding, dotted, in_order, shown
from mockvod.validators.json_values import is_dict, is_list, is_object

PROFILES = ("strict", "lenient")

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


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
    if not is_object(params):
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
    checks = contract.checks(profile)
    findings: tuple[Finding, ...] = ()
    if not textual:
        for name, pattern in contract.decimal_text.items():
            text = params.get(name)
            if type(text) is str and pattern.fullmatch(text):
                params = {**params, name: int(text)}
                findings = (*findings, _documented_text(contract.request.by_name[name], text))
        if checks.passes(params):
            inside = content_findings(checks, params) if checks.json_rules else []
            if inside is not None:
                return params, in_order((*findings, *inside)) if inside else findings
    from mockvod.validators.explain import explain  # a module for what is wrong, and most calls are right

    reader = _Reader(contract, textual=textual, lenient=profile == "lenient")
    params = reader.object(contract.request, params, ())
    findings = (*findings, *reader.warnings)
    if not checks.passes(params):
        findings = (*findings, *explain(contract, checks, params))
    findings = (*findings, *(content_findings(checks, params) or ()))
    return params, in_order(findings)


# --- reading again -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Makes the most of parameters that did not fit as they came. Leaves alone what it cannot read."""

    contract: Contract
    textual: bool
    lenient: bool
    warnings: list[Finding] = field(default_factory=list[Finding])

    def object(self, structure: Structure, value: dict[str, Any], path: Path) -> dict[str, Any]:
        from mockvod.validators.explain import unknown

        read: dict[str, Any] = {}
        for name, each in value.items():
            member = structure.by_name.get(name)
            if member is None:
                if self.lenient:
                    self.warnings.append(unknown((*path, name), structure, severity="warning"))
                else:
                    read[name] = each
            elif each == "" and _rule_path((*path, name)) in self.contract.blanks:
                self.warnings.append(_empty_text((*path, name)))
            elif each is not None:
                read[name] = self.member(member, each, (*path, name))
        return read

    def member(self, member: Member, value: Any, path: Path) -> Any:
        if member.list and is_list(value):
            return [self.item(member, each, (*path, index)) for index, each in enumerate(value)]
        return value if member.list else self.item(member, value, path)

    def item(self, member: Member, value: Any, path: Path) -> Any:
        if is_dict(value) and not member.primitive:
            return self.object(self.contract.types(member.type), value, path)
        if self.lenient and (is_dict(value) or is_list(value)) and _rule_path(path) in self.json_places():
            return self.as_text(value, path)
        if not isinstance(value, str) or not member.primitive:
            return value
        if self.textual:
            return _from_text(member, self.trimmed(value, path))
        if self.lenient and member.type in ("int64", "uint64", "float"):
            read = _from_text(member, value)
            if read is not value:
                from mockvod.validators.explain import lenient_text

                self.warnings.append(lenient_text(member, value, path))
            return read
        return value

    def json_places(self) -> set[tuple[str, ...]]:
        return {rule.path for rule in self.contract.rules if rule.keyword == "json"}

    def as_text(self, value: dict[str, Any] | list[Any], path: Path) -> Any:
        # A-AE-JSONTEXT: an object in place of the text that holds it.
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            return value
        name = dotted(path)
        message = f"{name}: {shown(value)} is read as JSON text; the strict profile refuses it"
        reply = ("parameter_type_expected", (("name", name), ("type", "string")))
        evidence = "assumed, its type is string"
        self.warnings.append(Finding(name, "type", "InvalidParameter", message, "warning", evidence, reply))
        return text

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
        return _BOOLEANS.get(text.lower(), text)
    return text


@functools.lru_cache(maxsize=256)
def _documented_text(member: Member, text: str) -> Finding:
    """Text for an integer where a published example sends it so."""
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


def _rule_path(path: Path) -> tuple[str, ...]:
    """A path as rules have it, where every position in a list is the same."""
    return tuple(ITEM if isinstance(part, int) else part for part in path)


def _empty_text(path: Path) -> Finding:
    name = dotted(path)
    message = f"{name}: an empty text, which counts as not given; leave it out"
    reply = ("invalid_parameter_value", (("value", ""), ("name", name)))
    evidence = "assumed, SDKs send empty texts"
    return Finding(name, "empty", "InvalidParameterValue", message, "warning", evidence, reply)

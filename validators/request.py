"""Checks the parameters of a call, and says what the gateway would answer.

1. The compiled schemas decide in one pass (jsonschema-rs, microseconds) about structure, rules and conditions, those
   that only warn included. Most calls end here, and their parameters come back as the object that they came in.
2. Parameters that the schemas refuse are read again, member by member: text becomes a number or a boolean where the
   wire carries only text, null members and empty enumerations are removed, and the lenient profile makes its
   allowances. If the result fits, the call passes with it.
3. What still does not fit is walked for every violation, and each violation becomes a finding (explain.py).
4. A text that holds JSON is checked against a schema of its own (contracts/content.py).

Null: an optional member that is null counts as absent, which one published example needs (CreateContentReviewTemplate
in tccli-intl-en 3.1.193.1); a required one counts as missing; null inside a list is a type error. All three are
assumed, because no recorded answer is to a call with null. An empty text counts as absent, with a warning, where the
member is optional and has a rule about its value, such as an enum or a pattern (assumed too).

Profiles: strict does what the service does, as far as that is known. Lenient accepts with a warning what the service
may refuse: unknown members, decimal text for numbers, objects in place of JSON text, blanks around the values of a
query, an absent SubAppId, and a violation of any rule or condition whose contract file does not say otherwise.
"""

import functools
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.compile import INTEGERS, Member, Path, Structure
from mockvod.validators.contracts.content import content_findings
from mockvod.validators.contracts.rules import ITEM
from mockvod.validators.findings import MAX_FINDINGS, ContractError, Finding, dotted, in_order, limited, shown
from mockvod.validators.json_values import is_dict, is_list, is_object

PROFILES = ("strict", "lenient")
#: How many items of all lists are read again in parameters that do not fit as they came; the others stay as they are.
#: More than any valid call has, at about 1 µs each.
MOST_READ = 5_000

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


def validate_request(
    action: str, params: Mapping[str, Any], *, profile: str = "strict", raises: bool = False
) -> tuple[Finding, ...]:
    """Everything that is wrong with the parameters of a call; the first finding is what the gateway would answer.

    Args:
        action: The name of the action, such as `CreateAigcVideoTask`.
        params: The action's own parameters, without the common ones (Action, Version, Region).
        profile: "strict" or "lenient"; the module's docstring says how they differ.
        raises: Whether an error among the findings is raised instead of returned.

    Returns:
        The findings, errors before warnings; empty when nothing is wrong. Of more than `findings.MAX_FINDINGS`, the
        last one says how many more there are.

    Raises:
        ContractError: `raises` is true and a finding is an error.
        UnknownAction: No action has this name; the message names the nearest ones.
        ValueError: The profile is neither "strict" nor "lenient".
        TypeError: The parameters are not a mapping.
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
    """The parameters as a handler of the action needs them, and what is wrong with them.

    Args:
        contract: The contract of the action.
        params: The parameters as they came; never changed.
        textual: Whether they came in a query or a form, where every value is text.
        profile: "strict" or "lenient".

    Returns:
        The parameters, which are `params` itself where nothing had to be changed and can be used only when no finding
        is an error; and the findings, in the order of `findings.in_order`.

    Raises:
        ValueError: The profile is neither "strict" nor "lenient".
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
    from mockvod.validators.explain import explain  # not needed for the valid calls, which are most

    reader = _Reader(contract, textual=textual, lenient=profile == "lenient")
    params = reader.object(contract.request, params, ())
    findings = (*findings, *reader.warnings)
    passed_over = reader.passed_over
    if not checks.passes(params):
        found, more = explain(contract, checks, params)
        findings = (*findings, *found)
        passed_over += more
    findings = (*findings, *(content_findings(checks, params) or ()))
    return params, limited(in_order(findings), passed_over)


# --- reading again -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Reads parameters that did not fit as they came. A value that it cannot read stays as it is, to be reported."""

    contract: Contract
    textual: bool
    lenient: bool
    warnings: list[Finding] = field(default_factory=list[Finding])
    #: How many unknown members there were beside those that are reported.
    passed_over: int = 0
    #: How many unknown members are reported.
    strangers: int = 0
    #: How many more items of lists are read again.
    left: int = MOST_READ

    def object(self, structure: Structure, value: dict[str, Any], path: Path) -> dict[str, Any]:
        from mockvod.validators.explain import unknown
        from mockvod.validators.walk import few_of

        known = structure.by_name
        strangers = [name for name in value if name not in known]
        read: dict[str, Any] = {}
        if strangers:
            names, more = few_of(strangers, self.strangers)
            self.strangers += len(names)
            self.passed_over += more
            if self.lenient:
                for name in names:
                    self.warn(partial(unknown, structure=structure, severity="warning"), (*path, name))
            else:
                read = {name: value[name] for name in names}
        for name, each in value.items() if len(strangers) < len(value) else ():
            member = known.get(name)
            if member is None:
                continue
            if each == "" and _rule_path((*path, name)) in self.contract.blanks:
                self.warn(_empty_text, (*path, name))
            elif each is not None:
                read[name] = self.member(member, each, (*path, name))
        return read

    def warn(self, finding: Callable[[Path], Finding], path: Path) -> None:
        """Makes a warning, or counts it where there are enough."""
        if len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(finding(path))
        else:
            self.passed_over += 1

    def member(self, member: Member, value: Any, path: Path) -> Any:
        if member.list and is_list(value):
            few = value[: max(self.left, 0)]
            self.left -= len(few)
            read = [self.item(member, each, (*path, index)) for index, each in enumerate(few)]
            return read if len(few) == len(value) else read + self.unread(member, value[len(few) :])
        return value if member.list else self.item(member, value, path)

    def unread(self, member: Member, items: list[Any]) -> list[Any]:
        """The items that are too many to be read; lenient leaves out what it does not know in these too."""
        if not self.lenient or member.primitive:
            return items
        known = self.contract.types(member.type).by_name
        names = known.keys()
        kept: list[Any] = []
        for each in items:
            if is_dict(each) and not each.keys() <= names:
                self.passed_over += 1
                each = {name: inner for name, inner in each.items() if name in known}
            kept.append(each)
        return kept

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

                self.warn(partial(lenient_text, member, value), path)
            return read
        return value

    def json_places(self) -> set[tuple[str, ...]]:
        return {rule.path for rule in self.contract.rules if rule.keyword == "json"}

    def as_text(self, value: dict[str, Any] | list[Any], path: Path) -> Any:
        # An object in place of the text that holds it: A-AE-JSONTEXT in CreateAigcAdvancedCustomElement.json.
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
        # The published GET example of AttachMediaSubtitles has a blank before its FileId. Whether the service trims is
        # not known.
        bare = text.strip() if self.lenient else text
        if bare != text:
            name = dotted(path)
            message = f"{name}: {shown(text)} has blanks around it; send {shown(bare)}"
            evidence = "documented, an example of AttachMediaSubtitles"
            self.warnings.append(Finding(name, "whitespace", "InvalidParameter", message, "warning", evidence))
        return bare


def _from_text(member: Member, text: str) -> Any:
    """A text of the wire as the member's type, or the text itself when it cannot be read as one."""
    if member.type in INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else text
    if member.type == "float":
        number = float(text) if _DECIMAL.fullmatch(text) else math.inf
        return number if math.isfinite(number) else text
    if member.type == "bool":
        # The Python SDK sends True and False where the others send true and false (recorded: Python 3.1.193, Node
        # 3.0.1426, Go 3.0.1474, Java 3.1.16 and PHP 3.0.1454 against a local endpoint).
        return _BOOLEANS.get(text.lower(), text)
    return text


@functools.lru_cache(maxsize=256)
def _documented_text(member: Member, text: str) -> Finding:
    """The warning about a text for an integer, where a published example sends one."""
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
    """The path as rules write it, with `ITEM` for every position in a list."""
    return tuple(ITEM if isinstance(part, int) else part for part in path)


def _empty_text(path: Path) -> Finding:
    name = dotted(path)
    message = f"{name}: an empty text, which counts as not given; leave it out"
    reply = ("invalid_parameter_value", (("value", ""), ("name", name)))
    evidence = "assumed, SDKs send empty texts"
    return Finding(name, "empty", "InvalidParameterValue", message, "warning", evidence, reply)

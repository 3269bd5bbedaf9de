"""Compiles structure, rules and conditions into two schemas: violations of one are errors, of the other warnings.

A rule is written where its member is: `SessionId` of the compiled schema has a `maxLength`, and `x-mockvod-rules` beside
it holds the error code for a violation and the evidence. Conditions stand in the `allOf` of the whole schema, each with
an `x-mockvod-condition`. Other tools take both for annotations, so the document is plain JSON Schema 2020-12.

Profiles: under strict the `severity` of a rule or a condition decides what a violation is, under lenient its `lenient`.
Lenient requires neither SubAppId nor a top-level member that has a `required` rule, unless that rule says otherwise.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mockvod.validators.contracts.compile import DIALECT, Lookup, Probe, Structure, probe, request_schema
from mockvod.validators.contracts.conditions import Condition, when_model
from mockvod.validators.contracts.rules import CHECKED, ITEM, KEYWORDS, Rule

if TYPE_CHECKING:
    import jsonschema_rs

    from mockvod.validators.findings import Severity

#: Under lenient an absent SubAppId is a warning in every action that requires it (conflict A-SUBAPP of the contracts).
_SUB_APP_ID = ("SubAppId",)
_SUB_APP_ID_EVIDENCE = "documented, an example of ExtractBlindWatermark leaves it out"


@dataclass(frozen=True, eq=False)
class Checks:
    """What is checked in the calls of one action under one profile. Shared by all callers, who must not change it."""

    profile: str
    #: The schema of structure, rules and conditions whose violation is an error.
    errors: Mapping[str, Any]
    #: The schema of rules and conditions whose violation is a warning; None where there are none.
    warnings: Mapping[str, Any] | None
    #: Severity -> the conditions in the schema of that severity.
    conditions: Mapping[str, tuple[Condition, ...]]
    #: The conditions with a relation, which JSON Schema cannot express.
    relations: tuple[Condition, ...]
    #: The rules about JSON inside a text, which content.py checks after everything else.
    json_rules: tuple[Rule, ...]
    float_probe: Probe | None = field(repr=False)

    def passes(self, params: Mapping[str, Any]) -> bool:
        """Whether there is neither an error nor a warning, JSON inside texts aside."""
        return fits(self._passes, self.float_probe, params) and (not self.relations or self._relations_hold(params))

    def has_float(self, params: Mapping[str, Any]) -> bool:
        """Whether there is no error but a float in the place of an integer, which the schema takes for one."""
        return self.float_probe is not None and fits(self._accepts, None, params) and not self.accepts(params)

    def accepts(self, params: Mapping[str, Any]) -> bool:
        """Whether there is no error, JSON inside texts aside."""
        if not fits(self._accepts, self.float_probe, params):
            return False
        return all(each.relation_holds(params) for each in self.relations if each in self.conditions["error"])

    def _relations_hold(self, params: Mapping[str, Any]) -> bool:
        return all(each.relation_holds(params) for each in self.relations)

    def effect(self, rule: Rule) -> "Severity":
        """The severity of a violation of one of `json_rules`."""
        return "error" if rule.effect(self.profile) == "error" else "warning"

    def members(self, severity: str) -> Mapping[str, Any]:
        """The schema of that severity without its conditions, for a walk over single members."""
        schema = self.errors if severity == "error" else self.warnings
        return {key: value for key, value in (schema or {}).items() if key != "allOf"}

    def failed_conditions(self, severity: str, params: Mapping[str, Any]) -> list[Condition]:
        """The conditions of that severity that do not hold for these parameters."""
        return [
            each
            for each, decides in self._conditions[severity]
            if not (_schema_holds(decides, params) and each.relation_holds(params))
        ]

    @functools.cached_property
    def _passes(self) -> "jsonschema_rs.Draft202012Validator":
        if self.warnings is None:
            return self._accepts
        return validator({**self.errors, "allOf": [*self.errors.get("allOf", ()), self.warnings]})

    @functools.cached_property
    def _accepts(self) -> "jsonschema_rs.Draft202012Validator":
        return validator(self.errors)

    @functools.cached_property
    def _conditions(self) -> "Mapping[str, Sequence[tuple[Condition, jsonschema_rs.Draft202012Validator]]]":
        return {
            severity: [(each, validator(each.whole)) for each in conditions]
            for severity, conditions in self.conditions.items()
        }


def build_checks(
    structure: Structure, types: Lookup, rules: Sequence[Rule], conditions: Sequence[Condition], profile: str
) -> Checks:
    """Compiles what one action checks under one profile.

    Args:
        structure: The published structure of the request.
        types: Finds a nested structure.
        rules: The rules of the action's contract.
        conditions: The conditions of the action's contract, those of its models included.
        profile: "strict" or "lenient".
    """
    lenient = profile == "lenient"
    freed: set[str] = set()
    if lenient:
        freed = {
            each.path[0]
            for each in rules
            if each.keyword == "required" and len(each.path) == 1 and each.lenient != "error"
        }
        if any(each.required and each.name == "SubAppId" for each in structure.members):
            freed.add("SubAppId")
            rules = [*rules, Rule(_SUB_APP_ID, "required", True, "MissingParameter", _SUB_APP_ID_EVIDENCE)]
    errors = request_schema(structure, types, optional=freed)
    warnings: dict[str, Any] = {}
    for rule in rules:
        effect = rule.effect(profile)
        if rule.keyword not in CHECKED:
            # Annotations, and JSON inside a text: no violation of the schema itself comes of them.
            _add_rule(errors, rule)
        elif effect != "off":
            _add_rule(errors if effect == "error" else warnings, rule)
    by_severity = {
        severity: tuple(each for each in conditions if each.effect(profile) == severity)
        for severity in ("error", "warning")
    }
    for document, severity in ((errors, "error"), (warnings, "warning")):
        if by_severity[severity]:
            document["allOf"] = _condition_schemas(by_severity[severity])
    return Checks(
        profile=profile,
        errors=errors,
        warnings={"$schema": DIALECT, "title": f"{structure.name}, warnings", **warnings} if warnings else None,
        conditions=by_severity,
        relations=tuple(each for kept in by_severity.values() for each in kept if each.relation is not None),
        json_rules=tuple(rule for rule in rules if rule.keyword == "json" and rule.effect(profile) != "off"),
        float_probe=probe(structure, types),
    )


def _add_rule(schema: dict[str, Any], rule: Rule) -> None:
    """Writes a rule into a schema where its member is described, or for `required` at the object around the member."""
    for part in rule.path[:-1] if rule.keyword == "required" else rule.path:
        schema = schema.setdefault("items", {}) if part == ITEM else _property_schema(schema, part)
    fragment = KEYWORDS[rule.keyword].fragment(rule)
    note: dict[str, Any] = {"rule": rule.keyword, "code": rule.code, "evidence": rule.evidence}
    if rule.id:
        note["id"] = rule.id
    if rule.keyword == "required":
        _add_required(schema, rule.path[-1], note)
        return
    if rule.keyword in ("enum", "format") and "pattern" in fragment:
        note["allowed"] = rule.value  # for messages, which a pattern would make unreadable
    for keyword, value in fragment.items():
        if keyword in ("minimum", "maximum") and keyword in schema:
            # The range of the published type is there already; the narrower of the two counts.
            value = (max if keyword == "minimum" else min)(value, schema.pop(keyword))
        if keyword in schema:
            schema.setdefault("allOf", []).append({keyword: value, "x-mockvod-rules": {keyword: note}})
            continue
        schema[keyword] = value
        if rule.keyword in CHECKED or keyword == "contentSchema":
            schema.setdefault("x-mockvod-rules", {})[keyword] = note


def _property_schema(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = schema.setdefault("properties", {}).setdefault(name, {})
    return found


def _add_required(schema: dict[str, Any], name: str, note: Mapping[str, Any]) -> None:
    names = schema.setdefault("required", [])
    if name not in names:
        names.append(name)
    schema.setdefault("x-mockvod-rules", {}).setdefault("required", {})[name] = note


def _condition_schemas(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    """The conditions as schemas. Those of one model share one `if`, which saves two thirds of the time."""
    plain: list[dict[str, Any]] = []
    by_models: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each in conditions:
        said = {"id": each.id, "member": each.member, "rule": each.rule, "code": each.code}
        schema = {**each.schema, "x-mockvod-condition": {**said, "message": each.message, "evidence": each.evidence}}
        (by_models.setdefault(each.models, []) if each.models else plain).append(schema)
    return plain + [when_model(models, {"allOf": schemas}) for models, schemas in by_models.items()]


def _schema_holds(decides: "jsonschema_rs.Draft202012Validator", params: Mapping[str, Any]) -> bool:
    try:
        return decides.is_valid(params)
    except ValueError:  # nested deeper than any published structure, which the walk over the members reports
        return True


def fits(decides: "jsonschema_rs.Draft202012Validator", float_probe: Probe | None, value: Mapping[str, Any]) -> bool:
    """Whether a value is valid and has no float in the place of an integer; False for a value that JSON cannot hold."""
    try:
        valid = decides.is_valid(value)
    except ValueError:  # a key or a value that JSON cannot hold
        return False
    return valid and not (float_probe and float_probe.finds_float(value))


def validator(schema: Mapping[str, Any]) -> "jsonschema_rs.Draft202012Validator":
    """The compiled validator of a schema that is known to be valid itself."""
    import jsonschema_rs  # a large extension module, not needed before something is checked

    return jsonschema_rs.Draft202012Validator(dict(schema))

"""From structure, rules and conditions to what decides about a call: one schema of errors and one of warnings.

Rules stand in place: `SessionId` of the compiled schema has its `maxLength`, and `x-mockvod-rules` beside it says which
code a violation is answered with and how that is known. Conditions stand in the `allOf` of the whole, each with an
`x-mockvod-condition`. To any other tool both are annotations, and the document is plain JSON Schema 2020-12.

Profiles: strict takes the rules by their severity. Lenient takes the structure as it is, but requires neither SubAppId
nor what a `required` rule frees, and gives every rule and condition the effect that its `lenient` says.
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

#: A rule about SubAppId that every action has in the lenient profile (facts, A-SUBAPP).
_SUB_APP_ID = ("SubAppId",)
_SUB_APP_ID_EVIDENCE = "documented, an example of ExtractBlindWatermark leaves it out"


@dataclass(frozen=True, eq=False)
class Checks:
    """What is checked in the calls of one action under one profile. Built on first use; shared, so change nothing."""

    profile: str
    #: Structure, rules and conditions whose violation refuses the call.
    errors: Mapping[str, Any]
    #: Rules and conditions whose violation is reported, without the structure; None where there are none.
    warnings: Mapping[str, Any] | None
    #: The conditions that stand in these schemas, by severity.
    conditions: Mapping[str, tuple[Condition, ...]]
    #: Those with a relation that no schema can say.
    relations: tuple[Condition, ...]
    #: Rules that are checked apart, once the rest has been.
    json_rules: tuple[Rule, ...]
    float_probe: Probe | None = field(repr=False)

    def passes(self, params: Mapping[str, Any]) -> bool:
        """Whether neither schema has anything to say, relations hold, and no integer is written as a float."""
        return fits(self._passes, self.float_probe, params) and (not self.relations or self._relations_hold(params))

    def accepts(self, params: Mapping[str, Any]) -> bool:
        """Whether nothing refuses the call, JSON inside text aside."""
        if not fits(self._accepts, self.float_probe, params):
            return False
        return all(each.relation_holds(params) for each in self.relations if each in self.conditions["error"])

    def _relations_hold(self, params: Mapping[str, Any]) -> bool:
        return all(each.relation_holds(params) for each in self.relations)

    def effect(self, rule: Rule) -> "Severity":
        """What a violation of one of `json_rules` is."""
        return "error" if rule.effect(self.profile) == "error" else "warning"

    def members(self, severity: str) -> Mapping[str, Any]:
        """The schema of that severity without its conditions, to be walked."""
        schema = self.errors if severity == "error" else self.warnings
        return {key: value for key, value in (schema or {}).items() if key != "allOf"}

    def failed_conditions(self, severity: str, params: Mapping[str, Any]) -> list[Condition]:
        """The conditions of that severity that do not hold."""
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
    """Compiles one action for one profile."""
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
            # Annotations and second steps say the same whatever becomes of a violation.
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
    """Writes a rule into a schema, at the place of its member; `required` at the object around it."""
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
        note["allowed"] = rule.value  # for a message: the pattern is nothing to read
    for keyword, value in fragment.items():
        if keyword in ("minimum", "maximum") and keyword in schema:
            # The range of the published type stands there; the narrower one counts.
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
    """The conditions as schemas. Those of one model stand behind one question for it: two thirds of the time saved."""
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
    except ValueError:  # deeper than any published structure, which the walk of the members reports
        return True


def fits(decides: "jsonschema_rs.Draft202012Validator", float_probe: Probe | None, value: Mapping[str, Any]) -> bool:
    """Whether a value is valid and writes no integer as a float; False for what JSON could not hold."""
    try:
        valid = decides.is_valid(value)
    except ValueError:  # keys and values that JSON could not hold
        return False
    return valid and not (float_probe and float_probe.finds_float(value))


def validator(schema: Mapping[str, Any]) -> "jsonschema_rs.Draft202012Validator":
    """The engine that decides, for a schema that is known to be good."""
    import jsonschema_rs  # a large extension module, needed first when something is checked

    return jsonschema_rs.Draft202012Validator(dict(schema))

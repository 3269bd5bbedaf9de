"""Conditions between members: a schema over the whole parameters, with the words for the case that it does not hold."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.compile import Lookup, Structure
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.relations import check_relation, holds
from mockvod.validators.contracts.rules import Effect, evidence, find
from mockvod.validators.json_values import is_array, is_list, is_object


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What must hold between the members of a call."""

    #: The row of the facts that it settles, or a name of ours.
    id: str
    #: The member that a finding names, as a contract file writes it.
    member: str
    #: True for parameters that are fine. Where `models` are given, it is judged for these only.
    schema: Mapping[str, Any]
    code: str
    #: Ours; `{value}` stands for the member's value, `{count}` for the number of its items.
    message: str
    evidence: str
    #: The `rule` of the finding.
    rule: str = "condition"
    severity: Effect = "error"
    lenient: Effect = "warning"
    #: Names of models; empty for a condition of every call.
    models: tuple[str, ...] = ()
    #: Versions of the model, for a relation only: a schema asks for them itself.
    versions: tuple[str, ...] = ()
    #: What JSON Schema cannot say (relations.py); then the schema is empty.
    relation: Mapping[str, Any] | None = None
    #: The condition in a few words, for lists; empty where `message` says it.
    short: str = ""
    #: Parameters that, laid over valid ones, break this condition alone; None where nobody has written them.
    breaks: Mapping[str, Any] | None = None

    def effect(self, profile: str) -> Effect:
        return self.severity if profile == "strict" else self.lenient

    def mentions(self, path: str) -> bool:
        """Whether the condition depends on the member at a path as findings write it."""
        return all(part in _mentioned_members(self) for part in path.split(".") if not part.isdecimal())

    def relation_holds(self, params: Mapping[str, Any]) -> bool:
        """Whether the relation holds, where there is one and it concerns these parameters."""
        if self.relation is None:
            return True
        asked = not self.models or params.get("ModelName") in self.models
        if asked and self.versions:
            asked = params.get("ModelVersion") in self.versions
        return not asked or holds(self.relation, self.member, params)

    @property
    def whole(self) -> dict[str, Any]:
        """The schema with the question for the model in it."""
        return when_model(self.models, self.schema) if self.models else dict(self.schema)


@functools.lru_cache(maxsize=1024)
def _mentioned_members(condition: Condition) -> frozenset[str]:
    return frozenset(_member_names(condition.whole))


def _member_names(schema: Any) -> Iterator[str]:
    """The members that a schema names anywhere."""
    if is_object(schema):
        yield from schema.get("required", ())
        yield from schema.get("properties", ())
        for each in schema.values():
            yield from _member_names(each)
    elif is_array(schema):
        for each in schema:
            yield from _member_names(each)


def when_model(models: tuple[str, ...], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema that is judged only for calls of these models."""
    asked = {"type": "object", "properties": {"ModelName": {"enum": list(models)}}, "required": ["ModelName"]}
    return {"if": asked, "then": dict(schema)}


def read_conditions(
    document: Mapping[str, Any], structure: Structure, types: Lookup, where: str
) -> tuple[Condition, ...]:
    """The conditions of a contract file that fits contract.schema.json, in its order.

    Raises:
        ContractFileError: a member does not exist, an id is given twice, or a schema is none.
    """
    found: dict[str, Condition] = {}
    for body in document.get("conditions", ()):
        place = f"{where}: conditions/{body['id']}"
        if body["id"] in found:
            raise ContractFileError(f"{place}: there are two of this id")
        find(body["member"], structure, types, f"{place}/member")
        check_schema(body["schema"], f"{place}/schema")
        relation = body.get("relation")
        if relation is not None:
            check_relation(relation, f"{place}/relation")
        found[body["id"]] = Condition(
            id=body["id"],
            member=body["member"],
            schema=body["schema"],
            code=body["code"],
            message=body["message"],
            evidence=evidence(body["evidence"]),
            rule=body.get("rule", "condition"),
            severity=body.get("severity", "error"),
            lenient=body.get("lenient", "warning"),
            relation=relation,
            breaks=body.get("breaks"),
        )
    return tuple(found.values())


def check_schema(schema: Mapping[str, Any], where: str) -> None:
    """Refuses what is not a schema of JSON Schema 2020-12 that stands alone.

    Raises:
        ContractFileError: says what is wrong; `where` starts the message.
    """
    import jsonschema_rs

    # A misspelt keyword is an annotation to the standard, and a condition that never fails to its author.
    unknown = sorted(_keywords_in(schema) - _ALLOWED_KEYWORDS)
    if unknown:
        raise ContractFileError(f"{where}: no keyword for a condition: {', '.join(unknown)}")
    try:
        jsonschema_rs.Draft202012Validator(dict(schema))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise ContractFileError(f"{where}: not JSON Schema 2020-12: {str(error).splitlines()[0]}") from error


#: What schemas by hand may use. No references: a condition stands in several documents.
_WITH_SCHEMA = frozenset(
    {"additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then"}
)
_WITH_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_WITH_NAMED_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_WITHOUT_SCHEMAS = frozenset(
    {"$comment", "const", "contentEncoding", "contentMediaType", "default", "dependentRequired", "description", "enum"}
    | {"examples", "exclusiveMaximum", "exclusiveMinimum", "format", "maxContains", "maxItems", "maxLength"}
    | {"maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf"}
    | {"pattern", "required", "title", "type", "uniqueItems"}
)
_ALLOWED_KEYWORDS = _WITH_SCHEMA | _WITH_SCHEMAS | _WITH_NAMED_SCHEMAS | _WITHOUT_SCHEMAS


def _keywords_in(schema: Any) -> set[str]:
    if not is_object(schema):
        return set()  # true and false; anything else is refused by the meta-schema
    found = set(schema)
    below: list[Any] = [schema[key] for key in _WITH_SCHEMA & found]
    for key in _WITH_SCHEMAS & found:
        below += schema[key] if is_list(schema[key]) else []
    for key in _WITH_NAMED_SCHEMAS & found:
        named = schema[key]
        below += named.values() if is_object(named) else []
    return found.union(*map(_keywords_in, below))

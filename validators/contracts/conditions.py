"""Conditions between the members of a call: each is a schema over all parameters, with the finding for a violation."""

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
    """A condition between the members of a call."""

    #: The conflict or ambiguity that it settles, such as A-VT-PROMPT, or a name of our own.
    id: str
    #: The path of the member that a finding names, as a contract file writes it.
    member: str
    #: Valid for parameters that meet the condition; checked only for calls of `models`, where these are given.
    schema: Mapping[str, Any]
    code: str
    #: Our own words; `{value}` stands for the member's value, `{count}` for the number of its items.
    message: str
    evidence: str
    #: The `rule` of the finding.
    rule: str = "condition"
    severity: Effect = "error"
    lenient: Effect = "warning"
    #: Values of ModelName that it concerns; empty for every call.
    models: tuple[str, ...] = ()
    #: Values of ModelVersion that a relation concerns; a schema has an `if` for them.
    versions: tuple[str, ...] = ()
    #: What JSON Schema cannot express (relations.py); the schema is empty then.
    relation: Mapping[str, Any] | None = None
    #: The condition in a few words, for lists of conditions; empty where `message` serves.
    short: str = ""
    #: A merge patch (RFC 7396) that makes valid parameters violate this condition alone; None where nobody wrote one.
    breaks: Mapping[str, Any] | None = None

    def effect(self, profile: str) -> Effect:
        """What a violation is under a profile."""
        return self.severity if profile == "strict" else self.lenient

    def mentions(self, path: str) -> bool:
        """Whether the condition depends on the member at this path, which is written as in a finding."""
        return all(part in _mentioned_members(self) for part in path.split(".") if not part.isdecimal())

    def relation_holds(self, params: Mapping[str, Any]) -> bool:
        """Whether the relation holds; true where there is none, or where it does not concern these parameters."""
        if self.relation is None:
            return True
        asked = not self.models or params.get("ModelName") in self.models
        if asked and self.versions:
            asked = params.get("ModelVersion") in self.versions
        return not asked or holds(self.relation, self.member, params)

    @property
    def whole(self) -> dict[str, Any]:
        """The schema with an `if` for the models around it."""
        return when_model(self.models, self.schema) if self.models else dict(self.schema)


@functools.lru_cache(maxsize=1024)
def _mentioned_members(condition: Condition) -> frozenset[str]:
    return frozenset(_member_names(condition.whole))


def _member_names(schema: Any) -> Iterator[str]:
    """The names of members that occur anywhere in a schema."""
    if is_object(schema):
        yield from schema.get("required", ())
        yield from schema.get("properties", ())
        for each in schema.values():
            yield from _member_names(each)
    elif is_array(schema):
        for each in schema:
            yield from _member_names(each)


def when_model(models: tuple[str, ...], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with an `if` around it, so that it concerns only calls of these models."""
    asked = {"type": "object", "properties": {"ModelName": {"enum": list(models)}}, "required": ["ModelName"]}
    return {"if": asked, "then": dict(schema)}


def read_conditions(
    document: Mapping[str, Any], structure: Structure, types: Lookup, where: str
) -> tuple[Condition, ...]:
    """The conditions of a contract file that fits contract.schema.json, in the order of the file.

    Args:
        document: The contract file.
        structure: The structure of the action's request.
        types: Finds a nested structure.
        where: The name of the file, for messages.

    Raises:
        ContractFileError: A member does not exist, two conditions have one id, or a schema or a relation is not valid.
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
    """Checks that a schema is valid, self-contained JSON Schema 2020-12.

    Raises:
        ContractFileError: It is not; the message begins with `where` and says why.
    """
    import jsonschema_rs

    # The standard takes a misspelt keyword for an annotation, and the condition would never be violated.
    unknown = sorted(_keywords_in(schema) - _ALLOWED_KEYWORDS)
    if unknown:
        raise ContractFileError(f"{where}: no keyword for a condition: {', '.join(unknown)}")
    try:
        jsonschema_rs.Draft202012Validator(dict(schema))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise ContractFileError(f"{where}: not JSON Schema 2020-12: {str(error).splitlines()[0]}") from error


#: The keywords that a condition may use, by what they hold: one schema, a list of them, schemas by name, or none. `$ref`
#: is not among them, because a condition is copied into several documents.
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
        return set()  # true or false; the meta-schema refuses anything else
    found = set(schema)
    below: list[Any] = [schema[key] for key in _WITH_SCHEMA & found]
    for key in _WITH_SCHEMAS & found:
        below += schema[key] if is_list(schema[key]) else []
    for key in _WITH_NAMED_SCHEMAS & found:
        named = schema[key]
        below += named.values() if is_object(named) else []
    return found.union(*map(_keywords_in, below))

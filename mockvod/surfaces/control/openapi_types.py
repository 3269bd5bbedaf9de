"""JSON Schemas of Python types, so that the OpenAPI document follows the types of the endpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, is_dataclass
from decimal import Decimal
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    Protocol,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
    runtime_checkable,
)

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    Any: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    # As text: readers would make floats of numbers.
    Decimal: {"type": "string"},
}


@runtime_checkable
class HasJsonSchema(Protocol):
    """A class that says itself what its values look like in JSON."""

    @classmethod
    def json_schema(cls, found: dict[str, Schema]) -> Schema:
        """The schema; schemas that it refers to are added to `found`."""
        ...


def schema_of(type_: Any, found: dict[str, Schema]) -> Schema:
    """The schema of the JSON that values of `type_` become.

    Args:
        found: Name -> schema; the schemas of classes are added here, and referred to.
    """
    if type_ in _PLAIN:
        return dict(_PLAIN[type_])
    if isinstance(type_, type) and (isinstance(type_, HasJsonSchema) or members_of(type_) is not None):
        return _reference(type_, found)
    return _GENERIC[get_origin(type_)](get_args(type_), found)


def members_of(type_: type) -> Mapping[str, bool] | None:
    """Member -> whether it is always present; None for a class that has no members."""
    if is_typeddict(type_):
        required = cast("frozenset[str]", getattr(type_, "__required_keys__"))  # noqa: B009  # unknown of a plain type
        return {name: name in required for name in get_type_hints(type_)}
    if is_dataclass(type_):
        members: tuple[Field[Any], ...] = fields(type_)
        return {each.name: True for each in members}
    names: tuple[str, ...] | None = getattr(
        type_,  # pyright: ignore[reportUnknownArgumentType]  # is_dataclass narrows it to no known type
        "_fields",
        None,
    )
    return None if names is None else dict.fromkeys(names, True)


def schema_of_class(type_: type, found: dict[str, Schema]) -> Schema:
    """The schema of a class with members, written out."""
    hints, members = get_type_hints(type_), members_of(type_) or {}
    return {
        "type": "object",
        "description": (type_.__doc__ or "").partition("\n")[0],
        "properties": {member: schema_of(hints[member], found) for member in members},
        "required": [member for member, always in members.items() if always],
        "additionalProperties": False,
    }


def _reference(type_: type, found: dict[str, Schema]) -> Schema:
    name = type_.__name__
    if name not in found:
        # Entered before it is filled, for a class that refers to itself.
        schema = found[name] = {}
        if isinstance(type_, HasJsonSchema):
            schema |= type_.json_schema(found) | {"description": (type_.__doc__ or "").partition("\n")[0]}
        else:
            schema |= schema_of_class(type_, found)
    return {"$ref": f"#/components/schemas/{name}"}


def _of_array(types: tuple[Any, ...], found: dict[str, Schema]) -> Schema:
    if len(types) == 1 or types[1:] == (...,):
        return {"type": "array", "items": schema_of(types[0], found)}
    items = [schema_of(each, found) for each in types]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}


def _of_object(types: tuple[Any, ...], found: dict[str, Schema]) -> Schema:
    values = schema_of(types[1], found)
    return {"type": "object", "additionalProperties": values} if values else {"type": "object"}


def _of_union(types: tuple[Any, ...], found: dict[str, Schema]) -> Schema:
    return {"anyOf": [schema_of(each, found) for each in types]}


_GENERIC: Mapping[Any, Callable[[tuple[Any, ...], dict[str, Schema]], Schema]] = {
    list: _of_array,
    tuple: _of_array,
    dict: _of_object,
    Union: _of_union,
    UnionType: _of_union,
    Literal: lambda values, found: {"enum": list(values)},
}

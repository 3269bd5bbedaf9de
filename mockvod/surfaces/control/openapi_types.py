"""JSON Schemas of types, so that a page's description says what the page's own types say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    Any: {},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    # As text, or readers would make floats of it.
    Decimal: {"type": "string"},
}


def schema_of(type_: Any, found: dict[str, Schema]) -> Schema:
    """The schema of the JSON that values of `type_` become; those of classes go into `found` by name."""
    if type_ in _PLAIN:
        return dict(_PLAIN[type_])
    members = members_of(type_) if isinstance(type_, type) else None
    if members is not None:
        return _of_class(type_, members, found)
    return _GENERIC[get_origin(type_)](get_args(type_), found)


def members_of(type_: type) -> Mapping[str, bool] | None:
    """Member -> whether it is always there; None for a class that has no members."""
    if is_typeddict(type_):
        required: frozenset[str] = getattr(type_, "__required_keys__")  # noqa: B009  # mypy knows a type, not this kind
        return {name: name in required for name in get_type_hints(type_)}
    if is_dataclass(type_):
        return {each.name: True for each in fields(type_)}
    return {name: True for name in type_._fields} if hasattr(type_, "_fields") else None


def _of_class(type_: type, members: Mapping[str, bool], found: dict[str, Schema]) -> Schema:
    name = type_.__name__
    if name not in found:
        schema = found[name] = {}
        hints = get_type_hints(type_)
        schema |= {
            "type": "object",
            "description": (type_.__doc__ or "").partition("\n")[0],
            "properties": {member: schema_of(hints[member], found) for member in members},
            "required": [member for member, always in members.items() if always],
            "additionalProperties": False,
        }
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

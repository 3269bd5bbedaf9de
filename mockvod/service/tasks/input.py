"""The `Input` of a task: the request as the service repeats it, with all members of the published type.

contracts/tasks.json says which members are left out, and which values absent members get.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.task_kinds import task_kinds


def played_back(structure: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Converts a request to the published type `structure`, absent members included."""
    return _fill(_shape(structure), params)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A structure prepared for filling: the values of absent members, and the members that are structures."""

    defaults: dict[str, Any]
    lists: tuple[str, ...]
    objects: tuple[tuple[str, _Shape], ...]
    object_lists: tuple[tuple[str, _Shape], ...]


@cache
def _shape(name: str) -> _Shape:
    kinds = task_kinds()
    members = [member for member in catalog().type(name).members if member.name not in kinds.omitted]
    nested = [(member, _shape(member.type)) for member in members if not member.primitive]
    return _Shape(
        {
            member.name: None if member.list else kinds.fillers.get(member.name, kinds.empty.get(member.type, ""))
            for member in members
        },
        tuple(member.name for member in members if member.list and member.primitive),
        tuple((member.name, shape) for member, shape in nested if not member.list),
        tuple((member.name, shape) for member, shape in nested if member.list),
    )


def _fill(shape: _Shape, params: Mapping[str, Any]) -> dict[str, Any]:
    played = dict(shape.defaults)
    for name, value in params.items():
        if name in played and value:
            played[name] = value
    for name in shape.lists:
        played[name] = list(params.get(name) or ())
    for name, each in shape.objects:
        played[name] = _fill(each, params.get(name) or {})
    for name, each in shape.object_lists:
        played[name] = [_fill(each, item) for item in params.get(name) or ()]
    return played

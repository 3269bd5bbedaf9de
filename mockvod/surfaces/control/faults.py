"""Endpoints for faults: calls that are to go wrong.

What each kind takes, and the checks of it, come from `mockvod.faults.kinds.KINDS`; nothing here names a kind's details.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict, cast

from mockvod.faults.collection import Fault
from mockvod.faults.kinds import KINDS, Detail
from mockvod.surfaces.control.endpoint import DONE, ControlContext, Done, Endpoint, require_account
from mockvod.surfaces.control.fields import TEXT, ControlError, FieldType, Member, number, one_of, or_null, whole
from mockvod.surfaces.control.openapi_types import Schema, schema_of_class

#: The largest whole number that every JSON reader keeps exact.
_MOST = 2**53
_COUNT = whole(1, _MOST)


class _FaultMembers(TypedDict):
    id: int
    kind: str
    action: str | None
    account: str | None
    nth: int | None
    times: int | None
    probability: float | None
    seed: int | None
    hits: int


class FaultView(dict[str, Any]):
    """A fault, the number of calls that it has hit, and the details that its kind has."""

    @classmethod
    def json_schema(cls, found: dict[str, Schema]) -> Schema:
        """The members that every fault has, and as optional ones the details of all kinds."""
        schema = schema_of_class(_FaultMembers, found)
        details = {name: _detail_schema(name) for name in _detail_names()}
        return {**schema, "properties": {**schema["properties"], **details}}


class Faults(TypedDict):
    """Faults in the order in which they were added, and those that have had all their hits."""

    faults: list[FaultView]
    used: list[FaultView]


def list_faults(context: ControlContext) -> Faults:
    """The faults that calls may still meet, and those that are used up."""
    faults = context.core.faults
    return {"faults": [_view(each) for each in faults], "used": [_view(each) for each in faults.used]}


def add_fault(context: ControlContext, kind: str, **given: Any) -> FaultView:
    """Makes calls go wrong that the gateway has let in: by default one, the next."""
    if "account" in given:
        require_account(context.core, given["account"])
    return _view(context.core.fault(kind, **given))


def clear_faults(context: ControlContext) -> Done:
    """Removes all faults."""
    context.core.faults.clear()
    return DONE


def remove_fault(context: ControlContext, fault_id: str) -> Done:
    """Removes one fault."""
    faults = {str(each.id): each for each in context.core.faults}
    if fault_id not in faults:
        existing = f"there are {', '.join(faults)}" if faults else "there are none"
        raise ControlError(f"there is no fault {fault_id[:80]!r}, or it is used up; {existing}", 404)
    faults[fault_id].remove()
    return DONE


def _view(fault: Fault) -> FaultView:
    return cast(FaultView, fault.as_json())


def _detail_names() -> Iterator[str]:
    return iter(dict.fromkeys(name for kind in KINDS.values() for name in kind.details))


def _details(name: str) -> dict[str, Detail]:
    """Kind -> its detail of that name."""
    return {each: kind.details[name] for each, kind in KINDS.items() if name in kind.details}


def _detail_schema(name: str) -> Schema:
    """Values that at least one kind accepts."""
    schemas: list[Schema] = []
    for detail in _details(name).values():
        if detail.schema not in schemas:
            schemas.append(dict(detail.schema))
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def detail_members() -> Iterator[Member]:
    """The details of all kinds. `MockVod.fault` checks them, because only the kind says what it accepts."""
    for name in _detail_names():
        wanted = {kind: detail.wanted for kind, detail in _details(name).items()}
        about = f"{'; '.join(f'{kind}: {each}' for kind, each in wanted.items())}."
        yield Member(name, FieldType(" or ".join(dict.fromkeys(wanted.values())), _detail_schema(name), _any), about)


def _any(value: Any) -> bool:
    return True


ENDPOINTS = (
    Endpoint("GET", "/faults", list_faults),
    Endpoint(
        "POST",
        "/faults",
        add_fault,
        members=(
            Member(
                "kind",
                one_of(*KINDS),
                f"What the client sees. {' '.join(f'{name}: {kind.seen}.' for name, kind in KINDS.items())}",
                required=True,
            ),
            Member("action", TEXT, "Only calls of this action."),
            Member("account", TEXT, "Only calls of this SecretId."),
            Member("nth", _COUNT, "The first of these calls to hit, counted from 1."),
            Member("times", or_null(_COUNT), "How many calls to hit, 1 by default; null: all, until it is removed."),
            Member("probability", number(0, 1), "The chance of each of these calls to be hit; needs seed."),
            Member("seed", whole(-_MOST, _MOST), "Makes the same calls be hit each time."),
            *detail_members(),
        ),
        refusals={404: "no such account"},
        examples={
            "refused": {"kind": "error", "action": "CreateAigcVideoTask", "code": "InternalError", "times": 2},
            "lost": {"kind": "drop_after_commit", "action": "CreateAigcVideoTask", "nth": 3},
            "slow": {"kind": "latency", "seconds": 2, "times": None, "probability": 0.1, "seed": 7},
            "balancer": {"kind": "http_error", "status": 502},
        },
    ),
    Endpoint("DELETE", "/faults", clear_faults),
    Endpoint("DELETE", "/faults/<fault_id>", remove_fault, refusals={404: "no such fault"}),
)

"""Control pages for calls that are to go wrong."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from mockvod.faults.collection import Fault
from mockvod.faults.kinds import KINDS
from mockvod.surfaces.control.fields import (
    FLAG,
    LAST_MOMENT,
    TEXT,
    ControlError,
    Kind,
    Member,
    number,
    one_of,
    or_null,
    whole,
)
from mockvod.surfaces.control.page import DONE, Desk, Done, Page, require_account

_MOST = 2**53
_COUNT = whole(1, _MOST)


class _Told(TypedDict):
    id: int
    kind: str
    action: str | None
    account: str | None
    nth: int | None
    times: int | None
    probability: float | None
    seed: int | None
    hits: int


class FaultShown(_Told, total=False):
    """A fault, how many calls it has befallen, and the details that its kind has."""

    code: str
    message: str | None
    seconds: float
    status: int
    content_type: str
    committed: bool


class Faults(TypedDict):
    """Faults in the order in which they were added, and those that have had all their hits."""

    faults: list[FaultShown]
    used: list[FaultShown]


def list_faults(desk: Desk) -> Faults:
    """The faults that calls may meet, and those that are used up."""
    faults = desk.core.faults
    return {"faults": [_shown(each) for each in faults], "used": [_shown(each) for each in faults.used]}


def add_fault(desk: Desk, kind: str, **given: Any) -> FaultShown:
    """Has calls go wrong that the gateway lets in: by default one, the next."""
    if "account" in given:
        require_account(desk.core, given["account"])
    return _shown(desk.core.fault(kind, **given))


def clear_faults(desk: Desk) -> Done:
    """Removes all faults."""
    desk.core.faults.clear()
    return DONE


def remove_fault(desk: Desk, fault_id: str) -> Done:
    """Removes one fault."""
    faults = {str(each.id): each for each in desk.core.faults}
    if fault_id not in faults:
        there = f"there are {', '.join(faults)}" if faults else "there are none"
        raise ControlError(f"there is no fault {fault_id[:80]!r}, or it is used up; {there}", 404)
    faults[fault_id].remove()
    return DONE


def _shown(fault: Fault) -> FaultShown:
    return cast(FaultShown, fault.as_json())


#: What the kinds take beside the members that all have: types only, as each kind has limits of its own.
_DETAILS: dict[str, Kind] = {
    "code": TEXT,
    "message": or_null(TEXT),
    "seconds": number(-LAST_MOMENT, LAST_MOMENT),
    "status": whole(100, 599),
    "content_type": TEXT,
    "committed": FLAG,
}


def _about(detail: str) -> str:
    kinds = {name: kind.details[detail].wanted for name, kind in KINDS.items() if detail in kind.details}
    return f"{'; '.join(f'{name}: {wanted}' for name, wanted in kinds.items())}."


PAGES = (
    Page("GET", "/faults", list_faults),
    Page(
        "POST",
        "/faults",
        add_fault,
        members=(
            Member("kind", one_of(*KINDS), "What goes wrong.", required=True),
            Member("action", TEXT, "Calls of this action only."),
            Member("account", TEXT, "Calls of this SecretId only."),
            Member("nth", _COUNT, "From which of these calls on."),
            Member("times", or_null(_COUNT), "How many calls, 1 unless told otherwise; null until it is removed."),
            Member("probability", number(0, 1), "Of each of these calls to be hit; needs seed."),
            Member("seed", whole(-_MOST, _MOST), "Makes it the same calls each time."),
            *(Member(name, kind, _about(name)) for name, kind in _DETAILS.items()),
        ),
        refusals={404: "no such account"},
        examples={
            "refused": {"kind": "error", "action": "CreateAigcVideoTask", "code": "InternalError", "times": 2},
            "lost": {"kind": "drop_after_commit", "action": "CreateAigcVideoTask", "nth": 3},
            "slow": {"kind": "latency", "seconds": 2, "times": None, "probability": 0.1, "seed": 7},
            "balancer": {"kind": "http_error", "status": 502},
        },
    ),
    Page("DELETE", "/faults", clear_faults),
    Page("DELETE", "/faults/<fault_id>", remove_fault, refusals={404: "no such fault"}),
)

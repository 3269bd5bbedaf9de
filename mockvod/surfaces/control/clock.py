"""Control pages for the time of the mock."""

from __future__ import annotations

from typing import Any, TypedDict

from mockvod.clock import SystemClock, VirtualClock, iso
from mockvod.surfaces.control.fields import LAST_MOMENT, TRUE, ControlError, Kind, Member, number
from mockvod.surfaces.control.page import Desk, Page

_SECONDS = number(0, LAST_MOMENT)
#: Unit -> seconds.
_UNITS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
#: How far to go: a number of seconds, or units that are summed.
SPAN = Kind(
    f"a number of seconds from 0, or an object of some of {', '.join(_UNITS)}",
    {
        "oneOf": [
            _SECONDS.schema,
            {
                "type": "object",
                "properties": {unit: _SECONDS.schema for unit in _UNITS},
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    },
    lambda value: (
        all(each in _UNITS and _SECONDS.takes(count) for each, count in value.items()) and bool(value)
        if isinstance(value, dict)
        else _SECONDS.takes(value)
    ),
)


class ClockShown(TypedDict):
    """What time it is for the mock."""

    #: UNIX seconds, and the same for readers.
    now: float
    iso: str
    #: Whether time passes by itself.
    passes: bool


def show_clock(desk: Desk) -> ClockShown:
    """What time it is."""
    now = desk.core.clock.now()
    return {"now": now, "iso": iso(now), "passes": desk.core.clock.passes}


def move_clock(desk: Desk, **given: Any) -> ClockShown:
    """Moves the clock, or stops it; callers may go on signing by the real time."""
    clock = desk.core.clock
    if not isinstance(clock, SystemClock | VirtualClock):
        raise ControlError("the clock of this mock is one of its own kind, which cannot be told anything", 409)
    [(order, value)] = given.items()
    if order == "advance":
        span = value if isinstance(value, dict) else {"seconds": value}
        moment = clock.now() + sum(_UNITS[unit] * count for unit, count in span.items())
        if moment > LAST_MOMENT:
            raise ControlError("advance leads past the year 9999")
        clock.advance(**span)
    elif order == "set":
        clock.set(value)
    elif not isinstance(clock, SystemClock):
        raise ControlError(f"{order}: this clock is a virtual one, which stands still between calls anyway", 409)
    elif order == "freeze":
        clock.freeze()
    else:
        clock.resume()
    return show_clock(desk)


PAGES = (
    Page("GET", "/clock", show_clock),
    Page(
        "POST",
        "/clock",
        move_clock,
        members=(
            Member("advance", SPAN, "How far to go forward."),
            Member("set", _SECONDS, "The moment to jump to, UNIX seconds."),
            Member("freeze", TRUE, "Stops it."),
            Member("resume", TRUE, "Lets it go on from where it stands."),
        ),
        one_member=True,
        refusals={409: "a virtual clock can be moved, not stopped"},
        examples={
            "advance": {"advance": 90},
            "advance by units": {"advance": {"days": 3, "hours": 1}},
            "set": {"set": 1_767_225_600},
            "freeze": {"freeze": True},
            "resume": {"resume": True},
        },
    ),
)

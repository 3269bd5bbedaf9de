"""Endpoints for the mock's clock."""

from __future__ import annotations

from typing import Any, TypedDict

from mockvod.clock import SystemClock, VirtualClock, iso
from mockvod.narrowing import is_object
from mockvod.surfaces.control.endpoint import ControlContext, Endpoint
from mockvod.surfaces.control.fields import LAST_MOMENT, TRUE, ControlError, FieldType, Member, number

_SECONDS = number(0, LAST_MOMENT)
#: Unit -> seconds.
_UNITS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def _is_span(value: Any) -> bool:
    if not is_object(value):
        return _SECONDS.accepts(value)
    return bool(value) and all(unit in _UNITS and _SECONDS.accepts(count) for unit, count in value.items())


#: How far to advance: a number of seconds, or an object of units, which are added up.
SPAN = FieldType(
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
    _is_span,
)


class ClockView(TypedDict):
    """The time by the mock's clock."""

    #: UNIX seconds, and the same moment as ISO 8601.
    now: float
    iso: str
    #: Whether its time passes by itself.
    passes: bool


def show_clock(context: ControlContext) -> ClockView:
    """The time by the mock's clock."""
    now = context.core.clock.now()
    return {"now": now, "iso": iso(now), "passes": context.core.clock.passes}


def move_clock(context: ControlContext, **given: Any) -> ClockView:
    """Moves or stops the clock; callers may go on signing by the real time."""
    clock = context.core.clock
    if not isinstance(clock, SystemClock | VirtualClock):
        raise ControlError("the clock of this mock is a class of the user's, which this API cannot move", 409)
    [(command, value)] = given.items()
    if command == "advance":
        span: dict[str, float] = value if is_object(value) else {"seconds": value}
        moment = clock.now() + sum(_UNITS[unit] * count for unit, count in span.items())
        if moment > LAST_MOMENT:
            raise ControlError("advance leads past the year 9999")
        clock.advance(**span)
    elif command == "set":
        clock.set(value)
    elif not isinstance(clock, SystemClock):
        raise ControlError(f"{command}: this clock is a virtual one, which stands still between calls anyway", 409)
    elif command == "freeze":
        clock.freeze()
    else:
        clock.resume()
    return show_clock(context)


ENDPOINTS = (
    Endpoint("GET", "/clock", show_clock),
    Endpoint(
        "POST",
        "/clock",
        move_clock,
        members=(
            Member("advance", SPAN, "How far to move it forward."),
            Member("set", _SECONDS, "The moment to set it to, UNIX seconds."),
            Member("freeze", TRUE, "Stops it."),
            Member("resume", TRUE, "Lets it run on from the moment at which it was stopped."),
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

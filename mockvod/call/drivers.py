"""Driving a call to its end: two ways to act on `Wait` and `Make`, for a thread that may block and for an event loop that
may not.

A held call is looked after again and again until something has come about, the moment to which it waits is there, or it
was looked after often enough: the clock of a test may be made to stand still meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import sleep
from typing import TypeVar

from mockvod.call.outcome import Answer, Make, Outcome, Refuse, Wait
from mockvod.clock import Clock

#: How often a held call is looked after.
AGAIN_SECONDS = 0.02
#: As often as fits into the longest that a call is held for: five seconds.
_MOST_LOOKS = 250

#: Does what the service does with a call that arrived, or is looked after again, at a moment.
_Found = TypeVar("_Found")
Attempt = Callable[[float], Outcome]


class HeldCalls:
    """How many calls at a time may be held. One too many is answered at once, as if its time were over."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    def enter(self) -> bool:
        """Takes a place, if one is free."""
        return self._free.acquire(blocking=False)

    def leave(self) -> None:
        """Gives the place back."""
        self._free.release()


class _Held:
    """One call that may come to be held."""

    def __init__(self, clock: Clock, places: HeldCalls) -> None:
        self._clock = clock
        self._places = places
        self._looks = 0
        #: Each look tells of five seconds from then on; those of the first count.
        self._until = float("inf")
        self._has_place = False

    def may_wait(self, until: float, now: float) -> bool:
        """Whether the call is to be looked after again. Time that does not pass by itself would never end the wait."""
        self._looks += 1
        self._until = min(self._until, until)
        if not self._clock.passes or now >= self._until or self._looks > _MOST_LOOKS:
            return False
        self._has_place = self._has_place or self._places.enter()
        return self._has_place

    def end(self) -> None:
        if self._has_place:
            self._places.leave()


def drive(attempt: Attempt, now: float, clock: Clock, places: HeldCalls) -> Answer | Refuse:
    """Drives a call in a thread that may block."""
    outcome = attempt(now)
    if isinstance(outcome, Answer | Refuse):
        return outcome
    held = _Held(clock, places)
    try:
        while True:
            if isinstance(outcome, Make):
                outcome.work()
            elif isinstance(outcome, Wait):
                if not held.may_wait(outcome.until, now):
                    return Refuse(outcome.refusal)
                sleep(AGAIN_SECONDS)
                now = clock.now()
            else:
                return outcome
            outcome = attempt(now)
    finally:
        held.end()


def until_made(attempt: Callable[[], _Found | Make]) -> _Found:
    """Tries something until all that it needs is made, in a thread that may block."""
    while isinstance(found := attempt(), Make):
        found.work()
    return found


async def drive_in_loop(attempt: Attempt, now: float, clock: Clock, places: HeldCalls) -> Answer | Refuse:
    """Drives a call in an event loop, which goes on meanwhile."""
    import asyncio  # which those who have no loop need not load

    held = _Held(clock, places)
    try:
        while True:
            outcome = attempt(now)
            if isinstance(outcome, Make):
                await asyncio.get_running_loop().run_in_executor(None, outcome.work)
            elif isinstance(outcome, Wait):
                if not held.may_wait(outcome.until, now):
                    return Refuse(outcome.refusal)
                await asyncio.sleep(AGAIN_SECONDS)
                now = clock.now()
            else:
                return outcome
    finally:
        held.end()

"""The two drivers of a call, which act on `Wait` and `Make`: one for a thread, one for an event loop.

A held call is tried again until it has an answer, its time is over, or it has paused for five seconds. The last rule is
for a clock that a test stops while the call is held.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import sleep
from typing import TypeVar

from mockvod.call.outcome import Answer, Make, Outcome, Refuse, Wait
from mockvod.clock import Clock

#: The shortest pause between two attempts of a held call, and the longest time that it is held.
AGAIN_SECONDS = 0.02
_MOST_SECONDS = 5.0
#: How many attempts all calls of an event loop together make in a second, so that others are answered beside them.
_ATTEMPTS_A_SECOND = 2000

_Result = TypeVar("_Result")
#: Has the service perform a call at a moment: that of its arrival, or that of a further attempt.
Attempt = Callable[[float], Outcome]


class HeldCalls:
    """Limits how many calls are held at the same time. A further call is answered at once, as if its time were over."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        #: How many calls are held.
        self.held: int = 0
        #: Another number after each `release`.
        self.releases: int = 0

    def enter(self) -> bool:
        """Takes a place; False when none is free."""
        with self._lock:
            has_place = self.held < self._most
            self.held += has_place
        return has_place

    def leave(self) -> None:
        """Gives the place back."""
        with self._lock:
            self.held -= 1

    def release(self) -> None:
        """Has all calls that are held now answered as soon as they look again, as if their time were over."""
        self.releases += 1


class _Held:
    """The attempts of one call, and its place among the held calls once it has one."""

    def __init__(self, clock: Clock, places: HeldCalls) -> None:
        self._clock = clock
        self._places = places
        self._paused = 0.0
        self._releases = places.releases
        #: The moment in the first `Wait`: those of later attempts are five seconds later each.
        self._until = float("inf")
        self._has_place = False

    def may_wait(self, until: float, now: float) -> bool:
        """Whether the call is to be tried again. Where time does not pass by itself, a wait would never end."""
        self._until = min(self._until, until)
        if not self._clock.passes or now >= self._until or self._paused >= _MOST_SECONDS:
            return False
        if self._releases != self._places.releases:
            return False
        self._has_place = self._has_place or self._places.enter()
        return self._has_place

    def pause(self, among: int = 1) -> float:
        """How many seconds to wait before the next attempt, where `among` calls take turns."""
        seconds = max(AGAIN_SECONDS, among / _ATTEMPTS_A_SECOND)
        self._paused = round(self._paused + seconds, 6)
        return seconds

    def end(self) -> None:
        if self._has_place:
            self._places.leave()


def drive(attempt: Attempt, now: float, clock: Clock, places: HeldCalls) -> Answer | Refuse:
    """Drives a call to its end in a thread that may block."""
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
                sleep(held.pause())
                now = clock.now()
            else:
                return outcome
            outcome = attempt(now)
    finally:
        held.end()


def until_made(attempt: Callable[[], _Result | Make]) -> _Result:
    """Repeats an attempt until everything that it needs has been made, in a thread that may block."""
    while isinstance(found := attempt(), Make):
        found.work()
    return found


async def drive_in_loop(
    attempt: Attempt, now: float, clock: Clock, places: HeldCalls, first: Outcome | None = None
) -> Answer | Refuse:
    """Drives a call to its end in an event loop, without blocking it; `first` is the outcome of an attempt made before."""
    import asyncio  # slow to import, and needed only by callers that have a loop

    held = _Held(clock, places)
    outcome = attempt(now) if first is None else first
    try:
        while True:
            if isinstance(outcome, Make):
                await asyncio.get_running_loop().run_in_executor(None, outcome.work)
            elif isinstance(outcome, Wait):
                if not held.may_wait(outcome.until, now):
                    return Refuse(outcome.refusal)
                await asyncio.sleep(held.pause(places.held))
                now = clock.now()
            else:
                return outcome
            outcome = attempt(now)
    finally:
        held.end()

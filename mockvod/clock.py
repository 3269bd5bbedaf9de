"""Time as an object: signature skew, windows, progress and expiry all read the same one."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from. All times are UNIX seconds."""

    #: Whether its time passes by itself, so that it can be waited for.
    passes: bool

    def now(self) -> float:
        """The present moment."""

    def arrival(self) -> float:
        """The moment at which a call arrives; a virtual clock may move first."""


class SystemClock:
    """The machine's clock."""

    passes = True

    def now(self) -> float:
        return time.time()

    arrival = now


class VirtualClock:
    """A clock that stands still until it is told otherwise.

    `tick` seconds pass with every call that arrives, so that a sequential test does not trip a
    rate limit by being fast; the real service takes 0.15 to 0.2 s to answer (recorded 2026-08-05).
    """

    passes = False

    def __init__(self, start: float | None = None, *, tick: float = 0.15) -> None:
        if tick < 0:
            raise ValueError(f"tick={tick!r} would move the clock backwards; use 0 to stand still")
        self._now = time.time() if start is None else start
        self._tick = tick
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def arrival(self) -> float:
        with self._lock:
            self._now += self._tick
            return self._now

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Moves forward by the sum of the arguments and returns the new time. Raises ValueError for a negative sum."""
        step = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if step < 0:
            raise ValueError(f"cannot advance by {step} s; use set() to go back")
        with self._lock:
            self._now += step
            return self._now

    def set(self, moment: float) -> None:
        """Jumps to `moment` (UNIX seconds), backwards if need be."""
        with self._lock:
            self._now = moment


def iso(moment: float) -> str:
    """`moment` as the service prints it: UTC, whole seconds, ``2026-08-05T02:28:50Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))

"""Time as an object: signature skew, windows, progress and expiry all read the same one."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from. All times are UNIX seconds."""

    @property
    def passes(self) -> bool:
        """Whether its time passes by itself, so that it can be waited for."""

    def now(self) -> float:
        """The present moment."""

    def arrival(self) -> float:
        """The moment at which a call arrives; a virtual clock may move first."""

    def wall(self) -> float:
        """What the machine's clock says, by which callers sign whatever has been done to this one."""

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Moves forward by the sum of the arguments and returns the new time. Raises ValueError for a negative sum."""

    def set(self, moment: float) -> None:
        """Jumps to `moment`, backwards if need be."""


class _Movable:
    """What the clocks have in common: that they can be moved."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def now(self) -> float:
        raise NotImplementedError

    def _put(self, moment: float) -> None:
        raise NotImplementedError

    def wall(self) -> float:
        return time.time()

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Moves forward by the sum of the arguments and returns the new time. Raises ValueError for a negative sum."""
        step = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if step < 0:
            raise ValueError(f"cannot advance by {step} s; use set() to go back")
        with self._lock:
            moment = self.now() + step
            self._put(moment)
            return moment

    def set(self, moment: float) -> None:
        """Jumps to `moment` (UNIX seconds), backwards if need be."""
        with self._lock:
            self._put(moment)

    def snapshot(self) -> tuple[float, ...]:
        """Where it stands, for `restore` of a clock of the same class."""
        raise NotImplementedError

    def restore(self, position: tuple[float, ...]) -> None:
        """Goes back to what `snapshot` gave."""
        raise NotImplementedError


class SystemClock(_Movable):
    """The machine's clock, from which it departs once it is moved or stopped."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = 0.0
        self._frozen: float | None = None

    @property
    def passes(self) -> bool:
        return self._frozen is None

    def now(self) -> float:
        frozen = self._frozen
        return time.time() + self._offset if frozen is None else frozen

    arrival = now

    def freeze(self) -> float:
        """Stops it, and returns the moment at which it stands."""
        with self._lock:
            self._frozen = moment = self.now()
            return moment

    def resume(self) -> None:
        """Lets it go on from where it stands."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - time.time()
                self._frozen = None

    def snapshot(self) -> tuple[float, ...]:
        """How far it is off the machine's clock and, if it is stopped, at which moment."""
        with self._lock:
            return (self._offset,) if self._frozen is None else (self._offset, self._frozen)

    def restore(self, position: tuple[float, ...]) -> None:
        with self._lock:
            self._offset, self._frozen = position[0], position[1] if len(position) > 1 else None

    def _put(self, moment: float) -> None:
        if self._frozen is None:
            self._offset = moment - time.time()
        else:
            self._frozen = moment


class VirtualClock(_Movable):
    """A clock that stands still until it is told otherwise.

    `tick` seconds pass with every call that arrives, so that a sequential test does not trip a
    rate limit by being fast; the real service takes 0.15 to 0.2 s to answer (recorded 2026-08-05).
    """

    passes = False

    def __init__(self, start: float | None = None, *, tick: float = 0.15) -> None:
        if tick < 0:
            raise ValueError(f"tick={tick!r} would move the clock backwards; use 0 to stand still")
        super().__init__()
        self._now = time.time() if start is None else start
        self._tick = tick

    def now(self) -> float:
        return self._now

    def arrival(self) -> float:
        with self._lock:
            self._now += self._tick
            return self._now

    def snapshot(self) -> tuple[float, ...]:
        """The moment at which it stands."""
        return (self._now,)

    def restore(self, position: tuple[float, ...]) -> None:
        self.set(position[0])

    def _put(self, moment: float) -> None:
        self._now = moment


def iso(moment: float) -> str:
    """`moment` as the service prints it: UTC, whole seconds, ``2026-08-05T02:28:50Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def instant(text: str) -> datetime:
    """The moment that an ISO 8601 text names, with the offset that it has. Raises ValueError for other texts."""
    # Python 3.10 does not read the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

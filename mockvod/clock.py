"""Time as an object: signature skew, time windows, task progress and expiry all read the same clock."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time, in UNIX seconds."""

    @property
    def passes(self) -> bool:
        """Whether its time passes by itself, so that waiting for a moment makes sense."""
        ...

    def now(self) -> float:
        """Returns the current moment."""
        ...

    def arrival(self) -> float:
        """Returns the moment at which a call arrives; a virtual clock may advance first."""
        ...

    def wall(self) -> float:
        """Returns the time by the machine's clock, which callers sign by, however this clock was moved."""
        ...

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Moves forward by the sum of the arguments.

        Returns:
            The new time.

        Raises:
            ValueError: the sum is negative.
        """
        ...

    def set(self, moment: float) -> None:
        """Moves to `moment`, forward or back."""
        ...


class _Movable:
    """The common part of our two clocks: both can be moved."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def now(self) -> float:
        raise NotImplementedError

    def _set_now(self, moment: float) -> None:
        raise NotImplementedError

    def wall(self) -> float:
        return time.time()

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Moves forward by the sum of the arguments.

        Returns:
            The new time.

        Raises:
            ValueError: the sum is negative; `set` goes back.
        """
        step = seconds + 60 * minutes + 3600 * hours + 86400 * days
        if step < 0:
            raise ValueError(f"cannot advance by {step} s; use set() to go back")
        with self._lock:
            moment = self.now() + step
            self._set_now(moment)
            return moment

    def set(self, moment: float) -> None:
        """Moves to `moment` (UNIX seconds), forward or back."""
        with self._lock:
            self._set_now(moment)

    def snapshot(self) -> tuple[float, ...]:
        """Returns its position, for `restore` of a clock of the same class."""
        raise NotImplementedError

    def restore(self, position: tuple[float, ...]) -> None:
        """Returns to a position that `snapshot` gave."""
        raise NotImplementedError


class SystemClock(_Movable):
    """The machine's clock, until it is moved or stopped; from then on, its own time."""

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
        """Stops the clock and returns the moment at which it stands."""
        with self._lock:
            self._frozen = moment = self.now()
            return moment

    def resume(self) -> None:
        """Lets the clock run on from the moment at which it was stopped."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - time.time()
                self._frozen = None

    def snapshot(self) -> tuple[float, ...]:
        """Returns its offset from the machine's clock and, if it is stopped, the moment at which it stands."""
        with self._lock:
            return (self._offset,) if self._frozen is None else (self._offset, self._frozen)

    def restore(self, position: tuple[float, ...]) -> None:
        with self._lock:
            self._offset, self._frozen = position[0], position[1] if len(position) > 1 else None

    def _set_now(self, moment: float) -> None:
        if self._frozen is None:
            self._offset = moment - time.time()
        else:
            self._frozen = moment


class VirtualClock(_Movable):
    """A clock that moves only when it is told to, and by `tick` seconds with every call that arrives.

    The tick keeps a sequential test from exceeding a rate limit by being fast: the real service takes 0.15 to 0.2 s to
    answer (replies recorded on 2026-08-05).

    Args:
        start: UNIX seconds; by default, the time by the machine's clock.
        tick: Seconds, 0 or more.

    Raises:
        ValueError: `tick` is negative.
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
        """Returns the moment at which it stands."""
        return (self._now,)

    def restore(self, position: tuple[float, ...]) -> None:
        self.set(position[0])

    def _set_now(self, moment: float) -> None:
        self._now = moment


def iso(moment: float) -> str:
    """Writes a moment as the service does: UTC in whole seconds, such as ``2026-08-05T02:28:50Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def instant(text: str) -> datetime:
    """Reads a moment in ISO 8601, with its offset from UTC.

    Raises:
        ValueError: the text is something else.
    """
    # fromisoformat() of Python 3.10 does not accept the Z.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))

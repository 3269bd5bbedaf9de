"""How many tasks of one action run at the same time, and what happens to a further one.

Documented: one of CreateAigcVideoTask and one of CreateAigcImageTask (API pages 266/76684 and 266/76685). No
document says what happens to a further task; the setting `over_concurrency` determines it:

    fail     the call is accepted, and its task ends with ErrCode 70000 and RequestLimitExceeded (recorded; the default)
    refuse   the call is refused with RequestLimitExceeded (seen by one client)
    queue    the task is WAITING; higher TasksPriority goes first, then the older task

The limit applies to one account and action (assumed; the text does not say whose tasks count). Queues advance when a call
reads them: `advance` then begins each task at the moment at which a place became free, so that the result does not depend
on when that call comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from mockvod.state import LAST, Entry, Table, Transaction

#: The actions of all accounts for which tasks wait.
_QUEUES = "queues"


class Running(msgspec.Struct, frozen=True, array_like=True):
    """A task that has a place."""

    begins: float
    #: None for a task that never ends, or whose end is not known.
    ends: float | None


class Started(NamedTuple):
    """A task that waited and has begun."""

    key: str
    begins: float
    ends: float | None


class Turn(NamedTuple):
    """The position of a waiting task in its queue: the lowest turn comes first."""

    #: The negative TasksPriority, because the highest priority comes first.
    priority: int
    #: The number of the task among all that ever waited in this queue.
    number: int

    def entry(self, task: str) -> Entry:
        """Makes the entry for the index of the queue; `task` is the key of the task."""
        return self.priority, f"{self.number:015}/{task}"


class _PlacesRow(msgspec.Struct, array_like=True, tag=1):
    #: Key of the task -> when it runs.
    running: dict[str, Running] = {}
    #: How many tasks wait, and how many ever have.
    queued: int = 0
    numbered: int = 0


_PLACES = Table("places", _PlacesRow)


class Places:
    """The places of one account and action."""

    __slots__ = ("_row",)

    def __init__(self, row: _PlacesRow) -> None:
        self._row = row

    @classmethod
    def load(cls, transaction: Transaction, key: str) -> Places:
        """Reads the places under a key (see `places_key`)."""
        return cls(transaction.get(_PLACES, key) or _PlacesRow())

    def save(self, transaction: Transaction, key: str) -> None:
        """Stores the places."""
        transaction.put(_PLACES, key, self._row)

    @property
    def queued(self) -> int:
        """How many tasks wait."""
        return self._row.queued

    def holds(self, task: str) -> bool:
        """Whether the task of that key has a place. One beyond the limit that fails has none."""
        return task in self._row.running

    def taken(self, now: float) -> int:
        """Counts the places that are taken at `now`.

        A task that has ended has given its place back, and so has one that begins after `now`, as happens when the clock
        is set back.
        """
        running = self._row.running
        for key, task in tuple(running.items()):
            if _free_since(task, now) is not None:
                del running[key]
        return len(running)

    def take(self, task: str, begins: float, ends: float | None) -> None:
        """Gives a task a place."""
        self._row.running[task] = Running(begins, ends)

    def move(self, task: str, ends: float | None) -> None:
        """Changes the end of a task that has a place."""
        self._row.running[task] = replace(self._row.running[task], ends=ends)

    def queue(self, transaction: Transaction, key: str, task: str, priority: int) -> Turn:
        """Puts a task into the queue, behind tasks with a higher priority and older ones with the same."""
        row = self._row
        row.numbered += 1
        row.queued += 1
        turn = Turn(-priority, row.numbered)
        transaction.add(f"{_QUEUES}/{key}", turn.entry(task))
        if row.queued == 1:
            transaction.add(_QUEUES, (0, key))
        return turn

    def leave_queue(self, transaction: Transaction, key: str, task: str, turn: Turn) -> None:
        """Takes a waiting task out of the queue."""
        self._dequeue(transaction, key, turn.entry(task))

    def advance(
        self, transaction: Transaction, key: str, now: float, seconds: Callable[[str], float | None]
    ) -> Iterator[Started]:
        """Gives places that became free until `now` to waiting tasks, and yields those.

        Args:
            transaction: The transaction of the call.
            key: The key of these places.
            now: UNIX seconds.
            seconds: Returns how long the task of a key takes; None where it never ends, or the time is not known.
        """
        running = self._row.running
        while self._row.queued:
            free = [(moment, name) for name, task in running.items() if (moment := _free_since(task, now)) is not None]
            if not free:
                return
            freed, ended = min(free)
            del running[ended]
            [first] = transaction.entries(f"{_QUEUES}/{key}", 1)
            self._dequeue(transaction, key, first)
            name = first[1].rpartition("/")[2]
            lasts = seconds(name)
            started = Started(name, freed, None if lasts is None else freed + lasts)
            running[name] = Running(started.begins, started.ends)
            yield started

    def _dequeue(self, transaction: Transaction, key: str, entry: Entry) -> None:
        transaction.discard(f"{_QUEUES}/{key}", entry)
        self._row.queued -= 1
        if not self._row.queued:
            transaction.discard(_QUEUES, (0, key))


def _free_since(task: Running, now: float) -> float | None:
    """The moment since which the place of a task is free; None while it is taken."""
    if task.begins > now:
        return now
    return task.ends if task.ends is not None and task.ends <= now else None


def places_key(account: str, action: str) -> str:
    """The key of the places of that account and action."""
    return f"{account}/{action}"


def queued_actions(transaction: Transaction, account: str | None = None) -> list[str]:
    """Lists the actions of an account for which tasks wait; without an account, ``account/action`` for all of them."""
    if account is None:
        return [key for _, key in transaction.entries(_QUEUES, 1_000_000)]
    prefix = f"{account}/"
    found = transaction.entries(_QUEUES, 1000, after=(0, prefix), before=(0, prefix + LAST))
    return [key[len(prefix) :] for _, key in found]

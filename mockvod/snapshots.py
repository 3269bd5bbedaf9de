"""Snapshots: the state of a MockVod as a value to return to.

A snapshot does not hold settings, and cannot undo what was pushed to other programs. The random numbers are not reset
either: after a restore, the same calls get other identifiers than before, even with a seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mockvod.call.journal import Journal, JournalSnapshot
from mockvod.clock import Clock, SystemClock, VirtualClock
from mockvod.errors import SettingsError
from mockvod.faults.collection import Faults
from mockvod.service.events.push import Notification, Notifier
from mockvod.settings import Account
from mockvod.state import Saved, Store


class Restorable(Protocol):
    """The parts of a MockVod that change."""

    clock: Clock
    store: Store
    journal: Journal
    accounts: dict[str, Account]
    notifier: Notifier
    faults: Faults


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The state of one MockVod at one moment. Cheap to keep, because it shares rows and records, which never change."""

    #: UNIX seconds by the clock of the mock.
    time: float
    #: How many calls there were until then.
    calls: int
    _owner: Restorable = field(repr=False)
    _store: Saved = field(repr=False)
    #: None for a clock of the user's own, which a restore does not move.
    _clock: tuple[float, ...] | None = field(repr=False)
    _accounts: Mapping[str, Account] = field(repr=False)
    _journal: JournalSnapshot = field(repr=False)
    #: See Faults.snapshot.
    _faults: object = field(repr=False)
    _tries: tuple[Notification, ...] = field(repr=False)

    def put_back(self, mock: Restorable) -> None:
        """Returns a mock to this state, for its `restore`.

        Raises:
            SettingsError: The snapshot is of another MockVod.
        """
        if self._owner is not mock:
            raise SettingsError("restore: the snapshot is of another MockVod; each has its own")
        clock = mock.clock
        if isinstance(clock, SystemClock | VirtualClock) and self._clock is not None:
            clock.restore(self._clock)
        mock.notifier.restore(self._tries)
        mock.store.restore(self._store)
        mock.journal.restore(self._journal)
        mock.faults.restore(self._faults)
        # Where the accounts are the same, they stay untouched, because a call could find them gone between the two steps.
        # Their order matters to the bill.
        if list(mock.accounts.items()) != list(self._accounts.items()):
            mock.accounts.clear()
            mock.accounts.update(self._accounts)


def take(mock: Restorable) -> Snapshot:
    """Takes a snapshot. A call in progress may be in its store already and not yet in its journal."""
    journal = mock.journal.snapshot()
    clock = mock.clock
    return Snapshot(
        clock.now(),
        journal.total,
        mock,
        mock.store.snapshot(),
        clock.snapshot() if isinstance(clock, SystemClock | VirtualClock) else None,
        dict(mock.accounts),
        journal,
        mock.faults.snapshot(),
        mock.notifier.tries,
    )

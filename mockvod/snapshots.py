"""All that a MockVod has come to, as a value to return to.

Not in it: settings, and what was pushed to other programs. Identifiers are not drawn again either: after a restore, the
same calls get other ones than before, even with a seed.
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
    """What of a MockVod changes."""

    clock: Clock
    store: Store
    journal: Journal
    accounts: dict[str, Account]
    notifier: Notifier
    faults: Faults


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One moment of one MockVod, for its `restore`. Cheap: rows and records are shared, as nothing changes them."""

    #: UNIX seconds, by the clock of the mock.
    time: float
    #: How many calls there had been.
    calls: int
    _owner: Restorable = field(repr=False)
    _store: Saved = field(repr=False)
    #: None for a clock that is neither of ours: it stays where it is.
    _clock: tuple[float, ...] | None = field(repr=False)
    _accounts: Mapping[str, Account] = field(repr=False)
    _journal: JournalSnapshot = field(repr=False)
    #: With the counts of its faults; see Faults.snapshot.
    _faults: object = field(repr=False)
    _tries: tuple[Notification, ...] = field(repr=False)

    def put_back(self, mock: Restorable) -> None:
        """Makes `mock` what it was then: what its `restore` does. Raises SettingsError for another mock than it was taken of."""
        if self._owner is not mock:
            raise SettingsError("restore: the snapshot is of another MockVod; each has its own")
        clock = mock.clock
        if isinstance(clock, SystemClock | VirtualClock) and self._clock is not None:
            clock.restore(self._clock)
        mock.notifier.restore(self._tries)
        mock.store.restore(self._store)
        mock.journal.restore(self._journal)
        mock.faults.restore(self._faults)
        # Where nobody came or went, no call is to find the accounts gone for an instant. Their order counts: see bill.
        if list(mock.accounts.items()) != list(self._accounts.items()):
            mock.accounts.clear()
            mock.accounts.update(self._accounts)


def take(mock: Restorable) -> Snapshot:
    """The moment of `mock`. A call that is being handled may be in it by half: in the store, not yet in the journal."""
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

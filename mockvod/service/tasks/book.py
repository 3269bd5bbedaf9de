"""The book of tasks: the only module that reads or writes them.

To save a task is to save its row, its events and its place among the running tasks together. To get a task is to get it
as it is at the moment of the call: a waiting task has begun if its turn has come, a task past its end has ended, and an
expired task does not exist. No other module has to think of that.

For each application there are indexes of its tasks by creation and by end, so that no call reads a whole table. See also
concurrency.py (places) and mockvod/service/events/outbox.py (events).

A task expires when no call can return anything about it any more: seven days after its end, when its Temporary results
expire (documented), or four days after its last event; an aborted task, seven days after its creation. Each new task
removes up to two expired tasks of its application, so that under steady traffic the number of stored tasks is bounded. A
task whose result outlives it, such as a file of the library, leaves the indexes but is kept. A task that does not end
never expires: a test has to end it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from mockvod.service.events.outbox import KEPT_SECONDS, announce, event_moments, withdraw
from mockvod.service.tasks.concurrency import Places, Started, places_key, queued_actions
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.model import Task, TaskRow, task_key
from mockvod.service.tasks.scripted import after_poll
from mockvod.state import LAST, Entry, Table, Transaction
from mockvod.validators.contracts.task_kinds import task_kinds

#: One table for all accounts, because the URL of a result is enough to fetch it, whoever does (recorded).
_TASKS = Table("tasks", TaskRow)
#: Documented: a Temporary result can be fetched for seven days, counted from the end of the task.
TEMPORARY_SECONDS = task_kinds().temporary_seconds
#: How many expired tasks each new one removes: more than one, so that their number falls after a pause in traffic.
_CLEARED = 2
_PAGE_SIZE = 64
#: By how much a task outlasts its events, of which the last is still handed out at the very moment of its end.
_LONGER_SECONDS = 60
_INFINITY = float("inf")

Order = Literal["created", "ended"]


class Results(NamedTuple):
    """Some of the tasks whose results live on, and how many there are in all."""

    page: list[Task]
    total: int


class TaskBook(Struct, frozen=True):
    """The tasks of all accounts in one transaction, at one moment (UNIX seconds)."""

    transaction: Transaction
    now: float

    # --- reading ---------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Task | None:
        """Finds a task of any account by its key (see `task_key`); None when there is none, or it has expired.

        A task whose result outlives it is found even after it has expired.
        """
        task = self._read(key)
        return None if task is None or (self.now >= _kept_until(task.row) and not _lives_on(task.row)) else task

    def find(self, task_id: str) -> Task | None:
        """Finds a task of any account by its TaskId; None when there is none, or it has expired."""
        task = self._read(task_key(task_id))
        return task if task is not None and task.task_id == task_id and self.now < _kept_until(task.row) else None

    def in_order(
        self,
        account: str,
        application: int,
        by: Order,
        *,
        after: Entry | None = None,
        before: Entry | None = None,
        descending: bool = False,
    ) -> Iterator[Task]:
        """Yields the tasks of an application in the order of their creation or end, oldest first unless `descending`.

        Tasks without a known end come after all others. `after` and `before` are as for Transaction.entries; the entry of
        a task is the moment of its creation or end, and its key.
        """
        self._advance_all(account)
        index = _index(by, account, application)
        while True:
            entries = self.transaction.entries(index, _PAGE_SIZE, after=after, before=before, descending=descending)
            for _, key in entries:
                task = self._read(key)
                assert task is not None  # what is in the index is in the table
                yield task
            if len(entries) < _PAGE_SIZE:
                return
            after, before = (after, entries[-1]) if descending else (entries[-1], before)

    def count_in_order(
        self, account: str, application: int, by: Order, *, after: Entry | None = None, before: Entry | None = None
    ) -> int:
        """How many tasks `in_order` would give."""
        self._advance_all(account)
        return self.transaction.count(_index(by, account, application), after=after, before=before)

    def results(self, account: str, application: int, action: str, skip: int, limit: int) -> Results:
        """A page of the results of an action that live on and have an order; the newest first."""
        self._advance_all(account)
        index, there = _ranks(account, application, action), (self.now, LAST)
        entries = self.transaction.entries(index, limit, before=there, descending=True, skip=skip)
        rows = [self.transaction.get(_TASKS, name.rpartition("/")[2]) for _, name in entries]
        # What is in the index is in the table.
        return Results([Task(row, self.now) for row in rows if row], self.transaction.count(index, before=there))

    def all(self, account: str | None = None, *, over: bool = False) -> list[Task]:
        """Lists all tasks of an account, or of all accounts, oldest first. Reads the whole table.

        With `over`, expired tasks that have not been removed yet are included.
        """
        for owner in self._accounts_that_queue() if account is None else (account,):
            self._advance_all(owner)
        rows = [row for _, row in self.transaction.items(_TASKS) if account is None or row.account == account]
        kept = [row for row in rows if not row.archived and (over or self.now < _kept_until(row))]
        return [Task(row, self.now) for row in sorted(kept, key=lambda row: row.created)]

    def settle_queues(self, account: str) -> None:
        """Begins all tasks of the account whose turn has come, so that the events of their ends are known."""
        self._advance_all(account)

    def places(self, account: str, action: str) -> Places:
        """Returns the places of an action as they are now: waiting tasks have begun when places became free."""
        key = places_key(account, action)
        places = Places.load(self.transaction, key)
        if places.queued:
            for started in places.advance(self.transaction, key, self.now, self._seconds):
                self._start(started)
            places.save(self.transaction, key)
        return places

    # --- writing ---------------------------------------------------------------------------------------------------

    def add(self, key: str, row: TaskRow) -> list[Task]:
        """Saves a new task, which has its place already, and returns the expired tasks that it removed.

        Those of them that are kept for their results are marked as archived.

        Args:
            key: That of the new task: see `task_key`.
            row: The new task.
        """
        transaction, account, application = self.transaction, row.account, row.application
        ended = _index("ended", account, application)
        transaction.put(_TASKS, key, row)
        transaction.add(_index("created", account, application), (row.created, key))
        transaction.add(ended, (_INFINITY if row.ends is None else row.ends, key))
        announce(transaction, key, row)
        if row.ranked:
            self._rank(None, row)
        return self._clear_some(ended) + self._clear_some(_index("aborted", account, application))

    def save(self, before: TaskRow, after: TaskRow) -> None:
        """Saves a changed task: its row, its events and its place."""
        self._write(before, after)
        key = places_key(after.account, after.action)
        places = Places.load(self.transaction, key)
        if places.holds(after.key):
            places.move(after.key, self.now if after.aborted else after.ends)
            places.save(self.transaction, key)
            self.places(after.account, after.action)

    def abort(self, task: Task) -> bool:
        """Aborts a task that waits for a place or by its script; returns False if it does not wait."""
        if task.status != "WAITING":
            return False
        row = task.row
        if row.turn is not None and row.begins is None:
            key = places_key(row.account, row.action)
            places = Places.load(self.transaction, key)
            places.leave_queue(self.transaction, key, row.key, row.turn)
            places.save(self.transaction, key)
        self.save(row, replace(row, aborted=True, begins=None, ends=None))
        self.transaction.add(_index("aborted", row.account, row.application), (row.created, row.key))
        return True

    def end(self, task: Task, failure: Failure | None = None) -> None:
        """Ends a running task now, whatever its script says: with `failure`, or successfully."""
        self.save(task.row, replace(task.row, ends=self.now, failure=failure, script=None))

    def tell_progress(self, task: Task, percent: int) -> None:
        """Sets the Progress that a running task shows until it ends."""
        self.transaction.put(_TASKS, task.key, replace(task.row, progress=percent))

    def note_poll(self, task: Task) -> None:
        """Counts a call of DescribeTaskDetail for a task, after which its script may go to the next step."""
        row, position = task.row, task.position
        if row.script is None or position is None:
            return
        moved = after_poll(row.script, position, self.now)
        if moved is None:
            return
        if moved.decides_end:
            self.save(row, replace(row, ends=moved.ends, script=moved.script))
        else:
            self.transaction.put(_TASKS, task.key, replace(row, script=moved.script))

    def release(self, key: str) -> None:
        """Stops keeping a task for its result: removes it if it has expired, and otherwise lets it expire."""
        row = self.transaction.get(_TASKS, key)
        if row is None:
            return
        released = replace(row, lives_on=False)
        self._rank(row, released)
        if row.archived:
            self.transaction.delete(_TASKS, key)
        else:
            self.transaction.put(_TASKS, key, released)

    # --- inside ----------------------------------------------------------------------------------------------------

    def _read(self, key: str) -> Task | None:
        row = self.transaction.get(_TASKS, key)
        if row is not None and row.begins is None and not row.aborted:
            self.places(row.account, row.action)
            row = self.transaction.get(_TASKS, key)
        return None if row is None else Task(row, self.now)

    def _write(self, before: TaskRow, after: TaskRow) -> None:
        """Saves the row, its entry in the index of ends, and its events."""
        key = after.key
        self.transaction.put(_TASKS, key, after)
        if before.ends != after.ends:
            ended = _index("ended", after.account, after.application)
            self.transaction.discard(ended, (_INFINITY if before.ends is None else before.ends, key))
            self.transaction.add(ended, (_INFINITY if after.ends is None else after.ends, key))
        self._rank(before, after)
        if event_moments(key, before) != event_moments(key, after):
            withdraw(self.transaction, key, before)
            announce(self.transaction, key, after)

    def _rank(self, before: TaskRow | None, after: TaskRow) -> None:
        """Moves a task in the order of the results of its action, which it enters as soon as its end is known."""
        index = _ranks(after.account, after.application, after.action)
        was, is_now = None if before is None else _rank_of(before), _rank_of(after)
        if was == is_now:
            return
        if was is not None:
            self.transaction.discard(index, was)
        if is_now is not None:
            self.transaction.add(index, is_now)

    def _advance_all(self, account: str) -> None:
        for action in queued_actions(self.transaction, account):
            self.places(account, action)

    def _accounts_that_queue(self) -> set[str]:
        return {account for account, _ in (each.rsplit("/", 1) for each in queued_actions(self.transaction))}

    def _seconds(self, key: str) -> float | None:
        row = self.transaction.get(_TASKS, key)
        return None if row is None else row.seconds

    def _start(self, started: Started) -> None:
        row = self.transaction.get(_TASKS, started.key)
        assert row is not None  # a queue has only tasks that were saved
        self._write(row, replace(row, begins=started.begins, ends=started.ends))

    def _clear_some(self, index: str) -> list[Task]:
        oldest = self.transaction.entries(index, _CLEARED, before=(self.now - TEMPORARY_SECONDS, LAST))
        return [task for entry in oldest if (task := self._clear_away(index, entry)) is not None]

    def _clear_away(self, index: str, entry: Entry) -> Task | None:
        """Removes an expired task from the indexes and, unless its result outlives it, from the table."""
        key = entry[1]
        row = self.transaction.get(_TASKS, key)
        assert row is not None  # what is in the index is in the table
        self.transaction.discard(index, entry)
        if self.now < _kept_until(row):
            # Its events come long after its end, so it is due again when they have expired.
            self.transaction.add(index, (_kept_until(row) - TEMPORARY_SECONDS, key))
            return None
        if row.aborted:
            self.transaction.discard(_index("ended", row.account, row.application), (_INFINITY, key))
        self.transaction.discard(_index("created", row.account, row.application), (row.created, key))
        if _lives_on(row):
            row = replace(row, archived=True)
            self.transaction.put(_TASKS, key, row)
        else:
            self.transaction.delete(_TASKS, key)
        return Task(row, self.now)


@lru_cache(maxsize=4096)
def _index(by: Order | Literal["aborted"], account: str, application: int) -> str:
    return f"tasks/{by}/{account}/{application}"


@lru_cache(maxsize=1024)
def _ranks(account: str, application: int, action: str) -> str:
    return f"tasks/{action}/{account}/{application}"


def _rank_of(row: TaskRow) -> Entry | None:
    """Where a task stands, or will stand, in the order of the results of its action; None for one without a result."""
    return (row.ends, f"{row.ranked}/{row.key}") if row.ranked and row.ends is not None and _lives_on(row) else None


def _lives_on(row: TaskRow) -> bool:
    return row.lives_on and row.failure is None and not row.aborted


def _kept_until(row: TaskRow) -> float:
    """The moment at which a task expires; infinity while its end is not known."""
    if row.aborted:
        return row.created + TEMPORARY_SECONDS
    if row.ends is None:
        return _INFINITY
    delay = float(row.last_step.get("event_delay", 0))
    return row.ends + max(TEMPORARY_SECONDS, KEPT_SECONDS + delay + _LONGER_SECONDS if delay else 0)

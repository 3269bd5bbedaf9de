"""Events that wait to be fetched or delivered.

Each application of an account has an index of its events by the moment from which they can be seen, so that what is due
comes first. The event of a task follows from the task and is not stored: it is entered as soon as the end of the task is
known, under that moment, and nothing has to happen when the task ends. Only an event that was handed out, or tells of no
task, has a row. To hand an event out is to move it 30 seconds on.
"""

from __future__ import annotations

import base64
import binascii
import json
from functools import cache, lru_cache
from typing import Any, NamedTuple

import msgspec

from mockvod.service.tasks.model import TaskRow
from mockvod.state import LAST, Entry, Table, Transaction, json_table
from mockvod.validators.contracts.catalog import catalog

#: The applications that have had an event or were configured, with what they have set: see config.py.
APPLICATIONS = json_table("event_applications")
#: Documented: an event that was handed out comes back after so long unless it is confirmed.
INVISIBLE_SECONDS = 30
#: Documented: an event that nobody fetches is kept for four days.
KEPT_SECONDS = 4 * 86_400
#: How many events that were kept too long each new one clears away.
_CLEARED = 2
#: How many times as many as asked for are looked at, where those in front were kept too long.
_ROUNDS = 8


class EventRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """What is stored of an event."""

    #: When it came about, UNIX seconds.
    at: float
    #: What it tells, for one that is no task's.
    content: dict[str, Any] | None = None
    #: How often it was tried to push it.
    tries: int = 0


class Event(NamedTuple):
    """One event that can be seen."""

    #: Its place in the order of its application's events.
    entry: Entry
    row: EventRow

    @property
    def task(self) -> str:
        """The key of the task that it tells of."""
        return self.entry[1].partition(".")[0]


_EVENTS = Table("events", EventRow)


def event_moments(key: str, task: TaskRow) -> list[Entry]:
    """When the events of the end of a task come about, and their names: one with the end, unless a script says else."""
    if task.ends is None or not _has_event(task.action):
        return []
    if task.script is None:
        return [(task.ends, key)]
    end = task.script.steps[-1]
    at = task.ends + end["event_delay"]
    return [(at, key if number == 0 else f"{key}.{number}") for number in range(end["events"])]


def announce(transaction: Transaction, key: str, task: TaskRow) -> None:
    """Enters the events of the end of the task of that key, where its kind has any and its end is known."""
    for entry in event_moments(key, task):
        _enter(transaction, task.account, task.application, entry)
    clear(transaction, task.account, task.application, task.created)


def withdraw(transaction: Transaction, key: str, task: TaskRow) -> None:
    """Takes back the events of a task that is not to end when it was planned to."""
    index = _index(task.account, task.application)
    for entry in event_moments(key, task):
        transaction.discard(index, entry)


def post(transaction: Transaction, account: str, application: int, now: float, name: str, content: Any) -> None:
    """Enters an event of no task; `name` tells it from others of the application."""
    transaction.put(_EVENTS, _key(account, application, name), EventRow(now, content))
    _enter(transaction, account, application, (now, name))


def due(transaction: Transaction, account: str, application: int, now: float, limit: int) -> list[Event]:
    """Up to `limit` events that can be seen now, the oldest first. Those that were kept too long are dropped."""
    index, oldest = _index(account, application), now - KEPT_SECONDS
    clear(transaction, account, application, now)
    for _ in range(_ROUNDS):
        entries = transaction.entries(index, limit, after=(oldest, ""), before=(now, LAST))
        events = [Event(entry, _row(transaction, account, application, entry)) for entry in entries]
        # One that was handed out stands under the moment of its return.
        overdue = [event for event in events if event.row.at < oldest]
        if not overdue:
            return events
        for event in overdue:
            remove(transaction, account, application, event.entry)
    return []


def clear(transaction: Transaction, account: str, application: int, now: float) -> None:
    """Drops some events that were kept too long."""
    for entry in transaction.entries(_index(account, application), _CLEARED, before=(now - KEPT_SECONDS, "")):
        remove(transaction, account, application, entry)


def postpone(
    transaction: Transaction, account: str, application: int, event: Event, until: float, tries: int = 0
) -> Entry:
    """Hides `event` until then, notes how often it was tried to push it, and returns its place meanwhile."""
    index, name = _index(account, application), event.entry[1]
    transaction.discard(index, event.entry)
    transaction.add(index, (until, name))
    row = msgspec.structs.replace(event.row, tries=tries)
    transaction.put(_EVENTS, _key(account, application, name), row)
    return until, name


def remove(transaction: Transaction, account: str, application: int, entry: Entry) -> None:
    """Forgets an event. No error when it is gone."""
    transaction.discard(_index(account, application), entry)
    transaction.delete(_EVENTS, _key(account, application, entry[1]))


def is_hidden(transaction: Transaction, account: str, application: int, entry: Entry, now: float) -> bool:
    """Whether the event of that place is there and has not come back yet."""
    return entry[0] > now and transaction.holds(_index(account, application), entry)


def handle_of(entry: Entry) -> str:
    """An EventHandle: opaque to clients."""
    return base64.urlsafe_b64encode(json.dumps(entry).encode()).decode()


def entry_of(handle: str) -> Entry | None:
    """The place in an EventHandle; None for a text that is no handle."""
    try:
        moment, name = json.loads(base64.urlsafe_b64decode(handle.encode()))
        return (float(moment), name) if isinstance(name, str) and name else None
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        return None


def application_key(account: str, application: int) -> str:
    """Of the table APPLICATIONS."""
    return f"{account}/{application}"


def _enter(transaction: Transaction, account: str, application: int, entry: Entry) -> None:
    index = _index(account, application)
    if not transaction.size(index):
        known = application_key(account, application)
        if transaction.get(APPLICATIONS, known) is None:
            transaction.put(APPLICATIONS, known, {})
    transaction.add(index, entry)


def _row(transaction: Transaction, account: str, application: int, entry: Entry) -> EventRow:
    # Nothing is stored of a task's event before it is handed out: it stands under the moment at which it came about.
    return transaction.get(_EVENTS, _key(account, application, entry[1])) or EventRow(entry[0])


@lru_cache(maxsize=4096)
def _index(account: str, application: int) -> str:
    return f"events/{account}/{application}"


@cache
def _has_event(action: str) -> bool:
    return catalog().require(action).event_type is not None


def _key(account: str, application: int, name: str) -> str:
    return f"{account}/{application}/{name}"

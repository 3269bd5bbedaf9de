"""The outbox: events that wait to be pulled or pushed.

Each application of an account has an index of its events by the moment from which they are visible, so that events that
are due come first. The event of a task is derived from the task and not stored: its entry is added under the moment of
the task's end as soon as that is known, so nothing has to happen when the task ends. Only events that were handed out, or
belong to no task, have a row. To hand out an event is to move its entry by 30 seconds.
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

#: The applications that have had an event or a configuration, with their configurations: see config.py.
APPLICATIONS = json_table("event_applications")
#: Documented: an event that was handed out comes back after this time unless it is confirmed.
INVISIBLE_SECONDS = 30
#: Documented: an event that nobody pulls is kept for four days.
KEPT_SECONDS = 4 * 86_400
#: How many expired events each new event removes.
_CLEARED = 2
#: How many times `due` reads `limit` entries, where the first ones have expired.
_ROUNDS = 8


class EventRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """The stored part of an event."""

    #: When it occurred, UNIX seconds.
    at: float
    #: Its content, where it belongs to no task.
    content: dict[str, Any] | None = None
    #: How many attempts to push it there were.
    tries: int = 0


class Event(NamedTuple):
    """One visible event."""

    #: Its entry in the index of its application.
    entry: Entry
    row: EventRow

    @property
    def task(self) -> str:
        """The key of the task that it belongs to."""
        return self.entry[1].partition(".")[0]


_EVENTS = Table("events", EventRow)


def event_moments(key: str, task: TaskRow) -> list[Entry]:
    """Lists the entries of the events of a task: one at its end, unless its script says otherwise."""
    if task.ends is None or not _has_event(task.action):
        return []
    if task.script is None:
        return [(task.ends, key)]
    end = task.script.steps[-1]
    at = task.ends + end["event_delay"]
    return [(at, key if number == 0 else f"{key}.{number}") for number in range(end["events"])]


def announce(transaction: Transaction, key: str, task: TaskRow) -> None:
    """Adds the events of a task, where its kind has any and its end is known; `key` is that of the task."""
    for entry in event_moments(key, task):
        _enter(transaction, task.account, task.application, entry)
    clear(transaction, task.account, task.application, task.created)


def withdraw(transaction: Transaction, key: str, task: TaskRow) -> None:
    """Removes the events of a task whose end has changed."""
    index = _index(task.account, task.application)
    for entry in event_moments(key, task):
        transaction.discard(index, entry)


def post(transaction: Transaction, account: str, application: int, now: float, name: str, content: Any) -> None:
    """Adds an event that belongs to no task; `name` is unique among the events of the application."""
    transaction.put(_EVENTS, _key(account, application, name), EventRow(now, content))
    _enter(transaction, account, application, (now, name))


def due(transaction: Transaction, account: str, application: int, now: float, limit: int) -> list[Event]:
    """Returns up to `limit` visible events, oldest first, and removes expired ones."""
    index, oldest = _index(account, application), now - KEPT_SECONDS
    clear(transaction, account, application, now)
    for _ in range(_ROUNDS):
        entries = transaction.entries(index, limit, after=(oldest, ""), before=(now, LAST))
        events = [Event(entry, _row(transaction, account, application, entry)) for entry in entries]
        # The entry of an event that was handed out has the moment of its return, so it can have expired all the same.
        overdue = [event for event in events if event.row.at < oldest]
        if not overdue:
            return events
        for event in overdue:
            remove(transaction, account, application, event.entry)
    return []


def is_due(transaction: Transaction, account: str, application: int, now: float) -> bool:
    """Whether `due` has anything to look at: a visible event, or one that has expired."""
    return bool(transaction.entries(_index(account, application), 1, before=(now, LAST)))


def clear(transaction: Transaction, account: str, application: int, now: float) -> None:
    """Removes some expired events."""
    for entry in transaction.entries(_index(account, application), _CLEARED, before=(now - KEPT_SECONDS, "")):
        remove(transaction, account, application, entry)


def postpone(
    transaction: Transaction, account: str, application: int, event: Event, until: float, tries: int = 0
) -> Entry:
    """Hides an event until a moment, stores the number of attempts to push it, and returns its new entry."""
    index, name = _index(account, application), event.entry[1]
    transaction.discard(index, event.entry)
    transaction.add(index, (until, name))
    row = msgspec.structs.replace(event.row, tries=tries)
    transaction.put(_EVENTS, _key(account, application, name), row)
    return until, name


def remove(transaction: Transaction, account: str, application: int, entry: Entry) -> None:
    """Removes an event; no error when there is none."""
    transaction.discard(_index(account, application), entry)
    transaction.delete(_EVENTS, _key(account, application, entry[1]))


def is_hidden(transaction: Transaction, account: str, application: int, entry: Entry, now: float) -> bool:
    """Whether the event with that entry exists and is still hidden."""
    return entry[0] > now and transaction.holds(_index(account, application), entry)


def handle_of(entry: Entry) -> str:
    """Makes the EventHandle of an entry, which is opaque to clients."""
    return base64.urlsafe_b64encode(json.dumps(entry).encode()).decode()


def entry_of(handle: str) -> Entry | None:
    """Reads the entry in an EventHandle; None for a text that is no handle."""
    try:
        moment, name = json.loads(base64.urlsafe_b64decode(handle.encode()))
        return (float(moment), name) if isinstance(name, str) and name else None
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        return None


def application_key(account: str, application: int) -> str:
    """Makes the key of an application in the table APPLICATIONS."""
    return f"{account}/{application}"


def _enter(transaction: Transaction, account: str, application: int, entry: Entry) -> None:
    index = _index(account, application)
    if not transaction.size(index):
        known = application_key(account, application)
        if transaction.get(APPLICATIONS, known) is None:
            transaction.put(APPLICATIONS, known, {})
    transaction.add(index, entry)


def _row(transaction: Transaction, account: str, application: int, entry: Entry) -> EventRow:
    # The event of a task has no row before it is handed out; until then, its entry has the moment at which it occurred.
    return transaction.get(_EVENTS, _key(account, application, entry[1])) or EventRow(entry[0])


@lru_cache(maxsize=4096)
def _index(account: str, application: int) -> str:
    return f"events/{account}/{application}"


@cache
def _has_event(action: str) -> bool:
    return catalog().require(action).event_type is not None


def _key(account: str, application: int, name: str) -> str:
    return f"{account}/{application}/{name}"

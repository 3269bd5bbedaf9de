"""Events that wait to be fetched or delivered.

One table for each application of an account. A row's key begins with the moment from which the event can be seen, so
that what is due are the lowest keys. An event of a task is put there as soon as the end of the task is known, under that
moment: nothing has to happen when it ends. To hand an event out is to move it 30 seconds on.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, NamedTuple

from mockvod.state import Transaction, Value
from mockvod.validators.contracts.catalog import catalog

#: The applications that have had an event or were configured, with what they have set: see event_config.py.
APPLICATIONS = "event_applications"
#: Documented: an event that was handed out comes back after so long unless it is confirmed.
INVISIBLE_SECONDS = 30
#: Documented: an event that nobody fetches is kept for four days.
KEPT_SECONDS = 4 * 86_400


class Event(NamedTuple):
    """One event that can be seen."""

    key: str
    #: When it came about, the random part of the task that it tells of, or what it tells by itself.
    row: Value


def announce(transaction: Transaction, part: str, task: Value) -> None:
    """Puts down the event of the task of random part `part`, where its kind has one and its end is known."""
    if task["ends"] is not None and catalog().require(task["action"]).event_type:
        for at, name in _places(part, task):
            _add(transaction, task["account"], task["SubAppId"], at, name, {"task": part})


def withdraw(transaction: Transaction, part: str, task: Value) -> None:
    """Takes back the event of a task that is not to end when it was planned to."""
    if task["ends"] is not None:
        for at, name in _places(part, task):
            transaction.delete(_table(task["account"], task["SubAppId"]), _key(at, name))


def post(transaction: Transaction, account: str, application: int, now: float, name: str, content: Any) -> None:
    """Puts down an event of no task; `name` tells it from others of the same moment."""
    _add(transaction, account, application, now, name, {"content": content})


def due(transaction: Transaction, account: str, application: int, now: float, limit: int) -> list[Event]:
    """Up to `limit` events that can be seen now, the oldest first. Those that were kept too long are dropped."""
    table = _table(account, application)
    while True:
        found = [Event(key, row) for key, row in transaction.first(table, _key(now, "~"), limit)]
        old = [event for event in found if now - event.row["at"] > KEPT_SECONDS]
        if not old:
            return found
        for event in old:
            transaction.delete(table, event.key)


def postpone(transaction: Transaction, account: str, application: int, event: Event, until: float, **more: Any) -> str:
    """Hides `event` until then, notes `more` about it, and returns the key under which it can be removed meanwhile."""
    remove(transaction, account, application, event.key)
    key = _key(until, event.key.partition("/")[2])
    transaction.put(_table(account, application), key, {**event.row, **more})
    return key


def remove(transaction: Transaction, account: str, application: int, key: str) -> None:
    """Forgets an event. No error when it is gone."""
    transaction.delete(_table(account, application), key)


def is_hidden(transaction: Transaction, account: str, application: int, key: str, now: float) -> bool:
    """Whether the event of that key is there and has not come back yet."""
    return key > _key(now, "~") and transaction.get(_table(account, application), key) is not None


def handle_of(key: str) -> str:
    """An EventHandle: opaque to clients."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def key_of(handle: str) -> str:
    """The key in an EventHandle; "" for a text that is none."""
    try:
        return base64.urlsafe_b64decode(handle.encode()).decode()
    except (ValueError, binascii.Error):
        return ""


def application_key(account: str, application: int) -> str:
    """Of the table APPLICATIONS."""
    return f"{account}/{application}"


def _places(part: str, task: Value) -> list[tuple[float, str]]:
    """When the event of a task comes about, and its name: once and with the end, unless a script has it otherwise."""
    if "script" not in task:
        return [(task["ends"], part)]
    end = task["script"]["steps"][-1]
    at = task["ends"] + end["event_delay"]
    return [(at, part if number == 0 else f"{part}.{number}") for number in range(end["events"])]


def _add(transaction: Transaction, account: str, application: int, at: float, name: str, row: Value) -> None:
    transaction.put(_table(account, application), _key(at, name), {"at": at, **row})
    known = application_key(account, application)
    if transaction.get(APPLICATIONS, known) is None:
        transaction.put(APPLICATIONS, known, {})


def _key(moment: float, name: str) -> str:
    # So many digits that the texts of moments are ordered like the moments.
    return f"{moment:020.6f}/{name}"


def _table(account: str, application: int) -> str:
    return f"{account}/events/{application}"

"""What is to be pushed: which applications wait, and the messages of one.

Documented: the body of a push is EventType and the member that describes the event, without an envelope or nulls. With a
SignKey, it has T, the moment after which the signature is void, and Sign, the MD5 of SignKey and T. That both are at the
top of the body is inferred from their published types; lower case is assumed.

To claim an event is to hide it for as long as sending it can take. Nothing is lost with a process that ends meanwhile: the
event is due again after that time, and can so come twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from mockvod.call.drivers import until_made
from mockvod.call.outcome import Make
from mockvod.clock import Clock
from mockvod.narrowing import is_array, is_object
from mockvod.service.events.config import event_config
from mockvod.service.events.content import content_of
from mockvod.service.events.outbox import APPLICATIONS, Event, due, is_due, is_hidden, postpone
from mockvod.service.events.pull import MOST_EVENTS
from mockvod.service.events.receivers import TIMEOUT_SECONDS
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import Settings
from mockvod.state import Store, Transaction

#: Documented: how many seconds after the push T is.
SIGNATURE_SECONDS = 600
#: How long an event is hidden while it is being sent: longer than it takes to send all events of a batch.
_LEASE_SECONDS = MOST_EVENTS * (TIMEOUT_SECONDS + 1)


class Message(NamedTuple):
    """One event on its way."""

    account: str
    application: int
    url: str
    body: dict[str, Any]
    #: The event, with its entry while it is being sent.
    event: Event
    #: Which attempt this is, from 1.
    number: int


def waiting(store: Store, clock: Clock, settings: Settings) -> list[str]:
    """Lists the keys of the applications that have events pushed and one that is due."""
    with store.transaction() as transaction:
        now = clock.now()
        keys = [key for key, _ in transaction.items(APPLICATIONS) if event_config(transaction, settings, key).push_url]
        tasks = TaskBook(transaction, now)
        for account in {_owner(key)[0] for key in keys}:
            tasks.settle_queues(account)
        return [key for key in keys if is_due(transaction, *_owner(key), now)]


def claim(store: Store, clock: Clock, settings: Settings, key: str, wanted: Callable[[], bool]) -> list[Message]:
    """Takes the events of an application that are due, oldest first, and hides them.

    Args:
        store: Where they are.
        clock: Says what is due.
        settings: Those of the mock.
        key: The key of the application.
        wanted: Asked inside the transaction: whether there is still anybody to send them.
    """
    return until_made(partial(_try_to_claim, store, clock, settings, key, wanted))


def give_back(transaction: Transaction, messages: list[Message], now: float) -> None:
    """Has events that were claimed and not sent be due again, as if they had not been claimed."""
    for each in messages:
        event, owner = each.event, (each.account, each.application)
        if is_hidden(transaction, *owner, event.entry, now):
            postpone(transaction, *owner, event, event.row.at, event.row.tries)


def sign(key: str, until: int) -> dict[str, Any]:
    """Makes the members Sign and T of a pushed event; `until` is in UNIX seconds."""
    digest = hashlib.md5(f"{key}{until}".encode(), usedforsecurity=False).hexdigest()
    return {"Sign": digest, "T": until}


def _try_to_claim(
    store: Store, clock: Clock, settings: Settings, key: str, wanted: Callable[[], bool]
) -> list[Message] | Make:
    made = MadeFiles()
    with store.transaction() as transaction:
        if not wanted():
            return []
        messages = _due(transaction, clock.now(), settings, key, made)
        if not made.missing:
            return messages
        transaction.undo()
    return Make(made.make_missing)


def _due(transaction: Transaction, now: float, settings: Settings, key: str, made: MadeFiles) -> list[Message]:
    messages: list[Message] = []
    config = event_config(transaction, settings, key)
    if not config.push_url:  # it has been changed since `waiting` looked
        return messages
    tasks, (account, application) = TaskBook(transaction, now), _owner(key)
    for event in due(transaction, account, application, now, MOST_EVENTS):
        body = _as_sent(content_of(tasks, event, settings, made))
        tries = event.row.tries + 1
        hidden = postpone(transaction, account, application, event, now + _LEASE_SECONDS, tries)
        if config.sign_key:
            body |= sign(config.sign_key, int(now) + SIGNATURE_SECONDS)
        sent = Event(hidden, event.row)
        messages.append(Message(account, application, config.push_url, body, sent, tries))
    return messages


def _owner(key: str) -> tuple[str, int]:
    """The account and the application of a key: see `application_key`."""
    account, _, application = key.rpartition("/")
    return account, int(application)


def _as_sent(value: Any) -> Any:
    """A value without nulls, and with a question mark for each lone surrogate, as in the answers of the API."""
    if is_object(value):
        return {_as_sent(name): _as_sent(each) for name, each in value.items() if each is not None}
    if is_array(value):
        return [_as_sent(each) for each in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value

"""Pushing events to the URLs that applications have set.

Documented: the push is an HTTP POST of EventType and the member that describes the event, without an envelope or nulls.
With a SignKey, it has T, the moment after which the signature is void, and Sign, the MD5 of SignKey and T. That both are
at the top of the body is inferred from their published types; lower case is assumed. A receiver has five seconds, and an
event is sent three times at most (a page of 2017; nothing newer is known). Assumed: a status of 2xx accepts an event, and
a second passes between attempts. An event can come twice, because the lease of an event expires that was being sent when
the process ended.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import deque
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from mockvod.call.drivers import until_made
from mockvod.call.outcome import Make
from mockvod.clock import Clock
from mockvod.narrowing import is_array, is_object
from mockvod.service.events.config import event_config
from mockvod.service.events.content import content_of
from mockvod.service.events.outbox import APPLICATIONS, Event, due, postpone, remove
from mockvod.service.events.pull import MOST_EVENTS
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import Settings
from mockvod.state import Store, Transaction

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

log: logging.Logger = logging.getLogger("mockvod")

TIMEOUT_SECONDS = 5
MOST_TRIES = 3
RETRY_SECONDS = 1
#: Documented: how many seconds after the push T is.
SIGNATURE_SECONDS = 600
#: How long an event is hidden while it is being sent: longer than it takes to send all events of a batch.
_LEASE_SECONDS = MOST_EVENTS * (TIMEOUT_SECONDS + 1)
#: The pause between two searches for events that are due.
_POLL_SECONDS = 0.05
_MOST_REMEMBERED = 1000


class Notification(NamedTuple):
    """One attempt to push an event."""

    #: UNIX seconds.
    time: float
    account: str
    application: int
    url: str
    body: dict[str, Any]
    #: Which attempt for this event this is, from 1.
    number: int
    #: "delivered", or the reason of the failure.
    outcome: str


class _Message(NamedTuple):
    account: str
    application: int
    url: str
    body: dict[str, Any]
    #: The event, with its entry while it is being sent.
    event: Event
    #: Which attempt this is, from 1.
    number: int


class Notifier:
    """Pushes events that are due: in a thread of its own between `start` and `stop`, and when `deliver` is called."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._tries: deque[Notification] = deque(maxlen=_MOST_REMEMBERED)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        #: A new object after each restore.
        self._epoch = object()
        # One thread delivers at a time: a second one would find all events hidden by the leases of the first.
        self._delivery_lock = threading.Lock()

    @property
    def tries(self) -> tuple[Notification, ...]:
        """The last 1,000 attempts, oldest first."""
        return tuple(self._tries)

    def start(self) -> None:
        """Starts delivery in the background."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="mockvod-notifier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends delivery in the background, after the event that is being sent, which takes five seconds at most."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=TIMEOUT_SECONDS + 1)

    def clear(self) -> None:
        """Removes the recorded attempts."""
        self._tries.clear()

    def restore(self, tries: tuple[Notification, ...]) -> None:
        """Replaces the recorded attempts, and ignores the results of events that are being sent.

        To be called before the store is restored.
        """
        self._epoch = object()
        self._tries = deque(tries, maxlen=_MOST_REMEMBERED)

    def deliver(self) -> int:
        """Sends the events that are due, one after the other, and returns how many were delivered."""
        with self._delivery_lock:
            epoch = self._epoch
            return sum(self._deliver(message, epoch) for message in self._claim())

    def _run(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            try:
                self.deliver()
            except Exception:
                log.exception("mockvod failed to push events: please report it")

    def _claim(self) -> list[_Message]:
        """Takes the events that are due, and hides them for as long as sending them can take."""
        return until_made(self._try_to_claim)

    def _try_to_claim(self) -> list[_Message] | Make:
        made = MadeFiles()
        with self._store.transaction() as transaction:
            messages = self._due(transaction, self._clock.now(), made)
            if not made.missing:
                return messages
            transaction.undo()
        return Make(made.make_missing)

    def _due(self, transaction: Transaction, now: float, made: MadeFiles) -> list[_Message]:
        messages: list[_Message] = []
        tasks = TaskBook(transaction, now)
        for key, _ in transaction.items(APPLICATIONS):
            config = event_config(transaction, self._settings, key)
            if not config.push_url:
                continue
            account, _, number = key.rpartition("/")
            application = int(number)
            tasks.settle_queues(account)
            for event in due(transaction, account, application, now, MOST_EVENTS):
                body = _without_nulls(content_of(tasks, event, self._settings, made))
                tries = event.row.tries + 1
                hidden = postpone(transaction, account, application, event, now + _LEASE_SECONDS, tries)
                if config.sign_key:
                    body |= sign(config.sign_key, int(now) + SIGNATURE_SECONDS)
                sent = Event(hidden, event.row)
                messages.append(_Message(account, application, config.push_url, body, sent, tries))
        return messages

    def _deliver(self, message: _Message, epoch: object) -> bool:
        account, application, event, number = message.account, message.application, message.event, message.number
        outcome = self._send(message.url, message.body)
        now = self._clock.now()
        with self._store.transaction() as transaction:
            if epoch is not self._epoch:
                # After a restore, the event may not exist, or not have been sent yet.
                return outcome == "delivered"
            if outcome == "delivered" or number >= MOST_TRIES:
                remove(transaction, account, application, event.entry)
            else:
                postpone(transaction, account, application, event, now + RETRY_SECONDS, number)
        self._tries.append(Notification(now, account, application, message.url, message.body, number, outcome))
        if outcome != "delivered":
            end = "and was given up" if number >= MOST_TRIES else "and will be tried again"
            kind = message.body["EventType"]
            log.warning("%s to %s failed, try %d, %s: %s", kind, message.url, number, end, outcome)
        return outcome == "delivered"

    def _send(self, url: str, body: dict[str, Any]) -> str:
        host = urlsplit(url).hostname or ""
        if not self._settings.allow_remote_notifications and not is_loopback(host):
            return f"{host} is not this machine; the setting allow_remote_notifications lets it be reached"
        return post(url, json.dumps(body, ensure_ascii=False).encode())


def post(url: str, body: bytes) -> str:
    """Posts JSON to a URL and returns "delivered", or the reason of the failure."""
    # Imported here, because it takes a quarter of mockvod's import time, and most users push nothing.
    from urllib.error import HTTPError
    from urllib.request import Request

    request = Request(url, body, {"Content-Type": "application/json"}, method="POST")
    try:
        _opener().open(request, timeout=TIMEOUT_SECONDS).close()
    except HTTPError as error:
        error.close()
        return f"answered with status {error.code}"
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "delivered"


@cache
def _opener() -> OpenerDirector:
    """An opener without proxies that follows no redirections, because only a status of 2xx accepts an event."""
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    return build_opener(ProxyHandler({}), NoRedirects)


def sign(key: str, until: int) -> dict[str, Any]:
    """Makes the members Sign and T of a pushed event; `until` is in UNIX seconds."""
    digest = hashlib.md5(f"{key}{until}".encode(), usedforsecurity=False).hexdigest()
    return {"Sign": digest, "T": until}


def is_loopback(host: str) -> bool:
    """Whether a host name or address looks like a loopback address; no name is resolved."""
    import ipaddress  # imported here for the same reason as in `post`

    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_nulls(value: Any) -> Any:
    if is_object(value):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if is_array(value) else value

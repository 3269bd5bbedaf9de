"""Pushing events to the addresses that applications have named.

Documented: an HTTP POST of EventType and the member that tells of the event, without envelope or nulls. With a SignKey
come T, the moment after which the signature is void, and Sign, the MD5 of SignKey and T; that both stand at the top of
the body is inferred from their published types, and lower case is assumed. A receiver has five seconds, and an event is
tried three times in all (a page of 2017; nothing newer is known). That an answer with a status of 2xx takes an event, and
that a second passes between tries, is assumed. An event can come twice: the lease of one that was being sent when the
process died runs out.
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
#: Documented: what T is ahead of the moment of sending.
SIGNATURE_SECONDS = 600
#: How long an event is held back while it is being sent: longer than sending a whole batch can take.
_LEASE_SECONDS = MOST_EVENTS * (TIMEOUT_SECONDS + 1)
#: How often is looked for events that are due.
_POLL_SECONDS = 0.05
_MOST_REMEMBERED = 1000


class Notification(NamedTuple):
    """One try to push an event."""

    #: UNIX seconds.
    time: float
    account: str
    application: int
    url: str
    body: dict[str, Any]
    #: Of this event, from 1.
    number: int
    #: "delivered", or why not.
    outcome: str


class _Message(NamedTuple):
    account: str
    application: int
    url: str
    body: dict[str, Any]
    #: In its place while it is sent.
    event: Event
    #: Which try this is, from 1.
    number: int


class Notifier:
    """Pushes what is due, in a thread of its own between `start` and `stop`, or when told to."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._tries: deque[Notification] = deque(maxlen=_MOST_REMEMBERED)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        #: Another one after each restore.
        self._epoch = object()
        # So that two threads that deliver at once do not wait for each other's leases.
        self._delivery_lock = threading.Lock()

    @property
    def tries(self) -> tuple[Notification, ...]:
        """The last 1,000 tries, oldest first."""
        return tuple(self._tries)

    def start(self) -> None:
        """Delivers in the background from now on."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="mockvod-notifier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the background delivery. What is being sent is sent to its end, at most for five seconds."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=TIMEOUT_SECONDS + 1)

    def clear(self) -> None:
        """Forgets the tries."""
        self._tries.clear()

    def restore(self, tries: tuple[Notification, ...]) -> None:
        """Remembers these tries instead, and what is being sent no more: to be called before the store goes back."""
        self._epoch = object()
        self._tries = deque(tries, maxlen=_MOST_REMEMBERED)

    def deliver(self) -> int:
        """Sends what is due now, one after the other, and returns how many were delivered."""
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
        """What is due, hidden for as long as it takes to send it."""
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
                # The event may be none any more, or not have been sent yet.
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
    """Posts JSON and says what came of it: "delivered", or why not."""
    # Here, because it takes a quarter of mockvod's time to import, and most users push nothing.
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
    """Knows no proxies, and follows no redirections: an answer that is not 2xx takes no event."""
    from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    return build_opener(ProxyHandler({}), NoRedirects)


def sign(key: str, until: int) -> dict[str, Any]:
    """The members Sign and T of a pushed event; `until` in UNIX seconds."""
    digest = hashlib.md5(f"{key}{until}".encode(), usedforsecurity=False).hexdigest()
    return {"Sign": digest, "T": until}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is the loopback's by its form; no name is looked up."""
    import ipaddress  # as in `post`

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

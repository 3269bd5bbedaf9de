"""Pushing events to the URLs that applications have set.

Documented: the push is an HTTP POST, a receiver has five seconds, and an event is sent three times at most (the last two by
a page of 2017; nothing newer is known). Assumed: a status of 2xx accepts an event, and a second passes between attempts.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from mockvod.clock import Clock
from mockvod.http import printable
from mockvod.service.events.claims import Message, claim, give_back, waiting
from mockvod.service.events.lanes import Lane
from mockvod.service.events.outbox import postpone, remove
from mockvod.service.events.receivers import DELIVERED, TIMEOUT_SECONDS, host_of, is_loopback, post
from mockvod.settings import Settings
from mockvod.state import Store

log: logging.Logger = logging.getLogger("mockvod")
_BUG = "mockvod failed to push events: please report it"

MOST_TRIES = 3
RETRY_SECONDS = 1
#: How many applications are sent events at the same time.
MOST_LANES = 64
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


class Notifier:
    """Pushes events that are due: in a thread of its own between `start` and `stop`, and when `deliver` is called.

    Each application has a lane of its own, so that a slow receiver delays only the events that go to it.
    """

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._tries: deque[Notification] = deque(maxlen=_MOST_REMEMBERED)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        #: A new object after each restore.
        self._epoch = object()
        #: Key of an application -> what is being sent for it.
        self._lanes: dict[str, Lane[Message]] = {}
        self._places = threading.Semaphore(MOST_LANES)
        # For what of the above restores, lanes and claims share.
        self._lock = threading.Lock()
        # One thread starts lanes at a time, or the events of an application could be in two lanes, out of order.
        self._start_lock = threading.Lock()

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
        """Ends delivery in the background, after the events that are being sent, which take five seconds at most.

        Those that have been claimed and not sent are due again.
        """
        self._stopped.set()
        end = monotonic() + TIMEOUT_SECONDS + 1
        if self._thread is not None:
            self._thread.join(timeout=TIMEOUT_SECONDS + 1)
        with self._lock:
            lanes = tuple(self._lanes.values())
        for lane in lanes:
            lane.close()
        for lane in lanes:
            lane.join(max(0, end - monotonic()))

    def clear(self) -> None:
        """Removes the recorded attempts, and ignores events that are being sent. To be called before the store is cleared."""
        self.restore(())

    def restore(self, tries: tuple[Notification, ...]) -> None:
        """Replaces the recorded attempts, and ignores the results of events that are being sent.

        To be called before the store is restored.
        """
        with self._lock:
            self._epoch = object()
            self._tries = deque(tries, maxlen=_MOST_REMEMBERED)
            lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            lane.close()

    def deliver(self) -> int:
        """Sends the events that are due, those of an application one after the other.

        Events that are being sent in the background are waited for.

        Returns:
            How many were delivered by this call.
        """
        with self._lock:
            others = tuple(self._lanes.values())
        for lane in others:
            lane.join()
        lanes = self._set_out(wait=True)
        delivered = sum(lane.join() for lane in lanes)
        for lane in lanes:
            if lane.error is not None:
                raise lane.error
        return delivered

    def _run(self) -> None:
        while not self._stopped.wait(_POLL_SECONDS):
            try:
                self._set_out(wait=False)
            except Exception:
                log.exception(_BUG)

    def _set_out(self, *, wait: bool) -> list[Lane[Message]]:
        """Starts a lane for each application of which an event is due and nothing is being sent.

        Args:
            wait: Whether to wait, where there are as many lanes as there may be; otherwise the rest stays for the next time.
        """
        lanes: list[Lane[Message]] = []
        with self._start_lock:
            epoch = self._epoch
            for key in waiting(self._store, self._clock, self._settings):
                if key in self._lanes:
                    continue
                if not self._places.acquire(blocking=wait):
                    break
                lane = self._lane(key, epoch)
                with self._lock:
                    if epoch is self._epoch:
                        self._lanes[key] = lane
                # Where a restore came between, the lane claims nothing.
                lane.start()
                lanes.append(lane)
        return lanes

    def _lane(self, key: str, epoch: object) -> Lane[Message]:
        """Makes a lane for an application. It claims by itself, as files that are told of may have to be made first."""

        def fetch() -> list[Message]:
            return claim(self._store, self._clock, self._settings, key, lambda: epoch is self._epoch)

        def ended(lane: Lane[Message], rest: list[Message]) -> None:
            try:
                if lane.error is not None:
                    log.error(_BUG, exc_info=lane.error)
                self._give_back(rest, epoch)
            finally:
                with self._lock:
                    if self._lanes.get(key) is lane:
                        del self._lanes[key]
                self._places.release()

        return Lane(fetch, partial(self._deliver, epoch), ended)

    def _deliver(self, epoch: object, message: Message) -> bool:
        account, application, event, number = message.account, message.application, message.event, message.number
        try:
            outcome = self._send(message.url, message.body)
        except Exception as error:
            # A bug of ours, and for the application a failed try like any other.
            log.exception(_BUG)
            outcome = printable(f"mockvod failed: {type(error).__name__}: {error}", 300)
        now = self._clock.now()
        with self._store.transaction() as transaction:
            if epoch is not self._epoch:
                # After a restore, the event may not exist, or not have been sent yet.
                return outcome == DELIVERED
            if outcome == DELIVERED or number >= MOST_TRIES:
                remove(transaction, account, application, event.entry)
            else:
                postpone(transaction, account, application, event, now + RETRY_SECONDS, number)
        self._remember(Notification(now, account, application, message.url, message.body, number, outcome), epoch)
        return outcome == DELIVERED

    def _remember(self, attempt: Notification, epoch: object) -> None:
        with self._lock:
            if epoch is not self._epoch:
                return
            self._tries.append(attempt)
        if attempt.outcome != DELIVERED:
            end = "and was given up" if attempt.number >= MOST_TRIES else "and will be tried again"
            kind, url = attempt.body["EventType"], printable(attempt.url, 300)
            log.warning("%s to %s failed, try %d, %s: %s", kind, url, attempt.number, end, attempt.outcome)

    def _give_back(self, messages: list[Message], epoch: object) -> None:
        """Has events that were claimed and not sent be due again, unless a restore has replaced them."""
        if not messages:
            return
        with self._store.transaction() as transaction:
            if epoch is self._epoch:
                give_back(transaction, messages, self._clock.now())

    def _send(self, url: str, body: dict[str, Any]) -> str:
        host = host_of(url)
        if host and not self._settings.allow_remote_notifications and not is_loopback(host):
            return (
                f"{printable(host, 80)} is not this machine; the setting allow_remote_notifications lets it be reached"
            )
        return post(url, json.dumps(body, ensure_ascii=False).encode())

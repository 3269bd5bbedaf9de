"""Lanes: messages that are sent one after the other, in a thread for each lane, so that no lane waits for another."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_Message = TypeVar("_Message")


class Lane(Generic[_Message]):
    """Messages that leave in their order."""

    def __init__(
        self,
        fetch: Callable[[], Iterable[_Message]],
        send: Callable[[_Message], bool],
        ended: Callable[[Lane[_Message], list[_Message]], None],
    ) -> None:
        """Makes a lane, which does nothing before `start`. All functions are called in its thread.

        Args:
            fetch: Gives the messages, which may take long.
            send: Sends a message, and returns whether it has arrived.
            ended: Called with the lane and the messages that were not sent, before `join` returns.
        """
        self._fetch = fetch
        self._send = send
        self._ended = ended
        self._closed = False
        self._over = threading.Event()
        self._arrived = 0
        #: What one of the functions has raised; nothing more is sent then.
        self.error: Exception | None = None

    def start(self) -> None:
        """Starts sending. The thread is a daemon, because a process that ends does not wait for a receiver."""
        try:
            threading.Thread(target=self._run, name="mockvod-push", daemon=True).start()
        except RuntimeError as error:  # there are as many threads as the machine allows
            self.error = error
            self._end([])

    def close(self) -> None:
        """Ends the lane after the message that is being sent."""
        self._closed = True

    def join(self, timeout: float | None = None) -> int:
        """Waits until nothing more will be sent, and returns how many messages have arrived."""
        self._over.wait(timeout)
        return self._arrived

    def _run(self) -> None:
        messages: deque[_Message] = deque()
        try:
            messages.extend(self._fetch())
            while messages and not self._closed:
                self._arrived += self._send(messages.popleft())
        except Exception as error:  # noqa: BLE001  # whoever waits for the lane raises it, or logs it
            self.error = error
        finally:
            self._end(list(messages))

    def _end(self, rest: list[_Message]) -> None:
        try:
            self._ended(self, rest)
        finally:
            self._over.set()

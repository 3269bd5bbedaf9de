"""Carries out an Effect over WSGI: an answer is delayed, sent in pieces, cut off, or not sent at all.

A server that has control of its connections puts a Connection into the WSGI environment, under CONNECTION. Without one
(granian), a connection cannot be ended before the headers are sent: a drop sends the headers and then ends, and a
caller that has hung up goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from mockvod.call.drivers import HeldCalls
from mockvod.http import Effect, HttpResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONNECTION = "mockvod.connection"
#: The number of pieces of a slow answer.
_PIECES = 10
#: Seconds; a longer wait takes one of the places for held calls.
_LONGEST_FREE_WAIT = 1
#: Seconds that a server is given to send what it was handed.
_FLUSH_SECONDS = 0.05


class Connection(Protocol):
    """The connection of one call."""

    def wait(self, seconds: float) -> None:
        """Returns after `seconds`, or as soon as nobody waits for the answer any more."""
        ...

    def end(self, *, reset: bool) -> None:
        """Ends the connection.

        Args:
            reset: Whether to reset it at once, as a peer does that is gone; otherwise it is closed after what was sent.

        Raises:
            Exception: whatever the server itself uses to abandon a connection.
        """


class PlainConnection:
    """The connection of a server that gives no access to its connections.

    Args:
        places: Each long wait takes one. While none is free, long waits end at once, because otherwise every thread of
            the server would be waiting.
        wait: Waits for a number of seconds, or less.
    """

    def __init__(self, places: HeldCalls, wait: Callable[[float], object]) -> None:
        self._places = places
        self._wait = wait

    def wait(self, seconds: float) -> None:
        if seconds <= _LONGEST_FREE_WAIT:
            self._wait(seconds)
        elif self._places.enter():
            try:
                self._wait(seconds)
            finally:
                self._places.leave()

    def end(self, *, reset: bool) -> None:
        if not reset:
            # granian discards what it has not sent yet when a body ends early (observed).
            self._wait(_FLUSH_SECONDS)


def deliver(
    response: HttpResponse, environ: WSGIEnvironment, start_response: StartResponse, default: Connection
) -> Iterable[bytes]:
    """Sends an answer that has an Effect, or a status other than 200.

    Args:
        default: The connection to use if the server has put none into `environ`.
    """
    connection: Connection = environ.get(CONNECTION, default)
    effect, body = response.effect or Effect(), response.body
    if effect.delay:
        connection.wait(effect.delay)
    if effect.end == "drop":
        connection.end(reset=True)
    status = HTTPStatus(response.status)
    # Never 0: if headers are sent before a drop, the client must see that a body was to follow.
    length = max(len(body), 1)
    start_response(f"{status.value} {status.phrase}", [*response.headers, ("Content-Length", str(length))])
    if effect.end == "trickle":
        return _pieces(body, effect.seconds, connection)
    if effect.end == "whole":
        return [body]
    return _cut(body[: len(body) // 2] if effect.end == "truncate" else b"", connection)


def _pieces(body: bytes, seconds: float, connection: Connection) -> Iterator[bytes]:
    """All of `body`, spread over `seconds`; the first piece at once."""
    size = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), size):
        if start:
            connection.wait(seconds * size / len(body))
        yield body[start : start + size]


def _cut(body: bytes, connection: Connection) -> Iterator[bytes]:
    yield body
    # granian, too, closes a connection that got fewer bytes than were announced (observed).
    connection.end(reset=False)

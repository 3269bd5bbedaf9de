"""Carries out an Effect over WSGI: an answer is delayed, sent in pieces, cut off, or not sent at all.

The server of mockvod puts a Connection into the WSGI environment, under CONNECTION. Without one, under another WSGI
server, a connection cannot be ended before the headers are sent: a drop sends the headers and then ends, garbage is not
sent, and a caller that has hung up goes unnoticed.
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


def announced_length(body: bytes, effect: Effect) -> int | None:
    """The Content-Length that the client of an answer is told; None for no such header."""
    size = len(body)
    if effect.end not in ("whole", "trickle"):
        # Never 0: the client must see that a body was to follow.
        return max(size, 1)
    return {"right": size, "longer": size + 1, "shorter": max(size - 1, 0), "missing": None}[effect.length]


def sent_part(body: bytes, effect: Effect) -> bytes:
    """What is sent of a body."""
    if effect.end == "truncate":
        return body[: len(body) // 2]
    return body if effect.end in ("whole", "trickle") else b""


def pieces(body: bytes, seconds: float) -> Iterator[tuple[float, bytes]]:
    """Cuts a body that is to be spread over some seconds: pieces, and how long to wait before each; the first comes at once."""
    size = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), size):
        yield seconds * size / len(body) if start else 0, body[start : start + size]


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
        """Does nothing: a server closes a connection that got fewer bytes than were announced."""


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
        connection.end(reset=effect.reset)
    status, length = HTTPStatus(response.status), announced_length(body, effect)
    sizes = [] if length is None else [("Content-Length", str(length))]
    start_response(f"{status.value} {status.phrase}", [*response.headers, *sizes])
    if effect.end == "trickle":
        return _trickled(body, effect.seconds, connection)
    if effect.end == "whole" and effect.length in ("right", "missing"):
        return [body]
    return _cut(sent_part(body, effect), effect, connection)


def _trickled(body: bytes, seconds: float, connection: Connection) -> Iterator[bytes]:
    for pause, piece in pieces(body, seconds):
        if pause:
            connection.wait(pause)
        yield piece


def _cut(body: bytes, effect: Effect, connection: Connection) -> Iterator[bytes]:
    yield body
    if effect.stall:
        connection.wait(effect.stall)
    connection.end(reset=effect.reset)

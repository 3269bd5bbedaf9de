"""What befalls an answer on its way, over WSGI: it is kept back, comes in pieces, or does not come at all.

A server may put a Connection into the environment under CONNECTION. Without one (granian) a connection cannot be ended
before the headers: a drop is headers and then the end, and a caller that has hung up is not noticed.
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
#: How many pieces a slow answer comes in.
_PIECES = 10
#: Seconds above which a wait takes one of the places for held calls.
_LONG = 1
#: Seconds that a server is given to send what it has.
_SENT = 0.05


class Connection(Protocol):
    """The connection of one call."""

    def wait(self, seconds: float) -> None:
        """Returns after so long, or when there is nothing to wait for any more."""

    def end(self, *, reset: bool) -> None:
        """Ends it: as a peer that is gone (`reset`), or after what was sent. It may raise what the server ends it by."""


class PlainConnection:
    """The connection of a server of which nothing is known.

    `wait` waits so long at most. Long waits take a place each of `places`; while none is free, they are over at once, or
    every thread would wait.
    """

    def __init__(self, places: HeldCalls, wait: Callable[[float], object]) -> None:
        self._places = places
        self._wait = wait

    def wait(self, seconds: float) -> None:
        if seconds <= _LONG:
            self._wait(seconds)
        elif self._places.enter():
            try:
                self._wait(seconds)
            finally:
                self._places.leave()

    def end(self, *, reset: bool) -> None:
        if not reset:
            # Until the server has sent what it was given: granian throws it away (observed).
            self._wait(_SENT)


def deliver(
    response: HttpResponse, environ: WSGIEnvironment, start_response: StartResponse, otherwise: Connection
) -> Iterable[bytes]:
    """Sends an answer that something befalls, or of another status than 200. `otherwise`: where the server has none."""
    connection: Connection = environ.get(CONNECTION, otherwise)
    effect, body = response.effect or Effect(), response.body
    if effect.delay:
        connection.wait(effect.delay)
    if effect.end == "drop":
        connection.end(reset=True)
    status = HTTPStatus(response.status)
    # Of a dropped one, too: clients of a server that has sent headers must see that there was to be more.
    length = max(len(body), 1)
    start_response(f"{status.value} {status.phrase}", [*response.headers, ("Content-Length", str(length))])
    if effect.end == "trickle":
        return _pieces(body, effect.seconds, connection)
    if effect.end == "whole":
        return [body]
    return _cut(body[: len(body) // 2] if effect.end == "truncate" else b"", connection)


def _pieces(body: bytes, seconds: float, connection: Connection) -> Iterator[bytes]:
    """All of `body` over so many seconds, the first piece at once."""
    size = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), size):
        if start:
            connection.wait(seconds * size / len(body))
        yield body[start : start + size]


def _cut(body: bytes, connection: Connection) -> Iterator[bytes]:
    yield body
    # Fewer bytes than announced also have granian close the connection (observed).
    connection.end(reset=False)

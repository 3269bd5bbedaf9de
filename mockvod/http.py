"""The values that every surface translates to and from: a request, and a response with its Effect."""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request to the API, as it was received."""

    method: str
    #: The query string as sent, percent-encoding included, without the question mark: TC3 signs exactly this.
    query: str
    #: Names in lower case, values as received.
    headers: Mapping[str, str]
    body: bytes
    #: The caller's address, without the port.
    peer: str = "127.0.0.1"
    #: "http" or "https", by which a server was called; "" where there is no server.
    scheme: str = ""

    def header(self, name: str) -> str:
        """The value of a header, "" if it is absent. `name` is in lower case."""
        return self.headers.get(name, "")


class Effect(Struct, frozen=True):
    """What happens to an answer on its way to the client, beyond its status and body. Surfaces carry it out."""

    #: Seconds before anything is sent.
    delay: float = 0
    #: "whole": all of it is sent; "drop": the connection ends before anything is sent; "headers": after the headers;
    #: "truncate": halfway through the body; "trickle": the body is sent in small pieces.
    end: Literal["whole", "drop", "headers", "truncate", "trickle"] = "whole"
    #: Seconds over which a trickle is spread.
    seconds: float = 0
    #: Seconds for which the connection stands still before it ends early.
    stall: float = 0
    #: Whether a connection that ends early is reset instead of closed.
    reset: bool = False
    #: Sent before the status line.
    garbage: bytes = b""
    #: What Content-Length says: the truth, one byte more, one byte less, or nothing because it is left out.
    length: Literal["right", "longer", "shorter", "missing"] = "right"
    #: Whether the connection is closed after the answer, without a word before.
    close: bool = False


class HttpResponse(Struct, frozen=True):
    """One answer. Content-Length is not among `headers`: the surface or its server adds it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    effect: Effect | None = None


class HeldAnswer:
    """The answer to a call that is held until there is something to answer: what is awaited, told from other awaitables.

    Whoever hangs up meanwhile is not answered any more.
    """

    __slots__ = ("_answer",)

    def __init__(self, answer: Coroutine[object, object, HttpResponse]) -> None:
        self._answer = answer

    def __await__(self) -> Generator[object, object, HttpResponse]:
        return self._answer.__await__()


def printable(text: str, limit: int) -> str:
    """`text` as one line of printable ASCII of at most `limit` characters, safe for a header value or a log line."""
    # Of a text that may be a whole body, no more is read than a line of it takes, blanks included.
    read = text[: 8 * limit]
    flat = " ".join(read.split())
    safe = "".join(char if " " <= char <= "~" else "?" for char in flat[: limit + 1])
    whole = len(safe) <= limit and len(read) == len(text)
    return safe if whole else safe[: limit - 3] + "..."

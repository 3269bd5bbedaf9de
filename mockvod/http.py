"""The two values that every surface trades in: a request and a response, without any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request to the API endpoint, as it came off the wire."""

    method: str
    #: The query string as sent, still encoded, without the question mark: TC3 signs these very bytes.
    query: str
    #: Names in lower case, values as received.
    headers: Mapping[str, str]
    body: bytes
    #: Address of the caller, without port.
    peer: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The header's value, or "" when absent. `name` is lower-case."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class Effect:
    """What befalls an answer on its way, which neither status nor body can say. Surfaces make it happen."""

    #: Seconds before anything is sent.
    delay: float = 0
    #: "whole"; "drop": the connection ends with nothing sent; "truncate": it ends halfway through the body;
    #: "trickle": the body comes in small pieces over `seconds`.
    end: Literal["whole", "drop", "truncate", "trickle"] = "whole"
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer. `headers` holds no Content-Length: surfaces add it, or their server does."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    effect: Effect | None = None


def printable(text: str, limit: int) -> str:
    """`text` made safe for a header value or a log line: one line of printable ASCII, at most `limit` characters."""
    flat = " ".join(text.split())
    safe = "".join(char if " " <= char <= "~" else "?" for char in flat)
    return safe if len(safe) <= limit else safe[: limit - 3] + "..."

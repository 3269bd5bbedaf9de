"""Bytes in, requests out: what the parser reports is put together, and what would be read in two ways is refused.

llhttp itself refuses bare line feeds, folded headers, blanks before a colon, two Content-Length headers, Content-Length
beside Transfer-Encoding, lengths with a sign, and broken chunks (observed: 9.x, as built into httptools 0.9). This module
adds what it leaves to the server: the form of the target, the version, the Host header, the encoding, and sizes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import httptools
from msgspec import Struct

from mockvod.surfaces.server.limits import BODY_BYTES, HEAD_BYTES, HEADERS


class Received(Struct, frozen=True):
    """One complete request."""

    method: str
    #: The path of the target as sent, percent-encoding included.
    path: str
    #: The query string as sent, without the question mark.
    query: str
    #: Names in lower case; values as sent, in Latin-1, those of repeated headers joined by a comma and a blank.
    headers: dict[str, str]
    body: bytes
    #: Whether the connection may be used for another request after this one.
    keep_alive: bool
    #: "1.1" or "1.0".
    version: str


class Malformed(Exception):
    """A request that is not answered by anybody but the server itself, after which the connection ends.

    Args:
        status: The HTTP status.
        reason: What is wrong, in plain words.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Reader:
    """Reads the requests of one connection. No I/O happens here."""

    __slots__ = (
        "_body",
        "_body_bytes",
        "_chunk_bytes",
        "_done",
        "_head",
        "_head_bytes",
        "_in_head",
        "_lines",
        "_parser",
        "_sent_head",
        "_url",
        "_version",
        "awaits_continue",
        "ended",
        "is_amid",
    )

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._done: list[Received] = []
        #: Whether some bytes of a request are there, but not all.
        self.is_amid: bool = False
        #: Whether the client waits for ``100 Continue`` before it sends the body.
        self.awaits_continue: bool = False
        #: Whether no further request can come, because the client or a fault has ended the connection.
        self.ended: bool = False
        self._clear()

    def _clear(self) -> None:
        self._url = b""
        self._version = "1.1"
        self._lines: list[tuple[bytes, bytes]] = []
        self._head: dict[str, str] = {}
        #: The headers as they were sent, where a new parser reads the request without some of them.
        self._sent_head: dict[str, str] | None = None
        self._head_bytes = 0
        self._in_head = True
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._chunk_bytes = 0
        self.is_amid = False
        self.awaits_continue = False

    @property
    def is_in_body(self) -> bool:
        """Whether the headers of the current request are complete."""
        return self.is_amid and not self._in_head

    def feed(self, data: bytes) -> tuple[list[Received], Malformed | None]:
        """Takes what has arrived.

        Returns:
            The requests that are complete now, and what is wrong with the bytes after them, if anything is.
        """
        if self.ended:
            return [], None
        fault: Malformed | None = None
        rest: bytes | None = data
        while rest is not None and fault is None:
            rest, fault = self._feed(rest)
        self.ended = self.ended or fault is not None
        done, self._done = self._done, []
        return done, fault

    def _feed(self, data: bytes) -> tuple[bytes | None, Malformed | None]:
        """Takes bytes as far as the parser goes; returns what is left for another one, and what is wrong."""
        if self._in_head:
            self._head_bytes += len(data)
        was_in_body, done = self.is_in_body, len(self._done)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._without_upgrade() + data[upgrade.args[0] :], None
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            return None, cause if isinstance(cause, Malformed) else Malformed(400, str(error))
        except httptools.HttpParserError as error:
            # After a request with Connection: close, whatever else comes is nobody's.
            return None, None if self.ended else Malformed(400, _why(data, error))
        if self.is_in_body and len(self._done) == done and "transfer-encoding" in self._head:
            # Nothing but this request is in the data. Sizes of chunks, their extensions, and the trailer: the smallest
            # chunks have six bytes for one.
            head = 0 if was_in_body else len(self._url) + sum(len(name) + len(value) for name, value in self._lines)
            self._chunk_bytes += len(data) - head
            if self._chunk_bytes > HEAD_BYTES + 8 * self._body_bytes:
                return None, Malformed(431, f"what is around the chunks has more than {HEAD_BYTES} bytes")
        if self._in_head and self._head_bytes > HEAD_BYTES:
            return None, Malformed(431, f"the request line and headers have more than {HEAD_BYTES} bytes")
        return None, None

    def _without_upgrade(self) -> bytes:
        """The head of a request that asks for another protocol, without the wish: a server may ignore it (RFC 9110, 7.8).

        The parser leaves such a request behind at the end of its headers, so its head goes to a new one.
        """
        head, method, url, version = self._head, self._parser.get_method().decode(), self._url, self._version
        self._parser = httptools.HttpRequestParser(self)
        self._clear()
        self._sent_head = head
        options = head["connection"].lower().split(",")
        closing = [option for option in map(str.strip, options) if option in ("close", "keep-alive")]
        kept = {name: value for name, value in head.items() if name not in ("connection", "upgrade")}
        lines = {**kept, "connection": ", ".join(closing)} if closing else kept
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {url.decode('latin-1')} HTTP/{version}\r\n{text}\r\n".encode("latin-1")

    # --- what the parser calls, by the names that it looks for --------------------------------------------------------

    def on_message_begin(self) -> None:
        self.is_amid = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer, of which nothing is used
        self._lines.append((name, value))
        if len(self._lines) > HEADERS:
            raise Malformed(431, f"there are more than {HEADERS} headers")

    def on_headers_complete(self) -> None:
        lines = self._lines
        self._head = head = {_lower(name): value.rstrip(b" \t").decode("latin-1") for name, value in lines}
        if len(head) != len(lines):
            self._head = head = _joined(lines)
        self._version = version = self._parser.get_http_version()
        if version != "1.1" and version != "1.0":
            raise Malformed(505, f"HTTP/{version} is neither HTTP/1.1 nor HTTP/1.0")
        if version == "1.1" and "host" not in head:
            raise Malformed(400, "HTTP/1.1 needs a Host header")
        encoding = head.get("transfer-encoding")
        if encoding is not None and (encoding.lower() != "chunked" or version == "1.0"):
            raise Malformed(
                400, f"Transfer-Encoding {encoding[:40]!r} is not understood; send chunked with HTTP/1.1, or none"
            )
        if self._head_bytes > HEAD_BYTES and len(self._url) + sum(map(len, head.values())) > HEAD_BYTES:
            raise Malformed(431, f"the request line and headers have more than {HEAD_BYTES} bytes")
        length = head.get("content-length", "0")
        if len(length) > 19 or int(length) > BODY_BYTES:
            raise Malformed(413, f"a body of {length[:40]} bytes is more than the limit of {BODY_BYTES}")
        expected = head.get("expect")
        if expected is not None and version == "1.1":
            if expected.lower() != "100-continue":
                raise Malformed(417, f"Expect: {expected[:40]!r} is not 100-continue")
            self.awaits_continue = True
        if self._parser.get_method() == b"CONNECT":
            raise Malformed(400, "CONNECT is for proxies")
        self._in_head = False

    def on_body(self, part: bytes) -> None:
        self._body_bytes += len(part)
        if self._body_bytes > BODY_BYTES:
            raise Malformed(413, f"the body has more than the limit of {BODY_BYTES} bytes")
        self.awaits_continue = False
        self._body.append(part)

    def on_message_complete(self) -> None:
        parser = self._parser
        if parser.should_upgrade():
            return
        head = self._head if self._sent_head is None else self._sent_head
        path, query = _target(self._url, parser.get_method())
        keep_alive = parser.should_keep_alive()
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._done.append(Received(parser.get_method().decode(), path, query, head, body, keep_alive, self._version))
        self.ended = not keep_alive
        self._clear()


# Bounded, because clients choose the names; most send the same ones every time.
@lru_cache(maxsize=512)
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


def _joined(lines: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers where some came several times."""
    head: dict[str, str] = {}
    for name, value in lines:
        key, text = _lower(name), value.rstrip(b" \t").decode("latin-1")
        if key == "host" and key in head:
            raise Malformed(400, "there are several Host headers")
        head[key] = f"{head[key]}, {text}" if key in head else text
    return head


def _why(data: bytes, error: Exception) -> str:
    if data.startswith(b"\x16\x03"):
        return "that is TLS, and this is http: call http://, or serve with --tls"
    if data.startswith(b"PRI * HTTP/2"):
        return "HTTP/2 is not spoken; speak HTTP/1.1"
    return f"the request is malformed: {error}"


_ROOT: Final = ("/", "")


def _target(url: bytes, method: bytes) -> tuple[str, str]:
    """The path and the query string of a target."""
    if url == b"/":
        return _ROOT
    text = url.decode("latin-1")
    if text.startswith("/"):
        path, _, query = text.partition("?")
    elif text.lower().startswith(("http://", "https://")):
        try:
            parts = urlsplit(text)
        except ValueError:
            raise Malformed(400, f"the target {text[:40]!r} has a host that is none") from None
        path, query = parts.path or "/", parts.query
    elif text == "*" and method == b"OPTIONS":
        return _ROOT
    else:
        raise Malformed(400, f"the target {text[:40]!r} does not begin with a slash")
    if "#" in path or "#" in query:
        raise Malformed(400, "the target has a fragment, which clients keep to themselves")
    return path, query

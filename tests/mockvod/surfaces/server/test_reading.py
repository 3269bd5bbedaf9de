"""Requests as they are read from bytes: what is understood, what is refused, and that h11 understands the same."""

from __future__ import annotations

from typing import Any

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockvod.surfaces.server.limits import BODY_BYTES, HEAD_BYTES, HEADERS
from mockvod.surfaces.server.reading import Malformed, Reader, Received

HOST = b"Host: a\r\n"


def read(data: bytes) -> tuple[list[Received], int | None]:
    """The requests in these bytes, and the status that the rest is refused with."""
    received, fault = Reader().feed(data)
    return received, None if fault is None else fault.status


def one(data: bytes) -> Received:
    """The only request in these bytes."""
    received, status = read(data)
    assert (len(received), status) == (1, None)
    return received[0]


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


def test_request_with_everything() -> None:
    data = b"POST /a%20b?x=1&y=%20 HTTP/1.1\r\nHost: h:1\r\nX-One: a\r\nx-one:  b \r\nContent-Length: 3\r\n\r\nabc"

    assert one(data) == Received(
        "POST", "/a%20b", "x=1&y=%20", {"host": "h:1", "x-one": "a, b", "content-length": "3"}, b"abc", True, "1.1"
    )


def test_header_values_come_as_they_were_sent() -> None:
    assert one(post(b"X: \xff caf\xc3\xa9  z\r\n")).headers["x"] == "\xff caf\xc3\xa9  z"


@pytest.mark.parametrize(
    ("data", "body"),
    [
        pytest.param(post(b"Content-Length: 0\r\n"), b"", id="empty"),
        pytest.param(post(b""), b"", id="no-length"),
        pytest.param(post(b"Content-Length: 003\r\n", b"abc"), b"abc", id="zeros"),
        pytest.param(
            post(b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), b"abcde", id="chunks"
        ),
        pytest.param(post(b"Transfer-Encoding: Chunked\r\n", b"0\r\nX: y\r\n\r\n"), b"", id="trailer"),
    ],
)
def test_body(data: bytes, body: bytes) -> None:
    assert one(data).body == body


@pytest.mark.parametrize(
    ("line", "headers", "keeps"),
    [
        pytest.param(b"GET / HTTP/1.1", HOST, True, id="1.1"),
        pytest.param(b"GET / HTTP/1.1", HOST + b"Connection: close\r\n", False, id="1.1-close"),
        pytest.param(b"GET / HTTP/1.0", b"", False, id="1.0"),
        pytest.param(b"GET / HTTP/1.0", b"Connection: keep-alive\r\n", True, id="1.0-keep-alive"),
    ],
)
def test_connection_is_kept(line: bytes, headers: bytes, keeps: bool) -> None:
    assert one(line + b"\r\n" + headers + b"\r\n").keep_alive is keeps


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        pytest.param(b"/", "/", "", id="root"),
        pytest.param(b"/?", "/", "", id="empty-query"),
        pytest.param(b"/?a=b?c", "/", "a=b?c", id="query"),
        pytest.param(b"//", "//", "", id="two-slashes"),
        pytest.param(b"http://x.example/p?q=1", "/p", "q=1", id="absolute"),
        pytest.param(b"HTTPS://x.example", "/", "", id="absolute-without-path"),
    ],
)
def test_target(target: bytes, path: str, query: str) -> None:
    received = one(b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")

    assert (received.path, received.query) == (path, query)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", id="blanks"),
        pytest.param(b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n", id="empty-lines"),
    ],
)
def test_what_a_server_may_overlook_is_overlooked(data: bytes) -> None:
    """Empty lines before a request, and blanks in its line (RFC 9112, 2.2 and 3)."""
    assert one(data).path == "/"


def test_options_of_the_whole_server() -> None:
    assert one(b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").path == "/"


def test_pipelined_requests_come_in_order() -> None:
    received, status = read(post(b"Content-Length: 1\r\n", b"a") + b"\r\n" + post(b"Content-Length: 1\r\n", b"b"))

    assert ([each.body for each in received], status) == ([b"a", b"b"], None)


def test_nothing_is_read_after_the_last_request() -> None:
    received, status = read(post(b"Connection: close\r\n") + post(b""))

    assert (len(received), status) == (1, None)


@pytest.mark.parametrize("wish", [b"h2c", b"websocket", b"TLS/1.0"])
def test_another_protocol_is_not_spoken(wish: bytes) -> None:
    """Java's client asks for HTTP/2 with every first request, its body behind it."""
    asked = (
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + wish + b"\r\nHTTP2-Settings: AA\r\nContent-Length: 3\r\n"
    )

    received, status = read(post(asked, b"abc") + post(b""))

    assert ([each.body for each in received], status) == ([b"abc", b""], None)
    assert received[0].headers["upgrade"] == wish.decode()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(post(b"Content-Length: 1\r\nContent-Length: 1\r\n", b"a"), 400, id="two-lengths"),
        pytest.param(post(b"Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"), 400, id="two-other-lengths"),
        pytest.param(post(b"Content-Length: 1, 1\r\n", b"a"), 400, id="list-of-lengths"),
        pytest.param(post(b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400, id="both"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", b"0\r\n\r\n"), 400, id="both-turned"),
        pytest.param(post(b"Content-Length: -1\r\n", b"a"), 400, id="negative"),
        pytest.param(post(b"Content-Length: +1\r\n", b"a"), 400, id="signed"),
        pytest.param(post(b"Content-Length: \r\n"), 400, id="no-number"),
        pytest.param(post(b"Content-Length: 99999999999999999999\r\n"), 400, id="beyond-64-bits"),
        pytest.param(post(f"Content-Length: {BODY_BYTES + 1}\r\n".encode()), 413, id="too-large"),
        pytest.param(post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"), 400, id="gzip"),
        pytest.param(post(b"Transfer-Encoding: identity\r\n"), 400, id="identity"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"-1\r\na\r\n0\r\n\r\n"), 400, id="negative-chunk"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"0x1\r\na\r\n0\r\n\r\n"), 400, id="hexadecimal-mark"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"1\r\nab\r\n0\r\n\r\n"), 400, id="longer-chunk"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"1\na\n0\n\n"), 400, id="chunk-with-bare-lf"),
        pytest.param(b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="chunks-with-1.0"),
        pytest.param(b"GET / HTTP/1.1\nHost: a\n\n", 400, id="bare-lf"),
        pytest.param(post(b"X: a\n"), 400, id="bare-lf-in-a-header"),
        pytest.param(post(b"X: a\r\n b\r\n"), 400, id="folded"),
        pytest.param(post(b"X : a\r\n"), 400, id="blank-before-colon"),
        pytest.param(post(b"X\r\n"), 400, id="no-colon"),
        pytest.param(post(b": a\r\n"), 400, id="no-name"),
        pytest.param(post(b"X: a\x00\r\n"), 400, id="nul"),
        pytest.param(post(b"X: a\rb\r\n"), 400, id="bare-cr"),
        pytest.param(post(b"Host: a\r\n"), 400, id="two-hosts"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no-host"),
        pytest.param(b"GET a HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="no-slash"),
        pytest.param(b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="fragment"),
        pytest.param(b"GET /\xe9 HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="raw-byte"),
        pytest.param(b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="connect"),
        pytest.param(b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="method-in-lower-case"),
        pytest.param(b"GET /\r\n\r\n", 505, id="0.9"),
        pytest.param(b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505, id="2.0"),
        pytest.param(b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", 400, id="1.2"),
        pytest.param(b"GET http://[x]/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="no-address"),
        pytest.param(
            post(b"Transfer-Encoding: chunked\r\n", b"0\r\nX: " + b"a" * HEAD_BYTES), 431, id="endless-trailer"
        ),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, id="tls"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, id="http2"),
        pytest.param(post(b"Expect: 200-ok\r\nContent-Length: 1\r\n", b"a"), 417, id="expect"),
        pytest.param(post(b"".join(b"X%d: a\r\n" % n for n in range(HEADERS))), 431, id="many-headers"),
        pytest.param(post(b"X: " + b"a" * HEAD_BYTES + b"\r\n"), 431, id="long-header"),
        pytest.param(b"GET /?" + b"a" * HEAD_BYTES, 431, id="endless-line"),
    ],
)
def test_refused(data: bytes, status: int) -> None:
    assert read(data) == ([], status)


def test_requests_before_a_malformed_one_are_there() -> None:
    received, status = read(post(b"Content-Length: 1\r\n", b"a") + b"nonsense\r\n\r\n")

    assert ([each.body for each in received], status) == ([b"a"], 400)


def test_what_came_before_chunks_is_not_counted_with_them() -> None:
    chunked = post(b"Transfer-Encoding: chunked\r\n")

    received, status = read(post(b"Content-Length: 200000\r\n", b"a" * 200_000) + chunked)

    assert ([len(each.body) for each in received], status) == ([200_000], None)


def test_body_without_length_has_its_limit_too() -> None:
    reader = Reader()
    assert reader.feed(post(b"Transfer-Encoding: chunked\r\n")) == ([], None)
    chunk, fault = b"1000000\r\n" + b"a" * 0x1000000 + b"\r\n", None
    for _ in range(BODY_BYTES // 0x1000000 + 1):
        _, fault = reader.feed(chunk)

    assert isinstance(fault, Malformed)
    assert fault.status == 413


@pytest.mark.parametrize(
    ("data", "amid", "in_body", "awaits"),
    [
        pytest.param(b"", False, False, False, id="nothing"),
        pytest.param(b"POST / HT", True, False, False, id="line"),
        pytest.param(post(b"Content-Length: 2\r\n"), True, True, False, id="headers"),
        pytest.param(post(b"Content-Length: 2\r\n", b"a"), True, True, False, id="half-a-body"),
        pytest.param(post(b"Content-Length: 2\r\n", b"ab"), False, False, False, id="whole"),
        pytest.param(post(b"Expect: 100-Continue\r\nContent-Length: 2\r\n"), True, True, True, id="expects"),
        pytest.param(
            post(b"Expect: 100-continue\r\nContent-Length: 2\r\n", b"a"), True, True, False, id="sends-anyway"
        ),
    ],
)
def test_how_far_a_request_is(data: bytes, amid: bool, in_body: bool, awaits: bool) -> None:
    reader = Reader()
    reader.feed(data)

    assert (reader.is_amid, reader.is_in_body, reader.awaits_continue) == (amid, in_body, awaits)


# Any bytes, and any cuts between them

METHODS = st.sampled_from([b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"DELETE"])
NAMES = st.sampled_from([b"X-A", b"x-b", b"Accept", b"Authorization", b"Content-Type"])
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20).map(str.strip).map(str.encode)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Well-formed requests."""
    body = draw(st.binary(max_size=30))
    headers = [b"Host: a", *(b"%b: %b" % each for each in draw(st.lists(st.tuples(NAMES, VALUES), max_size=4)))]
    sized = draw(st.sampled_from(["length", "chunks", "none"]))
    if sized == "length":
        headers.append(b"Content-Length: %d" % len(body))
    elif sized == "chunks":
        headers.append(b"Transfer-Encoding: chunked")
        cut = draw(st.integers(0, len(body)))
        parts = [each for each in (body[:cut], body[cut:]) if each]
        body = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in parts) + b"0\r\n\r\n"
    else:
        body = b""
    path = draw(st.text(st.sampled_from("ab/%2?=&"), max_size=8)).encode()
    head = b"%b /%b HTTP/1.1\r\n%b\r\n\r\n" % (draw(METHODS), path, b"\r\n".join(headers))
    return head + body


@st.composite
def nearly_requests(draw: st.DrawFn) -> bytes:
    """Requests of which a part is repeated, left out or replaced."""
    data = b"".join(draw(st.lists(requests(), min_size=1, max_size=2)))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        part = draw(
            st.one_of(
                st.just(b""),
                st.just(data[start:end] * 2),
                st.sampled_from(
                    [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\x00", b"0", b"-", b"+", b",", b";", b"\xff"]
                ),
                st.sampled_from(
                    [b"Content-Length: 1\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b" x\r\n"]
                ),
            )
        )
        data = data[:start] + part + data[end:]
    return data


def by_h11(data: bytes) -> tuple[list[tuple[str, str, dict[str, str], bytes]], str]:
    """The complete requests as h11 reads them, and why it refuses what comes after them, if it does."""
    connection, found = h11.Connection(h11.SERVER, max_incomplete_event_size=2**20), []
    connection.receive_data(data)
    request: Any = None
    body = b""
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                request, body = event, b""
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                headers: dict[str, str] = {}
                for name, value in request.headers:
                    key, text = name.decode(), value.decode("latin-1")
                    headers[key] = f"{headers[key]}, {text}" if key in headers else text
                found.append((request.method.decode(), request.target.decode("latin-1"), headers, body))
                if connection.their_state is h11.MUST_CLOSE:
                    return found, ""
                connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                connection.send(h11.EndOfMessage())
                connection.start_next_cycle()
            else:
                return found, ""
    except h11.RemoteProtocolError as error:
        return found, str(error)


@given(nearly_requests())
@settings(max_examples=300)
@example(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
def test_no_bytes_are_understood_in_another_way_than_by_h11(data: bytes) -> None:
    """What both read is the same; what this reader alone refuses is stricter (bare LF, folding), never looser.

    Except for what a server may overlook, which h11 does not.
    """
    received, _ = read(data)
    expected, refusal = by_h11(data)
    if "request line" in refusal:
        received = received[: len(expected)]

    ours = [
        (each.method, each.path + (f"?{each.query}" if each.query else ""), each.headers, each.body)
        for each in received
    ]
    theirs = [
        (method, target.removesuffix("?") if target.count("?") == 1 else target, headers, body)
        for method, target, headers, body in expected
    ]
    assert ours == theirs[: len(ours)]


@given(st.lists(requests(), min_size=1, max_size=3))
def test_what_h11_accepts_as_requests_is_read(parts: list[bytes]) -> None:
    received, status = read(b"".join(parts))

    assert (len(received), status) == (len(parts), None)


@given(nearly_requests(), st.data())
@settings(max_examples=200)
def test_cuts_between_bytes_make_no_difference(data: bytes, draws: st.DataObject) -> None:
    reader, found, refused, start = Reader(), [], None, 0
    while start < len(data) and refused is None:
        end = start + draws.draw(st.integers(1, len(data)))
        received, fault = reader.feed(data[start:end])
        found += received
        refused, start = fault and fault.status, end

    assert (found, refused) == read(data)

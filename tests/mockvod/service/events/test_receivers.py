"""What is made of whatever a receiver does, and of addresses that are none: one call, and its end in words."""

from __future__ import annotations

import itertools
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
import trustme

from mockvod.service.events import receivers
from mockvod.service.events.receivers import post

#: Long enough for a receiver that answers at once, on a machine that is busy.
PLENTY = 30
SHORT = 0.2


def named(text: str) -> str:
    """A text as the name of a case. As they are, some of these cannot be names that mutmut hands back to pytest."""
    return re.sub(r"[^a-z0-9]+", "-", ascii(text)[:40], flags=re.IGNORECASE)


Behaviour = Callable[[socket.socket], None]
#: Makes a receiver of what it does with a connection whose request it has read, and returns its port.
Listen = Callable[[Behaviour], int]


@pytest.fixture
def over() -> Iterator[threading.Event]:
    """Set when the test is over, so that no receiver outlives it."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def listen(over: threading.Event) -> Iterator[Listen]:
    threads: list[threading.Thread] = []
    listeners: list[socket.socket] = []

    def start(behave: Behaviour) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            with suppress(OSError):  # the caller hangs up when it has heard enough
                connection, _ = listener.accept()
                with connection:
                    behave(connection)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        port: int = listener.getsockname()[1]
        return port

    yield start
    over.set()
    for listener in listeners:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(timeout=PLENTY)


def heard(connection: socket.socket) -> bytes:
    """The request, to its end: a connection that is closed before that is reset, and its answer lost."""
    request = b""
    while not request.endswith(b"{}"):
        request += connection.recv(65536)
    return request


def answering(answer: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(answer)

    return behave


def sent_to(port: int, seconds: float = PLENTY, scheme: str = "http", **more: Any) -> str:
    return post(f"{scheme}://127.0.0.1:{port}/hook", b"{}", seconds, **more)


def answered(first: str, *headers: str) -> bytes:
    return "\r\n".join((first, *headers, "", "")).encode("latin-1")


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(answered("HTTP/1.1 200 OK"), "delivered", id="200"),
        pytest.param(answered("HTTP/1.0 204"), "delivered", id="no-reason-phrase"),
        pytest.param(answered("HTTP/1.1 200 OK", "Content-Length: 9"), "delivered", id="body-that-never-comes"),
        pytest.param(answered("HTTP/1.1 100 Continue") + answered("HTTP/1.1 201 x"), "delivered", id="interim"),
        pytest.param(answered("HTTP/1.1 300 x"), "answered with status 300", id="300"),
        pytest.param(answered("HTTP/1.1 503 x"), "answered with status 503", id="503"),
        pytest.param(b"", "ended the connection without an answer", id="nothing"),
        pytest.param(b"OK\n", "did not answer in HTTP but with 'OK'", id="no-http"),
        pytest.param(
            b"a\x1b[2J\x80" * 99, f"did not answer in HTTP but with '{('a?[2J?' * 99)[:77]}...'", id="escapes"
        ),
        pytest.param(answered("HTTP/1.1 2xx OK"), "did not answer in HTTP but with 'HTTP/1.1 2xx OK'", id="no-number"),
        pytest.param(answered("HTTP/1.1 99 OK"), "did not answer in HTTP but with 'HTTP/1.1 99 OK'", id="99"),
        pytest.param(answered("HTTP/2 200"), "did not answer in HTTP: HTTP/2", id="http-2"),
        pytest.param(
            answered("HTTP/1.1 200 OK", "X: " + "x" * 70_000),
            "did not answer in HTTP: got more than 65536 bytes when reading header line",
            id="long-header",
        ),
        pytest.param(
            answered("HTTP/1.1 200 OK", *["X: x"] * 101),
            "did not answer in HTTP: got more than 100 headers",
            id="headers",
        ),
    ],
)
def test_an_answer_is_told_in_words(listen: Listen, answer: bytes, outcome: str) -> None:
    assert sent_to(listen(answering(answer))) == outcome


def test_a_redirection_is_not_followed(listen: Listen) -> None:
    followed = listen(lambda connection: pytest.fail("it was followed"))
    moved = answered("HTTP/1.1 307 x", f"Location: http://127.0.0.1:{followed}/")

    assert sent_to(listen(answering(moved))) == "answered with status 307"


def test_a_proxy_is_not_used(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)

    assert sent_to(listen(answering(answered("HTTP/1.1 200 OK")))) == "delivered"


def test_what_a_receiver_is_sent(listen: Listen) -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        seen.append(heard(connection))
        connection.sendall(answered("HTTP/1.1 200 OK"))

    port = listen(behave)
    post(f"http://127.0.0.1:{port}/a%20b?c=d#e", b"{}", PLENTY)

    line, *headers = seen[0].decode().split("\r\n")
    assert line == "POST /a%20b?c=d HTTP/1.1"
    assert {f"Host: 127.0.0.1:{port}", "Content-Type: application/json", "Content-Length: 2"} <= set(headers)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://app.localhost/", "app.localhost"),
        ("http://app.localhost:80/", "app.localhost"),
        ("http://app.localhost:443/", "app.localhost:443"),
        ("http://App.Localhost:8080?a", "app.localhost:8080"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
    ids=named,
)
def test_what_a_receiver_is_called(listen: Listen, monkeypatch: pytest.MonkeyPatch, url: str, host: str) -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        seen.append(heard(connection))
        connection.sendall(answered("HTTP/1.1 200 OK"))

    address = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", listen(behave)))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: [address])

    assert post(url, b"{}", PLENTY) == "delivered"
    assert f"Host: {host}\r\n".encode() in seen[0]


def test_an_endless_body_is_not_read(listen: Listen) -> None:
    """The receiver notices that nobody listens, instead of filling somebody's memory."""
    hung_up = threading.Event()

    def behave(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(answered("HTTP/1.1 200 OK"))
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            hung_up.set()

    assert sent_to(listen(behave)) == "delivered"
    assert hung_up.wait(PLENTY)


# --- the time that a receiver has ----------------------------------------------------------------------------------


def dripping(over: threading.Event, piece: bytes) -> Behaviour:
    """A byte now and then, so that each read by itself comes back long before its time is over."""

    def behave(connection: socket.socket) -> None:
        for number in itertools.count():
            connection.sendall(piece[number % len(piece) :][:1])
            if over.wait(SHORT / 20):
                return

    return behave


def silent(over: threading.Event) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        over.wait(PLENTY)

    return behave


def test_a_receiver_that_says_nothing(listen: Listen, over: threading.Event) -> None:
    assert sent_to(listen(silent(over)), SHORT) == "did not answer within 0.2 s"


def test_a_receiver_that_says_nothing_about_tls(listen: Listen, over: threading.Event) -> None:
    port = listen(silent(over))

    assert sent_to(port, SHORT, "https") == f"cannot connect to 127.0.0.1:{port}: no answer in time"


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b"HTTP/1.1 200 " + b"O" * 10_000, id="status-line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1000, id="headers"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", id="interim-answers"),
    ],
)
def test_a_receiver_that_drips_has_the_same_time(listen: Listen, over: threading.Event, piece: bytes) -> None:
    assert sent_to(listen(dripping(over, piece)), SHORT) == "did not answer within 0.2 s"


def test_a_receiver_has_five_seconds(listen: Listen, over: threading.Event) -> None:
    """By a clock of which 4.9 pass at once."""
    moments = itertools.chain([100.0], itertools.repeat(104.9))
    port = listen(silent(over))

    assert post(f"http://127.0.0.1:{port}/", b"{}", now=lambda: next(moments)) == "did not answer within 5 s"


def test_no_time_is_left(listen: Listen) -> None:
    moments = itertools.chain([100.0], itertools.repeat(105.0))
    port = listen(answering(answered("HTTP/1.1 200 OK")))

    assert post(f"http://127.0.0.1:{port}/", b"{}", now=lambda: next(moments)) == "did not answer within 5 s"


def test_a_name_that_nobody_resolves_has_the_same_time(
    monkeypatch: pytest.MonkeyPatch, over: threading.Event, listen: Listen
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: over.wait(PLENTY) and [])

    assert post("http://slow.localhost/", b"{}", SHORT) == "did not answer within 0.2 s"


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("", "the URL is not like http://host:port/path"),
        ("ftp://127.0.0.1/", "the URL is not like http://host:port/path"),
        ("http:///hook", "the URL is not like http://host:port/path"),
        ("http://?a", "the URL has no host"),
        ("http://:80/", "the URL has no host"),
        ("http://[::1/", "the URL cannot be read: Invalid IPv6 URL"),
        ("http://127.0.0.1:abc/", "the URL cannot be read: Port could not be cast to integer value as 'abc'"),
        ("http://127.0.0.1:65536/", "the URL cannot be read: Port out of range 0-65535"),
        ("http://me:secret@127.0.0.1:1/", "of which nobody knows whether the service would send it"),
        ("http://127.0.0.1:1/a b", "percent-encode it"),
        ("http://127.0.0.1:1/a\nb", "percent-encode it"),
        ("http://127.0.0.1:1/\x00", "percent-encode it"),
        ("http://127.0.0.1:1/回调", "percent-encode it"),
        ("http://127.0.0.1:1/\ud83d", "percent-encode it"),
        (f"http://{'a' * 64}.localhost/", "is not found"),
        ("http://a..localhost/", "is not found"),
    ],
    ids=named,
)
def test_an_address_that_is_none(url: str, outcome: str) -> None:
    assert outcome in post(url, b"{}", PLENTY)


def test_an_address_where_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        assert sent_to(port) == f"cannot connect to 127.0.0.1:{port}: Connection refused"


def test_a_name_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*args: Any, **more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    assert post("http://app.localhost/", b"{}") == "the host app.localhost is not found: Name or service not known"


def test_the_next_address_of_a_name_is_tried(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for `localhost`, which is ::1 first on many machines, while the receiver listens on 127.0.0.1 only."""
    port = listen(answering(answered("HTTP/1.1 200 OK")))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", address)
            for address in (probe.getsockname(), ("127.0.0.1", port))
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: addresses)

        assert post(f"http://localhost:{port}/", b"{}", PLENTY) == "delivered"


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = listen(answering(answered("HTTP/1.1 200 OK")))
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # nobody accepts them, so the next one is not even refused
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", address)
            for address in (full.getsockname(), ("127.0.0.1", port))
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: addresses)

        assert post(f"http://localhost:{port}/", b"{}", 2) == "delivered"


# --- TLS -----------------------------------------------------------------------------------------------------------


def with_tls(authority: trustme.CA, behave: Behaviour) -> Behaviour:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            behave(wrapped)

    return shake_hands


def test_a_receiver_with_a_certificate(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    monkeypatch.setattr(receivers, "_tls", lambda: trusting)
    port = listen(with_tls(authority, answering(answered("HTTP/1.1 200 OK"))))

    assert sent_to(port, scheme="https") == "delivered"


def test_a_receiver_whose_certificate_nobody_trusts(listen: Listen) -> None:
    port = listen(with_tls(trustme.CA(), answering(answered("HTTP/1.1 200 OK"))))

    outcome = sent_to(port, scheme="https")

    assert outcome.startswith(f"cannot connect to 127.0.0.1:{port}: ") and "certificate verify failed" in outcome


def test_a_receiver_that_expects_no_tls(listen: Listen) -> None:
    port = listen(lambda connection: connection.sendall(answered("HTTP/1.1 400 x")))

    assert sent_to(port, scheme="https").startswith(f"cannot connect to 127.0.0.1:{port}: ")

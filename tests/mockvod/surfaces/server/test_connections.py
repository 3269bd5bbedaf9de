"""Connections to a live server, by raw sockets: order, ends, limits, and that one caller does not hold up another."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from mockvod.fixtures.served import Served
from mockvod.fixtures.server import LiveServer
from mockvod.fixtures.tls import TlsServer
from mockvod.settings import Settings
from mockvod.surfaces.server import limits

#: Accepted with SKIP in place of a signature.
SIGNED = (
    "Authorization: SKIP\r\nContent-Type: application/json\r\nX-TC-Version: 2018-07-17\r\n"
    "X-TC-Timestamp: {now}\r\nX-TC-Action: {action}\r\n"
)


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer(Settings(allow_skip=True, rate_limit="off", concurrency="off")) as server:
        yield server


def connect(server: Served) -> socket.socket:
    host, _, port = server.endpoint.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def call(action: str, params: Any, more: str = "", version: str = "1.1") -> bytes:
    """The bytes of a call."""
    body = json.dumps(params).encode()
    head = SIGNED.format(now=int(time.time()), action=action)
    return f"POST / HTTP/{version}\r\nHost: a\r\n{head}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answer(connection: socket.socket, body: bool = True) -> tuple[int, dict[str, str], bytes]:
    """The next answer: status, headers and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1)
        if not part:
            raise EOFError(data)
        data += part
    line, *lines = data.decode().split("\r\n")[:-2]
    headers = dict(each.split(": ", 1) for each in lines)
    left, content = int(headers.get("Content-Length", 0)) if body else 0, b""
    while len(content) < left:
        content += connection.recv(left - len(content))
    return int(line.split()[1]), headers, content


def rest(connection: socket.socket) -> bytes:
    """Everything until the server closes."""
    data = b""
    while part := connection.recv(65536):
        data += part
    return data


SUBJECT = {"SubAppId": 7, "SubjectName": "a", "SubjectImages": ["http://example.com/cat.png"]}


def test_answers_of_pipelined_calls_come_in_their_order(server: LiveServer) -> None:
    server.mock.fault("latency", seconds=0.2)
    with closing(connect(server)) as connection:
        connection.sendall(b"".join(call("DescribeTaskDetail", {"SubAppId": 7, "TaskId": f"t{n}"}) for n in range(60)))
        told = [json.loads(answer(connection)[2])["Response"]["RequestId"] for _ in range(60)]

    assert told == [record.request_id for record in server.mock.journal]


def test_http_1_0_is_answered_and_closed(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(call("DescribeTaskDetail", {"SubAppId": 7, "TaskId": "t"}, version="1.0"))
        status, headers, _ = answer(connection)

        assert (status, headers["Connection"], rest(connection)) == (200, "close", b"")


def test_http_1_0_may_keep_its_connection(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        for _ in range(2):
            connection.sendall(call("DescribeTaskDetail", {"TaskId": "t"}, "Connection: keep-alive\r\n", "1.0"))
            assert answer(connection)[1]["Connection"] == "keep-alive"


def test_body_is_asked_for(server: LiveServer) -> None:
    head, _, body = call("DescribeTaskDetail", {"TaskId": "t"}, "Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with closing(connect(server)) as connection:
        connection.sendall(head + b"\r\n\r\n")
        asked = connection.recv(100)
        connection.sendall(body)

        assert (asked, answer(connection)[0]) == (b"HTTP/1.1 100 Continue\r\n\r\n", 200)


def test_caller_that_has_closed_its_half_is_answered(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(call("CreateAigcSubject", SUBJECT))
        connection.shutdown(socket.SHUT_WR)
        status, _, body = answer(connection)

        assert (status, b"TaskId" in body, rest(connection)) == (200, True, b"")


def test_caller_that_has_closed_its_half_is_answered_later(server: LiveServer) -> None:
    server.mock.fault("latency", seconds=0.1)
    with closing(connect(server)) as connection:
        connection.sendall(call("CreateAigcSubject", SUBJECT))
        connection.shutdown(socket.SHUT_WR)

        assert answer(connection)[0] == 200


@pytest.mark.parametrize("cut", [1, 200, 500])
def test_body_that_ends_early_is_no_call(server: LiveServer, cut: int) -> None:
    padded = {**SUBJECT, "SubjectName": "a" * 10, "SessionContext": "x" * 900}
    with closing(connect(server)) as connection:
        connection.sendall(call("CreateAigcSubject", padded)[:-cut])
        connection.shutdown(socket.SHUT_WR)

        assert (rest(connection), len(server.mock.journal)) == (b"", 0)


def test_head_has_the_headers_of_get_and_no_body(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        got = []
        for method in ("HEAD", "GET"):
            connection.sendall(f"{method} /_mockvod/faults HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            status, headers, _ = answer(connection, body=method == "GET")
            got.append((status, headers["Content-Length"], headers["Content-Type"]))

    assert got[0] == got[1]


def test_malformed_request_is_refused_and_the_end(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(call("DescribeTaskDetail", {"TaskId": "t"}) + b"nonsense\r\n\r\n" + call("X", {}))
        first, (status, headers, body) = answer(connection)[0], answer(connection)

        assert (first, status, headers["Connection"]) == (200, 400, "close")
        assert body.startswith(b"the request is malformed")
        assert rest(connection) == b""


@pytest.mark.parametrize(
    ("sent", "limit"),
    [
        pytest.param(b"", "IDLE_SECONDS", id="nothing"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\n", "HEAD_SECONDS", id="half-a-head"),
        pytest.param(call("X", {"a": 1})[:-2], "BODY_SECONDS", id="half-a-body"),
    ],
)
def test_slow_caller_is_cut_off(monkeypatch: pytest.MonkeyPatch, sent: bytes, limit: str) -> None:
    monkeypatch.setattr(limits, limit, 0.05)
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.02)
    with LiveServer() as server, closing(connect(server)) as connection:
        connection.sendall(sent)

        with pytest.raises((EOFError, ConnectionResetError)):
            answer(connection)


def test_caller_that_takes_no_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITE_SECONDS", 0.05)
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.02)
    with LiveServer(Settings(allow_skip=True, rate_limit="off")) as server, closing(connect(server)) as connection:
        many = call("DescribeTaskDetail", {"TaskId": "t" * 200}) * 100
        with pytest.raises(OSError):
            while True:
                connection.sendall(many)


@pytest.fixture
def others(server: LiveServer) -> Iterator[Callable[[], list[float]]]:
    """Makes calls on a connection of its own; returns how many seconds each took."""
    with closing(connect(server)) as connection:

        def measure() -> list[float]:
            taken = []
            for _ in range(100):
                began = time.perf_counter()
                connection.sendall(call("DescribeTaskDetail", {"SubAppId": 7, "TaskId": "t"}))
                assert answer(connection)[0] == 200
                taken.append(time.perf_counter() - began)
            return sorted(taken)

        yield measure


def idle(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(500):
        stack.enter_context(closing(connect(server)))


def half_bodies(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(50):
        stack.enter_context(closing(connect(server))).sendall(call("CreateAigcSubject", SUBJECT)[:-5])


def dripping(server: LiveServer, stack: ExitStack) -> None:
    connections = [stack.enter_context(closing(connect(server))) for _ in range(200)]
    done = threading.Event()
    stack.callback(done.set)

    def drip() -> None:
        for byte in call("CreateAigcSubject", SUBJECT):
            for each in connections:
                each.send(bytes([byte]))
            if done.wait(0.01):
                return

    thread = threading.Thread(target=drip)
    stack.callback(thread.join)
    thread.start()


def held(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(400):
        stack.enter_context(closing(connect(server))).sendall(call("PullEvents", {"SubAppId": 7}))


def stalled(server: LiveServer, stack: ExitStack) -> None:
    server.mock.fault("timeout", action="CreateAigcSubject", times=None)
    for _ in range(200):
        stack.enter_context(closing(connect(server))).sendall(call("CreateAigcSubject", SUBJECT))


def large(server: LiveServer, stack: ExitStack) -> None:
    for _ in range(3):
        body = json.dumps({"TaskId": "x" * 3_000_000}).encode()
        head = SIGNED.format(now=int(time.time()), action="DescribeTaskDetail")
        connection = stack.enter_context(closing(connect(server)))
        connection.sendall(f"POST / HTTP/1.1\r\nHost: a\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


@pytest.mark.parametrize("crowd", [idle, half_bodies, dripping, held, stalled, large], ids=lambda each: each.__name__)
def test_others_are_answered_beside(
    server: LiveServer, others: Callable[[], list[float]], crowd: Callable[[LiveServer, ExitStack], None]
) -> None:
    with ExitStack() as stack:
        crowd(server, stack)
        taken = others()

    # What else the machine does decides about the worst; tests/benchmarks/beside.py prints both.
    assert taken[len(taken) // 2] < 0.05


def test_delayed_calls_wait_side_by_side(server: LiveServer) -> None:
    fault = server.mock.fault("latency", seconds=0.3, times=None)
    began = time.perf_counter()
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(server))) for _ in range(50)]
        for each in connections:
            each.sendall(call("CreateAigcSubject", SUBJECT))
        statuses = [answer(each)[0] for each in connections]

    assert (statuses, fault.hits) == ([200] * 50, 50)
    assert time.perf_counter() - began < 5


def test_held_calls_are_answered_when_the_server_stops() -> None:
    with LiveServer(Settings(allow_skip=True)) as server, closing(connect(server)) as connection:
        connection.sendall(call("PullEvents", {"SubAppId": 7}))
        while not server.mock.held_calls.held:
            threading.Event().wait(0.005)
        began = time.perf_counter()
        server.stop()
        code = json.loads(answer(connection)[2])["Response"]["Error"]["Code"]

    assert (code, time.perf_counter() - began < 2) == ("ResourceNotFound", True)


def test_caller_that_hangs_up_is_held_no_longer(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(call("PullEvents", {"SubAppId": 7}))
        while not server.mock.held_calls.held:
            threading.Event().wait(0.005)
        # Reset; a close looks like that of a caller who still reads.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    while server.mock.held_calls.held:
        threading.Event().wait(0.005)
    [record] = server.mock.journal
    assert (record.action, record.explanation) == ("PullEvents", "the caller hung up while the call was held")


def test_idle_connections_give_way_to_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    server = LiveServer(Settings(allow_skip=True))
    server._background._server._most = 20
    with server, ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(closing(connect(server)))
        with closing(connect(server)) as connection:
            connection.sendall(call("DescribeTaskDetail", {"TaskId": "t"}))
            assert answer(connection)[0] == 200


def test_event_is_kept_from_a_caller_that_has_hung_up(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.sendall(call("PullEvents", {"SubAppId": 7}))
        while not server.mock.held_calls.held:
            threading.Event().wait(0.005)
    while server.mock.held_calls.held:
        threading.Event().wait(0.005)
    with closing(connect(server)) as connection:
        params = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
        connection.sendall(call("CreateAigcVideoTask", params))
        task = json.loads(answer(connection)[2])["Response"]["TaskId"]
        server.mock.tasks[task].finish()
        connection.sendall(call("PullEvents", {"SubAppId": 7}))
        events = json.loads(answer(connection)[2])["Response"]["EventSet"]

    assert [each["AigcVideoCompleteEvent"]["TaskId"] for each in events] == [task]
    assert server.mock.calls[0].explanation == "the caller hung up while the call was held"


def test_flood_of_pipelined_requests_holds_up_nobody(server: LiveServer) -> None:
    with closing(connect(server)) as flooding, closing(connect(server)) as other:
        flooding.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                flooding.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
        began = time.perf_counter()
        other.sendall(call("DescribeTaskDetail", {"TaskId": "t"}))

        assert answer(other)[0] == 200
        assert time.perf_counter() - began < 1


def test_everything_is_answered_to_a_caller_that_has_closed_its_half_early(server: LiveServer) -> None:
    with closing(connect(server)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        document = b"GET /_mockvod/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(document * 30 + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        connection.shutdown(socket.SHUT_WR)

        assert rest(connection).count(b"HTTP/1.1 200 OK") == 50


def test_slow_reader_that_goes_on_reading_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITE_SECONDS", 0.3)
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.05)
    with LiveServer() as server, closing(connect(server)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /_mockvod/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 60)
        connection.shutdown(socket.SHUT_WR)
        got, began = 0, time.monotonic()
        while part := connection.recv(32_768):
            got += part.count(b"HTTP/1.1 200 OK")
            if time.monotonic() - began < 1:
                threading.Event().wait(0.02)

    assert got >= 59  # one may be cut in two by the parts


def test_go_ahead_comes_behind_an_answer(server: LiveServer) -> None:
    server.mock.fault("latency", seconds=0.1)
    head, _, body = call("DescribeTaskDetail", {"TaskId": "t"}, "Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with closing(connect(server)) as connection:
        connection.sendall(call("CreateAigcSubject", SUBJECT) + head + b"\r\n\r\n")
        first, asked = answer(connection)[0], connection.recv(100)
        connection.sendall(body)

        assert (first, asked, answer(connection)[0]) == (200, b"HTTP/1.1 100 Continue\r\n\r\n", 200)


def test_requests_that_wait_are_not_kept_without_end(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_BYTES", 1_000_000)
    server.mock.fault("latency", seconds=0.2)
    upload = b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n" + b"x" * 600_000
    with closing(connect(server)) as connection:
        connection.sendall(call("CreateAigcSubject", SUBJECT))
        sender = threading.Thread(target=connection.sendall, args=(upload * 8,))
        sender.start()
        statuses = [answer(connection)[0] for _ in range(9)]
        sender.join()

    assert statuses[0] == 200
    assert len(statuses) == 9


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_stop_waits_for_no_idle_connection(secure: bool) -> None:
    server = TlsServer() if secure else LiveServer()
    with server:
        plain = connect(server)
        connection = ssl._create_unverified_context().wrap_socket(plain) if secure else plain
        connection.sendall(b"GET /_mockvod/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        began = time.monotonic()
        server.stop()
        took = time.monotonic() - began
        connection.close()

    assert took < 2


def test_refusal_of_the_server_is_logged(server: LiveServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "mockvod")
    with closing(connect(server)) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
        status, _, body = answer(connection)

    assert (status, body) == (400, b"that is TLS, and this is http: call http://, or serve with --tls\n")
    [line] = [each.getMessage() for each in caplog.records if each.name == "mockvod"]
    assert line == "refused what 127.0.0.1 sent: 400: that is TLS, and this is http: call http://, or serve with --tls"

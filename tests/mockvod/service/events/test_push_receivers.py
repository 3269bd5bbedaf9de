"""Pushes to many at a time: what one receiver does, or one event is, holds nobody else up."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.events import claims, push, receivers
from mockvod.settings import Settings
from mockvod.surfaces.flask_app import create_app

VIDEO = {"ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: Long enough on a machine that is busy.
PLENTY = 30


class Receivers:
    """One server that is the receiver of every application, under a path for each."""

    def __init__(self) -> None:
        #: What has arrived, in order: the application and its SessionContext.
        self.told: list[tuple[int, str]] = []
        self.bodies: list[bytes] = []
        self._changed = threading.Condition()
        #: What is done before an answer, by application; it returns the bytes to answer with, or None for a 200.
        self.before: dict[int, Callable[[], bytes | None]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body, application = self.rfile.read(int(self.headers["Content-Length"])), int(self.path[1:])
                answer = outer.before.get(application, lambda: None)()
                outer.tell(application, body)
                self.wfile.write(answer or b"HTTP/1.1 200 OK\r\n\r\n")

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, application: int) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{application}"

    def tell(self, application: int, body: bytes) -> None:
        with self._changed:
            self.bodies.append(body)
            self.told.append((application, json.loads(body)["AigcVideoCompleteEvent"]["SessionContext"]))
            self._changed.notify_all()

    def wait_for(self, *told: tuple[int, str]) -> bool:
        """Whether all of them arrive."""
        with self._changed:
            return self._changed.wait_for(lambda: set(told) <= set(self.told), PLENTY)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PLENTY)


@pytest.fixture
def many() -> Iterator[Receivers]:
    receivers = Receivers()
    yield receivers
    receivers.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Opened at the end of a test, for receivers that wait for it."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def held(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the first event is being sent, which takes until the end of the test, without the end that a receiver has."""
    arrived = threading.Event()

    def post(url: str, body: bytes) -> str:
        if not arrived.is_set():
            arrived.set()
            gate.wait()
        return receivers.post(url, body)

    monkeypatch.setattr(push, "post", post)
    return arrived


@pytest.fixture
def pushing(mock: MockVod, gate: threading.Event) -> Iterator[Any]:
    """Starts the notifier, which is stopped at the end."""
    yield mock.notifier.start
    gate.set()
    mock.notifier.stop()


def pushes(caller: Any, url: str, *applications: int) -> None:
    for application in applications:
        answer = caller.call("ModifyEventConfig", {"SubAppId": application, "Mode": "PUSH", "NotificationUrl": url})
        assert "Error" not in answer


def ended(caller: Any, *told: tuple[int, str]) -> None:
    """Tasks of these applications with these contexts, which all have ended."""
    for application, context in told:
        caller.call("CreateAigcVideoTask", {**VIDEO, "SubAppId": application, "SessionContext": context})
    caller.mock.clock.advance(10)


def outcomes(mock: MockVod, application: int) -> list[str]:
    return [each.outcome for each in mock.notifier.tries if each.application == application]


# --- one that fails ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        pytest.param("http://127.0.0.1:1/a b", "percent-encode it", id="blank"),
        pytest.param("http://127.0.0.1:abc/", "Port could not be cast to integer value as 'abc'", id="port"),
        pytest.param("http://[::1/", "Invalid IPv6 URL", id="bracket"),
        pytest.param("http://127.0.0.1:1/\nx", "percent-encode it", id="line-feed"),
        pytest.param("http://?", "the URL has no host", id="no-host"),
    ],
)
def test_an_address_that_is_none_is_a_failed_try_of_its_application(
    caller: Any, many: Receivers, caplog: pytest.LogCaptureFixture, url: str, outcome: str
) -> None:
    pushes(caller, url, 6)
    pushes(caller, many.url(7), 7)
    ended(caller, (6, "lost"), (7, "told"))

    assert caller.mock.notifier.deliver() == 1
    assert many.told == [(7, "told")]
    [failure] = outcomes(caller.mock, 6)
    assert outcome in failure
    assert [each.levelname for each in caplog.records if each.name == "mockvod"] == ["WARNING"]


def test_a_receiver_that_speaks_no_http_is_a_failed_try(caller: Any, many: Receivers) -> None:
    pushes(caller, many.url(6), 6)
    pushes(caller, many.url(7), 7)
    many.before[6] = lambda: b"OK\n"
    ended(caller, (6, "lost"), (7, "told"))

    assert caller.mock.notifier.deliver() == 1
    assert outcomes(caller.mock, 6) == ["did not answer in HTTP but with 'OK'"]


def test_the_third_failed_try_is_the_last(caller: Any, clock: VirtualClock) -> None:
    pushes(caller, "http://127.0.0.1:abc/", 6)
    ended(caller, (6, "lost"))
    for _ in range(5):
        caller.mock.notifier.deliver()
        clock.advance(1)

    assert [each.number for each in caller.mock.notifier.tries] == [1, 2, 3]


def test_a_failure_that_nobody_foresaw_is_a_failed_try_too(
    caller: Any, many: Receivers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def post(url: str, body: bytes) -> str:
        if url.endswith("/6"):
            raise RuntimeError("a bug")
        return receivers.post(url, body)

    monkeypatch.setattr(push, "post", post)
    pushes(caller, many.url(6), 6)
    pushes(caller, many.url(7), 7)
    ended(caller, (6, "lost"), (7, "told"))

    assert caller.mock.notifier.deliver() == 1
    assert outcomes(caller.mock, 6) == ["mockvod failed: RuntimeError: a bug"]
    assert "please report it" in caplog.text


def test_an_event_that_nobody_can_describe_stops_no_other_application(
    caller: Any, many: Receivers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def content_of(tasks: Any, event: Any, *more: Any) -> Any:
        if tasks.get(event.task).application == 6:
            raise RuntimeError("a bug")
        return content(tasks, event, *more)

    content = claims.content_of
    monkeypatch.setattr(claims, "content_of", content_of)
    pushes(caller, many.url(6), 6)
    pushes(caller, many.url(7), 7)
    ended(caller, (6, "lost"), (7, "told"))

    with pytest.raises(RuntimeError, match="a bug"):
        caller.mock.notifier.deliver()
    assert many.told == [(7, "told")]
    assert "please report it" in caplog.text


def test_half_an_emoji_is_sent_as_the_replacement_character(caller: Any, many: Receivers) -> None:
    """What text.slice() of JavaScript leaves is replaced when the call is read."""
    pushes(caller, many.url(7), 7)
    ended(caller, (7, "cut \ud83d"))

    assert caller.mock.notifier.deliver() == 1
    assert many.told == [(7, "cut \ufffd")]
    assert [json.loads(body.decode("utf-8")) for body in many.bodies] == [
        each.body for each in caller.mock.notifier.tries
    ]


def test_a_line_of_the_log_cannot_be_forged(caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    pushes(caller, "http://127.0.0.1:1/\r\n2026-01-01 all is well \x1b[2J", 6)
    ended(caller, (6, "lost"))
    with caplog.at_level(logging.INFO, "mockvod"):
        caller.mock.notifier.deliver()

    [line] = [each.getMessage() for each in caplog.records if each.name == "mockvod"]
    assert line == (
        "AigcVideoTaskComplete to http://127.0.0.1:1/ 2026-01-01 all is well ?[2J failed, try 1, and will be tried again: "
        "the URL has a blank, a control character or a letter beyond ASCII: percent-encode it"
    )


def test_the_page_of_notifications_gives_the_reason(caller: Any) -> None:
    pushes(caller, "http://127.0.0.1:abc/", 6)
    ended(caller, (6, "lost"))
    caller.mock.notifier.deliver()

    [shown] = create_app(caller.mock).test_client().get("/_mockvod/notifications").get_json()["notifications"]
    assert shown["outcome"] == "the URL cannot be read: Port could not be cast to integer value as 'abc'"


# --- one that is slow ----------------------------------------------------------------------------------------------


def test_a_slow_receiver_does_not_delay_another_application(
    caller: Any, many: Receivers, pushing: Any, gate: threading.Event
) -> None:
    many.before[6] = lambda: None if gate.wait(PLENTY) else b""
    pushes(caller, many.url(6), 6)
    pushes(caller, many.url(7), 7)
    ended(caller, (6, "slow"))
    pushing()
    for number in range(3):
        ended(caller, (7, str(number)))
        assert many.wait_for((7, str(number)))

    assert many.told == [(7, "0"), (7, "1"), (7, "2")]


def test_a_file_that_takes_long_to_make_does_not_delay_another_application(
    caller: Any, many: Receivers, pushing: Any, monkeypatch: pytest.MonkeyPatch, gate: threading.Event
) -> None:
    """The event tells of the file, so the file has to be made before."""

    def claim(*args: Any) -> Any:
        if args[3].endswith("/6"):
            gate.wait(PLENTY)
        return claims.claim(*args)

    monkeypatch.setattr(push, "claim", claim)
    pushes(caller, many.url(6), 6)
    pushes(caller, many.url(7), 7)
    ended(caller, (6, "slow"), (7, "told"))
    pushing()

    assert many.wait_for((7, "told"))
    gate.set()
    assert many.wait_for((6, "slow"))


def test_the_events_of_an_application_keep_their_order(caller: Any, many: Receivers) -> None:
    pushes(caller, many.url(7), 7)
    told = [(7, str(number)) for number in range(16)]
    for each in told:
        ended(caller, each)

    assert (caller.mock.notifier.deliver(), many.told) == (16, told)


def test_what_comes_later_waits_for_what_is_being_sent(
    caller: Any, many: Receivers, held: threading.Event, pushing: Any
) -> None:
    """The event of another application, which comes later still, shows that its turn would have come."""
    pushes(caller, many.url(7), 7)
    pushes(caller, many.url(8), 8)
    ended(caller, (7, "first"))
    pushing()
    assert held.wait(PLENTY)
    ended(caller, (7, "second"))
    for number in range(2):
        ended(caller, (8, str(number)))
        assert many.wait_for((8, str(number)))

    assert [context for application, context in many.told if application == 7] == []


def test_all_applications_are_counted(caller: Any, many: Receivers) -> None:
    told = [(application, "x") for application in range(1, 6)]
    for application, _ in told:
        pushes(caller, many.url(application), application)
    ended(caller, *told, *told)

    assert (caller.mock.notifier.deliver(), sorted(many.told)) == (10, sorted([*told, *told]))


@pytest.mark.parametrize("most", [1, 2])
def test_as_many_applications_as_there_are_places_are_sent_to_at_a_time(
    make_caller: Any, clock: VirtualClock, many: Receivers, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """The others follow within the same delivery."""
    monkeypatch.setattr(push, "MOST_LANES", most)
    caller = make_caller(MockVod(Settings(rate_limit="off", task_seconds=10), clock=clock))
    lock, now, seen = threading.Lock(), [0], []

    def count() -> None:
        with lock:
            now[0] += 1
            seen.append(now[0])
        with lock:
            now[0] -= 1

    for application in range(1, 6):
        many.before[application] = count
        pushes(caller, many.url(application), application)
    ended(caller, *((application, "x") for application in range(1, 6)))

    assert caller.mock.notifier.deliver() == 5
    assert max(seen) <= most


# --- ends and new beginnings ---------------------------------------------------------------------------------------


def test_what_was_not_sent_when_it_stopped_is_due_at_once(
    caller: Any, mock: MockVod, many: Receivers, gate: threading.Event
) -> None:
    """The event that is being sent is finished; those behind it are not hidden for as long as sending them would take."""
    notifier, arrived = mock.notifier, threading.Event()

    def hold() -> None:
        arrived.set()
        while not next(iter(notifier._lanes.values()))._closed:
            assert not gate.wait(0.005)  # until `stop` has begun

    many.before[7] = hold
    pushes(caller, many.url(7), 7)
    ended(caller, (7, "first"), (7, "second"), (7, "third"))
    notifier.start()
    assert arrived.wait(PLENTY)
    notifier.stop()
    assert len(many.told) == 1
    many.before.clear()

    assert notifier.deliver() == 2
    assert [each.number for each in notifier.tries] == [1, 1, 1]


def test_a_restore_does_not_wait_for_a_slow_receiver(
    caller: Any, mock: MockVod, held: Any, pushing: Any, many: Receivers
) -> None:
    pushes(caller, many.url(7), 7)
    ended(caller, (7, "x"))
    snapshot = mock.snapshot()
    pushing()
    assert held.wait(PLENTY)
    mock.restore(snapshot)

    assert many.wait_for((7, "x"))


def test_a_restore_before_a_claim_leaves_nothing_hidden(
    caller: Any, mock: MockVod, many: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushes(caller, many.url(7), 7)
    ended(caller, (7, "x"))
    snapshots = [mock.snapshot()]

    def claim(*args: Any) -> Any:
        while snapshots:
            mock.restore(snapshots.pop())
        return claims.claim(*args)

    monkeypatch.setattr(push, "claim", claim)

    assert [mock.notifier.deliver() for _ in range(2)] == [0, 1]
    assert len(mock.notifier.tries) == 1


def test_an_event_that_is_being_sent_does_not_outlive_a_reset(caller: Any, mock: MockVod, many: Receivers) -> None:
    many.before[7] = lambda: mock.reset() or b"HTTP/1.1 500 x\r\n\r\n"
    pushes(caller, many.url(7), 7)
    ended(caller, (7, "x"))
    mock.notifier.deliver()

    assert (mock.notifier.tries, dict(mock.store.snapshot().indexes)) == ((), {})

"""Pushing events to a real receiver."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.service.events import push as notifications
from mockvod.service.events.receivers import is_loopback
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat", "SessionContext": "job-42"}
SCENE = {
    **APP,
    "SceneInfo": {"Type": "change_clothes", "ChangeClothesConfig": {"ClothesFileInfos": [{"Url": "http://a/b.png"}]}},
    "FileInfos": [{"Url": "http://a/c.png"}],
}


@pytest.fixture(scope="module")
def receiver() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def url(receiver: HTTPServer) -> Iterator[str]:
    """An address whose receiver takes everything, unless a test says otherwise."""
    receiver.clear()
    receiver.expect_request("/hook").respond_with_data("")
    yield receiver.url_for("/hook")
    receiver.check_assertions()


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


@pytest.fixture
def pushing(caller: Any, url: str) -> Any:
    """A caller whose application 7 has its events pushed."""
    assert "Error" not in caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": url})
    return caller


def bodies(receiver: HTTPServer) -> list[dict[str, Any]]:
    return [json.loads(request.data) for request, _ in receiver.log]


def answers(receiver: HTTPServer, *statuses: int) -> None:
    """Has the receiver answer with these statuses, one after the other."""
    left = list(statuses)
    receiver.clear()
    receiver.expect_request("/hook").respond_with_handler(lambda request: Response(status=left.pop(0)))


def finished(caller: Any, **more: Any) -> str:
    task_id: str = caller.call("CreateAigcVideoTask", {**VIDEO, **more})["TaskId"]
    caller.mock.clock.advance(10)
    return task_id


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


# --- what arrives --------------------------------------------------------------------------------------------------


def test_a_message_is_the_event_without_envelope_or_nulls(pushing: Any, receiver: HTTPServer) -> None:
    task_id = finished(pushing)

    assert pushing.mock.notifier.deliver() == 1

    detail = pushing.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    [message] = bodies(receiver)
    assert message == {"EventType": "AigcVideoTaskComplete", "AigcVideoCompleteEvent": without_nulls(detail)}
    assert message["AigcVideoCompleteEvent"]["SessionContext"] == "job-42"


@pytest.mark.parametrize(
    ("action", "params", "output", "field"),
    [
        pytest.param("CreateAigcVideoTask", VIDEO, "missing", "AigcVideoTask", id="object"),
        pytest.param("CreateSceneAigcImageTask", SCENE, "whole", "SceneAigcImageTask", id="in-a-list"),
    ],
)
def test_nulls_are_left_out_wherever_they_are(
    pushing: Any, receiver: HTTPServer, action: str, params: dict[str, Any], output: str, field: str
) -> None:
    pushing.mock.tasks.script(action, [{"step": "finish", "output": output}])
    task_id = pushing.call(action, params)["TaskId"]
    pushing.mock.notifier.deliver()

    detail = pushing.call("DescribeTaskDetail", {"TaskId": task_id})[field]
    [message] = bodies(receiver)
    del message["EventType"]
    assert list(message.values()) == [without_nulls(detail)]
    assert without_nulls(detail) != detail


def test_a_file_is_made_for_a_message_that_tells_of_it(pushing: Any, receiver: HTTPServer) -> None:
    config = {"StorageMode": "Permanent"}
    finished(pushing, Prompt=f"a cat {uuid4().hex}", OutputConfig=config)  # which no other test has made
    pushing.mock.notifier.deliver()

    [message] = bodies(receiver)
    [file] = message["AigcVideoCompleteEvent"]["Output"]["FileInfos"]
    assert file["MetaData"]["Duration"] == 8


def test_a_message_is_json_by_post(pushing: Any, receiver: HTTPServer) -> None:
    finished(pushing)
    pushing.mock.notifier.deliver()

    [(request, _)] = receiver.log
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")


def test_a_sign_key_signs_messages(pushing: Any, receiver: HTTPServer, clock: VirtualClock) -> None:
    pushing.call("ModifyEventConfig", {**APP, "SignKey": "k3y"})
    finished(pushing)
    pushing.mock.notifier.deliver()

    [message] = bodies(receiver)
    until = int(clock.now()) + 600
    assert (message.pop("T"), message.pop("Sign")) == (until, hashlib.md5(f"k3y{until}".encode()).hexdigest())
    assert list(message) == ["EventType", "AigcVideoCompleteEvent"]


def test_nothing_is_pushed_before_a_task_ends(pushing: Any, clock: VirtualClock) -> None:
    pushing.call("CreateAigcVideoTask", VIDEO)
    clock.advance(9)

    assert pushing.mock.notifier.deliver() == 0


def test_what_was_delivered_is_not_pushed_again(pushing: Any, clock: VirtualClock) -> None:
    finished(pushing)
    pushing.mock.notifier.deliver()
    clock.advance(days=1)

    assert pushing.mock.notifier.deliver() == 0


def test_more_than_one_batch(pushing: Any) -> None:
    for _ in range(20):
        finished(pushing)

    assert [pushing.mock.notifier.deliver() for _ in range(3)] == [16, 4, 0]


def test_an_application_that_pulls_is_left_alone(pushing: Any) -> None:
    finished(pushing, SubAppId=8)

    assert pushing.mock.notifier.deliver() == 0


@pytest.mark.parametrize("order", [(7, 8), (8, 7)], ids=["before", "after"])
def test_one_that_pulls_does_not_hinder_one_that_pushes(
    caller: Any, receiver: HTTPServer, url: str, order: tuple[int, int]
) -> None:
    made = {application: finished(caller, SubAppId=application) for application in order}
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": url})

    assert caller.mock.notifier.deliver() == 1
    [message] = bodies(receiver)
    assert message["AigcVideoCompleteEvent"]["TaskId"] == made[7]


def test_a_task_that_waited_and_that_nobody_looked_at_is_told_of(
    make_caller: Any, clock: VirtualClock, url: str, receiver: HTTPServer
) -> None:
    settings = Settings(task_seconds=10, notification_url=url, concurrency=1, over_concurrency="queue")
    caller = make_caller(MockVod(settings, clock=clock))
    made = [caller.call("CreateAigcVideoTask", VIDEO)["TaskId"] for _ in range(2)]
    clock.advance(20)

    assert caller.mock.notifier.deliver() == 2
    assert [body["AigcVideoCompleteEvent"]["TaskId"] for body in bodies(receiver)] == made


def test_the_setting_holds_for_every_application_of_every_account(
    make_caller: Any, clock: VirtualClock, url: str, receiver: HTTPServer
) -> None:
    other = Account("AKIDother", "other-key")
    settings = Settings(accounts=(DEFAULT_ACCOUNT, other), task_seconds=10, notification_url=url)
    mock = MockVod(settings, clock=clock)
    made = {finished(make_caller(mock)), finished(make_caller(mock, other), SubAppId=8)}

    assert mock.notifier.deliver() == 2
    assert {body["AigcVideoCompleteEvent"]["TaskId"] for body in bodies(receiver)} == made


# --- when it fails -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 404, 302], ids=["500", "404", "302"])
def test_a_refused_message_is_tried_three_times(
    pushing: Any, receiver: HTTPServer, clock: VirtualClock, status: int
) -> None:
    answers(receiver, *[status] * 3)
    finished(pushing)

    for _ in range(5):
        assert pushing.mock.notifier.deliver() == 0
        clock.advance(1)

    assert [(each.number, each.outcome) for each in pushing.mock.notifier.tries] == [
        (number, f"answered with status {status}") for number in (1, 2, 3)
    ]


def test_a_message_is_taken_at_the_second_try(pushing: Any, receiver: HTTPServer, clock: VirtualClock) -> None:
    answers(receiver, 503, 204)
    finished(pushing)
    pushing.mock.notifier.deliver()
    assert pushing.mock.notifier.deliver() == 0
    clock.advance(1)

    assert pushing.mock.notifier.deliver() == 1


def test_an_address_where_nobody_listens(caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": f"http://127.0.0.1:{port}/"})
    finished(caller)

    with caplog.at_level(logging.WARNING, "mockvod"):
        assert caller.mock.notifier.deliver() == 0

    assert "will be tried again" in caplog.text and "Connection refused" in caplog.text


def test_other_machines_are_not_called(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "post", lambda *_: pytest.fail("it was called"))
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": "http://example.com/hook"})
    finished(caller)
    caller.mock.notifier.deliver()

    [attempt] = caller.mock.notifier.tries
    assert attempt.outcome == (
        "example.com is not this machine; the setting allow_remote_notifications lets it be reached"
    )


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("app.localhost", True),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("localhost.example.com", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_what_this_machine_is(host: str, own: bool) -> None:
    assert is_loopback(host) == own


# --- in the background ---------------------------------------------------------------------------------------------


def test_a_live_server_pushes_by_itself(make_caller: Any, receiver: HTTPServer, url: str) -> None:
    """While the receiver asks the server back, which a delivery that blocks it could not bear."""
    seen: list[str] = []

    with LiveServer(Settings(task_seconds=0.1, notification_url=url)) as server:
        caller = make_caller(server.mock)

        def ask_back(request: Request) -> Response:
            task_id = json.loads(request.data)["AigcVideoCompleteEvent"]["TaskId"]
            seen.append(caller.call("DescribeTaskDetail", {"TaskId": task_id})["Status"])
            return Response("")

        receiver.clear()
        receiver.expect_oneshot_request("/hook").respond_with_handler(ask_back)
        with receiver.wait(timeout=10) as waiting:
            caller.call("CreateAigcVideoTask", VIDEO)

    assert waiting.result and seen == ["FINISH"]


def pushers() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name == "mockvod-notifier"}


def test_a_notifier_can_be_started_again(pushing: Any, receiver: HTTPServer) -> None:
    before, notifier, seen = pushers(), pushing.mock.notifier, []
    for _ in range(2):
        receiver.clear()
        receiver.expect_oneshot_request("/hook").respond_with_data("")
        with receiver.wait(timeout=10):
            notifier.start()
            finished(pushing)
        notifier.stop()
        seen.append((len(notifier.tries), pushers() - before))

    assert seen == [(1, set()), (2, set())]


def test_a_notifier_that_was_not_stopped_does_not_keep_the_process_alive(mock: MockVod) -> None:
    before = pushers()
    mock.notifier.start()
    [thread] = pushers() - before

    assert thread.daemon
    mock.notifier.stop()


def test_a_notifier_that_was_never_started_can_be_stopped(mock: MockVod) -> None:
    before = pushers()
    mock.notifier.stop()

    assert pushers() == before


def test_a_notifier_that_failed_goes_on(caller: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    notifier, rounds = caller.mock.notifier, iter([RuntimeError("a bug"), 0])

    def set_out(*, wait: bool) -> int:
        outcome = next(rounds, None)
        if outcome is None:
            notifier._stopped.set()
        if isinstance(outcome, Exception):
            raise outcome
        return 0

    monkeypatch.setattr(notifier, "_set_out", set_out)
    notifier.start()
    notifier._thread.join(timeout=10)

    assert next(rounds, "used up") == "used up"
    assert [each.getMessage() for each in caplog.records if each.name == "mockvod"] == [
        "mockvod failed to push events: please report it"
    ]

"""What is remembered and logged of each try to push an event, and what the handles of fetched events are worth."""

from __future__ import annotations

import base64
import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.events.claims import sign
from mockvod.service.events.push import Notification
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

NOW = 1_735_689_600
APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
OTHER = Account("AKIDother", "other-key")


@pytest.fixture(scope="module")
def receiver() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def settings() -> Settings:
    accounts = (DEFAULT_ACCOUNT, OTHER)
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10, accounts=accounts)


def answering(receiver: HTTPServer, *statuses: int) -> str:
    """The address of a receiver that answers with these statuses, one after the other."""
    left = list(statuses)
    receiver.clear()
    receiver.expect_request("/hook").respond_with_handler(lambda request: Response(status=left.pop(0)))
    return receiver.url_for("/hook")


def pushes(caller: Any, url: str, **more: Any) -> None:
    assert "Error" not in caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": url, **more})


def finished(caller: Any) -> str:
    task_id: str = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    caller.mock.clock.advance(10)
    return task_id


def test_tries_are_remembered_whole(
    caller: Any, mock: MockVod, clock: VirtualClock, receiver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    url = answering(receiver, 500, 404, 503)
    pushes(caller, url)
    finished(caller)

    with caplog.at_level(logging.INFO, "mockvod"):
        for _ in range(4):
            assert mock.notifier.deliver() == 0
            clock.advance(1)

    bodies = [json.loads(request.data) for request, _ in receiver.log]
    assert mock.notifier.tries == tuple(
        Notification(NOW + 9 + n, DEFAULT_ACCOUNT.secret_id, 7, url, bodies[0], n, f"answered with status {status}")
        for n, status in ((1, 500), (2, 404), (3, 503))
    )
    assert bodies == [bodies[0]] * 3
    assert [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "mockvod"] == [
        ("WARNING", f"AigcVideoTaskComplete to {url} failed, try 1, and will be tried again: answered with status 500"),
        ("WARNING", f"AigcVideoTaskComplete to {url} failed, try 2, and will be tried again: answered with status 404"),
        ("WARNING", f"AigcVideoTaskComplete to {url} failed, try 3, and was given up: answered with status 503"),
    ]


def test_to_be_fetched_is_no_try(caller: Any, mock: MockVod, clock: VirtualClock, receiver: HTTPServer) -> None:
    url = answering(receiver, 500, 500, 500)
    finished(caller)
    caller.call("PullEvents", APP)
    pushes(caller, url)
    clock.advance(30)
    for _ in range(4):
        mock.notifier.deliver()
        clock.advance(1)

    assert [each.number for each in mock.notifier.tries] == [1, 2, 3]


def test_what_was_given_up_is_gone(caller: Any, mock: MockVod, clock: VirtualClock, receiver: HTTPServer) -> None:
    pushes(caller, answering(receiver, 500, 500, 500))
    finished(caller)
    for _ in range(3):
        mock.notifier.deliver()
        clock.advance(1)
    caller.call("ModifyEventConfig", {**APP, "Mode": "PULL"})
    clock.advance(200)

    assert caller.call("PullEvents", APP)["Error"]["Code"] == "ResourceNotFound"


def test_a_delivered_message_is_remembered_and_not_logged(
    make_caller: Any, mock: MockVod, receiver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    caller, url = make_caller(mock, OTHER), answering(receiver, 204)
    pushes(caller, url, SignKey="k3y")
    finished(caller)

    with caplog.at_level(logging.DEBUG, "mockvod"):
        assert mock.notifier.deliver() == 1

    [(request, _)] = receiver.log
    body = json.loads(request.data)
    assert mock.notifier.tries == (Notification(NOW + 10, "AKIDother", 7, url, body, 1, "delivered"),)
    assert body.items() >= sign("k3y", NOW + 610).items()
    assert [each for each in caplog.records if each.name == "mockvod"] == []


def test_each_sees_its_own_events(make_caller: Any, mock: MockVod, receiver: HTTPServer) -> None:
    """Both accounts have an application 7; one has its events pushed and one fetches them."""
    one, other = make_caller(mock), make_caller(mock, OTHER)
    pushes(one, answering(receiver, 200))
    made, fetched = finished(one), finished(other)

    assert mock.notifier.deliver() == 1
    [body] = [json.loads(request.data) for request, _ in receiver.log]
    assert body["AigcVideoCompleteEvent"]["TaskId"] == made
    [event] = other.call("PullEvents", APP)["EventSet"]
    assert event["AigcVideoCompleteEvent"]["TaskId"] == fetched
    assert one.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"]]})["Error"]["Code"] == (
        "InvalidParameterValue"
    )
    assert "Error" not in other.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"]]})


def test_tries_are_forgotten_with_all_else(caller: Any, mock: MockVod, receiver: HTTPServer) -> None:
    pushes(caller, answering(receiver, 200))
    finished(caller)
    mock.notifier.deliver()
    snapshot, tries = mock.snapshot(), mock.notifier.tries
    mock.reset()
    assert (len(tries), mock.notifier.tries) == (1, ())

    mock.restore(snapshot)

    assert mock.notifier.tries == tries


@pytest.mark.parametrize("restored", [False, True], ids=["new", "restored"])
def test_a_thousand_tries_are_remembered(caller: Any, mock: MockVod, clock: VirtualClock, restored: bool) -> None:
    """The last thousand, also after a restore. No connection is made: the address is not one of this machine."""
    pushes(caller, "http://example.com/hook")
    for _ in range(334):
        caller.call("CreateAigcVideoTask", VIDEO)
    if restored:
        mock.restore(mock.snapshot())
    for _ in range(3):
        clock.advance(10)
        for _ in range(21):  # batches of 16
            mock.notifier.deliver()

    assert Counter(each.number for each in mock.notifier.tries) == {1: 332, 2: 334, 3: 334}


def test_text_is_sent_as_it_is(caller: Any, mock: MockVod, receiver: HTTPServer) -> None:
    pushes(caller, answering(receiver, 200))
    caller.call("CreateAigcVideoTask", {**VIDEO, "SessionContext": "生成"})
    mock.clock.advance(10)
    mock.notifier.deliver()

    [(request, _)] = receiver.log
    assert "生成".encode() in request.data


# --- handles -------------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def spoiled(handle: str, change: Any) -> str:
    return written(change(*json.loads(base64.urlsafe_b64decode(handle))))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda moment, name: [moment + 1, name], id="moment"),
        pytest.param(lambda moment, name: [moment, f"{name}.1"], id="name"),
        pytest.param(lambda moment, name: [moment, ""], id="no-name"),
        pytest.param(lambda moment, name: [moment, 5], id="number-for-a-name"),
        pytest.param(lambda moment, name: [moment], id="too-short"),
        pytest.param(lambda moment, name: [moment, name, name], id="too-long"),
        pytest.param(lambda moment, name: [[], name], id="list-for-a-moment"),
        pytest.param(lambda moment, name: ["soon", name], id="text-for-a-moment"),
        pytest.param(lambda moment, name: [10**400, name], id="endless-moment"),
        pytest.param(lambda moment, name: 5, id="number"),
    ],
)
def test_a_handle_that_was_not_given_out_confirms_nothing(caller: Any, clock: VirtualClock, change: Any) -> None:
    finished(caller)
    [event] = caller.call("PullEvents", APP)["EventSet"]
    handle = spoiled(event["EventHandle"], change)

    answer = caller.call("ConfirmEvents", {**APP, "EventHandles": [handle]})

    assert answer["Error"]["Code"] == "InvalidParameterValue"
    message = answer["Error"]["Message"]
    assert ("`EventHandles`" in message, f"`{handle[:80]}`" in message) == (True, True)
    clock.advance(30)
    assert len(caller.call("PullEvents", APP)["EventSet"]) == 1


def test_an_event_that_came_back_has_another_handle(caller: Any, clock: VirtualClock) -> None:
    finished(caller)
    handles = []
    for _ in range(2):
        [event] = caller.call("PullEvents", APP)["EventSet"]
        handles.append(event["EventHandle"])
        clock.advance(30)
    [event] = caller.call("PullEvents", APP)["EventSet"]
    handles.append(event["EventHandle"])

    codes = []
    for handle in handles:
        answer = caller.call("ConfirmEvents", {**APP, "EventHandles": [handle]})
        codes.append(answer.get("Error", {}).get("Code"))
    assert codes == ["InvalidParameterValue", "InvalidParameterValue", None]
    clock.advance(60)
    assert caller.call("PullEvents", APP)["Error"]["Code"] == "ResourceNotFound"


# --- what is stored ------------------------------------------------------------------------------------------------


def places(mock: MockVod) -> int:
    return sum(len(each) for name, each in mock.store.snapshot().indexes.items() if name.startswith("events/"))


def rows(mock: MockVod) -> int:
    return len(mock.store.snapshot().tables.get("events", {}))


def test_confirmed_events_leave_the_store(caller: Any, mock: MockVod) -> None:
    for _ in range(3):
        finished(caller)
    assert (places(mock), rows(mock)) == (3, 0)
    events = caller.call("PullEvents", APP)["EventSet"]
    assert (places(mock), rows(mock)) == (3, 3)
    caller.call("ConfirmEvents", {**APP, "EventHandles": [each["EventHandle"] for each in events]})

    assert (places(mock), rows(mock)) == (0, 0)


@pytest.mark.parametrize("fetched", [False, True], ids=["never-fetched", "fetched"])
def test_each_new_event_clears_two_away_that_were_kept_too_long(
    caller: Any, mock: MockVod, clock: VirtualClock, fetched: bool
) -> None:
    for _ in range(5):
        finished(caller)
    if fetched:
        caller.call("PullEvents", APP)
    clock.advance(days=5)
    left = []
    for _ in range(4):
        finished(caller)
        left.append((places(mock), rows(mock)))

    assert left == [(4, 3 if fetched else 0), (3, 1 if fetched else 0), (3, 0), (4, 0)]


@pytest.mark.parametrize("end", ["finish", "fail"])
def test_a_task_that_ends_before_its_time_has_one_event(
    caller: Any, mock: MockVod, clock: VirtualClock, end: str
) -> None:
    """At the moment of its end; none is left for the moment at which it was to end."""
    task_id = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    clock.advance(3)
    getattr(mock.tasks[task_id], end)()

    assert places(mock) == 1
    [event] = caller.call("PullEvents", APP)["EventSet"]
    assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id
    caller.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"]]})
    assert (places(mock), rows(mock)) == (0, 0)
    clock.advance(60)
    assert caller.call("PullEvents", APP)["Error"]["Code"] == "ResourceNotFound"

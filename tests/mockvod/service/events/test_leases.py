"""How long an event is kept back while it is being pushed, and the exact moments at which events come back or go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from mockvod.clock import VirtualClock
from mockvod.settings import Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: As many as are sent in one batch.
BATCH = 16
#: As long as a receiver may take to answer.
SLOW = 5
FOUR_DAYS = 4 * 86_400


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


@pytest.fixture(scope="module")
def receiver() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


def finished(caller: Any, number: int = 1) -> list[str]:
    """The TaskIds of so many tasks that end at the same moment, which is now."""
    made = [caller.call("CreateAigcVideoTask", VIDEO)["TaskId"] for _ in range(number)]
    caller.mock.clock.advance(10)
    return made


def pushes(caller: Any, receiver: HTTPServer, answer: Callable[[Request], None]) -> None:
    """Has the events of the application pushed; `answer` is called with each."""

    def respond(request: Request) -> Response:
        answer(request)
        return Response("")

    receiver.clear()
    receiver.expect_request("/hook").respond_with_handler(respond)
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": receiver.url_for("/hook")})


def pulled(caller: Any) -> list[str]:
    """The tasks whose events can be fetched now. Those that are fetched are hidden for half a minute."""
    answer = caller.call("PullEvents", APP)
    assert answer.get("Error", {}).get("Code") in (None, "ResourceNotFound")
    return [event["AigcVideoCompleteEvent"]["TaskId"] for event in answer.get("EventSet", [])]


def test_what_is_being_sent_is_not_handed_out_meanwhile(caller: Any, receiver: HTTPServer, clock: VirtualClock) -> None:
    """Each of a batch takes as long as it may; whoever looks for events then finds none."""
    seen: list[str] = []

    def answer(request: Request) -> None:
        clock.advance(SLOW)
        caller.call("ModifyEventConfig", {**APP, "Mode": "PULL"})
        seen.extend(pulled(caller))
        caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH"})

    finished(caller, BATCH)
    pushes(caller, receiver, answer)

    assert caller.mock.notifier.deliver() == BATCH
    assert (seen, len(receiver.log)) == ([], BATCH)
    clock.advance(days=1)
    assert caller.mock.notifier.deliver() == 0


def test_what_was_being_sent_when_all_stopped_is_sent_again(
    caller: Any, receiver: HTTPServer, clock: VirtualClock
) -> None:
    """Not at once, for whoever sent it may be alive; but some day, and the try that was cut short counts as one.

    The snapshot is what is left of a process that died.
    """
    snapshots: list[Any] = []
    finished(caller)
    pushes(caller, receiver, lambda request: snapshots.append(caller.mock.snapshot()))
    caller.mock.notifier.deliver()
    caller.mock.restore(snapshots[0])

    delivered = []
    for seconds in (0, BATCH * SLOW, 60):
        clock.advance(seconds)
        delivered.append(caller.mock.notifier.deliver())

    assert delivered == [0, 0, 1]
    assert [each.number for each in caller.mock.notifier.tries] == [2]


@pytest.mark.parametrize(
    ("seconds", "number"),
    [
        pytest.param(0.999, 0, id="before"),
        pytest.param(1, 1, id="at"),
    ],
)
def test_a_refused_event_is_sent_again_after_a_second(
    caller: Any, receiver: HTTPServer, clock: VirtualClock, seconds: float, number: int
) -> None:
    finished(caller)
    pushes(caller, receiver, lambda request: None)
    answers = [Response(status=500), Response("")]
    receiver.clear()
    receiver.expect_request("/hook").respond_with_handler(lambda request: answers.pop(0))
    assert caller.mock.notifier.deliver() == 0
    clock.advance(seconds)

    assert caller.mock.notifier.deliver() == number


@pytest.mark.parametrize("seconds", [-0.001, 0, 0.001], ids=["before", "at", "after"])
def test_an_event_comes_about_at_the_moment_at_which_its_task_ends(
    caller: Any, clock: VirtualClock, seconds: float
) -> None:
    made = finished(caller)
    clock.set(clock.now() + seconds)

    assert pulled(caller) == (made if seconds >= 0 else [])


@pytest.mark.parametrize("seconds", [-0.001, 0, 0.001], ids=["before", "at", "after"])
def test_an_event_that_was_handed_out_comes_back_after_thirty_seconds(
    caller: Any, clock: VirtualClock, seconds: float
) -> None:
    made = finished(caller)
    [event] = caller.call("PullEvents", APP)["EventSet"]
    clock.advance(30 + seconds)
    back = seconds >= 0

    # From the moment on at which it can be seen again, its old handle is void.
    confirmed = caller.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"]]})
    assert confirmed.get("Error", {}).get("Code") == ("InvalidParameterValue" if back else None)
    assert pulled(caller) == (made if back else [])


@pytest.mark.parametrize("seconds", [-0.001, 0, 0.001], ids=["before", "at", "after"])
def test_an_event_is_kept_for_four_days_to_the_moment(caller: Any, clock: VirtualClock, seconds: float) -> None:
    made = finished(caller)
    clock.advance(FOUR_DAYS + seconds)

    assert pulled(caller) == (made if seconds <= 0 else [])


def test_the_four_days_count_from_the_end_of_the_task(caller: Any, clock: VirtualClock) -> None:
    """Not from the last time at which the event was handed out, which would keep it for ever."""
    made = finished(caller)
    clock.advance(FOUR_DAYS - 30)
    first = pulled(caller)
    clock.advance(30)
    second = pulled(caller)
    clock.advance(30)

    assert (first, second, pulled(caller)) == (made, made, [])


def test_what_was_kept_too_long_does_not_hide_what_was_not(caller: Any, clock: VirtualClock) -> None:
    """More old events than one call looks at, before a new one."""
    finished(caller, 9 * BATCH)
    clock.advance(FOUR_DAYS)
    made = finished(caller)

    assert pulled(caller) == made


def test_what_was_handed_out_and_kept_too_long_does_not_hide_what_was_not(caller: Any, clock: VirtualClock) -> None:
    """The old event comes back when its four days are over."""
    finished(caller)
    clock.advance(FOUR_DAYS - 10)
    assert len(pulled(caller)) == 1
    clock.advance(10)
    made = finished(caller)
    clock.advance(20)

    assert pulled(caller) == made


def test_pushed_events_are_kept_for_four_days_too(caller: Any, receiver: HTTPServer, clock: VirtualClock) -> None:
    finished(caller)
    clock.advance(1)
    finished(caller)
    pushes(caller, receiver, lambda request: None)
    clock.advance(FOUR_DAYS - 10)

    assert caller.mock.notifier.deliver() == 1


@pytest.mark.parametrize("restores", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize("restored_before", [False, True], ids=["first-restore", "later-restore"])
def test_what_is_delivered_while_a_snapshot_comes_back_changes_nothing_of_it(
    caller: Any, receiver: HTTPServer, restores: int, restored_before: bool
) -> None:
    """It counts as delivered, but in the time that has come back it was not sent yet."""
    finished(caller)
    pushes(caller, receiver, lambda request: None)
    snapshot = caller.mock.snapshot()
    if restored_before:
        caller.mock.restore(snapshot)

    def restore(request: Request) -> None:
        for _ in range(restores):
            caller.mock.restore(snapshot)

    pushes(caller, receiver, restore)

    assert caller.mock.notifier.deliver() == 1
    assert caller.mock.notifier.tries == ()
    pushes(caller, receiver, lambda request: None)
    assert caller.mock.notifier.deliver() == 1

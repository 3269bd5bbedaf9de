"""Tasks in the hands of whoever runs the mock."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.errors import TaskError
from mockvod.settings import Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", progression="manual")


def create(caller: Any, **more: Any) -> Any:
    """The handle of a new task."""
    return caller.mock.tasks[caller.call("CreateAigcVideoTask", {**VIDEO, **more})["TaskId"]]


def detail(caller: Any, handle: Any) -> tuple[str, int, int, str, str]:
    inside = caller.call("DescribeTaskDetail", {"TaskId": handle.id})["AigcVideoTask"]
    return inside["Status"], inside["Progress"], inside["ErrCode"], inside["ErrCodeExt"], inside["Message"]


def events(caller: Any) -> list[str]:
    answer = caller.call("PullEvents", APP)
    return [each["AigcVideoCompleteEvent"]["TaskId"] for each in answer.get("EventSet", [])]


def test_a_task_does_not_end_by_itself(caller: Any, clock: VirtualClock) -> None:
    handle = create(caller)
    clock.advance(days=2)

    assert (handle.status, detail(caller, handle)[:2]) == ("PROCESSING", ("PROCESSING", 0))


def test_progress(caller: Any) -> None:
    handle = create(caller)
    handle.progress(50)

    assert detail(caller, handle)[:2] == ("PROCESSING", 50)


def test_all_done_and_not_finished(caller: Any) -> None:
    """Seen for a moment in live answers: Progress 100 while PROCESSING, and no file yet."""
    handle = create(caller)
    handle.progress(100)

    inside = caller.call("DescribeTaskDetail", {"TaskId": handle.id})["AigcVideoTask"]
    assert (inside["Status"], inside["Progress"], inside["Output"]["FileInfos"]) == ("PROCESSING", 100, [])


def test_finish(caller: Any, clock: VirtualClock) -> None:
    handle = create(caller)
    clock.advance(30)
    handle.finish()

    answer = caller.call("DescribeTaskDetail", {"TaskId": handle.id})
    assert (answer["Status"], answer["FinishTime"]) == ("FINISH", "2025-01-01T00:00:30Z")
    assert len(answer["AigcVideoTask"]["Output"]["FileInfos"]) == 1


def test_finish_before_its_time_moves_the_event(make_caller: Any, clock: VirtualClock) -> None:
    caller = make_caller(MockVod(Settings(rate_limit="off", task_seconds=60), clock=clock))
    handle = create(caller)
    clock.advance(1)
    handle.finish()
    assert events(caller) == [handle.id]
    clock.advance(31)
    [again] = caller.call("PullEvents", APP)["EventSet"]
    caller.call("ConfirmEvents", {**APP, "EventHandles": [again["EventHandle"]]})
    clock.advance(60)

    assert events(caller) == []


@pytest.mark.parametrize(
    ("arguments", "named", "shown"),
    [
        pytest.param((), {}, (70000, "InternalError"), id="default"),
        pytest.param(("TaskTimeout",), {}, (70000, "TaskTimeout"), id="known"),
        pytest.param(("Invented", "so it is"), {"code": 40000}, (40000, "Invented"), id="invented"),
        pytest.param(("",), {"code": 60000}, (60000, ""), id="no-ext"),
    ],
)
def test_fail(caller: Any, arguments: Any, named: Any, shown: Any) -> None:
    handle = create(caller)
    handle.fail(*arguments, **named)

    status, progress, *failure, _ = detail(caller, handle)
    assert (status, progress, tuple(failure)) == ("FINISH", 100, shown)


def test_a_failure_has_its_usual_message_or_the_given_one(caller: Any) -> None:
    usual, own = create(caller), None
    usual.fail("TaskTimeout")
    own = create(caller)
    own.fail("TaskTimeout", "the kettle was on")

    assert (detail(caller, usual)[4], detail(caller, own)[4]) == ("task timeout", "the kettle was on")


def test_an_end_makes_room_for_the_next(caller: Any) -> None:
    create(caller).finish()
    second = create(caller)

    assert second.status == "PROCESSING"
    second.finish()
    assert detail(caller, second)[2] == 0


def test_to_end_a_task_that_was_turned_away_makes_no_room(make_caller: Any, clock: VirtualClock) -> None:
    """Its planned end is that of the one that runs: 4 s from now, and 10 s from then."""
    caller = make_caller(MockVod(Settings(rate_limit="off", task_seconds=10), clock=clock))
    create(caller)
    clock.advance(6)
    create(caller).finish()

    third = create(caller)
    clock.advance(4)

    assert detail(caller, third)[3] == "RequestLimitExceeded"


def test_an_end_starts_what_waits(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(rate_limit="off", progression="manual", over_concurrency="queue")
    caller = make_caller(MockVod(settings, clock=clock))
    first, second = create(caller), create(caller)
    assert [first.status, second.status] == ["PROCESSING", "WAITING"]

    first.finish()

    assert second.status == "PROCESSING"


def test_one_too_many_fails_without_being_told(caller: Any, clock: VirtualClock) -> None:
    create(caller)
    second = create(caller)
    clock.advance(1)

    assert detail(caller, second)[3] == "RequestLimitExceeded"


def test_a_task_tells_of_its_request(caller: Any) -> None:
    handle = create(caller)

    assert (handle.action, handle.params["Prompt"], repr(handle)) == (
        "CreateAigcVideoTask",
        "a cat",
        f"<task {handle.id}: PROCESSING>",
    )


def test_all_tasks_oldest_first(make_caller: Any, clock: VirtualClock) -> None:
    caller = make_caller(MockVod(Settings(rate_limit="off", concurrency="off"), clock=clock))
    made = []
    for _ in range(3):
        made.append(create(caller).id)
        clock.advance(1)

    assert ([each.id for each in caller.mock.tasks], len(caller.mock.tasks)) == (made, 3)


# --- what cannot be ------------------------------------------------------------------------------------------------


def test_an_unknown_task(caller: Any) -> None:
    with pytest.raises(TaskError) as refusal:
        caller.mock.tasks["7-AigcVideoTask-nonsense"]

    assert str(refusal.value) == "there is no task '7-AigcVideoTask-nonsense'; mock.tasks lists those that exist"
    assert isinstance(refusal.value, KeyError)


def test_a_task_ends_once(caller: Any) -> None:
    handle = create(caller)
    handle.finish()

    with pytest.raises(TaskError, match="is FINISH: only a task that is PROCESSING can be changed"):
        handle.fail()


def test_a_waiting_task_is_not_told_anything(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(rate_limit="off", progression="manual", over_concurrency="queue")
    caller = make_caller(MockVod(settings, clock=clock))
    create(caller)

    with pytest.raises(TaskError, match="is WAITING"):
        create(caller).finish()


@pytest.mark.parametrize("percent", [-1, 101, 1.5, True, "50"])
def test_progress_that_cannot_be(caller: Any, percent: Any) -> None:
    with pytest.raises(TaskError, match="not a whole number from 0 to 100"):
        create(caller).progress(percent)


def test_success_is_no_failure(caller: Any) -> None:
    with pytest.raises(TaskError, match="use finish"):
        create(caller).fail(code=0)

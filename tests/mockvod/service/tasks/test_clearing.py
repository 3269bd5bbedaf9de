"""How long tasks are known, and that what is over leaves the store, while files of the library stay."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.scripts import fail, finish
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
SECONDS = 10
DAY = 86_400
WEEK = 7 * DAY


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=SECONDS)


def made(caller: Any, **more: Any) -> str:
    task_id: str = caller.call("CreateAigcVideoTask", {**VIDEO, **more})["TaskId"]
    return task_id


def code_of(caller: Any, task_id: str) -> str | None:
    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def known(mock: MockVod) -> list[str]:
    """The tasks that can still be asked for."""
    assert len(mock.tasks) == len(list(mock.tasks))
    return [task.id for task in mock.tasks]


def stored(mock: MockVod) -> int:
    """How many tasks the store holds."""
    return len(mock.store.snapshot().tables.get("tasks", {}))


def entries(mock: MockVod) -> int:
    """How many places in the orders of tasks the store holds."""
    return sum(len(each) for name, each in mock.store.snapshot().indexes.items() if name.startswith("tasks/"))


@pytest.mark.parametrize(
    ("seconds", "there"),
    [
        pytest.param(SECONDS + WEEK - 0.001, True, id="before"),
        pytest.param(SECONDS + WEEK, False, id="at"),
    ],
)
def test_a_task_is_known_for_seven_days_after_its_end(
    mock: MockVod, caller: Any, clock: VirtualClock, seconds: float, there: bool
) -> None:
    task_id = made(caller)
    clock.advance(seconds)

    # One that is known can be asked for during three days only.
    assert code_of(caller, task_id) == ("ResourceNotFound" if there else "InvalidParameterValue.TaskId")
    assert known(mock) == ([task_id] if there else [])


@pytest.mark.parametrize(
    ("seconds", "there"),
    [
        pytest.param(-0.001, False, id="before-its-end"),
        pytest.param(0, True, id="from-its-end-on"),
        pytest.param(WEEK - 0.001, True, id="just-before-it-goes"),
        pytest.param(WEEK, False, id="when-it-goes"),
        pytest.param(2 * WEEK, False, id="after"),
    ],
)
def test_a_temporary_result_can_be_fetched_for_seven_days(
    mock: MockVod, caller: Any, clock: VirtualClock, seconds: float, there: bool
) -> None:
    task_id = made(caller)
    clock.advance(SECONDS)
    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    path = urlsplit(detail["Output"]["FileInfos"][0]["FileUrl"]).path
    clock.set(clock.now() + seconds)

    assert (mock.media(path) is not None) == there


@pytest.mark.parametrize(("seconds", "there"), [(WEEK - 0.001, True), (WEEK, False)], ids=["before", "at"])
def test_the_result_of_a_task_that_is_known_for_longer_goes_as_soon(
    mock: MockVod, caller: Any, clock: VirtualClock, seconds: float, there: bool
) -> None:
    """The task is kept for its events, which come days later."""
    mock.tasks.script("CreateAigcVideoTask", [finish(event_delay=5 * DAY)])
    task_id = made(caller)
    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    path = urlsplit(detail["Output"]["FileInfos"][0]["FileUrl"]).path
    clock.advance(seconds)

    assert (known(mock), mock.media(path) is not None) == ([task_id], there)


@pytest.mark.parametrize("end", [finish(event_delay=5 * DAY), fail("TaskTimeout", event_delay=5 * DAY)])
def test_a_task_is_known_as_long_as_its_events_are(
    mock: MockVod, caller: Any, clock: VirtualClock, end: dict[str, Any]
) -> None:
    mock.tasks.script("CreateAigcVideoTask", [end])
    task_id = made(caller)

    clock.advance(9 * DAY - 1)
    [event] = caller.call("PullEvents", APP)["EventSet"]
    assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id
    clock.advance(62)
    assert known(mock) == []


def test_a_task_that_does_not_end_is_not_forgotten(mock: MockVod, caller: Any, clock: VirtualClock) -> None:
    stuck = made(caller, Prompt="[[stuck]]")
    for _ in range(20):
        made(caller)
        clock.advance(DAY)

    assert stuck in known(mock)


def test_under_steady_traffic_no_more_is_stored_than_can_be_asked_for(
    mock: MockVod, caller: Any, clock: VirtualClock
) -> None:
    rows, places = [], []
    for _ in range(30):
        made(caller)
        rows.append(stored(mock))
        places.append(entries(mock))
        clock.advance(DAY)

    # That of seven days ago is over ten seconds later than the new one comes.
    assert rows == [1, 2, 3, 4, 5, 6, 7, *[8] * 23]
    assert places == [2 * each for each in rows]


def test_a_new_task_clears_away_two_that_are_over(mock: MockVod, caller: Any, clock: VirtualClock) -> None:
    old = [made(caller) for _ in range(5)]
    clock.advance(WEEK + SECONDS + 1)
    rows = []
    for _ in range(4):
        made(caller)
        rows.append((stored(mock), entries(mock) // 2, len(known(mock))))

    assert rows == [(4, 4, 1), (3, 3, 2), (3, 3, 3), (4, 4, 4)]
    assert not set(old) & set(known(mock))


def test_only_tasks_of_the_same_application_are_cleared_away(make_caller: Any, clock: VirtualClock) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(
        Settings(rate_limit="off", concurrency="off", task_seconds=SECONDS, accounts=(DEFAULT_ACCOUNT, other)),
        clock=clock,
    )
    caller, stranger = make_caller(mock), make_caller(mock, other)
    for _ in range(2):
        made(caller)
        made(caller, SubAppId=8)
        made(stranger)
    clock.advance(WEEK + SECONDS + 1)

    made(caller)

    assert stored(mock) == 1 + 4


def test_what_is_over_is_cleared_away_past_a_task_whose_events_come_later(
    mock: MockVod, caller: Any, clock: VirtualClock
) -> None:
    mock.tasks.script("CreateAigcVideoTask", [finish(event_delay=20 * DAY)], times=3)
    late = [made(caller) for _ in range(3)]
    for _ in range(3):
        made(caller)
    clock.advance(WEEK + SECONDS + 1)
    recent = [made(caller) for _ in range(3)]

    assert (known(mock), stored(mock), entries(mock)) == (late + recent, 6, 12)
    clock.advance(17 * DAY + 60)
    last = [made(caller) for _ in range(3)]
    assert (known(mock), stored(mock), entries(mock)) == (last, 3, 6)


# --- what lives on -------------------------------------------------------------------------------------------------


def file_of(caller: Any, task_id: str) -> str:
    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    file_id: str = detail["Output"]["FileInfos"][0]["FileId"]
    return file_id


def is_in_the_library(caller: Any, file_id: str) -> bool:
    answer = caller.call("DescribeMediaInfos", {**APP, "FileIds": [file_id]})
    found = [each["FileId"] for each in answer["MediaInfoSet"]]
    assert found in ([], [file_id])
    return found == [file_id]


@pytest.mark.parametrize("cleared", [False, True], ids=["over", "cleared-away"])
def test_a_file_of_the_library_stays_when_its_task_is_over(
    mock: MockVod, caller: Any, clock: VirtualClock, cleared: bool
) -> None:
    task_id = made(caller, OutputConfig={"StorageMode": "Permanent"})
    clock.advance(SECONDS)
    file_id = file_of(caller, task_id)
    clock.advance(WEEK)
    if cleared:
        made(caller)
    clock.advance(1)

    assert is_in_the_library(caller, file_id)
    assert task_id not in known(mock)
    assert code_of(caller, task_id) == "InvalidParameterValue.TaskId"
    listed = caller.call("DescribeTasks", APP)["TaskSet"]
    assert task_id not in [each["TaskId"] for each in listed]


@pytest.mark.parametrize("cleared", [False, True], ids=["over", "cleared-away"])
def test_a_deleted_file_takes_its_task_with_it_once_that_is_over(
    mock: MockVod, caller: Any, clock: VirtualClock, cleared: bool
) -> None:
    task_id = made(caller, OutputConfig={"StorageMode": "Permanent"})
    clock.advance(SECONDS)
    file_id = file_of(caller, task_id)
    clock.advance(WEEK)
    if cleared:
        made(caller)
        assert stored(mock) == 2

    assert "Error" not in caller.call("DeleteMedia", {**APP, "FileId": file_id})

    assert not is_in_the_library(caller, file_id)
    clock.advance(WEEK + SECONDS)
    made(caller)
    made(caller)
    assert stored(mock) == 2


def test_a_deleted_file_leaves_its_task_known_until_that_is_over(
    mock: MockVod, caller: Any, clock: VirtualClock
) -> None:
    task_id = made(caller, OutputConfig={"StorageMode": "Permanent"})
    clock.advance(SECONDS)
    caller.call("DeleteMedia", {**APP, "FileId": file_of(caller, task_id)})

    assert code_of(caller, task_id) is None
    assert known(mock) == [task_id]
    clock.advance(WEEK)
    made(caller)
    assert stored(mock) == 1


@pytest.mark.parametrize("failed", [True, False], ids=["failed", "well"])
def test_a_task_that_made_no_file_does_not_live_on(
    mock: MockVod, caller: Any, clock: VirtualClock, failed: bool
) -> None:
    made(caller, OutputConfig={"StorageMode": "Permanent"}, Prompt="[[fail:TaskTimeout]]" if failed else "a cat")
    clock.advance(WEEK + SECONDS)
    made(caller)

    assert stored(mock) == (1 if failed else 2)


# --- the bill ------------------------------------------------------------------------------------------------------


def test_the_bill_goes_on_telling_of_what_was_cleared_away(mock: MockVod, caller: Any, clock: VirtualClock) -> None:
    for _ in range(3):
        made(caller)
    clock.advance(SECONDS)
    before = mock.bill
    clock.advance(2 * WEEK)
    assert mock.bill.cny == before.cny > 0
    for _ in range(3):
        made(caller)
    clock.advance(SECONDS)

    assert stored(mock) == 3
    assert (mock.bill.cny, mock.bill.total.lines) == (2 * before.cny, 6)

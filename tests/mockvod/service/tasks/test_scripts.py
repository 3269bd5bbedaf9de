"""Tasks that follow a script instead of the clock."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from mockvod import scripts
from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.errors import MockvodError, ScriptError
from mockvod.scripts import PendingScript, describe_error, fail, finish, outer_finish, progress, waiting
from mockvod.service.account.purchases import purchases
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
IMAGE = {**APP, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}
PERMANENT = {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}}
ACTION = "CreateAigcVideoTask"
UNFINISHED = {"FileInfos": [], "ProcedureTaskIds": [], "Usage": {"InputTokens": 0, "ThoughtTokens": 0}}
NO_TIME = "0001-01-01T00:00:00Z"


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


@pytest.fixture
def lanes(make_caller: Any, clock: VirtualClock) -> Any:
    """Makes a caller of a mock in which one video task runs at a time."""

    def make(over_concurrency: Any) -> Any:
        settings = Settings(rate_limit="off", over_concurrency=over_concurrency, task_seconds=10)
        return make_caller(MockVod(settings, clock=clock))

    return make


def started(caller: Any, *steps: Any, params: Any = VIDEO, action: str = ACTION) -> str:
    """The TaskId of a new task that follows `steps`."""
    caller.mock.tasks.script(action, steps)
    task_id: str = caller.call(action, params)["TaskId"]
    return task_id


def ask(caller: Any, task_id: str) -> Any:
    """The answer to DescribeTaskDetail, which keeps its contract."""
    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})
    assert [each for each in validate_response("DescribeTaskDetail", answer) if each.severity == "error"] == []
    return answer


def told(caller: Any, task_id: str) -> tuple[str, str, int]:
    """Status outside and inside, and Progress."""
    answer = ask(caller, task_id)
    inside = answer["AigcVideoTask"]
    return answer["Status"], inside["Status"], inside["Progress"]


def percents(caller: Any, task_id: str, count: int) -> list[int]:
    return [told(caller, task_id)[2] for _ in range(count)]


def listed(caller: Any, **params: Any) -> list[tuple[str, str]]:
    """Status and FinishTime of each task in the list."""
    answer = caller.call("DescribeTasks", {**APP, **params})
    return [(each["Status"], each["FinishTime"]) for each in answer["TaskSet"]]


def events(caller: Any) -> list[str]:
    answer = caller.call("PullEvents", APP)
    return [each["AigcVideoCompleteEvent"]["TaskId"] for each in answer.get("EventSet", [])]


def result(caller: Any, task_id: str) -> dict[str, Any]:
    [file] = ask(caller, task_id)["AigcVideoTask"]["Output"]["FileInfos"]
    found: dict[str, Any] = file
    return found


def downloaded(caller: Any, url: str) -> bytes | None:
    file = caller.mock.media(url.removeprefix(caller.mock.settings.media_url))
    return file.content if file else None


# --- steps on the way ----------------------------------------------------------------------------------------------


def test_progress_goes_on_with_each_call_and_may_go_back(caller: Any) -> None:
    task_id = started(caller, progress(80), progress(40, 2), progress(100), finish())

    assert [told(caller, task_id) for _ in range(5)] == [
        ("PROCESSING", "PROCESSING", 80),
        ("PROCESSING", "PROCESSING", 40),
        ("PROCESSING", "PROCESSING", 40),
        ("PROCESSING", "PROCESSING", 100),
        ("FINISH", "FINISH", 100),
    ]


def test_all_done_and_no_file_yet(caller: Any) -> None:
    """Seen for a moment in live answers."""
    task_id = started(caller, progress(100), finish())

    assert ask(caller, task_id)["AigcVideoTask"]["Output"] == UNFINISHED


def test_time_alone_does_not_move_a_step_of_calls(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(30), finish())
    clock.advance(days=2)

    assert (listed(caller), percents(caller, task_id, 1)) == ([("PROCESSING", NO_TIME)], [30])


def test_calls_do_not_move_a_step_of_seconds(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(30, seconds=60), finish())
    clock.advance(59)

    assert percents(caller, task_id, 3) == [30, 30, 30]


@pytest.mark.parametrize(("seconds", "shown"), [(0, 10), (4, 10), (5, 90), (6.4, 90), (6.5, 20), (99, 20)])
def test_steps_of_seconds(caller: Any, clock: VirtualClock, seconds: float, shown: int) -> None:
    task_id = started(caller, progress(10, seconds=5), progress(90, seconds=1.5), progress(20))
    clock.advance(seconds)

    assert percents(caller, task_id, 1) == [shown]


def test_seconds_after_calls_count_from_the_last_call(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(10), progress(20, seconds=5), progress(30), finish())
    clock.advance(60)
    first = percents(caller, task_id, 1)
    clock.advance(4)
    second = percents(caller, task_id, 1)
    clock.advance(1)

    assert (first, second, percents(caller, task_id, 2)) == ([10], [20], [30, 100])


def test_calls_after_seconds_count_from_the_step_that_they_are_shown(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(10, seconds=5), progress(20, polls=2), finish())
    percents(caller, task_id, 3)
    clock.advance(5)

    assert percents(caller, task_id, 3) == [20, 20, 100]


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        pytest.param(progress(70), ("PROCESSING", "PROCESSING", 70), id="progress"),
        pytest.param(progress(70, seconds=1), ("PROCESSING", "PROCESSING", 70), id="progress-seconds"),
        pytest.param(outer_finish(), ("FINISH", "PROCESSING", 0), id="outer-finish"),
        pytest.param(waiting(), ("WAITING", "PROCESSING", 0), id="waiting"),
    ],
)
def test_the_last_step_stays_unless_it_is_an_end(caller: Any, clock: VirtualClock, last: Any, shown: Any) -> None:
    task_id = started(caller, last)
    before = [told(caller, task_id) for _ in range(3)]
    clock.advance(days=2)

    assert [*before, told(caller, task_id)] == [shown] * 4


def test_outer_finish_is_no_end(caller: Any) -> None:
    task_id = started(caller, progress(60), outer_finish(), finish())
    ask(caller, task_id)

    answer = ask(caller, task_id)

    inside = answer["AigcVideoTask"]
    assert (answer["Status"], answer["FinishTime"]) == ("FINISH", NO_TIME)
    assert (inside["Status"], inside["Progress"], inside["Output"]) == ("PROCESSING", 60, UNFINISHED)


def test_outer_finish_in_the_list(caller: Any) -> None:
    started(caller, outer_finish())

    assert listed(caller, Status="FINISH") == listed(caller) == [("FINISH", NO_TIME)]


def test_outer_finish_has_no_event(caller: Any) -> None:
    started(caller, outer_finish(), finish())

    assert events(caller) == []


def test_waiting(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, waiting(2), progress(10), finish())
    seen = []
    for _ in range(3):
        clock.advance(1)
        answer = ask(caller, task_id)
        seen.append((answer["Status"], answer["BeginProcessTime"]))

    assert seen == [("WAITING", NO_TIME), ("WAITING", NO_TIME), ("PROCESSING", "2025-01-01T00:00:02Z")]


def test_waiting_for_seconds(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, waiting(seconds=4), finish())
    before = ask(caller, task_id)
    clock.advance(4)
    after = ask(caller, task_id)

    assert [(each["Status"], each["BeginProcessTime"]) for each in (before, after)] == [
        ("WAITING", NO_TIME),
        ("FINISH", "2025-01-01T00:00:04Z"),
    ]


def test_the_work_has_begun_with_the_first_step_that_does_not_wait(caller: Any, clock: VirtualClock) -> None:
    """However often it is asked for meanwhile, and however the steps are left."""
    steps = (waiting(seconds=2), progress(10), progress(20, polls=2), progress(30, seconds=5), progress(40), finish())
    task_id = started(caller, *steps)
    seen = []
    for _ in range(6):
        clock.advance(3)
        answer = ask(caller, task_id)
        seen.append((answer["AigcVideoTask"]["Progress"], answer["BeginProcessTime"]))

    assert seen == [(each, "2025-01-01T00:00:02Z") for each in (10, 20, 20, 30, 40, 100)]


def test_the_work_has_begun_at_once_where_no_step_waits(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(10), progress(20), finish())
    seen = []
    for _ in range(3):
        clock.advance(3)
        seen.append(ask(caller, task_id)["BeginProcessTime"])

    assert seen == ["2025-01-01T00:00:00Z"] * 3


def test_a_task_that_waits_again_has_no_progress(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(50, seconds=2), waiting(seconds=2), progress(60, seconds=2), finish())
    seen = []
    for _ in range(4):
        seen.append(told(caller, task_id)[2])
        clock.advance(2)

    assert seen == [50, 0, 60, 100]


def test_waiting_in_the_list(caller: Any) -> None:
    started(caller, waiting(), finish())

    assert listed(caller, Status="WAITING") == [("WAITING", NO_TIME)]


@pytest.mark.parametrize("how", [{"polls": 5}, {"seconds": 5}], ids=["calls", "seconds"])
def test_a_task_that_its_script_has_wait_can_be_aborted(caller: Any, clock: VirtualClock, how: Any) -> None:
    task_id = started(caller, waiting(**how), finish())
    answer = caller.call("ManageTask", {**APP, "TaskId": task_id, "OperationType": "Abort"})
    clock.advance(60)

    assert "Error" not in answer
    assert (told(caller, task_id)[0], listed(caller), events(caller)) == ("ABORTED", [("ABORTED", NO_TIME)], [])


def test_a_task_that_its_script_has_wait_gives_its_place_back_when_it_is_aborted(lanes: Any) -> None:
    caller = lanes("fail")
    task_id = started(caller, waiting(5), finish())
    caller.call("ManageTask", {**APP, "TaskId": task_id, "OperationType": "Abort"})
    second = caller.call(ACTION, VIDEO)["TaskId"]
    caller.mock.clock.advance(10)

    assert ask(caller, second)["AigcVideoTask"]["ErrCode"] == 0


# --- DescribeTaskDetail itself -------------------------------------------------------------------------------------


def test_an_error_of_the_question_is_not_one_of_the_task(caller: Any) -> None:
    task_id = started(caller, progress(50), describe_error("InternalError", 2), progress(60), finish())
    codes = []
    for _ in range(5):
        answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})
        codes.append(answer.get("Error", {}).get("Code") or answer["AigcVideoTask"]["Progress"])

    assert codes == [50, "InternalError", "InternalError", 60, 100]
    assert ask(caller, task_id)["AigcVideoTask"]["ErrCode"] == 0


def test_an_error_of_the_question_has_a_text_and_no_trace_of_the_mock(caller: Any) -> None:
    task_id = started(caller, describe_error("RequestLimitExceeded"))

    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert validate_response("DescribeTaskDetail", answer) == ()
    assert answer["Error"]["Message"] == "calls per second over the limit"


def test_an_error_of_the_question_is_explained_in_the_journal(caller: Any) -> None:
    task_id = started(caller, describe_error("InternalError"))
    caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert list(caller.mock.journal)[-1].explanation == (
        "the script of the task has DescribeTaskDetail fail; the task goes on"
    )


def test_an_error_of_the_question_for_seconds(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, describe_error("InternalError", seconds=5), finish())
    answers = [caller.call("DescribeTaskDetail", {"TaskId": task_id}) for _ in range(2)]
    clock.advance(5)

    assert [answer["Error"]["Code"] for answer in answers] == ["InternalError", "InternalError"]
    assert told(caller, task_id) == ("FINISH", "FINISH", 100)


def test_an_error_of_the_question_is_not_held_back(make_caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a call is that has nothing to hand out yet, where the clock passes."""
    slept: list[float] = []
    monkeypatch.setattr("mockvod.call.drivers.sleep", slept.append)
    caller = make_caller(MockVod(Settings(rate_limit="off"), clock=SystemClock()))
    task_id = started(caller, describe_error("InternalError"), progress(5))

    assert caller.call("DescribeTaskDetail", {"TaskId": task_id})["Error"]["Code"] == "InternalError"
    assert (percents(caller, task_id, 1), slept) == ([5], [])


def test_the_list_goes_on_while_the_question_fails(caller: Any) -> None:
    started(caller, describe_error("InternalError"))

    assert listed(caller) == [("PROCESSING", NO_TIME)]


def test_a_refused_question_does_not_count(caller: Any) -> None:
    task_id = started(caller, progress(1), progress(2), finish())
    caller.call("DescribeTaskDetail", {"TaskId": task_id, "SubAppId": 8})

    assert percents(caller, task_id, 2) == [1, 2]


# --- ends ----------------------------------------------------------------------------------------------------------


def test_the_end_comes_with_the_last_call_before_it(caller: Any, clock: VirtualClock) -> None:
    """Lists and events know of it before anybody asks again."""
    task_id = started(caller, progress(50), finish())
    clock.advance(7)
    assert (events(caller), told(caller, task_id)[0]) == ([], "PROCESSING")
    clock.advance(5)

    assert (listed(caller), events(caller)) == ([("FINISH", "2025-01-01T00:00:07Z")], [task_id])
    assert ask(caller, task_id)["FinishTime"] == "2025-01-01T00:00:07Z"


def test_the_end_comes_with_the_clock_although_nobody_asks(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(50, seconds=3), waiting(seconds=4), finish())
    clock.advance(6.9)
    assert (listed(caller), events(caller)) == ([("WAITING", NO_TIME)], [])
    clock.advance(5)

    assert (listed(caller), events(caller)) == ([("FINISH", "2025-01-01T00:00:07Z")], [task_id])


def test_the_end_that_the_last_call_brings_nearer(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(50), progress(60, seconds=5), fail("TaskTimeout"))
    ask(caller, task_id)
    clock.advance(4.9)
    before = events(caller)
    clock.advance(0.1)

    assert (before, events(caller)) == ([], [task_id])


def test_an_end_alone_is_at_once(caller: Any) -> None:
    task_id = started(caller, finish())

    assert (told(caller, task_id), events(caller)) == (("FINISH", "FINISH", 100), [task_id])


def test_a_whole_end_has_the_whole_result(caller: Any, result_of: Any) -> None:
    task_id = started(caller, finish())

    assert downloaded(caller, result(caller, task_id)["FileUrl"]) == result_of(ACTION, VIDEO, seed=1)


@pytest.mark.parametrize(("output", "shown"), [("missing", None), ("empty", UNFINISHED)])
def test_an_end_without_output(caller: Any, output: Any, shown: Any) -> None:
    task_id = started(caller, finish(output=output))

    inside = ask(caller, task_id)["AigcVideoTask"]

    assert (inside["Status"], inside["ErrCode"], inside["Progress"], inside["Output"]) == ("FINISH", 0, 100, shown)


def test_each_event_of_an_end_is_confirmed_by_itself(caller: Any, clock: VirtualClock) -> None:
    started(caller, finish(events=3))
    handles = [each["EventHandle"] for each in caller.call("PullEvents", APP)["EventSet"]]
    caller.call("ConfirmEvents", {**APP, "EventHandles": handles[:1]})
    clock.advance(30)

    assert len(set(handles)) == 3
    assert len(caller.call("PullEvents", APP)["EventSet"]) == 2


def test_until_its_end_nothing_tells_that_output_will_be_missing(caller: Any) -> None:
    task_id = started(caller, progress(50), finish(output="missing"))

    assert [ask(caller, task_id)["AigcVideoTask"]["Output"] for _ in range(2)] == [UNFINISHED, None]


@pytest.mark.parametrize(("output", "shown"), [("missing", None), ("empty", UNFINISHED)])
def test_an_event_without_output(caller: Any, output: Any, shown: Any) -> None:
    started(caller, finish(output=output))

    [event] = caller.call("PullEvents", APP)["EventSet"]

    assert event["AigcVideoCompleteEvent"]["Output"] == shown


@pytest.mark.parametrize("file", ["expired", "gone"])
def test_a_result_that_is_not_there(caller: Any, file: Any) -> None:
    task_id = started(caller, finish(file=file))

    assert downloaded(caller, result(caller, task_id)["FileUrl"]) is None


@pytest.mark.parametrize(("file", "expires"), [("expired", "2025-01-01T00:00:00Z"), ("gone", "2025-01-08T00:00:00Z")])
def test_what_is_said_of_a_result_that_is_not_there(caller: Any, file: Any, expires: str) -> None:
    assert result(caller, started(caller, finish(file=file)))["ExpireTime"] == expires


@pytest.mark.parametrize("file", ["expired", "gone"])
def test_a_result_that_is_not_there_is_not_in_the_library(caller: Any, file: Any) -> None:
    told_of = result(caller, started(caller, finish(file=file), params=PERMANENT))

    answer = caller.call("DescribeMediaInfos", {**APP, "FileIds": [told_of["FileId"]]})

    assert answer["NotExistFileIdSet"] == [told_of["FileId"]]
    assert downloaded(caller, told_of["FileUrl"]) is None


@pytest.mark.parametrize(
    ("action", "params", "field"),
    [
        pytest.param(ACTION, VIDEO, "AigcVideoTask", id="video"),
        pytest.param(ACTION, PERMANENT, "AigcVideoTask", id="video-that-stays"),
        pytest.param("CreateAigcImageTask", IMAGE, "AigcImageTask", id="picture"),
    ],
)
def test_a_broken_result_is_half_of_it(caller: Any, result_of: Any, action: str, params: Any, field: str) -> None:
    task_id = started(caller, finish(file="broken"), action=action, params=params)
    [file] = ask(caller, task_id)[field]["Output"]["FileInfos"]

    whole = result_of(action, params, seed=1)
    assert downloaded(caller, file["FileUrl"]) == whole[: len(whole) // 2]


def test_a_broken_result_is_smaller_than_what_is_said_of_it(caller: Any, result_of: Any) -> None:
    file = result(caller, started(caller, finish(file="broken")))

    assert file["MetaData"]["Size"] == len(result_of(ACTION, VIDEO, seed=1))


def test_a_broken_file_that_was_fetched(caller: Any) -> None:
    fetch = {**APP, "MediaUrl": "http://example.com/a.mp4"}
    urls = [
        ask(caller, started(caller, finish(file=file), params=fetch, action="PullUpload"))["PullUploadTask"]["FileUrl"]
        for file in ("whole", "broken", "gone")
    ]

    whole, broken, gone = (downloaded(caller, url) for url in urls)
    assert whole is not None and broken is not None
    assert (len(broken), gone) == (len(whole) // 2, None)


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        pytest.param(fail("TaskTimeout"), (70000, "TaskTimeout", "task timeout"), id="usual"),
        pytest.param(
            fail("InvalidParameter.VoilationContent"),
            (70000, "InvalidParameter.VoilationContent", "Input Prompt violates policy"),
            id="published-spelling",
        ),
        pytest.param(
            fail("InvalidParameter.ViolationContent"),
            (70000, "InvalidParameter.ViolationContent", "Input Prompt violates policy"),
            id="live-spelling",
        ),
        pytest.param(fail("Invented", "so it is", 40000), (40000, "Invented", "so it is"), id="invented"),
        pytest.param(fail("Invented"), (70000, "Invented", ""), id="invented-without-message"),
        pytest.param(fail(""), (70000, "", ""), id="no-ext"),
    ],
)
def test_fail(caller: Any, step: Any, shown: Any) -> None:
    inside = ask(caller, started(caller, step))["AigcVideoTask"]

    assert (inside["Status"], inside["Progress"], inside["Output"]) == ("FINISH", 100, UNFINISHED)
    assert (inside["ErrCode"], inside["ErrCodeExt"], inside["Message"]) == shown


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        pytest.param(waiting(), "running", id="waiting"),
        pytest.param(outer_finish(), "running", id="outer-finish"),
        pytest.param(finish(), "finished", id="finish"),
        pytest.param(fail("TaskTimeout"), "failed", id="fail"),
    ],
)
def test_the_bill_follows_the_script(caller: Any, step: Any, outcome: str) -> None:
    started(caller, step)

    with caller.mock.store.transaction() as transaction:
        tasks = TaskBook(transaction, caller.mock.clock.now())
        bought = purchases(tasks, caller.account.secret_id, caller.mock.settings)
    assert [each.outcome for each in bought] == [outcome]


def test_a_request_that_fails_by_itself_fails_for_all_its_script_says(caller: Any) -> None:
    """There is nothing that such a task could have brought."""
    gone = f"{caller.mock.settings.media_url}/7vodcq7/nothing.mp4"
    task_id = started(caller, finish(), params={**APP, "MediaUrl": gone}, action="PullUpload")

    assert ask(caller, task_id)["PullUploadTask"]["ErrCode"] != 0


# --- events --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_event_comes_as_often_as_the_script_says(caller: Any, count: int) -> None:
    task_id = started(caller, progress(5), finish(events=count))
    ask(caller, task_id)

    assert events(caller) == [task_id] * count


def test_each_of_the_same_events_is_confirmed_by_itself(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, finish(events=2))
    first, _ = caller.call("PullEvents", APP)["EventSet"]
    caller.call("ConfirmEvents", {**APP, "EventHandles": [first["EventHandle"]]})
    clock.advance(31)

    assert events(caller) == [task_id]


def test_an_event_comes_later_than_the_end(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, finish(event_delay=2.5))
    clock.advance(2.4)
    before = told(caller, task_id)[0], events(caller)
    clock.advance(0.2)

    assert (before, events(caller)) == (("FINISH", []), [task_id])


def test_events_come_out_of_order(caller: Any, clock: VirtualClock) -> None:
    first = started(caller, finish(event_delay=5))
    second = started(caller, progress(5, seconds=1), fail("TaskTimeout"))
    clock.advance(5)

    assert events(caller) == [second, first]


def test_pushed_events_come_twice_and_out_of_order(caller: Any, clock: VirtualClock) -> None:
    with HTTPServer(host="127.0.0.1") as receiver:
        receiver.expect_request("/hook").respond_with_data("")
        caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH", "NotificationUrl": receiver.url_for("/hook")})
        first = started(caller, finish(event_delay=5))
        second = started(caller, finish(events=2))
        caller.mock.notifier.deliver()
        clock.advance(5)
        caller.mock.notifier.deliver()
        bodies = [json.loads(request.data) for request, _ in receiver.log]

    assert [body["AigcVideoCompleteEvent"]["TaskId"] for body in bodies] == [second, second, first]


# --- lanes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([progress(5), finish()], id="calls"),
        pytest.param([progress(5, seconds=4), finish()], id="seconds"),
        pytest.param([progress(5), progress(6, seconds=4), finish()], id="seconds-after-calls"),
    ],
)
def test_the_end_makes_room_for_the_next(lanes: Any, steps: Any) -> None:
    caller = lanes("refuse")
    task_id = started(caller, *steps)
    ask(caller, task_id)
    caller.mock.clock.advance(4)

    assert "TaskId" in caller.call(ACTION, VIDEO)


@pytest.mark.parametrize("step", [progress(5), waiting(), outer_finish(), progress(5, seconds=9)])
def test_a_task_keeps_its_place_until_its_script_ends(lanes: Any, step: Any) -> None:
    caller = lanes("refuse")
    started(caller, step, progress(6), finish())
    caller.mock.clock.advance(20)

    assert caller.call(ACTION, VIDEO)["Error"]["Code"] == "RequestLimitExceeded"


def test_what_waits_for_a_task_with_a_script_starts_at_its_end(lanes: Any, clock: VirtualClock) -> None:
    caller = lanes("queue")
    first = started(caller, progress(5), progress(6, seconds=4), finish())
    second = caller.call(ACTION, VIDEO)["TaskId"]
    ask(caller, first)
    clock.advance(3)
    before = told(caller, second)[0]
    clock.advance(3)

    assert (before, ask(caller, second)["BeginProcessTime"]) == ("WAITING", "2025-01-01T00:00:04Z")


@pytest.mark.parametrize("how", [{"polls": 1}, {"seconds": 5}], ids=["calls", "seconds"])
def test_a_waiting_task_follows_its_script_when_its_turn_comes(lanes: Any, clock: VirtualClock, how: Any) -> None:
    caller = lanes("queue")
    caller.call(ACTION, VIDEO)
    second = started(caller, progress(55, **how), finish())
    before = [told(caller, second)[0] for _ in range(3)]
    clock.advance(12)
    during = told(caller, second)
    clock.advance(5)

    assert before == ["WAITING"] * 3
    assert (during, told(caller, second)[0]) == (("PROCESSING", "PROCESSING", 55), "FINISH")


def test_a_task_too_many_leaves_the_script_to_one_that_has_a_place(lanes: Any, clock: VirtualClock) -> None:
    caller = lanes("fail")
    caller.call(ACTION, VIDEO)
    turned_away = started(caller, progress(55))
    clock.advance(60)
    third = caller.call(ACTION, VIDEO)["TaskId"]

    assert ask(caller, turned_away)["AigcVideoTask"]["ErrCodeExt"] == "RequestLimitExceeded"
    assert percents(caller, third, 1) == [55]


# --- in the hands of whoever runs the mock ------------------------------------------------------------------------


def test_an_end_by_hand_goes_before_the_script(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(5, seconds=60), finish(output="missing", events=3))
    caller.mock.tasks[task_id].fail("TaskTimeout")
    failed = ask(caller, task_id)["AigcVideoTask"]["ErrCodeExt"]
    pulled = caller.call("PullEvents", APP)["EventSet"]
    caller.call("ConfirmEvents", {**APP, "EventHandles": [each["EventHandle"] for each in pulled]})
    clock.advance(100)

    assert (failed, len(pulled), events(caller)) == ("TaskTimeout", 1, [])


def test_progress_by_hand_goes_before_the_script(caller: Any) -> None:
    task_id = started(caller, progress(5))
    caller.mock.tasks[task_id].progress(77)

    assert percents(caller, task_id, 1) == [77]


def test_status_by_hand_is_the_one_of_the_task_itself(caller: Any) -> None:
    made = [started(caller, step) for step in (progress(5), waiting(), outer_finish(), finish())]

    assert [caller.mock.tasks[each].status for each in made] == ["PROCESSING", "WAITING", "PROCESSING", "FINISH"]


def test_a_clock_that_goes_back(caller: Any, clock: VirtualClock) -> None:
    task_id = started(caller, progress(50), finish())
    ask(caller, task_id)
    clock.set(clock.now() - 5)

    assert told(caller, task_id) == ("PROCESSING", "PROCESSING", 50)


# --- which tasks ---------------------------------------------------------------------------------------------------


def test_other_tasks_go_by_the_clock(caller: Any, clock: VirtualClock) -> None:
    started(caller, progress(55), finish())
    others = [caller.call(ACTION, VIDEO)["TaskId"], caller.call("CreateAigcImageTask", IMAGE)["TaskId"]]
    clock.advance(10)

    assert [ask(caller, each)["Status"] for each in others] == ["FINISH", "FINISH"]


def test_as_many_tasks_as_it_says(caller: Any) -> None:
    caller.mock.tasks.script(ACTION, [progress(55)], times=2)
    made = [caller.call(ACTION, VIDEO)["TaskId"] for _ in range(3)]

    assert [percents(caller, each, 1) for each in made] == [[55], [55], [0]]


def test_scripts_are_used_in_order(caller: Any) -> None:
    caller.mock.tasks.script(ACTION, [progress(1)])
    caller.mock.tasks.script(ACTION, [progress(2)])
    made = [caller.call(ACTION, VIDEO)["TaskId"] for _ in range(2)]

    assert [percents(caller, each, 1) for each in made] == [[1], [2]]


def test_a_script_for_one_account(make_caller: Any, clock: VirtualClock) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other), rate_limit="off"), clock=clock)
    mock.tasks.script(ACTION, [progress(55)], account="AKIDother")
    callers = make_caller(mock), make_caller(mock, other)
    made = [(each, each.call(ACTION, VIDEO)["TaskId"]) for each in callers]

    assert [percents(*each, 1) for each in made] == [[0], [55]]


def test_a_refused_call_uses_no_script(caller: Any) -> None:
    caller.mock.tasks.script(ACTION, [progress(55)])
    caller.call(ACTION, {**VIDEO, "Prompt": "[[reject:InternalError]]"})

    assert len(caller.mock.tasks.scripts) == 1


def test_every_kind_of_task_can_have_a_script(caller: Any) -> None:
    task_id = started(caller, waiting(), fail("TaskTimeout"), params={"SubjectName": "cat"}, action="CreateAigcSubject")
    ask(caller, task_id)

    assert ask(caller, task_id)["CreateAigcSubjectTask"]["ErrCodeExt"] == "TaskTimeout"


def test_what_has_not_been_used(caller: Any) -> None:
    steps = (progress(55, seconds=2), describe_error("InternalError"), fail("Invented", "so it is"))
    caller.mock.tasks.script(ACTION, steps, times=3)
    caller.mock.tasks.script(ACTION, [finish()], account="AKIDother")
    caller.call(ACTION, VIDEO)

    assert caller.mock.tasks.scripts == (
        PendingScript(ACTION, steps, None, 2),
        PendingScript(ACTION, (finish(),), "AKIDother", 1),
    )


def test_scripts_are_listed_by_action(caller: Any) -> None:
    actions = ["CreateAigcVideoTask", "CreateAigcImageTask", "CreateAigcSubject"]
    for each in actions:
        caller.mock.tasks.script(each, [finish()])

    assert [each.action for each in caller.mock.tasks.scripts] == sorted(actions)


def test_scripts_that_were_used_up_are_gone(caller: Any) -> None:
    started(caller, finish())

    assert caller.mock.tasks.scripts == ()


def test_reset_forgets_scripts(caller: Any) -> None:
    caller.mock.tasks.script(ACTION, [finish()])
    caller.mock.reset()

    assert caller.mock.tasks.scripts == ()


def test_a_restored_mock_has_the_script_where_it_was(caller: Any) -> None:
    task_id = started(caller, progress(1), progress(2), finish())
    snapshot = caller.mock.snapshot()
    percents(caller, task_id, 2)
    caller.mock.restore(snapshot)

    assert percents(caller, task_id, 2) == [1, 2]


# --- steps as JSON -------------------------------------------------------------------------------------------------

STEPS = [
    pytest.param(progress(55), {"step": "progress", "percent": 55}, id="progress"),
    pytest.param(progress(55, 3), {"step": "progress", "percent": 55, "polls": 3}, id="progress-polls"),
    pytest.param(progress(5, seconds=2.5), {"step": "progress", "percent": 5, "seconds": 2.5}, id="progress-seconds"),
    pytest.param(waiting(2), {"step": "waiting", "polls": 2}, id="waiting"),
    pytest.param(outer_finish(), {"step": "outer_finish", "polls": None, "seconds": None}, id="outer-finish"),
    pytest.param(
        describe_error("InternalError"), {"step": "describe_error", "code": "InternalError"}, id="describe-error"
    ),
    pytest.param(finish(), {"step": "finish"}, id="finish"),
    pytest.param(
        finish("empty", "gone", 2, 1.5),
        {"step": "finish", "output": "empty", "file": "gone", "events": 2, "event_delay": 1.5},
        id="finish-all",
    ),
    pytest.param(fail("TaskTimeout"), {"step": "fail", "ext": "TaskTimeout"}, id="fail"),
    pytest.param(
        fail("A", "b", 3, 0, 4),
        {"step": "fail", "ext": "A", "message": "b", "code": 3, "events": 0, "event_delay": 4},
        id="fail-all",
    ),
]


@pytest.mark.parametrize(("step", "written"), STEPS)
def test_a_step_as_an_object(caller: Any, step: Any, written: Any) -> None:
    caller.mock.tasks.script(ACTION, [written])

    assert caller.mock.tasks.scripts == (PendingScript(ACTION, (step,), None, 1),)


def test_a_script_as_an_object(caller: Any) -> None:
    caller.mock.tasks.script(ACTION, [progress(5), finish(output="empty")], times=2)

    assert [each.as_json() for each in caller.mock.tasks.scripts] == [
        {
            "action": ACTION,
            "steps": [
                {"step": "progress", "percent": 5, "polls": 1, "seconds": None},
                {"step": "finish", "output": "empty", "file": "whole", "events": 1, "event_delay": 0},
            ],
            "account": None,
            "times": 2,
        }
    ]


# --- scripts that cannot be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        pytest.param([], "steps is empty; a script needs at least one step, such as finish()", id="empty"),
        pytest.param("finish", "steps is 'finish', not a list of steps; put it in brackets", id="text"),
        pytest.param({}, "steps is {}, not a list of steps; put it in brackets", id="no-list"),
        pytest.param(
            [5],
            "step 1 is 5, not a step; use the functions of mockvod.scripts, "
            'or objects like {"step": "progress", "percent": 80}',
            id="no-step",
        ),
        pytest.param(
            [progress(5), {"step": "finnish"}],
            "step 2: there is no step 'finnish'; there are progress, waiting, outer_finish, describe_error, finish, fail",
            id="unknown",
        ),
        pytest.param(
            [{"step": ["finish"]}],
            "step 1: there is no step ['finish']; there are progress, waiting, outer_finish, describe_error, finish, fail",
            id="name-of-no-step",
        ),
        pytest.param(
            [{"step": "finish", "outptu": 1}],
            "step 1 (finish) has no member 'outptu'; it has output, file, events, event_delay",
            id="unknown-member",
        ),
        pytest.param(
            [{"step": "progress"}],
            "step 1 (progress): percent is missing; it is a whole number from 0 to 100",
            id="missing-member",
        ),
        pytest.param(
            [finish(), progress(5)],
            "step 2 comes after the end, which is step 1 (finish); leave it out",
            id="after-finish",
        ),
        pytest.param(
            [progress(5), fail("TaskTimeout"), finish()],
            "step 3 comes after the end, which is step 2 (fail); leave it out",
            id="after-fail",
        ),
        pytest.param(
            [progress(5, 1, seconds=1)],
            "step 1 (progress): polls and seconds are both given; a step lasts for one of them",
            id="polls-and-seconds",
        ),
    ],
)
def test_a_script_that_cannot_be(caller: Any, steps: Any, message: str) -> None:
    with pytest.raises(ScriptError) as refusal:
        caller.mock.tasks.script(ACTION, steps)

    assert str(refusal.value) == message


NAN, INFINITY = float("nan"), float("inf")
#: A step with its needed members, the member that is wrong, values that it does not take, and what it takes.
WRONG: list[tuple[dict[str, Any], str, list[Any], str]] = [
    ({"step": "progress"}, "percent", [-1, 101, 1.5, True, "50", None], "a whole number from 0 to 100"),
    ({"step": "waiting"}, "polls", [0, -1, 1.0, True, "2"], "a whole number from 1"),
    ({"step": "waiting"}, "seconds", [0, -1, NAN, INFINITY, True, "2"], "a number above 0, of a year at most"),
    (
        {"step": "describe_error"},
        "code",
        ["Nope", 5, ["InternalError"]],
        "a code that VOD or its gateway has, such as InternalError",
    ),
    ({"step": "finish"}, "output", ["none", None, ["empty"]], "one of whole, missing, empty"),
    ({"step": "finish"}, "file", ["none", True], "one of whole, expired, broken, gone"),
    ({"step": "finish"}, "events", [-1, 101, 1.0, True, None], "a whole number from 0 to 100"),
    ({"step": "finish"}, "event_delay", [-1, NAN, True, None], "a number of seconds from 0, of a year at most"),
    ({"step": "fail"}, "ext", [5, None], "text, the ErrCodeExt"),
    ({"step": "fail", "ext": ""}, "message", [5], "text"),
    (
        {"step": "fail", "ext": ""},
        "code",
        [0, True, "70000", None, 2**63],
        "a whole number of 64 bits but 0, which means success",
    ),
]


@pytest.mark.parametrize(
    ("step", "member", "value", "takes"),
    [
        pytest.param(step, member, value, takes, id=f"{step['step']}-{member}-{value}")
        for step, member, values, takes in WRONG
        for value in values
    ],
)
def test_a_member_that_cannot_be(caller: Any, step: dict[str, Any], member: str, value: Any, takes: str) -> None:
    with pytest.raises(ScriptError) as refusal:
        caller.mock.tasks.script(ACTION, [progress(5), {**step, member: value}])

    assert str(refusal.value) == f"step 2 ({step['step']}): {member} is {value!r}, not {takes}"


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        pytest.param("CreateAigcVideoTusk", "did you mean CreateAigcVideoTask", id="unknown"),
        pytest.param("DescribeTasks", "creates no tasks; those that do are CreateAigcAdvanced", id="no-task"),
        pytest.param("ProcessMedia", "creates no tasks", id="answered-from-its-contract"),
        pytest.param(5, "action is 5, not the name of one", id="no-name"),
    ],
)
def test_an_action_that_cannot_have_a_script(caller: Any, action: Any, hint: str) -> None:
    with pytest.raises(ScriptError, match=hint):
        caller.mock.tasks.script(action, [finish()])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *[({"times": value}, f"times is {value!r}, not a whole number from 1") for value in (0, -1, 1.0, True, None)],
        *[
            ({"account": value}, f"account is {value!r}, neither a SecretId nor None, which means any account")
            for value in ("", 5)
        ],
    ],
)
def test_arguments_that_cannot_be(caller: Any, arguments: Any, message: str) -> None:
    with pytest.raises(ScriptError) as refusal:
        caller.mock.tasks.script(ACTION, [finish()], **arguments)

    assert str(refusal.value) == message


def test_a_bad_script_is_not_kept(caller: Any) -> None:
    with pytest.raises(ScriptError):
        caller.mock.tasks.script(ACTION, [progress(5), progress(500)])

    assert caller.mock.tasks.scripts == ()


@pytest.mark.parametrize("kind", [MockvodError, ValueError])
def test_what_a_bad_script_raises(kind: type[Exception]) -> None:
    with pytest.raises(kind):
        scripts.read_steps([])

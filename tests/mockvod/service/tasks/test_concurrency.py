"""Tasks beyond the limit of those that run at a time: failed, refused, or queued; and ManageTask."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.scripts import finish, progress, waiting
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

NOW = 1_735_689_600
VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
IMAGE = {"SubAppId": 7, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}


def caller_of(make_caller: Any, account: Account = DEFAULT_ACCOUNT, **settings: Any) -> Any:
    settings = {"task_seconds": 10, "rate_limit": "off", "seed": 1, **settings}
    return make_caller(MockVod(Settings(**settings), clock=VirtualClock(NOW, tick=0)), account)


def create(caller: Any, action: str = "CreateAigcVideoTask", **more: Any) -> Any:
    params = VIDEO if action == "CreateAigcVideoTask" else IMAGE
    return caller.call(action, {**params, **more})


def status(caller: Any, task_id: str) -> str:
    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})
    assert [each for each in validate_response("DescribeTaskDetail", answer) if each.severity == "error"] == []
    text: str = answer["Status"]
    return text


def waiting_in_the_store(caller: Any) -> int:
    """How many places in queues the store holds: one for each task that waits, and one for each action of which any do."""
    indexes = caller.mock.store.snapshot().indexes
    return sum(len(entries) for name, entries in indexes.items() if name.startswith("queues"))


class TestFail:
    """The default, and what was recorded."""

    def test_one_too_many_is_accepted_and_fails(self, make_caller: Any) -> None:
        caller = caller_of(make_caller)
        first, second = (create(caller)["TaskId"] for _ in range(2))
        caller.mock.clock.advance(4)

        details = [caller.call("DescribeTaskDetail", {"TaskId": each}) for each in (first, second)]

        assert [each["Status"] for each in details] == ["PROCESSING", "FINISH"]
        failed = details[1]["AigcVideoTask"]
        assert (failed["ErrCode"], failed["ErrCodeExt"]) == (70000, "RequestLimitExceeded")
        assert "maximum concurrency" in failed["Message"]

    def test_a_failed_one_takes_no_place(self, make_caller: Any) -> None:
        caller = caller_of(make_caller)
        create(caller)
        create(caller)
        caller.mock.clock.advance(10)
        third = create(caller)["TaskId"]
        caller.mock.clock.advance(10)

        assert caller.call("DescribeTaskDetail", {"TaskId": third})["AigcVideoTask"]["ErrCode"] == 0

    def test_actions_have_lanes_of_their_own(self, make_caller: Any) -> None:
        caller = caller_of(make_caller)
        create(caller)
        image = create(caller, "CreateAigcImageTask")["TaskId"]
        caller.mock.clock.advance(10)

        assert caller.call("DescribeTaskDetail", {"TaskId": image})["AigcImageTask"]["ErrCode"] == 0

    def test_accounts_have_lanes_of_their_own(self, make_caller: Any) -> None:
        other = Account("AKIDother", "other-key")
        caller = caller_of(make_caller, accounts=(DEFAULT_ACCOUNT, other))
        stranger = make_caller(caller.mock, other)
        create(caller)
        task_id = create(stranger)["TaskId"]
        caller.mock.clock.advance(10)

        assert stranger.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]["ErrCode"] == 0

    @pytest.mark.parametrize(("concurrency", "failed"), [("documented", 2), ("off", 0), (2, 1), (3, 0)])
    def test_the_limit_can_be_set(self, make_caller: Any, concurrency: Any, failed: int) -> None:
        caller = caller_of(make_caller, concurrency=concurrency)
        made = [create(caller)["TaskId"] for _ in range(3)]
        caller.mock.clock.advance(10)

        codes = [caller.call("DescribeTaskDetail", {"TaskId": each})["AigcVideoTask"]["ErrCode"] for each in made]

        assert sorted(codes) == sorted([70000] * failed + [0] * (3 - failed))

    def test_an_action_without_a_documented_limit_has_none(self, make_caller: Any) -> None:
        caller = caller_of(make_caller)
        made = [caller.call("CreateAigcSubject")["TaskId"] for _ in range(3)]
        caller.mock.clock.advance(10)

        details = [caller.call("DescribeTaskDetail", {"TaskId": each})["CreateAigcSubjectTask"] for each in made]

        assert [each["ErrCode"] for each in details] == [0, 0, 0]


class TestRefuse:
    def test_one_too_many_is_refused(self, make_caller: Any) -> None:
        caller = caller_of(make_caller, over_concurrency="refuse")
        create(caller)

        assert create(caller)["Error"]["Code"] == "RequestLimitExceeded"

    def test_the_place_is_free_again_when_the_task_has_ended(self, make_caller: Any) -> None:
        caller = caller_of(make_caller, over_concurrency="refuse")
        create(caller)
        caller.mock.clock.advance(10)

        assert "TaskId" in create(caller)

    def test_a_refused_call_leaves_its_session_id_free(self, make_caller: Any) -> None:
        caller = caller_of(make_caller, over_concurrency="refuse")
        create(caller)
        create(caller, SessionId="once")
        caller.mock.clock.advance(10)

        assert "TaskId" in create(caller, SessionId="once")


class TestQueue:
    @pytest.fixture
    def caller(self, make_caller: Any) -> Any:
        return caller_of(make_caller, over_concurrency="queue")

    def test_one_too_many_waits(self, caller: Any) -> None:
        create(caller)
        second = create(caller)["TaskId"]

        answer = caller.call("DescribeTaskDetail", {"TaskId": second})

        assert (answer["Status"], answer["BeginProcessTime"]) == ("WAITING", "0001-01-01T00:00:00Z")
        assert (answer["AigcVideoTask"]["Status"], answer["AigcVideoTask"]["Progress"]) == ("PROCESSING", 0)

    def test_it_begins_when_the_first_ends(self, caller: Any) -> None:
        create(caller)
        second = create(caller)["TaskId"]
        caller.mock.clock.advance(15)

        answer = caller.call("DescribeTaskDetail", {"TaskId": second})

        assert (answer["Status"], answer["BeginProcessTime"]) == ("PROCESSING", "2025-01-01T00:00:10Z")
        assert answer["AigcVideoTask"]["Progress"] == 50

    def test_it_ends_in_its_own_time(self, caller: Any) -> None:
        create(caller)
        second = create(caller)["TaskId"]
        caller.mock.clock.advance(20)

        answer = caller.call("DescribeTaskDetail", {"TaskId": second})

        assert (answer["Status"], answer["FinishTime"]) == ("FINISH", "2025-01-01T00:00:20Z")

    @pytest.mark.parametrize(
        ("priorities", "order"),
        [
            pytest.param([0, 0, 0], [0, 1, 2], id="older-first"),
            pytest.param([-5, 10, 0], [1, 2, 0], id="higher-first"),
            pytest.param([-1, None, 1], [2, 1, 0], id="default-is-0"),
        ],
    )
    def test_the_order_of_the_queue(self, caller: Any, priorities: list[int | None], order: list[int]) -> None:
        create(caller)
        made = [create(caller, **({} if each is None else {"TasksPriority": each}))["TaskId"] for each in priorities]
        caller.mock.clock.advance(100)

        begun = [caller.call("DescribeTaskDetail", {"TaskId": each})["BeginProcessTime"] for each in made]

        assert sorted(range(3), key=lambda index: begun[index]) == order

    def test_those_who_wait_begin_in_the_order_in_which_they_came(self, caller: Any) -> None:
        made = [create(caller)["TaskId"] for _ in range(12)]
        seen = []
        for _ in made:
            seen.append([each for each in made if status(caller, each) == "PROCESSING"])
            caller.mock.clock.advance(10)

        assert seen == [[each] for each in made]

    def test_nothing_of_a_queue_is_stored_when_nobody_waits(self, caller: Any) -> None:
        made = [create(caller)["TaskId"] for _ in range(3)]
        assert waiting_in_the_store(caller) == 3
        abort(caller, made[1])
        assert waiting_in_the_store(caller) == 2
        caller.mock.clock.advance(100)
        assert [status(caller, each) for each in made] == ["FINISH", "ABORTED", "FINISH"]

        assert waiting_in_the_store(caller) == 0

    def test_a_stuck_task_keeps_the_others_waiting(self, caller: Any) -> None:
        create(caller, Prompt="[[stuck]]")
        second = create(caller)["TaskId"]
        caller.mock.clock.advance(days=2)

        assert status(caller, second) == "WAITING"

    def test_a_list_shows_who_waits(self, caller: Any) -> None:
        create(caller)
        second = create(caller)["TaskId"]

        answer = caller.call("DescribeTasks", {"SubAppId": 7, "Status": "WAITING"})

        assert [task["TaskId"] for task in answer["TaskSet"]] == [second]

    def test_a_list_moves_the_queue_on(self, caller: Any) -> None:
        create(caller)
        create(caller)
        caller.mock.clock.advance(100)

        answer = caller.call("DescribeTasks", {"SubAppId": 7})

        assert [task["Status"] for task in answer["TaskSet"]] == ["FINISH", "FINISH"]

    def test_a_waiting_task_can_be_aborted(self, caller: Any) -> None:
        create(caller)
        second = create(caller)["TaskId"]

        answer = caller.call("ManageTask", {"SubAppId": 7, "TaskId": second, "OperationType": "Abort"})

        assert list(answer) == ["RequestId"]
        caller.mock.clock.advance(100)
        assert status(caller, second) == "ABORTED"

    def test_an_aborted_task_leaves_its_place_to_the_next(self, caller: Any) -> None:
        create(caller)
        second, third = (create(caller)["TaskId"] for _ in range(2))
        caller.call("ManageTask", {"SubAppId": 7, "TaskId": second, "OperationType": "Abort"})
        caller.mock.clock.advance(20)

        assert status(caller, third) == "FINISH"

    @pytest.mark.parametrize("seconds", [0, 10], ids=["running", "ended"])
    def test_a_task_that_has_begun_cannot_be_aborted(self, caller: Any, seconds: float) -> None:
        first = create(caller)["TaskId"]
        caller.mock.clock.advance(seconds)

        answer = caller.call("ManageTask", {"SubAppId": 7, "TaskId": first, "OperationType": "Abort"})

        assert answer["Error"]["Code"] == "FailedOperation"

    def test_a_task_that_is_not_there_cannot_be_aborted(self, caller: Any) -> None:
        task_id = f"7-AigcVideoTask-{'0' * 32}t"

        answer = caller.call("ManageTask", {"SubAppId": 7, "TaskId": task_id, "OperationType": "Abort"})

        assert answer["Error"]["Code"] == "InvalidParameterValue.TaskId"


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(-10, 10), st.booleans()), min_size=1, max_size=8))
def test_the_outcome_does_not_depend_on_who_looks_when(make_caller: Any, steps: list[tuple[int, int, bool]]) -> None:
    """The same calls at the same moments, once with a look at everything after each, once with none."""
    histories = []
    for looks in (True, False):
        caller = caller_of(make_caller, over_concurrency="queue", concurrency=2)
        made = []
        for pause, priority, slow in steps:
            caller.mock.clock.advance(pause)
            made.append(create(caller, TasksPriority=priority, Prompt="[[slow:25s]]" if slow else "a cat")["TaskId"])
            if looks:
                caller.call("DescribeTasks", {"SubAppId": 7})
        caller.mock.clock.advance(1000)
        details = [caller.call("DescribeTaskDetail", {"TaskId": each}) for each in made]
        histories.append([(each["Status"], each["BeginProcessTime"], each["FinishTime"]) for each in details])

    assert histories[0] == histories[1]
    assert {each[0] for each in histories[0]} == {"FINISH"}


class TestNobodyLooks:
    """What is told of tasks that wait is what the time has made of them, whoever asks first."""

    OTHER = Account("AKIDother", "other-key")

    @pytest.fixture
    def caller(self, make_caller: Any) -> Any:
        return caller_of(make_caller, self.OTHER, over_concurrency="queue", accounts=(DEFAULT_ACCOUNT, self.OTHER))

    def test_the_bill_knows_what_has_ended(self, caller: Any) -> None:
        for _ in range(3):
            create(caller)
        caller.mock.clock.advance(30)

        # A task that has not ended has made nothing yet.
        assert [line.quantity > 0 for line in caller.mock.bill.lines] == [True] * 3

    def test_tasks_that_are_over_are_not_listed(self, caller: Any, make_caller: Any) -> None:
        other = make_caller(caller.mock)
        for _ in range(3):
            create(caller)
            create(other)
        assert len(caller.mock.tasks) == 6
        caller.mock.clock.advance(days=8)

        assert list(caller.mock.tasks) == []

    @pytest.mark.parametrize("number", [2, 3], ids=["one-waits", "two-wait"])
    def test_events_of_what_has_ended_are_fetched(self, caller: Any, number: int) -> None:
        made = [create(caller)["TaskId"] for _ in range(number)]
        caller.mock.clock.advance(30)

        events = caller.call("PullEvents", {"SubAppId": 7})["EventSet"]

        assert [event["AigcVideoCompleteEvent"]["TaskId"] for event in events] == made


def abort(caller: Any, task_id: str, application: int = 7) -> str | None:
    answer = caller.call("ManageTask", {"SubAppId": application, "TaskId": task_id, "OperationType": "Abort"})
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def test_a_task_of_another_application_is_not_aborted(make_caller: Any) -> None:
    caller = caller_of(make_caller, over_concurrency="queue")
    create(caller)
    second = create(caller)["TaskId"]

    assert abort(caller, second, 8) == "InvalidParameterValue.TaskId"
    assert status(caller, second) == "WAITING"


def test_a_task_is_aborted_once(make_caller: Any) -> None:
    caller = caller_of(make_caller, over_concurrency="queue")
    create(caller)
    second, third = (create(caller)["TaskId"] for _ in range(2))

    assert [abort(caller, second) for _ in range(2)] == [None, "FailedOperation"]
    caller.mock.clock.advance(20)
    assert status(caller, third) == "FINISH"


def test_a_task_that_its_script_has_wait_leaves_no_queue_when_it_is_aborted(make_caller: Any) -> None:
    """It has had its turn, so that those behind it wait on as they did."""
    caller = caller_of(make_caller, over_concurrency="queue")
    create(caller)
    caller.mock.tasks.script("CreateAigcVideoTask", [waiting(5), finish()])
    second, third, fourth = (create(caller)["TaskId"] for _ in range(3))
    caller.mock.clock.advance(10)
    assert [status(caller, each) for each in (second, third)] == ["WAITING", "WAITING"]

    assert abort(caller, second) is None

    seen = []
    for _ in range(3):
        seen.append([status(caller, each) for each in (second, third, fourth)])
        caller.mock.clock.advance(10)
    assert seen == [
        ["ABORTED", "PROCESSING", "WAITING"],
        ["ABORTED", "FINISH", "PROCESSING"],
        ["ABORTED", "FINISH", "FINISH"],
    ]


def test_an_aborted_task_never_began(make_caller: Any) -> None:
    """Although its script would have had it wait for five seconds only."""
    caller = caller_of(make_caller)
    caller.mock.tasks.script("CreateAigcVideoTask", [waiting(seconds=5), progress(50, seconds=50), finish()])
    task_id = create(caller)["TaskId"]
    assert abort(caller, task_id) is None
    caller.mock.clock.advance(20)

    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert (answer["Status"], answer["BeginProcessTime"], answer["FinishTime"]) == (
        "ABORTED",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
    )
    assert answer["AigcVideoTask"]["Progress"] == 0

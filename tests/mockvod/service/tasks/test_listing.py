"""DescribeTasks: filters, sorts and pages."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod import scripts
from mockvod.app import MockVod
from mockvod.clock import VirtualClock, iso
from mockvod.settings import Settings
from mockvod.validators import validate_response

APPLICATION = 251007502
NOW = 1_735_689_600
VIDEO = {"ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, task_seconds=10, rate_limit="off")


def created(caller: Any, **more: Any) -> str:
    params = {"SubAppId": APPLICATION, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat", **more}
    task_id: str = caller.call("CreateAigcVideoTask", params)["TaskId"]
    return task_id


def listed(caller: Any, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = caller.call("DescribeTasks", {"SubAppId": APPLICATION, **params})
    assert [each for each in validate_response("DescribeTasks", answer) if each.severity == "error"] == []
    return answer


def ids(answer: dict[str, Any]) -> list[str]:
    return [task["TaskId"] for task in answer["TaskSet"]]


@pytest.fixture
def three(caller: Any, clock: VirtualClock) -> list[str]:
    """Tasks made at 0, 60 and 120 s; at 125 s the first two have ended."""
    made = []
    for _ in range(3):
        made.append(created(caller))
        clock.advance(60)
    clock.set(clock.now() - 55)
    return made


def test_a_task_in_a_list(caller: Any) -> None:
    task_id = created(caller, SessionId="s", SessionContext="c")

    assert listed(caller)["TaskSet"] == [
        {
            "TaskId": task_id,
            "Status": "PROCESSING",
            "FileId": "",
            "TaskType": "AigcVideoTask",
            "CreateTime": "2025-01-01T00:00:00Z",
            "BeginProcessTime": "2025-01-01T00:00:00Z",
            "FinishTime": "0001-01-01T00:00:00Z",
            "SessionId": "s",
            "SessionContext": "c",
        }
    ]


def test_a_task_without_a_session_in_a_list(caller: Any) -> None:
    created(caller)

    [task] = listed(caller)["TaskSet"]

    assert (task["SessionId"], task["SessionContext"]) == ("", "")


def test_an_ended_task_in_a_list(caller: Any, clock: VirtualClock) -> None:
    created(caller)
    clock.advance(10)

    [task] = listed(caller)["TaskSet"]

    assert (task["Status"], task["FinishTime"]) == ("FINISH", "2025-01-01T00:00:10Z")


def test_newest_first(caller: Any, three: list[str]) -> None:
    assert ids(listed(caller)) == three[::-1]


@pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
@pytest.mark.parametrize(("order", "step"), [("Asc", 1), ("Desc", -1)])
def test_sorts(caller: Any, three: list[str], field: str, order: str, step: int) -> None:
    assert ids(listed(caller, Sort={"Field": field, "Order": order})) == three[::step]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        pytest.param({"Status": "FINISH"}, [1, 0], id="finished"),
        pytest.param({"Status": "PROCESSING"}, [2], id="processing"),
        pytest.param({"Status": "WAITING"}, [], id="waiting"),
        pytest.param({"FileId": "1"}, [], id="file"),
        pytest.param({"CreateTime": {"After": "2025-01-01T00:01:00Z"}}, [2, 1], id="created-after"),
        pytest.param({"CreateTime": {"Before": "2025-01-01T00:01:00Z"}}, [1, 0], id="created-before"),
        pytest.param(
            {"CreateTime": {"After": "2025-01-01T08:00:30+08:00", "Before": "2025-01-01T00:01:30Z"}}, [1], id="between"
        ),
        pytest.param({"FinishTime": {"After": "2025-01-01T00:00:00Z"}}, [1, 0], id="ended"),
        pytest.param({"FinishTime": {"Before": "2025-01-01T00:00:10Z"}}, [0], id="ended-before"),
    ],
)
def test_filters(caller: Any, three: list[str], params: dict[str, Any], found: list[int]) -> None:
    assert ids(listed(caller, **params)) == [three[index] for index in found]


def test_pages_give_every_task_once(caller: Any, clock: VirtualClock) -> None:
    made = []
    for number in range(7):
        made.append(created(caller))
        clock.advance(number % 2)  # some share their moment

    found: list[str] = []
    token = ""
    for _ in range(10):
        page = listed(caller, Limit=3, ScrollToken=token)
        found += ids(page)
        token = page["ScrollToken"]
        if not token:
            break

    assert sorted(found) == sorted(made)
    assert len(found) == 7


def test_ten_to_a_page_by_default(caller: Any) -> None:
    for _ in range(11):
        created(caller)

    page = listed(caller)

    assert (len(page["TaskSet"]), bool(page["ScrollToken"])) == (10, True)


@pytest.mark.parametrize("token", ["x", "bm90IGpzb24=", "W10=", "é"])
def test_a_token_that_no_page_gave(caller: Any, token: str) -> None:
    assert listed(caller, ScrollToken=token)["Error"]["Code"] == "InvalidParameterValue"


def test_other_applications_are_not_listed(caller: Any) -> None:
    created(caller, SubAppId=1)

    assert ids(listed(caller)) == []


@pytest.mark.parametrize(("days", "count"), [(3, 1), (3.001, 0)])
def test_three_days(caller: Any, clock: VirtualClock, days: float, count: int) -> None:
    created(caller)
    clock.advance(days=days)

    assert len(listed(caller)["TaskSet"]) == count


@pytest.fixture(scope="module")
def many(make_caller: Any) -> Any:
    """A caller with ninety tasks; `states` has the Status of each, and when it was made and ends."""
    settings = Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=1)
    caller = make_caller(MockVod(settings, clock=VirtualClock(NOW, tick=0)))
    states: dict[str, tuple[str, float, float]] = {}
    for number in range(90):
        waits, runs = number % 30 == 7, number % 20 == 3
        if waits:
            caller.mock.tasks.script("CreateAigcVideoTask", [scripts.waiting(seconds=90_000), scripts.finish()])
        elif runs:
            steps = [scripts.progress(5, seconds=80_000 - 500 * number), scripts.finish()]
            caller.mock.tasks.script("CreateAigcVideoTask", steps)
        at = caller.mock.clock.now()
        task_id = caller.call("CreateAigcVideoTask", {**VIDEO, "SubAppId": 7})["TaskId"]
        if waits and number > 60:
            caller.call("ManageTask", {"SubAppId": 7, "TaskId": task_id, "OperationType": "Abort"})
            states[task_id] = "ABORTED", at, float("inf")
        elif waits:
            states[task_id] = "WAITING", at, at + 90_000
        elif runs:
            states[task_id] = "PROCESSING", at, at + 80_000 - 500 * number
        else:
            states[task_id] = "FINISH", at, at + 1
        caller.mock.clock.advance(10)
    caller.states = states
    return caller


class TestManyTasks:
    """Few that run, wait or were aborted among many that have ended: whichever order is walked, the answer is the same."""

    def pages(self, caller: Any, **params: Any) -> list[str]:
        """The TaskIds of all pages, one after the other."""
        found, token = [], ""
        while True:
            more = {"ScrollToken": token} if token else {}
            answer = caller.call("DescribeTasks", {"SubAppId": 7, "Limit": 4, **params, **more})
            found += [task["TaskId"] for task in answer["TaskSet"]]
            token = answer["ScrollToken"]
            if not token:
                return found

    @pytest.mark.parametrize("status", ["", "WAITING", "PROCESSING", "FINISH"])
    @pytest.mark.parametrize("order", ["Asc", "Desc"])
    @pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
    def test_every_status_in_every_order(self, many: Any, field: str, order: str, status: str) -> None:
        wanted = {name: state for name, state in many.states.items() if status in ("", state[0])}
        assert len(wanted) in (2, 5, 82, 90)
        moment = 1 if field == "CreateTime" else 2

        found = self.pages(many, Sort={"Field": field, "Order": order}, **({"Status": status} if status else {}))

        assert sorted(found) == sorted(wanted)
        moments = [many.states[task_id][moment] for task_id in found]
        assert moments == sorted(moments, reverse=order == "Desc")

    @pytest.mark.parametrize("order", ["Asc", "Desc"])
    @pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
    @pytest.mark.parametrize("filtered", ["CreateTime", "FinishTime"])
    def test_a_short_span_in_every_order(self, many: Any, field: str, order: str, filtered: str) -> None:
        first, last = NOW + 200, NOW + 290
        moment = 1 if filtered == "CreateTime" else 2
        wanted = [name for name, state in many.states.items() if first <= state[moment] <= last]
        assert len(wanted) == (10 if filtered == "CreateTime" else 8)

        span = {"After": iso(first), "Before": iso(last)}
        found = self.pages(many, Sort={"Field": field, "Order": order}, **{filtered: span})

        assert sorted(found) == sorted(wanted)
        moments = [many.states[task_id][1 if field == "CreateTime" else 2] for task_id in found]
        assert moments == sorted(moments, reverse=order == "Desc")


# --- in the order of their ends ------------------------------------------------------------------------------------


def by_end(caller: Any, order: str = "Asc", **params: Any) -> list[str]:
    return ids(listed(caller, Sort={"Field": "FinishTime", "Order": order}, **params))


def test_the_order_of_ends_follows_what_becomes_of_tasks(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(seed=1, task_seconds=10, rate_limit="off", concurrency="off")
    caller = make_caller(MockVod(settings, clock=clock))
    slowest, slow, usual, stuck = (
        created(caller, Prompt=each) for each in ("[[slow:30s]]", "[[slow:20s]]", "a cat", "[[stuck]]")
    )
    assert by_end(caller) == [usual, slow, slowest, stuck]

    clock.advance(5)
    caller.mock.tasks[slowest].finish()
    clock.advance(2)
    caller.mock.tasks[slow].fail()
    clock.advance(2)
    caller.mock.tasks[stuck].finish()

    assert by_end(caller) == [slowest, slow, stuck, usual]
    assert by_end(caller, "Desc") == [usual, stuck, slow, slowest]
    assert by_end(caller, FinishTime={"Before": "2025-01-01T00:00:07Z"}) == [slowest, slow]
    assert by_end(caller, FinishTime={"After": "2025-01-01T00:00:07Z"}) == [slow, stuck]
    clock.advance(1)
    assert by_end(caller, FinishTime={"After": "2025-01-01T00:00:07Z"}) == [slow, stuck, usual]


def test_the_order_of_ends_has_tasks_that_waited(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(seed=1, task_seconds=10, rate_limit="off", over_concurrency="queue")
    caller = make_caller(MockVod(settings, clock=clock))
    first, second, third, aborted = (created(caller) for _ in range(4))
    caller.call("ManageTask", {"SubAppId": APPLICATION, "TaskId": aborted, "OperationType": "Abort"})
    clock.advance(25)

    assert by_end(caller, FinishTime={"After": "2025-01-01T00:00:15Z"}) == [second]
    assert by_end(caller) == [first, second, third, aborted]
    assert by_end(caller, "Desc") == [aborted, third, second, first]
    clock.advance(5)
    assert by_end(caller, FinishTime={"After": "2025-01-01T00:00:15Z"}) == [second, third]

"""DescribeTasks over more tasks than fit into one page, some of which were made at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.state import MemoryStore
from mockvod.validators import validate_response

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APPLICATION = 251007502


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, task_seconds=10, rate_limit="off", concurrency="off")


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


def pages(caller: Any, **params: Any) -> list[list[str]]:
    """The TaskIds of each page, up to the last."""
    found, token = [], ""
    for _ in range(200):
        page = listed(caller, ScrollToken=token, **params)
        found.append(ids(page))
        token = page["ScrollToken"]
        if not token:
            return found
    raise AssertionError("there is no last page")


def moment(number: int) -> int:
    """When such a task of `many` was made, in seconds since the first."""
    return number // 5 * 2 + (number % 5 > 1)


@pytest.fixture
def many(caller: Any, clock: VirtualClock) -> list[str]:
    """150 tasks, of which two or three were made at the same moment each. The last are still running."""
    made = []
    for number in range(150):
        made.append(created(caller))
        clock.advance(1 if number % 5 in (1, 4) else 0)
    return made


@pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
@pytest.mark.parametrize("order", ["Asc", "Desc"])
@pytest.mark.parametrize("limit", [1, 50, 64, 75, 100])
def test_pages_of_many(caller: Any, many: list[str], field: str, order: str, limit: int) -> None:
    found = pages(caller, Sort={"Field": field, "Order": order}, Limit=limit)

    in_order = [each for page in found for each in page]
    assert sorted(in_order) == sorted(many)
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert len(found[-1]) == (len(many) % limit or limit)
    # Those of the same moment come in any order, but in the same one whichever way the list goes.
    whole = pages(caller, Sort={"Field": field, "Order": "Asc"}, Limit=100)
    assert (in_order if order == "Asc" else in_order[::-1]) == [each for page in whole for each in page]
    moments = [moment(many.index(each)) for each in in_order]
    if field == "FinishTime":  # Those that have not ended come after all others.
        moments = [min(each, 51) for each in moments]
    assert moments == sorted(moments, reverse=order == "Desc")


@pytest.mark.parametrize("order", ["Asc", "Desc"])
def test_filters_look_through_all_tasks(caller: Any, many: list[str], order: str) -> None:
    running = [task["TaskId"] for page in [listed(caller, Limit=100)] for task in page["TaskSet"]]
    kept = [each for each in running if caller.mock.tasks[each].status == "PROCESSING"]

    sort = {"Field": "CreateTime", "Order": order}
    found = [each for page in pages(caller, Status="PROCESSING", Sort=sort, Limit=7) for each in page]

    assert found == (kept if order == "Desc" else kept[::-1])
    assert 0 < len(kept) < 30


@pytest.mark.parametrize(
    ("params", "first", "last"),
    [
        pytest.param({"CreateTime": {"After": "2025-01-01T00:00:10Z"}}, 25, 150, id="from"),
        pytest.param({"CreateTime": {"Before": "2025-01-01T00:00:10Z"}}, 0, 27, id="to"),
        pytest.param(
            {"CreateTime": {"After": "2025-01-01T00:00:10Z", "Before": "2025-01-01T00:00:50Z"}}, 25, 127, id="between"
        ),
        pytest.param({"FinishTime": {"After": "2025-01-01T00:00:20Z"}}, 25, 127, id="ended-from"),
        pytest.param({"FinishTime": {"Before": "2025-01-01T00:00:20Z"}}, 0, 27, id="ended-to"),
    ],
)
@pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
@pytest.mark.parametrize("order", ["Asc", "Desc"])
def test_both_ends_of_a_range_are_in_it(
    caller: Any, many: list[str], params: Any, first: int, last: int, field: str, order: str
) -> None:
    found = pages(caller, **params, Sort={"Field": field, "Order": order}, Limit=40)

    assert sorted(each for page in found for each in page) == sorted(many[first:last])


def test_a_limit_of_0_counts_as_none(caller: Any, many: list[str]) -> None:
    assert len(ids(listed(caller, Limit=0))) == 10


def test_the_last_page_may_be_full(caller: Any) -> None:
    for _ in range(10):
        created(caller)

    page = listed(caller)

    assert (len(page["TaskSet"]), page["ScrollToken"]) == (10, "")


# --- how much is read ----------------------------------------------------------------------------------------------


class CountingStore:
    """A store in memory that counts the rows of tasks which are read."""

    def __init__(self) -> None:
        self.inner = MemoryStore()
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self.inner.transaction() as transaction:
            yield CountingTransaction(self, transaction)


class CountingTransaction:
    def __init__(self, store: CountingStore, inner: Any) -> None:
        self.store, self.inner = store, inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def get(self, table: Any, key: str) -> Any:
        self.store.read += table.name == "tasks"
        return self.inner.get(table, key)


#: Two hundred tasks that ended, one a second; five that did not, made when the last of them had ended.
ENDED, RUNNING = 200, 5


def made(after: str, before: str) -> dict[str, Any]:
    return {"CreateTime": {"After": f"2025-01-01T00:{after}Z", "Before": f"2025-01-01T00:{before}Z"}}


@pytest.fixture(scope="module")
def counted(make_caller: Any) -> Any:
    settings = Settings(seed=1, task_seconds=10, rate_limit="off", concurrency="off")
    caller = make_caller(MockVod(settings, clock=VirtualClock(NOW, tick=0), store=CountingStore()))
    for number in range(ENDED + RUNNING):
        if number == ENDED:
            caller.mock.clock.advance(10)
        created(caller)
        caller.mock.clock.advance(number < ENDED)
    return caller


@pytest.mark.parametrize(
    ("params", "found", "most"),
    [
        pytest.param({}, 10, 11, id="first-page"),
        pytest.param({"Status": "PROCESSING"}, 5, 12, id="running"),
        pytest.param({"Status": "FINISH"}, 10, 16, id="ended"),
        pytest.param({"FinishTime": {"Before": "2025-01-01T00:00:12Z"}}, 3, 8, id="ended-first"),
        # Those that have not ended come after the last that have, and may be read too.
        pytest.param({"FinishTime": {"After": "2025-01-01T00:03:27Z"}}, 3, 18, id="ended-last"),
        pytest.param({"CreateTime": {"Before": "2025-01-01T00:00:02Z"}}, 3, 8, id="made-first"),
        pytest.param({"CreateTime": {"After": "2025-01-01T00:03:20Z"}}, 5, 12, id="made-last"),
        pytest.param(made("00:03", "00:07"), 5, 12, id="made-soon"),
        pytest.param(made("03:15", "03:19"), 5, 12, id="made-late"),
    ],
)
@pytest.mark.parametrize("field", ["CreateTime", "FinishTime"])
@pytest.mark.parametrize("order", ["Asc", "Desc"])
def test_a_page_reads_little_of_a_long_list(
    counted: Any, params: dict[str, Any], found: int, most: int, field: str, order: str
) -> None:
    """About twice as many as there are between the ends of one of the two orders."""
    before = counted.mock.store.read
    page = listed(counted, **params, Sort={"Field": field, "Order": order}, Limit=10)

    assert len(set(ids(page))) == len(page["TaskSet"]) == found
    assert counted.mock.store.read - before <= most

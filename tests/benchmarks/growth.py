"""What a call costs with much stored: milliseconds of each with no tasks and events, with 80,000 and with 600,000.

Tasks are entered through the book, each with its event; a hundred of them run on. The last column has
600,000 events that are all too old, and as many tasks with them that are still kept. The median of some calls, the first
PullEvents apart; "deep" is a page halfway down::

    python tests/benchmarks/growth.py [--sizes 0 80000 600000] [--calls 20]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from steady import ACCOUNT, APPLICATION, VIDEO, Client

from mockvod import MockVod, Settings, VirtualClock
from mockvod.clock import iso
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.listing import write_token
from mockvod.service.tasks.model import TaskRow, task_key

DAY = 86_400
#: Tasks and events together are entered over so long, and all are still to be asked for.
SPAN = 2 * DAY
#: How many of them are still running.
RUNNING = 100
_BATCH = 10_000
Row = tuple[str, float]


def filled(size: int, *, age: float = 0) -> tuple[MockVod, list[str]]:
    """A mock with so many tasks that ended `age` seconds ago and before, and their TaskIds, the oldest first."""
    clock = VirtualClock(tick=0)
    mock = MockVod(Settings(accounts=(ACCOUNT,), rate_limit="off", concurrency="off"), clock=clock)
    now = clock.now()
    first, running = now - age - SPAN, max(1, size // RUNNING)
    task_ids = [f"{APPLICATION}-AigcVideoTask-{number:032x}t" for number in range(size)]
    for batch in range(0, size, _BATCH):
        with mock.store.transaction() as transaction:
            book = TaskBook(transaction, first)
            for number in range(batch, min(batch + _BATCH, size)):
                at = first + SPAN * number / size
                # Some run on, and have no event yet.
                ends = now + DAY + number / size if number % running == running - 1 else at
                row = TaskRow(
                    task_ids[number],
                    ACCOUNT.secret_id,
                    APPLICATION,
                    "CreateAigcVideoTask",
                    at,
                    at,
                    ends,
                    None,
                    dict(VIDEO),
                    {"files": []},
                    seconds=ends - at,
                )
                book.add(row.key, row)
    return mock, task_ids


def milliseconds(call: Callable[[], object], calls: int) -> float:
    """The median of what so many calls took."""
    taken = []
    for _ in range(calls):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken)


def measure(size: int, calls: int, age: float) -> list[Row]:
    """A row for each kind of call: what it is, and how long it took."""
    mock, task_ids = filled(size, age=age)
    client, rows = Client(mock), []
    middle = task_ids[size // 2] if size else ""

    def timed(name: str, action: str, times: int = calls, **params: Any) -> None:
        sent = {"SubAppId": APPLICATION, **params}
        rows.append((name, milliseconds(lambda: client.call(action, sent), times)))

    def pages(field: str, order: str, **more: Any) -> None:
        sort = {"Field": f"{field}Time", "Order": order}
        timed(f"DescribeTasks {field} {order}", "DescribeTasks", Sort=sort, **more)
        at = mock.clock.now() - age - SPAN / 2
        token = write_token((at, task_key(middle)))
        timed(f"DescribeTasks {field} {order} deep", "DescribeTasks", Sort=sort, ScrollToken=token, **more)

    timed("PullEvents, the first", "PullEvents", 1)
    timed("PullEvents", "PullEvents")
    handles: list[str] = []
    for _ in range(calls):
        events = client.call("PullEvents", {"SubAppId": APPLICATION}).get("EventSet") or []
        handles += [event["EventHandle"] for event in events]
    named = iter(handles)
    found = [next(named, "") for _ in range(calls)]
    waiting = iter(found)
    rows.append(
        (
            "ConfirmEvents",
            milliseconds(
                lambda: client.call("ConfirmEvents", {"SubAppId": APPLICATION, "EventHandles": [next(waiting)]}), calls
            ),
        )
    )
    for field in ("Create", "Finish"):
        for order in ("Asc", "Desc"):
            pages(field, order)
    for status in ("WAITING", "PROCESSING", "FINISH"):
        timed(f"DescribeTasks {status}", "DescribeTasks", Status=status)
        timed(
            f"DescribeTasks {status} Finish Asc",
            "DescribeTasks",
            Status=status,
            Sort={"Field": "FinishTime", "Order": "Asc"},
        )
    at = mock.clock.now() - age - SPAN / 2
    span = {"After": iso(at - 5), "Before": iso(at)}
    timed("DescribeTasks FinishTime of 5 s", "DescribeTasks", FinishTime=span)
    timed(
        "DescribeTasks CreateTime of 5 s, Finish",
        "DescribeTasks",
        CreateTime=span,
        Sort={"Field": "FinishTime", "Order": "Desc"},
    )
    timed("DescribeTaskDetail", "DescribeTaskDetail", TaskId=middle or f"{APPLICATION}-AigcVideoTask-{0:032x}t")
    timed("CreateAigcVideoTask", "CreateAigcVideoTask", **VIDEO_WITHOUT_APPLICATION)
    rows.append(("reset", milliseconds(mock.reset, 1)))
    return rows


VIDEO_WITHOUT_APPLICATION: Mapping[str, Any] = {name: value for name, value in VIDEO.items() if name != "SubAppId"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 80_000, 600_000])
    parser.add_argument("--calls", type=int, default=20)
    options = parser.parse_args()
    measure(1000, 1, 0)  # the first of a process makes files
    columns = {f"{size:,}": measure(size, options.calls, 0) for size in options.sizes}
    # Too old for an event, which is kept for four days, and not for a task, which is kept for seven.
    largest = max(options.sizes)
    columns[f"{largest:,} too old"] = measure(largest, options.calls, 4.5 * DAY)
    print(f"{'milliseconds':42}" + "".join(f"{name:>18}" for name in columns))
    for number, (name, _) in enumerate(next(iter(columns.values()))):
        print(f"{name:42}" + "".join(f"{column[number][1]:18.2f}" for column in columns.values()))


if __name__ == "__main__":
    main()

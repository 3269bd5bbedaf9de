"""DescribeTasks: lists of tasks, page by page.

Documented: it lists the tasks of one application in the last 72 hours, with filters, a sort order and a token for the
next page. Assumed: newest first unless the request says otherwise; both ends of a time range are included; Limit 0 counts
as absent.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from math import inf
from typing import Any

from mockvod.clock import instant
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.tasks.book import Order, TaskBook
from mockvod.service.tasks.detail import QUERY_WINDOW, times
from mockvod.service.tasks.model import Task
from mockvod.state import LAST, Entry

DEFAULT_LIMIT = 10
_ORDERS: Mapping[str, Order] = {"CreateTime": "created", "FinishTime": "ended"}
_EVER = (-inf, inf)
#: The Status values of tasks that have not ended.
_UNFINISHED = frozenset({"WAITING", "PROCESSING", "ABORTED"})
#: Two entries of an order, both excluded.
_Span = tuple[Entry, Entry]


def describe_tasks(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Returns one page of tasks; on the last page, ScrollToken is ""."""
    sort = params.get("Sort") or {"Field": "CreateTime", "Order": "Desc"}
    order, descending = _ORDERS[sort["Field"]], sort["Order"] == "Desc"
    limit = params.get("Limit") or DEFAULT_LIMIT
    found = list(islice(filter(_filter(params), _tasks(context, params, order, descending)), limit + 1))
    page = found[:limit]
    more = len(found) > limit
    return {
        "TaskSet": [_summary(task) for task in page],
        "ScrollToken": write_token(_entry(page[-1], order)) if more else "",
    }


def _tasks(context: Context, params: Mapping[str, Any], order: Order, descending: bool) -> Iterator[Task]:
    """The tasks of the application that can still be queried and may match, after those of the previous page."""
    token = params.get("ScrollToken")
    last = _read_token(token) if token else None
    # A FileId finds no tasks, because no AIGC task processes a file of the library (assumed).
    if params.get("FileId"):
        return iter(())
    oldest = context.now - QUERY_WINDOW
    spans: dict[Order, _Span] = {each: _span(params, each, context.now) for each in _ORDERS.values()}
    lowest, highest = spans[order]
    if last is not None and descending:
        highest = min(highest, last)
    elif last is not None:
        lowest = max(lowest, last)
    owner = context.account, context.application(params)
    tasks = _walk(context.tasks, owner, order, (lowest, highest), spans, descending)
    return (task for task in tasks if task.created >= oldest)


def _walk(
    book: TaskBook, owner: tuple[str, int], order: Order, span: _Span, spans: Mapping[Order, _Span], descending: bool
) -> Iterator[Task]:
    """Yields tasks of an application in that order.

    The span of the other order can have fewer tasks. Once as many tasks as that have been read, the rest is read from
    the other order and sorted. So a page reads at most twice as many tasks as the shorter span has.
    """
    other: Order = "ended" if order == "created" else "created"
    (lowest, highest), (after, before) = span, spans[other]
    fewer = book.count_in_order(*owner, other, after=after, before=before)
    for number, task in enumerate(book.in_order(*owner, order, after=lowest, before=highest, descending=descending)):
        if number > fewer:
            break
        last = _entry(task, order)
        lowest, highest = (lowest, last) if descending else (last, highest)
        yield task
    else:
        return
    rest = [(_entry(each, order), each) for each in book.in_order(*owner, other, after=after, before=before)]
    left = [each for each in rest if lowest < each[0] < highest]
    yield from (task for _, task in sorted(left, key=lambda each: each[0], reverse=descending))


def _span(params: Mapping[str, Any], order: Order, now: float) -> _Span:
    """The entries of an order between which all tasks are that match and can still be queried."""
    created, finished = _time_range(params.get("CreateTime")) or _EVER, _time_range(params.get("FinishTime")) or _EVER
    # No task ends before it is made. So tasks that are too old come first in both orders, and can be skipped.
    lowest = max(now - QUERY_WINDOW, created[0])
    if order == "created":
        return (lowest, ""), (min(created[1], finished[1]), LAST)
    if params.get("Status") in _UNFINISHED:
        return (now, LAST), (inf, LAST)
    return (max(lowest, finished[0]), ""), (finished[1], LAST)


def _entry(task: Task, order: Order) -> Entry:
    """The entry of a task in the index of that order."""
    return (task.created if order == "created" else task.ends), task.key


def _filter(params: Mapping[str, Any]) -> Callable[[Task], bool]:
    status, created, finished = (
        params.get("Status"),
        _time_range(params.get("CreateTime")),
        _time_range(params.get("FinishTime")),
    )

    def fits(task: Task) -> bool:
        return (
            (not status or status == task.outer_status)
            and (created is None or created[0] <= task.created <= created[1])
            and (finished is None or (task.outer_status == "FINISH" and finished[0] <= task.ends <= finished[1]))
        )

    return fits


def _time_range(given: Mapping[str, str] | None) -> tuple[float, float] | None:
    if not given:
        return None
    after, before = given.get("After"), given.get("Before")
    return instant(after).timestamp() if after else -inf, instant(before).timestamp() if before else inf


def _summary(task: Task) -> dict[str, Any]:
    """A task as a list shows it: without an error code, so that a failed task looks like any other (documented)."""
    return {
        "TaskId": task.task_id,
        "Status": task.outer_status,
        "FileId": "",
        "TaskType": task.contract.task_type,
        **times(task),
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
    }


def write_token(entry: Entry) -> str:
    return base64.urlsafe_b64encode(json.dumps(entry).encode()).decode()


def _read_token(token: str) -> Entry:
    """Reads a ScrollToken.

    Raises:
        ApiError: No page had this token.
    """
    try:
        moment, key = json.loads(base64.urlsafe_b64decode(token.encode()))
        return float(moment), str(key)
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        explanation = f"ScrollToken {token[:80]!r} is not one that a page gave"
        raise ApiError(
            "invalid_parameter_value", name="ScrollToken", value=token[:80], explanation=explanation
        ) from None

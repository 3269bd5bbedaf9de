"""Paging through tasks.

Documented: the tasks of the last 72 hours of one application, with filters, a sort and a token for the next page.
Assumed: newest first unless asked otherwise, both ends of a time range included, Limit 0 as if it were not given.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from mockvod.clock import instant
from mockvod.errors import ApiError
from mockvod.service.context import TASKS, Context
from mockvod.service.tasks.concurrency import advance_all
from mockvod.service.tasks.detail import QUERY_WINDOW, times
from mockvod.service.tasks.model import Task, sub_app_id

DEFAULT_LIMIT = 10
#: What a task is sorted and placed by; the TaskId parts tasks of one moment.
_Place = tuple[float, str]
_SORTS: Mapping[str, Callable[[Task], float]] = {
    "CreateTime": lambda task: task.created,
    "FinishTime": lambda task: task.ends,
}


def describe_tasks(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One page of tasks. ScrollToken is "" on the last one."""
    sort = params.get("Sort") or {"Field": "CreateTime", "Order": "Desc"}
    moment = _SORTS[sort["Field"]]
    descending = sort["Order"] == "Desc"

    def place(task: Task) -> _Place:
        return moment(task), task.task_id

    found = sorted(filter(_filter(context, params), _tasks(context, params)), key=place, reverse=descending)
    token = params.get("ScrollToken")
    if token:
        last = _read_token(token)
        found = [task for task in found if (place(task) < last if descending else place(task) > last)]
    limit = params.get("Limit") or DEFAULT_LIMIT
    page = found[:limit]
    more = len(found) > limit
    return {
        "TaskSet": [_shown(task, context.now) for task in page],
        "ScrollToken": _write_token(place(page[-1])) if more else "",
    }


def _tasks(context: Context, params: Mapping[str, Any]) -> list[Task]:
    """The application's tasks that can still be asked for."""
    application = sub_app_id(context, params)
    advance_all(context.transaction, context.account, context.now)
    rows = (row for _, row in context.transaction.items(TASKS))
    return [
        Task(row["TaskId"], row)
        for row in rows
        if row["account"] == context.account
        and row["SubAppId"] == application
        and context.now - row["created"] <= QUERY_WINDOW
    ]


def _filter(context: Context, params: Mapping[str, Any]) -> Callable[[Task], bool]:
    status, file_id = params.get("Status"), params.get("FileId")
    created, finished = _range(params.get("CreateTime")), _range(params.get("FinishTime"))

    def fits(task: Task) -> bool:
        now_is = task.outer_status(context.now)
        return (
            (not status or status == now_is)
            # No AIGC task is about a file of the library, so that a FileId finds none (assumed).
            and not file_id
            and (created is None or created[0] <= task.created <= created[1])
            and (finished is None or (now_is == "FINISH" and finished[0] <= task.ends <= finished[1]))
        )

    return fits


def _range(given: Mapping[str, str] | None) -> tuple[float, float] | None:
    if not given:
        return None
    after, before = given.get("After"), given.get("Before")
    lowest = instant(after).timestamp() if after else float("-inf")
    return lowest, instant(before).timestamp() if before else float("inf")


def _shown(task: Task, now: float) -> dict[str, Any]:
    """What a list says of a task: no code, so that a failed task looks like any other (documented)."""
    return {
        "TaskId": task.task_id,
        "Status": task.outer_status(now),
        "FileId": "",
        "TaskType": task.contract.task_type,
        **times(task, now),
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
    }


def _write_token(place: _Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _read_token(token: str) -> _Place:
    """Raises ApiError for a token that no page gave."""
    try:
        moment, task_id = json.loads(base64.urlsafe_b64decode(token.encode()))
        return float(moment), str(task_id)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        explanation = f"ScrollToken {token[:80]!r} is not one that a page gave"
        raise ApiError(
            "invalid_parameter_value", name="ScrollToken", value=token[:80], explanation=explanation
        ) from None

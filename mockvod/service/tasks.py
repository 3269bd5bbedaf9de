"""Tasks: made once, then read. What a task says of itself follows from the time alone, so reading changes nothing."""

from __future__ import annotations

from typing import Any

from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.state import Value
from mockvod.validators.catalog import catalog

#: Documented: a task can be asked for during three days after it was submitted.
QUERY_WINDOW = 3 * 86_400
#: What unfinished tasks show in place of a time (published DescribeTasks example).
NO_TIME = "0001-01-01T00:00:00Z"
_TABLE = "tasks"


def ends_at(context: Context) -> float:
    """When a task that is made now will end."""
    return context.now if context.settings.progression == "immediate" else context.now + context.settings.task_seconds


def sub_app_id(context: Context, params: dict[str, Any]) -> int:
    """The application that a call belongs to; the default one where the action lets it be left out."""
    given: int = params.get("SubAppId") or context.settings.default_sub_app_id
    return given


def create_task(
    context: Context,
    params: dict[str, Any],
    *,
    echo: dict[str, Any],
    unfinished: dict[str, Any],
    output: dict[str, Any],
) -> dict[str, Any]:
    """Stores a task of the kind that the action makes and returns ``{"TaskId": …}``.

    `echo` is its Input, `unfinished` its Output until it ends, `output` the one from then on.
    """
    contract = context.contract
    # A test holds every task action's contract to naming both.
    assert contract.task_type and contract.result_field
    task_id = context.ids.task_id(sub_app_id(context, params), contract.task_type)
    task: Value = {
        "TaskType": contract.task_type,
        "field": contract.result_field,
        "SubAppId": sub_app_id(context, params),
        "created": context.now,
        "ends": ends_at(context),
        "Input": echo,
        "unfinished": unfinished,
        "Output": output,
        "SessionId": params.get("SessionId") or "",
        "SessionContext": params.get("SessionContext") or "",
    }
    context.transaction.put(context.table(_TABLE), task_id, task)
    return {"TaskId": task_id}


def describe_task_detail(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One task, with every field of the other task kinds present and null, as recorded."""
    task_id = params["TaskId"]
    task = context.transaction.get(context.table(_TABLE), task_id)
    asked_for = params.get("SubAppId")
    if task is None or (asked_for is not None and asked_for != task["SubAppId"]):
        raise ApiError("unknown_task", explanation=_unknown(task, task_id, asked_for))
    if context.now - task["created"] > QUERY_WINDOW:
        raise ApiError("task_too_old", explanation=f"{task_id} was submitted over three days ago, on {_day(task)}")
    finished = context.now >= task["ends"]
    answer: dict[str, Any] = {
        member.name: None for member in context.contract.response.members if member.name != "RequestId"
    }
    answer.update(
        TaskType=task["TaskType"],
        Status="FINISH" if finished else "PROCESSING",
        CreateTime=iso(task["created"]),
        BeginProcessTime=iso(task["created"]),
        FinishTime=iso(task["ends"]) if finished else NO_TIME,
    )
    answer[task["field"]] = _detail(context, task_id, task, finished)
    return answer


def _detail(context: Context, task_id: str, task: Value, finished: bool) -> dict[str, Any]:
    known = {
        "TaskId": task_id,
        "Status": "FINISH" if finished else "PROCESSING",
        "ErrCode": 0,
        "ErrCodeExt": "",
        "Message": "",
        "Progress": 100 if finished else _progress(task, context.now),
        "Input": task["Input"],
        "Output": task["Output"] if finished else task["unfinished"],
        "SessionId": task["SessionId"],
        "SessionContext": task["SessionContext"],
    }
    # CreateAigcSubjectTask has no Progress: each kind shows just the members that its type has.
    shown = catalog().type(context.contract.response.by_name[task["field"]].type)
    return {member.name: known[member.name] for member in shown.members if member.name in known}


def _progress(task: Value, now: float) -> int:
    lasts: float = task["ends"] - task["created"]
    return min(99, max(0, int(100 * (now - task["created"]) / lasts)))


def _unknown(task: Value | None, task_id: str, asked_for: int | None) -> str:
    if task is None:
        return f"this account has no task {task_id[:80]!r}"
    return f"{task_id} belongs to the application {task['SubAppId']}, not {asked_for}"


def _day(task: Value) -> str:
    return iso(task["created"])[:10]

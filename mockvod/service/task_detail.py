"""Reading one task. What it says follows from the time alone, whenever and however often it is asked."""

from __future__ import annotations

from typing import Any

from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service import aigc, elements, subjects
from mockvod.service.context import Context
from mockvod.service.echo import echo
from mockvod.service.lanes import advance
from mockvod.service.magic import FAILED, FAILURES
from mockvod.service.tasks import Kind, Task, find_task, random_part
from mockvod.validators.catalog import catalog

#: Documented: a task can be asked for during three days after it was submitted.
QUERY_WINDOW = 3 * 86_400
#: What unfinished tasks show in place of a time (published DescribeTasks example).
NO_TIME = "0001-01-01T00:00:00Z"

#: By the action that makes them.
KINDS: dict[str, Kind] = {
    "CreateAigcAdvancedCustomElement": elements.ADVANCED,
    "CreateAigcImageTask": aigc.IMAGE,
    "CreateAigcSubject": subjects.SUBJECT,
    "CreateAigcVideoTask": aigc.VIDEO,
}


def describe_task_detail(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One task, with every field of the other task kinds present and null, as recorded."""
    task = find(context, params["TaskId"], params.get("SubAppId"))
    status = task.status(context.now)
    answer: dict[str, Any] = {
        member.name: None for member in context.contract.response.members if member.name != "RequestId"
    }
    answer.update(
        TaskType=task.contract.task_type,
        Status=status,
        **times(task, context.now),
    )
    field = task.contract.result_field
    # A test holds the contract of every action that makes tasks to naming it.
    assert field
    # CreateAigcSubjectTask has no Progress: each kind shows just the members that its type has.
    shown = catalog().type(context.contract.response.by_name[field].type)
    known = _detail(context, task, status == "FINISH")
    answer[field] = {member.name: known[member.name] for member in shown.members if member.name in known}
    return answer


def times(task: Task, now: float) -> dict[str, str]:
    """The three times that both a detail and a list show."""
    ended = task.status(now) == "FINISH"
    return {
        "CreateTime": iso(task.created),
        "BeginProcessTime": NO_TIME if task.begins is None else iso(task.begins),
        "FinishTime": iso(task.ends) if ended else NO_TIME,
    }


def find(context: Context, task_id: str, application: int | None) -> Task:
    """The account's task as it is now. Raises ApiError for one that is not there, not the application's, or too old."""
    task = find_task(context.transaction, random_part(task_id))
    if task is not None and task.begins is None and task.row["account"] == context.account:
        # It waits, or did when somebody last looked.
        advance(context, task.row["action"])
        task = find_task(context.transaction, random_part(task_id))
    if task is None or task.task_id != task_id or task.row["account"] != context.account:
        raise ApiError("unknown_task", explanation=f"this account has no task {task_id[:80]!r}")
    owner = task.row["SubAppId"]
    if application is not None and application != owner:
        raise ApiError("unknown_task", explanation=f"{task_id} belongs to the application {owner}, not {application}")
    if context.now - task.created > QUERY_WINDOW:
        submitted = iso(task.created)
        raise ApiError("task_too_old", explanation=f"{task_id} was submitted over three days ago, on {submitted}")
    return task


def _detail(context: Context, task: Task, finished: bool) -> dict[str, Any]:
    kind = KINDS[task.row["action"]]
    failed = finished and bool(task.failure)
    return {
        "TaskId": task.task_id,
        "Status": "FINISH" if finished else "PROCESSING",
        # A failed task is finished like any other: only these three tell (recorded).
        "ErrCode": FAILED if failed else 0,
        "ErrCodeExt": task.failure if failed else "",
        "Message": FAILURES[task.failure] if failed else "",
        "Progress": 100 if finished else _progress(task, context.now),
        "Input": echo(kind.input_type, task.params),
        "Output": kind.output(task, context.settings) if finished and not failed else kind.unfinished,
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
    }


def _progress(task: Task, now: float) -> int:
    if task.begins is None:
        return 0
    return min(99, max(0, int(100 * (now - task.begins) / (task.ends - task.begins))))

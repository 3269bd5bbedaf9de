"""Reading one task. What it says follows from the time alone, however often it is asked, unless it has a script."""

from __future__ import annotations

from functools import cache
from typing import Any

from mockvod.call.outcome import Refuse
from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.kinds.table import KINDS
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.replies import meaning

#: Documented: a task can be asked for during three days after it was submitted.
QUERY_WINDOW = 3 * 86_400
#: What unfinished tasks show in place of a time (published DescribeTasks example).
NO_TIME = "0001-01-01T00:00:00Z"


def describe_task_detail(context: Context, params: dict[str, Any]) -> dict[str, Any] | Refuse:
    """One task, with every field of the other task kinds present and null, as recorded."""
    task = find_task(context, params["TaskId"], params.get("SubAppId"))
    if task.row.script is not None:
        # The call is counted, and answered from the task as it was before.
        context.tasks.note_poll(task)
        if task.status == "PROCESSING" and task.step["step"] == "describe_error":
            code, explanation = (
                task.step["code"],
                "the script of the task has DescribeTaskDetail fail; the task goes on",
            )
            return Refuse(ApiError("", code=code, text=meaning(code), explanation=explanation), keep=True)
    answer: dict[str, Any] = dict(_empty_answer())
    answer.update(TaskType=task.contract.task_type, Status=task.outer_status, **times(task))
    answer[_field(task.action)] = detail(task, context.settings)
    return answer


def detail(task: Task, settings: Settings) -> dict[str, Any]:
    """What a task says of itself, in its answer to DescribeTaskDetail and in its event."""
    failed = task.failure if task.has_ended else None
    known = {
        "TaskId": task.task_id,
        "Status": "FINISH" if task.has_ended else "PROCESSING",
        # A failed task is finished like any other: only these three tell (recorded).
        "ErrCode": failed.code if failed else 0,
        "ErrCodeExt": failed.ext if failed else "",
        "Message": failed.message if failed else "",
        "Progress": task.progress,
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
        **_result(task, settings),
    }
    # CreateAigcSubjectTask has no Progress: each kind shows just the members that its type has.
    return {name: known[name] for name in _members(task.action) if name in known}


def _result(task: Task, settings: Settings) -> dict[str, Any]:
    """What its kind alone tells. Its script may have the output of one that ended well missing or empty."""
    output = task.row.last_step.get("output", "whole") if task.succeeded else "whole"
    told = KINDS[task.action].tells(task, task.succeeded and output == "whole", settings)
    # Recorded answers show as null what is not there.
    return {**told, "Output": None} if output == "missing" else told


@cache
def _field(action: str) -> str:
    """The member of DescribeTaskDetail's answer that tells of the tasks that `action` makes."""
    field = catalog().require(action).result_field
    # A test holds the contract of every action that makes tasks to naming it.
    assert field
    return field


@cache
def _empty_answer() -> dict[str, None]:
    members = catalog().require("DescribeTaskDetail").response.members
    return {member.name: None for member in members if member.name != "RequestId"}


@cache
def _members(action: str) -> tuple[str, ...]:
    """The members of the published type of the tasks that `action` makes, in order."""
    published = catalog().require("DescribeTaskDetail").response.by_name[_field(action)].type
    return tuple(member.name for member in catalog().type(published).members)


def times(task: Task) -> dict[str, str]:
    """The three times that both a detail and a list show."""
    begun = task.begun
    return {
        "CreateTime": iso(task.created),
        "BeginProcessTime": NO_TIME if begun is None else iso(begun),
        "FinishTime": iso(task.ends) if task.has_ended else NO_TIME,
    }


def find_task(context: Context, task_id: str, application: int | None) -> Task:
    """The account's task as it is now. Raises ApiError for one that is not there, not the application's, or too old."""
    task = context.tasks.find(task_id)
    if task is None or task.account != context.account:
        raise ApiError("unknown_task", explanation=f"this account has no task {task_id[:80]!r}")
    owner = task.application
    if application is not None and application != owner:
        raise ApiError("unknown_task", explanation=f"{task_id} belongs to the application {owner}, not {application}")
    if context.now - task.created > QUERY_WINDOW:
        submitted = iso(task.created)
        raise ApiError("task_too_old", explanation=f"{task_id} was submitted over three days ago, on {submitted}")
    return task

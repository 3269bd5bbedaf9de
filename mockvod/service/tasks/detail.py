"""Reading one task. What it says follows from the time alone, however often it is asked, unless it has a script."""

from __future__ import annotations

from functools import cache
from typing import Any

from mockvod.call.outcome import Refuse
from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.input import played_back
from mockvod.service.tasks.kind import behaviours
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.task_kinds import task_kinds
from mockvod.validators.replies import meaning

#: Documented: a task can be asked for during three days after it was submitted.
QUERY_WINDOW = task_kinds().query_window
#: What unfinished tasks show in place of a time (published DescribeTasks example).
NO_TIME = task_kinds().no_time


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
            return Refuse(ApiError("message", code=code, message=meaning(code), explanation=explanation), keep=True)
    answer: dict[str, Any] = dict(_empty_answer())
    answer.update(TaskType=task.contract.task_type, Status=task.outer_status, **times(task))
    answer[_field(task.action)] = detail(task, context.settings, context.made)
    return answer


def detail(task: Task, settings: Settings, made: MadeFiles) -> dict[str, Any]:
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
        **_results(task, settings, made),
    }
    # CreateAigcSubjectTask has no Progress: each kind shows just the members that its type has.
    return {name: known[name] for name in _members(task.action) if name in known}


def _results(task: Task, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """Input and Output, or what the kind has in their place. A script may have the Output missing or empty."""
    kind, output = task.contract.task, task.row.last_step.get("output", "whole") if task.succeeded else "whole"
    assert kind  # only actions whose contract tells of tasks make them: see kind.py
    if task.succeeded and output == "whole":
        results = behaviours()[kind.action].output(task, settings, made)
    else:
        results = dict(kind.unfinished)
    if kind.input_type is None:
        return results
    # Recorded answers show as null what is not there.
    return {"Input": played_back(kind.input_type, task.params), "Output": None if output == "missing" else results}


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

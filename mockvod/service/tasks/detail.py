"""DescribeTaskDetail: one task. Unless the task has a script, its detail depends on the time alone, not on the calls."""

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

#: Documented: a task can be queried for three days after its submission.
QUERY_WINDOW = task_kinds().query_window
#: What unfinished tasks have in place of a time (published example of DescribeTasks).
NO_TIME = task_kinds().no_time


def describe_task_detail(context: Context, params: dict[str, Any]) -> dict[str, Any] | Refuse:
    """Returns one task. As in recorded answers, the members of all other kinds are present and null."""
    task = find_task(context, params["TaskId"], params.get("SubAppId"))
    if task.row.script is not None:
        # The call counts as a poll, but its answer shows the task as it was before.
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
    """Makes the object that describes a task in the answer of DescribeTaskDetail and in its event."""
    failed = task.failure if task.has_ended else None
    known = {
        "TaskId": task.task_id,
        "Status": "FINISH" if task.has_ended else "PROCESSING",
        # Recorded: a failed task is finished like any other, and only these three members show the failure.
        "ErrCode": failed.code if failed else 0,
        "ErrCodeExt": failed.ext if failed else "",
        "Message": failed.message if failed else "",
        "Progress": task.progress,
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
        **_results(task, settings, made),
    }
    # Only the members of the published type: CreateAigcSubjectTask, for example, has no Progress.
    return {name: known[name] for name in _members(task.action) if name in known}


def _results(task: Task, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """Input and Output, or the members that a kind has instead. With a script, Output can be missing or empty."""
    kind, output = task.contract.task, task.row.last_step.get("output", "whole") if task.succeeded else "whole"
    assert kind  # only actions with an entry in contracts/tasks.json make tasks: see kind.py
    if task.succeeded and output == "whole":
        results = behaviours()[kind.action].output(task, settings, made)
    else:
        results = dict(kind.unfinished)
    if kind.input_type is None:
        return results
    # Recorded: an absent object is null.
    return {"Input": played_back(kind.input_type, task.params), "Output": None if output == "missing" else results}


@cache
def _field(action: str) -> str:
    """The member of DescribeTaskDetail's answer that describes the tasks of an action."""
    field = catalog().require(action).result_field
    # A test checks that the contract of every action that makes tasks names it.
    assert field
    return field


@cache
def _empty_answer() -> dict[str, None]:
    members = catalog().require("DescribeTaskDetail").response.members
    return {member.name: None for member in members if member.name != "RequestId"}


@cache
def _members(action: str) -> tuple[str, ...]:
    """The members of the published type that describes the tasks of an action, in order."""
    published = catalog().require("DescribeTaskDetail").response.by_name[_field(action)].type
    return tuple(member.name for member in catalog().type(published).members)


def times(task: Task) -> dict[str, str]:
    """Makes the three times that the detail and lists have in common."""
    begun = task.begun
    return {
        "CreateTime": iso(task.created),
        "BeginProcessTime": NO_TIME if begun is None else iso(begun),
        "FinishTime": iso(task.ends) if task.has_ended else NO_TIME,
    }


def find_task(context: Context, task_id: str, application: int | None) -> Task:
    """Finds a task of the account, as it is now.

    Raises:
        ApiError: There is no such task, it belongs to another application, or it is too old to be queried.
    """
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

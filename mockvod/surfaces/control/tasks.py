"""Endpoints for tasks: to list them, to end them, and to script them in advance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, cast

from mockvod.errors import TaskError
from mockvod.scripts import PendingScript
from mockvod.surfaces.control.endpoint import ControlContext, Endpoint, require_account
from mockvod.surfaces.control.fields import OBJECT, TEXT, ControlError, FieldType, Member, array_of, or_null, whole
from mockvod.tasks import TaskHandle


class TaskView(TypedDict):
    """One task: its TaskId, the action that created it, and WAITING, PROCESSING, FINISH or ABORTED."""

    id: str
    action: str
    status: str


class Tasks(TypedDict):
    """All tasks, oldest first."""

    tasks: list[TaskView]


class ScriptView(TypedDict):
    """The steps of the next `times` tasks of an action; an `account` of null means any."""

    action: str
    steps: list[dict[str, Any]]
    account: str | None
    times: int


class Scripts(TypedDict):
    """The scripts that are not used up."""

    scripts: list[ScriptView]


def list_tasks(context: ControlContext) -> Tasks:
    """The tasks of all accounts."""
    return {"tasks": [_view(each) for each in context.core.tasks]}


def progress_task(context: ControlContext, task_id: str, percent: int) -> TaskView:
    """Sets the Progress that a running task reports until it ends."""
    return _command(context, task_id, lambda task: task.progress(percent))


def finish_task(context: ControlContext, task_id: str) -> TaskView:
    """Ends a running task now, successfully."""
    return _command(context, task_id, lambda task: task.finish())


def fail_task(context: ControlContext, task_id: str, **given: Any) -> TaskView:
    """Ends a running task now, with a failure."""
    if given.get("code") == 0:
        raise ControlError("code is 0, which means success; use finish")
    return _command(context, task_id, lambda task: task.fail(**given))


def list_scripts(context: ControlContext) -> Scripts:
    """The scripts that are not used up."""
    return {"scripts": [_script_view(each) for each in context.core.tasks.scripts]}


def add_script(context: ControlContext, action: str, steps: list[Any], **given: Any) -> Scripts:
    """Makes the next tasks of an action follow steps instead of the clock."""
    if "account" in given:
        require_account(context.core, given["account"])
    context.core.tasks.script(action, steps, **given)
    return list_scripts(context)


def _script_view(script: PendingScript) -> ScriptView:
    return cast(ScriptView, script.as_json())


def _command(context: ControlContext, task_id: str, command: Callable[[TaskHandle], None]) -> TaskView:
    try:
        task = context.core.tasks[task_id]
    except TaskError as error:
        raise ControlError(str(error), 404) from None
    try:
        command(task)
    except TaskError as error:
        raise ControlError(str(error), 409) from None
    return _view(task)


def _view(task: TaskHandle) -> TaskView:
    return {"id": task.id, "action": task.action, "status": task.status}


#: Only the outer shape: mockvod.scripts checks the rest, and its messages name the steps and what each takes.
STEP = FieldType(
    "an object with the member step",
    {"type": "object", "properties": {"step": {"type": "string"}}, "required": ["step"]},
    lambda value: OBJECT.accepts(value) and TEXT.accepts(value.get("step")),
)

_REFUSALS = {404: "no such task", 409: "the task is not PROCESSING"}
_INT64 = 2**63

ENDPOINTS = (
    Endpoint("GET", "/tasks", list_tasks),
    Endpoint(
        "POST",
        "/tasks/<task_id>/progress",
        progress_task,
        members=(Member("percent", whole(0, 100), "The Progress to report.", required=True),),
        refusals=_REFUSALS,
        examples={"half": {"percent": 50}},
    ),
    Endpoint("POST", "/tasks/<task_id>/finish", finish_task, refusals=_REFUSALS),
    Endpoint(
        "POST",
        "/tasks/<task_id>/fail",
        fail_task,
        members=(
            Member("ext", TEXT, "ErrCodeExt, InternalError by default; any text is accepted."),
            Member("message", or_null(TEXT), "Message; by default the usual one of the ErrCodeExt."),
            Member("code", whole(-_INT64, _INT64 - 1), "ErrCode, 70000 by default; not 0."),
        ),
        refusals=_REFUSALS,
        examples={
            "usual": {},
            "timeout": {"ext": "TaskTimeout"},
            "own": {"ext": "MyCode", "message": "my words", "code": 40000},
        },
    ),
    Endpoint("GET", "/tasks/script", list_scripts),
    Endpoint(
        "POST",
        "/tasks/script",
        add_script,
        members=(
            Member("action", TEXT, "An action that creates tasks.", required=True),
            Member("steps", array_of(STEP), "The steps, in order.", required=True),
            Member("account", TEXT, "Only tasks of this SecretId."),
            Member("times", whole(1, 2**31), "How many tasks follow the script, 1 by default."),
        ),
        refusals={404: "no such account"},
        examples={
            "back and twice": {
                "action": "CreateAigcVideoTask",
                "steps": [
                    {"step": "progress", "percent": 80},
                    {"step": "progress", "percent": 40, "seconds": 2},
                    {"step": "finish", "events": 2},
                ],
            },
            "nothing to fetch": {
                "action": "CreateAigcImageTask",
                "steps": [{"step": "waiting", "polls": 2}, {"step": "finish", "file": "gone"}],
                "times": 3,
            },
            "failure": {
                "action": "CreateAigcVideoTask",
                "steps": [
                    {"step": "describe_error", "code": "InternalError"},
                    {"step": "fail", "ext": "InvalidParameter.VoilationContent"},
                ],
            },
        },
    ),
)

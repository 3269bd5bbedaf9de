"""Control pages for tasks: to look at, and to end as wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, cast

from mockvod.errors import TaskError
from mockvod.scripts import PendingScript
from mockvod.surfaces.control.fields import OBJECT, TEXT, ControlError, Kind, Member, array_of, or_null, whole
from mockvod.surfaces.control.page import Desk, Page, require_account
from mockvod.tasks import TaskHandle


class TaskShown(TypedDict):
    """One task: its TaskId, the action that made it, and WAITING, PROCESSING, FINISH or ABORTED."""

    id: str
    action: str
    status: str


class Tasks(TypedDict):
    """All tasks, oldest first."""

    tasks: list[TaskShown]


class ScriptShown(TypedDict):
    """What the next `times` tasks of an action are to show, of any account for null."""

    action: str
    steps: list[dict[str, Any]]
    account: str | None
    times: int


class Scripts(TypedDict):
    """Scripts that have not been used up."""

    scripts: list[ScriptShown]


def list_tasks(desk: Desk) -> Tasks:
    """The tasks of all accounts."""
    return {"tasks": [_shown(each) for each in desk.core.tasks]}


def progress_task(desk: Desk, task_id: str, percent: int) -> TaskShown:
    """Has a running task tell of that progress until it ends."""
    return _told(desk, task_id, lambda task: task.progress(percent))


def finish_task(desk: Desk, task_id: str) -> TaskShown:
    """Ends a running task well, now."""
    return _told(desk, task_id, lambda task: task.finish())


def fail_task(desk: Desk, task_id: str, **given: Any) -> TaskShown:
    """Ends a running task with a failure, now."""
    if given.get("code") == 0:
        raise ControlError("code is 0, which means success; use finish")
    return _told(desk, task_id, lambda task: task.fail(**given))


def list_scripts(desk: Desk) -> Scripts:
    """The scripts that have not been used up."""
    return {"scripts": [_written(each) for each in desk.core.tasks.scripts]}


def add_script(desk: Desk, action: str, steps: list[Any], **given: Any) -> Scripts:
    """Has the next tasks that an action makes follow steps instead of the clock."""
    if "account" in given:
        require_account(desk.core, given["account"])
    desk.core.tasks.script(action, steps, **given)
    return list_scripts(desk)


def _written(script: PendingScript) -> ScriptShown:
    return cast(ScriptShown, script.as_json())


def _told(desk: Desk, task_id: str, tell: Callable[[TaskHandle], None]) -> TaskShown:
    try:
        task = desk.core.tasks[task_id]
    except TaskError as error:
        raise ControlError(str(error), 404) from None
    try:
        tell(task)
    except TaskError as error:
        raise ControlError(str(error), 409) from None
    return _shown(task)


def _shown(task: TaskHandle) -> TaskShown:
    return {"id": task.id, "action": task.action, "status": task.status}


#: The tasks say more of it, in their refusals: which steps there are, and what each takes.
STEP = Kind(
    "an object with the member step",
    {"type": "object", "properties": {"step": {"type": "string"}}, "required": ["step"]},
    lambda value: OBJECT.takes(value) and TEXT.takes(value.get("step")),
)

_REFUSALS = {404: "no such task", 409: "the task waits, or has ended"}
_INT64 = 2**63

PAGES = (
    Page("GET", "/tasks", list_tasks),
    Page(
        "POST",
        "/tasks/<task_id>/progress",
        progress_task,
        members=(Member("percent", whole(0, 100), "What Progress is to be.", required=True),),
        refusals=_REFUSALS,
        examples={"half": {"percent": 50}},
    ),
    Page("POST", "/tasks/<task_id>/finish", finish_task, refusals=_REFUSALS),
    Page(
        "POST",
        "/tasks/<task_id>/fail",
        fail_task,
        members=(
            Member("ext", TEXT, "ErrCodeExt, InternalError unless told otherwise; any text goes."),
            Member("message", or_null(TEXT), "Message, unless it is to be the usual one."),
            Member("code", whole(-_INT64, _INT64 - 1), "ErrCode, 70000 unless told otherwise; not 0."),
        ),
        refusals=_REFUSALS,
        examples={
            "usual": {},
            "timeout": {"ext": "TaskTimeout"},
            "own": {"ext": "MyCode", "message": "my words", "code": 40000},
        },
    ),
    Page("GET", "/tasks/script", list_scripts),
    Page(
        "POST",
        "/tasks/script",
        add_script,
        members=(
            Member("action", TEXT, "An action that makes tasks.", required=True),
            Member("steps", array_of(STEP), "What to show, one after the other.", required=True),
            Member("account", TEXT, "Tasks of this SecretId only."),
            Member("times", whole(1, 2**31), "How many tasks, 1 unless told otherwise."),
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

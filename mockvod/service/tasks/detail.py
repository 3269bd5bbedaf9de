"""Reading one task. What it says follows from the time alone, however often it is asked, unless it has a script."""

from __future__ import annotations

from functools import cache
from typing import Any

from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.kinds import elements, faces, models3d, scenes, sounds, subjects
from mockvod.service.kinds import generation as aigc
from mockvod.service.later import Nothing
from mockvod.service.media import uploads
from mockvod.service.tasks.model import Kind, Task, random_part, task_now
from mockvod.service.tasks.scripted import begun, output_of, percent, polled, shown
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.replies import meaning

#: Documented: a task can be asked for during three days after it was submitted.
QUERY_WINDOW = 3 * 86_400
#: What unfinished tasks show in place of a time (published DescribeTasks example).
NO_TIME = "0001-01-01T00:00:00Z"

#: By the action that makes them.
KINDS: dict[str, Kind] = {
    "CreateAigcAdvancedCustomElement": elements.ADVANCED,
    "CreateAigcAudioClone": sounds.CLONE,
    "CreateAigcAudioTask": sounds.AUDIO,
    "CreateAigcCustomVoice": sounds.VOICE,
    "CreateAigcHunyuan3DTask": models3d.MODEL,
    "CreateAigcImageTask": aigc.IMAGE,
    "CreateAigcSubject": subjects.SUBJECT,
    "CreateAigcVideoRedrawTask": scenes.REDRAW,
    "CreateAigcVideoTask": aigc.VIDEO,
    "CreateSceneAigcImageTask": scenes.SCENE_IMAGE,
    "CreateSceneAigcVideoTask": scenes.SCENE_VIDEO,
    "DescribeAigcFaceInfoAsync": faces.FACES,
    "PullUpload": uploads.PULL,
}


def describe_task_detail(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One task, with every field of the other task kinds present and null, as recorded."""
    task = find(context, params["TaskId"], params.get("SubAppId"))
    if task.has_script:
        _follow_script(context, task)
    answer: dict[str, Any] = {
        member.name: None for member in context.contract.response.members if member.name != "RequestId"
    }
    answer.update(
        TaskType=task.contract.task_type,
        Status=task.outer_status(context.now),
        **times(task, context.now),
    )
    field = task.contract.result_field
    # A test holds the contract of every action that makes tasks to naming it.
    assert field
    answer[field] = detail(task, context.now, context.settings)
    return answer


def _follow_script(context: Context, task: Task) -> None:
    """Counts the call, which is answered from `task` as it was before. Raises Nothing where the script refuses it."""
    polled(context.transaction, random_part(task.task_id), task.row, context.now)
    if task.status(context.now) == "PROCESSING":
        step = shown(task.row, context.now)
        if step["step"] == "describe_error":
            explanation = "the script of the task has DescribeTaskDetail fail; the task goes on"
            refusal = ApiError("", code=step["code"], text=meaning(step["code"]), explanation=explanation)
            # Not as an ApiError, which would undo the count.
            raise Nothing(refusal, waits=False)


def detail(task: Task, now: float, settings: Settings) -> dict[str, Any]:
    """What a task says of itself, in its answer to DescribeTaskDetail and in its event. Raises Later: see later.py."""
    status, failure = task.status(now), task.failure
    ended = status == "FINISH"
    failed = failure if ended else None
    known = {
        "TaskId": task.task_id,
        "Status": "FINISH" if ended else "PROCESSING",
        # A failed task is finished like any other: only these three tell (recorded).
        "ErrCode": failed.code if failed else 0,
        "ErrCodeExt": failed.ext if failed else "",
        "Message": failed.message if failed else "",
        "Progress": 100 if ended else _progress(task, now),
        "SessionId": task.params.get("SessionId") or "",
        "SessionContext": task.params.get("SessionContext") or "",
        **_told(task, ended and not failed, settings),
    }
    # CreateAigcSubjectTask has no Progress: each kind shows just the members that its type has.
    return {name: known[name] for name in _members(task.row["action"]) if name in known}


def _told(task: Task, succeeded: bool, settings: Settings) -> dict[str, Any]:
    output = output_of(task.row) if succeeded else "whole"
    told = KINDS[task.row["action"]].tells(task, succeeded and output == "whole", settings)
    # Recorded answers show as null what is not there.
    return {**told, "Output": None} if output == "missing" else told


@cache
def _members(action: str) -> tuple[str, ...]:
    """The members of the published type of the tasks that `action` makes, in order."""
    field = catalog().require(action).result_field
    assert field
    published = catalog().require("DescribeTaskDetail").response.by_name[field].type
    return tuple(member.name for member in catalog().type(published).members)


def times(task: Task, now: float) -> dict[str, str]:
    """The three times that both a detail and a list show."""
    ended = task.status(now) == "FINISH"
    begins = begun(task.row, now) if task.has_script else task.begins
    return {
        "CreateTime": iso(task.created),
        "BeginProcessTime": NO_TIME if begins is None else iso(begins),
        "FinishTime": iso(task.ends) if ended else NO_TIME,
    }


def find(context: Context, task_id: str, application: int | None) -> Task:
    """The account's task as it is now. Raises ApiError for one that is not there, not the application's, or too old."""
    task = task_now(context.transaction, random_part(task_id), context.now)
    if task is None or task.task_id != task_id or task.account != context.account:
        raise ApiError("unknown_task", explanation=f"this account has no task {task_id[:80]!r}")
    owner = task.row["SubAppId"]
    if application is not None and application != owner:
        raise ApiError("unknown_task", explanation=f"{task_id} belongs to the application {owner}, not {application}")
    if context.now - task.created > QUERY_WINDOW:
        submitted = iso(task.created)
        raise ApiError("task_too_old", explanation=f"{task_id} was submitted over three days ago, on {submitted}")
    return task


def _progress(task: Task, now: float) -> int:
    if task.begins is None:
        return 0
    told: int | None = task.row.get("progress")
    if told is not None:
        return told
    if task.has_script:
        return percent(task.row, now)
    if now <= task.begins:  # by a clock that was set back
        return 0
    return min(99, int(100 * (now - task.begins) / (task.ends - task.begins)))

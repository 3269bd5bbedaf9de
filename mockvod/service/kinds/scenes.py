"""Pictures and videos for a scene, and videos drawn anew in another style."""

from __future__ import annotations

from math import ceil
from typing import Any

from mockvod.media import asked_for
from mockvod.service.account.quotas import charge
from mockvod.service.context import Context
from mockvod.service.tasks.kind import with_output
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import create_file_task, described, is_permanent, measured
from mockvod.settings import Settings


def create_scene_image_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task whose results are pictures: as many as a product scene asks for, else one."""
    charge(context, context.application(params), "Image", len(asked_for(context.contract.action, params)))
    return create_file_task(context, params)


def create_video_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task whose result is one video, of a scene or redrawn."""
    seconds = sum(file.seconds for file in asked_for(context.contract.action, params))
    charge(context, context.application(params), "Video", ceil(seconds))
    return create_file_task(context, params)


def _files(task: Task, settings: Settings) -> list[dict[str, Any]]:
    files = described(task, settings)
    if not is_permanent(task.params):
        # Documented of these three kinds: MetaData counts with Permanent. That it is null without is assumed.
        return [{**file, "MetaData": None} for file in files]
    return [{**file, "MetaData": metadata} for file, metadata in zip(files, measured(task, settings), strict=True)]


def _scene_output(task: Task, settings: Settings) -> dict[str, Any]:
    return {"FileInfos": _files(task, settings)}


def _redraw_output(task: Task, settings: Settings) -> dict[str, Any]:
    [file] = _files(task, settings)
    return {"FileInfo": file}


SCENE_IMAGE = with_output("SceneAigcImageTaskInput", {"FileInfos": []}, _scene_output)
SCENE_VIDEO = with_output("SceneAigcVideoTaskInput", {"FileInfos": []}, _scene_output)
# Null for an object that is not there: as recorded of whole kinds of tasks, assumed within one.
REDRAW = with_output("AigcVideoRedrawTaskInput", {"FileInfo": None}, _redraw_output)

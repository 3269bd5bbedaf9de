"""Video and picture generation."""

from __future__ import annotations

from math import ceil
from typing import Any

from mockvod.media import asked_for
from mockvod.service.account.quotas import charge
from mockvod.service.context import Context
from mockvod.service.tasks.kind import with_output
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import create_file_task, described, measured
from mockvod.settings import Settings

#: Recorded answers carry just these two counts; the published others are for models that are billed by them.
_USAGE = {"InputTokens": 0, "ThoughtTokens": 0}
#: What a quota is charged for a video whose length is left to the model: most take five seconds by default.
_USUAL_SECONDS = 5


def create_video_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a video task; its result is one MP4."""
    seconds = (params.get("OutputConfig") or {}).get("Duration") or _USUAL_SECONDS
    charge(context, context.application(params), "Video", ceil(seconds))
    return create_file_task(context, params)


def create_image_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a picture task; its results are as many pictures as the model makes of OutputImageCount."""
    charge(context, context.application(params), "Image", len(asked_for(context.contract.action, params)))
    return create_file_task(context, params)


def _video_output(task: Task, settings: Settings) -> dict[str, Any]:
    files = [
        {**file, "FileContent": "", "UsageType": "", "MetaData": metadata}
        for file, metadata in zip(described(task, settings), measured(task, settings), strict=True)
    ]
    return {"FileInfos": files, "ProcedureTaskIds": [], "Usage": _USAGE}


def _image_output(task: Task, settings: Settings) -> dict[str, Any]:
    # MetaData of pictures is null in the published guide's sample.
    return {"FileInfos": [file | {"MetaData": None} for file in described(task, settings)]}


VIDEO = with_output("AigcVideoTaskInput", {"FileInfos": [], "ProcedureTaskIds": [], "Usage": _USAGE}, _video_output)
IMAGE = with_output("AigcImageTaskInput", {"FileInfos": []}, _image_output)

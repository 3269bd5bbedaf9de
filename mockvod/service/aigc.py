"""Video and picture generation."""

from __future__ import annotations

from math import ceil
from typing import Any

from mockvod.clock import iso
from mockvod.service.context import Context
from mockvod.service.echo import FILLERS
from mockvod.service.media import asset_metadata, expires_at, is_permanent, result_url
from mockvod.service.quotas import charge
from mockvod.service.tasks import Kind, Task, create_task, sub_app_id
from mockvod.settings import Settings

VIDEO_ASSET = "aigcVideoGenFile.mp4"
IMAGE_ASSET = "aigcImageGenFile.png"

#: Recorded answers carry just these two counts; the published others are for models that are billed by them.
_USAGE = {"InputTokens": 0, "ThoughtTokens": 0}
#: Documented: Kling makes up to nine pictures, which is the most.
_MOST_PICTURES = 9
#: What a quota is charged for a video whose length is left to the model: most take five seconds by default.
_USUAL_SECONDS = 5


def create_video_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a video task; its result is one MP4."""
    seconds = (params.get("OutputConfig") or {}).get("Duration") or _USUAL_SECONDS
    charge(context, sub_app_id(context, params), "Video", ceil(seconds))
    return create_task(context, params, _files(context, params, VIDEO_ASSET, 1))


def create_image_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a picture task; its result is as many PNGs as OutputImageCount asks for, one by default."""
    count = min((params.get("OutputConfig") or {}).get("OutputImageCount") or 1, _MOST_PICTURES)
    charge(context, sub_app_id(context, params), "Image", count)
    return create_task(context, params, _files(context, params, IMAGE_ASSET, count))


def _files(context: Context, params: dict[str, Any], asset: str, count: int) -> dict[str, Any]:
    """What is settled of the result files when their task is made. Only files that stay get a FileId (recorded)."""
    permanent = is_permanent(params)
    return {"files": [{"asset": asset, "FileId": context.ids.file_id() if permanent else ""} for _ in range(count)]}


def _video_output(task: Task, settings: Settings) -> dict[str, Any]:
    more = {"FileContent": "", "UsageType": "", "MetaData": asset_metadata(VIDEO_ASSET)}
    files = [file | more for file in _described(task, settings)]
    return {"FileInfos": files, "ProcedureTaskIds": [], "Usage": _USAGE}


def _image_output(task: Task, settings: Settings) -> dict[str, Any]:
    # MetaData of pictures is null in the published guide's sample.
    return {"FileInfos": [file | {"MetaData": None} for file in _described(task, settings)]}


VIDEO = Kind("AigcVideoTaskInput", {"FileInfos": [], "ProcedureTaskIds": [], "Usage": _USAGE}, _video_output)
IMAGE = Kind("AigcImageTaskInput", {"FileInfos": []}, _image_output)


def _described(task: Task, settings: Settings) -> list[dict[str, Any]]:
    """What a task says of each result file; of a Temporary one neither type nor FileId (recorded)."""
    config = task.params.get("OutputConfig") or {}
    expires, permanent = expires_at(task), is_permanent(task.params)
    return [
        {
            "StorageMode": "Permanent" if permanent else "Temporary",
            "MediaName": config.get("MediaName") or "",
            "ClassId": config.get("ClassId") or 0,
            "ExpireTime": config.get("ExpireTime") or FILLERS["ExpireTime"] if expires is None else iso(expires),
            "FileType": file["asset"].rpartition(".")[2] if permanent else "",
            "FileUrl": result_url(task, settings, index, file["asset"]),
            "FileId": file["FileId"],
        }
        for index, file in enumerate(task.result["files"])
    ]

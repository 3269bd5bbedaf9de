"""Video and picture generation."""

from __future__ import annotations

from typing import Any

from mockvod.clock import iso
from mockvod.service.context import Context
from mockvod.service.echo import FILLERS, echo
from mockvod.service.media import TEMPORARY_SECONDS, add_result, asset_metadata
from mockvod.service.tasks import create_task, ends_at

VIDEO_ASSET = "aigcVideoGenFile.mp4"
IMAGE_ASSET = "aigcImageGenFile.png"


def create_video_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a video task; its result is one MP4."""
    file = _result_file(context, params, VIDEO_ASSET)
    file.update(FileContent="", UsageType="", MetaData=asset_metadata(VIDEO_ASSET))
    # Recorded answers carry just these two; the others are for models that bill by them.
    usage = {"InputTokens": 0, "ThoughtTokens": 0}
    rest: dict[str, Any] = {"ProcedureTaskIds": [], "Usage": usage}
    return create_task(
        context,
        params,
        echo=echo("AigcVideoTaskInput", params),
        unfinished={"FileInfos": [], **rest},
        output={"FileInfos": [file], **rest},
    )


def create_image_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a picture task; its result is as many PNGs as OutputImageCount asks for, one by default."""
    count = (params.get("OutputConfig") or {}).get("OutputImageCount") or 1
    # MetaData of pictures is null in the published guide's sample.
    pictures = [{**_result_file(context, params, IMAGE_ASSET), "MetaData": None} for _ in range(min(count, 9))]
    return create_task(
        context,
        params,
        echo=echo("AigcImageTaskInput", params),
        unfinished={"FileInfos": []},
        output={"FileInfos": pictures},
    )


def _result_file(context: Context, params: dict[str, Any], asset: str) -> dict[str, Any]:
    """What a task says of one result file; a Temporary one has neither name, type nor FileId (recorded)."""
    config = params.get("OutputConfig") or {}
    ready = ends_at(context)
    permanent = config.get("StorageMode") == "Permanent"
    expires = None if permanent else ready + TEMPORARY_SECONDS
    return {
        "StorageMode": "Permanent" if permanent else "Temporary",
        "MediaName": config.get("MediaName") or "",
        "ClassId": config.get("ClassId") or 0,
        "ExpireTime": iso(expires) if expires is not None else config.get("ExpireTime") or FILLERS["ExpireTime"],
        "FileType": asset.rpartition(".")[2] if permanent else "",
        "FileUrl": add_result(context, asset, ready, expires),
        "FileId": context.ids.file_id() if permanent else "",
    }

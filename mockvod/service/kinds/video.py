"""Tasks that make videos from a prompt, pictures or other videos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import SECONDS, VIDEO_RATIO, VIDEO_RESOLUTION, usual
from mockvod.media.sizes import VIDEO_SIDES, box
from mockvod.media.values import inside, seconds, shape, short_side
from mockvod.service.account.quotas import charge
from mockvod.service.context import Context
from mockvod.service.tasks.file_tasks import create_file_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a video task. A quota is charged the usual length where the model determines the length."""
    config: dict[str, Any] = params.get("OutputConfig") or {}
    length = config.get("Duration") or SECONDS
    charge(context, context.application(params), "Video", ceil(length))
    return create_file_task(context, params)


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One MP4, as the request says or, where it says nothing, with the defaults of the model."""
    config = inside(params, "OutputConfig")
    resolution = usual("video", params, "resolution", VIDEO_RESOLUTION)
    ratio = usual("video", params, "aspect_ratio", VIDEO_RATIO)
    size = box(short_side(config.get("Resolution"), resolution, VIDEO_SIDES), shape(config.get("AspectRatio"), ratio))
    length = seconds(config.get("Duration"), usual("video", params, "duration", SECONDS))
    audio = config.get("AudioGeneration") or usual("video", params, "audio", "Disabled")
    # Inferred from the name of EnableBGM: background music is sound as well.
    yield FileSpec("video", "mp4", *size, length, "Enabled" in (audio, config.get("EnableBGM")))


KIND = TaskBehaviour("CreateAigcVideoTask", create, finished_output, files)

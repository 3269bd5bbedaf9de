"""Tasks that make videos for a scene."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import VIDEO_RATIO, VIDEO_RESOLUTION
from mockvod.media.sizes import VIDEO_SIDES, box
from mockvod.media.values import inside, seconds, shape, short_side
from mockvod.service.tasks.file_tasks import create_film_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output

#: Documented: 4, 6 or 8 seconds. Assumed: the first is the default.
_SECONDS = 4


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One video, in the length, ratio and resolution of OutputConfig."""
    config = inside(params, "OutputConfig")
    # Only the Chinese site has Resolution (X-CN-ONLY in contracts/actions/CreateSceneAigcVideoTask.json).
    short = short_side(config.get("Resolution"), VIDEO_RESOLUTION, VIDEO_SIDES)
    size = box(short, shape(config.get("AspectRatio"), VIDEO_RATIO))
    yield FileSpec("video", "mp4", *size, seconds(config.get("Duration"), _SECONDS))


KIND = TaskBehaviour("CreateSceneAigcVideoTask", create_film_task, finished_output, files)

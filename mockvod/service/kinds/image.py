"""Tasks that make pictures from a prompt or from other pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import IMAGE_RATIO, IMAGE_RESOLUTION, usual
from mockvod.media.sizes import IMAGE_SIDES, box, fit, written_size
from mockvod.media.values import count, file_format, inside, shape, short_side, size_in_ext_info
from mockvod.service.tasks.file_tasks import create_picture_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output

#: Documented: the largest number of pictures. With other models the number has no effect (A-IT-COUNT in
#: contracts/models.json).
_MOST_PICTURES: Mapping[str, int] = {"Kling": 9, "OG": 8}


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """As many pictures as OutputImageCount requests and the model makes, in one size.

    The size is the one written in ExtInfo or in Resolution, or that of the tier in Resolution.
    """
    config = inside(params, "OutputConfig")
    written = size_in_ext_info(params) or written_size(config.get("Resolution"))
    resolution = usual("image", params, "resolution", IMAGE_RESOLUTION)
    ratio = usual("image", params, "aspect_ratio", IMAGE_RATIO)
    short = short_side(config.get("Resolution"), resolution, IMAGE_SIDES)
    size = fit(*written) if written else box(short, shape(config.get("AspectRatio"), ratio))
    picture = FileSpec("image", file_format(config.get("OutputFormat"), "png", "png", "jpg"), *size)
    most = _MOST_PICTURES.get(str(params.get("ModelName")), 1)
    yield from [picture] * count(config.get("OutputImageCount"), most)


KIND = TaskBehaviour("CreateAigcImageTask", create_picture_task, finished_output, files)

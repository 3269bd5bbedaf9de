"""Tasks that redraw a video in another style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import PLAIN_VIDEO
from mockvod.service.tasks.file_tasks import create_film_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def files(_: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One ordinary video, because nothing is known of the source."""
    yield PLAIN_VIDEO


KIND = TaskBehaviour("CreateAigcVideoRedrawTask", create_film_task, finished_output, files)

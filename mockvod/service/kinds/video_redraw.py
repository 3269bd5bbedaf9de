"""Videos drawn anew in another style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import PLAIN_VIDEO
from mockvod.service.tasks.file_tasks import create_film_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def files(_: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One video in the place of the caller's, of which nothing is known."""
    yield PLAIN_VIDEO


KIND = TaskBehaviour("CreateAigcVideoRedrawTask", create_film_task, finished_output, files)

"""Dances: an action that nobody has, as a module of mockvod/service/kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import PLAIN_VIDEO
from mockvod.service.tasks.file_tasks import create_film_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def files(_: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One video of the dance."""
    yield PLAIN_VIDEO


KIND = TaskBehaviour(
    "CreateAigcDanceTask",
    create=create_film_task,
    output=finished_output,
    files=files,
)

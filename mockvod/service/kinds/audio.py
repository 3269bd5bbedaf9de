"""Tasks that make sounds and music."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import PLAIN_VIDEO, SECONDS
from mockvod.media.values import file_format, inside, seconds
from mockvod.service.tasks.file_tasks import create_file_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One sound and, for a sound effect, the video with it (inferred: Output has VideoInfos, which music has not)."""
    config = inside(params, "OutputConfig")
    length = seconds(config.get("Duration"), SECONDS)
    # The published samples of FileType and FileUrl are mp3.
    yield FileSpec("audio", file_format(config.get("OutputAudioFormat"), "mp3", "mp3", "wav"), seconds=length)
    if params.get("VideoInfos") and params.get("SceneType") != "music":
        yield replace(PLAIN_VIDEO, seconds=length, sound=True)


KIND = TaskBehaviour("CreateAigcAudioTask", create_file_task, finished_output, files)

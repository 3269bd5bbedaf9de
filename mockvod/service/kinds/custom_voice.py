"""Voices of one's own for Kling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import SPEECH
from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a voice. Its VoiceId is in the detail; the task fails where two sources are given.

    So says the published sample; the published example of the call sends both all the same, and gets a task.
    """
    failure = Failure.named("two_voice_sources") if params.get("VoiceUrl") and params.get("VideoId") else None
    return create_task(context, params, {"id": context.ids.element_id()}, failure)


def files(_: Mapping[str, Any]) -> Iterator[FileSpec]:
    """A trial of the voice."""
    yield SPEECH


KIND = TaskBehaviour("CreateAigcCustomVoice", create, finished_output, files)

"""Tasks that make custom voices for Kling."""

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
    """Starts a voice task, whose detail has the VoiceId. It fails where the request has two sources for the voice.

    The failure is that of the published sample; the published example of the call has two sources, and gets a TaskId.
    """
    failure = Failure.named("two_voice_sources") if params.get("VoiceUrl") and params.get("VideoId") else None
    return create_task(context, params, {"id": context.ids.element_id()}, failure)


def files(_: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One sample of the voice."""
    yield SPEECH


KIND = TaskBehaviour("CreateAigcCustomVoice", create, finished_output, files)

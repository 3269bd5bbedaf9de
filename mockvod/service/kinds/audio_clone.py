"""Tasks that clone a voice from a recording, to speak other texts with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvod.media import FileSpec
from mockvod.media.defaults import SPEECH
from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.model import Task, task_key
from mockvod.service.tasks.results import finished_output
from mockvod.state import json_table

#: VoiceId -> the task that cloned it. Assumed: a VoiceId is unique within an account; no document says.
_VOICES = json_table("cloned_voices")


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts the cloning of a voice. The task fails where another task has the VoiceId, unless that one has failed.

    Documented: a VoiceId can be used once. The published sample shows that the task fails and not the call.
    """
    transaction, table, voice_id = context.transaction, context.own(_VOICES), params["VoiceId"]
    row = transaction.get(table, voice_id)
    owner = context.tasks.get(row["task"]) if row else None
    taken = owner is not None and owner.failure is None and not owner.row.aborted
    failure = Failure.named("voice_id_taken") if taken else None
    answer = create_task(context, params, {"id": context.ids.element_id()}, failure, lives_on=True)
    if not taken:
        transaction.put(table, voice_id, {"task": task_key(answer["TaskId"])})
    return answer


def files(params: Mapping[str, Any]) -> Iterator[FileSpec]:
    """One demo, if the request has a text for it (documented)."""
    if params.get("Text"):
        yield SPEECH


def forget(context: Context, task: Task) -> None:
    """Removes the row of a VoiceId whose cloning has failed, unless another task has taken the VoiceId since."""
    table, voice_id = context.own(_VOICES), task.params["VoiceId"]
    row = context.transaction.get(table, voice_id)
    if row is not None and row["task"] == task.key:
        context.transaction.delete(table, voice_id)


KIND = TaskBehaviour("CreateAigcAudioClone", create, finished_output, files, forget)

"""Sounds and music, and voices that speak later texts."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.failures import FAILED, Failure
from mockvod.service.tasks.kind import with_output
from mockvod.service.tasks.model import Task, task_key
from mockvod.service.tasks.results import create_file_task, described, files_of, measured, result_url
from mockvod.settings import Settings
from mockvod.state import json_table

#: VoiceId -> the task that cloned it. Whose ids are told apart is not documented; the account's are assumed.
_VOICES = json_table("cloned_voices")
#: Documented: a VoiceId is given once. That the task fails and not the call is what the published sample of it shows.
_TAKEN = Failure(FAILED, "FailedOperation", "voice clone voice id duplicate")
#: Published sample. The published example of the call sends both all the same, and gets a task.
_TWO_SOURCES = Failure(FAILED, "FailedOperation", "video_id must be empty when voice_url is present")


def create_audio_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task for a sound or music; with a video given, an effect comes with a video, too (inferred)."""
    return create_file_task(context, params)


def create_audio_clone(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts the cloning of a voice. The task fails where another has the VoiceId, unless that one failed itself."""
    transaction, table, voice_id = context.transaction, context.own(_VOICES), params["VoiceId"]
    row = transaction.get(table, voice_id)
    owner = context.tasks.get(row["task"]) if row else None
    taken = owner is not None and owner.failure is None and not owner.row.aborted
    answer = create_task(context, params, {"id": context.ids.element_id()}, _TAKEN if taken else None, lives_on=True)
    if not taken:
        transaction.put(table, voice_id, {"task": task_key(answer["TaskId"])})
    return answer


def create_custom_voice(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a voice. Its VoiceId is in the detail; the task fails where two sources are given."""
    failure = _TWO_SOURCES if params.get("VoiceUrl") and params.get("VideoId") else None
    return create_task(context, params, {"id": context.ids.element_id()}, failure)


def _audio_output(task: Task, settings: Settings) -> dict[str, Any]:
    output: dict[str, Any] = {"AudioInfos": [], "VideoInfos": []}
    told = zip(files_of(task, settings), described(task, settings), measured(task, settings), strict=True)
    for asked, file, metadata in told:
        member = "VideoInfos" if asked.kind == "video" else "AudioInfos"
        output[member].append({**file, "MetaData": metadata, "Duration": metadata["Duration"]})
    return output


def _clone_output(task: Task, settings: Settings) -> dict[str, Any]:
    return {
        # The model's own, not the TaskId (published sample).
        "TaskId": task.result["id"],
        "State": "success",
        "VoiceId": task.params["VoiceId"],
        "DemoAudio": _url(task, settings),
        "Payload": task.params.get("Payload") or "",
        # Finer than all other times (published sample).
        "CreatedAt": datetime.fromtimestamp(task.created, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def _voice_output(task: Task, settings: Settings) -> dict[str, Any]:
    voice_id = task.result["id"]
    # VoiceInfo is JSON inside a text; its members are those of the published sample.
    info = {
        "voice_id": voice_id,
        "voice_name": task.params.get("VoiceName") or "",
        "trial_url": _url(task, settings),
        "owned_by": "",
        "status": "succeed",
    }
    return {"InfoList": [{"VoiceId": voice_id, "VoiceInfo": json.dumps(info, ensure_ascii=False)}]}


def _url(task: Task, settings: Settings) -> str:
    """Where the voice can be heard; "" for a clone without a text (documented)."""
    return next((result_url(task, settings, 0, file) for file in files_of(task, settings)), "")


_NO_CLONE = dict.fromkeys(("TaskId", "State", "VoiceId", "DemoAudio", "Payload", "CreatedAt"), "")

AUDIO = with_output("AigcAudioTaskInput", {"AudioInfos": [], "VideoInfos": []}, _audio_output)
CLONE = with_output("CreateAigcAudioCloneInput", _NO_CLONE, _clone_output)
VOICE = with_output("CreateAigcCustomVoiceInput", {"InfoList": []}, _voice_output)

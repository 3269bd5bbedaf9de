"""Subjects for Vidu: figures that later videos can show again."""

from __future__ import annotations

import json
from typing import Any

from mockvod.clock import iso
from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.kind import with_output
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings


def create_subject(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a subject task. SubjectId is in its detail only; no event tells of it."""
    return create_task(context, params, {"id": context.ids.element_id()})


def _output(task: Task, settings: Settings) -> dict[str, Any]:
    params, subject_id = task.params, task.result["id"]
    # SubjectInfo is JSON inside a text; its members are those of the published sample.
    info = {
        "id": subject_id,
        "name": params.get("SubjectName") or "",
        "description": "",
        "images": params.get("SubjectImages") or [],
        "videos": params.get("SubjectVideos") or [],
        "voice_id": params.get("VoiceId") or "",
        "style": "",
        "type": "",
        "status": "enabled",
        "ownership": "",
        "creator_id": "",
        "user_id": "",
        "credits": 0,
        "created_at": iso(task.created),
    }
    return {"SubjectId": subject_id, "SubjectInfo": json.dumps(info, ensure_ascii=False)}


SUBJECT = with_output("CreateAigcSubjectInput", {"SubjectId": "", "SubjectInfo": ""}, _output)

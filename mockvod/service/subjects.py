"""Subjects for Vidu: figures that later videos can show again."""

from __future__ import annotations

import json
from typing import Any

from mockvod.clock import iso
from mockvod.service.context import Context
from mockvod.service.echo import echo
from mockvod.service.tasks import create_task


def create_subject(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a subject task. SubjectId is in its detail only; no event tells of it."""
    subject_id = context.ids.element_id()
    return create_task(
        context,
        params,
        echo=echo("CreateAigcSubjectInput", params),
        unfinished={"SubjectId": "", "SubjectInfo": ""},
        output={"SubjectId": subject_id, "SubjectInfo": json.dumps(_info(context, params, subject_id))},
    )


def _info(context: Context, params: dict[str, Any], subject_id: str) -> dict[str, Any]:
    """What SubjectInfo holds as JSON inside a text; the members are those of the published sample."""
    return {
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
        "created_at": iso(context.now),
    }

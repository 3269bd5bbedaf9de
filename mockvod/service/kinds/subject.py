"""Tasks that make subjects for Vidu, which later videos can show."""

from __future__ import annotations

from typing import Any

from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.results import finished_output


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a subject task. Only its detail has the SubjectId: there is no event for it."""
    return create_task(context, params, {"id": context.ids.element_id()})


KIND = TaskBehaviour("CreateAigcSubject", create, finished_output)

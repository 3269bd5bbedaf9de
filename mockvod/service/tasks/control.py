"""ManageTask, which stops waiting tasks."""

from __future__ import annotations

from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.tasks.detail import find_task


def manage_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Aborts a waiting task. A task that runs or has ended cannot be stopped (documented; the code is assumed)."""
    task = find_task(context, params["TaskId"], params.get("SubAppId"))
    if not context.tasks.abort(task):
        explanation = f"{task.task_id} is {task.status}: only a task that is WAITING can be stopped"
        raise ApiError("not_waiting", explanation=explanation)
    return {}

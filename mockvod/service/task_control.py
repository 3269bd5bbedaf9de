"""Stopping a task."""

from __future__ import annotations

from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import TASKS, Context
from mockvod.service.lanes import leave_queue
from mockvod.service.task_detail import find
from mockvod.service.tasks import random_part


def manage_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Aborts a task that waits. One that runs or has ended cannot be stopped (documented; the code is assumed)."""
    task = find(context, params["TaskId"], params.get("SubAppId"))
    part = random_part(task.task_id)
    if not leave_queue(context, task.row["action"], part):
        status = task.status(context.now)
        explanation = f"{task.task_id} is {status}: only a task that is WAITING can be stopped"
        raise ApiError("not_waiting", explanation=explanation)
    context.transaction.put(TASKS, part, {**task.row, "aborted": True})
    return {}

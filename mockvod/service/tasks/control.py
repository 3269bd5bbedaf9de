"""Ending a task before its time: by the API, which can only stop what waits, or by whoever runs the mock."""

from __future__ import annotations

from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import TASKS, Context
from mockvod.service.events.outbox import announce, withdraw
from mockvod.service.tasks.concurrency import leave_queue, plan_end
from mockvod.service.tasks.detail import find
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.model import Task, random_part
from mockvod.state import Transaction


def manage_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Aborts a task that waits. One that runs or has ended cannot be stopped (documented; the code is assumed)."""
    task = find(context, params["TaskId"], params.get("SubAppId"))
    part = random_part(task.task_id)
    transaction, action = context.transaction, task.row["action"]
    if not leave_queue(transaction, context.account, action, part, context.now):
        status = task.status(context.now)
        if status != "WAITING":
            explanation = f"{task.task_id} is {status}: only a task that is WAITING can be stopped"
            raise ApiError("not_waiting", explanation=explanation)
        # Its script has it wait, in a place.
        withdraw(transaction, part, task.row)
        plan_end(transaction, context.account, action, part, context.now, context.now)
    transaction.put(TASKS, part, {**task.row, "aborted": True, "begins": None, "ends": None})
    return {}


def end_task(transaction: Transaction, task: Task, now: float, failure: Failure | None = None) -> None:
    """Ends a running task now, with `failure` or well, whatever its script says."""
    part = random_part(task.task_id)
    withdraw(transaction, part, task.row)
    row = {**task.row, "ends": now, "failure": failure}
    row.pop("script", None)
    transaction.put(TASKS, part, row)
    announce(transaction, part, row)
    plan_end(transaction, task.account, task.row["action"], part, now, now)


def set_progress(transaction: Transaction, task: Task, percent: int) -> None:
    """Has a running task tell of that progress until it ends."""
    transaction.put(TASKS, random_part(task.task_id), {**task.row, "progress": percent})

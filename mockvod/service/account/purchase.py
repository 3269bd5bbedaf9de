"""What the call that created a task has bought."""

from __future__ import annotations

from typing import Literal

from mockvod.billing.usage import Purchase
from mockvod.service.tasks.kind import requested_files
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings


def purchase_of(task: Task, settings: Settings) -> Purchase:
    """Describes the call that made a task as a purchase."""
    return Purchase(
        task.task_id,
        task.action,
        task.account,
        task.application,
        task.created,
        task.params,
        requested_files(task.action, task.params, settings.seed),
        _outcome(task),
    )


def _outcome(task: Task) -> Literal["running", "finished", "failed", "aborted"]:
    status = task.status
    if status == "FINISH":
        return "failed" if task.failure else "finished"
    return "aborted" if status == "ABORTED" else "running"

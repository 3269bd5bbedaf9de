"""What an account has bought: its tasks and the elements that were made at once. Nothing is stored for it."""

from __future__ import annotations

from typing import Literal

from mockvod.billing.prices import prices
from mockvod.billing.usage import Purchase
from mockvod.media import asked_for
from mockvod.service.context import TASKS
from mockvod.service.kinds.elements import quick_elements
from mockvod.service.tasks.concurrency import advance_all
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.state import Transaction


def purchases(transaction: Transaction, account: str, now: float, settings: Settings) -> list[Purchase]:
    """Every accepted call of the account whose action is billed, in the order of acceptance."""
    advance_all(transaction, account, now)
    tasks = (Task(row["TaskId"], row) for _, row in transaction.items(TASKS) if row["account"] == account)
    bought = [_of_task(task, now, settings) for task in tasks if prices().billed(task.row["action"])]
    for element_id, row in quick_elements(transaction, account):
        bought.append(
            Purchase(
                element_id,
                "CreateAigcCustomElement",
                account,
                settings.default_sub_app_id,  # the action names no application
                row["created"],
                row["params"],
                (),
                "finished",
            )
        )
    return sorted(bought, key=lambda each: each.at)


def _of_task(task: Task, now: float, settings: Settings) -> Purchase:
    action = task.row["action"]
    return Purchase(
        task.task_id,
        action,
        task.account,
        task.row["SubAppId"],
        task.created,
        task.params,
        asked_for(action, task.params, settings.seed),
        _outcome(task, now),
    )


def _outcome(task: Task, now: float) -> Literal["running", "finished", "failed", "aborted"]:
    status = task.status(now)
    if status == "FINISH":
        return "failed" if task.failure else "finished"
    return "aborted" if status == "ABORTED" else "running"

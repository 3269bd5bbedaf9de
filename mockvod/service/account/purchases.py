"""The purchases of an account: its tasks and its quick elements, from which they are derived without being stored.

past_purchases.py has the purchases of tasks that were removed.
"""

from __future__ import annotations

from typing import Literal

from mockvod.billing.prices import prices
from mockvod.billing.usage import Purchase
from mockvod.service.kinds.advanced_element import quick_elements
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.kind import requested_files
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings


def purchases(tasks: TaskBook, account: str, settings: Settings) -> list[Purchase]:
    """Lists the accepted calls of an account that are billed, in the order of acceptance."""
    bought = [purchase_of(task, settings) for task in tasks.all(account, over=True) if prices().billed(task.action)]
    for element_id, row in quick_elements(tasks.transaction, account):
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

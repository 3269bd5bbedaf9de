"""The purchases of an account: its tasks and its quick elements, from which they are derived without being stored.

past_purchases.py has the purchases of tasks that were removed.
"""

from __future__ import annotations

from mockvod.billing.prices import prices
from mockvod.billing.usage import Purchase
from mockvod.service.account.purchase import purchase_of
from mockvod.service.kinds.advanced_element import quick_elements
from mockvod.service.tasks.book import TaskBook
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

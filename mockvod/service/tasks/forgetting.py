"""Removes whatever is stored for a task outside of the book, once the book has removed the task."""

from __future__ import annotations

from collections.abc import Iterable

from mockvod.service.account.past_purchases import remember
from mockvod.service.context import Context
from mockvod.service.media.library import forget_results
from mockvod.service.tasks.kind import behaviours
from mockvod.service.tasks.model import Task


def forget(context: Context, cleared: Iterable[Task]) -> None:
    """Adds the purchases of removed tasks to the sums, and removes whatever is stored for them outside of the book.

    A task that stays for its result, which is marked as archived, keeps what stands for that.
    """
    remember(context.transaction, cleared, context.settings)
    for task in cleared:
        if task.row.archived:
            continue
        forget_results(context.tasks, context.settings, task)
        kind = behaviours()[task.action]
        if kind.forget is not None:
            kind.forget(context, task)

"""What an event says."""

from __future__ import annotations

from typing import Any

from mockvod.service.events.outbox import Event
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.detail import detail
from mockvod.settings import Settings


def content_of(tasks: TaskBook, event: Event, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """EventType and the one member that tells of the event."""
    if event.row.content is not None:
        return event.row.content
    task = tasks.get(event.task)
    # A task is kept for longer than its events, and only those whose kind has an event have one.
    assert task is not None and task.contract.event_type and task.contract.event_field
    return {"EventType": task.contract.event_type, task.contract.event_field: detail(task, settings, made)}

"""The content of an event."""

from __future__ import annotations

from typing import Any

from mockvod.service.events.outbox import Event
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.detail import detail
from mockvod.settings import Settings


def content_of(tasks: TaskBook, event: Event, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """Makes the content of an event: EventType and the one member that describes it."""
    if event.row.content is not None:
        return event.row.content
    task = tasks.get(event.task)
    # Tasks are kept for longer than their events, and only kinds with an event have any.
    assert task is not None and task.contract.event_type and task.contract.event_field
    return {"EventType": task.contract.event_type, task.contract.event_field: detail(task, settings, made)}

"""The content of an event."""

from __future__ import annotations

from typing import Any

from mockvod.service.events.outbox import Event
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.detail import detail
from mockvod.settings import Settings

#: The members of stored content that are URLs of files, below MediaBasicInfo of FileUploadEvent.
_URLS = ("MediaUrl", "CoverUrl")


def content_of(tasks: TaskBook, event: Event, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """Makes the content of an event: EventType and the one member that describes it."""
    if event.row.content is not None:
        return _rebased(event.row.content, settings)
    task = tasks.get(event.task)
    # Tasks are kept for longer than their events, and only kinds with an event have any.
    assert task is not None and task.contract.event_type and task.contract.event_field
    return {"EventType": task.contract.event_type, task.contract.event_field: detail(task, settings, made)}


def _rebased(content: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Stored content with URLs that begin as those of whoever is told, who may have called the mock by another name."""
    uploaded = content.get("FileUploadEvent")
    if uploaded is None:
        return content
    info: dict[str, Any] = uploaded["MediaBasicInfo"]
    urls = {name: _at(url, settings.media_url) for name in _URLS if (url := info.get(name))}
    return {**content, "FileUploadEvent": {**uploaded, "MediaBasicInfo": {**info, **urls}}}


def _at(url: str, base: str) -> str:
    if url.startswith(f"{base}/"):
        return url
    return base + url[url.index("/", len("https://")) :]

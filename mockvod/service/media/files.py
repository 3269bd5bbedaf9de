"""Files to download."""

from __future__ import annotations

from dataclasses import dataclass

from mockvod.service.tasks.model import Task
from mockvod.state import Value


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file to download: its name, type and bytes."""

    name: str
    content_type: str
    content: bytes


#: Values of `file` in a script for which a result file does not exist, although its task describes it.
ABSENT = frozenset({"expired", "gone"})


def as_served(task: Task, content: Value) -> Value | None:
    """Applies the script of a task to the content of its result file; None where the file does not exist."""
    file = task.row.last_step.get("file")
    if file in ABSENT:
        return None
    return {**content, "cut": True} if file == "broken" else content

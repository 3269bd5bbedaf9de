"""Files as they are served."""

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


#: Result files that are not there, whatever the task says of them: what a script can have `file` be.
ABSENT = frozenset({"expired", "gone"})


def as_served(task: Task, content: Value) -> Value | None:
    """The `content` of a result file of the task, as it is to be served; None for one that is not there."""
    file = task.row.last_step.get("file")
    if file in ABSENT:
        return None
    return {**content, "cut": True} if file == "broken" else content

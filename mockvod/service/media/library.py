"""The media library: the files of each application, by FileId.

Permanent results and fetched files exist from the end of their tasks on, uploads at once. A file with an ExpireTime
exists until then (documented). Files that the setting `file_ids` lists exist for every account and application.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timezone
from typing import NamedTuple

from mockvod.clock import instant
from mockvod.service.context import Context
from mockvod.service.media.files import ABSENT
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.state import Transaction, Value, json_table

#: One table for all accounts: whoever has the URL of a file may fetch it.
FILES = json_table("files")
#: The bytes of uploads. A copy of a file shares them with the original: see add_result.
OBJECTS = json_table("objects")
#: The index of FileIds by the moment at which they expire.
_EXPIRY = "files/expiry"
#: How many expired files each new one removes.
_CLEARED = 2


class LibraryFile(NamedTuple):
    """A file that exists now."""

    file_id: str
    row: Value
    #: The task that made it; None for an upload, and for a file that only the settings list.
    task: Task | None

    @property
    def listed(self) -> bool:
        """Whether it exists only because the setting `file_ids` lists it."""
        return "listed" in self.row

    @property
    def has_original(self) -> bool:
        """Whether the file can still be downloaded. DeleteMedia can remove the original and keep the FileId."""
        return "original_deleted" not in self.row

    @property
    def created(self) -> float:
        """When it was created: at the end of its task, if it has one."""
        at: float = self.row["at"]
        return at if self.task is None else self.task.ends


def add_result(
    context: Context,
    application: int,
    file_id: str,
    part: str,
    index: int,
    expires: float | None = None,
    objects: Sequence[str] = (),
) -> None:
    """Adds the result of a task to the library.

    Args:
        context: The call that makes the task.
        application: The application that the file belongs to.
        file_id: FileId.
        part: The key of the task: see task_key.
        index: Which of the task's results this is, from 0.
        expires: UNIX seconds; None for a file that never expires.
        objects: The keys in OBJECTS of the uploaded bytes that it shares.
    """
    _add(context, application, file_id, expires, {"task": part, "index": index, "objects": list(objects)})


def add_upload(
    context: Context, application: int, file_id: str, file: Value, expires: float | None, objects: Sequence[str]
) -> None:
    """Adds an upload to the library; `file` is the row of a StoredFile, and the rest is as for `add_result`."""
    _add(context, application, file_id, expires, {"file": file, "objects": list(objects)})


def is_kept(tasks: TaskBook, file_id: str) -> bool:
    """Whether a file can still be downloaded: neither deleted nor expired."""
    row = tasks.transaction.get(FILES, file_id)
    return row is not None and not _is_gone(row, tasks.now) and "original_deleted" not in row


def look_up(tasks: TaskBook, settings: Settings, file_id: str) -> LibraryFile | None:
    """Finds the file of that FileId in any account; None when there is none now."""
    row = tasks.transaction.get(FILES, file_id)
    if row is None:
        is_listed = settings.file_ids is not None and file_id in settings.file_ids
        return LibraryFile(file_id, {"listed": True, "at": 0.0, "objects": []}, None) if is_listed else None
    if _is_gone(row, tasks.now):
        return None
    if "task" not in row:
        return LibraryFile(file_id, row, None)
    task = tasks.get(row["task"])
    if task is None or not task.succeeded or task.row.last_step.get("file") in ABSENT:
        return None
    return LibraryFile(file_id, row, task)


def find_file(context: Context, application: int, file_id: str) -> LibraryFile | None:
    """Finds the file of that FileId in an application. Applications do not share files (documented)."""
    found = look_up(context.tasks, context.settings, file_id)
    if found is None or found.listed:
        return found
    owner = found.row["account"], found.row["SubAppId"]
    return found if owner == (context.account, application) else None


def delete_file(context: Context, file: LibraryFile) -> None:
    """Removes a file."""
    _forget(context.tasks, context.settings, file.file_id, file.row)


def delete_original(transaction: Transaction, file: LibraryFile) -> None:
    """Removes the original of a file, so that it cannot be downloaded; the FileId stays known."""
    transaction.put(FILES, file.file_id, {**file.row, "original_deleted": True})


def delete_unheld(transaction: Transaction, key: str) -> None:
    """Removes uploaded bytes unless a file of the library consists of them."""
    if not transaction.size(_holders(key)):
        transaction.delete(OBJECTS, key)


def forget_results(tasks: TaskBook, settings: Settings, task: Task) -> None:
    """Removes the files in the library that are results of a task which was removed."""
    for file_id in _files_of(task):
        row = tasks.transaction.get(FILES, file_id)
        if row is not None:
            _forget(tasks, settings, file_id, row)


def expiry(text: str | None) -> float | None:
    """Converts an ExpireTime to UNIX seconds; None where it is absent or, in the lenient profile, malformed."""
    if not text:
        return None
    try:
        moment = instant(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _add(context: Context, application: int, file_id: str, expires: float | None, more: Value) -> None:
    row: Value = {"account": context.account, "SubAppId": application, "at": context.now, "expires": expires, **more}
    transaction = context.transaction
    transaction.put(FILES, file_id, row)
    for key in dict.fromkeys(row["objects"]):
        transaction.add(_holders(key), (0, file_id))
    if expires is not None:
        transaction.add(_EXPIRY, (expires, file_id))
    for _, expired in transaction.entries(_EXPIRY, _CLEARED, before=(context.now, "")):
        gone = transaction.get(FILES, expired)
        assert gone is not None  # what is in the index is in the table
        _forget(context.tasks, context.settings, expired, gone)


def _is_gone(row: Value, now: float) -> bool:
    expires = row.get("expires")
    return "deleted" in row or (expires is not None and now >= expires)


def _forget(tasks: TaskBook, settings: Settings, file_id: str, row: Value) -> None:
    """Removes a file, the uploaded bytes that no other file shares, and the task that was kept for its results."""
    transaction = tasks.transaction
    if settings.file_ids is not None and file_id in settings.file_ids:
        # The setting still lists it, so its deletion has to be stored.
        transaction.put(FILES, file_id, {"deleted": True})
    else:
        transaction.delete(FILES, file_id)
    if row.get("expires") is not None:
        transaction.discard(_EXPIRY, (row["expires"], file_id))
    for key in row.get("objects", ()):
        transaction.discard(_holders(key), (0, file_id))
        delete_unheld(transaction, key)
    task = tasks.get(row["task"]) if "task" in row else None
    if task is not None and all(transaction.get(FILES, each) is None for each in _files_of(task) if each != file_id):
        tasks.release(task.key)


def _files_of(task: Task) -> list[str]:
    """The FileIds of the Permanent results of a task."""
    result = task.result
    return [result["file"]["file_id"]] if "file" in result else list(result.get("files", ()))


def _holders(key: str) -> str:
    """The index of the files that share uploaded bytes: the upload and its copies."""
    return f"holders/{key}"

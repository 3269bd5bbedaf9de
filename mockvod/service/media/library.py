"""The media library: which files an application has, by FileId.

A result that stays, or a file that was fetched, is there from its task's end on, which follows from the time; an upload
is there at once. With an ExpireTime a file goes when that comes (documented). Files that the setting `file_ids` lists
exist, too, for every account and application.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timezone
from typing import NamedTuple

from mockvod.clock import instant
from mockvod.service.context import Context
from mockvod.service.tasks.model import Task, task_now
from mockvod.service.tasks.scripted import ABSENT, file_of
from mockvod.settings import Settings
from mockvod.state import Transaction, Value

#: One table for all accounts: whoever has the URL of a file may fetch it.
FILES = "files"
#: The bytes of what was uploaded. A copy shares them with its original: see add_result.
OBJECTS = "objects"


class LibraryFile(NamedTuple):
    """A file that is there."""

    file_id: str
    row: Value
    #: What made it; None for an upload and for a file that is only listed.
    task: Task | None

    @property
    def listed(self) -> bool:
        """Whether nothing but the setting `file_ids` tells of it."""
        return "listed" in self.row

    @property
    def has_original(self) -> bool:
        """Whether the file can still be fetched, and not only be asked for."""
        return "original_deleted" not in self.row

    @property
    def created(self) -> float:
        """When it came to be: with the end of its task, if it has one."""
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
    """Puts the `index`-th result of the task of random part `part` into the library.

    `expires` in UNIX seconds; `objects` are the keys of the uploaded bytes that it is a copy of.
    """
    _add(context, application, file_id, expires, {"task": part, "index": index, "objects": list(objects)})


def add_upload(
    context: Context, application: int, file_id: str, file: Value, expires: float | None, objects: Sequence[str]
) -> None:
    """Puts an upload into the library; `file` is a StoredFile."""
    _add(context, application, file_id, expires, {"file": file, "objects": list(objects)})


def is_kept(transaction: Transaction, file_id: str, now: float) -> bool:
    """Whether the file can still be fetched: not deleted, and not expired."""
    row = transaction.get(FILES, file_id)
    return row is not None and not _is_gone(row, now) and "original_deleted" not in row


def look_up(transaction: Transaction, settings: Settings, file_id: str, now: float) -> LibraryFile | None:
    """The file of that FileId, whosever it is."""
    row = transaction.get(FILES, file_id)
    if row is None:
        is_listed = settings.file_ids is not None and file_id in settings.file_ids
        return LibraryFile(file_id, {"listed": True, "at": 0.0, "objects": []}, None) if is_listed else None
    if _is_gone(row, now):
        return None
    if "task" not in row:
        return LibraryFile(file_id, row, None)
    task = task_now(transaction, row["task"], now)
    if task is None or not task.succeeded(now) or file_of(task.row) in ABSENT:
        return None
    return LibraryFile(file_id, row, task)


def find_file(context: Context, application: int, file_id: str) -> LibraryFile | None:
    """The file of that FileId if it is the application's. Applications do not share files (documented)."""
    found = look_up(context.transaction, context.settings, file_id, context.now)
    if found is None or found.listed:
        return found
    owner = found.row["account"], found.row["SubAppId"]
    return found if owner == (context.account, application) else None


def delete_file(transaction: Transaction, file: LibraryFile) -> None:
    """Removes a file for good. What remains says so of one that is listed, which nothing else could."""
    transaction.put(FILES, file.file_id, {"deleted": True})
    _release(transaction, file)


def delete_original(transaction: Transaction, file: LibraryFile) -> None:
    """Removes what can be fetched; the FileId stays known."""
    transaction.put(FILES, file.file_id, {**file.row, "original_deleted": True})


def expiry(text: str | None) -> float | None:
    """An ExpireTime in UNIX seconds; None for one that is not given, or that the lenient profile let pass unread."""
    if not text:
        return None
    try:
        moment = instant(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _add(context: Context, application: int, file_id: str, expires: float | None, more: Value) -> None:
    row = {"account": context.account, "SubAppId": application, "at": context.now, "expires": expires, **more}
    context.transaction.put(FILES, file_id, row)


def _is_gone(row: Value, now: float) -> bool:
    expires = row.get("expires")
    return "deleted" in row or (expires is not None and now >= expires)


def _release(transaction: Transaction, file: LibraryFile) -> None:
    """Forgets the bytes of an upload that no other file is a copy of."""
    for key in file.row["objects"]:
        if not any(key in row.get("objects", ()) for _, row in transaction.items(FILES)):
            transaction.delete(OBJECTS, key)

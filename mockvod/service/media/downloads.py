"""What is behind the path of a URL that an answer named: a result of a task, or a file of the library."""

from __future__ import annotations

from mockvod.service.kinds.faces import face_at
from mockvod.service.media.files import MediaFile
from mockvod.service.media.library import look_up
from mockvod.service.media.stored_files import made_content, place_of, served, stored
from mockvod.service.tasks.results import result_at
from mockvod.service.tasks.scripted import as_served
from mockvod.settings import Settings
from mockvod.state import Transaction, Value


def download(transaction: Transaction, path: str, now: float, settings: Settings) -> MediaFile | None:
    """The file to download, or None when there is none, not yet or not any more.

    Raises Later for one that has to be made first.
    """
    content = content_at(transaction, path, now, settings)
    return None if content is None else served(transaction, content, path.rpartition("/")[2])


def content_at(transaction: Transaction, path: str, now: float, settings: Settings) -> Value | None:
    """What the file at `path` consists of, for StoredFile.content; None where there is none."""
    face = face_at(path)
    content = made_content(face) if face else result_at(transaction, path, now, settings)
    if content is not None:
        return content
    known = place_of(path)
    if known is None:
        return None
    application, file_id = known
    found = look_up(transaction, settings, file_id, now)
    file = stored(found, application) if found else None
    if found is None or file is None:
        return None
    if path == file.path and found.has_original:
        return file.content if found.task is None else as_served(found.task.row, file.content)
    return file.cover if path == file.cover_path else None

"""Downloads: finds the result of a task or the file of the library at the path of a URL."""

from __future__ import annotations

from mockvod.call.outcome import Make
from mockvod.service.kinds.face_info import face_at
from mockvod.service.media.files import MediaFile, as_served
from mockvod.service.media.library import look_up
from mockvod.service.media.made import MadeFiles
from mockvod.service.media.stored_files import made_content, place_of, served, stored
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.results import result_at
from mockvod.settings import Settings
from mockvod.state import Value


def download(tasks: TaskBook, path: str, settings: Settings) -> MediaFile | Make | None:
    """Finds the file at a path; Make where it has to be made first, None where there is none now."""
    content = content_at(tasks, path, settings)
    if content is None:
        return None
    made = MadeFiles()
    file = served(tasks.transaction, content, path.rpartition("/")[2], made)
    return Make(made.make_missing) if made.missing else file


def content_at(tasks: TaskBook, path: str, settings: Settings) -> Value | None:
    """Finds the content of the file at a path, as for StoredFile.content; None where there is none now."""
    face = face_at(path)
    content = made_content(face) if face else result_at(tasks, path, settings)
    if content is not None:
        return content
    known = place_of(path)
    if known is None:
        return None
    application, file_id = known
    found = look_up(tasks, settings, file_id)
    file = stored(found, application) if found else None
    if found is None or file is None:
        return None
    if path == file.path and found.has_original:
        return file.content if found.task is None else as_served(found.task, file.content)
    return file.cover if path == file.cover_path else None

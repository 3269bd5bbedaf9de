"""Files of the library that no model has made: uploads, fetched files, and files that only the settings list."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from mockvod.media import FileKind, FileSpec, content_type
from mockvod.service.media.basic_info import NEVER, REGION, basic_info
from mockvod.service.media.files import MediaFile
from mockvod.service.media.library import OBJECTS, LibraryFile
from mockvod.service.media.made import MadeFiles
from mockvod.service.media.media_types import stand_in
from mockvod.settings import Settings
from mockvod.state import Transaction, Value

#: The form of published URLs, with a directory for each application and in it one for each file.
_PATH = re.compile(r"/[0-9a-f]{8}vodcq([0-9]{1,19})/[0-9a-f]{8}([^/]+)/[^/]+")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Such a file, as the call that brought it has determined it."""

    file_id: str
    application: int
    name: str
    #: The file name extension, in lower case.
    type: str
    kind: FileKind
    #: See made_content and object_content.
    content: Value
    class_id: int = 0
    #: ExpireTime as the request has it.
    expires: str = NEVER
    region: str = REGION
    source_type: str = "Upload"
    source_context: str = ""
    #: MediaStoragePath of the request; "" where it has none.
    storage_path: str = ""
    cover: Value | None = None
    cover_type: str = ""

    @property
    def path(self) -> str:
        """The path of its URL, unquoted."""
        return place(self.application, self.file_id, f"f0.{self.type}")

    @property
    def cover_path(self) -> str:
        """The unquoted path of its cover's URL, whether it has a cover or not."""
        return place(self.application, self.file_id, f"cover.{self.cover_type}")

    def url(self, settings: Settings) -> str:
        return settings.media_url + quote(self.path)

    def cover_url(self, settings: Settings) -> str:
        return settings.media_url + quote(self.cover_path) if self.cover else ""

    def basic_info(self, settings: Settings, created: float, *, has_original: bool = True) -> dict[str, Any]:
        """Makes its MediaBasicInfo; `created` is in UNIX seconds."""
        return basic_info(
            name=self.name,
            created=created,
            expires=self.expires,
            class_id=self.class_id,
            file_type=self.type,
            kind=self.kind,
            media_url=self.url(settings) if has_original else "",
            storage_path=self.storage_path or self.path,
            source_type=self.source_type,
            source_context=self.source_context,
            cover_url=self.cover_url(settings),
            region=self.region,
        )

    def metadata(self, made: MadeFiles) -> dict[str, Any] | None:
        """Returns its MediaMetaData; None for an upload that cannot be read."""
        spec = self.content.get("asked")
        measured: dict[str, Any] | None = self.content["metadata"] if spec is None else made.metadata(FileSpec(**spec))
        return measured

    def as_row(self) -> Value:
        return asdict(self)


def directory(application: int) -> str:
    """Makes the directory of an application in the form of published URLs, whatever its region is."""
    return f"{_digest(str(application))}vodcq{application}"


def place(application: int, file_id: str, name: str) -> str:
    """Makes the path of a file in the form of published URLs."""
    return f"/{directory(application)}/{_digest(file_id)}{file_id}/{name}"


def place_of(path: str) -> tuple[int, str] | None:
    """Reads the application and the FileId in a path that `place` has made; None for any other path."""
    match = _PATH.fullmatch(path)
    return (int(match[1]), match[2]) if match else None


def made_content(spec: FileSpec) -> Value:
    """Describes content that is made when it is needed."""
    return {"asked": asdict(spec)}


def object_content(key: str, metadata: dict[str, Any] | None) -> Value:
    """Describes content that was uploaded, by its key in the table OBJECTS and its MediaMetaData."""
    return {"object": key, "metadata": metadata}


def objects_of(*contents: Value | None) -> list[str]:
    """Lists the keys in the table OBJECTS of those contents that were uploaded."""
    return [content["object"] for content in contents if content and "object" in content]


def served(transaction: Transaction, content: Value, name: str, made: MadeFiles) -> MediaFile | None:
    """Makes the file to download; None when its uploaded bytes are gone."""
    file = _complete_file(transaction, content, name, made)
    if file is None or "cut" not in content:
        return file
    return replace(file, content=file.content[: len(file.content) // 2])


def _complete_file(transaction: Transaction, content: Value, name: str, made: MadeFiles) -> MediaFile | None:
    if "asked" in content:
        spec = FileSpec(**content["asked"])
        return MediaFile(name, content_type(spec), made.content(spec))
    row = transaction.get(OBJECTS, content["object"])
    return None if row is None else MediaFile(name, row["content_type"], base64.b64decode(row["content"]))


def stored(file: LibraryFile, application: int) -> StoredFile | None:
    """Converts a file of the library; None for the result of a model.

    Args:
        file: The file.
        application: The application for a file that only the settings list, and that has none of its own.
    """
    if file.listed:
        # Nothing is known of such a file; assumed to be an ordinary video.
        content = made_content(stand_in("mp4", file.file_id))
        return StoredFile(file.file_id, application, file.file_id, "mp4", "video", content, source_type="Unknown")
    row = file.row.get("file") if file.task is None else file.task.result.get("file")
    return StoredFile(**row) if row else None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]

"""Files of the library that no model made: uploads, files that were fetched, and those that are only listed."""

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

#: The form of published URLs: a directory for each application, and in it one for each file.
_PATH = re.compile(r"/[0-9a-f]{8}vodcq([0-9]{1,19})/[0-9a-f]{8}([^/]+)/[^/]+")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What such a file is, as it stays from the call on that brought it."""

    file_id: str
    application: int
    name: str
    #: Ending, lower case.
    type: str
    kind: FileKind
    #: See made_content and object_content.
    content: Value
    class_id: int = 0
    #: ExpireTime as it was asked for.
    expires: str = NEVER
    region: str = REGION
    source_type: str = "Upload"
    source_context: str = ""
    #: Where it was stored, if the application chose that itself.
    storage_path: str = ""
    cover: Value | None = None
    cover_type: str = ""

    @property
    def path(self) -> str:
        """Of its URL, not quoted."""
        return place(self.application, self.file_id, f"f0.{self.type}")

    @property
    def cover_path(self) -> str:
        """Of its cover's URL, whether it has one or not."""
        return place(self.application, self.file_id, f"cover.{self.cover_type}")

    def url(self, settings: Settings) -> str:
        return settings.media_url + quote(self.path)

    def cover_url(self, settings: Settings) -> str:
        return settings.media_url + quote(self.cover_path) if self.cover else ""

    def basic_info(self, settings: Settings, created: float, *, has_original: bool = True) -> dict[str, Any]:
        """Its MediaBasicInfo; `created` in UNIX seconds."""
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
        """Its MediaMetaData; None for an upload that cannot be read."""
        spec = self.content.get("asked")
        measured: dict[str, Any] | None = self.content["metadata"] if spec is None else made.metadata(FileSpec(**spec))
        return measured

    def as_row(self) -> Value:
        return asdict(self)


def directory(application: int) -> str:
    """The directory of an application, in the form of published URLs; its letters for the region are always the same."""
    return f"{_digest(str(application))}vodcq{application}"


def place(application: int, file_id: str, name: str) -> str:
    """Where a file is found, in the form of published URLs."""
    return f"/{directory(application)}/{_digest(file_id)}{file_id}/{name}"


def place_of(path: str) -> tuple[int, str] | None:
    """The application and the FileId in a path that `place` gave."""
    match = _PATH.fullmatch(path)
    return (int(match[1]), match[2]) if match else None


def made_content(spec: FileSpec) -> Value:
    """What is made when it is wanted."""
    return {"asked": asdict(spec)}


def object_content(key: str, metadata: dict[str, Any] | None) -> Value:
    """What was uploaded: a key of the table OBJECTS, and its MediaMetaData."""
    return {"object": key, "metadata": metadata}


def objects_of(*contents: Value | None) -> list[str]:
    """The keys of the uploaded bytes among them."""
    return [content["object"] for content in contents if content and "object" in content]


def served(transaction: Transaction, content: Value, name: str, made: MadeFiles) -> MediaFile | None:
    """The file to download under that name."""
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
    """What `file` is; None for the result of a model. `application` is the one of a file that is only listed."""
    if file.listed:
        # Nothing is known of it; assumed a video, of which this is the usual one.
        content = made_content(stand_in("mp4", file.file_id))
        return StoredFile(file.file_id, application, file.file_id, "mp4", "video", content, source_type="Unknown")
    row = file.row.get("file") if file.task is None else file.task.result.get("file")
    return StoredFile(**row) if row else None


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]

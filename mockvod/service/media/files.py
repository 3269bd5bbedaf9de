"""Files as they are served, and the two questions that may have to wait until a file is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from mockvod.media import Asked, content, content_type, make, metadata
from mockvod.service.later import Later


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file to download: its name, type and bytes."""

    name: str
    content_type: str
    content: bytes


def made(file: Asked, name: str) -> MediaFile:
    """The file itself. Raises Later where it has to be made first."""
    found = content(file)
    if found is None:
        raise Later(partial(make, file))
    return MediaFile(name, content_type(file), found)


def metadata_of(file: Asked) -> dict[str, Any]:
    """Its MediaMetaData. Raises Later where it has to be made first."""
    found = metadata(file)
    if found is None:
        raise Later(partial(make, file))
    return found

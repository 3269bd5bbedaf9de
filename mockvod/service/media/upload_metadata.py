"""The MediaMetaData of an upload, which can be any file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from mockvod.media import FileKind, FileSpec


def metadata_of_upload(content: bytes) -> dict[str, Any] | None:
    """Measures a picture, video or sound; None for other content, for broken content, and without the extra `media`.

    It can take a second for a long video.
    """
    # Imported here, because most users upload nothing.
    from mockvod.validators.media_probe import KINDS, MediaNotInstalled, media_of

    try:
        found = media_of(BytesIO(content))
    except MediaNotInstalled:
        return None
    if found.fault or found.oversized or (found.width is None and found.seconds is None):
        return None
    from mockvod.media.measure import measure  # needs the extra, which is installed: media_of has succeeded

    kind: FileKind = "image" if KINDS[found.format] == "image" else "video" if found.videos else "audio"
    try:
        return measure(FileSpec(kind, found.format), content)
    except Exception:  # noqa: BLE001  # decoders raise exceptions of many types
        return None

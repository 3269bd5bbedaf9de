"""Makes result files when they are first needed, and caches them in this process.

Without the extra `media` (Pillow and PyAV), a ready-made file of the same format is used instead.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mockvod.media import models
from mockvod.media.cache import Cache, Made
from mockvod.media.file_spec import FileSpec
from mockvod.media.ready import instead_of

CONTENT_TYPES = {
    # FBX has no registered media type.
    "fbx": "application/octet-stream",
    "glb": "model/gltf-binary",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "obj": "model/obj",
    "png": "image/png",
    "wav": "audio/wav",
}
#: Kind of file -> the module whose `encode` makes it. Imported when needed, because they require the extra.
_ENCODERS = {"audio": "mockvod.media.sounds", "image": "mockvod.media.pictures", "video": "mockvod.media.videos"}
_LOG = logging.getLogger(__name__)


@cache
def extra_installed() -> bool:
    """Whether the extra `media` is installed. Tests replace this function."""
    return all(find_spec(package) is not None for package in ("PIL", "av"))


def metadata(spec: FileSpec) -> dict[str, Any] | None:
    """The file's MediaMetaData, shared between callers, who must not change them; None if the file must be made first."""
    return _FILES.metadata(spec) if _can_be_made(spec) else instead_of(spec).metadata


def content(spec: FileSpec) -> bytes | None:
    """The file's bytes; None if it must be made first, or again, because not all files are kept."""
    return _FILES.content(spec) if _can_be_made(spec) else instead_of(spec).content


def content_type(spec: FileSpec) -> str:
    """The file's media type."""
    return CONTENT_TYPES[spec.format]


def make(spec: FileSpec) -> None:
    """Makes the file, once for all threads that need it. May take a second; never raises."""
    if _can_be_made(spec):
        _FILES.make(spec)


def placeholder(spec: FileSpec) -> Made:
    """Something of the same format, for an answer that is put together before the file is made and then thrown away."""
    return Made(b"", models.describe(spec, b"")) if spec.kind == "model" else instead_of(spec)


def _can_be_made(spec: FileSpec) -> bool:
    """Whether the file can be made; models need no extra."""
    return spec.kind == "model" or extra_installed()


def _produced(spec: FileSpec) -> Made:
    if spec.kind == "model":
        model = models.encode(spec)
        return Made(model, models.describe(spec, model))
    try:
        made: bytes = import_module(_ENCODERS[spec.kind]).encode(spec)
        return Made(made, import_module("mockvod.media.measure").measure(spec, made))
    except Exception as fault:  # noqa: BLE001  # libav without the codec, a full disk: the task has a result all the same
        _LOG.warning("%s could not be made; a ready-made file is used instead: %r", spec, fault)
        return instead_of(spec)


#: 64 MiB are about 300 videos of the usual size; MediaMetaData take about 2 KB each.
_FILES = Cache(_produced, most_bytes=64 * 2**20, most_metadata=4096)

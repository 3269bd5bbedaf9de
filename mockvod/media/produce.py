"""Result files on demand: made when they are first wanted, and kept for a while by this process.

Without the extra `media` (Pillow and PyAV) a ready-made file of the same format stands for each.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mockvod.media import models
from mockvod.media.cache import Cache, Made
from mockvod.media.file_spec import Asked
from mockvod.media.ready import instead_of

CONTENT_TYPES = {
    # FBX has no registered type.
    "fbx": "application/octet-stream",
    "glb": "model/gltf-binary",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "obj": "model/obj",
    "png": "image/png",
    "wav": "audio/wav",
}
#: Modules whose encode makes a kind of file. Imported when there is one to make: they need the extra.
_ENCODERS = {"audio": "mockvod.media.sounds", "image": "mockvod.media.pictures", "video": "mockvod.media.videos"}
_LOG = logging.getLogger(__name__)


@cache
def extra_installed() -> bool:
    """Whether files can be made. Tests put another function in its place."""
    return all(find_spec(package) is not None for package in ("PIL", "av"))


def metadata(asked: Asked) -> dict[str, Any] | None:
    """MediaMetaData of the file, or None when it must be made first. Shared: must not be changed."""
    return _FILES.metadata(asked) if _can_be_made(asked) else instead_of(asked).metadata


def content(asked: Asked) -> bytes | None:
    """The file, or None when it must be made first, which can be again: not all are kept."""
    return _FILES.content(asked) if _can_be_made(asked) else instead_of(asked).content


def content_type(asked: Asked) -> str:
    """What a web server calls the file's format."""
    return CONTENT_TYPES[asked.format]


def make(asked: Asked) -> None:
    """Makes the file, once for all threads that want it. May take a second; raises nothing."""
    if _can_be_made(asked):
        _FILES.make(asked)


def _can_be_made(asked: Asked) -> bool:
    """Whether the file is made, or a ready-made one stands for it. Models need no extra."""
    return asked.kind == "model" or extra_installed()


def _produced(asked: Asked) -> Made:
    if asked.kind == "model":
        model = models.encode(asked)
        return Made(model, models.describe(asked, model))
    try:
        made: bytes = import_module(_ENCODERS[asked.kind]).encode(asked)
        return Made(made, import_module("mockvod.media.measure").measure(asked, made))
    except Exception as fault:  # noqa: BLE001  # a libav without the codec, a full disk: a task has a result all the same
        _LOG.warning("%s could not be made, a ready-made file stands for it: %r", asked, fault)
        return instead_of(asked)


#: 64 MB are some 300 videos of the usual size; MediaMetaData takes about 2 KB.
_FILES = Cache(_produced, most_bytes=64 * 2**20, most_metadata=4096)

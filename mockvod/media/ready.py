"""Ready-made files, one of each format, for installations without the extra `media`."""

from __future__ import annotations

import json
from functools import cache
from os.path import dirname, join

from mockvod.media.cache import Made
from mockvod.media.file_spec import FileKind, FileSpec

FOLDER = join(dirname(__file__), "assets")
#: File name -> MediaMetaData, measured when the files were made (tests/tools/make_assets.py).
METADATA = "metadata.json"


@cache
def ready_made(kind: FileKind, form: str) -> Made:
    """The ready-made file of that format, with its own true metadata."""
    name = f"{kind}.{form}"
    with open(join(FOLDER, METADATA), encoding="utf-8") as file:
        metadata = json.load(file)[name]
    with open(join(FOLDER, name), "rb") as content:
        return Made(content.read(), metadata)


def instead_of(spec: FileSpec) -> Made:
    """The ready-made file that is used instead of the requested one."""
    return ready_made(spec.kind, spec.format)

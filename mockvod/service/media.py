"""Result files: what is behind a result URL, and for how long.

Every result of a kind is the same ready-made file, and its MetaData tells the truth about that file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mockvod.service.context import Context
from mockvod.state import Transaction

#: Documented: a Temporary result can be fetched for seven days, counted from the end of the task.
TEMPORARY_SECONDS = 7 * 86_400
#: The directory and the application that recorded result URLs name, whoever asks.
_DIRECTORY = "b8c85f46vodnj251000800"
_TABLE = "media"
_ASSETS = Path(__file__).with_name("assets")

CONTENT_TYPES = {"mp4": "video/mp4", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A result file: its name, type and bytes."""

    name: str
    content_type: str
    content: bytes


def add_result(context: Context, asset: str, ready: float, expires: float | None) -> str:
    """Puts the ready-made file `asset` behind a new URL, from `ready` until `expires`; returns the URL."""
    path = f"/{_DIRECTORY}/{context.ids.hex(40)}/{asset}"
    # One table for all accounts: whoever has the URL may fetch the file, without a signature (recorded).
    context.transaction.put(_TABLE, path, {"asset": asset, "ready": ready, "expires": expires})
    return context.settings.media_url + path


def find_media(transaction: Transaction, path: str, now: float) -> MediaFile | None:
    """The file behind `path`, or None when there is none, when it is not made yet, or not there any more."""
    row = transaction.get(_TABLE, path)
    if row is None or now < row["ready"] or (row["expires"] is not None and now >= row["expires"]):
        return None
    return asset_file(row["asset"])


@lru_cache
def asset_file(asset: str) -> MediaFile:
    """The ready-made file of that name."""
    content = (_ASSETS / asset).read_bytes()
    return MediaFile(asset, CONTENT_TYPES[asset.rpartition(".")[2]], content)


@lru_cache
def asset_metadata(asset: str) -> dict[str, Any]:
    """The file's MediaMetaData, measured when it was made."""
    text = (_ASSETS / asset).with_suffix(".json").read_text("utf-8")
    metadata: dict[str, Any] = json.loads(text)
    return metadata

"""Result files: what is behind a result URL, and for how long.

Every result of a kind is the same ready-made file, and its MetaData tells the truth about that file. A URL carries
the random part of its task's identifier, so that nothing need be stored for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from os.path import dirname, join
from typing import Any

from mockvod.service.tasks import Task, find_task, random_part
from mockvod.settings import Settings
from mockvod.state import Transaction

#: Documented: a Temporary result can be fetched for seven days, counted from the end of the task.
TEMPORARY_SECONDS = 7 * 86_400
CONTENT_TYPES = {"mp4": "video/mp4", "png": "image/png"}
_ASSETS = join(dirname(__file__), "assets")
#: The directory and the application that recorded result URLs name, whoever asks.
_DIRECTORY = "b8c85f46vodnj251000800"
_PATH = re.compile(rf"/{_DIRECTORY}/([0-9a-f]{{32}})([0-9]{{4}})/([A-Za-z]+\.[a-z0-9]+)")


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A result file: its name, type and bytes."""

    name: str
    content_type: str
    content: bytes


def is_permanent(params: Mapping[str, Any]) -> bool:
    """Whether the results of a task with these parameters are to stay. Temporary is the documented default."""
    return (params.get("OutputConfig") or {}).get("StorageMode") == "Permanent"


def expires_at(task: Task) -> float | None:
    """When the task's result files go, or None when they stay."""
    return None if is_permanent(task.params) else task.ends + TEMPORARY_SECONDS


def result_url(task: Task, settings: Settings, index: int, asset: str) -> str:
    """Where the `index`-th result file of the task is found: the ready-made file `asset`."""
    return f"{settings.media_url}/{_DIRECTORY}/{random_part(task.task_id)}{index:04}/{asset}"


def find_media(transaction: Transaction, path: str, now: float) -> MediaFile | None:
    """The file behind `path`, or None when there is none, when it is not made yet, or not there any more."""
    match = _PATH.fullmatch(path)
    task = find_task(transaction, match[1]) if match else None
    if match is None or task is None or now < task.ends or task.failure:
        return None
    files: list[dict[str, Any]] = task.result.get("files", [])
    index, asset = int(match[2]), match[3]
    expires = expires_at(task)
    if index >= len(files) or files[index]["asset"] != asset or (expires is not None and now >= expires):
        return None
    return asset_file(asset)


@cache
def asset_file(asset: str) -> MediaFile:
    """The ready-made file of that name."""
    with open(join(_ASSETS, asset), "rb") as file:
        return MediaFile(asset, CONTENT_TYPES[asset.rpartition(".")[2]], file.read())


@cache
def asset_metadata(asset: str) -> dict[str, Any]:
    """The file's MediaMetaData, measured when it was made."""
    with open(join(_ASSETS, asset.rpartition(".")[0] + ".json"), encoding="utf-8") as file:
        metadata: dict[str, Any] = json.load(file)
        return metadata

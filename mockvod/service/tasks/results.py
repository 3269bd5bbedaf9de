"""Result files of tasks: what is told of them, where they are found, and for how long.

A URL carries the random part of its task's identifier, and what a file looks like follows from the request, so that
nothing need be stored for it. A Permanent file is also in the library, from which it can be deleted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockvod.clock import iso
from mockvod.media import Asked, asked_for
from mockvod.service.context import Context
from mockvod.service.media.files import as_served, metadata_of
from mockvod.service.media.library import add_result, expiry, is_kept
from mockvod.service.media.stored_files import made_content
from mockvod.service.tasks.book import TEMPORARY_SECONDS, TaskBook
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.input import FILLERS
from mockvod.service.tasks.model import Task, task_key
from mockvod.settings import Settings
from mockvod.state import Value

#: Names of files by what they are: recorded for videos and pictures, assumed of the rest.
_NAMES = {
    "video": "aigcVideoGenFile",
    "image": "aigcImageGenFile",
    "audio": "aigcAudioGenFile",
    "model": "aigcHunyuan3DGenFile",  # published sample, but for the number behind it
}
#: The directory and the application that recorded result URLs name, whoever asks.
_DIRECTORY = "b8c85f46vodnj251000800"
_PATH = re.compile(rf"/{_DIRECTORY}/([0-9a-f]{{32}})([0-9]{{4}})/([A-Za-z0-9]+\.[a-z0-9]+)")


def create_file_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task whose results are files. Only files that stay get a FileId (recorded)."""
    if not is_permanent(params):
        return create_task(context, params, {"files": []})
    count = len(asked_for(context.contract.action, params))
    file_ids = [context.ids.file_id() for _ in range(count)]
    answer = create_task(context, params, {"files": file_ids}, lives_on=True)
    application, part = context.application(params), task_key(answer["TaskId"])
    for index, file_id in enumerate(file_ids):
        add_result(context, application, file_id, part, index, expiry(params["OutputConfig"].get("ExpireTime")))
    return answer


def is_permanent(params: Mapping[str, Any]) -> bool:
    """Whether the results of a task with these parameters are to stay. Temporary is the documented default."""
    return (params.get("OutputConfig") or {}).get("StorageMode") == "Permanent"


def files_of(task: Task, settings: Settings) -> tuple[Asked, ...]:
    """The result files of a task, as the request asked for them."""
    return asked_for(task.action, task.params, settings.seed)


def described(task: Task, settings: Settings) -> list[dict[str, Any]]:
    """What a task says of each result file; of a Temporary one neither type nor FileId (recorded)."""
    config = task.params.get("OutputConfig") or {}
    expires, permanent = expires_at(task), is_permanent(task.params)
    files = files_of(task, settings)
    file_ids = task.result["files"] or [""] * len(files)
    return [
        {
            "StorageMode": "Permanent" if permanent else "Temporary",
            "MediaName": config.get("MediaName") or "",
            "ClassId": config.get("ClassId") or 0,
            "ExpireTime": config.get("ExpireTime") or FILLERS["ExpireTime"] if expires is None else iso(expires),
            "FileType": file.format if permanent else "",
            "FileUrl": result_url(task, settings, index, file),
            "FileId": file_id,
        }
        for index, (file_id, file) in enumerate(zip(file_ids, files, strict=True))
    ]


def expires_at(task: Task) -> float | None:
    """When the task's result files go, or None when they stay."""
    if task.row.last_step.get("file") == "expired":
        return task.ends
    return None if is_permanent(task.params) else task.ends + TEMPORARY_SECONDS


def result_url(task: Task, settings: Settings, index: int, file: Asked) -> str:
    """Where the `index`-th result file of the task is found."""
    return f"{settings.media_url}/{_DIRECTORY}/{task.key}{index:04}/{_name(file)}"


def result_at(tasks: TaskBook, path: str, settings: Settings) -> Value | None:
    """What the result file behind `path` consists of, for StoredFile.content.

    None when there is none, when it is not made yet, or not there any more.
    """
    match = _PATH.fullmatch(path)
    task = tasks.get(match[1]) if match else None
    if match is None or task is None or not task.succeeded:
        return None
    files, index, expires = files_of(task, settings), int(match[2]), expires_at(task)
    if index >= len(files) or _name(files[index]) != match[3] or (expires is not None and tasks.now >= expires):
        return None
    if is_permanent(task.params) and not is_kept(tasks, task.result["files"][index]):
        return None
    return as_served(task, made_content(files[index]))


def measured(task: Task, settings: Settings) -> list[dict[str, Any]]:
    """MediaMetaData of each result file. Raises Later for one that has to be made first."""
    return [metadata_of(file) for file in files_of(task, settings)]


def _name(file: Asked) -> str:
    return f"{_NAMES[file.kind]}.{file.format}"

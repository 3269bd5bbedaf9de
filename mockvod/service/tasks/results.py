"""Results of tasks that ended successfully: how answers describe them, their URLs, and when they expire.

The description follows the template of the kind in contracts/tasks.json. A URL contains the key of its task, and the
content of a file follows from the request, so that nothing is stored for a file. A Permanent file is also in the library,
where it can be deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import cache, partial
from typing import Any

from mockvod.clock import iso
from mockvod.media import FileSpec
from mockvod.service.media.files import as_served
from mockvod.service.media.library import is_kept
from mockvod.service.media.made import MadeFiles
from mockvod.service.media.stored_files import made_content
from mockvod.service.tasks.book import TEMPORARY_SECONDS, TaskBook
from mockvod.service.tasks.kind import requested_files
from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.state import Value
from mockvod.validators.contracts.task_kinds import ResultFile, TaskKind, task_kinds
from mockvod.validators.contracts.templates import fill

_DIRECTORY = task_kinds().directory
_PATH = re.compile(rf"/{_DIRECTORY}/([0-9a-f]{{32}})([0-9]{{4}})/([A-Za-z0-9]+\.[a-z0-9]+)")


def is_permanent(params: Mapping[str, Any]) -> bool:
    """Whether the results of a task with these parameters are Permanent. Documented: Temporary is the default."""
    config: Mapping[str, Any] = params.get("OutputConfig") or {}
    return bool(config.get("StorageMode") == "Permanent")


def files_of(task: Task, settings: Settings) -> tuple[FileSpec, ...]:
    """Lists the result files of a task, as its request determines them."""
    return requested_files(task.action, task.params, settings.seed)


def finished_output(task: Task, settings: Settings, made: MadeFiles, **more: Callable[[], Any]) -> dict[str, Any]:
    """Makes the Output of a task that ended successfully, from the template of its kind.

    Args:
        task: The task.
        settings: Those of the mock.
        made: Knows the metadata of files that have been made.
        more: Functions for values in the template that only this kind has.
    """
    kind, files = _kind(task), files_of(task, settings)
    computed: dict[str, Callable[[], Any]] = {
        "id": lambda: task.result["id"],
        "created": lambda: iso(task.created),
        "created_finely": lambda: datetime.fromtimestamp(task.created, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "url": lambda: result_url(task, settings, 0, files[0]) if files else "",
        **more,
    }
    for member in {each.member for each in kind.files}:
        blocks = partial(_blocks, task, settings, made, files, member)
        computed[f"files.{member}"] = blocks
        computed[f"file.{member}"] = partial(_only_block, blocks)
    output: dict[str, Any] = fill(kind.finished, computed, task.params)
    return output


def _blocks(
    task: Task, settings: Settings, made: MadeFiles, files: tuple[FileSpec, ...], member: str
) -> list[dict[str, Any]]:
    """The descriptions of the result files that are in the list `member`."""
    sorts = [_kind(task).file(spec.kind, spec.format) for spec in files]
    return [
        _block(task, settings, made, files, index, sort) for index, sort in enumerate(sorts) if sort.member == member
    ]


def _only_block(blocks: Callable[[], list[dict[str, Any]]]) -> dict[str, Any]:
    [block] = blocks()
    return block


def _block(
    task: Task, settings: Settings, made: MadeFiles, files: tuple[FileSpec, ...], index: int, sort: ResultFile
) -> dict[str, Any]:
    spec, permanent = files[index], is_permanent(task.params)
    computed: dict[str, Callable[[], Any]] = {
        "expires": lambda: _expire_time(task),
        "format": lambda: spec.format,
        "format_in_capitals": lambda: spec.format.upper(),
        "url": lambda: result_url(task, settings, index, spec),
        "file_id": lambda: task.result["files"][index],
        "metadata": lambda: made.metadata(spec),
        "metadata_if_permanent": lambda: made.metadata(spec) if permanent else None,
        "duration": lambda: made.metadata(spec)["Duration"],
        "preview_url": lambda: next(
            result_url(task, settings, number, each) for number, each in enumerate(files) if each.kind == "image"
        ),
    }
    block: dict[str, Any] = fill(sort.permanent if permanent else sort.temporary, computed, task.params)
    return block


def _expire_time(task: Task) -> str:
    expires = expires_at(task)
    if expires is not None:
        return iso(expires)
    config: Mapping[str, Any] = task.params.get("OutputConfig") or {}
    asked: str = config.get("ExpireTime") or task_kinds().fillers["ExpireTime"]
    return asked


def expires_at(task: Task) -> float | None:
    """When the result files of a task expire; None where they are Permanent."""
    if task.row.last_step.get("file") == "expired":
        return task.ends
    return None if is_permanent(task.params) else task.ends + TEMPORARY_SECONDS


def result_url(task: Task, settings: Settings, index: int, file: FileSpec) -> str:
    """Makes the URL of the result file with that number."""
    name = _file_name(_kind(task), file.kind, file.format)
    return f"{settings.media_url}/{_DIRECTORY}/{task.key}{index:04}/{name}"


def result_at(tasks: TaskBook, path: str, settings: Settings) -> Value | None:
    """Finds the content of the result file at a path, as for StoredFile.content.

    None when there is no such file, its task has not ended, or it has expired or was deleted.
    """
    match = _PATH.fullmatch(path)
    task = tasks.get(match[1]) if match else None
    if match is None or task is None or not task.succeeded:
        return None
    files, index, expires = files_of(task, settings), int(match[2]), expires_at(task)
    if index >= len(files) or (expires is not None and tasks.now >= expires):
        return None
    if _file_name(_kind(task), files[index].kind, files[index].format) != match[3]:
        return None
    if is_permanent(task.params) and not is_kept(tasks, task.result["files"][index]):
        return None
    return as_served(task, made_content(files[index]))


def _kind(task: Task) -> TaskKind:
    kind = task.contract.task
    assert kind  # only actions with an entry in contracts/tasks.json make tasks: see kind.py
    return kind


@cache
def _file_name(kind: TaskKind, file_kind: str, form: str) -> str:
    return f"{kind.file(file_kind, form).names[0]}.{form}"

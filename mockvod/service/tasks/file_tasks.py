"""Starts tasks whose results are files, and charges quotas for them."""

from __future__ import annotations

from math import ceil
from typing import Any

from mockvod.service.account.quotas import charge
from mockvod.service.context import Context
from mockvod.service.media.library import add_result, expiry
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.kind import requested_files
from mockvod.service.tasks.model import task_key
from mockvod.service.tasks.results import is_permanent


def create_file_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task whose results are files. Only Permanent files get a FileId (recorded)."""
    if not is_permanent(params):
        return create_task(context, params, {"files": []})
    count = len(requested_files(context.contract.action, params))
    file_ids = [context.ids.file_id() for _ in range(count)]
    answer = create_task(context, params, {"files": file_ids}, lives_on=True)
    application, part = context.application(params), task_key(answer["TaskId"])
    for index, file_id in enumerate(file_ids):
        add_result(context, application, file_id, part, index, expiry(params["OutputConfig"].get("ExpireTime")))
    return answer


def create_picture_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Does the same as create_file_task, and charges the quota for pictures with their number."""
    charge(context, context.application(params), "Image", len(requested_files(context.contract.action, params)))
    return create_file_task(context, params)


def create_film_task(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Does the same as create_file_task, and charges the quota for videos with the seconds of the files."""
    seconds = sum(file.seconds for file in requested_files(context.contract.action, params))
    charge(context, context.application(params), "Video", ceil(seconds))
    return create_file_task(context, params)

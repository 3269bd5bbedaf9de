"""Making tasks: whatever the call determines is stored here; the rest follows later from the row and the time."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.tasks.concurrency import Turn, places_key
from mockvod.service.tasks.directives import NO_DIRECTIVES, Directives, read_directives
from mockvod.service.tasks.durations import failure_seconds, task_seconds
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.forgetting import forget
from mockvod.service.tasks.model import TaskRow, task_key
from mockvod.service.tasks.scripted import ScriptRow, failure_of, seconds_until_end
from mockvod.service.tasks.scripts import next_steps, use_up

EXCEEDED = Failure.of("RequestLimitExceeded")


class _Start(Struct, frozen=True):
    """When a new task begins (None for a task that waits) and ends, and the failure of a task beyond the limit."""

    begins: float | None
    ends: float | None
    failure: Failure | None = None
    turn: Turn | None = None


def create_task(
    context: Context,
    params: dict[str, Any],
    result: dict[str, Any],
    failure: Failure | None = None,
    *,
    lives_on: bool = False,
    ranked: str = "",
) -> dict[str, Any]:
    """Makes a task of the kind that the action has, and returns ``{"TaskId": …}``.

    Args:
        context: The call.
        params: Its valid parameters.
        result: See TaskRow.result.
        failure: How the task fails, unless a directive or a script says otherwise.
        lives_on: See TaskRow.lives_on.
        ranked: See TaskRow.ranked.

    Raises:
        ApiError: Too many tasks are running, and the settings refuse a further one; or a directive refuses the call, or
            is not valid.
    """
    contract, settings, transaction = context.contract, context.settings, context.transaction
    directives = read_directives(params) if settings.magic_prompts else NO_DIRECTIVES
    application = context.application(params)
    kind = contract.task
    assert kind  # only actions with an entry in contracts/tasks.json make tasks: see kind.py
    task_id = context.ids.task_id(application, kind.id_names[0], kind.id_end)
    steps = next_steps(transaction, context.account, contract.action)
    seconds = _seconds(context, params, directives) if steps is None else seconds_until_end(steps)
    key = task_key(task_id)
    start = _start(context, key, params, seconds)
    if start.failure:
        steps = None  # a task beyond the limit fails as usual, and the script remains for a task that has a place
    elif steps:
        use_up(transaction, context.account, contract.action)
        failure = failure_of(steps) or failure
    else:
        failure = directives.failure or failure
    cleared = context.tasks.add(
        key,
        TaskRow(
            task_id,
            context.account,
            application,
            contract.action,
            context.now,
            start.begins,
            start.ends,
            start.failure or failure,
            _without_files(params),
            result,
            seconds=seconds,
            turn=start.turn,
            lives_on=lives_on,
            script=ScriptRow(steps) if steps else None,
            ranked=ranked,
        ),
    )
    if cleared:
        forget(context, cleared)
    return {"TaskId": task_id}


def _seconds(context: Context, params: Mapping[str, Any], directives: Directives) -> float | None:
    """How many seconds a task takes; None for one that does not end by itself, because JSON has no infinity."""
    if directives.seconds is not None:
        return None if directives.seconds == float("inf") else directives.seconds
    return task_seconds(context.settings, context.contract.action, params)


def _start(context: Context, key: str, params: Mapping[str, Any], seconds: float | None) -> _Start:
    """Gives a new task a place, or a turn in the queue; `seconds` is None where it does not end by itself.

    Raises ApiError where a task too many refuses the call.
    """
    now, limit, action = context.now, _limit(context), context.contract.action
    ends = None if seconds is None else now + seconds
    if limit is None:
        return _Start(now, ends)
    places, where = context.tasks.places(context.account, action), places_key(context.account, action)
    if places.taken(now) < limit:
        places.take(key, now, ends)
        places.save(context.transaction, where)
        return _Start(now, ends)
    mode = context.settings.over_concurrency
    if mode == "refuse":
        explanation = f"{limit} task(s) of {action} are running, which is the limit (over_concurrency)"
        raise ApiError("rate_limit_no_numbers", explanation=explanation)
    if mode == "fail":
        usual = failure_seconds(context.settings)
        return _Start(now, now + (usual if seconds is None else min(usual, seconds)), EXCEEDED)
    turn = places.queue(context.transaction, where, key, int(params.get("TasksPriority") or 0))
    places.save(context.transaction, where)
    return _Start(None, None, turn=turn)


def _limit(context: Context) -> int | None:
    setting = context.settings.concurrency
    if setting == "documented":
        return context.contract.concurrency
    return None if setting == "off" else setting


def _without_files(params: dict[str, Any]) -> dict[str, Any]:
    """Replaces files in the request by digests: they can have megabytes, and Input does not repeat them."""
    infos = params.get("FileInfos")
    if not infos or not any("Base64" in info for info in infos):
        return params
    return {**params, "FileInfos": [_without_file(info) for info in infos]}


def _without_file(info: dict[str, Any]) -> dict[str, Any]:
    text = info.get("Base64")
    return {**info, "Base64": sha256(text.encode()).hexdigest()} if text else info

"""How many tasks of one action run at a time, and what becomes of one too many.

Documented: one for CreateAigcVideoTask and CreateAigcImageTask. Nobody documents what happens beyond; the setting
`over_concurrency` chooses (A-VT-CONC):

    fail     the call is accepted, and its task ends with ErrCode 70000 and RequestLimitExceeded (recorded; the default)
    refuse   the call is refused with RequestLimitExceeded (seen by one client)
    queue    the task waits as WAITING: higher TasksPriority first, then the older

A lane is one account's tasks of one action (assumed; the text does not say whose tasks count). Its row lists when the
running tasks end and which wait. Time moves a lane on only when somebody looks: `advance` then starts what was due, at
the moment at which it was due, so that the outcome does not depend on who looked when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import TASKS, Context

_LANES = "lanes"
#: A failure took so long from creation to its end (recorded).
FAILURE_SECONDS = 4
EXCEEDED = "RequestLimitExceeded"


@dataclass(frozen=True, slots=True)
class Start:
    """When a task begins, or None for one that waits; and the ErrCodeExt of one that is turned away."""

    begins: float | None
    lasts: float | None
    failure: str = ""

    @property
    def ends(self) -> float | None:
        """None for a task that waits, or never ends."""
        return None if self.begins is None or self.lasts is None else self.begins + self.lasts


def enter_lane(context: Context, part: str, params: dict[str, Any], lasts: float | None) -> Start:
    """Gives the task of random part `part`, which takes `lasts` seconds (None: for ever), a place.

    Raises ApiError where a task too many refuses the call.
    """
    limit = _limit(context)
    if limit is None:
        return Start(context.now, lasts)
    lane = advance(context, context.contract.action)
    if len(lane["running"]) < limit:
        start = Start(context.now, lasts)
        lane["running"].append(start.ends)
        _put(context, context.contract.action, lane)
        return start
    mode = context.settings.over_concurrency
    if mode == "refuse":
        explanation = f"{limit} task(s) of {context.contract.action} are running, which is the limit (over_concurrency)"
        raise ApiError("rate_limit_no_numbers", explanation=explanation)
    if mode == "fail":
        return Start(context.now, min(FAILURE_SECONDS, FAILURE_SECONDS if lasts is None else lasts), EXCEEDED)
    lane["waiting"].append({"part": part, "priority": int(params.get("TasksPriority") or 0), "lasts": lasts})
    _put(context, context.contract.action, lane)
    return Start(None, lasts)


def advance(context: Context, action: str) -> dict[str, Any]:
    """The lane of `action` as it is now: what has ended is gone, and what was due has been started."""
    lane = context.transaction.get(context.table(_LANES), action) or {"running": [], "waiting": []}
    while lane["waiting"]:
        ends = min((each for each in lane["running"] if each is not None), default=None)
        if ends is None or ends > context.now:
            break
        lane["running"].remove(ends)
        # The list is in the order of creation, which decides among equals.
        first = max(lane["waiting"], key=lambda each: each["priority"])
        lane["waiting"].remove(first)
        start = Start(ends, first["lasts"])
        lane["running"].append(start.ends)
        _start_task(context, first["part"], start)
        _put(context, action, lane)
    lane["running"] = [each for each in lane["running"] if each is None or each > context.now]
    return lane


def leave_queue(context: Context, action: str, part: str) -> bool:
    """Takes a waiting task out of its lane; False when it is not waiting there."""
    lane = advance(context, action)
    left = [each for each in lane["waiting"] if each["part"] != part]
    if len(left) == len(lane["waiting"]):
        return False
    _put(context, action, {**lane, "waiting": left})
    return True


def _limit(context: Context) -> int | None:
    setting = context.settings.concurrency
    if setting == "documented":
        return context.contract.concurrency
    return None if setting == "off" else setting


def _start_task(context: Context, part: str, start: Start) -> None:
    row = context.transaction.get(TASKS, part)
    assert row is not None  # a lane names only tasks that were made
    context.transaction.put(TASKS, part, {**row, "begins": start.begins, "ends": start.ends})


def _put(context: Context, action: str, lane: dict[str, Any]) -> None:
    context.transaction.put(context.table(_LANES), action, lane)

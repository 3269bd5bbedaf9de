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
from mockvod.service.events.outbox import announce
from mockvod.service.tasks.durations import failure_seconds
from mockvod.service.tasks.failures import Failure
from mockvod.state import Transaction

_LANES = "lanes"
EXCEEDED = Failure.of("RequestLimitExceeded")


@dataclass(frozen=True, slots=True)
class Start:
    """When a task begins, or None for one that waits; and why one is turned away."""

    begins: float | None
    lasts: float | None
    failure: Failure | None = None

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
    transaction, account, action = context.transaction, context.account, context.contract.action
    lane = advance(transaction, account, action, context.now)
    if len(lane["running"]) < limit:
        start = Start(context.now, lasts)
        lane["running"][part] = start.ends
        _put(transaction, account, action, lane)
        return start
    mode = context.settings.over_concurrency
    if mode == "refuse":
        explanation = f"{limit} task(s) of {action} are running, which is the limit (over_concurrency)"
        raise ApiError("rate_limit_no_numbers", explanation=explanation)
    if mode == "fail":
        usual = failure_seconds(context.settings)
        return Start(context.now, usual if lasts is None else min(usual, lasts), EXCEEDED)
    lane["waiting"].append({"part": part, "priority": int(params.get("TasksPriority") or 0), "lasts": lasts})
    _put(transaction, account, action, lane)
    return Start(None, lasts)


def advance(transaction: Transaction, account: str, action: str, now: float) -> dict[str, Any]:
    """The account's lane of `action` as it is now: what has ended is gone, and what was due has been started."""
    lane = transaction.get(f"{account}/{_LANES}", action) or {"running": {}, "waiting": []}
    running: dict[str, float | None] = lane["running"]
    while lane["waiting"]:
        ends, ended = min(((each, part) for part, each in running.items() if each is not None), default=(None, ""))
        if ends is None or ends > now:
            break
        del running[ended]
        # The list is in the order of creation, which decides among equals.
        first = max(lane["waiting"], key=lambda each: each["priority"])
        lane["waiting"].remove(first)
        start = Start(ends, first["lasts"])
        running[first["part"]] = start.ends
        _start_task(transaction, first["part"], start)
        _put(transaction, account, action, lane)
    lane["running"] = {part: each for part, each in running.items() if each is None or each > now}
    return lane


def advance_all(transaction: Transaction, account: str, now: float) -> None:
    """Moves on every lane of the account in which tasks wait."""
    for action, lane in transaction.items(f"{account}/{_LANES}"):
        if lane["waiting"]:
            advance(transaction, account, action, now)


def leave_queue(transaction: Transaction, account: str, action: str, part: str, now: float) -> bool:
    """Takes a waiting task out of its lane; False when it is not waiting there."""
    lane = advance(transaction, account, action, now)
    left = [each for each in lane["waiting"] if each["part"] != part]
    if len(left) == len(lane["waiting"]):
        return False
    _put(transaction, account, action, {**lane, "waiting": left})
    return True


def plan_end(transaction: Transaction, account: str, action: str, part: str, ends: float | None, now: float) -> None:
    """Has a running task keep its place until `ends` (None: for ever), and gives it back at once where that is now."""
    lane = advance(transaction, account, action, now)
    # A task that was turned away has no place, and one that runs beside the lane has none either.
    if part in lane["running"]:
        lane["running"][part] = ends
        _put(transaction, account, action, lane)
        advance(transaction, account, action, now)


def _limit(context: Context) -> int | None:
    setting = context.settings.concurrency
    if setting == "documented":
        return context.contract.concurrency
    return None if setting == "off" else setting


def _start_task(transaction: Transaction, part: str, start: Start) -> None:
    row = transaction.get(TASKS, part)
    assert row is not None  # a lane names only tasks that were made
    row.update(begins=start.begins, ends=start.ends)
    transaction.put(TASKS, part, row)
    announce(transaction, part, row)


def _put(transaction: Transaction, account: str, action: str, lane: dict[str, Any]) -> None:
    transaction.put(f"{account}/{_LANES}", action, lane)

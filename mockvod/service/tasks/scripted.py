"""Tasks that follow a script instead of the clock: the position of a task in its script, and its end.

Steps are JSON objects, which mockvod/scripts.py explains. A step that lasts for some seconds ends by the clock, and
nothing is stored for it; a step that lasts for some polls ends with the last of them. As soon as all steps before the end
last for seconds, the row of the task has the moment of the end, like that of any task: lists, events, places, the bill
and the library use that and need not know of scripts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from mockvod.service.tasks.failures import FAILURES, Failure

#: The steps that end a task.
ENDS = frozenset({"finish", "fail"})

#: One step as JSON; see mockvod/scripts.py.
Step = dict[str, Any]
Steps = list[Step]


class ScriptRow(msgspec.Struct, frozen=True, array_like=True):
    """The script of a task, and its position when it was last stored."""

    steps: Steps
    #: The number of the step.
    at: int = 0
    #: The beginning of that step, UNIX seconds; None for that of the task, and in a step that counts polls.
    since: float | None = None
    #: How many polls have seen that step.
    polls: int = 0
    #: When processing began, if the task waited at first.
    begun: float | None = None


class Position(NamedTuple):
    """The position of a task in its script. The end is no position, because the row of the task has it."""

    at: int
    step: Step
    begun: float | None


def seconds_until_end(steps: Steps) -> float | None:
    """The seconds from the beginning of the first step to the end; None where the end does not depend on time alone."""
    *before, last = steps
    if last["step"] not in ENDS or any(step["seconds"] is None for step in before):
        return None
    return float(sum(step["seconds"] for step in before))


def failure_of(steps: Steps) -> Failure | None:
    """The failure of a task that follows these steps; None where it succeeds or never ends."""
    last = steps[-1]
    if last["step"] != "fail":
        return None
    message = last["message"]
    return Failure(last["code"], last["ext"], FAILURES.get(last["ext"], "") if message is None else message)


def position(script: ScriptRow, begins: float, now: float) -> Position:
    """Finds the position at `now` of a task that began at `begins`."""
    steps, at, begun = script.steps, script.at, script.begun
    since = begins if script.since is None else script.since
    while at + 1 < len(steps) and steps[at + 1]["step"] not in ENDS:
        seconds = steps[at].get("seconds")
        if seconds is None or now < since + seconds:
            break
        since += seconds
        if steps[at]["step"] == "waiting":
            begun = since
        at += 1
    return Position(at, steps[at], begun)


def percent_at(script: ScriptRow, position: Position) -> int:
    """The Progress at a position. Steps without a Progress keep that of the steps before (assumed)."""
    told: list[int] = [
        step.get("percent", 0) for step in script.steps[: position.at + 1] if step["step"] in ("progress", "waiting")
    ]
    return told[-1] if told else 0


class Moved(NamedTuple):
    """The script of a task after a poll and, if the poll determines that, the end of the task."""

    script: ScriptRow
    decides_end: bool
    ends: float | None


def after_poll(script: ScriptRow, position: Position, now: float) -> Moved | None:
    """Counts a call of DescribeTaskDetail, the last of which ends a step; None for a step that counts no polls."""
    following = position.at + 1
    wanted = position.step.get("polls")
    if wanted is None or following == len(script.steps):
        return None
    polls = 1 + script.polls
    if polls < wanted:
        return Moved(ScriptRow(script.steps, position.at, None, polls, position.begun), False, None)
    rest = seconds_until_end(script.steps[following:])
    begun = now if position.step["step"] == "waiting" else position.begun
    return Moved(ScriptRow(script.steps, following, now, 0, begun), True, None if rest is None else now + rest)

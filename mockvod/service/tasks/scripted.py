"""Tasks that follow a script instead of the clock: where one stands, and what its script makes of its end.

Steps are JSON objects: see mockvod/scripts.py. Steps that last for some seconds follow each other with the time alone and
are not noted; a step that lasts for some polls is left with the last of them. As soon as nothing but steps of seconds
lies before the end, the task's row has the moment of the end like that of any other: lists, events, places, bill and
library follow it and need not know of scripts.
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
    """The script of a task, and how far it has come."""

    steps: Steps
    #: At which step it was noted last.
    at: int = 0
    #: Since when (UNIX seconds); None: since the task began.
    since: float | None = None
    #: How many polls were shown that step.
    polls: int = 0
    #: When the work had begun, if a step had it wait.
    begun: float | None = None


class Position(NamedTuple):
    """Where in its script a task stands. The end is no position: the task's own row tells of it."""

    at: int
    step: Step
    since: float
    begun: float | None


def new_script(steps: Steps) -> ScriptRow:
    """The script of a task that has not begun."""
    return ScriptRow(steps)


def seconds_until_end(steps: Steps) -> float | None:
    """How many seconds lie between the beginning of the first step and the end; None where the time alone does not tell."""
    *before, last = steps
    if last["step"] not in ENDS or any(step["seconds"] is None for step in before):
        return None
    return float(sum(step["seconds"] for step in before))


def failure_of(steps: Steps) -> Failure | None:
    """How a task is to fail that follows them; None for one that does not."""
    last = steps[-1]
    if last["step"] != "fail":
        return None
    message = last["message"]
    return Failure(last["code"], last["ext"], FAILURES.get(last["ext"], "") if message is None else message)


def position(script: ScriptRow, begins: float, now: float) -> Position:
    """Where a task stands that began at `begins`."""
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
    return Position(at, steps[at], since, begun)


def percent_at(script: ScriptRow, position: Position) -> int:
    """The Progress at that position. Steps that say nothing of it leave it as it was: assumed."""
    told: list[int] = [
        step.get("percent", 0) for step in script.steps[: position.at + 1] if step["step"] in ("progress", "waiting")
    ]
    return told[-1] if told else 0


class Moved(NamedTuple):
    """What a poll made of a script: its new row and, where that is decided now, the moment of the task's end."""

    script: ScriptRow
    decides_end: bool
    ends: float | None


def after_poll(script: ScriptRow, position: Position, now: float) -> Moved | None:
    """Counts one call of DescribeTaskDetail, with the last of which a step of polls is left; None where none counts."""
    following = position.at + 1
    wanted = position.step.get("polls")
    if wanted is None or following == len(script.steps):
        return None
    polls = 1 + (script.polls if position.at == script.at else 0)
    if polls < wanted:
        return Moved(ScriptRow(script.steps, position.at, position.since, polls, position.begun), False, None)
    rest = seconds_until_end(script.steps[following:])
    begun = now if position.step["step"] == "waiting" else position.begun
    return Moved(ScriptRow(script.steps, following, now, 0, begun), True, None if rest is None else now + rest)

"""Tasks that follow a script: what a row with one shows.

The table `scripts` holds what is not used yet, by action. A task has its own in the member `script` of its row: `steps`
as JSON (see mockvod/scripts.py), `at` which of them it stands, `since` when (None: since the task began), how many `polls`
were shown that step, and when its work had `begun` if a step had it wait. Steps of seconds follow each other with the
time alone and are not noted. As soon as nothing but those lies before the end, the row has the moment of the end like
that of any other task: lists, events, lanes, bill and library follow it and need not know of scripts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mockvod.service.context import TASKS
from mockvod.service.events.outbox import announce
from mockvod.service.tasks.concurrency import plan_end
from mockvod.service.tasks.failures import FAILURES, Failure
from mockvod.state import Transaction, Value

SCRIPTS = "scripts"
#: The steps that end a task.
ENDS = frozenset({"finish", "fail"})

#: Result files that are not there, whatever the task says of them.
ABSENT = frozenset({"expired", "gone"})

Steps = list[dict[str, Any]]


class _Place(NamedTuple):
    """Where in its script a task stands: at which step, and since when."""

    at: int
    since: float
    begun: float | None


def next_steps(transaction: Transaction, account: str, action: str) -> Steps | None:
    """What the account's next task of `action` is to follow; None for the clock."""
    row = transaction.get(SCRIPTS, action)
    if row is None:
        return None
    return next((each["steps"] for each in row["scripts"] if each["account"] in (None, account)), None)


def use_up(transaction: Transaction, account: str, action: str) -> None:
    """Notes that one more task follows what `next_steps` gave."""
    row = transaction.get(SCRIPTS, action)
    assert row is not None  # next_steps has found it
    scripts = row["scripts"]
    used = next(each for each in scripts if each["account"] in (None, account))
    used["times"] -= 1
    if not used["times"]:
        scripts.remove(used)
    if scripts:
        transaction.put(SCRIPTS, action, row)
    else:
        transaction.delete(SCRIPTS, action)


def started(steps: Steps) -> Value:
    """The member `script` of a new task's row."""
    return {"steps": steps, "at": 0, "since": None, "polls": 0, "begun": None}


def lasts(steps: Steps) -> float | None:
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


def shown(row: Value, now: float) -> dict[str, Any]:
    """The step at which a task with a script stands. Of one that has begun and not ended."""
    step: dict[str, Any] = row["script"]["steps"][_place(row, now).at]
    return step


def percent(row: Value, now: float) -> int:
    """Its Progress meanwhile. Steps that say nothing of it leave it as it was: assumed."""
    steps = row["script"]["steps"][: _place(row, now).at + 1]
    told: list[int] = [step.get("percent", 0) for step in steps if step["step"] in ("progress", "waiting")]
    return told[-1] if told else 0


def begun(row: Value, now: float) -> float | None:
    """When the work on it began: after the last step that had it wait. None while it waits."""
    if row["begins"] is None:
        return None
    place = _place(row, now)
    if row["script"]["steps"][place.at]["step"] == "waiting":
        ends: float | None = row["ends"]
        return ends if ends is not None and now >= ends else None
    return row["begins"] if place.begun is None else place.begun


def polled(transaction: Transaction, part: str, row: Value, now: float) -> None:
    """Notes that DescribeTaskDetail was asked for the task of random part `part`, whose script moves on with the last
    call that a step is to be shown to."""
    if row["begins"] is None:
        return
    script, place = row["script"], _place(row, now)
    steps, following = script["steps"], place.at + 1
    wanted = steps[place.at].get("polls")
    if wanted is None or following == len(steps):
        return
    polls = 1 + (script["polls"] if place.at == script["at"] else 0)
    if polls < wanted:
        noted = {**script, "at": place.at, "since": place.since, "polls": polls, "begun": place.begun}
        transaction.put(TASKS, part, {**row, "script": noted})
        return
    rest = lasts(steps[following:])
    waited = steps[place.at]["step"] == "waiting"
    noted = {**script, "at": following, "since": now, "polls": 0, "begun": now if waited else place.begun}
    moved = {**row, "ends": None if rest is None else now + rest, "script": noted}
    transaction.put(TASKS, part, moved)
    announce(transaction, part, moved)
    plan_end(transaction, row["account"], row["action"], part, moved["ends"], now)


def output_of(row: Value) -> str:
    """Which Output a task that ended well is to tell: "whole", "missing" or "empty"."""
    output: str = _end(row).get("output", "whole")
    return output


def file_of(row: Value) -> str:
    """What its result files are to be: "whole", "expired", "broken" or "gone"."""
    file: str = _end(row).get("file", "whole")
    return file


def as_served(row: Value, content: Value) -> Value | None:
    """The `content` of a result file of the task, as it is to be served; None for one that is not there."""
    file = file_of(row)
    if file in ABSENT:
        return None
    return {**content, "cut": True} if file == "broken" else content


def _end(row: Value) -> dict[str, Any]:
    script = row.get("script")
    end: dict[str, Any] = script["steps"][-1] if script else {}
    return end


def _place(row: Value, now: float) -> _Place:
    """Of a task that has begun. The end is not a place: the row's own members tell of it."""
    script = row["script"]
    steps, at, since, begun = script["steps"], script["at"], script["since"], script["begun"]
    if since is None:
        since = row["begins"]
    while at + 1 < len(steps) and steps[at + 1]["step"] not in ENDS:
        seconds = steps[at].get("seconds")
        if seconds is None or now < since + seconds:
            break
        since += seconds
        if steps[at]["step"] == "waiting":
            begun = since
        at += 1
    return _Place(at, since, begun)

"""What a task is: the row that the store keeps of it, and the task as it is at one moment.

A row says what was asked and when the task begins and ends; everything else that a task tells follows from that and from
the time. So nothing has to happen when a task ends, and nobody can see it in a state that its time does not allow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from mockvod.service.tasks.concurrency import Turn
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.scripted import Position, ScriptRow, Step, percent_at, position
from mockvod.validators.contracts.catalog import Contract, catalog


class TaskRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A task as it is stored. The tag is the version of its layout: see state/tables.py."""

    task_id: str
    #: SecretId.
    account: str
    #: SubAppId.
    application: int
    #: The action that made it.
    action: str
    #: UNIX seconds, as all times.
    created: float
    #: When its processing begins; None while it waits for its turn, and for one that was aborted.
    begins: float | None
    #: When it ends; None while that is not known, and for one that never does.
    ends: float | None
    #: How it fails; None for one that succeeds.
    failure: Failure | None
    #: The request, with a digest in place of each file inside of it.
    params: dict[str, Any]
    #: What was settled when it was made and its kind tells once it has ended: identifiers.
    result: dict[str, Any]
    aborted: bool = False
    #: How long its processing takes; None for ever, or where that is not known.
    seconds: float | None = None
    #: Where it stands in the queue while it waits for a place: see concurrency.py.
    turn: Turn | None = None
    #: Whether its result lives on when its own time is over: a file of the library, an element, a voice.
    lives_on: bool = False
    #: Whether it has left the lists, and stays for its result alone.
    archived: bool = False
    #: What it tells of its progress until it ends, where it was told to.
    progress: int | None = None
    #: What it follows instead of the clock: see scripted.py.
    script: ScriptRow | None = None
    #: Its name in the order of the results of its action that live on; "" for an action whose results have no order.
    ranked: str = ""

    @property
    def key(self) -> str:
        """Under which it is stored: see `task_key`."""
        return task_key(self.task_id)

    @property
    def last_step(self) -> Step:
        """The step with which its script ends, which may say how its events and files are; {} without a script."""
        return self.script.steps[-1] if self.script else {}


def task_key(task_id: str) -> str:
    """The 32 digits that tell one task from another; result URLs carry them too."""
    # Not all kinds have a t at the end; no digit is one.
    return task_id.removesuffix("t")[-32:]


class Task(NamedTuple):
    """A task as it is at the moment `now`."""

    row: TaskRow
    now: float

    @property
    def task_id(self) -> str:
        return self.row.task_id

    @property
    def key(self) -> str:
        """Under which it is stored; result URLs carry it."""
        return self.row.key

    @property
    def account(self) -> str:
        return self.row.account

    @property
    def application(self) -> int:
        """SubAppId."""
        return self.row.application

    @property
    def action(self) -> str:
        return self.row.action

    @property
    def contract(self) -> Contract:
        """Of the action that made it, which names its TaskType and the member of DescribeTaskDetail that tells of it."""
        return catalog().require(self.row.action)

    @property
    def params(self) -> dict[str, Any]:
        """The request, with a digest in place of each file inside of it."""
        return self.row.params

    @property
    def result(self) -> dict[str, Any]:
        """What was settled when it was made and its kind tells once it has ended: identifiers."""
        return self.row.result

    @property
    def created(self) -> float:
        return self.row.created

    @property
    def ends(self) -> float:
        """When it ends; infinity where that is not known, or never."""
        return float("inf") if self.row.ends is None else self.row.ends

    @property
    def failure(self) -> Failure | None:
        """How it fails, at its end; None for one that succeeds."""
        return self.row.failure

    @property
    def status(self) -> str:
        """WAITING, PROCESSING, FINISH or ABORTED."""
        row = self.row
        if row.aborted:
            return "ABORTED"
        if row.begins is None:
            return "WAITING"
        if self.has_ended:
            return "FINISH"
        return "WAITING" if self.step.get("step") == "waiting" else "PROCESSING"

    @property
    def outer_status(self) -> str:
        """The same as answers show it around the task: a script may have it say FINISH too early."""
        status = self.status
        return "FINISH" if status == "PROCESSING" and self.step.get("step") == "outer_finish" else status

    @property
    def has_ended(self) -> bool:
        """Whether it has come to its end, well or not. One that was aborted has not: it never began."""
        return self.row.ends is not None and self.now >= self.row.ends

    @property
    def succeeded(self) -> bool:
        """Whether it has ended well."""
        return self.row.failure is None and self.has_ended

    @property
    def step(self) -> Step:
        """The step of its script at which it stands, while it has begun and not ended; {} for one without a script."""
        found = self.position
        return found.step if found else {}

    @property
    def position(self) -> Position | None:
        """Where in its script it stands; None for a task that has none, or has not begun."""
        script, begins = self.row.script, self.row.begins
        return None if script is None or begins is None else position(script, begins, self.now)

    @property
    def begun(self) -> float | None:
        """When the work on it began; None while it waits."""
        found = self.position
        if found is None:
            return self.row.begins
        if found.step["step"] == "waiting":
            return self.row.ends if self.has_ended else None
        return self.row.begins if found.begun is None else found.begun

    @property
    def progress(self) -> int:
        """0 to 100."""
        row = self.row
        if self.has_ended:
            return 100
        if row.begins is None:
            return 0
        if row.progress is not None:
            return row.progress
        found = self.position
        if found is not None and row.script is not None:
            return percent_at(row.script, found)
        if self.now <= row.begins or row.ends is None:  # by a clock that was set back; or it never ends
            return 0
        return min(99, int(100 * (self.now - row.begins) / (row.ends - row.begins)))

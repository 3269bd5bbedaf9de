"""A task: the row that the store keeps, and the task as it is at one moment.

A row has the request, and the moments at which the task begins and ends; everything else follows from the row and the
time. So nothing has to happen when a task ends, and no task can be seen in a state that contradicts the time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from mockvod.service.tasks.concurrency import Turn
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.scripted import Position, ScriptRow, Step, percent_at, position
from mockvod.validators.contracts.catalog import Contract, catalog


class TaskRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A task as it is stored. The tag is the version of the layout: see mockvod/state/tables.py."""

    task_id: str
    #: SecretId.
    account: str
    #: SubAppId.
    application: int
    #: The action that made it.
    action: str
    #: UNIX seconds, like all times here.
    created: float
    #: When its processing begins; None while it waits for a place, and for an aborted task.
    begins: float | None
    #: When it ends; None while that is not known, and for a task that never ends.
    ends: float | None
    #: How it fails; None for a task that succeeds.
    failure: Failure | None
    #: The request, with a digest in place of each file that it contains.
    params: dict[str, Any]
    #: What was determined when the task was made, for its kind to show at the end: identifiers.
    result: dict[str, Any]
    aborted: bool = False
    #: How long its processing takes; None where it never ends, or the time is not known.
    seconds: float | None = None
    #: Its turn in the queue while it waits for a place: see concurrency.py.
    turn: Turn | None = None
    #: Whether its result outlives it: a file of the library, an element, a voice.
    lives_on: bool = False
    #: Whether lists no longer show it, and it is kept only for its result.
    archived: bool = False
    #: The Progress that it shows until it ends, where a test has set one.
    progress: int | None = None
    #: The script that it follows instead of the clock: see scripted.py.
    script: ScriptRow | None = None
    #: Its name in the order of the results of its action that live on; "" for an action whose results have no order.
    ranked: str = ""

    @property
    def key(self) -> str:
        """The key under which it is stored: see `task_key`."""
        return task_key(self.task_id)

    @property
    def last_step(self) -> Step:
        """The last step of its script, which can change its events and files; {} without a script."""
        return self.script.steps[-1] if self.script else {}


def task_key(task_id: str) -> str:
    """The 32 hexadecimal digits that identify a task, in its TaskId and in the URLs of its results."""
    # Most kinds have a t at the end, which is no hexadecimal digit.
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
        """The key under which it is stored, which is also in the URLs of its results."""
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
        """The contract of the action that made it, which has the TaskType and the member of DescribeTaskDetail."""
        return catalog().require(self.row.action)

    @property
    def params(self) -> dict[str, Any]:
        """The request, with a digest in place of each file that it contains."""
        return self.row.params

    @property
    def result(self) -> dict[str, Any]:
        """What was determined when the task was made, for its kind to show at the end: identifiers."""
        return self.row.result

    @property
    def created(self) -> float:
        return self.row.created

    @property
    def ends(self) -> float:
        """When it ends; infinity where that is not known, or it never does."""
        return float("inf") if self.row.ends is None else self.row.ends

    @property
    def failure(self) -> Failure | None:
        """How it fails when it ends; None for a task that succeeds."""
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
        """The Status that answers show outside of the task's own object; a script can make it FINISH too early."""
        status = self.status
        return "FINISH" if status == "PROCESSING" and self.step.get("step") == "outer_finish" else status

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, successfully or not. An aborted task has not, because it never began."""
        return self.row.ends is not None and self.now >= self.row.ends

    @property
    def succeeded(self) -> bool:
        """Whether it has ended successfully."""
        return self.row.failure is None and self.has_ended

    @property
    def step(self) -> Step:
        """The current step of its script; {} before it begins, after it ends, and without a script."""
        found = self.position
        return found.step if found else {}

    @property
    def position(self) -> Position | None:
        """Its position in its script; None without a script, and before it begins."""
        script, begins = self.row.script, self.row.begins
        return None if script is None or begins is None else position(script, begins, self.now)

    @property
    def begun(self) -> float | None:
        """When its processing began, by its script or else the clock; None while it waits."""
        found = self.position
        if found is None:
            return self.row.begins
        if found.step["step"] == "waiting":
            return self.row.ends if self.has_ended else None
        return self.row.begins if found.begun is None else found.begun

    @property
    def progress(self) -> int:
        """The Progress, from 0 to 100."""
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
        if self.now <= row.begins or row.ends is None:  # the clock was set back, or the task never ends
            return 0
        return min(99, int(100 * (self.now - row.begins) / (row.ends - row.begins)))

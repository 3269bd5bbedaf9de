"""Making tasks. What a task says of itself later follows from its request, its result and the time: see task_detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from mockvod.service.context import TASKS, Context
from mockvod.service.events.outbox import announce
from mockvod.service.tasks.concurrency import advance, enter_lane
from mockvod.service.tasks.directives import Script, read_script
from mockvod.service.tasks.durations import task_seconds
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.input import echo
from mockvod.service.tasks.scripted import failure_of, lasts, next_steps, shown, started, use_up
from mockvod.settings import Settings
from mockvod.state import Transaction, Value
from mockvod.validators.contracts.catalog import Contract, catalog


class Task(NamedTuple):
    """A task as the store keeps it, with what follows from that."""

    task_id: str
    row: Value

    @property
    def contract(self) -> Contract:
        """Of the action that made it, which names its TaskType and the member of DescribeTaskDetail that tells of it."""
        return catalog().require(self.row["action"])

    @property
    def params(self) -> dict[str, Any]:
        """The request, with a digest in place of each file inside of it."""
        params: dict[str, Any] = self.row["params"]
        return params

    @property
    def result(self) -> dict[str, Any]:
        """What was settled when the task was made and its kind tells once it has ended: identifiers."""
        result: dict[str, Any] = self.row["result"]
        return result

    @property
    def created(self) -> float:
        created: float = self.row["created"]
        return created

    @property
    def ends(self) -> float:
        """When it ends, UNIX seconds; infinity for a task that waits or never does."""
        ends: float | None = self.row["ends"]
        return float("inf") if ends is None else ends

    @property
    def account(self) -> str:
        account: str = self.row["account"]
        return account

    @property
    def begins(self) -> float | None:
        """When its processing begins; None while it waits."""
        begins: float | None = self.row["begins"]
        return begins

    def status(self, now: float) -> str:
        """WAITING, PROCESSING, FINISH or ABORTED."""
        if self.row["aborted"]:
            return "ABORTED"
        if self.begins is None:
            return "WAITING"
        if now >= self.ends:
            return "FINISH"
        return "WAITING" if self.has_script and shown(self.row, now)["step"] == "waiting" else "PROCESSING"

    def outer_status(self, now: float) -> str:
        """The same as answers show it around the task: a script may have it say FINISH too early."""
        status = self.status(now)
        early = status == "PROCESSING" and self.has_script and shown(self.row, now)["step"] == "outer_finish"
        return "FINISH" if early else status

    @property
    def has_script(self) -> bool:
        """Whether it follows a script: see scripting.py."""
        return "script" in self.row

    @property
    def failure(self) -> Failure | None:
        """How it is to fail; None for a task that is to succeed."""
        failure = self.row["failure"]
        return None if failure is None else Failure(*failure)

    def succeeded(self, now: float) -> bool:
        """Whether it has ended well."""
        return self.failure is None and self.status(now) == "FINISH"


@dataclass(frozen=True, slots=True)
class Kind:
    """How tasks of one type tell of themselves: what their detail has beside the members that all kinds have.

    `tells` takes the task, whether it has ended well, and the settings.
    """

    tells: Callable[[Task, bool, Settings], dict[str, Any]]


def with_output(
    input_type: str, unfinished: dict[str, Any], output: Callable[[Task, Settings], dict[str, Any]]
) -> Kind:
    """The kind of nearly all tasks: Input is the request, of the published type `input_type`; Output is `unfinished`
    unless the task has ended well."""

    def tells(task: Task, succeeded: bool, settings: Settings) -> dict[str, Any]:
        made = output(task, settings) if succeeded else unfinished
        return {"Input": echo(input_type, task.params), "Output": made}

    return Kind(tells)


def sub_app_id(context: Context, params: Mapping[str, Any]) -> int:
    """The application that a call belongs to; the default one where the action lets it be left out."""
    given: int = params.get("SubAppId") or context.settings.default_sub_app_id
    return given


def create_task(
    context: Context, params: dict[str, Any], result: dict[str, Any], failure: Failure | None = None
) -> dict[str, Any]:
    """Stores a task of the kind that the action makes and returns ``{"TaskId": …}``.

    `result`: see Task.result. With `failure`, it is to end with that.
    """
    contract, settings = context.contract, context.settings
    script = read_script(params) if settings.magic_prompts else Script()
    application = sub_app_id(context, params)
    # A test holds the contract of every action that makes tasks to naming their type.
    assert contract.task_type
    task_id = context.ids.task_id(application, contract.task_type)
    part = random_part(task_id)
    steps = next_steps(context.transaction, context.account, contract.action)
    seconds = _lasts(context, params, script) if steps is None else lasts(steps)
    start = enter_lane(context, part, params, seconds)
    if start.failure:
        steps = None  # a task too many fails as ever, and leaves the script for one that has a place
    row: Value = {
        "TaskId": task_id,
        "account": context.account,
        "SubAppId": application,
        "action": contract.action,
        "created": context.now,
        "begins": start.begins,
        "ends": start.ends,
        "failure": start.failure or (failure_of(steps) if steps else script.failure) or failure,
        "aborted": False,
        "params": _without_files(params),
        "result": result,
    }
    if steps:
        row["script"] = started(steps)
        use_up(context.transaction, context.account, contract.action)
    context.transaction.put(TASKS, part, row)
    announce(context.transaction, part, row)
    return {"TaskId": task_id}


def _lasts(context: Context, params: Mapping[str, Any], script: Script) -> float | None:
    """How many seconds a task takes; None, as JSON has no infinity, for one that does not end by itself."""
    if script.seconds is not None:
        return None if script.seconds == float("inf") else script.seconds
    return task_seconds(context.settings, context.contract.action, params)


def random_part(task_id: str) -> str:
    """The 32 digits that tell one task from another; result URLs carry them too."""
    # Not all kinds have a t at the end; no digit is one.
    return task_id.removesuffix("t")[-32:]


def find_task(transaction: Transaction, part: str) -> Task | None:
    """The task with that random part, whosever it is."""
    row = transaction.get(TASKS, part)
    return None if row is None else Task(row["TaskId"], row)


def task_now(transaction: Transaction, part: str, now: float) -> Task | None:
    """As find_task, begun if its turn has come: one that waits, or did when somebody last looked, moves with its lane."""
    task = find_task(transaction, part)
    if task is not None and task.begins is None:
        advance(transaction, task.account, task.row["action"], now)
        task = find_task(transaction, part)
    return task


def _without_files(params: dict[str, Any]) -> dict[str, Any]:
    """`params` with a digest in place of each file inside of them: they are not played back and may be megabytes."""
    infos = params.get("FileInfos")
    if not infos or not any("Base64" in info for info in infos):
        return params
    return {**params, "FileInfos": [_without_file(info) for info in infos]}


def _without_file(info: dict[str, Any]) -> dict[str, Any]:
    text = info.get("Base64")
    return {**info, "Base64": sha256(text.encode()).hexdigest()} if text else info

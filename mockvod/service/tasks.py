"""Making tasks. What a task says of itself later follows from its request, its result and the time: see task_detail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockvod.service.context import TASKS, Context
from mockvod.service.lanes import enter_lane
from mockvod.service.magic import Script, read_script
from mockvod.settings import Settings
from mockvod.state import Transaction, Value
from mockvod.validators.catalog import Contract, catalog


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
        """The request, without the files inside of it."""
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
        return "FINISH" if now >= self.ends else "PROCESSING"

    @property
    def failure(self) -> str:
        """ErrCodeExt of a task that is to fail, "" for one that is not."""
        failure: str = self.row["failure"]
        return failure


@dataclass(frozen=True, slots=True)
class Kind:
    """How tasks of one type tell of themselves."""

    #: The published type of their Input.
    input_type: str
    #: Their Output until they end.
    unfinished: dict[str, Any]
    #: Their Output from then on.
    output: Callable[[Task, Settings], dict[str, Any]]


def sub_app_id(context: Context, params: Mapping[str, Any]) -> int:
    """The application that a call belongs to; the default one where the action lets it be left out."""
    given: int = params.get("SubAppId") or context.settings.default_sub_app_id
    return given


def create_task(context: Context, params: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Stores a task of the kind that the action makes and returns ``{"TaskId": …}``. `result`: see Task.result."""
    contract, settings = context.contract, context.settings
    script = read_script(params) if settings.magic_prompts else Script()
    application = sub_app_id(context, params)
    # A test holds the contract of every action that makes tasks to naming their type.
    assert contract.task_type
    task_id = context.ids.task_id(application, contract.task_type)
    part = random_part(task_id)
    start = enter_lane(context, part, params, _lasts(settings, script))
    row = {
        "TaskId": task_id,
        "account": context.account,
        "SubAppId": application,
        "action": contract.action,
        "created": context.now,
        "begins": start.begins,
        "ends": start.ends,
        "failure": start.failure or script.failure,
        "aborted": False,
        "params": _without_files(params),
        "result": result,
    }
    context.transaction.put(TASKS, part, row)
    return {"TaskId": task_id}


def _lasts(settings: Settings, script: Script) -> float | None:
    """How many seconds a task takes; None, as JSON has no infinity, for one that never ends."""
    if script.seconds is not None:
        return None if script.seconds == float("inf") else script.seconds
    return 0 if settings.progression == "immediate" else settings.task_seconds


def random_part(task_id: str) -> str:
    """The 32 digits that tell one task from another; result URLs carry them too."""
    return task_id[-33:-1]


def find_task(transaction: Transaction, part: str) -> Task | None:
    """The task with that random part, whosever it is."""
    row = transaction.get(TASKS, part)
    return None if row is None else Task(row["TaskId"], row)


def _without_files(params: dict[str, Any]) -> dict[str, Any]:
    """`params` without the files inside of them, which are not played back and may be megabytes each."""
    infos = params.get("FileInfos")
    if not infos or not any("Base64" in info for info in infos):
        return params
    return {**params, "FileInfos": [{k: v for k, v in info.items() if k != "Base64"} for info in infos]}

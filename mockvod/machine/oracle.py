"""The oracle of the state machine: what the client was asked for, and what the mock knows has become of it.

Read from the mock's store without calls, so that reading changes nothing. checks.py compares the client with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from mockvod.app import MockVod
from mockvod.narrowing import is_object
from mockvod.service.events.outbox import KEPT_SECONDS
from mockvod.service.media.library import is_kept
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.detail import QUERY_WINDOW
from mockvod.service.tasks.directives import MEMBERS
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import expires_at, files_of, result_url
from mockvod.tasks import TaskHandle

State = Literal["none", "running", "done", "failed"]


@dataclass(eq=False)
class Intent:
    """One result that is wanted, and is to be paid for once."""

    number: int
    base_prompt: str
    #: The key that create() returned, once `known`.
    key: Any = None
    known: bool = False
    #: What the client last said about it; "" before it was asked.
    belief: str = ""
    #: The result file, as the client fetched it.
    content: bytes | None = None
    deleted: bool = False

    @property
    def mark(self) -> str:
        """Part of the prompt that tells its tasks from those of other intents."""
        return f"({self.number})"

    @property
    def prompt(self) -> str:
        return f"{self.base_prompt} {self.mark}"

    def __str__(self) -> str:
        return f"the intent {self.prompt!r}"


class Oracle:
    """What `mock` knows about intents and their tasks."""

    def __init__(self, mock: MockVod) -> None:
        self._mock = mock
        self._seen: dict[str, Task] = {}

    @property
    def now(self) -> float:
        return self._mock.clock.now()

    def tasks(self) -> list[Task]:
        """The tasks of all accounts, oldest first."""
        with self._mock.store.transaction() as transaction:
            self._seen.update((task.task_id, task) for task in TaskBook(transaction, self.now).all())
        # A mock forgets tasks of which nothing can be asked any more; what came of an intent stays true.
        return [task._replace(now=self.now) for task in self._seen.values()]

    def of(self, intent: Intent) -> list[Task]:
        """The tasks of an intent, oldest first: those whose prompt contains its mark."""
        return [task for task in self.tasks() if intent.mark in prompt_of(task)]

    def paid(self, intent: Intent) -> list[Task]:
        """Those of them that are or will be charged; nothing is charged for a task that failed or was aborted (assumed)."""
        return [task for task in self.of(intent) if self._state(task) in ("done", "running")]

    def state(self, intent: Intent) -> State:
        """The state of an intent: done if any of its tasks succeeded, else running if any is running, else failed or none."""
        states = {self._state(task) for task in self.of(intent)}
        known: tuple[State, ...] = ("done", "running", "failed")
        for each in known:
            if each in states:
                return each
        return "none"

    def _state(self, task: Task) -> State:
        status = task.status
        if status == "FINISH":
            return "failed" if task.failure else "done"
        return "failed" if status == "ABORTED" else "running"

    def running(self) -> list[TaskHandle]:
        """The tasks that TaskHandle can end, oldest first."""
        return [self._mock.tasks[task.task_id] for task in self.tasks() if task.status == "PROCESSING"]

    def is_queryable(self, intent: Intent) -> bool:
        """Whether DescribeTaskDetail still answers for the intent's latest task."""
        tasks = self.of(intent)
        return not tasks or self.now - tasks[-1].created <= QUERY_WINDOW

    def content(self, intent: Intent) -> bytes | None:
        """The first result file; None if there is none, or if it is gone."""
        for task in self.of(intent):
            files = files_of(task, self._mock.settings) if self._state(task) == "done" else ()
            if files:
                url = result_url(task, self._mock.settings, 0, files[0])
                found = self._mock.media(urlsplit(url).path)
                return found.content if found else None
        return None

    def is_kept(self, intent: Intent) -> bool:
        """Whether the media library has a file of the intent."""
        file_ids = [file_id for task in self.of(intent) for file_id in task.result.get("files", ())]
        with self._mock.store.transaction() as transaction:
            return any(is_kept(TaskBook(transaction, self.now), file_id) for file_id in file_ids)

    def deadlines(self, intents: Sequence[Intent]) -> Iterator[float]:
        """The moments at which tasks stop being queryable, events are dropped and results expire; UNIX seconds."""
        for intent in intents:
            for task in self.of(intent):
                yield task.created + QUERY_WINDOW
                yield task.ends + KEPT_SECONDS
                expires = expires_at(task)
                if expires is not None and not intent.deleted:
                    yield expires

    # --- events

    def unconfirmed(self) -> set[str]:
        """The TaskIds of the events that are not confirmed, whether pulled or not."""
        ended = {
            task.task_id
            for task in self.tasks()
            if task.contract.event_type and task.ends <= self.now <= task.ends + KEPT_SECONDS
        }
        return ended - self.confirmed()

    def confirmed(self) -> set[str]:
        """The TaskIds of the events that were confirmed."""
        told: dict[str, str] = {}
        confirmed: set[str] = set()
        for call in self._mock.calls:
            if call.answer is None:
                continue
            if call.action == "PullEvents":
                told |= {event["EventHandle"]: _task_of(event) for event in call.answer["EventSet"]}
            elif call.action == "ConfirmEvents":
                confirmed |= {told.get(handle, "") for handle in call.params["EventHandles"]}
        return confirmed - {""}


def prompt_of(task: Task) -> str:
    """The members of the task's request that hold text written by a person."""
    return " ".join(str(task.params[member]) for member in MEMBERS if member in task.params)


def _task_of(event: dict[str, Any]) -> str:
    """The TaskId of an event; "" for an event that belongs to no task."""
    for value in event.values():
        if is_object(value):
            return str(value.get("TaskId", ""))
    return ""

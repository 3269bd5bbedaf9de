"""What a client was asked to have made, and what the mock knows of that: the truth that machine.py holds a client to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from mockvod.app import MockVod
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
    """One result that somebody wants, and wants to pay for once."""

    number: int
    wish: str
    #: What the client calls it, once `known`: when its create() has returned.
    key: Any = None
    known: bool = False
    #: What the client said of it last: "" before it was asked.
    belief: str = ""
    #: The result as the client has fetched it.
    content: bytes | None = None
    deleted: bool = False

    @property
    def mark(self) -> str:
        """Tells its tasks from those of all others."""
        return f"({self.number})"

    @property
    def prompt(self) -> str:
        return f"{self.wish} {self.mark}"

    def __str__(self) -> str:
        return f"the intent {self.prompt!r}"


class Truth:
    """What has become of intents in `mock`, read without a call."""

    def __init__(self, mock: MockVod) -> None:
        self._mock = mock
        self._seen: dict[str, Task] = {}

    @property
    def now(self) -> float:
        return self._mock.clock.now()

    def tasks(self) -> list[Task]:
        """Of all accounts, oldest first."""
        with self._mock.store.transaction() as transaction:
            self._seen.update((task.task_id, task) for task in TaskBook(transaction, self.now).all())
        # A mock forgets tasks of which nothing can be asked any more; what came of an intent stays true.
        return [task._replace(now=self.now) for task in self._seen.values()]

    def of(self, intent: Intent) -> list[Task]:
        """The tasks of the intent, oldest first: those in whose prompt its mark stands."""
        return [task for task in self.tasks() if intent.mark in prompt_of(task)]

    def paid(self, intent: Intent) -> list[Task]:
        """Those of them that are paid for or will be: nothing is charged for what failed or was aborted (assumed)."""
        return [task for task in self.of(intent) if self._state(task) in ("done", "running")]

    def state(self, intent: Intent) -> State:
        """How far it is; one result is enough, and a task that runs may still bring one."""
        states = {self._state(task) for task in self.of(intent)}
        known: tuple[State, ...] = ("done", "running", "failed")
        return next((each for each in known if each in states), "none")

    def _state(self, task: Task) -> State:
        status = task.status
        if status == "FINISH":
            return "failed" if task.failure else "done"
        return "failed" if status == "ABORTED" else "running"

    def running(self) -> list[TaskHandle]:
        """The tasks that can be ended by hand, oldest first."""
        return [self._mock.tasks[task.task_id] for task in self.tasks() if task.status == "PROCESSING"]

    def can_be_asked(self, intent: Intent) -> bool:
        """Whether DescribeTaskDetail still tells of it, or would."""
        tasks = self.of(intent)
        return not tasks or self.now - tasks[-1].created <= QUERY_WINDOW

    def content(self, intent: Intent) -> bytes | None:
        """Its first result file; None where there is none, or none any more."""
        for task in self.of(intent):
            files = files_of(task, self._mock.settings) if self._state(task) == "done" else ()
            if files:
                url = result_url(task, self._mock.settings, 0, files[0])
                found = self._mock.media(urlsplit(url).path)
                return found.content if found else None
        return None

    def is_kept(self, intent: Intent) -> bool:
        """Whether a file of it is in the library."""
        file_ids = [file_id for task in self.of(intent) for file_id in task.result.get("files", ())]
        with self._mock.store.transaction() as transaction:
            return any(is_kept(TaskBook(transaction, self.now), file_id) for file_id in file_ids)

    def deadlines(self, intents: Sequence[Intent]) -> Iterator[float]:
        """When tasks can no longer be asked for, their events are dropped and their results go; UNIX seconds."""
        for intent in intents:
            for task in self.of(intent):
                yield task.created + QUERY_WINDOW
                yield task.ends + KEPT_SECONDS
                expires = expires_at(task)
                if expires is not None and not intent.deleted:
                    yield expires

    # --- events

    def unconfirmed(self) -> set[str]:
        """The TaskIds of the events that wait, handed out or not."""
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
    """Whatever of its request a person has written."""
    return " ".join(str(task.params[member]) for member in MEMBERS if member in task.params)


def _task_of(event: dict[str, Any]) -> str:
    """ "" for the event of no task."""
    contents = [value for value in event.values() if isinstance(value, dict)]
    task_id: str = contents[0].get("TaskId", "") if contents else ""
    return task_id

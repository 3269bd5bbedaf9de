"""Tasks in the hands of whoever runs the mock: to look at, to end as wanted, and to tell beforehand what to do.

mock.tasks[task_id].progress(50)
mock.tasks[task_id].finish()
mock.tasks[task_id].fail("TaskTimeout")
mock.tasks.script("CreateAigcVideoTask", [progress(80), finish()])  # see scripts.py
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockvod.clock import Clock
from mockvod.errors import ScriptError, TaskError
from mockvod.scripts import PendingScript, Step, read_steps, written_step
from mockvod.service.kinds.table import KINDS
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.failures import FAILED, FAILURES, Failure
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.scripts import PendingRow, add_script, pending_scripts
from mockvod.state import Store, Transaction
from mockvod.validators.contracts.catalog import UnknownAction, catalog


class TaskHandle:
    """One task of the mock, whosever it is."""

    def __init__(self, store: Store, clock: Clock, task_id: str) -> None:
        self._store = store
        self._clock = clock
        self.id = task_id

    def __repr__(self) -> str:
        return f"<task {self.id}: {self.status}>"

    @property
    def status(self) -> str:
        """WAITING, PROCESSING, FINISH or ABORTED. FINISH says nothing of success."""
        with self._store.transaction() as transaction:
            return self._found(transaction).status

    @property
    def action(self) -> str:
        """The action that made it."""
        with self._store.transaction() as transaction:
            return self._found(transaction).action

    @property
    def params(self) -> dict[str, Any]:
        """The request that made it."""
        with self._store.transaction() as transaction:
            return self._found(transaction).params

    def progress(self, percent: int) -> None:
        """Has it tell of that progress, 0 to 100, until it ends. Raises TaskError unless it is running."""
        if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
            raise TaskError(f"progress({percent!r}): not a whole number from 0 to 100")
        self._change(lambda book, task: book.tell_progress(task, percent))

    def finish(self) -> None:
        """Ends it well, now. Raises TaskError unless it is running."""
        self._change(lambda book, task: book.end(task))

    def fail(self, ext: str = "InternalError", message: str | None = None, *, code: int = FAILED) -> None:
        """Ends it now with that ErrCodeExt, Message (by default the usual one) and ErrCode.

        Any ErrCodeExt goes, also one that the service is not known to have. Raises TaskError unless it is running.
        """
        if not isinstance(ext, str):
            raise TaskError(f"fail(ext={ext!r}): ErrCodeExt is text")
        if message is not None and not isinstance(message, str):
            raise TaskError(f"fail(message={message!r}): Message is text")
        if isinstance(code, bool) or not isinstance(code, int):
            raise TaskError(f"fail(code={code!r}): ErrCode is a whole number")
        if code == 0:
            raise TaskError("fail(code=0): ErrCode 0 means success; use finish()")
        failure = Failure(code, ext, FAILURES.get(ext, "") if message is None else message)
        self._change(lambda book, task: book.end(task, failure))

    def _change(self, change: Callable[[TaskBook, Task], None]) -> None:
        with self._store.transaction() as transaction:
            task = self._found(transaction)
            status = task.status
            if status != "PROCESSING":
                raise TaskError(f"{self.id} is {status}: only a task that is PROCESSING can be told what to do")
            change(TaskBook(transaction, task.now), task)

    def _found(self, transaction: Transaction) -> Task:
        task = TaskBook(transaction, self._clock.now()).find(self.id)
        if task is None:
            raise TaskError(f"there is no task {self.id[:80]!r}; those of this mock are in .tasks")
        return task


class Tasks:
    """All tasks of the mock, by TaskId, oldest first."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __getitem__(self, task_id: str) -> TaskHandle:
        """The task of that TaskId. Raises TaskError, which is a KeyError, when there is none."""
        handle = TaskHandle(self._store, self._clock, task_id)
        _ = handle.status
        return handle

    def __iter__(self) -> Iterator[TaskHandle]:
        with self._store.transaction() as transaction:
            tasks = TaskBook(transaction, self._clock.now()).all()
        return iter([TaskHandle(self._store, self._clock, task.task_id) for task in tasks])

    def __len__(self) -> int:
        with self._store.transaction() as transaction:
            return len(TaskBook(transaction, self._clock.now()).all())

    def script(
        self,
        action: str,
        steps: Sequence[Step | Mapping[str, Any]],
        *,
        account: str | None = None,
        times: int = 1,
    ) -> None:
        """Has the next `times` tasks that `action` makes (for the account of that SecretId; None: for any) follow `steps`.

        The steps are those of scripts.py, or the same as JSON. Scripts of one action are used in the order in which they
        were given. A task that is one too many at a time fails as ever and uses none; a waiting one begins to follow its
        own when its turn comes. What `finish` and `fail` of its handle say goes before the script.
        Raises ScriptError, a ValueError, for a script that cannot be.
        """
        name = _making_tasks(action)
        if account is not None and not (isinstance(account, str) and account):
            raise ScriptError(f"account is {account!r}, neither a SecretId nor None, which means any account")
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise ScriptError(f"times is {times!r}, not a whole number from 1")
        added = PendingRow(account, times, read_steps(steps))
        with self._store.transaction() as transaction:
            add_script(transaction, name, added)

    @property
    def scripts(self) -> tuple[PendingScript, ...]:
        """What has not been used up, by action, and in the order in which it will be used."""
        with self._store.transaction() as transaction:
            known = pending_scripts(transaction)
        return tuple(
            PendingScript(scripts.action, tuple(map(written_step, each.steps)), each.account, each.times)
            for scripts in known
            for each in scripts.pending
        )


def _making_tasks(action: str) -> str:
    """The action's own name. Raises ScriptError for one that makes no tasks."""
    if not isinstance(action, str):
        raise ScriptError(f"action is {action!r}, not the name of one")
    try:
        name = catalog().require(action).action
    except UnknownAction as error:
        raise ScriptError(f"action: {error}") from None
    if name not in KINDS:
        raise ScriptError(f"action: {name} makes no task here; those that do are {', '.join(KINDS)}")
    return name

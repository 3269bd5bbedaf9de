"""`mock.tasks`: the tasks of a mock, to inspect, to end as wanted, and to script in advance.

mock.tasks[task_id].progress(50)
mock.tasks[task_id].finish()
mock.tasks[task_id].fail("TaskTimeout")
mock.tasks.script("CreateAigcVideoTask", [progress(80), finish()])  # see mockvod.scripts
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mockvod.clock import Clock
from mockvod.errors import ScriptError, TaskError
from mockvod.scripts import PendingScript, Step, read_steps, written_step
from mockvod.service.tasks.book import TaskBook
from mockvod.service.tasks.failures import FAILED, FAILURES, Failure
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.scripts import PendingRow, add_script, pending_scripts
from mockvod.state import Store, Transaction
from mockvod.validators.contracts.catalog import UnknownAction, catalog
from mockvod.validators.contracts.task_kinds import task_kinds


class TaskHandle:
    """One task of the mock, of any account."""

    def __init__(self, store: Store, clock: Clock, task_id: str) -> None:
        self._store = store
        self._clock = clock
        self.id = task_id

    def __repr__(self) -> str:
        return f"<task {self.id}: {self.status}>"

    @property
    def status(self) -> str:
        """WAITING, PROCESSING, FINISH or ABORTED. FINISH does not say whether it succeeded."""
        with self._store.transaction() as transaction:
            return self._found(transaction).status

    @property
    def action(self) -> str:
        """The action that created it."""
        with self._store.transaction() as transaction:
            return self._found(transaction).action

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the request that created it."""
        with self._store.transaction() as transaction:
            return self._found(transaction).params

    def progress(self, percent: int) -> None:
        """Sets the Progress that it reports until it ends.

        Args:
            percent: 0 to 100.

        Raises:
            TaskError: it is not PROCESSING, or `percent` is out of range.
        """
        if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
            raise TaskError(f"progress({percent!r}): not a whole number from 0 to 100")
        self._change(lambda book, task: book.tell_progress(task, percent))

    def finish(self) -> None:
        """Ends it now, successfully.

        Raises:
            TaskError: it is not PROCESSING.
        """
        self._change(lambda book, task: book.end(task))

    def fail(self, ext: str = "InternalError", message: str | None = None, *, code: int = FAILED) -> None:
        """Ends it now, with a failure.

        Args:
            ext: ErrCodeExt; any text, also one that the service is not known to use.
            message: Message; None: the usual one of the ErrCodeExt.
            code: ErrCode; not 0, which means success.

        Raises:
            TaskError: it is not PROCESSING, or an argument is wrong.
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
                raise TaskError(f"{self.id} is {status}: only a task that is PROCESSING can be changed")
            change(TaskBook(transaction, task.now), task)

    def _found(self, transaction: Transaction) -> Task:
        task = TaskBook(transaction, self._clock.now()).find(self.id)
        if task is None:
            raise TaskError(f"there is no task {self.id[:80]!r}; mock.tasks lists those that exist")
        return task


class Tasks:
    """All tasks of the mock by TaskId, oldest first."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __getitem__(self, task_id: str) -> TaskHandle:
        """The task with that TaskId.

        Raises:
            TaskError: there is none. It is a KeyError.
        """
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
        """Makes the next tasks of `action` follow `steps` instead of the clock.

        Scripts of one action are used up in the order in which they were added. A task beyond the concurrency limit fails
        as usual and uses up none; a task that waits follows its script once it has begun. `finish` and `fail` of a
        TaskHandle override the script.

        Args:
            action: An action that creates tasks.
            steps: Steps made by the functions of mockvod.scripts, or the same as JSON objects.
            account: Only tasks of this SecretId; None: of any.
            times: How many tasks follow the script.

        Raises:
            ScriptError: an argument is wrong. It is a ValueError.
        """
        name = _task_action(action)
        if account is not None and not (isinstance(account, str) and account):
            raise ScriptError(f"account is {account!r}, neither a SecretId nor None, which means any account")
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise ScriptError(f"times is {times!r}, not a whole number from 1")
        added = PendingRow(account, times, read_steps(steps))
        with self._store.transaction() as transaction:
            add_script(transaction, name, added)

    @property
    def scripts(self) -> tuple[PendingScript, ...]:
        """The scripts that are not used up, by action, and in the order in which they will be used."""
        with self._store.transaction() as transaction:
            known = pending_scripts(transaction)
        return tuple(
            PendingScript(scripts.action, tuple(map(written_step, each.steps)), each.account, each.times)
            for scripts in known
            for each in scripts.pending
        )


def _task_action(action: str) -> str:
    """The name of an action as the contracts spell it.

    Raises:
        ScriptError: it creates no tasks.
    """
    if not isinstance(action, str):
        raise ScriptError(f"action is {action!r}, not the name of one")
    try:
        name = catalog().require(action).action
    except UnknownAction as error:
        raise ScriptError(f"action: {error}") from None
    kinds = task_kinds().by_action
    if name not in kinds:
        raise ScriptError(f"action: {name} creates no tasks; those that do are {', '.join(kinds)}")
    return name

"""Failures of tasks: Status is FINISH, and ErrCode, ErrCodeExt and Message show the failure (recorded 2026-08-05).

The codes and texts are in contracts/tasks.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mockvod.validators.contracts.task_kinds import task_kinds

#: The ErrCode of nearly every failed task.
FAILED = task_kinds().failure_codes["inside"]
#: The seconds from the creation of a task to its failure.
FAILURE_SECONDS = task_kinds().failure_seconds
#: ErrCodeExt -> the usual Message.
FAILURES: Mapping[str, str] = {ext: messages[0] for ext, messages in task_kinds().failure_messages.items()}


class Failure(NamedTuple):
    """How a failed task describes its failure."""

    #: ErrCode.
    code: int
    #: ErrCodeExt.
    ext: str
    message: str

    @classmethod
    def of(cls, ext: str, cause: str = "inside") -> Failure:
        """Makes the usual failure with that ErrCodeExt; `cause` is a key of the codes in contracts/tasks.json."""
        return cls(task_kinds().failure_codes[cause], ext, FAILURES[ext])

    @classmethod
    def named(cls, name: str) -> Failure:
        """Makes the failure whose message has that id in contracts/tasks.json."""
        return cls(FAILED, *task_kinds().named_failures[name])

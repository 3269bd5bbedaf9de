"""How tasks fail: Status is FINISH as ever, and ErrCode, ErrCodeExt and Message tell (recorded 2026-08-05).

Codes and texts stand in contracts/tasks.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mockvod.validators.contracts.task_kinds import task_kinds

#: The code that nearly every failed task has.
FAILED = task_kinds().failure_codes["inside"]
#: A failure takes so long from creation to its end.
FAILURE_SECONDS = task_kinds().failure_seconds
#: ErrCodeExt -> the usual Message.
FAILURES: Mapping[str, str] = {ext: messages[0] for ext, messages in task_kinds().failure_messages.items()}


class Failure(NamedTuple):
    """What a failed task says of itself."""

    #: ErrCode.
    code: int
    #: ErrCodeExt.
    ext: str
    message: str

    @classmethod
    def of(cls, ext: str, cause: str = "inside") -> Failure:
        """The usual failure with that ErrCodeExt; `cause` is a key of the codes in contracts/tasks.json."""
        return cls(task_kinds().failure_codes[cause], ext, FAILURES[ext])

    @classmethod
    def named(cls, name: str) -> Failure:
        """The failure whose message has that id in contracts/tasks.json."""
        return cls(FAILED, *task_kinds().named_failures[name])

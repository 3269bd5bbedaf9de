"""The outcome of an admitted call, which is one of four values.

    Answer   the result; the transaction is committed
    Refuse   a documented refusal; the transaction is undone, unless the refusal keeps it
    Wait     there is nothing to answer yet; the transaction is committed, and the call is tried again until a moment
    Make     the answer needs something that takes long to make; the transaction is undone, and the call is tried again

The drivers of a call act on `Wait` and `Make`: see drivers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from mockvod.errors import ApiError


class Answer(Struct, frozen=True):
    """The result of a call, without its envelope."""

    content: dict[str, Any]
    #: Whether it was generated from the contract alone, without any effect.
    generated: bool = False


class Refuse(Struct, frozen=True):
    """A refusal with a documented code."""

    refusal: ApiError
    #: Whether what the call has changed until then is kept, such as a count, or the removal of what was too old.
    keep: bool = False


class Wait(Struct, frozen=True):
    """Nothing to answer yet: the call may be held and tried again until a moment, after which it is refused."""

    #: UNIX seconds by the clock of the mock.
    until: float
    refusal: ApiError


class Make(Struct, frozen=True):
    """A file has to be made before the call can be answered."""

    #: Makes it, which takes up to a second; any thread may call it.
    work: Callable[[], object]


class Lost(Struct, frozen=True):
    """The call is neither performed nor answered, because of a fault that a test has set."""

    explanation: str


Outcome = Answer | Refuse | Wait | Make
#: How a call ends.
Ending = Answer | Refuse | Lost

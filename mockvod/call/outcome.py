"""What becomes of an admitted call: one of four values.

    Answer   the result; the transaction is kept
    Refuse   a documented refusal; the transaction is undone, unless the refusal keeps it
    Wait     nothing to answer yet; the transaction is kept, and the call may be tried again until a moment
    Make     the answer needs something that takes long to make; the transaction is undone, and the call tried again

Whoever drives a call acts on `Wait` and `Make`: see drivers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from mockvod.errors import ApiError


class Answer(Struct, frozen=True):
    """The result of a call, without its envelope."""

    content: dict[str, Any]
    #: Whether it was made from the contract alone, with nothing behind it.
    generated: bool = False


class Refuse(Struct, frozen=True):
    """A refusal with a documented code."""

    refusal: ApiError
    #: Whether what the call did until then stays done: it has counted something, or cleared away what was too old.
    keep: bool = False


class Wait(Struct, frozen=True):
    """Nothing to hand out yet: the call may be held and tried again until a moment, and is refused after that."""

    #: UNIX seconds by the clock of the mock.
    until: float
    refusal: ApiError


class Make(Struct, frozen=True):
    """Something has to be made before the call can be answered."""

    #: Makes it; takes up to a second, and any thread may do it.
    work: Callable[[], object]


class Lost(Struct, frozen=True):
    """Neither done nor answered: a fault of the test has come before the work."""

    explanation: str


Outcome = Answer | Refuse | Wait | Make
#: How a call ends.
Ending = Answer | Refuse | Lost

"""What a trap is: something that the service does and clients have been caught by, and how to see who is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mockvod.traps.stage import Stage

Verdict = Literal["survived", "failed", "not applicable"]


class Fell(Exception):
    """The client fell into the trap; the text says how."""


class NotApplicable(Exception):
    """The client does nothing that could be judged; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One scenario and its judgement. All texts are for the reader of a report."""

    #: In kebab case; never changed, so that a trap can be picked or left out by it.
    name: str
    title: str
    #: What the service does.
    service: str
    #: What a right client does.
    right: str
    #: Documented, observed (recorded), inferred or assumed, with the source.
    why: str
    #: Plays it with the client. Raises Fell or NotApplicable; returns where the client survives.
    play: Callable[[Stage], None]
    #: The optional parts of the adapter that it takes: see adapters.PARTS.
    needs: tuple[str, ...] = ()
    #: Fields of Settings that differ from run.SETTINGS.
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Result:
    """How a client did. `reason` is empty where it survived; `seconds` by the machine's clock."""

    trap: Trap
    verdict: Verdict
    reason: str
    seconds: float

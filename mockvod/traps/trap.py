"""What a trap is: behaviour of the service that clients have failed to handle, and code that shows whether one does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mockvod.traps.stage import Stage

Verdict = Literal["survived", "failed", "not applicable"]


class TrapFailure(Exception):
    """The client failed in a trap; the message says how."""


class NotApplicable(Exception):
    """The client does nothing that the trap could judge; the message says what is missing."""


def _no_settings() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Trap:
    """One scenario and its judgement. The texts are for readers of a report."""

    #: In kebab case. It never changes, because users select and exclude traps by it.
    name: str
    title: str
    #: What the service does.
    service: str
    #: What a correct client does.
    right: str
    #: The evidence: documented, observed, inferred or assumed, with the source.
    why: str
    #: Runs the client through it. Raises TrapFailure or NotApplicable; returns if the client survives.
    play: Callable[[Stage], None]
    #: The optional methods of the adapter that it needs: keys of adapters.OPTIONAL_METHODS.
    needs: tuple[str, ...] = ()
    #: Fields of Settings that differ from run.SETTINGS.
    settings: Mapping[str, Any] = field(default_factory=_no_settings)


@dataclass(frozen=True, slots=True)
class Result:
    """How a client did in one trap. `reason` is empty if it survived; `seconds` are by the machine's clock."""

    trap: Trap
    verdict: Verdict
    reason: str
    seconds: float

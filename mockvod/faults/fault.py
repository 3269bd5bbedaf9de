"""One order for calls to go wrong, and how it picks them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from mockvod.call.admitted import Admitted
from mockvod.call.outcome import Lost, Refuse
from mockvod.errors import ApiError
from mockvod.http import HttpResponse
from mockvod.settings import Settings

if TYPE_CHECKING:
    from mockvod.faults.kinds import FaultKind

log: logging.Logger = logging.getLogger("mockvod")


class CallView(NamedTuple):
    """What the predicate of a fault sees of a call, under the names that a CallRecord has."""

    account: str
    action: str
    #: Of the contract's types, whichever way they were sent.
    params: Mapping[str, Any]


When = Callable[[CallView], object]


@dataclass(eq=False, repr=False)
class Fault:
    """One order for calls to go wrong. `MockVod.fault` makes them and says what its members mean."""

    #: Ends it: what `remove` calls.
    _take_out: Callable[[Fault], None]
    #: Counts the faults of a MockVod, from 1.
    id: int
    kind: str
    action: str | None
    account: str | None
    nth: int | None
    times: int | None
    when: When | None
    probability: float | None
    seed: int | None
    details: Mapping[str, Any]
    _fault_kind: FaultKind
    #: How many calls it has hit.
    hits: int = 0
    #: How many calls were meant, hit or not.
    _seen: int = 0

    def __post_init__(self) -> None:
        self._random = None if self.probability is None else Random(self.seed)

    def __repr__(self) -> str:
        return f"<fault {self.id}: {self.kind}, {self.hits} hits>"

    def remove(self) -> None:
        """Lets all further calls pass. Does nothing when it is used up or removed already."""
        self._take_out(self)

    def as_json(self) -> dict[str, Any]:
        """What it was made of, but for its predicate, with its id and hits."""
        names = ("id", "kind", "action", "account", "nth", "times", "probability", "seed", "hits")
        return {**{name: getattr(self, name) for name in names}, **self.details}

    def outcome(self, call: Admitted, number: int, wall: float, settings: Settings) -> Refuse | Lost | None:
        """What becomes of the `number`-th call that it hits, in place of the work; None where the work is done.

        `wall` is what the machine's clock says, UNIX seconds.
        """
        from mockvod.faults.refusals import HitCall

        rate = settings.rate_limit if isinstance(settings.rate_limit, int) else call.contract.rate
        refusal = self._fault_kind.refuse(self.details, HitCall(call, number, wall, rate))
        explanation = f"a fault of the test: {self._fault_kind.does}"
        if refusal is not None:
            refusal.explanation = refusal.explanation or explanation
            return Refuse(refusal)
        return None if self._fault_kind.works(self.details) else Lost(explanation)

    def change(self, response: HttpResponse) -> HttpResponse:
        """What the client is to get for `response`, its answer, whose body is empty where no work was done."""
        return self._fault_kind.change(self.details, response)

    def state(self) -> tuple[Any, ...]:
        """All of it that changes, for `put_back`."""
        return self.hits, self._seen, self._random and self._random.getstate()

    def put_back(self, state: tuple[Any, ...]) -> None:
        """Makes it what it was at `state`."""
        self.hits, self._seen, drawn = state
        if self._random is not None:
            self._random.setstate(drawn)

    def wants(self, asked: CallView) -> bool:
        """Whether such calls are meant, whichever of them it takes."""
        if self.action not in (None, asked.action) or self.account not in (None, asked.account):
            return False
        if self.when is None:
            return True
        try:
            return bool(self.when(asked))
        except Exception as error:
            log.exception("the predicate of %r failed", self)
            explanation = f"the predicate `when` of a fault of the test raised {type(error).__name__}: {error}"
            raise ApiError("internal_error", explanation=explanation) from error

    def counts(self) -> bool:
        """Counts one call of those meant, and whether it is one to befall. Under the owner's lock."""
        self._seen += 1
        # Drawn for each, so that which call it is does not hang on other faults.
        drawn = self._random is None or self.probability is None or self._random.random() < self.probability
        return drawn and (self.nth is None or self._seen >= self.nth)


class Hit(NamedTuple):
    """A fault that hits a call. `number`: which of its hits this is, from 1."""

    fault: Fault
    number: int

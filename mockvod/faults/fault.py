"""One fault: how it picks the calls that it hits, and what it does to them."""

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
    """What the predicate of a fault sees of a call. The members are named as in CallRecord."""

    account: str
    action: str
    #: Converted to the types of the contract, in whichever format they were sent.
    params: Mapping[str, Any]


When = Callable[[CallView], object]


@dataclass(eq=False, repr=False)
class Fault:
    """A fault that a test has set. `MockVod.fault` makes it, and explains its members."""

    #: Removes it from the collection that it belongs to.
    _take_out: Callable[[Fault], None]
    #: Its number among all faults of a MockVod, from 1.
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
    #: How many calls have matched, hit or not.
    _seen: int = 0

    def __post_init__(self) -> None:
        self._random = None if self.probability is None else Random(self.seed)

    def __repr__(self) -> str:
        return f"<fault {self.id}: {self.kind}, {self.hits} hits>"

    def remove(self) -> None:
        """Ends the fault. Does nothing when it is used up or removed already."""
        self._take_out(self)

    def as_json(self) -> dict[str, Any]:
        """Returns the arguments that it was made with, apart from its predicate, with its id and hits."""
        names = ("id", "kind", "action", "account", "nth", "times", "probability", "seed", "hits")
        return {**{name: getattr(self, name) for name in names}, **self.details}

    def outcome(self, call: Admitted, number: int, wall: float, settings: Settings) -> Refuse | Lost | None:
        """Decides what happens to a call that it hits instead of the work; None where the work is done.

        Args:
            call: The call.
            number: Which of its hits this is, from 1.
            wall: The time by the machine's clock, UNIX seconds.
            settings: Those of the mock.
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
        """Changes the response to a call that it hits. The body is empty where the work was not done."""
        return self._fault_kind.change(self.details, response)

    def state(self) -> tuple[Any, ...]:
        """Returns its counts and the state of its random numbers, for `put_back`."""
        return self.hits, self._seen, self._random and self._random.getstate()

    def put_back(self, state: tuple[Any, ...]) -> None:
        """Returns to the counts and random numbers of `state`."""
        self.hits, self._seen, drawn = state
        if self._random is not None:
            self._random.setstate(drawn)

    def wants(self, asked: CallView) -> bool:
        """Whether a call matches by action, account and predicate, whether it will be hit or not.

        Raises:
            ApiError: The predicate raises an exception.
        """
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
        """Counts a call that matches, and says whether it is one to hit. The caller holds the collection's lock."""
        self._seen += 1
        # A number is drawn for every call, so that the choice does not depend on other faults.
        drawn = self._random is None or self.probability is None or self._random.random() < self.probability
        return drawn and (self.nth is None or self._seen >= self.nth)


class Hit(NamedTuple):
    """A fault that hits a call."""

    fault: Fault
    #: Which of its hits this is, from 1.
    number: int

"""The forms of an action, each compiled to its smallest request and a table of edits."""

import functools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.requests.edits import (
    Edit,
    Form,
    Maker,
    apply,
    copied,
    edits,
    maker,
    smallest_request,
)
from mockvod.validators.strategies.requests.forms import forms


@dataclass(frozen=True, eq=False)
class Shape:
    """A compiled form."""

    form: Form
    base: Mapping[str, Any]
    edits: tuple[Edit, ...]
    #: The positions of the edits that bring a member to a limit.
    limits: tuple[int, ...]
    make: Maker

    def filled(self, picks: Sequence[int], text: Callable[[int], str]) -> dict[str, Any]:
        """The smallest request of the form, changed by edits.

        Args:
            picks: The positions of the edits, in the order in which they are made.
            text: Gives a text of at most that many characters, for members where any text is valid.
        """
        params: dict[str, Any] = copied(self.base)
        for pick in picks:
            apply(self.edits[pick], params, self.make, text)
        return params

    def sampled(self, chance: random.Random) -> dict[str, Any]:
        """A request with edits that a random generator chooses, always the same for the same state of it."""
        picks = [chance.randrange(len(self.edits)) for _ in range(chance.randrange(1, 12))] if self.edits else []
        return self.filled(picks, lambda most: "a" * most)

    def takes(self, given: Mapping[str, Any]) -> bool:
        """Whether members may have these values in a request of this form."""
        for name, value in given.items():
            if name in self.form.fixed:
                allowed = [self.form.fixed[name]]
            elif name in self.form.base or name not in self.form.values or self._only_together(name):
                continue
            else:
                allowed = [each.value for each in self.form.values[name]]
            if value not in allowed:
                return False
        return True

    def _only_together(self, name: str) -> bool:
        """Whether a member is only ever set together with others, so that its own values are not listed."""
        others = (*self.form.together, *self.form.at_limit)
        return not self.form.values[name] and any(name in each for each in others)

    def without(self, names: frozenset[str]) -> "Shape":
        """The shape without the edits of these members."""
        kept = tuple(each for each in self.edits if names.isdisjoint(path[0] for path, _ in each.sets))
        return _shape(self.form, self.base, kept, self.make)


def _shape(form: Form, base: Mapping[str, Any], kept: tuple[Edit, ...], make: Maker) -> Shape:
    return Shape(form, base, kept, tuple(number for number, each in enumerate(kept) if each.limit), make)


@functools.cache
def shapes(action: str) -> tuple[Shape, ...]:
    """The compiled forms of an action, the simplest first."""
    contract = catalog().require(action)
    return tuple(
        _shape(form, smallest_request(contract, form), edits(contract, form), maker(contract, form))
        for form in forms(action)
    )

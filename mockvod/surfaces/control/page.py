"""What a control page is: a row of a table, from which both the routes and their description are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal, TypedDict

from mockvod.app import MockVod
from mockvod.errors import MockvodError
from mockvod.snapshots import Snapshot
from mockvod.surfaces.control.fields import ControlError, Member


@dataclass(slots=True)
class Desk:
    """What the pages of one application work on."""

    core: MockVod
    #: Those that were made by page, by the id that was given for each.
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


class Done(TypedDict):
    """Nothing but that it was done."""

    status: Literal["ok"]


DONE: Done = {"status": "ok"}


@dataclass(frozen=True, slots=True)
class Page:
    """One method of one address.

    `handle` takes a Desk, the variables of `rule`, and by name what was given of `members` and `query`; its docstring
    says what the page is for, and its return annotation what the answer is like. It raises ControlError.
    """

    method: Literal["GET", "POST", "DELETE"]
    rule: str
    handle: Callable[..., Any]
    members: tuple[Member, ...] = ()
    query: tuple[Member, ...] = ()
    #: Whether exactly one of `members` is to be given.
    one_member: bool = False
    #: Status -> when it is answered, beside those that all pages have.
    refusals: Mapping[int, str] = field(default_factory=dict)
    #: Name -> a body that shows how the page is used.
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def answer(self, desk: Desk, variables: Mapping[str, str], given: Mapping[str, Any]) -> Any:
        """The answer as a JSON value. Raises ControlError."""
        if self.one_member and len(given) != 1:
            names = [member.name for member in self.members]
            raise ControlError(f"the body is to have exactly one of {', '.join(names[:-1])} and {names[-1]}")
        try:
            return self.handle(desk, *variables.values(), **given)
        except MockvodError as error:
            raise ControlError(str(error)) from None


def require_account(core: MockVod, secret_id: str) -> str:
    """`secret_id`, if it is an account. Raises ControlError."""
    if secret_id not in core.accounts:
        raise ControlError(f"there is no account {secret_id[:80]!r}; there are {', '.join(core.accounts)}", 404)
    return secret_id

"""An endpoint of the control API: one row of a table from which both its route and its OpenAPI entry are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any, Literal, TypedDict

from mockvod.app import MockVod
from mockvod.errors import MockvodError
from mockvod.snapshots import Snapshot
from mockvod.surfaces.control.fields import ControlError, Member


def _no_snapshots() -> dict[str, Snapshot]:
    return {}


def _no_refusals() -> Mapping[int, str]:
    return MappingProxyType({})


def _no_examples() -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType({})


@dataclass(slots=True)
class ControlContext:
    """What the endpoints of one application share."""

    core: MockVod
    #: Snapshots taken over HTTP, by the id that each was given.
    snapshots: dict[str, Snapshot] = field(default_factory=_no_snapshots)
    #: Numbers for their ids.
    numbers: Iterator[int] = field(default_factory=lambda: count(1))


class Done(TypedDict):
    """The request was carried out; there is nothing more to say."""

    status: Literal["ok"]


DONE: Done = {"status": "ok"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One HTTP method of one path."""

    method: Literal["GET", "POST", "DELETE"]
    #: The path below the prefix of the control API, with variables as Flask writes them: ``/tasks/<task_id>/finish``.
    rule: str
    #: Takes a ControlContext, the variables of `rule`, and by name those of `members` and `query` that were sent. Its
    #: docstring is the endpoint's summary, and its return annotation the shape of the answer. It raises ControlError.
    handle: Callable[..., Any]
    members: tuple[Member, ...] = ()
    query: tuple[Member, ...] = ()
    #: Whether the body must have exactly one of `members`.
    one_member: bool = False
    #: HTTP status -> why it is answered, besides those that every endpoint has.
    refusals: Mapping[int, str] = field(default_factory=_no_refusals)
    #: Name -> a body that shows how the endpoint is used.
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=_no_examples)

    def answer(self, context: ControlContext, variables: Mapping[str, str], given: Mapping[str, Any]) -> Any:
        """Calls `handle`.

        Args:
            variables: The variables of `rule`, in its order.
            given: The members of the body and the parameters of the query, already checked.

        Returns:
            The answer as a JSON value.

        Raises:
            ControlError: the request cannot be met.
        """
        if self.one_member and len(given) != 1:
            names = [member.name for member in self.members]
            raise ControlError(f"the body must have exactly one of {', '.join(names[:-1])} and {names[-1]}")
        try:
            return self.handle(context, *variables.values(), **given)
        except MockvodError as error:
            raise ControlError(str(error)) from None


def require_account(core: MockVod, secret_id: str) -> str:
    """Returns `secret_id` if it is an account.

    Raises:
        ControlError: there is no such account (404).
    """
    if secret_id not in core.accounts:
        raise ControlError(f"there is no account {secret_id[:80]!r}; there are {', '.join(core.accounts)}", 404)
    return secret_id

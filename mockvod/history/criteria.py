"""What is wanted of a call, and in what a call differs from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeGuard

from mockvod.call.journal import CallRecord
from mockvod.errors import SettingsError
from mockvod.narrowing import is_array, is_list_like, is_mapping
from mockvod.validators.findings import dotted, shown


class _Nothing:
    """The value of a member that is not there: null is a value."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


class Difference(NamedTuple):
    """One thing that is not as wanted. `path` is as the service prints it (`FileInfos.0.Url`), or what is not a member:
    (action), (account), (code) or (refused)."""

    path: str
    wanted: object
    got: object

    def __str__(self) -> str:
        return f"{self.path}: wanted {described(self.wanted)}, got {described(self.got)}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a call; None for what does not matter. An empty `code` wants a call that was not refused.

    `params` is what the request must have among others, as it was sent: members of objects that are not named do not
    matter, lists are compared element by element. In the place of a value may stand a compiled pattern, found anywhere
    in a text; a function, called with the value; or anything that is equal by ``==``, such as ``unittest.mock.ANY``.
    Raises SettingsError for an argument of a wrong type.
    """

    action: str | None = None
    account: str | None = None
    code: str | None = None
    params: Mapping[str, Any] | None = None
    refused: bool | None = None

    def __post_init__(self) -> None:
        for name in ("action", "account", "code"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise SettingsError(f"{name}={shown(value)}: neither text nor None")
        if self.params is not None and not isinstance(self.params, Mapping):
            raise SettingsError(f"params={shown(self.params)}: not a mapping of members to values")
        # By identity, because 0 and 1 are equal to what is meant and would hide a slip.
        if not (self.refused is None or self.refused is True or self.refused is False):
            raise SettingsError(f"refused={shown(self.refused)}: not True, False or None")

    def fits(self, record: CallRecord) -> bool:
        """Whether that call is as wanted. What a function in `params` raises comes out, lest it hide in a no."""
        return next(self.differences(record), None) is None

    def differences(self, record: CallRecord) -> Iterator[Difference]:
        """In what that call differs, what is not a member first; functions are called as `fits` says."""
        for name in ("action", "account", "code"):
            wanted, got = getattr(self, name), getattr(record, name)
            if wanted is not None and wanted != got:
                yield Difference(f"({name})", wanted, got)
        if self.refused is not None and self.refused != bool(record.code):
            yield Difference("(refused)", self.refused, bool(record.code))
        if self.params is not None:
            yield from _differences((), self.params, record.params)

    def __str__(self) -> str:
        asked = [
            f"{name}={described(value)}"
            for name in ("action", "account", "code", "params", "refused")
            if (value := getattr(self, name)) is not None
        ]
        return ", ".join(asked)


def described(value: object) -> str:
    """A wanted or found value for a message, at most about 80 characters."""
    if _is_pattern(value):
        return f"text with {shown(value.pattern)} in it"
    if _is_predicate(value):
        return f"what {shown(value) if isinstance(value, type) else getattr(value, '__name__', shown(value))} accepts"
    return shown(value)


def _differences(path: tuple[str | int, ...], wanted: Any, got: Any) -> Iterator[Difference]:
    if is_mapping(wanted) and is_mapping(got):
        for name, value in wanted.items():
            yield from _differences((*path, name), value, got.get(name, NOTHING))
    elif isinstance(wanted, list | tuple) and is_list_like(wanted) and is_array(got):
        for place in range(max(len(wanted), len(got))):
            pair = (each[place] if place < len(each) else NOTHING for each in (wanted, got))
            yield from _differences((*path, place), *pair)
    elif not _same(wanted, got):
        yield Difference(dotted(path), wanted, got)


def _same(wanted: Any, got: Any) -> bool:
    if wanted is NOTHING or got is NOTHING:
        return False
    if _is_pattern(wanted):
        return isinstance(got, str) and wanted.search(got) is not None
    if _is_predicate(wanted):
        return bool(wanted(got))
    # In JSON, true is not 1.
    if isinstance(got, bool) is not isinstance(wanted, bool) and isinstance(wanted, int | float):
        return False
    return bool(wanted == got)


def _is_pattern(value: object) -> TypeGuard[re.Pattern[str]]:
    return isinstance(value, re.Pattern)


def _is_predicate(value: object) -> bool:
    # Classes are left to ==, because those of comparison libraries (IsStr) are equal to their values as they stand,
    # and calling any other makes something of a value, which says nothing of it.
    return callable(value) and not isinstance(value, type)

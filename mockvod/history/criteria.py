"""Criteria for calls, and the differences between a call and the criteria."""

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
    """The value of an absent member, because None is the value null."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


class Difference(NamedTuple):
    """One value that is not as wanted.

    `path` is written as the service writes it (`FileInfos.0.Url`), or names what is no member: (action), (account),
    (code) or (refused).
    """

    path: str
    wanted: object
    got: object

    def __str__(self) -> str:
        return f"{self.path}: wanted {described(self.wanted)}, got {described(self.got)}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The criteria for a call; None stands for any value.

    Args:
        action: The action.
        account: The SecretId.
        code: The error code; "" for a call that was accepted.
        params: Members that the request must have, as they were sent. Other members are ignored, at every level; lists
            are compared element by element. In place of a value, there may be a compiled pattern, which is searched for
            in a text; a function, which is called with the value; or anything that compares by ``==``, such as
            ``unittest.mock.ANY``.
        refused: Whether the call was refused.

    Raises:
        SettingsError: an argument has a wrong type.
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
        # By identity, because 0 and 1 equal False and True and would hide a mistake.
        if not (self.refused is None or self.refused is True or self.refused is False):
            raise SettingsError(f"refused={shown(self.refused)}: not True, False or None")

    def fits(self, record: CallRecord) -> bool:
        """Whether a call meets the criteria. Exceptions of functions in `params` propagate, so that they are not missed."""
        return next(self.differences(record), None) is None

    def differences(self, record: CallRecord) -> Iterator[Difference]:
        """The differences of a call, those of parameters last. Exceptions of functions in `params` propagate."""
        for name in ("action", "account", "code"):
            wanted, got = getattr(self, name), getattr(record, name)
            if wanted is not None and wanted != got:
                yield Difference(f"({name})", wanted, got)
        if self.refused is not None and self.refused != bool(record.code):
            yield Difference("(refused)", self.refused, bool(record.code))
        if self.params is not None:
            yield from _differences((), self.params, record.params)

    def __str__(self) -> str:
        given = [
            f"{name}={described(value)}"
            for name in ("action", "account", "code", "params", "refused")
            if (value := getattr(self, name)) is not None
        ]
        return ", ".join(given)


def described(value: object) -> str:
    """A value for a message, in about 80 characters at most."""
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
    # Not classes: those of comparison libraries (such as IsStr) compare by ==, and calling any other class converts the
    # value, which says nothing about it.
    return callable(value) and not isinstance(value, type)

"""What control pages are given, read strictly: a slip in a name or a type is refused, never passed over."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

#: The last moment of the year 9999 in UNIX seconds: later ones cannot be printed as the service prints them.
LAST_MOMENT = 253_402_300_799
_SHOWN = 80  # characters of a value that a message repeats


class ControlError(Exception):
    """A request to a control page that cannot be met; the message says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Kind:
    """Which values a member takes: in words, for readers; as JSON Schema, for tools; and as a test."""

    words: str
    schema: Mapping[str, Any]
    takes: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body, or one parameter of an address."""

    name: str
    kind: Kind
    about: str
    required: bool = False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(low: int, high: int, words: str = "") -> Kind:
    """Whole numbers from `low` to `high`."""
    return Kind(
        words or f"a whole number from {low} to {high}",
        {"type": "integer", "minimum": low, "maximum": high},
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
    )


def number(low: float, high: float) -> Kind:
    """Numbers from `low` to `high`."""
    return Kind(
        f"a number from {low} to {high}",
        {"type": "number", "minimum": low, "maximum": high},
        lambda value: _is_number(value) and low <= value <= high,
    )


def one_of(*words: str) -> Kind:
    """One of these texts."""
    return Kind(
        f"one of {', '.join(json.dumps(word) for word in words)}",
        {"enum": list(words)},
        lambda value: isinstance(value, str) and value in words,
    )


def or_null(kind: Kind) -> Kind:
    """As `kind`, or null."""
    return Kind(
        f"{kind.words} or null",
        {"anyOf": [kind.schema, {"type": "null"}]},
        lambda value: value is None or kind.takes(value),
    )


def array_of(kind: Kind) -> Kind:
    """Arrays of what `kind` takes."""
    return Kind(
        f"an array, each {kind.words}",
        {"type": "array", "items": kind.schema},
        lambda value: isinstance(value, list) and all(map(kind.takes, value)),
    )


TEXT = Kind("a text", {"type": "string"}, lambda value: isinstance(value, str))
FLAG = Kind("true or false", {"type": "boolean"}, lambda value: isinstance(value, bool))
#: For orders that are given by naming them.
TRUE = Kind("true", {"const": True}, lambda value: value is True)
OBJECT = Kind("an object", {"type": "object"}, lambda value: isinstance(value, dict))
#: Of an address, where all is text.
DIGITS = Kind(
    "a whole number of at most nine digits",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    lambda value: value.isascii() and value.isdigit() and len(value) < 10,
)


def read_body(body: bytes, members: Iterable[Member]) -> dict[str, Any]:
    """The members of a JSON body; no body is one without members. Raises ControlError."""
    given = _parse(body) if body else {}
    if not isinstance(given, dict):
        raise ControlError("the body is not a JSON object")
    return _checked(given, members, "member", lambda value: json.dumps(value, ensure_ascii=False)[:_SHOWN])


def read_query(query: MultiDict[str, str], parameters: Iterable[Member]) -> dict[str, str]:
    """The parameters of an address. Raises ControlError."""
    for name, values in query.lists():
        if len(values) > 1:
            raise ControlError(f"the parameter {name[:_SHOWN]!r} stands there {len(values)} times")
    return _checked(query.to_dict(), parameters, "parameter", lambda value: repr(value[: _SHOWN // 2]))


def _checked(given: dict[str, Any], members: Iterable[Member], what: str, show: Callable[[Any], str]) -> dict[str, Any]:
    known = {member.name: member for member in members}
    for name in sorted(given.keys() - known.keys()):
        there = f"there are {' and '.join(known)}" if known else "there are none"
        raise ControlError(f"unknown {what} {name[:_SHOWN]!r}; {there}")
    for name, member in known.items():
        if name not in given:
            if member.required:
                raise ControlError(f"the body lacks the member {name!r}")
        elif not member.kind.takes(given[name]):
            raise ControlError(f"{name} is {show(given[name])}, not {member.kind.words}")
    return given


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body, object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
    except RecursionError:
        raise ControlError("the body is nested too deeply") from None
    except ValueError:
        raise ControlError("the body is not a JSON object") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ControlError(f"the member {twice[:_SHOWN]!r} stands there more than once")
    return found


def _float(text: str) -> float:
    """A number with a point or an exponent; 5.0 and 5e0 are the whole number 5 in JSON."""
    value = float(text)
    if not math.isfinite(value):
        raise ControlError(f"the number {text[:_SHOWN]} is too large")
    return int(value) if value.is_integer() else value


def _constant(text: str) -> float:
    raise ControlError(f"{text} is not JSON")

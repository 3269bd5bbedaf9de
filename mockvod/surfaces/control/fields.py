"""What endpoints are given, read strictly: a mistake in a name or a type is refused, never ignored."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from mockvod.narrowing import is_array, is_object

#: The last second of the year 9999 in UNIX seconds: the service's format has four digits for the year.
LAST_MOMENT = 253_402_300_799
#: The most bytes of a body: many times what a script for tasks takes, and little enough to be read while others wait.
MOST_BYTES = 1024 * 1024
#: Characters of a value that a message repeats.
_MAX_QUOTED = 80


class ControlError(Exception):
    """A request to the control API that cannot be met; the message says why.

    Args:
        status: The HTTP status of the answer.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class FieldType:
    """The values that a member accepts: in words, as JSON Schema, and as a test."""

    words: str
    schema: Mapping[str, Any]
    accepts: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body, or one parameter of a query."""

    name: str
    type: FieldType
    #: What it means, for the OpenAPI document.
    about: str
    required: bool = False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def whole(low: int, high: int, words: str = "") -> FieldType:
    """Whole numbers from `low` to `high`."""
    return FieldType(
        words or f"a whole number from {low} to {high}",
        {"type": "integer", "minimum": low, "maximum": high},
        lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
    )


def number(low: float, high: float) -> FieldType:
    """Numbers from `low` to `high`."""
    return FieldType(
        f"a number from {low} to {high}",
        {"type": "number", "minimum": low, "maximum": high},
        lambda value: _is_number(value) and low <= value <= high,
    )


def one_of(*words: str) -> FieldType:
    """One of these texts."""
    return FieldType(
        f"one of {', '.join(json.dumps(word) for word in words)}",
        {"enum": list(words)},
        lambda value: isinstance(value, str) and value in words,
    )


def or_null(type_: FieldType) -> FieldType:
    """What `type_` accepts, or null."""
    return FieldType(
        f"{type_.words} or null",
        {"anyOf": [type_.schema, {"type": "null"}]},
        lambda value: value is None or type_.accepts(value),
    )


def array_of(type_: FieldType) -> FieldType:
    """Arrays of what `type_` accepts."""
    return FieldType(
        f"an array, each {type_.words}",
        {"type": "array", "items": type_.schema},
        lambda value: is_array(value) and all(map(type_.accepts, value)),
    )


TEXT = FieldType("a text", {"type": "string"}, lambda value: isinstance(value, str))
FLAG = FieldType("true or false", {"type": "boolean"}, lambda value: isinstance(value, bool))
#: For members that are a command by being there.
TRUE = FieldType("true", {"const": True}, lambda value: value is True)
OBJECT = FieldType("an object", {"type": "object"}, lambda value: isinstance(value, dict))
#: For parameters of a query, which are always text.
DIGITS = FieldType(
    "a whole number of at most nine digits",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    lambda value: value.isascii() and value.isdigit() and len(value) < 10,
)


def read_body(body: bytes, members: Iterable[Member]) -> dict[str, Any]:
    """The members of a JSON body; an empty body counts as an object without members.

    Raises:
        ControlError: the body is not a JSON object, or a member is unknown, missing or wrong.
    """
    given: Any = _parse(body) if body else {}
    if not is_object(given):
        raise ControlError("the body is not a JSON object")
    return _checked(given, members, "member", lambda value: json.dumps(value, ensure_ascii=False)[:_MAX_QUOTED])


def too_large() -> ControlError:
    """The refusal of a body of more than `MOST_BYTES`."""
    return ControlError(
        f"the body has more than {MOST_BYTES:,} bytes, which no request to the control API needs; send less in each",
        413,
    )


def read_query(query: MultiDict[str, str], parameters: Iterable[Member]) -> dict[str, str]:
    """The parameters of a query.

    Raises:
        ControlError: a parameter is unknown, wrong or given twice.
    """
    for name, values in query.lists():
        if len(values) > 1:
            raise ControlError(f"the parameter {name[:_MAX_QUOTED]!r} is given {len(values)} times")
    return _checked(query.to_dict(), parameters, "parameter", lambda value: repr(value[: _MAX_QUOTED // 2]))


def _checked(given: dict[str, Any], members: Iterable[Member], what: str, show: Callable[[Any], str]) -> dict[str, Any]:
    known = {member.name: member for member in members}
    for name in sorted(given.keys() - known.keys()):
        existing = f"there are {' and '.join(known)}" if known else "there are none"
        raise ControlError(f"unknown {what} {name[:_MAX_QUOTED]!r}; {existing}")
    for name, member in known.items():
        if name not in given:
            if member.required:
                raise ControlError(f"the body lacks the member {name!r}")
        elif not member.type.accepts(given[name]):
            raise ControlError(f"{name} is {show(given[name])}, not {member.type.words}")
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
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ControlError(f"the member {twice[:_MAX_QUOTED]!r} is given more than once")
    return found


def _float(text: str) -> float:
    """Reads a number with a point or an exponent; JSON makes no difference between 5, 5.0 and 5e0."""
    value = float(text)
    if not math.isfinite(value):
        raise ControlError(f"the number {text[:_MAX_QUOTED]} is too large")
    return int(value) if value.is_integer() else value


def _constant(text: str) -> float:
    raise ControlError(f"{text} is not JSON")

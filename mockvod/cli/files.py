"""Files that commands read and write: each failure is one line that names the file."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from mockvod.cli.exits import Refusal

Value = TypeVar("Value")
STANDARD_INPUT = "-"
#: No request, answer or description of the API is nearly as large; devices and pipes may have no end.
MOST_BYTES = 256 * 1024 * 1024


class FilePath(click.Path):
    """The type of options and arguments that name a file."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(allow_dash=allow_dash, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuses the empty name, which would be that of the working directory."""
        if value == "":
            self.fail("the name of the file is empty", param, ctx)
        return super().convert(value, param, ctx)


def read_bytes(place: Path) -> bytes:
    """What a file holds; ``-`` is standard input.

    Raises:
        Refusal: It cannot be read.
    """
    # None where the caller has closed it.
    stream: Any = sys.stdin
    if str(place) == STANDARD_INPUT and stream is None:
        raise Refusal("standard input is closed: name a file, or pipe one in")

    def read() -> bytes:
        with nullcontext(stream.buffer) if str(place) == STANDARD_INPUT else place.open("rb") as file:
            content: bytes = file.read(MOST_BYTES + 1)
            return content

    content = _tried(place, "read", read)
    if len(content) > MOST_BYTES:
        raise Refusal(f"{_shown(place)} cannot be read: it is larger than {MOST_BYTES // 1024**2} MB")
    return content


def read_json(place: Path) -> Any:
    """The one value that a JSON file holds; ``-`` is standard input.

    Raises:
        Refusal: It cannot be read, is not JSON, or is JSON that readers understand in different ways.
    """
    name = _shown(place)
    try:
        text = read_bytes(place).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(f"{name} is not JSON: byte {error.start + 1} is not text in UTF-8") from None
    try:
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise Refusal(f"{name} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise Refusal(f"{name} is not JSON: {error}") from None


def parse_json(text: str) -> Any:
    """Reads JSON as RFC 8259 has it, of which Python's own reader accepts more.

    Raises:
        ValueError: The text is not JSON, holds a member twice or a number that no other reader takes, or is nested so
            deep that it cannot be read.
    """
    try:
        return json.loads(
            text, object_pairs_hook=_without_doubles, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
    except RecursionError:
        raise ValueError("it is nested too deep to be read") from None


def write(place: Path, content: str | bytes) -> None:
    """Writes a file; text as UTF-8 with plain line feeds.

    Raises:
        Refusal: It cannot be written.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    _tried(place, "written", lambda: place.write_bytes(data))


def _tried(place: Path, done: str, attempt: Callable[[], Value]) -> Value:
    try:
        return attempt()
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or error
        raise Refusal(f"{_shown(place)} cannot be {done}: {reason}") from error


def _shown(place: Path) -> str:
    return "standard input" if str(place) == STANDARD_INPUT else str(place)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in made if names.count(name) > 1)
        raise ValueError(f"{double!r} stands twice in one object, and readers differ on which of the two counts")
    return made


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:40]} is too large for a number")
    return number


def _whole(digits: str) -> int:
    # Python reads no more than 4300 digits, and says so in words of its own.
    if len(digits) > 4000:
        raise ValueError(f"a number has {len(digits)} digits, which is too large")
    return int(digits)

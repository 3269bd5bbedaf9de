"""How much of a call the journal keeps: it is read by people and tests, and a caller decides how much comes in."""

from __future__ import annotations

import json
from typing import Any

from mockvod.narrowing import is_array, is_object

#: Up to so many bytes parameters and answers are kept whole. Of longer ones the beginnings are kept, in no more bytes.
WHOLE_UP_TO = 64 * 1024
#: How much of a text, how many items of a list and how many members of an object are kept of longer ones.
_KEPT_LENGTH = 256
#: Deeper than the parameters of any action; a hostile body may be nested as deep as Python reads.
_KEPT_DEPTH = 32
#: How many characters are kept of longer ones in all; each value counts for some more, as JSON has marks around it.
_KEPT_CHARACTERS = 15_000
_MARKS = 8
#: How much is kept of a message of the service, and of an explanation.
KEPT_MESSAGE = 4_096
#: How much is kept of a header, and of the name of an action.
KEPT_HEADER = 256
KEPT_NAME = 80


def written(value: Any, *, whole: bool) -> bytes:
    """A JSON value as the journal keeps it.

    Args:
        value: The value.
        whole: Whether it may be kept whole, should it be short enough.
    """
    if whole:
        try:
            kept = _bytes(value)
        except RecursionError:
            kept = b""
        if 0 < len(kept) <= WHOLE_UP_TO:
            return kept
    return _bytes(_Cutter().cut(value))


def _bytes(value: Any) -> bytes:
    # Lone surrogates, which a request can bring as an escape, are kept as they are.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def read(kept: bytes) -> str:
    """The text of what `written` has kept, and of any body."""
    return kept.decode("utf-8", "surrogatepass")


def shortened(text: str, length: int) -> str:
    """The beginning of a text that is longer than that, and how long it was."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text)} characters)"


class _Cutter:
    """Cuts one value: texts, lists and objects alike, and all of them together."""

    def __init__(self) -> None:
        self._left = _KEPT_CHARACTERS

    def cut(self, value: Any, depth: int = 0) -> Any:
        self._left -= _MARKS
        if depth > _KEPT_DEPTH and isinstance(value, dict | list):
            return "… (nested deeper)"
        if is_object(value):
            kept: dict[str, Any] = {}
            for name, each in value.items():
                if len(kept) == _KEPT_LENGTH or self._left < 0:
                    kept["…"] = f"({len(value) - len(kept)} members more)"
                    break
                kept[self._text(name)] = self.cut(each, depth + 1)
            return kept
        if is_array(value):
            items: list[Any] = []
            for each in value[:_KEPT_LENGTH]:
                if self._left < 0:
                    break
                items.append(self.cut(each, depth + 1))
            return items
        if isinstance(value, int) and abs(value) >= 10**_KEPT_LENGTH:
            return "… (a very long integer)"
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        kept = shortened(text, _KEPT_LENGTH)
        self._left -= len(kept)
        return kept

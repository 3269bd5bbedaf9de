"""The service's error codes and texts in English and Chinese, from contracts/errors.json.

Known texts are reproduced to the letter; each entry of the file gives its evidence. Where no text is known, the entry has
a short one of ours, marked as assumed.
"""

import functools
import string
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.documents import read
from mockvod.validators.errors import MockvodError

CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Reply:
    """The content of `Response.Error`."""

    code: str
    message: str


class UnknownReply(MockvodError, KeyError):
    """There is no such key, or the values do not match its text; the message says which."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotation marks


def reply(key: str, language: str = "en-US", *, code: str = "", **values: object) -> Reply:
    """Returns the code and the text for a key of errors.json.

    The text is English in every language but zh-CN, as in all recorded answers to requests without a language, and where
    its Chinese is not known.

    Args:
        key: A key of "replies", which determines the code, or of "any_code".
        language: The value of X-TC-Language.
        code: The code for a key of "any_code": one whose own text is not known.
        values: The values for the fields in braces of the text.

    Raises:
        UnknownReply: There is no such key, `values` are not those of the text, or `code` is missing or superfluous.
    """
    entry = _replies().get(key) or _any_code().get(key)
    if entry is None:
        raise UnknownReply(f"no reply {key!r}; there are {', '.join(sorted((*_replies(), *_any_code())))}")
    wanted = reply_values(key)
    if set(wanted) != set(values):
        raise UnknownReply(f"reply {key!r} takes ({', '.join(wanted)}), not ({', '.join(values)})")
    if bool(code) == ("code" in entry):
        raise UnknownReply(f"reply {key!r} has the code {entry['code']}" if code else f"reply {key!r} needs a code")
    if "text_of" in entry:
        entry = _replies()[entry["texts_of"].get(code, entry["text_of"])]
    template = entry["zh"] if language == CHINESE and "zh" in entry else entry["en"]
    return Reply(code or entry["code"], template.format_map(values))


def reply_keys() -> frozenset[str]:
    """Lists the keys that determine a code."""
    return frozenset(_replies())


@functools.cache
def reply_values(key: str) -> tuple[str, ...]:
    """Lists the names of the values of a text, in the order of the English one; the Chinese may have fewer."""
    entry = _replies().get(key) or _any_code()[key]
    text = entry.get("en") or _replies()[entry["text_of"]]["en"]
    fields = (name for _, name, _, _ in string.Formatter().parse(text))
    return tuple(dict.fromkeys(name for name in fields if name))


def error_codes() -> frozenset[str]:
    """Lists every known code: the common ones of API 3.0 and those of VOD."""
    return frozenset(_document()["codes"])


def meaning(code: str) -> str:
    """Explains a code in our words.

    Raises:
        KeyError: The code is not known.
    """
    text: str = _document()["codes"][code]["meaning"]
    return text


def _replies() -> dict[str, dict[str, Any]]:
    replies: dict[str, dict[str, Any]] = _document()["replies"]
    return replies


def _any_code() -> dict[str, dict[str, Any]]:
    replies: dict[str, dict[str, Any]] = _document()["any_code"]
    return replies


@functools.cache
def _document() -> dict[str, Any]:
    return read("errors.json")

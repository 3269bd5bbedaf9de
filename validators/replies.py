"""The service's own words: error codes and texts, English and Chinese, from contracts/errors.json.

The texts are imitations and reproduced to the letter where they are known; each entry of the file says how it is
known. Texts that nobody has recorded are short ones of ours, marked assumed.
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
    """What stands in `Response.Error`."""

    code: str
    message: str


class UnknownReply(MockvodError, KeyError):
    """No text has this key, or a text was not given exactly its values; the message says which."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would quote it


def reply(key: str, language: str = "en-US", *, code: str = "", **values: object) -> Reply:
    """The code and the text for a key of errors.json.

    Keys of "replies" have a code of their own; those of "any_code" are for the `code` that is given: a code whose text
    nobody has recorded. Any language but zh-CN is answered in English, as every capture without a language is; so is a
    text whose Chinese is not known.

    Raises:
        UnknownReply: no such key, a value missing, a value that the text does not take, or a code where the key has its
            own or needs one.
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
    """The keys that `reply` knows whose code is their own."""
    return frozenset(_replies())


@functools.cache
def reply_values(key: str) -> tuple[str, ...]:
    """The names of the values that a reply takes, in the order of its English text; the Chinese may use fewer."""
    entry = _replies().get(key) or _any_code()[key]
    text = entry.get("en") or _replies()[entry["text_of"]]["en"]
    fields = (name for _, name, _, _ in string.Formatter().parse(text))
    return tuple(dict.fromkeys(name for name in fields if name))


def error_codes() -> frozenset[str]:
    """Every code of the catalogue: the common ones of API 3.0 and those of VOD."""
    return frozenset(_document()["codes"])


def meaning(code: str) -> str:
    """What a code of the catalogue means, in our words.

    Raises:
        KeyError: The catalogue has no such code.
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

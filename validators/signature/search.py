"""Finds the mistake that reproduces a signature.

A *draft* has everything that goes into a signature, with a field for each choice that a client makes. A *change* sets
some of these fields as a client with a mistake would. The signature of each changed draft is computed and compared with
the one that was sent: first for every single change, then for pairs of changes to different fields. An HMAC does not
match by chance, so the first match is the cause.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, islice
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import unquote

#: How many pairs are tried, at about 10 µs each: a signature that cannot be explained must not cost much.
MAX_PAIRS = 3_000

#: What a draft signs: the name and the text of each line.
Lines = Sequence[tuple[str, str]]

AnyDraft = TypeVar("AnyDraft", bound="Draft")


class Draft(Protocol):
    """What both versions' drafts can do."""

    def digest(self) -> bytes:
        """The HMAC that is the signature of this draft."""
        ...

    def lines(self) -> Lines:
        """Everything that is signed, each line with its name."""
        ...

    def changed(self: AnyDraft, fields: Mapping[str, Any]) -> AnyDraft:  # noqa: PYI019 - `Self` needs Python 3.11
        """The draft with other values in these fields."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A mistake: its cause, the detail that its message takes, and the fields of the draft that it sets.

    The fields may have keys in them, so they are not part of the repr.
    """

    cause: str
    detail: str
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """The mistakes to try on a draft: the `combinable` ones singly and in pairs, the others only singly."""

    combinable: Sequence[Change]
    alone: Iterable[Change]


@dataclass(frozen=True, slots=True)
class Found(Generic[AnyDraft]):
    """The draft with the signature that was sent, and the mistakes that lead to it.

    Without any mistake, only the spelling of the signature is wrong.
    """

    draft: AnyDraft
    changes: tuple[Change, ...]


def find(bases: Sequence[AnyDraft], changes_to: Callable[[AnyDraft], Changes], sent: bytes) -> Found[AnyDraft] | None:
    """Finds the fewest changes that lead from a draft that the server accepts to the signature that was sent.

    Args:
        bases: The drafts that the server accepts, the documented one first. Pairs are tried on that one only, because
            a single change leads from it to each of the others.
        changes_to: Gives the changes to try on a draft.
        sent: The HMAC that was sent.
    """
    for base in bases:
        if base.digest() == sent:
            return Found(base, ())
    for base in bases:
        changes = changes_to(base)
        for change in chain(changes.combinable, changes.alone):
            draft = base.changed(change.fields)
            if draft.digest() == sent:
                return Found(draft, (change,))
    for first, second in islice(_pairs(changes_to(bases[0]).combinable), MAX_PAIRS):
        draft = bases[0].changed({**first.fields, **second.fields})
        if draft.digest() == sent:
            return Found(draft, (first, second))
    return None


def _pairs(changes: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
    for first, second in combinations(changes, 2):
        if first.fields.keys().isdisjoint(second.fields):
            yield first, second


_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class SentSignature:
    """The HMAC in a signature that was sent, and how it was written; both are empty where none could be read."""

    digest: bytes
    written: str


def read_signature(text: str, sizes: tuple[int, ...]) -> SentSignature:
    """Reads an HMAC however it is written: in hex, in base64, or in a mangled form of either.

    Args:
        text: The signature that was sent.
        sizes: How many bytes the HMAC may have.
    """
    for written, candidate in _spellings(text):
        digest = _unhex(candidate) if "hex" in written else _unbase64(candidate)
        if len(digest) in sizes:
            return SentSignature(digest, written)
    inner = _unhex(_unbase64(text).decode("ascii", "replace"))
    return SentSignature(inner, "base64 of the hex text") if len(inner) in sizes else SentSignature(b"", "")


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    yield ("hex" if text == text.lower() else "upper-case hex"), text
    yield "base64", text
    yield "base64 with blanks where + stood", text.replace(" ", "+")
    yield "URL-safe base64", text.replace("-", "+").replace("_", "/")
    yield "base64 that is percent-encoded twice", unquote(text)


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text) if _HEX.fullmatch(text) else b""


def _unbase64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    # The decoder ignores stray bits at the end, which a comparison of texts would not.
    return raw if base64.b64encode(raw).decode() == text else b""

"""Find the mistake that reproduces a signature.

Method: a *draft* holds everything that goes into a signature, one field a choice a client makes. A *change* sets some
of these fields as a mistaken client would. The signature of each changed draft is computed and compared with the one
that was sent: first every change by itself, then pairs of changes that touch different fields. An HMAC does not match
by chance, so the first hit is the cause.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import unquote

if TYPE_CHECKING:
    from typing_extensions import Self  # in typing from Python 3.11 on

# A signature nobody can explain must stay cheap: about 10 µs a pair.
MAX_PAIRS = 3_000

Lines = Sequence[tuple[str, str]]
"""What a draft signs, as (name of the line, text)."""


class Draft(Protocol):
    def digest(self) -> bytes:
        """Compute the raw HMAC of this draft."""
        ...

    def lines(self) -> Lines:
        """Name what is signed, for comparison with another draft."""
        ...

    def changed(self, fields: Mapping[str, Any]) -> "Self":
        """Give a draft with other values in these fields."""
        ...


AnyDraft = TypeVar("AnyDraft", bound=Draft)


@dataclass(frozen=True, slots=True)
class Change:
    """A mistake: its cause, the detail that its message takes, and the fields of the draft it sets (keys among them)."""

    cause: str
    detail: str
    fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """The mistakes to try on one draft: `combinable` ones by themselves and in pairs, then the others."""

    combinable: Sequence[Change]
    alone: Iterable[Change]


@dataclass(frozen=True, slots=True)
class Found(Generic[AnyDraft]):
    """The draft that has the signature sent, and the mistakes that led to it (none: only its spelling is wrong)."""

    draft: AnyDraft
    changes: tuple[Change, ...]


def find(bases: Sequence[AnyDraft], changes_to: Callable[[AnyDraft], Changes], sent: bytes) -> Found[AnyDraft] | None:
    """Find the fewest changes to one of the drafts the server accepts that give the digest `sent`.

    Pairs are tried on the first draft only: where the others differ from it, a change does the same.
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
    """A signature as it arrived: the HMAC in it, and how that was written ("" as digest: not to be read)."""

    digest: bytes
    written: str


def read_signature(text: str, sizes: tuple[int, ...]) -> SentSignature:
    """Read an HMAC of one of `sizes` bytes however it is written: hex, base64, or either of them mangled."""
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
    # The decoder lets stray bits at the end pass; whoever compares texts does not.
    return raw if base64.b64encode(raw).decode() == text else b""

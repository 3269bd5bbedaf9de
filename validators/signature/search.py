"""Finds the mistake that reproduces a signature.

A *draft* has everything that goes into a signature, with a field for each choice that a client makes. A *change* sets
some of these fields as a client with a mistake would. The signature of each changed draft is computed and compared with
the one that was sent: first for every single change, then for pairs of changes to different fields. An HMAC does not
match by chance, so the first match is the cause.

Whoever sends a request decides how long its texts are and how many of them there are, so a *budget* ends the search:
what is left of it is asked before each attempt.
"""

import base64
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

#: What one explanation may cost, in bytes that could be signed in the same time. Every mistake and every pair of an
#: ordinary request take about half of it.
MOST = 7_000_000
#: What an attempt costs whatever it signs, and each line of it whatever stands there: measured, in the same bytes.
PER_ATTEMPT = 1_000
PER_LINE = 120

#: What a draft signs: the name and the text of each line.
Lines = Sequence[tuple[str, str]]

AnyDraft = TypeVar("AnyDraft", bound="Draft")


class Draft(ABC):
    """What both versions' drafts can do. They are dataclasses without slots, for `changed`."""

    @abstractmethod
    def digest(self) -> bytes:
        """The HMAC that is the signature of this draft."""

    @abstractmethod
    def lines(self) -> Lines:
        """Everything that is signed, each line with its name."""

    @abstractmethod
    def size(self) -> tuple[int, int]:
        """How many lines are signed, and about how many bytes."""

    @property
    def cost(self) -> int:
        """What it costs to sign this draft, in the unit of `MOST`."""
        return self._cost

    @cached_property
    def _cost(self) -> int:
        lines, length = self.size()
        return PER_ATTEMPT + PER_LINE * lines + length

    def changed(self: AnyDraft, fields: Mapping[str, Any]) -> AnyDraft:  # noqa: PYI019 - `Self` needs Python 3.11
        """The draft with other values in these fields."""
        # What dataclasses.replace does, in a tenth of the time: two thousand drafts are made to explain one signature.
        draft = object.__new__(type(self))
        values = vars(draft)
        values.update(vars(self))
        values.pop("_cost", None)
        values.update(fields)
        return draft


@dataclass(frozen=True, slots=True)
class Change:
    """A mistake: its cause, the detail that its message takes, and the fields of the draft that it sets.

    The fields may have keys in them, so they are not part of the repr.
    """

    cause: str
    detail: str
    fields: Mapping[str, Any] = field(repr=False)
    #: What it cost to make this change, in the unit of `MOST`.
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """The mistakes to try on a draft: the `combinable` ones singly and in pairs, the others only singly."""

    combinable: Iterable[Change]
    alone: Iterable[Change]


@dataclass(slots=True)
class Budget:
    """What one search may still spend, and what it has tried."""

    left: int = MOST
    singles: int = 0
    pairs: int = 0
    #: Whether something was left untried.
    exhausted: bool = False

    def spend(self, cost: int) -> bool:
        """Whether there is enough left for something of that cost, which is then taken off."""
        if cost > self.left:
            self.exhausted = True
            return False
        self.left -= cost
        return True

    def told(self) -> str:
        """What was tried, for a message; empty where everything was."""
        if not self.exhausted:
            return ""
        return (
            f" (tried {self.singles:,} single mistakes and {self.pairs:,} pairs; this request is too large to try all)"
        )


@dataclass(frozen=True, slots=True)
class Found(Generic[AnyDraft]):
    """The draft with the signature that was sent, and the mistakes that lead to it.

    Without any mistake, only the spelling of the signature is wrong.
    """

    draft: AnyDraft
    changes: tuple[Change, ...]


def find(
    bases: Sequence[AnyDraft], changes_to: Callable[[AnyDraft], Changes], sent: bytes, budget: Budget
) -> Found[AnyDraft] | None:
    """Finds the fewest changes that lead from a draft that the server accepts to the signature that was sent.

    Args:
        bases: The drafts that the server accepts, the documented one first. Pairs are tried on that one only, because
            a single change leads from it to each of the others.
        changes_to: Gives the changes to try on a draft.
        sent: The HMAC that was sent.
        budget: Ends the search, and keeps account of it.
    """
    for base in bases:
        if base.digest() == sent:
            return Found(base, ())
    combinable: list[Change] = []
    for base in bases:
        changes = changes_to(base)
        kept = _kept(changes.combinable, combinable) if base is bases[0] else changes.combinable
        for change in chain(kept, changes.alone):
            if not budget.spend(base.cost + change.cost):
                return None
            budget.singles += 1
            draft = base.changed(change.fields)
            if draft.digest() == sent:
                return Found(draft, (change,))
    base = bases[0]
    for first, second in _pairs(combinable):
        if not budget.spend(base.cost):
            return None
        budget.pairs += 1
        draft = base.changed({**first.fields, **second.fields})
        if draft.digest() == sent:
            return Found(draft, (first, second))
    return None


def _kept(changes: Iterable[Change], kept: list[Change]) -> Iterator[Change]:
    """The changes as they come, each put into `kept` too: making them is work that a search may not come to."""
    for change in changes:
        kept.append(change)
        yield change


def _pairs(changes: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
    for first, second in combinations(changes, 2):
        if first.fields.keys().isdisjoint(second.fields):
            yield first, second


_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
#: Longer than any spelling of a signature: 64 hex digits in base64 and percent-encoded have fewer characters.
_LONGEST = 400


#: How Base64.encode64 of Ruby writes, and with it tencentcloud-sdk-ruby (Sign.sign_v1; read in its sign.rb, one version).
LINE_FEED = "base64 with a line feed at its end"


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
    if len(text) > _LONGEST:
        return SentSignature(b"", "")
    for written, candidate in _spellings(text):
        digest = _unhex(candidate) if "hex" in written else _unbase64(candidate)
        if len(digest) in sizes:
            return SentSignature(digest, written)
    inner = _unhex(_unbase64(text).decode("ascii", "replace"))
    return SentSignature(inner, "base64 of the hex text") if len(inner) in sizes else SentSignature(b"", "")


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    yield ("hex" if text == text.lower() else "upper-case hex"), text
    yield "base64", text
    yield LINE_FEED, text.removesuffix("\n")
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

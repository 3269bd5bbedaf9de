"""The calls of a mock, to look back on.

mock.calls.last.params
mock.calls(action="CreateAigcVideoTask", refused=False)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, final, overload

from mockvod.call.journal import CallRecord
from mockvod.errors import NoCallError
from mockvod.history.criteria import Wanted

#: How many calls or actions a repr or message lists.
_LISTED = 5


@final
class Calls(Sequence[CallRecord]):
    """Some calls of one mock, oldest first, as of the moment when they were asked for: further calls do not change it."""

    __slots__ = ("_records", "_there", "_which")

    def __init__(
        self, records: Iterable[CallRecord], which: str = "", there: Sequence[CallRecord] | None = None
    ) -> None:
        self._records = tuple(records)
        #: What these were narrowed by, and what they were chosen from.
        self._which = which
        self._there = self._records if there is None else there

    def __call__(
        self,
        action: str | None = None,
        *,
        account: str | None = None,
        code: str | None = None,
        params: Mapping[str, Any] | None = None,
        refused: bool | None = None,
    ) -> Calls:
        """Those of them that are so; None for what does not matter, a `code` of "" for calls that were not refused.

        `params` is compared as `mockvod.history.criteria.Wanted` says. Raises SettingsError for an argument of a wrong type.
        """
        wanted = Wanted(action, account, code, params, refused)
        return self._narrowed(filter(wanted.fits, self._records), str(wanted))

    @overload
    def __getitem__(self, place: int) -> CallRecord: ...
    @overload
    def __getitem__(self, place: slice) -> Calls: ...
    def __getitem__(self, place: int | slice) -> CallRecord | Calls:
        if isinstance(place, slice):
            return self._narrowed(self._records[place], "a place in the slice")
        return self._records[place]

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        calls = [f"#{each.number} {each.action or '?'} {each.code}".rstrip() for each in self._records[:_LISTED]]
        return f"<{_count(len(self), 'call')}{': ' if calls else ''}{_listed(calls, len(self))}>"

    @property
    def first(self) -> CallRecord:
        """The oldest. Raises NoCallError, a LookupError that says what there was instead, when there is none."""
        return self._at(0)

    @property
    def last(self) -> CallRecord:
        """The latest. Raises NoCallError as `first` does."""
        return self._at(-1)

    def _at(self, place: int) -> CallRecord:
        if self._records:
            return self._records[place]
        which = f" with {self._which}" if self._which else ""
        raise NoCallError(f"there was no call{which}; {_instead(self._there)}")

    def _narrowed(self, records: Iterable[CallRecord], by: str) -> Calls:
        return Calls(records, ", ".join(filter(None, (self._which, by))), self._there)


def _instead(there: Sequence[CallRecord]) -> str:
    if not there:
        return "there was none at all"
    kinds = Counter((each.action or "an unknown action") + (f" {each.code}" if each.code else "") for each in there)
    kept = [f"{times} × {kind}" if times > 1 else kind for kind, times in islice(kinds.items(), _LISTED)]
    return f"there {'was' if len(there) == 1 else 'were'} {_listed(kept, len(kinds))}"


def _listed(some: Sequence[str], of: int) -> str:
    more = of - len(some)
    return ", ".join(some) + (f" and {more} more" if more else "")


def one_line(text: str, limit: int = 300) -> str:
    """Text of a client's or of ours for a report: one line without control characters, cut at `limit`."""
    flat = "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))
    return flat if len(flat) <= limit else f"{flat[: limit - 3]}..."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""`mock.calls`: the calls that a mock has answered.

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

#: How many calls or actions a repr or message names.
_MAX_NAMED = 5


@final
class Calls(Sequence[CallRecord]):
    """Calls of one mock, oldest first. A snapshot: later calls do not change it."""

    __slots__ = ("_records", "_there", "_which")

    def __init__(
        self, records: Iterable[CallRecord], which: str = "", there: Sequence[CallRecord] | None = None
    ) -> None:
        self._records = tuple(records)
        #: The criteria by which these were selected, and the calls from which.
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
        """The calls among these that meet all criteria; None stands for any value.

        Args:
            action: The action.
            account: The SecretId.
            code: The error code; "" for calls that were accepted.
            params: Parameters that the request must have, compared as `mockvod.history.criteria.Wanted` says.
            refused: Whether the call was refused.

        Raises:
            SettingsError: an argument has a wrong type.
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
        calls = [f"#{each.number} {each.action or '?'} {each.code}".rstrip() for each in self._records[:_MAX_NAMED]]
        return f"<{_count(len(self), 'call')}{': ' if calls else ''}{_joined(calls, len(self))}>"

    @property
    def first(self) -> CallRecord:
        """The oldest call.

        Raises:
            NoCallError: there is none; the message says which calls there were. It is a LookupError.
        """
        return self._at(0)

    @property
    def last(self) -> CallRecord:
        """The latest call.

        Raises:
            NoCallError: there is none; the message says which calls there were. It is a LookupError.
        """
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
    kept = [f"{times} × {kind}" if times > 1 else kind for kind, times in islice(kinds.items(), _MAX_NAMED)]
    return f"there {'was' if len(there) == 1 else 'were'} {_joined(kept, len(kinds))}"


def _joined(some: Sequence[str], of: int) -> str:
    more = of - len(some)
    return ", ".join(some) + (f" and {more} more" if more else "")


def one_line(text: str, limit: int = 300) -> str:
    """`text` as one line without control characters, of at most `limit` characters; for reports that quote clients."""
    flat = "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))
    return flat if len(flat) <= limit else f"{flat[: limit - 3]}..."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

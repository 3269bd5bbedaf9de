"""What a store promises, whichever it is.

A store holds tables, whose rows are values under keys, and indexes, whose entries are names in the order of moments.
What `get` gives is a copy: a caller that wants to change a row puts a new one. A transaction is all or nothing: an
exception that leaves its block undoes it. Transactions of one store do not overlap, so what a transaction has read stays
true until it ends. No operation but `items` costs more for what else is stored than finding a place in order does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from mockvod.state.tables import Row, Table

#: One entry of an index: a moment (UNIX seconds, or any other number to sort by) and a name. Equal moments are in the
#: order of their names.
Entry = tuple[float, str]

#: Above every name that mockvod puts into an index: ``before=(moment, LAST)`` includes all of that moment.
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a store held at one moment. Rows are bytes, which nothing changes: a copy shares them."""

    tables: Mapping[str, Mapping[str, bytes]] = field(repr=False)
    indexes: Mapping[str, Sequence[Entry]] = field(repr=False)
    #: Bucket -> its newest window, and how many events that has had.
    counts: Mapping[str, tuple[int, int]] = field(repr=False)


class Transaction(Protocol):
    """Reads and writes that take effect together."""

    def get(self, table: Table[Row], key: str) -> Row | None:
        """A copy of the row, or None. Raises StoredRecordError for a row of another version of mockvod."""
        ...

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        """Adds or replaces a row."""
        ...

    def delete(self, table: Table[Row], key: str) -> None:
        """Removes a row; no error when there is none."""
        ...

    def items(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        """Keys and rows as they are now, in no promised order. Walks the whole table."""
        ...

    def add(self, index: str, entry: Entry) -> None:
        """Puts an entry in its place; no error when it is there."""
        ...

    def discard(self, index: str, entry: Entry) -> None:
        """Removes an entry; no error when there is none."""
        ...

    def entries(
        self,
        index: str,
        limit: int,
        *,
        after: Entry | None = None,
        before: Entry | None = None,
        descending: bool = False,
        skip: int = 0,
    ) -> list[Entry]:
        """Up to `limit` of the entries between `after` and `before`, both left out, lowest or `descending` highest first.

        Those that are to be skipped cost nothing, as their places are known.
        """
        ...

    def holds(self, index: str, entry: Entry) -> bool:
        """Whether the entry is in the index."""
        ...

    def count(self, index: str, *, after: Entry | None = None, before: Entry | None = None) -> int:
        """How many entries there are between `after` and `before`, both left out."""
        ...

    def size(self, index: str) -> int:
        """How many entries the index has."""
        ...

    def undo(self) -> None:
        """Undoes everything so far; what comes after it counts."""
        ...


class Store(Protocol):
    """Everything mutable of a MockVod but its journal."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction: committed when its block ends, undone when an exception leaves it."""
        ...

    def hit(self, bucket: str, window: int) -> int:
        """Counts one more event in `bucket` during `window`, atomically, and returns how many there are now.

        Only the newest window of a bucket is kept.
        """
        ...

    def clear(self) -> None:
        """Forgets everything."""
        ...

    def snapshot(self) -> Saved:
        """Everything as it is between two transactions. What happens later does not change it."""
        ...

    def restore(self, saved: Saved) -> None:
        """Forgets everything and holds what was saved instead, which stays as it is."""
        ...

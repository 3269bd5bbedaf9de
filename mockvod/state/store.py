"""What every store promises.

A store holds tables, whose rows are values under keys, and indexes, whose entries are names in the order of moments.
`get` returns a copy: to change a row, put a new one. A transaction happens as a whole or not at all: an exception that
leaves its block undoes it. Transactions of one store do not overlap, so what a transaction has read stays true until it
ends. With more rows stored, no operation but `items` gets slower by more than a search in a sorted list does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from mockvod.state.tables import Row, Table

#: One entry of an index: a moment (UNIX seconds, or any other number to sort by) and a name. Entries with the same moment
#: are sorted by name.
Entry = tuple[float, str]

#: Higher than every name that mockvod puts into an index: ``before=(moment, LAST)`` includes all entries of that moment.
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a store held at one moment. Copies share the rows, because bytes never change."""

    tables: Mapping[str, Mapping[str, bytes]] = field(repr=False)
    indexes: Mapping[str, Sequence[Entry]] = field(repr=False)
    #: Bucket -> its newest window, and how many events were counted in it.
    counts: Mapping[str, tuple[int, int]] = field(repr=False)


class Transaction(Protocol):
    """Reads and writes that take effect together."""

    def get(self, table: Table[Row], key: str) -> Row | None:
        """Returns a copy of the row, or None.

        Raises:
            StoredRecordError: Another version of mockvod has written the row.
        """
        ...

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        """Adds or replaces a row."""
        ...

    def delete(self, table: Table[Row], key: str) -> None:
        """Removes a row; no error when there is none."""
        ...

    def items(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        """Yields the keys and rows as they are now, in any order. Reads the whole table."""
        ...

    def add(self, index: str, entry: Entry) -> None:
        """Adds an entry that the index must not hold yet: no store looks for it, because that costs more than to add it."""
        ...

    def discard(self, index: str, entry: Entry) -> None:
        """Removes an entry; no error when the index does not hold it."""
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
        """Whether the index holds the entry."""
        ...

    def count(self, index: str, *, after: Entry | None = None, before: Entry | None = None) -> int:
        """How many entries there are between `after` and `before`, both left out."""
        ...

    def size(self, index: str) -> int:
        """Returns the number of entries."""
        ...

    def undo(self) -> None:
        """Undoes everything that the transaction has written so far. It may write again afterwards."""
        ...


class Store(Protocol):
    """The state of a MockVod, apart from its journal, accounts and faults."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begins a transaction, which is committed when its block ends and undone when an exception leaves it."""
        ...

    def hit(self, bucket: str, window: int) -> int:
        """Counts an event in a window of a bucket, atomically, and returns the new count.

        Only the newest window of a bucket is kept.
        """
        ...

    def clear(self) -> None:
        """Removes everything."""
        ...

    def snapshot(self) -> Saved:
        """Returns everything as it is between two transactions. Later changes do not affect it."""
        ...

    def restore(self, saved: Saved) -> None:
        """Replaces everything with what was saved. Later changes do not affect `saved`, so that it can be restored again."""
        ...

"""The store in the memory of a process, which is lost when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from types import TracebackType
from typing import Final, cast, final

from sortedcontainers import SortedList

from mockvod.state.store import LAST, Entry, Saved, Transaction
from mockvod.state.tables import Row, Table

_ABSENT: Final = object()
_NO_ROWS: Final[dict[str, bytes]] = {}
_TOP: Final[Entry] = (float("inf"), LAST)


class _Index:
    """Entries in order, with a bound that tells without a search that none is as old as a moment.

    After removals the bound may be lower than the entries.
    """

    __slots__ = ("entries", "lowest", "size")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: SortedList[Entry] = SortedList(entries)
        self.size = len(self.entries)
        self.lowest = self.entries[0] if self.size else _TOP

    def holds(self, entry: Entry) -> bool:
        return self.lowest <= entry and entry in self.entries

    def add(self, entry: Entry) -> None:
        self.entries.add(entry)
        self.size += 1
        self.lowest = min(self.lowest, entry)

    def remove(self, entry: Entry) -> None:
        self.entries.remove(entry)
        self.size -= 1

    def first(self) -> Entry:
        """The lowest entry; the index must not be empty."""
        self.lowest = lowest = self.entries[0]
        return lowest


class MemoryStore:
    """Dictionaries and sorted lists under one lock. The cost of a transaction, undone or not, depends on what it touches.

    Rows are kept as bytes, which take a third of the memory of objects and no time of the garbage collector.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, dict[str, bytes]] = {}
        self._indexes: dict[str, _Index] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    def transaction(self) -> AbstractContextManager[Transaction]:
        return _MemoryTransaction(self._lock, self._tables, self._indexes)

    def hit(self, bucket: str, window: int) -> int:
        with self._lock:
            last, count = self._counts.get(bucket, (window, 0))
            count = count + 1 if last == window else 1
            self._counts[bucket] = (window, count)
            return count

    def clear(self) -> None:
        with self._lock:
            self._tables.clear()
            self._indexes.clear()
            self._counts.clear()

    def snapshot(self) -> Saved:
        with self._lock:
            return Saved(
                {name: dict(rows) for name, rows in self._tables.items()},
                {name: tuple(index.entries) for name, index in self._indexes.items()},
                dict(self._counts),
            )

    def restore(self, saved: Saved) -> None:
        tables = {name: dict(rows) for name, rows in saved.tables.items()}
        indexes = {name: _Index(entries) for name, entries in saved.indexes.items()}
        with self._lock:
            for held, former in ((self._tables, tables), (self._indexes, indexes), (self._counts, saved.counts)):
                held.clear()
                held.update(former)  # type: ignore[arg-type]  # each is paired with what it held


@final
class _MemoryTransaction:
    """Writes at once, and keeps what was there before, newest last, to undo it."""

    __slots__ = ("_indexes", "_lock", "_tables", "_undo")

    def __init__(self, lock: threading.Lock, tables: dict[str, dict[str, bytes]], indexes: dict[str, _Index]) -> None:
        self._lock = lock
        self._tables = tables
        self._indexes = indexes
        #: A dictionary, a key and its former value; or an index, an entry and whether the index held it.
        self._undo: list[tuple[dict[str, bytes] | _Index, str | Entry, object]] = []

    def __enter__(self) -> _MemoryTransaction:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                self._roll_back()
        finally:
            self._lock.release()

    def get(self, table: Table[Row], key: str) -> Row | None:
        found = self._tables.get(table.name, _NO_ROWS).get(key)
        return None if found is None else table.load(found)

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        data = table.dump(row)
        rows = self._tables.get(table.name)
        if rows is None:
            rows = self._tables[table.name] = {}
        self._undo.append((rows, key, rows.get(key, _ABSENT)))
        rows[key] = data

    def delete(self, table: Table[Row], key: str) -> None:
        rows = self._tables.get(table.name, _NO_ROWS)
        if key in rows:
            self._undo.append((rows, key, rows.pop(key)))

    def items(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        return iter([(key, table.load(data)) for key, data in self._tables.get(table.name, _NO_ROWS).items()])

    def add(self, index: str, entry: Entry) -> None:
        found = self._indexes.get(index)
        if found is None:
            found = self._indexes[index] = _Index()
        found.add(entry)
        self._undo.append((found, entry, False))

    def discard(self, index: str, entry: Entry) -> None:
        found = self._indexes.get(index)
        if found is not None and found.holds(entry):
            found.remove(entry)
            self._undo.append((found, entry, True))

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
        found = self._indexes.get(index)
        if found is None or not found.size:
            return []
        if before is not None and (found.lowest >= before or found.first() >= before):
            return []
        if not skip:
            return list(islice(found.entries.irange(after, before, (False, False), descending), limit))
        low, high = _range(found.entries, after, before)
        if descending:
            high -= skip
            return list(reversed(found.entries[max(low, high - limit) : max(low, high)]))
        return list(found.entries[low + skip : min(high, low + skip + limit)])

    def count(self, index: str, *, after: Entry | None = None, before: Entry | None = None) -> int:
        found = self._indexes.get(index)
        if found is None:
            return 0
        low, high = _range(found.entries, after, before)
        return max(0, high - low)

    def holds(self, index: str, entry: Entry) -> bool:
        found = self._indexes.get(index)
        return found is not None and found.holds(entry)

    def size(self, index: str) -> int:
        found = self._indexes.get(index)
        return 0 if found is None else found.size

    def undo(self) -> None:
        self._roll_back()
        self._undo.clear()

    def _roll_back(self) -> None:
        for held, key, before in reversed(self._undo):
            if isinstance(held, _Index):
                entry = cast(Entry, key)
                held.add(entry) if before else held.remove(entry)
            elif before is _ABSENT:
                del held[cast(str, key)]
            else:
                held[cast(str, key)] = cast(bytes, before)


def _range(entries: SortedList[Entry], after: Entry | None, before: Entry | None) -> tuple[int, int]:
    """The places of the entries between `after` and `before`: the first, and the one behind the last."""
    low = 0 if after is None else entries.bisect_right(after)
    return low, len(entries) if before is None else entries.bisect_left(before)

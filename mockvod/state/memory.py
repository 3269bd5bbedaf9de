"""The store that lives as long as its process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice
from types import TracebackType
from typing import Final, cast, final

from sortedcontainers import SortedList

from mockvod.state.store import Entry, Saved, Transaction
from mockvod.state.tables import Row, Table

_ABSENT: Final = object()
_EMPTY: Final[dict[str, bytes]] = {}
_NONE: Final[SortedList[Entry]] = SortedList()


class MemoryStore:
    """Dictionaries and sorted lists under one lock. A transaction costs as much as it touches, also when it is undone.

    Rows are kept as bytes: that is a third of the memory of the objects, and nothing for the garbage collector to walk.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, dict[str, bytes]] = {}
        self._indexes: dict[str, SortedList[Entry]] = {}
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
                {name: tuple(entries) for name, entries in self._indexes.items()},
                dict(self._counts),
            )

    def restore(self, saved: Saved) -> None:
        tables = {name: dict(rows) for name, rows in saved.tables.items()}
        indexes = {name: SortedList(entries) for name, entries in saved.indexes.items()}
        with self._lock:
            for held, former in ((self._tables, tables), (self._indexes, indexes), (self._counts, saved.counts)):
                held.clear()
                held.update(former)  # type: ignore[arg-type]  # each is paired with what it held


@final
class _MemoryTransaction:
    """Writes at once and notes what was there before, newest last."""

    __slots__ = ("_indexes", "_lock", "_tables", "_undo")

    def __init__(
        self, lock: threading.Lock, tables: dict[str, dict[str, bytes]], indexes: dict[str, SortedList[Entry]]
    ) -> None:
        self._lock = lock
        self._tables = tables
        self._indexes = indexes
        #: A dictionary, a key and what stood there; or a sorted list, an entry and whether it was there.
        self._undo: list[tuple[dict[str, bytes] | SortedList[Entry], str | Entry, object]] = []

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
        found = self._tables.get(table.name, _EMPTY).get(key)
        return None if found is None else table.load(found)

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        data = table.dump(row)
        rows = self._tables.get(table.name)
        if rows is None:
            rows = self._tables[table.name] = {}
        self._undo.append((rows, key, rows.get(key, _ABSENT)))
        rows[key] = data

    def delete(self, table: Table[Row], key: str) -> None:
        rows = self._tables.get(table.name, _EMPTY)
        if key in rows:
            self._undo.append((rows, key, rows.pop(key)))

    def items(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        return iter([(key, table.load(data)) for key, data in self._tables.get(table.name, _EMPTY).items()])

    def add(self, index: str, entry: Entry) -> None:
        entries = self._indexes.get(index)
        if entries is None:
            entries = self._indexes[index] = SortedList()
        # Time goes forward, so that most entries go to the end.
        if not entries or entry > entries[-1] or entry not in entries:
            entries.add(entry)
            self._undo.append((entries, entry, False))

    def discard(self, index: str, entry: Entry) -> None:
        entries = self._indexes.get(index, _NONE)
        if entry in entries:
            entries.remove(entry)
            self._undo.append((entries, entry, True))

    def entries(
        self,
        index: str,
        limit: int,
        *,
        after: Entry | None = None,
        before: Entry | None = None,
        descending: bool = False,
    ) -> list[Entry]:
        found = self._indexes.get(index)
        # Asked with every call, and mostly in vain: is there anything so old?
        if not found or (before is not None and found[0] >= before):
            return []
        return list(islice(found.irange(after, before, (False, False), descending), limit))

    def holds(self, index: str, entry: Entry) -> bool:
        return entry in self._indexes.get(index, _NONE)

    def size(self, index: str) -> int:
        return len(self._indexes.get(index, _NONE))

    def undo(self) -> None:
        self._roll_back()
        self._undo.clear()

    def _roll_back(self) -> None:
        for held, key, before in reversed(self._undo):
            if isinstance(held, SortedList):
                entry = cast(Entry, key)
                held.add(entry) if before else held.remove(entry)
            elif before is _ABSENT:
                del held[cast(str, key)]
            else:
                held[cast(str, key)] = cast(bytes, before)

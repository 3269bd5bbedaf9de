"""The store that lives as long as its process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from heapq import nsmallest
from types import TracebackType
from typing import Final, final

from mockvod.state.store import Saved, Transaction, Value
from mockvod.state.values import dump, load

_ABSENT: Final = object()


class MemoryStore:
    """Dictionaries under one lock. A transaction costs as much as the keys it touches, also when it is undone.

    Values are kept as JSON: that is a third of the memory of the objects, and nothing for the garbage collector to walk.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, dict[str, bytes]] = {}
        self._counts: dict[str, tuple[int, int]] = {}

    def transaction(self) -> AbstractContextManager[Transaction]:
        return _MemoryTransaction(self._lock, self._tables)

    def hit(self, bucket: str, window: int) -> int:
        with self._lock:
            last, count = self._counts.get(bucket, (window, 0))
            count = count + 1 if last == window else 1
            self._counts[bucket] = (window, count)
            return count

    def clear(self) -> None:
        with self._lock:
            self._tables.clear()
            self._counts.clear()

    def snapshot(self) -> Saved:
        with self._lock:
            return Saved({name: dict(rows) for name, rows in self._tables.items()}, dict(self._counts))

    def restore(self, saved: Saved) -> None:
        with self._lock:
            self._tables.clear()
            self._tables.update((name, dict(rows)) for name, rows in saved.tables.items())
            self._counts.clear()
            self._counts.update(saved.counts)


@final
class _MemoryTransaction:
    """Writes at once and notes what was there before, newest last."""

    __slots__ = ("_lock", "_tables", "_undo")

    def __init__(self, lock: threading.Lock, tables: dict[str, dict[str, bytes]]) -> None:
        self._lock = lock
        self._tables = tables
        self._undo: list[tuple[str, str, object]] = []

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

    def get(self, table: str, key: str) -> Value | None:
        found = self._tables.get(table, {}).get(key)
        return None if found is None else load(found)

    def put(self, table: str, key: str, value: Value) -> None:
        rows = self._tables.setdefault(table, {})
        data = dump(value)
        self._undo.append((table, key, rows.get(key, _ABSENT)))
        rows[key] = data

    def delete(self, table: str, key: str) -> None:
        rows = self._tables.get(table, {})
        if key in rows:
            self._undo.append((table, key, rows.pop(key)))

    def items(self, table: str) -> Iterator[tuple[str, Value]]:
        return iter([(key, load(data)) for key, data in self._tables.get(table, {}).items()])

    def first(self, table: str, until: str, limit: int) -> list[tuple[str, Value]]:
        rows = self._tables.get(table, {})
        return [(key, load(rows[key])) for key in nsmallest(limit, (key for key in rows if key <= until))]

    def _roll_back(self) -> None:
        for table, key, before in reversed(self._undo):
            rows = self._tables[table]
            if before is _ABSENT:
                del rows[key]
            else:
                rows[key] = before  # type: ignore[assignment]  # what put or delete noted: bytes

"""What a store promises, whichever it is.

Values are JSON objects. What `get` gives is a copy: a caller that wants to change a value puts a new one.
A transaction is all or nothing: an exception that leaves its block undoes it. Transactions of one store
do not overlap, so what a transaction has read stays true until it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything that a store held at one moment. Holds the rows themselves, which are bytes: a copy costs no copying."""

    tables: Mapping[str, Mapping[str, bytes]] = field(repr=False)
    #: Bucket -> its newest window, and how many events that has had.
    counts: Mapping[str, tuple[int, int]] = field(repr=False)


class Transaction(Protocol):
    """Reads and writes that take effect together."""

    def get(self, table: str, key: str) -> Value | None:
        """A copy of the value, or None."""

    def put(self, table: str, key: str, value: Value) -> None:
        """Adds or replaces a value."""

    def delete(self, table: str, key: str) -> None:
        """Removes a value; no error when there is none."""

    def items(self, table: str) -> Iterator[tuple[str, Value]]:
        """Keys and values as they are now, in no promised order."""

    def first(self, table: str, until: str, limit: int) -> list[tuple[str, Value]]:
        """The `limit` lowest keys that are at most `until`, with their values, lowest first."""


class Store(Protocol):
    """Everything mutable of a MockVod but its journal."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction: committed when its block ends, undone when an exception leaves it."""

    def hit(self, bucket: str, window: int) -> int:
        """Counts one more event in `bucket` during `window`, atomically, and returns how many there are now.

        Only the newest window of a bucket is kept.
        """

    def clear(self) -> None:
        """Forgets everything."""

    def snapshot(self) -> Saved:
        """Everything as it is between two transactions. What happens later does not change it."""

    def restore(self, saved: Saved) -> None:
        """Forgets everything and holds what was saved instead, which stays as it is."""

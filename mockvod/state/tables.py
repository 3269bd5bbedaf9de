"""Tables: a name, the type of its rows, and how a row becomes bytes and back.

Every store keeps bytes, so that nobody can change in place what is stored. Rows are JSON. A row of a `msgspec.Struct`
that is tagged with a version is read by that version only: one that another version of mockvod has written is reported
and not guessed at.
"""

from __future__ import annotations

import json
from typing import Any, Generic, TypeVar, final

import msgspec

from mockvod.errors import StoredRecordError

Value = dict[str, Any]
Row = TypeVar("Row")

_encode = msgspec.json.Encoder().encode


@final
class Table(Generic[Row]):
    """The rows of one name, all of one type. Tables of one name are one table."""

    __slots__ = ("_decode", "_type", "name")

    def __init__(self, name: str, row: type[Row]) -> None:
        self.name: str = name
        self._type = row
        self._decode = msgspec.json.Decoder(row).decode

    def __repr__(self) -> str:
        return f"<table {self.name}>"

    def within(self, owner: str) -> Table[Row]:
        """The table of the same name that belongs to one owner, such as an account."""
        table = type(self).__new__(type(self))
        table.name, table._type, table._decode = f"{owner}/{self.name}", self._type, self._decode
        return table

    def dump(self, row: Row) -> bytes:
        """Writes a row as bytes. Raises TypeError or ValueError for what JSON cannot hold."""
        try:
            return _encode(row)
        except (UnicodeEncodeError, OverflowError):
            # Lone surrogates and integers beyond 64 bits come in by JSON, too; only the standard library writes them.
            return json.dumps(msgspec.to_builtins(row), allow_nan=False).encode()

    def load(self, data: bytes) -> Row:
        """Reads a row anew. Raises StoredRecordError for one that another version of mockvod has written."""
        try:
            return self._decode(data)
        except msgspec.ValidationError as error:
            raise self._unreadable(error) from None
        except msgspec.DecodeError:
            pass
        try:
            return msgspec.convert(json.loads(data), self._type)
        except (msgspec.ValidationError, ValueError) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> StoredRecordError:
        return StoredRecordError(
            f"the table {self.name} holds a record that this version of mockvod cannot read ({error}); "
            "it was written by another version: use that one, or start with an empty store"
        )


def json_table(name: str) -> Table[Value]:
    """A table of plain JSON objects."""
    return Table(name, Value)

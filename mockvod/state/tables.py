"""Tables: a name, the type of the rows, and the conversion of rows to bytes and back.

Every store keeps bytes, so that nothing stored can be changed in place. The bytes are JSON. The tag of a row's struct is
the version of its layout: a row with another tag was written by another version of mockvod, and is an error.
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
    """A table, whose rows are all of one type. Two objects with the same name are the same table."""

    __slots__ = ("_decode", "_type", "name")

    def __init__(self, name: str, row: type[Row]) -> None:
        self.name: str = name
        self._type = row
        self._decode = msgspec.json.Decoder(row).decode

    def __repr__(self) -> str:
        return f"<table {self.name}>"

    def within(self, owner: str) -> Table[Row]:
        """Returns the table of the same kind that belongs to one owner, such as an account."""
        table = type(self).__new__(type(self))
        table.name, table._type, table._decode = f"{owner}/{self.name}", self._type, self._decode
        return table

    def dump(self, row: Row) -> bytes:
        """Converts a row to bytes.

        Raises:
            TypeError: The row has a value of a type that JSON does not have.
            ValueError: The row has a number that JSON does not have.
        """
        try:
            return _encode(row)
        except (UnicodeEncodeError, OverflowError):
            # A request may contain lone surrogates and integers beyond 64 bits; only the standard library writes them.
            return json.dumps(msgspec.to_builtins(row), allow_nan=False).encode()

    def load(self, data: bytes) -> Row:
        """Converts bytes to a new row.

        Raises:
            StoredRecordError: Another version of mockvod has written the row.
        """
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
    """Makes a table whose rows are JSON objects without a type of their own."""
    return Table(name, Value)

"""Reads the JSON documents of contracts/, from a checkout or from the installed package."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mockvod.validators.errors import MockvodError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class ContractFileError(MockvodError):
    """A contract file does not fit its schema, or names what does not exist; the message names the file and the place."""


def read(*parts: str) -> dict[str, Any]:
    """The document at a path below contracts/, such as `read("actions", "ApplyUpload.json")`."""
    place = _root()
    for part in parts:
        place = place / part
    document: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return document


def names(*parts: str) -> Iterator[str]:
    """The names of the JSON documents in a folder below contracts/, without `.json`."""
    place = _root()
    for part in parts:
        place = place / part
    return (each.name.removesuffix(".json") for each in place.iterdir() if each.name.endswith(".json"))


def _root() -> "Traversable":
    # Imported here because it is slow, and a program may never read a contract.
    from importlib.resources import files

    return files("mockvod.contracts")

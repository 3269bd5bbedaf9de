"""The JSON documents of contracts/, wherever they are installed."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mockvod.validators.errors import MockvodError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class ContractFileError(MockvodError):
    """A contract file breaks its form or names what does not exist; the message names file and place."""


def read(*parts: str) -> dict[str, Any]:
    """The document at that path below contracts/."""
    place = _root()
    for part in parts:
        place = place / part
    document: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return document


def names(*parts: str) -> Iterator[str]:
    """The names of the JSON documents in that folder below contracts/, without their ending."""
    place = _root()
    for part in parts:
        place = place / part
    return (each.name.removesuffix(".json") for each in place.iterdir() if each.name.endswith(".json"))


def _root() -> "Traversable":
    # Here, because it is slow to import and a program may never come to read a contract.
    from importlib.resources import files

    return files("mockvod.contracts")

"""Defaults of `mockvod serve` from a file: ``mockvod.toml``, or the section ``[tool.mockvod]`` of ``pyproject.toml``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from mockvod.cli.exits import Refusal, nearest
from mockvod.cli.files import read_bytes
from mockvod.narrowing import is_array, is_object

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN_FILE = "mockvod.toml"
SHARED_FILE = "pyproject.toml"


class Defaults(NamedTuple):
    """What a file says."""

    #: The file, and the section where it is not the whole file; for messages.
    place: str
    values: Mapping[str, Any]


def find(folder: Path) -> Defaults | None:
    """The defaults of the nearest file, from a folder upwards; None where no folder has one.

    Raises:
        Refusal: A file cannot be read, or is not TOML.
    """
    for each in (folder, *folder.parents):
        if (each / OWN_FILE).is_file():
            return Defaults(str(each / OWN_FILE), _read(each / OWN_FILE))
        if (each / SHARED_FILE).is_file():
            tool = _read(each / SHARED_FILE).get("tool")
            if is_object(tool) and "mockvod" in tool:
                place = f"{each / SHARED_FILE}, [tool.mockvod]"
                if not is_object(tool["mockvod"]):
                    raise Refusal(f"{place} is not a table")
                return Defaults(place, tool["mockvod"])
    return None


def as_given(defaults: Defaults, options: Mapping[str, click.Option]) -> dict[str, Any]:
    """The default map for click: each value as the command line would have it, so that both are read alike.

    Args:
        defaults: What the file says.
        options: The options of the command by their names, without the dashes in front.

    Returns:
        Parameter -> a text, or texts for an option that can be repeated.

    Raises:
        Refusal: A key names no option, or a value has a form that the option does not take.
    """
    made: dict[str, Any] = {}
    for key, value in defaults.values.items():
        option = options.get(key.replace("_", "-"))
        if option is None:
            raise Refusal(f"{defaults.place}: no option is called {key!r}; the nearest is {nearest(key, options)!r}")
        place = f"{key!r} in {defaults.place}"
        assert option.name is not None
        if option.name in made:
            raise Refusal(f"{place} is the same as another key there, but for - and _")
        if option.multiple:
            made[option.name] = tuple(_texts(value, place))
        else:
            made[option.name] = _text(value, place)
    return made


def _read(place: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_bytes(place).decode())
    except RecursionError:
        raise Refusal(f"{place} is nested too deep to be read") from None
    except ValueError as error:
        raise Refusal(f"{place} is not TOML: {error}") from None


def _texts(value: Any, place: str) -> Iterator[str]:
    """Of an option that can be repeated: a list, or a table of names and values (``--set``)."""
    if is_object(value):
        for name, each in value.items():
            yield f"{name}={_json(each, place)}"
    elif is_array(value):
        for each in value:
            yield _text(each, place)
    else:
        raise Refusal(f"{place} is not a list")


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise Refusal(f"{place} is not a text, a number, true or false")


def _json(value: Any, place: str) -> str:
    try:
        return json.dumps(value)
    except TypeError:
        raise Refusal(f"{place} holds a date, which no setting is") from None

"""The types of requests are those of the contracts."""

from __future__ import annotations

from typing import Any, get_args, get_origin, get_type_hints

import pytest

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.compile import Structure
from mockvod.validators.strategies.requests import typed

PYTHON = {"string": str, "int64": int, "uint64": int, "float": float, "bool": bool, "datetime_iso": str}
ALL = {name: each for name, each in vars(typed).items() if hasattr(each, "__total__")}


def structure(name: str) -> Structure:
    action = name.removesuffix("Request")
    return catalog().require(action).request if action in catalog().actions else catalog().type(name)


def plain(hint: Any) -> tuple[str, bool]:
    """The name of a type, and whether it is a list of it."""
    listed = get_origin(hint) is list
    return (get_args(hint)[0] if listed else hint).__name__, listed


@pytest.mark.parametrize("name", ALL)
def test_members_are_the_published_ones(name: str) -> None:
    members = structure(name).members

    assert {each: plain(hint) for each, hint in get_type_hints(ALL[name]).items()} == {
        each.name: (PYTHON[each.type].__name__ if each.primitive else each.type, each.list) for each in members
    }


@pytest.mark.parametrize("name", ALL)
def test_all_are_optional(name: str) -> None:
    assert ALL[name].__required_keys__ == frozenset()


def test_the_five_actions_have_types() -> None:
    assert sum(name.endswith("Request") for name in ALL) == 5

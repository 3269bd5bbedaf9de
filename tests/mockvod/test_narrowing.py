"""The type guards: what each of them lets through, which is what its callers go on with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from types import MappingProxyType

import pytest

from mockvod import narrowing

#: Guard -> which of VALUES it lets through.
PASSED: dict[Callable[[object], bool], set[str]] = {
    narrowing.is_object: {"dict", "subclass of dict"},
    narrowing.is_array: {"list"},
    narrowing.is_mapping: {"dict", "subclass of dict", "read-only mapping"},
    narrowing.is_list_like: {"list", "tuple", "range"},
    narrowing.is_collection: {"list", "tuple", "set", "frozenset"},
    narrowing.is_iterable: {
        "dict",
        "subclass of dict",
        "read-only mapping",
        "list",
        "tuple",
        "range",
        "set",
        "frozenset",
        "text",
        "bytes",
        "iterator",
    },
}
VALUES: dict[str, object] = {
    "dict": {},
    "subclass of dict": OrderedDict[str, int](),
    "read-only mapping": MappingProxyType({"a": 1}),
    "list": [],
    "tuple": (),
    "range": range(2),
    "set": {1},
    "frozenset": frozenset({1}),
    "text": "ab",
    "bytes": b"ab",
    "iterator": iter([1]),
    "number": 1,
    "None": None,
}


@pytest.mark.parametrize("guard", PASSED, ids=lambda each: each.__name__)
def test_guard_lets_through(guard: Callable[[object], bool]) -> None:
    assert {name for name, value in VALUES.items() if guard(value)} == PASSED[guard]

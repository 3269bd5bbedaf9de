"""Tests of JSON values: which containers count as objects and arrays."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pytest

from mockvod.validators.json_values import is_array, is_dict, is_list, is_object

VALUES: dict[str, object] = {
    "dict": {},
    "mapping": MappingProxyType({}),
    "list": [],
    "tuple": (),
    "text": "",
    "null": None,
}


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        pytest.param(is_object, ["dict", "mapping"], id="object"),
        pytest.param(is_dict, ["dict"], id="dict"),
        pytest.param(is_array, ["list", "tuple"], id="array"),
        pytest.param(is_list, ["list"], id="list"),
    ],
)
def test_what_counts_as(test: Callable[[object], bool], expected: list[str]) -> None:
    assert [name for name, value in VALUES.items() if test(value)] == expected

"""Type guards for values whose type only a check at run time tells, such as parsed JSON.

After `isinstance(value, dict)`, type checkers know a dict of unknown members; after these, one of members of any type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeGuard


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether `value` is a dict, as JSON objects are parsed into."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether `value` is a list, as JSON arrays are parsed into."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether `value` is a mapping of any class."""
    return isinstance(value, Mapping)


def is_list_like(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether `value` is a sequence of any class, texts and bytes excepted."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def is_collection(value: Any) -> TypeGuard[Collection[Any]]:
    """Whether `value` is a list, a tuple or a set, frozen or not."""
    return isinstance(value, list | tuple | set | frozenset)


def is_iterable(value: Any) -> TypeGuard[Iterable[Any]]:
    """Whether `value` can be iterated over."""
    return isinstance(value, Iterable)

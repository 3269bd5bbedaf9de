"""Reads the fields of a query string or form, and nests them by their dotted names."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from mockvod.errors import ApiError
from mockvod.narrowing import is_object

#: More levels than the parameters of any action have. The limit keeps hostile names from exhausting the stack.
MAX_DEPTH = 32


def read_fields(text: str) -> dict[str, str]:
    """Decodes fields such as ``a=1&b=2``.

    Raises:
        ApiError: A part has no ``=``, or a name is empty or repeated.
    """
    found: dict[str, str] = {}
    for part in text.split("&"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        if not equals:
            raise ApiError("query_separator", explanation=f"the part {part[:80]!r} has no =")
        if "%" in part or "+" in part:
            name, value = unquote_plus(name), unquote_plus(value)
        if not name:
            raise ApiError("empty_key", explanation=f"the part {part[:80]!r} has no name before the =")
        if name in found:
            raise ApiError("parameter_repeated", name=name)
        found[name] = value
    return found


def unflatten(fields: dict[str, str]) -> dict[str, Any]:
    """Nests ``{"Filters.0.Name": "x"}`` to ``{"Filters": [{"Name": "x"}]}``; all values stay text.

    Raises:
        ApiError: The indices of an array do not run from 0 without a gap, or a name has both a value and members.
    """
    root: dict[str, Any] = {}
    for name, value in fields.items():
        if "." not in name and name and name not in root:
            root[name] = value
            continue
        steps = name.split(".")
        if "" in steps or len(steps) > MAX_DEPTH:
            raise ApiError("parameter_format", name=name)
        node = root
        for step in steps[:-1]:
            branch: Any = node.setdefault(step, {})
            if not is_object(branch):
                raise ApiError("parameter_format", name=name)
            node = branch
        if steps[-1] in node:
            raise ApiError("parameter_format", name=name)
        node[steps[-1]] = value
    return {name: _arrays(name, value) for name, value in root.items()}


def _arrays(path: str, node: Any) -> Any:
    """Converts every mapping whose names are indices to a list."""
    if not is_object(node):
        return node
    children = {name: _arrays(f"{path}.{name}", value) for name, value in node.items()}
    if not any(_is_index(name) for name in children):
        return children
    ordered = [children.get(str(index)) for index in range(len(children))]
    # A gap, a first index other than 0, a name among indices and a spelling such as 01 all leave a place empty.
    if None in ordered:
        raise ApiError("parameter_array", name=path)
    return ordered


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit()

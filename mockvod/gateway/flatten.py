"""Fields of a query string or form, and the nested parameters that their dotted names stand for."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from mockvod.errors import ApiError
from mockvod.narrowing import is_object

#: Deeper names than any parameter of any action has; a bound keeps hostile names from exhausting the stack.
MAX_DEPTH = 32


def read_fields(text: str) -> dict[str, str]:
    """Decodes ``a=1&b=2`` into fields. Raises ApiError for a part without ``=``, an empty name or a repeated one."""
    found: dict[str, str] = {}
    for part in text.split("&"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        if not equals:
            raise ApiError("query_separator", explanation=f"the part {part[:80]!r} has no =")
        name = unquote_plus(name)
        if not name:
            raise ApiError("empty_key", explanation=f"the part {part[:80]!r} has no name before the =")
        if name in found:
            raise ApiError("parameter_repeated", name=name)
        found[name] = unquote_plus(value)
    return found


def unflatten(fields: dict[str, str]) -> dict[str, Any]:
    """Nests ``{"Filters.0.Name": "x"}`` into ``{"Filters": [{"Name": "x"}]}``; leaves stay text.

    Raises ApiError when array indices do not run from 0 without a gap, or when a name is both a leaf and a branch.
    """
    root: dict[str, Any] = {}
    for name, value in fields.items():
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
    """`node` with every mapping whose names are indices turned into a list."""
    if not is_object(node):
        return node
    children = {name: _arrays(f"{path}.{name}", value) for name, value in node.items()}
    if not any(_is_index(name) for name in children):
        return children
    ordered = [children.get(str(index)) for index in range(len(children))]
    # A gap, a start other than 0, a name among indices or a spelling such as 01 all leave a hole.
    if None in ordered:
        raise ApiError("parameter_array", name=path)
    return ordered


def _is_index(name: str) -> bool:
    return name.isascii() and name.isdigit()

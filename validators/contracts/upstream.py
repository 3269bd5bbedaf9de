"""Reduces the machine-readable description of the API, from the vendor's CLI package, to its structure.

Kept are the names of actions, structures and members, the types, and the flags that say whether a member is a list, is
required, may be null, is always answered or is disabled. Every sentence and every sample value is left out. A key or a
type that this module does not know is refused, so that a person decides what it means before it is lost.

These functions turn a document into another or into text; `mockvod contracts sync` reads and writes the files.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mockvod.validators.errors import MockvodError

PACKAGE = "tccli-intl-en"
#: Version of the API -> where its description is inside that package.
API_FILES: Mapping[str, str] = {"2018-07-17": "tccli/services/vod/v20180717/api.json"}

#: The primitive types of the description. VOD uses none of those after datetime_iso; other products of the vendor do
#: (tccli-intl-en 3.1.193.1).
PRIMITIVES = frozenset({"string", "int64", "uint64", "float", "bool", "datetime_iso", "date", "datetime"})

#: The values of `type` of a member in the description; only "list" and "object" add to what `member` says.
_KINDS = frozenset({"string", "int", "float", "bool", "object", "list"})

_COMMENT = "Written by `mockvod contracts sync`; change nothing by hand."
_ACTION_KEYS = frozenset({"document", "input", "name", "output", "status"})
_STRUCTURE_KEYS = frozenset({"document", "members", "type", "usage"})
_MEMBER_KEYS = frozenset(
    {"disabled", "document", "example", "member", "name", "output_required", "required", "type", "value_allowed_null"}
)
#: Flags in the description and in our document, in the order in which they are written; only set flags are.
_FLAGS = (
    ("required", "required"),
    ("value_allowed_null", "nullable"),
    ("output_required", "output_required"),
    ("disabled", "disabled"),
)


class UpstreamError(MockvodError, ValueError):
    """The description has a form that this module does not know; the message names the place."""


def convert(api: Mapping[str, Any], *, package_version: str, package: str = PACKAGE) -> dict[str, Any]:
    """Reduces a parsed api.json to its structure.

    Args:
        api: The description, as the package has it.
        package_version: The version of the package, for the record.
        package: The name of the package, for the record.

    Returns:
        `{"$comment", "version", "source": {"package", "package_version"}, "actions": {name: {"request", "response"}},
        "types": {structure: {member: {"type", flags…}}}}`. Actions and structures are sorted, members keep their
        published order, and structures that no action uses are left out.

    Raises:
        UpstreamError: A key or a type is unknown, or a structure or a key is missing.
    """
    try:
        version = api["metadata"]["apiVersion"]
        objects = api["objects"]
        actions = {name: _action(name, body) for name, body in sorted(api["actions"].items())}
        types = {name: _structure(name, objects) for name in _reachable(actions.values(), objects)}
    except (KeyError, TypeError, AttributeError) as error:
        raise UpstreamError(f"not an API description: {type(error).__name__} {error}") from error
    source = {"package": package, "package_version": package_version}
    return {"$comment": _COMMENT, "version": version, "source": source, "actions": actions, "types": types}


def dump(document: Mapping[str, Any]) -> str:
    """The text of a converted document, with a line for each action and each member, so that a diff names what changed."""
    lines = ["{"]
    for key in ("$comment", "version", "source"):
        lines.append(f" {json.dumps(key)}: {json.dumps(document[key])},")
    lines.append(' "actions": {')
    lines += _entries(document["actions"], indent=2)
    lines += [" },", ' "types": {']
    last = len(document["types"])
    for number, (name, members) in enumerate(document["types"].items(), 1):
        comma = "," if number < last else ""
        if members:
            lines += [f"  {json.dumps(name)}: {{", *_entries(members, indent=3), f"  }}{comma}"]
        else:
            lines.append(f"  {json.dumps(name)}: {{}}{comma}")
    return "\n".join([*lines, " }", "}", ""])


def _entries(items: Mapping[str, Any], *, indent: int) -> list[str]:
    lines = [f"{' ' * indent}{json.dumps(key)}: {json.dumps(value)}," for key, value in items.items()]
    return [*lines[:-1], lines[-1].removesuffix(",")] if lines else []


def _action(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_unknown(body, _ACTION_KEYS, name)
    entry = {"request": body["input"], "response": body["output"]}
    # All 241 actions are online. Another status would concern users, so it would be kept.
    return entry if body["status"] == "online" else {**entry, "status": body["status"]}


def _structure(name: str, objects: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    body = objects[name]
    _refuse_unknown(body, _STRUCTURE_KEYS, name)
    members: dict[str, dict[str, Any]] = {}
    for each in body["members"]:
        place = f"{name}.{each['name']}"
        if each["name"] in members:
            raise UpstreamError(f"{place}: listed twice")
        members[each["name"]] = _member(each, place, objects)
    return members


def _member(body: Mapping[str, Any], place: str, objects: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_unknown(body, _MEMBER_KEYS, place)
    kind = body["member"]
    if kind not in PRIMITIVES and kind not in objects:
        raise UpstreamError(f"{place}: unknown type {kind!r}")
    if body["type"] not in _KINDS:
        raise UpstreamError(f"{place}: unknown kind {body['type']!r}")
    entry: dict[str, Any] = {"type": kind}
    if body["type"] == "list":
        entry["list"] = True
    return entry | {ours: True for theirs, ours in _FLAGS if body.get(theirs)}


def _reachable(actions: Iterable[Mapping[str, str]], objects: Mapping[str, Any]) -> list[str]:
    seen: set[str] = set()
    waiting = [name for action in actions for name in (action["request"], action["response"])]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        if name not in objects:
            raise UpstreamError(f"structure {name!r} is used and not described")
        seen.add(name)
        waiting += [each["member"] for each in objects[name]["members"] if each["member"] in objects]
    return sorted(seen)


def _refuse_unknown(body: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise UpstreamError(f"{place}: unknown key {', '.join(map(repr, unknown))}; decide what it means first")

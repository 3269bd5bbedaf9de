"""Compares two versions of the published structure, action by action."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: The flags of a member that are compared.
_FLAGS = ("required", "nullable", "output_required", "disabled")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference between two versions of the published structure."""

    action: str
    #: The member, such as `request.FileInfos[].Mood`; empty for the action as a whole.
    path: str
    kind: Literal["added", "removed", "retyped"]
    #: Type and flags in either version, such as "list of string, required"; empty where the member is absent.
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        difference = " -> ".join(filter(None, (self.before, self.after)))
        return " ".join(filter(None, (self.kind, self.action, self.path, f"({difference})" if difference else "")))


def compare(kept: Mapping[str, Any], published: Mapping[str, Any]) -> tuple[Change, ...]:
    """The changes from one version to another, sorted by action and path.

    A change of a nested type is listed for every action that uses the type, because a user of an action asks for what
    concerns that action. A change of a flag counts too: a member that becomes required breaks clients as a new type does.

    Args:
        kept: The version to compare with, as `upstream.convert` gives it.
        published: The newer version, in the same form.
    """
    return tuple(sorted(_changes(kept, published)))


def _changes(kept: Mapping[str, Any], published: Mapping[str, Any]) -> Iterator[Change]:
    before, after = kept["actions"], published["actions"]
    for action in before.keys() | after.keys():
        if action not in after:
            yield Change(action, "", "removed")
        elif action not in before:
            yield Change(action, "", "added")
        else:
            for side in ("request", "response"):
                old = _members(kept["types"], before[action][side], side)
                new = _members(published["types"], after[action][side], side)
                yield from _member_changes(action, dict(old), dict(new))


def _member_changes(action: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for path in old.keys() | new.keys():
        if path not in new:
            yield Change(action, path, "removed", before=old[path])
        elif path not in old:
            yield Change(action, path, "added", after=new[path])
        elif old[path] != new[path]:
            yield Change(action, path, "retyped", old[path], new[path])


def _members(types: Mapping[str, Any], structure: str, path: str) -> Iterator[tuple[str, str]]:
    """The path and the description of every member below a structure. No published structure contains itself."""
    for name, facts in types[structure].items():
        place = f"{path}.{name}"
        yield place, _description(facts)
        if facts["type"] in types:
            yield from _members(types, facts["type"], f"{place}[]" if facts.get("list") else place)


def _description(facts: Mapping[str, Any]) -> str:
    kind = f"list of {facts['type']}" if facts.get("list") else facts["type"]
    return ", ".join([kind, *(flag.replace("_", " ") for flag in _FLAGS if facts.get(flag))])

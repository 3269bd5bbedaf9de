"""A request as the smallest valid one and a list of edits, each of which sets members that belong together.

A request is valid after every edit, and no edit needs another. So an edit can be drawn by choosing from a table, and
Hypothesis can remove any of them when it shrinks.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.contracts.compile import Member, Structure
from mockvod.validators.contracts.rules import ITEM, Rule, written
from mockvod.validators.json_values import is_array, is_object
from mockvod.validators.strategies.requests.values import FreeText, Value, values

#: The path of a member in a request; `ITEM` stands for the last item of a list.
Place = tuple[str, ...]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


#: As a value in an edit: the member is removed.
ABSENT: Any = _Absent()
#: The most items of a list for which no limit is known.
_USUAL_ITEMS = 2
#: The members of a file that say where it is. An absent Type follows from the one that is given (ambiguity A-VT-TYPE of
#: the contracts).
_SOURCES = ("FileId", "Url", "Base64")


@dataclass(frozen=True, slots=True)
class Edit:
    """Members that are set together, with their values."""

    sets: tuple[tuple[Place, Any], ...]
    #: Whether one of them is at a limit afterwards.
    limit: bool = False
    #: If not 0, the value of `sets[0]` is appended to the list there, unless it has this many items already.
    append: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """One combination of members that meets an action's conditions; written by hand, or made of a row of models.json."""

    #: The members of every request of this form that no edit changes.
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: The members that every request of this form has, with their simplest values.
    base: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: Path -> the values that the member may have; none at all for a member that is left out.
    values: Mapping[str, Sequence[Value]] = field(default_factory=dict[str, Sequence[Value]])
    #: Further edits, each as top-level member -> value; `ABSENT` removes a member.
    together: Sequence[Mapping[str, Any]] = ()
    #: Further edits after which a member is at a limit.
    at_limit: Sequence[Mapping[str, Any]] = ()
    #: Path of a list -> the most items that it may have.
    most: Mapping[str, int] = field(default_factory=dict[str, int])
    #: Path of an object -> the members that it has from the start.
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])


def smallest_request(contract: Contract, form: Form) -> dict[str, Any]:
    """The smallest request of a form."""
    made = _Compiler(contract, form).object(contract.request, ())
    return {**made, **copied(form.base), **copied(form.fixed)}


def edits(contract: Contract, form: Form) -> tuple[Edit, ...]:
    """All edits of a form: members in their published order, simple values first."""
    compiler = _Compiler(contract, form)
    together = [(each, False) for each in form.together] + [(each, True) for each in form.at_limit]
    return (
        *compiler.edits(contract.request, ()),
        *(Edit(tuple(((name,), value) for name, value in each.items()), limit) for each, limit in together),
    )


def apply(edit: Edit, params: dict[str, Any], make: "Maker", text: Callable[[int], str]) -> None:
    """Makes an edit in place. Objects and items that the path needs are created.

    Args:
        edit: The edit.
        params: The request that is changed.
        make: Makes the smallest valid object at a path.
        text: Gives a text of at most that many characters, for `FreeText`.
    """
    for path, value in edit.sets:
        place: Any = params
        for depth, part in enumerate(path[:-1]):
            after = path[depth + 1]
            if part == ITEM:
                if not place:
                    place.append(make(path[: depth + 1]))
                place = place[-1]
            elif part in place:
                place = place[part]
            else:
                made: Any = [] if after == ITEM else make(path[: depth + 1])
                place[part] = made
                place = made
        last = path[-1]
        if value is ABSENT:
            place.pop(last, None)
        elif edit.append:
            items = place.setdefault(last, [])
            if len(items) < edit.append:
                items.append(copied(value))
        else:
            made_value = text(value.most) if isinstance(value, FreeText) else copied(value)
            if last == ITEM:
                place[-1:] = [made_value]
            else:
                place[last] = made_value


#: Makes the smallest valid object at a path.
Maker = Callable[[Place], dict[str, Any]]


def maker(contract: Contract, form: Form) -> Maker:
    """The function that makes the objects of a form, a new one each time."""
    compiler = _Compiler(contract, form)

    @functools.cache
    def once(path: Place) -> dict[str, Any]:
        structure = contract.request
        for part in path:
            if part != ITEM:
                structure = contract.types(structure.by_name[part].type)
        return compiler.object(structure, path)

    return lambda path: copied(once(path))


def copied(value: Any) -> Any:
    """A deep copy of a JSON value."""
    if is_object(value):
        return {name: copied(each) for name, each in value.items()}
    if is_array(value) and not isinstance(value, FreeText):
        return [copied(each) for each in value]
    return value


class _Compiler:
    """Walks the structure of an action to make the smallest request and the edits of a form."""

    def __init__(self, contract: Contract, form: Form) -> None:
        self.types = contract.types
        self.form = form
        self.rules: dict[Place, dict[str, Rule]] = {}
        for rule in contract.rules:
            self.rules.setdefault(rule.path, {})[rule.keyword] = rule

    # --- the smallest request ------------------------------------------------------------------------------------

    def object(self, structure: Structure, path: Place) -> dict[str, Any]:
        own = self.form.items.get(written(path))
        if own is not None:
            copy: dict[str, Any] = copied(own)
            return copy
        made = {
            each.name: self.smallest(each, (*path, each.name))
            for each in structure.members
            if each.required or "required" in self.rules.get((*path, each.name), ())
        }
        if path and _is_file(structure):
            if "Type" in made:
                made["Type"] = "File"
            made["FileId"] = values(structure.by_name["FileId"], {})[0].value
        return made

    def smallest(self, member: Member, path: Place) -> Any:
        if member.list:
            one = Member(member.name, member.type)
            rules = self.rules.get(path, {})
            count = rules["minItems"].value if "minItems" in rules else 0
            return [self.smallest(one, (*path, ITEM)) for _ in range(count)]
        if not member.primitive:
            return self.object(self.types(member.type), path)
        found = (self.values(member, path) or values(member, self.rules.get(path, {})))[0].value
        return "a" if isinstance(found, FreeText) else found

    def values(self, member: Member, path: Place) -> Sequence[Value]:
        own = self.form.values.get(written(path))
        return values(member, self.rules.get(path, {})) if own is None else own

    # --- the edits -----------------------------------------------------------------------------------------------

    def edits(self, structure: Structure, path: Place) -> Iterator[Edit]:
        files = _is_file(structure) and path
        if files:
            yield from self.sources(structure, path)
        for member in structure.members:
            inside = (*path, member.name)
            if len(inside) == 1 and member.name in self.form.fixed:
                continue
            if not (files and member.name in ("Type", *_SOURCES)):
                yield from self.of_member(member, inside)

    def sources(self, structure: Structure, path: Place) -> Iterator[Edit]:
        """Edits that say where a file is: by its Type and the member of that name, or by that member alone."""
        names = [name for name in _SOURCES if name in structure.by_name]
        for name in names:
            for value in values(structure.by_name[name], {}):
                kind = "File" if name == "FileId" else name
                for said in (kind,) if structure.by_name["Type"].required else (ABSENT, kind):
                    sets = {"Type": said, **dict.fromkeys(names, ABSENT), name: value.value}
                    yield Edit(tuple(((*path, each), what) for each, what in sets.items()), value.limit)

    def of_member(self, member: Member, path: Place) -> Iterator[Edit]:
        if written(path) in self.form.values:
            yield from (Edit(((path, value),), limit) for value, limit in self.form.values[written(path)])
        elif member.list:
            yield from self.of_list(member, path)
        elif member.primitive:
            yield from (Edit(((path, value),), limit) for value, limit in self.values(member, path))
        else:
            structure = self.types(member.type)
            yield Edit(((path, self.object(structure, path)),))
            yield from self.edits(structure, path)

    def of_list(self, member: Member, path: Place) -> Iterator[Edit]:
        rules, where = self.rules.get(path, {}), written(path)
        fewest: int = rules["minItems"].value if "minItems" in rules else 0
        most: int | None = self.form.most.get(where, rules["maxItems"].value if "maxItems" in rules else None)
        limits = {each for each in (fewest, most) if each}
        item = (*path, ITEM)
        one = Member(member.name, member.type)
        if member.primitive:
            drawn = [each for each in self.values(one, item) if not isinstance(each.value, FreeText)]
            for count in sorted({max(fewest, 1), min(_USUAL_ITEMS, most or _USUAL_ITEMS), *limits}):
                for first in range(len(drawn)):
                    cycle = [drawn[(first + number) % len(drawn)] for number in range(count)]
                    at_limit = count in limits or any(each.limit for each in cycle)
                    yield Edit(((path, [each.value for each in cycle]),), at_limit)
                    if count > _USUAL_ITEMS:
                        break
            return
        made = self.object(self.types(member.type), item)
        yield Edit(((path, [made] * max(fewest, 1)),), max(fewest, 1) in limits)
        if (most or _USUAL_ITEMS) > max(fewest, 1):
            yield Edit(((path, made),), append=most or _USUAL_ITEMS)
            if most:
                yield Edit(((path, [made] * most),), True)
        yield from self.edits(self.types(member.type), item)


def _is_file(structure: Structure) -> bool:
    return {"Type", "FileId", "Url"} <= structure.by_name.keys()

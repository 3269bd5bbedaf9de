"""Compiles published structures to plain JSON Schema 2020-12, and to a probe for what JSON Schema cannot express.

checks.py adds the rules for single members and the conditions between them.

In a schema of a request
- an object is closed: an unknown member is refused (UnknownParameter; observed, NewFuture/DDNS#575 2025-11);
- `required` is the published flag, and null is never valid, because request.py removes null members first;
- int64 and uint64 have their range. A negative uint64 is refused (observed in the published examples of iai and bda);
  that the other ends are refused is inferred from it.

In a schema of an answer
- an object is closed too, but null is valid wherever the member may be absent: live answers send null for every block
  that does not apply, whatever the published flag says (observed 2026-08);
- members at the top of the answer are required where they are published as always answered and not as nullable.
  Below the top they are required only in the audit form, which feeds warnings: 25 of the 319 examples in tccli-intl-en
  3.1.193.1, and the Usage of recorded answers, lack some of them.

There is no `anyOf` in them, so each violation has one path and one keyword, and a table can explain it.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockvod.validators.json_values import is_array, is_dict

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Members that are printed in the table of every action, but that the gateway reads and no action ever gets.
COMMON_PARAMETERS = frozenset({"Action", "Version", "Region"})

#: Published type -> its schema. Dates are plain text, because nothing shows that the gateway checks their form.
PRIMITIVES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "int64": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    "uint64": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
    # A double of IEEE 754, which is what the typed SDKs read it into.
    "float": {"type": "number", "minimum": -sys.float_info.max, "maximum": sys.float_info.max},
    "bool": {"type": "boolean"},
    "datetime_iso": {"type": "string"},
    "date": {"type": "string"},
    "datetime": {"type": "string"},
}
INTEGERS = frozenset({"int64", "uint64"})

#: A path inside a request or an answer: names of members and positions in lists, from the top.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a structure, with its published type and flags."""

    name: str
    #: A key of `PRIMITIVES`, or the name of a structure.
    type: str
    list: bool = False
    required: bool = False
    nullable: bool = False
    #: Published as always answered, which is not reliable (see above).
    output_required: bool = False
    #: Not shown in the documentation; answers may still have it.
    disabled: bool = False

    @property
    def primitive(self) -> bool:
        """Whether the type, of the items where it is a list, is a primitive one."""
        return self.type in PRIMITIVES


@dataclass(frozen=True, slots=True)
class Structure:
    """A published structure: its name, and its members in their published order."""

    name: str
    members: tuple[Member, ...]
    by_name: Mapping[str, Member] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.members})


#: Gives the structure of a name.
Lookup = Callable[[str], Structure]
#: Where a schema of an answer requires the flagged members: at the top of the answer, or everywhere (see above).
Depth = Literal["top", "audit"]


def request_schema(structure: Structure, types: Lookup, *, optional: Collection[str] = ()) -> dict[str, Any]:
    """A self-contained schema of the parameters of an action, without the common ones.

    Args:
        structure: The structure of the request.
        types: Finds a nested structure.
        optional: Members at the top that are not required, whatever their flag says.
    """

    def shape(each: Structure, top: bool) -> dict[str, Any]:
        free = optional if top else ()
        return {
            "type": "object",
            "properties": {member.name: _value(member, nullable=False) for member in each.members},
            "required": [member.name for member in each.members if member.required and member.name not in free],
            "additionalProperties": False,
        }

    return _document(structure, types, shape)


def response_schema(structure: Structure, types: Lookup, depth: Depth = "top") -> dict[str, Any]:
    """A self-contained schema of what stands inside `Response`; RequestId, which the gateway adds, may be absent.

    Args:
        structure: The structure of the answer.
        types: Finds a nested structure.
        depth: Where members that are published as always answered are required.
    """

    def shape(each: Structure, top: bool) -> dict[str, Any]:
        audit = depth == "audit"
        required = {m.name for m in each.members if m.output_required and (audit or (top and not m.nullable))}
        return {
            # Where an item of a list refers to this schema, the type is narrowed to "object" beside the reference.
            "type": "object" if top else ["object", "null"],
            "properties": {
                member.name: _value(member, nullable=audit or member.name not in required) for member in each.members
            },
            "required": [member.name for member in each.members if member.name in required],
            "additionalProperties": False,
        }

    document = _document(structure, types, shape)
    if "RequestId" in structure.by_name:
        document["properties"]["RequestId"] = {"type": "string", "minLength": 1}
    return document


def _document(
    structure: Structure, types: Lookup, shape: Callable[[Structure, bool], dict[str, Any]]
) -> dict[str, Any]:
    document = {"$schema": DIALECT, "title": structure.name, **shape(structure, True)}
    nested = {each.name: shape(each, False) for each in sorted(reached(structure, types), key=lambda s: s.name)}
    return {**document, "$defs": nested} if nested else document


def _value(member: Member, *, nullable: bool) -> dict[str, Any]:
    if member.list:
        kind: dict[str, Any] = {"type": ["array", "null"] if nullable else "array"}
        return {**kind, "items": _value(Member(member.name, member.type), nullable=False)}
    if not member.primitive:
        reference = {"$ref": f"#/$defs/{member.type}"}
        return reference if nullable else {"type": "object", **reference}
    primitive = dict(PRIMITIVES[member.type])
    return {**primitive, "type": [primitive["type"], "null"]} if nullable else primitive


def reached(structure: Structure, types: Lookup) -> Iterator[Structure]:
    """Every structure that the members of this one lead to, each once."""
    seen: set[str] = set()
    waiting = [structure]
    while waiting:
        for member in waiting.pop().members:
            if not member.primitive and member.type not in seen:
                seen.add(member.type)
                waiting.append(types(member.type))
                yield waiting[-1]


def locate(structure: Structure, types: Lookup, path: Path) -> Member | None:
    """The member that a path leads to, or None when there is none; positions in lists are skipped."""
    member: Member | None = None
    for part in path:
        if isinstance(part, int):
            continue
        if member is not None:
            if member.primitive:
                return None
            structure = types(member.type)
        member = structure.by_name.get(part)
        if member is None:
            return None
    return member


@dataclass(frozen=True, slots=True)
class Probe:
    """Where a structure has integers, to find floats among them.

    JSON Schema counts 1.0 as an integer, and so do both of its implementations. The gateway is assumed to refuse it, as
    the typed SDKs do in answers. A probe looks only where an integer may stand.
    """

    #: The members of integer type, lists of integers included.
    integers: frozenset[str]
    #: The members that are structures, or lists of them, with an integer somewhere below.
    below: Mapping[str, "Probe"]

    def finds_float(self, value: Mapping[str, Any]) -> bool:
        """Whether a member of integer type holds a float; the value must fit the structure otherwise."""
        for name, each in value.items():
            if isinstance(each, str):  # as most members are
                continue
            probe = self.below.get(name)
            if probe is None:
                found = name in self.integers and (
                    isinstance(each, float) or (is_array(each) and float in map(type, each))
                )
            elif is_dict(each):
                found = probe.finds_float(each)
            else:
                found = any(map(probe.finds_float, each or ()))
            if found:
                return True
        return False


def probe(structure: Structure, types: Lookup) -> Probe | None:
    """The probe of a structure; None where neither it nor a structure below has an integer.

    It would not end for a structure that contains itself; no published one does.
    """
    integers = frozenset(each.name for each in structure.members if each.type in INTEGERS)
    inner = {each.name: probe(types(each.type), types) for each in structure.members if not each.primitive}
    below = {name: found for name, found in inner.items() if found}
    return Probe(integers, below) if integers or below else None

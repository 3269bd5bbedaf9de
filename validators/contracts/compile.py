"""From structures to plain JSON Schema 2020-12, and a probe for the one thing JSON Schema cannot say.

Rules for single members and conditions between them are added in checks.py.

Rules of a compiled request schema
- an object is closed: an unknown member is refused (UnknownParameter; observed, gateway.md 4.2);
- `required` is the published flag; JSON null is never valid, because request.py takes null members away first;
- int64 and uint64 carry their range; a negative uint64 is refused (observed); the upper ends are inferred.

Rules of a compiled response schema
- members are closed too, but null is allowed wherever the answer may do without the member: live answers send null
  for every block that does not apply, whatever the nullable flag says (observed 2026-08);
- at the top of the answer the members flagged as always answered, and not as nullable, are required. Elsewhere they
  are required only in the audit form, which feeds warnings: 25 of 319 published answers and the recorded Usage blocks
  lack some of them.

No `anyOf` here, so that each violation has one path and one keyword, and explaining is a table.
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Printed in every action's table and in no structure's own right: the gateway takes them before a service sees them.
COMMON_PARAMETERS = frozenset({"Action", "Version", "Region"})

#: Type name -> schema. Dates are text: their form is not checked before the service (no evidence that the gateway does).
PRIMITIVES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "int64": {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
    "uint64": {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
    # An IEEE double, which is what the typed SDKs hold it in.
    "float": {"type": "number", "minimum": -sys.float_info.max, "maximum": sys.float_info.max},
    "bool": {"type": "boolean"},
    "datetime_iso": {"type": "string"},
    "date": {"type": "string"},
    "datetime": {"type": "string"},
}
INTEGERS = frozenset({"int64", "uint64"})

#: A path inside a request or an answer: member names and list positions, in order.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a structure, as published."""

    name: str
    #: A primitive of `PRIMITIVES`, or the name of a structure.
    type: str
    list: bool = False
    required: bool = False
    nullable: bool = False
    #: Always in the answer, by the publisher's word; not reliable (see above).
    output_required: bool = False
    #: Hidden from the documentation; may still appear in answers.
    disabled: bool = False

    @property
    def primitive(self) -> bool:
        return self.type in PRIMITIVES


@dataclass(frozen=True, slots=True)
class Structure:
    """A named set of members, in the order in which they are published."""

    name: str
    members: tuple[Member, ...]
    by_name: Mapping[str, Member] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name: each for each in self.members})


#: Finds a structure by its name.
Lookup = Callable[[str], Structure]
#: What a response schema requires: flagged members at the top of the answer, or everywhere (see above).
Depth = Literal["top", "audit"]


def request_schema(structure: Structure, types: Lookup, *, optional: Collection[str] = ()) -> dict[str, Any]:
    """A self-contained schema of the parameters of an action, common parameters left out.

    `optional` names members at the top that are not required, whatever their flag says.
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
    """A self-contained schema of what stands inside `Response`; RequestId, which the gateway adds, may be absent."""

    def shape(each: Structure, top: bool) -> dict[str, Any]:
        audit = depth == "audit"
        required = {m.name for m in each.members if m.output_required and (audit or (top and not m.nullable))}
        return {
            # A list's items are narrowed to "object" where they are referred to.
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
    """Every structure below this one, once."""
    seen: set[str] = set()
    waiting = [structure]
    while waiting:
        for member in waiting.pop().members:
            if not member.primitive and member.type not in seen:
                seen.add(member.type)
                waiting.append(types(member.type))
                yield waiting[-1]


def locate(structure: Structure, types: Lookup, path: Path) -> Member | None:
    """The member that a path leads to (list positions are passed over), or None when it leaves the structure."""
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
    """Where a structure holds integers.

    JSON Schema takes 1.0 for an integer, and so do both engines. The service's typed gateway is assumed to refuse it,
    as the typed SDKs do in answers; a probe looks only at the places where an integer may stand.
    """

    integers: tuple[str, ...]
    lists: tuple[str, ...]
    objects: tuple[tuple[str, "Probe"], ...]
    object_lists: tuple[tuple[str, "Probe"], ...]

    def finds_float(self, value: Mapping[str, Any]) -> bool:
        """Whether an integer member holds a float. Expects a value of the right shape otherwise."""
        for name in self.integers:
            if type(value.get(name)) is float:
                return True
        for name in self.lists:
            if float in map(type, value.get(name) or ()):
                return True
        for name, probe in self.objects:
            if (child := value.get(name)) and probe.finds_float(child):
                return True
        for name, probe in self.object_lists:
            for child in value.get(name) or ():
                if probe.finds_float(child):
                    return True
        return False


def probe(structure: Structure, types: Lookup) -> Probe | None:
    """The probe of a structure, None where nothing below it is an integer. The published types do not recurse."""
    integers = [each for each in structure.members if each.type in INTEGERS]
    below = [(each, probe(types(each.type), types)) for each in structure.members if not each.primitive]
    found = Probe(
        integers=tuple(each.name for each in integers if not each.list),
        lists=tuple(each.name for each in integers if each.list),
        objects=tuple((each.name, inner) for each, inner in below if inner and not each.list),
        object_lists=tuple((each.name, inner) for each, inner in below if inner and each.list),
    )
    return found if found != Probe((), (), (), ()) else None

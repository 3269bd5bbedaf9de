"""Turns the table of models (contracts/models.json) into conditions: names, versions, and what each of them allows.

Each limit becomes a condition with an id of its own (MODEL-VIDEO-GV-DURATION), so that a finding, its message and its
evidence belong to one row of the table. A limit concerns only calls of its models, and holds where its member is absent.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockvod.validators.contracts.compile import Lookup, Structure
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.relations import PIXELS
from mockvod.validators.contracts.rules import ITEM, Place, any_case, evidence, find, parsed, usual_code

FILE = "contracts/models.json"

#: Limit -> the members that it concerns; a finding names the first.
LIMITS: Mapping[str, tuple[str, ...]] = {
    "duration": ("OutputConfig.Duration",),
    "resolution": ("OutputConfig.Resolution",),
    "aspect_ratio": ("OutputConfig.AspectRatio",),
    "audio": ("OutputConfig.AudioGeneration",),
    "frame_interpolate": ("OutputConfig.FrameInterpolate",),
    "output_image_count": ("OutputConfig.OutputImageCount",),
    "scene_types": ("SceneType",),
    "reference_images": ("FileInfos",),
    "reference_type": ("FileInfos[].ReferenceType",),
    "file_text": ("FileInfos[].Text",),
    "subject_infos": ("SubjectInfos",),
    "subject_images": ("SubjectInfos[].ImageUrls",),
    "subject_videos": ("SubjectInfos[].VideoUrls",),
    "last_frame": ("LastFrameFileId", "LastFrameUrl"),
    # The size of the picture stands in JSON inside JSON; a relation reads it.
    "ext_size": ("ExtInfo",),
}
_MODEL_KEYS = frozenset({"names", "versions", "lenient", "evidence", "notes", *LIMITS})
_NAME_KEYS = frozenset({"severity", "note", "evidence"})
_VERSION_KEYS = frozenset({"listed", "severity", "note", "evidence"})
_VALUE_KEYS = frozenset(
    {"enum", "ignore_case", "integer", "max_items", "maximum", "min_items", "minimum", "required", "supported"}
)
_LIMIT_KEYS = _VALUE_KEYS | PIXELS | {"code", "default", "evidence", "id", "lenient", "note", "severity", "versions"}
#: Evidence of a row that names none: the row is our union of the dated official lists, whose differences are the
#: conflicts X-VID-MODELS and X-IMG-MODELS of the contracts.
_UNION = "documented, union of the dated model lists"


def read_models(
    family: str, document: Mapping[str, Any], contract: Mapping[str, Any], structure: Structure, types: Lookup
) -> tuple[Condition, ...]:
    """The conditions that the table of models adds to an action.

    Args:
        family: "video" or "image", as the contract file of the action says.
        document: The table of models.
        contract: The contract file of the action.
        structure: The structure of the action's request.
        types: Finds a nested structure.

    Raises:
        ContractFileError: The table has an unknown key, no such family, or a limit on a member that the action lacks.
    """
    if family not in document:
        raise ContractFileError(f"{FILE}: {family}: no such family")
    table = _Table(family, document[family], usual_code(contract), structure, types)
    return tuple(table.conditions())


@dataclass(frozen=True, slots=True)
class _Table:
    family: str
    models: Mapping[str, Mapping[str, Any]]
    code: str
    structure: Structure
    types: Lookup

    def conditions(self) -> Iterator[Condition]:
        yield from self.names()
        for model, body in self.models.items():
            _refuse_unknown(body, _MODEL_KEYS, f"{self.family}/{model}")
            yield from self.versions(model, body)
            for limit in LIMITS:
                for number, entry in enumerate(body.get(limit, ()), 1):
                    yield self.limit(model, body, limit, number, entry)

    def names(self) -> Iterator[Condition]:
        spellings = {name: facts for model, body in self.models.items() for name, facts in _names(model, body).items()}
        yield Condition(
            id=f"MODEL-{self.family.upper()}-NAME",
            member="ModelName",
            schema={"properties": {"ModelName": {"enum": list(spellings)}}},
            code=self.code,
            message=f"ModelName: {{value}} is no {self.family} model; there are {', '.join(spellings)}",
            evidence=_UNION,
            short=", ".join(spellings),
            breaks={"ModelName": "NoSuchModel"},
        )
        for name, facts in spellings.items():
            _refuse_unknown(facts, _NAME_KEYS, f"{self.family}/names/{name}")
            if facts.get("severity") == "warning":
                yield self.warned_spelling("ModelName", name, facts, (), {"ModelName": name})

    def versions(self, model: str, body: Mapping[str, Any]) -> Iterator[Condition]:
        versions: Mapping[str, Mapping[str, Any]] = body.get("versions", {})
        names = tuple(_names(model, body))
        if versions:
            yield Condition(
                id=_condition_id("MODEL", self.family, model, "VERSION"),
                member="ModelVersion",
                schema={"properties": {"ModelVersion": {"enum": list(versions)}}},
                code=self.code,
                message=f"ModelVersion: {{value}} is no version of {model}; there are {', '.join(versions)}",
                evidence=evidence(body["evidence"]) if "evidence" in body else _UNION,
                lenient=body.get("lenient", "warning"),
                models=names,
                short=f"{model}: {', '.join(versions)}",
                breaks={"ModelName": names[0], "ModelVersion": "no-such-version"},
            )
        for version, facts in versions.items():
            _refuse_unknown(facts, _VERSION_KEYS, f"{self.family}/{model}/versions/{version}")
            if facts.get("severity") == "warning":
                breaks = {"ModelName": names[0], "ModelVersion": version}
                yield self.warned_spelling("ModelVersion", version, facts, names, breaks, model)

    def warned_spelling(
        self,
        member: str,
        value: str,
        facts: Mapping[str, Any],
        models: tuple[str, ...],
        breaks: Mapping[str, Any],
        model: str = "",
    ) -> Condition:
        """The condition for a name or a version that is accepted with a warning."""
        kind = member.removeprefix("Model").upper()
        return Condition(
            id=_condition_id("MODEL", self.family, *([model] if model else []), kind, value),
            member=member,
            schema={"properties": {member: {"not": {"const": value}}}},
            code=self.code,
            message=f"{member}: {{value}} is accepted; {facts.get('note', 'newer texts do not list it')}",
            evidence=evidence(facts["evidence"]) if "evidence" in facts else _UNION,
            severity="warning",
            models=models,
            short=f"{value}: {facts.get('note', 'newer texts do not list it')}",
            breaks=breaks,
        )

    def limit(
        self, model: str, body: Mapping[str, Any], limit: str, number: int, entry: Mapping[str, Any]
    ) -> Condition:
        where = f"{self.family}/{model}/{limit}/{number - 1}"
        _refuse_unknown(entry, _LIMIT_KEYS, where)
        wanted, others = (PIXELS, _VALUE_KEYS) if limit == "ext_size" else (_VALUE_KEYS, PIXELS)
        if entry.keys() & others or not entry.keys() & wanted:
            raise ContractFileError(f"{FILE}: {where}: limits nothing, or not in the way of {limit}")
        unknown = set(entry.get("versions", ())) - body.get("versions", {}).keys()
        if unknown:
            raise ContractFileError(f"{FILE}: {where}/versions: {model} has no {', '.join(sorted(unknown))}")
        places = {name: find(name, self.structure, self.types, f"{FILE}: {where}") for name in LIMITS[limit]}
        member = LIMITS[limit][0]
        versions = tuple(entry.get("versions", ()))
        pixels = {key: entry[key] for key in sorted(PIXELS & entry.keys())}
        inner = {} if pixels else _all_of([_schema_at(parsed(name), entry) for name in places])
        names = tuple(_names(model, body))
        which = f"{model} {', '.join(versions)}".strip()
        return Condition(
            id=_condition_id("MODEL", self.family, model, limit, *([str(number)] if number > 1 else [])),
            member=member,
            schema=_when_version(versions, inner) if inner else {},
            code=entry.get("code", self.code),
            message=f"{member}: {_value_or_items(entry)} fit {which}, which takes {_allowed(entry)}",
            evidence=evidence(entry["evidence"]) if "evidence" in entry else _UNION,
            severity=entry.get("severity", "error"),
            lenient=entry.get("lenient", "warning"),
            models=names,
            versions=versions,
            relation={"kind": "pixels", **pixels} if pixels else None,
            short=f"{which}: {_allowed(entry)}",
            breaks={
                "ModelName": names[0],
                "ModelVersion": next(iter(versions or body.get("versions", {"1.0": {}}))),
                **_params_with(parsed(member), _breaking_value(entry, places[member])),
            },
        )


def _names(model: str, body: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    names: Mapping[str, Mapping[str, Any]] = body.get("names") or {model: {}}
    return names


def _schema_at(path: tuple[str, ...], entry: Mapping[str, Any]) -> dict[str, Any]:
    """A schema over all parameters that puts the limit on the member at a path."""
    schema: Any = False if entry.get("supported") is False else _value_schema(entry)
    for part in reversed(path):
        schema = {"items": schema} if part == ITEM else {"properties": {part: schema}}
    return dict(schema)


def _value_schema(entry: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for key, keyword in (("minimum",) * 2, ("maximum",) * 2, ("min_items", "minItems"), ("max_items", "maxItems")):
        if key in entry:
            schema[keyword] = entry[key]
    if "enum" in entry:
        schema |= {"pattern": any_case(entry["enum"])} if entry.get("ignore_case") else {"enum": list(entry["enum"])}
    if entry.get("integer"):
        schema["multipleOf"] = 1
    if "required" in entry:
        schema["items"] = {"required": list(entry["required"])}
    return schema


def _when_version(versions: Sequence[str], schema: Mapping[str, Any]) -> dict[str, Any]:
    if not versions:
        return dict(schema)
    asked = {"properties": {"ModelVersion": {"enum": list(versions)}}, "required": ["ModelVersion"]}
    return {"if": asked, "then": dict(schema)}


def _all_of(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = schemas[0]
    return dict(first) if len(schemas) == 1 else {"allOf": [dict(each) for each in schemas]}


def _value_or_items(entry: Mapping[str, Any]) -> str:
    return "{count} items do not" if entry.keys() & {"max_items", "min_items"} else "{value} does not"


def _allowed(entry: Mapping[str, Any]) -> str:
    """What a limit allows, in words for a message."""
    if entry.get("supported") is False:
        return "none"
    parts: list[str] = []
    if "enum" in entry:
        parts.append(", ".join(map(str, entry["enum"])))
    if "minimum" in entry or "maximum" in entry:
        parts.append(_range(entry.get("minimum"), entry.get("maximum")))
    if entry.get("integer"):
        parts.append("whole numbers")
    if "min_items" in entry or "max_items" in entry:
        parts.append(f"{_range(entry.get('min_items'), entry.get('max_items'))} items")
    if "required" in entry:
        parts.append(f"{' and '.join(entry['required'])} in each item")
    if "min_pixels" in entry or "max_pixels" in entry:
        parts.append(f"a size of {_range(entry.get('min_pixels'), entry.get('max_pixels'))} pixels")
    if "divisor" in entry:
        parts.append(f"a product of sides divisible by {entry['divisor']}")
    if "min_side" in entry or "max_side" in entry:
        parts.append(f"sides of {_range(entry.get('min_side'), entry.get('max_side'))} pixels")
    return "; ".join(parts)


def _range(least: Any, most: Any) -> str:
    if least is None:
        return f"at most {most}"
    return f"at least {least}" if most is None else f"{least} to {most}"


# --- parameters that violate a limit, for tests and strategies -----------------------------------------------------

#: List -> an item that every model accepts.
_VALID_ITEMS: Mapping[str, Any] = {
    "FileInfos": {"FileId": "3704211000509819"},
    "SubjectInfos": {"Id": "1", "Name": "a"},
}


def _breaking_value(entry: Mapping[str, Any], place: Place) -> Any:
    item = _VALID_ITEMS.get(place.member.name, "https://example.com/a")
    if entry.get("supported") is False:
        return [item] if place.is_list else 1 if place.kind in ("integer", "number") else "Enabled"
    if entry.keys() & PIXELS:
        return json.dumps({"AdditionalParameters": json.dumps({"size": _breaking_size(entry)})})
    if "required" in entry:
        return [{key: value for key, value in item.items() if key not in entry["required"]}]
    if "max_items" in entry:
        return [item] * (entry["max_items"] + 1)
    if "min_items" in entry:
        return [item] * (entry["min_items"] - 1)
    if "maximum" in entry:
        return entry["maximum"] + 1
    if "minimum" in entry:
        return entry["minimum"] - 1
    if "enum" in entry:
        return "none" if isinstance(entry["enum"][0], str) else max(entry["enum"]) + 1
    return 1.5  # for a limit that is only "integer"


def _breaking_size(entry: Mapping[str, Any]) -> str:
    most = max(entry.get("max_pixels", 0), entry.get("max_side", 0))
    return f"{most + 1}x1" if most else "1x1"


def _params_with(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Parameters with a value at a path; items of lists on the way are valid otherwise."""
    for part, before in reversed(tuple(zip(path, ("", *path), strict=False))):
        value = [{**_VALID_ITEMS[before], **value}] if part == ITEM else {part: value}
    return dict(value)


def _condition_id(*parts: str) -> str:
    return re.sub("[^A-Z0-9]+", "-", "-".join(parts).upper())


def _refuse_unknown(body: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(body.keys() - known)
    if unknown:
        raise ContractFileError(f"{FILE}: {where}: unknown key {', '.join(map(repr, unknown))}")

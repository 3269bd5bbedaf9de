"""Makes a form of each version of each model in models.json, with what that version allows.

Names and versions that are accepted with a warning are among them, because some document lists them. Other values that
lead to a warning are not.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.contracts.documents import read
from mockvod.validators.contracts.models import LIMITS
from mockvod.validators.contracts.rules import find
from mockvod.validators.strategies.requests.edits import ABSENT, Form
from mockvod.validators.strategies.requests.values import Value, numbers, spellings

_FILE = {"FileId": "3704211000509819"}
_OTHER = {"FileId": "3704211000509911"}
#: The most files for a model of which no document says how many it takes.
_USUAL_FILES = 3
#: The sizes that are tried for a model with limits for them, the smallest first.
_SIZES = (
    *((512, 512), (2048, 512), (1024, 728), (1024, 1024), (1280, 720), (1440, 640)),
    *((1920, 1920), (2560, 1440), (2880, 2880), (3225, 3226), (4096, 4096)),
)
_EXT_INFO = json.dumps({"AdditionalParameters": json.dumps({"multi_shot": "中"}, ensure_ascii=False)})


def model_forms(contract: Contract) -> Iterator[Form]:
    """The forms of an action whose contract names a family of models, in the order of models.json."""
    table: Mapping[str, Mapping[str, Any]] = read("models.json")[contract.models or ""]
    for model, body in table.items():
        for name in body.get("names", {model: {}}):
            for version in body.get("versions", {"1.0": {}}):
                yield _form(contract, body, name, version)


def _form(contract: Contract, body: Mapping[str, Any], name: str, version: str) -> Form:
    values: dict[str, Sequence[Value]] = {}
    if contract.models == "video":
        # The structure allows any text. The documents name values for three models: those for Kling are in the condition
        # VT-REFTYPE-KLING, the others in models.json.
        values["FileInfos[].ReferenceType"] = tuple(map(Value, ("feature", "base"))) if name == "Kling" else ()
    most: dict[str, int] = {}
    items: dict[str, dict[str, Any]] = {}
    for limit, members in LIMITS.items():
        entry = _entry(body.get(limit, ()), version)
        for member in members:
            if entry.get("supported") is False:
                values[member] = ()
            elif "required" in entry:
                items[f"{member}[]"] = dict.fromkeys(entry["required"], "1")
            elif "max_items" in entry:
                most[member] = entry["max_items"]
            elif limit == "ext_size" and entry:
                values[member] = tuple(_sizes(entry))
            elif entry:
                values[member] = tuple(_allowed(entry, _is_whole(contract, member)))
    together = list(_without_prompt(values, items))
    if "LastFrameUrl" in contract.request.by_name:
        values |= dict.fromkeys(("LastFrameFileId", "LastFrameUrl", "FileInfos[].Usage"), ())
        together += _frames(most.get("FileInfos", _USUAL_FILES))
    return Form(
        fixed={"ModelName": name, "ModelVersion": version},
        base={"Prompt": "a"},
        values=values,
        together=together,
        most=most,
        items=items,
    )


def _entry(entries: Sequence[Mapping[str, Any]], version: str) -> dict[str, Any]:
    """All entries of a limit that concern a version, merged into one."""
    merged: dict[str, Any] = {}
    for each in entries:
        if version in each.get("versions", (version,)):
            both = [value for value in merged.get("enum", ()) if value in each.get("enum", (value,))]
            merged |= each
            if both:
                merged["enum"] = both
    return merged


def _is_whole(contract: Contract, member: str) -> bool:
    return find(member, contract.request, contract.types, "").kind == "integer"


def _allowed(entry: Mapping[str, Any], whole: bool) -> Iterator[Value]:
    if "enum" in entry:
        listed = spellings(entry["enum"]) if entry.get("ignore_case") else entry["enum"]
        yield from map(Value, listed)
    else:
        # Every integer, since there are few of them and each is a documented duration or count.
        found = list(numbers(entry["minimum"], entry["maximum"], whole=whole or bool(entry.get("integer"))))
        rest = set(range(entry["minimum"], entry["maximum"])) - {each.value for each in found}
        yield from (*found, *map(Value, sorted(rest)))


def _sizes(entry: Mapping[str, Any]) -> Iterator[Value]:
    """Values of ExtInfo: what it may hold for any model, then allowed sizes, as JSON inside JSON."""
    yield Value("myextinfo")
    yield Value("{}")
    yield Value(_EXT_INFO)
    least, most = entry.get("min_pixels", 0), entry.get("max_pixels", 2**63)
    for sides in _SIZES:
        pixels = sides[0] * sides[1]
        fits = least <= pixels <= most and pixels % entry.get("divisor", 1) == 0
        if fits and entry.get("min_side", 0) <= min(sides) and max(sides) <= entry.get("max_side", 2**31):
            size = json.dumps({"size": f"{sides[0]}x{sides[1]}"})
            at_limit = pixels in (least, most) or min(sides) == entry.get("min_side")
            yield Value(json.dumps({"AdditionalParameters": size}), at_limit or max(sides) == entry.get("max_side"))


def _without_prompt(
    values: Mapping[str, Sequence[Value]], items: Mapping[str, Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Edits that remove the prompt and set what may replace it (A-VT-PROMPT in CreateAigcVideoTask.json)."""
    yield {"Prompt": ABSENT, "FileInfos": [_FILE]}
    yield from ({"Prompt": ABSENT, "SceneType": each.value, "FileInfos": [_FILE]} for each in values["SceneType"])
    if "SubjectInfos[]" in items:
        yield {"Prompt": ABSENT, "SubjectInfos": [items["SubjectInfos[]"]]}


def _frames(most: int) -> Iterator[Mapping[str, Any]]:
    """Edits that set first and last frames: the last never comes alone, nor twice.

    Conditions A-VT-LASTONLY and A-VT-LASTONLY-TWO in CreateAigcVideoTask.json.
    """
    first, last = {**_FILE, "Usage": "FirstFrame"}, {**_OTHER, "Usage": "LastFrame"}
    reference = {**_FILE, "Usage": "Reference"}
    one = {"LastFrameFileId": ABSENT, "LastFrameUrl": ABSENT}
    yield {**one, "FileInfos": [first]}
    yield {**one, "FileInfos": [reference]}
    yield {**one, "FileInfos": [reference] * most}
    yield {**one, "FileInfos": [first], "LastFrameFileId": _OTHER["FileId"]}
    yield {**one, "FileInfos": [_FILE], "LastFrameUrl": "https://example.com/last.png"}
    if most > 1:
        yield {**one, "FileInfos": [first, last]}
        yield {**one, "FileInfos": [_FILE, last]}

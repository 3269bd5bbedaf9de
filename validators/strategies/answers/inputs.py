"""The `Input` of tasks: the request as the service repeats it.

The structures are the published types; contracts/tasks.json has the values of absent members. Other values are those that
the contract of the action lists, or plausible ones.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.compile import Member, Structure
from mockvod.validators.contracts.documents import read
from mockvod.validators.contracts.rules import ITEM
from mockvod.validators.contracts.task_kinds import task_kinds
from mockvod.validators.strategies.answers.identifiers import file_ids, iso, moments

#: The largest number of items in a list: whatever fails with many fails with two.
_MOST_ITEMS = 2
#: The largest number of members besides required ones.
_MOST_GIVEN = 6

_texts = st.sampled_from(["a cat", "一只猫在跑 🐈", 'say "hi" to [@cat]\n', "<<<element_1>>> <b>&amp;"]) | st.text(
    max_size=8
)
# Reported by users: a client that searches the whole answer for "Url" finds these before the URL of the result.
_urls = st.sampled_from(
    ["http://example.com/cat.png", "https://example.com/a%20cat.mp4?sign=a%2Bb", "https://例え.jp/猫.jpg"]
)
_images = {"frontal_image": "http://example.com/cat.png", "refer_images": [{"image_url": "http://example.com/2.png"}]}
_videos = {"refer_videos": [{"video_url": "http://example.com/cat.mp4"}]}
_inner = json.dumps({"element_list": [{"element_id": 858449709428916275}]})

#: Member -> values, where those of its type will not do. As documented, some texts contain JSON.
_BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "AspectRatio": st.sampled_from(["16:9", "9:16", "1:1"]),
    "AdditionalParameters": st.just(_inner),
    "ClassId": st.integers(1, 10**6),
    "Duration": st.integers(3, 15),
    "ElementImageList": st.sampled_from([json.dumps(_images), json.dumps(_images, indent=1)]),
    "ElementVideoList": st.just(json.dumps(_videos)),
    "ExpireTime": moments.map(iso),
    # Documented: JSON in a text, inside of JSON in a text.
    "ExtInfo": st.sampled_from([json.dumps({"AdditionalParameters": _inner}), "{}"]),
    "FileId": file_ids,
    "ImageUrls": _urls,
    "LastFrameFileId": file_ids,
    "LastFrameUrl": _urls,
    "OutputAudioFormat": st.sampled_from(["mp3", "wav"]),
    "OutputImageCount": st.integers(1, 9),
    "Resolution": st.sampled_from(["720P", "1080P", "2K"]),
    "SubjectImages": _urls,
    "SubjectVideos": _urls,
    "TagList": st.sampled_from([json.dumps([{"tag_id": "o_101"}]), "[]"]),
    "Url": _urls,
    "VideoUrls": _urls,
    "VoiceUrl": _urls,
}
_BY_TYPE: Mapping[str, st.SearchStrategy[Any]] = {
    "int64": st.integers(1, 2**31 - 1),
    "uint64": st.integers(1, 2**31 - 1),
    "float": st.integers(1, 60) | st.floats(0.5, 60, width=16),
    "bool": st.just(True),
}


def inputs(contract: Contract) -> st.SearchStrategy[dict[str, Any]]:
    """Generates the `Input` of tasks that an action makes: its required members, and up to six others."""
    assert contract.task is not None and contract.task.input_type is not None  # the caller has looked
    listed = {rule.path: rule.value for rule in contract.rules if rule.keyword == "enum"}
    needed = {member.name for member in contract.request.members if member.required}
    structure = catalog().type(contract.task.input_type)
    edits = list(_edits(structure, listed))
    # Of a required object, the member that says which kind it is.
    always = [each for each in edits if each.path[0] in needed and each.path[1:] in ((), ("Type",))]
    none: dict[str, str] = {}
    models = st.sampled_from(_models(contract.models)) if contract.models else st.just(none)
    return _inputs(structure, always, edits, models)


@dataclass(frozen=True, slots=True)
class _Edit:
    """The values that the member at a path can get."""

    path: tuple[str, ...]
    values: st.SearchStrategy[Any]


@st.composite
def _inputs(
    draw: st.DrawFn,
    structure: Structure,
    always: list[_Edit],
    edits: list[_Edit],
    models: st.SearchStrategy[dict[str, str]],
) -> dict[str, Any]:
    played = _blank(structure)
    # To draw every member would take sixty draws, although most members are mostly empty.
    for edit in (*always, *draw(_some_of(edits))):
        *above, name = edit.path
        inner = played
        for step in above:
            inner = inner[step]
        inner[name] = draw(edit.values)
    return {**played, **draw(models)}


def _some_of(edits: list[_Edit]) -> st.SearchStrategy[list[_Edit]]:
    return st.lists(st.sampled_from(range(len(edits))), max_size=_MOST_GIVEN, unique=True).map(
        lambda numbers: [edits[number] for number in numbers]
    )


def _blank(structure: Structure) -> dict[str, Any]:
    """The structure with all members absent."""
    return {
        member.name: _empty_value(member) for member in structure.members if member.name not in task_kinds().omitted
    }


def _empty_value(member: Member) -> Any:
    if member.list:
        return []
    if not member.primitive:
        return _blank(catalog().type(member.type))
    kinds = task_kinds()
    return kinds.fillers.get(member.name, kinds.empty.get(member.type, ""))


def _edits(
    structure: Structure, listed: Mapping[tuple[str, ...], list[Any]], above: tuple[str, ...] = ()
) -> Iterator[_Edit]:
    """Yields an edit for each member; `above` is the path of the structure, without lists."""
    for member in structure.members:
        path = (*above, member.name)
        if member.name in task_kinds().omitted:
            continue
        if not member.primitive:
            inner = catalog().type(member.type)
            below = list(_edits(inner, listed, (*path, ITEM) if member.list else path))
            if member.list:
                items = _items(inner, [_Edit(each.path[len(path) + 1 :], each.values) for each in below])
                yield _Edit(path, st.lists(items, min_size=1, max_size=_MOST_ITEMS))
            else:
                yield from below
        else:
            values = _values(member, path, listed)
            yield _Edit(path, st.lists(values, min_size=1, max_size=_MOST_ITEMS) if member.list else values)


def _items(structure: Structure, edits: list[_Edit]) -> st.SearchStrategy[dict[str, Any]]:
    return _inputs(structure, [], edits, st.just({}))


def _values(
    member: Member, path: tuple[str, ...], listed: Mapping[tuple[str, ...], list[Any]]
) -> st.SearchStrategy[Any]:
    if path in listed:
        return st.sampled_from(listed[path])
    return _BY_NAME.get(member.name, _BY_TYPE.get(member.type, _texts))


@cache
def _models(family: str) -> tuple[dict[str, str], ...]:
    """The models and versions of a family, in the order of contracts/models.json."""
    return tuple(
        {"ModelName": name, "ModelVersion": version}
        for name, model in read("models.json")[family].items()
        for version in model["versions"]
    )

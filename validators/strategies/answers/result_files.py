"""How tasks describe their result files, from the templates in contracts/tasks.json."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.task_kinds import ResultFile, TaskKind, task_kinds
from mockvod.validators.contracts.templates import Computed, fill
from mockvod.validators.strategies.answers.identifiers import iso, permanent_urls, temporary_urls
from mockvod.validators.strategies.requests.metadata import audio_metadata, image_metadata, video_metadata

#: UsageType of the parts that Hunyuan 3d_2.0 makes (documented) -> the extension in their URLs (assumed).
_SCENE_PARTS = {
    "scene_url": "zip",
    "point_url": "ply",
    "mesh_url": "glb",
    "mesh_simplified_url": "glb",
    "image_url": "png",
    "position_info": "",
}


@dataclass(frozen=True, slots=True)
class Done:
    """A task that has ended successfully: the values that several members of its answer depend on."""

    kind: TaskKind
    application: int
    #: The digits that identify it.
    part: str
    #: The FileId of its first file, if its files are Permanent.
    file_id: str
    #: UNIX seconds.
    created: int
    ended: int
    #: Its Input; {} for the kind that has none.
    asked: Mapping[str, Any]
    unknown_members: bool

    @property
    def config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.asked.get("OutputConfig", {})
        return config

    @property
    def permanent(self) -> bool:
        return self.config.get("StorageMode") == "Permanent"

    @property
    def seconds(self) -> float:
        seconds: float = self.config.get("Duration") or 5
        return seconds


def files(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    """Draws the descriptions of a task's files of one sort: one file, unless its action has a function below."""
    special = _FILES_BY_ACTION.get(done.kind.action)
    return special(draw, done, sort) if special else [_block(draw, done, sort)]


def file_name(draw: st.DrawFn, sort: ResultFile, form: str) -> str:
    """Draws the name of such a file in its URL."""
    return f"{sort.names[0] if len(sort.names) == 1 else draw(st.sampled_from(sort.names))}.{form}"


def _block(
    draw: st.DrawFn,
    done: Done,
    sort: ResultFile,
    form: str = "",
    number: int = 0,
    more: Computed | None = None,
) -> dict[str, Any]:
    """The description of one file; `form` is its extension, by default the first one of its sort."""
    form = form or sort.formats[0]
    file_id = str(int(done.file_id) + number)
    metadata = cache(lambda: _metadata(draw, done, sort.kind, form))

    def url() -> str:
        name = file_name(draw, sort, form)
        if done.permanent:
            return draw(permanent_urls(done.application, done.part, file_id, name))
        return draw(temporary_urls(done.part, name, number))

    def expires() -> str:
        if done.permanent:
            return done.config.get("ExpireTime") or task_kinds().fillers["ExpireTime"]
        # Recorded: seven days after the end, and up to 40 seconds more.
        return iso(done.ended + task_kinds().temporary_seconds + draw(st.integers(0, 40)))

    computed: Computed = {
        "expires": expires,
        "format": lambda: form,
        "format_in_capitals": form.upper,
        "url": url,
        "file_id": lambda: file_id,
        "metadata": metadata,
        "metadata_if_permanent": lambda: metadata() if done.permanent else None,
        "duration": lambda: metadata()["Duration"],
        **(more or {}),
    }
    block: dict[str, Any] = fill(sort.permanent if done.permanent else sort.temporary, computed, done.asked)
    return block


def _metadata(draw: st.DrawFn, done: Done, kind: str, form: str) -> dict[str, Any]:
    if kind == "image":
        return image_metadata(1024, 1024)
    if kind == "audio":
        return audio_metadata(done.seconds, form)
    return draw(video_metadata(done.seconds, done.unknown_members))


def _videos(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    if done.asked["ModelVersion"] != "3d_2.0":
        return [_block(draw, done, sort)]
    usages = draw(st.lists(st.sampled_from(tuple(_SCENE_PARTS)), min_size=1, unique=True))
    return [_scene_part(draw, done, sort, usage) for usage in usages]


def _scene_part(draw: st.DrawFn, done: Done, sort: ResultFile, usage: str) -> dict[str, Any]:
    block = _block(draw, done, sort, _SCENE_PARTS[usage], more={"metadata": lambda: None})
    if usage == "position_info":
        block |= {"FileType": "", "FileUrl": "", "FileContent": json.dumps({"position": [0, 0, 0]})}
    return {**block, "UsageType": usage}


def _pictures(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    count = done.config.get("OutputImageCount") or 1
    return [_block(draw, done, sort, number=number) for number in range(count)]


def _scene_pictures(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    """One picture, or as many as a product scene requests."""
    scene = done.asked["SceneInfo"]
    product = scene["Type"] == "product_image"
    count = (scene["ProductImageConfig"]["OutputImageCount"] or 1) if product else 1
    return [_block(draw, done, sort, number=number) for number in range(count)]


def _sounds(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    if sort.kind == "audio":
        return [_block(draw, done, sort, done.config.get("OutputAudioFormat") or "")]
    # A sound effect comes with its video (inferred from the member VideoInfos).
    return [_block(draw, done, sort)] if done.asked["VideoInfos"] else []


def _models(draw: st.DrawFn, done: Done, sort: ResultFile) -> list[dict[str, Any]]:
    formats = draw(st.lists(st.sampled_from(sort.formats), min_size=1, unique=True))
    pictures = next(each for each in done.kind.files if each.kind == "image")
    preview = draw(temporary_urls(done.part, file_name(draw, pictures, pictures.formats[0])))
    return [_block(draw, done, sort, form, more={"preview_url": lambda: preview}) for form in formats]


#: Action -> the function that draws its files, where they are not just one of each sort.
_FILES_BY_ACTION: Mapping[str, Callable[[st.DrawFn, Done, ResultFile], list[dict[str, Any]]]] = {
    "CreateAigcAudioTask": _sounds,
    "CreateAigcHunyuan3DTask": _models,
    "CreateAigcImageTask": _pictures,
    "CreateAigcVideoTask": _videos,
    "CreateSceneAigcImageTask": _scene_pictures,
}

"""Result files of tasks, and what tasks with such results tell once they have ended well.

Recorded for videos and pictures (2026-08-05) and published samples for the rest, unless a comment says otherwise.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.strategies.answers.identifiers import iso, permanent_urls, temporary_urls
from mockvod.validators.strategies.answers.inputs import FILLERS
from mockvod.validators.strategies.requests.metadata import audio_metadata, image_metadata, video_metadata

_WEEK = 7 * 86_400
#: Usage as it comes: as recorded, as recorded of failures, and as published for models that are billed by it.
_TOKENS = {"InputTokens": 0, "ThoughtTokens": 0}
_usages = st.sampled_from(
    [
        _TOKENS,
        {},
        {**_TOKENS, "InputImageCount": 1, "InputSeconds": 0, "OutputSeconds": 5, "TotalSeconds": 5},
        {"InputTokens": 1200, "ThoughtTokens": 300},
    ]
)
#: UsageType of the parts that Hunyuan 3d_2.0 makes (documented), and what their addresses end in (assumed).
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
    """A task that has ended well: what its parts must agree on."""

    application: int
    part: str
    #: Of its first file, for those that stay.
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


def _file(draw: st.DrawFn, done: Done, name: str, number: int = 0) -> dict[str, Any]:
    """What every kind of result file tells; of a Temporary one neither type nor FileId, as recorded."""
    config = done.config
    told = {
        "StorageMode": "Temporary",
        "MediaName": config.get("MediaName", ""),
        "ClassId": config.get("ClassId", 0),
        # Recorded: seven days after the end, and up to 40 seconds.
        "ExpireTime": iso(done.ended + _WEEK + draw(st.integers(0, 40))),
        "FileType": "",
        "FileUrl": draw(temporary_urls(done.part, name, number)),
        "FileId": "",
    }
    if not done.permanent:
        return told
    file_id = str(int(done.file_id) + number)
    return {
        **told,
        "StorageMode": "Permanent",
        "ExpireTime": config.get("ExpireTime") or FILLERS["ExpireTime"],
        "FileType": name.rpartition(".")[2],
        "FileUrl": draw(permanent_urls(done.application, done.part, file_id, name)),
        "FileId": file_id,
    }


def video(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    if done.asked["ModelVersion"] == "3d_2.0":
        kinds = draw(st.lists(st.sampled_from(tuple(_SCENE_PARTS)), min_size=1, unique=True))
        files = [_scene_part(draw, done, kind) for kind in kinds]
    else:
        file = _file(draw, done, "aigcVideoGenFile.mp4")
        metadata = draw(video_metadata(done.seconds, done.unknown_members))
        files = [{**file, "FileContent": "", "UsageType": "", "MetaData": metadata}]
    return {"FileInfos": files, "ProcedureTaskIds": [], "Usage": draw(_usages)}


def _scene_part(draw: st.DrawFn, done: Done, kind: str) -> dict[str, Any]:
    file = {**_file(draw, done, f"aigcVideoGenFile.{_SCENE_PARTS[kind]}"), "UsageType": kind, "MetaData": None}
    if kind == "position_info":
        return {**file, "FileUrl": "", "FileContent": json.dumps({"position": [0, 0, 0]})}
    return {**file, "FileContent": ""}


def images(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    # MetaData of pictures is null in the published guide's sample.
    count = done.config.get("OutputImageCount") or 1
    files = [_file(draw, done, "aigcImageGenFile.png", number) for number in range(count)]
    return {"FileInfos": [{**file, "MetaData": None} for file in files]}


def scene_images(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    """One picture, or as many as a product scene asks for. MetaData as with `measured`."""
    scene = done.asked["SceneInfo"]
    product = scene["Type"] == "product_image"
    count = (scene["ProductImageConfig"]["OutputImageCount"] or 1) if product else 1
    metadata = image_metadata(1024, 1024) if done.permanent else None
    files = [_file(draw, done, "aigcImageGenFile.png", number) for number in range(count)]
    return {"FileInfos": [{**file, "MetaData": metadata} for file in files]}


def measured(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    """A video of the kinds whose MetaData counts with Permanent (documented); that it is null without is assumed."""
    metadata = draw(video_metadata(done.seconds, done.unknown_members)) if done.permanent else None
    return {**_file(draw, done, "aigcVideoGenFile.mp4"), "MetaData": metadata}


def sounds(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    container = done.config.get("OutputAudioFormat") or "mp3"
    metadata = audio_metadata(done.seconds, container)
    audio = {**_file(draw, done, f"aigcAudioGenFile.{container}"), "MetaData": metadata, "Duration": done.seconds}
    if not done.asked["VideoInfos"]:
        return {"AudioInfos": [audio], "VideoInfos": []}
    # An effect for a video comes with the video: inferred from the member.
    metadata = draw(video_metadata(done.seconds, done.unknown_members))
    video = {**_file(draw, done, "aigcVideoGenFile.mp4"), "MetaData": metadata, "Duration": metadata["Duration"]}
    return {"AudioInfos": [audio], "VideoInfos": [video]}


def model(draw: st.DrawFn, done: Done) -> dict[str, Any]:
    kinds = draw(st.lists(st.sampled_from(["GLB", "OBJ", "FBX"]), min_size=1, max_size=3, unique=True))
    preview = draw(temporary_urls(done.part, "aigcHunyuan3DGenFile.png"))
    return {"FileInfos": [_model_file(draw, done, kind, preview) for kind in kinds]}


def _model_file(draw: st.DrawFn, done: Done, kind: str, preview: str) -> dict[str, Any]:
    file = _file(draw, done, f"aigcHunyuan3DGenFile.{kind.lower()}")
    told = {name: file[name] for name in ("StorageMode", "ExpireTime", "FileUrl")}
    # The type is told of Temporary files, too, and in capitals.
    return {**told, "FileType": kind, "PreviewFileUrl": preview}

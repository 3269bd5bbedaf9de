"""From a checked request to the files that it asks for. Pure; what cannot be read counts as left out.

Sizes and lengths that follow from an input file are not known here, for nothing fetches it: such results take the
default ones (assumed).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from mockvod.media.defaults import usual
from mockvod.media.file_spec import Asked
from mockvod.media.sizes import IMAGE_SIDES, VIDEO_SIDES, box, fit, written_size
from mockvod.media.values import count, file_format, inside, seconds, shape, short_side, sides, size_in_ext_info

_Params = Mapping[str, Any]

#: Assumed wherever no text names a default. Most models that have one for a video take these.
_SECONDS = 5
_VIDEO_RESOLUTION, _VIDEO_RATIO = "720P", "16:9"
_IMAGE_RESOLUTION, _IMAGE_RATIO = "1K", "1:1"
#: Documented: 4, 6 or 8 seconds. Which of them is the default is not (assumed: the first).
_SCENE_SECONDS = 4
#: Documented: how many pictures models make at most; of the others the count has no effect (A-IT-COUNT).
_MOST_PICTURES: Mapping[str, int] = {"Kling": 9, "OG": 8}
#: Documented of the product scene.
_MOST_PRODUCT_PICTURES = 10

#: Which members of OutputConfig count in which picture scene (documented); the older scenes know none of them.
_SCENE_MEMBERS: Mapping[str, frozenset[str]] = {
    "ai_try_on": frozenset({"Resolution"}),
    "outpainting": frozenset({"AspectRatio", "ImageHeight", "ImageWidth"}),
    "product_image": frozenset({"AspectRatio"}),
}
#: What tells calls apart and not what they ask for.
_NOT_SEEN = frozenset({"SessionContext", "SessionId", "TasksPriority"})


def asked_for(action: str, params: _Params, seed: int | None = None) -> tuple[Asked, ...]:
    """The result files of a task, in the order of its Output; none for an action that makes none.

    Equal requests get equal files; another `seed` gives others.
    """
    wishes = _WISHES.get(action)
    if wishes is None:
        return ()
    seen = {name: value for name, value in params.items() if name not in _NOT_SEEN}
    text = json.dumps([action, seen, seed], sort_keys=True, default=str)
    # The files of a model show one and the same thing.
    looks = ((each, 0 if each.kind == "model" else index) for index, each in enumerate(wishes(params)))
    return tuple(replace(each, look=_look(text, number)) for each, number in looks)


def _look(text: str, index: int) -> int:
    return int.from_bytes(sha256(f"{index} {text}".encode()).digest()[:6], "big")


def _video(params: _Params) -> Iterator[Asked]:
    config = inside(params, "OutputConfig")
    resolution = usual("video", params, "resolution", _VIDEO_RESOLUTION)
    ratio = usual("video", params, "aspect_ratio", _VIDEO_RATIO)
    size = box(short_side(config.get("Resolution"), resolution, VIDEO_SIDES), shape(config.get("AspectRatio"), ratio))
    length = seconds(config.get("Duration"), usual("video", params, "duration", _SECONDS))
    audio = config.get("AudioGeneration") or usual("video", params, "audio", "Disabled")
    # Music in the background is sound, too (inferred from the name of EnableBGM).
    yield Asked("video", "mp4", *size, length, "Enabled" in (audio, config.get("EnableBGM")))


def _pictures(params: _Params) -> Iterator[Asked]:
    config = inside(params, "OutputConfig")
    written = size_in_ext_info(params) or written_size(config.get("Resolution"))
    resolution = usual("image", params, "resolution", _IMAGE_RESOLUTION)
    ratio = usual("image", params, "aspect_ratio", _IMAGE_RATIO)
    short = short_side(config.get("Resolution"), resolution, IMAGE_SIDES)
    size = fit(*written) if written else box(short, shape(config.get("AspectRatio"), ratio))
    picture = Asked("image", file_format(config.get("OutputFormat"), "png", "png", "jpg"), *size)
    most = _MOST_PICTURES.get(str(params.get("ModelName")), 1)
    yield from [picture] * count(config.get("OutputImageCount"), most)


def _scene_video(params: _Params) -> Iterator[Asked]:
    config = inside(params, "OutputConfig")
    # Resolution is a member on the Chinese site only (X-CN-ONLY).
    short = short_side(config.get("Resolution"), _VIDEO_RESOLUTION, VIDEO_SIDES)
    size = box(short, shape(config.get("AspectRatio"), _VIDEO_RATIO))
    yield Asked("video", "mp4", *size, seconds(config.get("Duration"), _SCENE_SECONDS))


def _scene_pictures(params: _Params) -> Iterator[Asked]:
    scene, config = inside(params, "SceneInfo"), inside(params, "OutputConfig")
    members = _SCENE_MEMBERS.get(str(scene.get("Type")), frozenset())
    counting = {name: value for name, value in config.items() if name in members}
    ratio = shape(counting.get("AspectRatio"), _IMAGE_RATIO)
    short = short_side(counting.get("Resolution"), _IMAGE_RESOLUTION, IMAGE_SIDES)
    size = sides(counting.get("ImageWidth"), counting.get("ImageHeight"), ratio) or box(short, ratio)
    # The documented default is the format of the source, which is not known here.
    picture = Asked("image", file_format(inside(config, "EncodeConfig").get("Format"), "png", "png", "jpg"), *size)
    product = inside(scene, "ProductImageConfig") if scene.get("Type") == "product_image" else {}
    yield from [picture] * count(product.get("OutputImageCount"), _MOST_PRODUCT_PICTURES)


def _sounds(params: _Params) -> Iterator[Asked]:
    """One sound; with it, the video that it is an effect for (inferred: Output has VideoInfos, and music none)."""
    config = inside(params, "OutputConfig")
    length = seconds(config.get("Duration"), _SECONDS)
    # mp3 is what the samples of FileType and FileUrl show.
    yield Asked("audio", file_format(config.get("OutputAudioFormat"), "mp3", "mp3", "wav"), seconds=length)
    if params.get("VideoInfos") and params.get("SceneType") != "music":
        yield replace(_PLAIN_VIDEO, seconds=length, sound=True)


def _redrawn(_: _Params) -> Iterator[Asked]:
    yield _PLAIN_VIDEO


def _models(params: _Params) -> Iterator[Asked]:
    """GLB and OBJ by default, FBX where it is asked for (documented), and one preview of all (assumed)."""
    # The published samples number a GLB 0 and a preview 1.
    yield Asked("model", "glb")
    yield Asked("image", "png", 512, 512)
    yield Asked("model", "obj")
    if str(params.get("ResultFormat")).upper() == "FBX":
        yield Asked("model", "fbx")


def _demo(params: _Params) -> Iterator[Asked]:
    # Documented: there is a demo where there is a text to be spoken.
    if params.get("Text"):
        yield _SPEECH


def _trial(_: _Params) -> Iterator[Asked]:
    yield _SPEECH


def _faces(params: _Params) -> Iterator[Asked]:
    """A picture of each face: one or two in a video, which follows from what names the video."""
    files = params.get("FileInfos")
    for file in files if isinstance(files, list) else ():
        yield from [FACE] * (1 + _look(json.dumps(file, sort_keys=True, default=str), 0) % 2)


#: A voice that speaks. Format and length are assumed.
_SPEECH = Asked("audio", "mp3", seconds=float(_SECONDS))
#: jpg is what the published example of FaceImage shows.
FACE = Asked("image", "jpg", 256, 256)
#: In the place of a video that follows one of the caller's.
_PLAIN_VIDEO = Asked("video", "mp4", 1280, 720, float(_SECONDS))

_WISHES: Mapping[str, Callable[[_Params], Iterator[Asked]]] = {
    "CreateAigcAudioClone": _demo,
    "CreateAigcAudioTask": _sounds,
    "CreateAigcCustomVoice": _trial,
    "CreateAigcHunyuan3DTask": _models,
    "CreateAigcImageTask": _pictures,
    "CreateAigcVideoRedrawTask": _redrawn,
    "CreateAigcVideoTask": _video,
    "CreateSceneAigcImageTask": _scene_pictures,
    "CreateSceneAigcVideoTask": _scene_video,
    "DescribeAigcFaceInfoAsync": _faces,
}

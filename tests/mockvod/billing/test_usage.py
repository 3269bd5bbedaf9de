"""The names of usage statistics: which call comes under which, and that no name is ours."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest

from mockvod.billing.prices import prices
from mockvod.billing.usage import (
    IMAGE,
    IMAGE_NAMES,
    OTHER_NAMES,
    UNKNOWN,
    VIDEO,
    VIDEO_NAMES,
    Purchase,
    modes,
    specification,
)
from mockvod.media.file_spec import FileSpec
from mockvod.validators.contracts import upstream
from mockvod.validators.contracts.documents import read

URL = {"Url": "http://example.com/a.png"}
CLIP = {"Url": "http://example.com/a.mp4", "Category": "Video"}
REFERENCE = {**URL, "Usage": "Reference"}
OFF_PEAK = {"OutputConfig": {"OffPeak": "Enabled"}}


def bought(action: str, params: Mapping[str, Any], *files: FileSpec) -> Purchase:
    return Purchase("1", action, "AKID", 251007502, 0, params, files, "finished")


def video(model: str = "Kling 3.0", short_side: int = 720, *, sound: bool = False, **params: Any) -> Purchase:
    name, version = model.split()
    asked = FileSpec("video", "mp4", short_side, short_side * 2, 5, sound)
    return bought(VIDEO, {"ModelName": name, "ModelVersion": version, **params}, asked)


def image(model: str, short_side: int, inputs: int = 0) -> Purchase:
    name, version = model.split()
    params = {"ModelName": name, "ModelVersion": version, "FileInfos": [URL] * inputs}
    return bought(IMAGE, params, FileSpec("image", "png", short_side, short_side * 2))


def extra(text: str) -> dict[str, str]:
    return {"ExtInfo": json.dumps({"AdditionalParameters": text})}


NAMES = {
    "tier": (video("Kling 3.0", 1080), "Kling3.0_1080P"),
    "sound": (video("Kling 3.0", sound=True), "Kling3.0Sound_720P"),
    "own voice": (video(sound=True, **extra('{"voice_list": [{}]}')), "Kling3.0CustomVoice_720P"),
    "scene": (video("Kling 3.0", 1440, SceneType="motion_control"), "Kling3.0MotionControl_2K"),
    "tier without a name": (video("Kling 3.0", 2160), UNKNOWN),
    "clip": (video("Kling O1", FileInfos=[CLIP]), "KlingO1_720P"),
    "no clip": (video("Kling O1"), "KlingO1_NoVideo_720P"),
    "every size": (video("Kling 2.6", 1440, sound=True), "Kling2.6Sound"),
    "two versions": (video("Kling 2.0"), "Kling2.0&2.1std_720P"),
    "a letter beyond": (video("Hailuo 2.3", 720), "Hailuo02&2.3_768P"),
    "off-peak": (video("Vidu q3-pro", 540, **OFF_PEAK), "ViduQ3pro_540P_OffPeak"),
    "off-peak, reference": (video("Vidu q2", 1080, FileInfos=[REFERENCE], **OFF_PEAK), "ViduQ2_Refer_1080P_OffPeak"),
    "off-peak, no name": (video("Vidu q2", 2160, **OFF_PEAK), UNKNOWN),
    "off-peak, every size": (video("Vidu scene", SceneType="template_effect", **OFF_PEAK), "Vidu_TemplateEffect"),
    "off-peak, not Vidu": (video("Kling 2.5", **OFF_PEAK), "Kling2.5pro_720P"),
    "other spelling of a version": (video("GV 3.1-Fast", 1080), "Veo3.1Fast"),
    "model without a name": (video("PixVerse v6"), UNKNOWN),
    "nothing made": (bought(VIDEO, {"ModelName": "Kling", "ModelVersion": "3.0"}), UNKNOWN),
    "picture": (image("Hunyuan 3.0", 1024), "Hunyuan3.0_1K"),
    "picture, Vidu's lowest": (image("Vidu q2", 1080), "ViduQ2_T2i_1080P"),
    "picture, Vidu from one": (image("Vidu q2", 1440, 1), "ViduQ2_I2i_2K"),
    "picture, Vidu from five": (image("Vidu q2", 4096, 5), "ViduQ2_Refer2i_4K"),
    "picture, one name for two tiers": (image("Kling 2.1", 2048), "Kling2.1_T2i_1K2K"),
    "picture, Kling from two": (image("Kling 2.1", 2048, 2), "Kling2.1_Refer2i_2K"),
    "picture, Kling from one": (image("Kling 2.1", 2048, 1), UNKNOWN),
    "picture, every size": (image("Qwen 2.0", 3000), "Qwen2.0"),
    "subject": (bought("CreateAigcSubject", {"SubjectName": "cat"}), "Subject"),
    "voice": (bought("CreateAigcCustomVoice", {}), "CustomVoice"),
    "faces": (bought("DescribeAigcFaceInfoAsync", {}), "FaceInfo"),
    "element": (bought("CreateAigcCustomElement", {}), UNKNOWN),
    "clothes": (
        bought("CreateSceneAigcImageTask", {"SceneInfo": {"Type": "change_clothes_top_wear"}}),
        "ImageChangeClothes",
    ),
    "trying on": (bought("CreateSceneAigcImageTask", {"SceneInfo": {"Type": "ai_try_on"}}), UNKNOWN),
    "product video": (
        bought("CreateSceneAigcVideoTask", {"SceneInfo": {"Type": "product_showcase"}}),
        "VideoProductShowcase",
    ),
}


@pytest.mark.parametrize(("purchase", "name"), NAMES.values(), ids=NAMES)
def test_specification(purchase: Purchase, name: str) -> None:
    assert specification(purchase) == name


def published(need: Any) -> set[str]:
    """The names in the description that the repository was written from."""
    try:
        package = importlib.metadata.distribution(upstream.PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        package = None
    need(upstream.PACKAGE, package is not None, f"pip install {upstream.PACKAGE}")
    assert package is not None
    if package.version != read("upstream", "2018-07-17.json")["source"]["package_version"]:
        pytest.skip("the repository was written from another version than the installed one")
    with open(str(package.locate_file(upstream.API_FILES["2018-07-17"])), encoding="utf-8") as file:
        (member, _) = json.load(file)["objects"]["AigcUsageDataItem"]["members"]
    return set(re.findall(r"<li>([^<]+)</li>", unescape(member["document"])))


def test_names_are_the_published_ones(need: Any) -> None:
    theirs = published(need)
    plain = {name for table in (VIDEO_NAMES, IMAGE_NAMES) for names in table.values() for name in names.values()}
    vidu = {name for (model, *_), names in VIDEO_NAMES.items() if model == "Vidu" for name in names.values()}
    ours = {*plain, *OTHER_NAMES.values(), UNKNOWN, *(f"{each}_OffPeak" for each in vidu - {"Vidu_TemplateEffect"})}

    # Faces are found by DescribeAigcFaceInfo, whose name is taken to be FaceInfo.
    assert (theirs - ours, ours - theirs) == ({"Kling_Identifyface"}, set())


def test_only_what_is_billed_has_a_name() -> None:
    assert [action for action, _ in OTHER_NAMES if not prices().billed(action)] == []


INPUTS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "text"),
    "picture": ({"FileInfos": [URL]}, "image"),
    "first and last frame": (
        {"FileInfos": [{**URL, "Usage": "FirstFrame"}, {**URL, "Usage": "LastFrame"}]},
        "image",
    ),
    "last frame of its own member": ({"LastFrameUrl": "http://example.com/b.png"}, "image"),
    "reference": ({"FileInfos": [REFERENCE]}, "reference"),
    "two pictures without Usage": ({"FileInfos": [URL, URL]}, "reference"),
    "clip": ({"FileInfos": [CLIP]}, "reference"),
    "subject by id": ({"FileInfos": [{**URL, "ObjectId": "obj1"}]}, "reference"),
    "subject": ({"SubjectInfos": [{"Name": "cat"}]}, "reference"),
    "empty lists": ({"FileInfos": [], "SubjectInfos": []}, "text"),
}


@pytest.mark.parametrize(("params", "mode"), INPUTS.values(), ids=INPUTS)
def test_mode_of_the_input(params: dict[str, Any], mode: str) -> None:
    *_, found, default = modes(video("Vidu q2", **params))

    assert (found, default) == (mode, "default")


@pytest.mark.parametrize(
    "ext_info",
    ["", "myextinfo", "[]", "7", "{}", '{"AdditionalParameters": 7}', extra("[]")["ExtInfo"], extra("{}")["ExtInfo"]],
)
def test_other_ext_info_brings_no_voice(ext_info: str) -> None:
    assert specification(video(sound=True, ExtInfo=ext_info)) == "Kling3.0Sound_720P"


@pytest.mark.parametrize(
    ("purchase", "expected"),
    [
        pytest.param(
            video(sound=True),
            ("no_reference_video/audio", "no_reference_video", "audio", "text", "default"),
            id="video",
        ),
        pytest.param(video(SceneType="lip_sync"), ("lip_sync",), id="scene"),
        pytest.param(image("Vidu q2", 1080), ("text", "default"), id="picture from text"),
        pytest.param(image("Vidu q2", 1080, 1), ("reference_single", "reference_1_3", "default"), id="from one"),
        pytest.param(image("Vidu q2", 1080, 3), ("reference_multi", "reference_1_3", "default"), id="from three"),
        pytest.param(image("Vidu q2", 1080, 4), ("reference_multi", "reference_4_7", "default"), id="from four"),
        pytest.param(image("Vidu q2", 1080, 8), ("reference_multi", "default"), id="from eight"),
        pytest.param(bought("CreateAigcAudioTask", {"SceneType": "sfx"}), ("sfx/text",), id="sound from text"),
        pytest.param(
            bought("CreateAigcAudioTask", {"SceneType": "sfx", "VideoInfos": [CLIP]}), ("sfx/video",), id="from video"
        ),
        pytest.param(bought("CreateAigcSubject", {}), ("default",), id="other action"),
    ],
)
def test_modes(purchase: Purchase, expected: tuple[str, ...]) -> None:
    assert modes(purchase) == expected


def sized(resolution: str | None, width: int, height: int) -> int:
    asked = FileSpec("image", "png", width, height)
    return bought(IMAGE, {"OutputConfig": {"Resolution": resolution}}, asked).short_side(asked)


@pytest.mark.parametrize(
    ("resolution", "width", "height", "side"),
    [
        pytest.param("4K", 1024, 768, 768, id="what was made, not what was asked for"),
        pytest.param("4k", 4096, 1756, 4096, id="wide beyond what a mock makes"),
        pytest.param("2K", 512, 4096, 2048, id="high beyond what a mock makes"),
        pytest.param("1K", 4096, 1756, 1756, id="longer than asked for"),
        pytest.param("4096x1756", 4096, 1756, 1756, id="size in pixels"),
        pytest.param(None, 4096, 1756, 1756, id="nothing asked for"),
    ],
)
def test_short_side(resolution: str | None, width: int, height: int, side: int) -> None:
    assert sized(resolution, width, height) == side

"""What each request asks of its result files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.media import FileSpec
from mockvod.media.sizes import IMAGE_SIDES, LEAST, MOST, VIDEO_SIDES, box, fit, ratio, side, written_size
from mockvod.media.values import LONGEST, SHORTEST
from mockvod.service.tasks.kind import requested_files
from mockvod.validators.contracts.documents import read

VIDEO = "CreateAigcVideoTask"
IMAGE = "CreateAigcImageTask"
SCENE_VIDEO = "CreateSceneAigcVideoTask"
SCENE_IMAGE = "CreateSceneAigcImageTask"
AUDIO = "CreateAigcAudioTask"
REDRAW = "CreateAigcVideoRedrawTask"

KLING = {"ModelName": "Kling", "ModelVersion": "2.6", "Prompt": "a cat"}
GG = {"ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}


def shapes(action: str, params: dict[str, Any]) -> list[FileSpec]:
    """The files without their looks."""
    return [replace(each, look=0) for each in requested_files(action, params)]


def size(action: str, params: dict[str, Any], **config: Any) -> tuple[int, int]:
    first = requested_files(action, {**params, "OutputConfig": config})[0]
    return first.width, first.height


def video(width: int, height: int, seconds: float, sound: bool = False) -> FileSpec:
    return FileSpec("video", "mp4", width, height, seconds, sound)


def picture(width: int, height: int, form: str = "png") -> FileSpec:
    return FileSpec("image", form, width, height)


# --- pixels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "shape", "expected"),
    [
        pytest.param(720, (16, 9), (1280, 720), id="720p"),
        pytest.param(1080, (9, 16), (1080, 1920), id="upright"),
        pytest.param(480, (16, 9), (854, 480), id="480p-is-rounded-to-even"),
        pytest.param(768, (16, 9), (1366, 768), id="768p"),
        pytest.param(2160, (16, 9), (3840, 2160), id="4k"),
        pytest.param(1024, (1, 1), (1024, 1024), id="square"),
        pytest.param(2160, (21, 9), (4096, 1756), id="too-wide-is-scaled"),
        pytest.param(4096, (1, 8), (512, 4096), id="too-tall-is-scaled"),
        pytest.param(720, (9999, 1), (4096, 16), id="never-thinner-than-least"),
    ],
)
def test_box_has_the_short_side(short: int, shape: tuple[int, int], expected: tuple[int, int]) -> None:
    assert box(short, shape) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param((727, 1023), (727, 1023), id="odd-sides-stay"),
        pytest.param((6198, 2656), (4096, 1755), id="large"),
        pytest.param((1, 1), (16, 16), id="tiny"),
    ],
)
def test_fit_keeps_what_it_can(given: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fit(*given) == expected


@pytest.mark.parametrize("text", ["", "auto", "16:", "0:9", "16:9:1", "16x9", "-16:9", "12345:1", "１６:9", 16, None])
def test_what_is_no_ratio_is_none(text: Any) -> None:
    assert ratio(text) is None


@pytest.mark.parametrize("text", ["1024x768", "1024:768", "1024*768"])
def test_sizes_are_written_in_three_ways(text: str) -> None:
    assert written_size(text) == (1024, 768)


@pytest.mark.parametrize("text", ["720p", "2k", "1080P"])
def test_case_of_a_resolution_does_not_count(text: str) -> None:
    assert side(text, VIDEO_SIDES) == side(text.swapcase(), VIDEO_SIDES) is not None


# --- every value that the table of models lists --------------------------------------------------------------------


def listed(limit: str) -> Iterator[Any]:
    """(action, request, value) of each value that models.json lists for a limit."""
    for family, action in (("video", VIDEO), ("image", IMAGE)):
        for model, body in read("models.json")[family].items():
            for entry in body.get(limit, ()):
                for value in entry.get("enum", ()):
                    version = next(iter(entry.get("versions") or body["versions"]))
                    params = {"ModelName": model, "ModelVersion": version}
                    yield pytest.param(action, params, value, id=f"{family}-{model}-{version}-{value}")


def named_side(action: str, resolution: str) -> int:
    """The short side that the name of a resolution tells, after prices.json and common use."""
    text = resolution.upper()
    if text.endswith("K"):
        return {"2K": 1440, "4K": 2160}[text] if action == VIDEO else 1024 * int(text[:-1])
    return int(text.removesuffix("P"))


@pytest.mark.parametrize(("action", "params", "resolution"), list(listed("resolution")))
def test_listed_resolution_gives_the_size_it_names(action: str, params: dict[str, Any], resolution: str) -> None:
    made = size(action, params, Resolution=resolution, AspectRatio="1:1")

    if "x" in resolution:
        width, height = map(int, resolution.split("x"))
        scale = min(1, MOST / width)
        assert made == (round(width * scale), round(height * scale))
    else:
        assert made == (named_side(action, resolution),) * 2


@pytest.mark.parametrize(("action", "params", "text"), list(listed("aspect_ratio")))
def test_listed_ratio_gives_that_shape(action: str, params: dict[str, Any], text: str) -> None:
    width, height = map(int, text.replace("auto", "16:9" if action == VIDEO else "1:1").split(":"))

    made = size(action, params, AspectRatio=text)

    assert made[0] / made[1] == pytest.approx(width / height, rel=0.005)


def every_model() -> Iterator[Any]:
    for family, action in (("video", VIDEO), ("image", IMAGE)):
        for model, body in read("models.json")[family].items():
            for version in body["versions"]:
                yield pytest.param(action, model, version, id=f"{family}-{model}-{version}")


@pytest.mark.parametrize(("action", "model", "version"), list(every_model()))
def test_every_model_has_a_default_that_it_takes(action: str, model: str, version: str) -> None:
    family = "video" if action == VIDEO else "image"
    sides = VIDEO_SIDES if action == VIDEO else IMAGE_SIDES

    [asked] = requested_files(action, {"ModelName": model, "ModelVersion": version})

    entries = [
        each
        for each in read("models.json")[family][model].get("resolution", ())
        if version in each.get("versions", [version]) and "enum" in each
    ]
    taken = {sides[text.upper()] for each in entries for text in each["enum"] if text.upper() in sides}
    assert min(asked.width, asked.height) in (taken or {720, 1024})


# --- videos --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "version", "expected"),
    [
        pytest.param("Kling", "2.6", video(1280, 720, 5.0), id="Kling"),
        pytest.param("Hailuo", "02", video(1366, 768, 6.0), id="Hailuo"),
        pytest.param("Hailuo", "H3", video(1366, 768, 5.0), id="Hailuo-H3"),
        pytest.param("GV", "3.1", video(1280, 720, 8.0), id="GV"),
        pytest.param("OS", "2.0", video(1280, 720, 8.0), id="OS"),
        pytest.param("PixVerse", "v6", video(1280, 720, 5.0), id="PixVerse"),
        pytest.param("Jimeng", "3.0pro", video(1366, 768, 5.0), id="Jimeng-takes-no-720P"),
        pytest.param("Hunyuan", "1.5", video(1280, 720, 5.0), id="nothing-published"),
        pytest.param("NoSuchModel", "1", video(1280, 720, 5.0), id="unknown"),
        pytest.param(None, ["2.6"], video(1280, 720, 5.0), id="malformed"),
    ],
)
def test_default_of_a_video_is_its_models(model: Any, version: Any, expected: FileSpec) -> None:
    assert shapes(VIDEO, {"ModelName": model, "ModelVersion": version}) == [expected]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({"Resolution": "1080P"}, video(1920, 1080, 5.0), id="resolution"),
        pytest.param({"AspectRatio": "9:16"}, video(720, 1280, 5.0), id="ratio"),
        pytest.param({"Duration": 10}, video(1280, 720, 10.0), id="duration"),
        pytest.param({"Duration": 3.5}, video(1280, 720, 3.5), id="fraction"),
        pytest.param({"Duration": 0}, video(1280, 720, 5.0), id="zero-is-absent"),
        pytest.param({"Duration": -1}, video(1280, 720, 5.0), id="negative"),
        pytest.param({"Duration": True}, video(1280, 720, 5.0), id="boolean"),
        pytest.param({"Duration": "10"}, video(1280, 720, 5.0), id="text"),
        pytest.param({"Duration": float("nan")}, video(1280, 720, 5.0), id="not-a-number"),
        pytest.param({"Duration": 1e-9}, video(1280, 720, SHORTEST), id="shortest"),
        pytest.param({"Duration": 10**400}, video(1280, 720, LONGEST), id="longest"),
        pytest.param({"AudioGeneration": "Enabled"}, video(1280, 720, 5.0, True), id="sound"),
        pytest.param({"AudioGeneration": "Disabled"}, video(1280, 720, 5.0), id="no-sound"),
        pytest.param({"EnableBGM": "Enabled"}, video(1280, 720, 5.0, True), id="music"),
        pytest.param({"Resolution": "huge", "AspectRatio": "wide"}, video(1280, 720, 5.0), id="unknown"),
        pytest.param({"Resolution": 720, "AspectRatio": [16, 9]}, video(1280, 720, 5.0), id="malformed"),
        pytest.param(None, video(1280, 720, 5.0), id="null"),
        pytest.param([], video(1280, 720, 5.0), id="list"),
    ],
)
def test_video_follows_its_output_config(config: Any, expected: FileSpec) -> None:
    assert shapes(VIDEO, {**KLING, "OutputConfig": config}) == [expected]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({}, video(1280, 720, 4.0), id="default"),
        pytest.param({"AspectRatio": "9:16", "Duration": 8}, video(720, 1280, 8.0), id="both"),
    ],
)
def test_scene_video_follows_its_output_config(config: Any, expected: FileSpec) -> None:
    assert shapes(SCENE_VIDEO, {"SceneInfo": {"Type": "product_showcase"}, "OutputConfig": config}) == [expected]


def test_redrawn_video_has_the_usual_shape() -> None:
    assert shapes(REDRAW, {"FileInfo": {"Type": "Url", "Url": "http://example.com/a.mp4"}}) == [video(1280, 720, 5.0)]


# --- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param({}, [picture(1024, 1024)], id="default"),
        pytest.param({"Resolution": "2K", "AspectRatio": "3:2"}, [picture(3072, 2048)], id="both"),
        pytest.param({"OutputFormat": "jpeg"}, [picture(1024, 1024, "jpg")], id="jpeg"),
        pytest.param({"OutputFormat": "png"}, [picture(1024, 1024)], id="png"),
        pytest.param({"OutputFormat": "mp3"}, [picture(1024, 1024)], id="no-picture-format"),
        pytest.param({"OutputImageCount": 4}, [picture(1024, 1024)], id="count-of-no-effect"),
        pytest.param({"Resolution": "5K"}, [picture(1024, 1024)], id="unknown"),
    ],
)
def test_picture_follows_its_output_config(config: Any, expected: list[FileSpec]) -> None:
    assert shapes(IMAGE, {**GG, "OutputConfig": config}) == expected


@pytest.mark.parametrize(
    ("model", "asked", "made"),
    [
        pytest.param("Kling", 4, 4, id="four"),
        pytest.param("Kling", 100, 9, id="most-of-Kling"),
        pytest.param("OG", 100, 8, id="most-of-OG"),
        pytest.param("Kling", 0, 1, id="zero-is-absent"),
        pytest.param("Kling", "4", 1, id="text"),
        pytest.param("Vidu", 4, 1, id="other-model"),
    ],
)
def test_some_models_make_several_pictures(model: str, asked: Any, made: int) -> None:
    assert len(requested_files(IMAGE, {"ModelName": model, "OutputConfig": {"OutputImageCount": asked}})) == made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"AdditionalParameters": "{\\"size\\": \\"728x1024\\"}"}', (728, 1024), id="size"),
        pytest.param('{"AdditionalParameters": "{\\"size\\": \\"wide\\"}"}', (1080, 1080), id="no-size"),
        pytest.param('{"AdditionalParameters": "["}', (1080, 1080), id="broken"),
        pytest.param("[" * 100_000, (1080, 1080), id="deep"),
        pytest.param("myextinfo", (1080, 1080), id="free-text"),
    ],
)
def test_size_in_ext_info_comes_first(text: str, expected: tuple[int, int]) -> None:
    params = {"ModelName": "OG", "ModelVersion": "image2_low", "ExtInfo": text}

    assert size(IMAGE, params, Resolution="1080P") == expected


@pytest.mark.parametrize(
    ("scene", "config", "expected"),
    [
        pytest.param({"Type": "ai_try_on"}, {"Resolution": "2K"}, [picture(2048, 2048)], id="try-on"),
        pytest.param({"Type": "ai_try_on"}, {"AspectRatio": "3:2"}, [picture(1024, 1024)], id="try-on-knows-no-ratio"),
        pytest.param({"Type": "product_image"}, {"AspectRatio": "3:2"}, [picture(1536, 1024)], id="product"),
        pytest.param(
            {"Type": "product_image", "ProductImageConfig": {"OutputImageCount": 10}},
            {},
            [picture(1024, 1024)] * 10,
            id="products",
        ),
        pytest.param(
            {"Type": "ai_try_on", "ProductImageConfig": {"OutputImageCount": 10}},
            {},
            [picture(1024, 1024)],
            id="count-of-another-scene",
        ),
        pytest.param(
            {"Type": "outpainting"},
            {"ImageWidth": 801, "ImageHeight": 600, "AspectRatio": "1:1"},
            [picture(801, 600)],
            id="sides-win-over-ratio",
        ),
        pytest.param(
            {"Type": "outpainting"}, {"ImageWidth": 800, "AspectRatio": "4:3"}, [picture(800, 600)], id="width"
        ),
        pytest.param(
            {"Type": "outpainting"}, {"ImageHeight": 600, "AspectRatio": "4:3"}, [picture(800, 600)], id="height"
        ),
        pytest.param(
            {"Type": "outpainting"}, {"ImageWidth": 2**64, "ImageHeight": 10**400}, [picture(4096, 4096)], id="huge"
        ),
        pytest.param(
            {"Type": "change_clothes"},
            {"Resolution": "4K", "EncodeConfig": {"Format": "JPEG"}},
            [picture(1024, 1024, "jpg")],
            id="clothes",
        ),
        pytest.param({"Type": ["outpainting"]}, {"EncodeConfig": 1}, [picture(1024, 1024)], id="malformed"),
    ],
)
def test_scene_picture_follows_its_scene(scene: Any, config: Any, expected: list[FileSpec]) -> None:
    assert shapes(SCENE_IMAGE, {"SceneInfo": scene, "OutputConfig": config}) == expected


# --- sounds --------------------------------------------------------------------------------------------------------

CLIP = {"VideoInfos": [{"Url": "http://example.com/a.mp4"}]}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({}, [FileSpec("audio", "mp3", seconds=5.0)], id="default"),
        pytest.param(
            {"SceneType": "sfx", "OutputConfig": {"Duration": 6, "OutputAudioFormat": "wav"}},
            [FileSpec("audio", "wav", seconds=6.0)],
            id="wav",
        ),
        pytest.param(
            {"OutputConfig": {"OutputAudioFormat": "ogg"}}, [FileSpec("audio", "mp3", seconds=5.0)], id="unknown"
        ),
        pytest.param(
            {"SceneType": "sfx", "OutputConfig": {"Duration": 6}, **CLIP},
            [FileSpec("audio", "mp3", seconds=6.0), video(1280, 720, 6.0, True)],
            id="effect-for-a-video",
        ),
        pytest.param({"SceneType": "music", **CLIP}, [FileSpec("audio", "mp3", seconds=5.0)], id="music"),
    ],
)
def test_sounds_follow_the_request(params: dict[str, Any], expected: list[FileSpec]) -> None:
    assert shapes(AUDIO, params) == expected


# --- looks ---------------------------------------------------------------------------------------------------------


def test_action_without_files_asks_for_none() -> None:
    assert requested_files("CreateAigcSubject", {"SubjectName": "cat"}) == ()


def test_pictures_of_one_task_look_different() -> None:
    made = requested_files(IMAGE, {"ModelName": "Kling", "OutputConfig": {"OutputImageCount": 9}})

    assert len({each.look for each in made}) == 9


@pytest.mark.parametrize(
    ("params", "seed"),
    [
        pytest.param({**KLING, "Prompt": "a dog"}, 1, id="prompt"),
        pytest.param({**KLING, "Seed": 7}, 1, id="own-seed"),
        pytest.param(KLING, 2, id="seed"),
        pytest.param(KLING, None, id="no-seed"),
    ],
)
def test_look_follows_from(params: dict[str, Any], seed: int | None) -> None:
    assert requested_files(VIDEO, params, seed=seed) != requested_files(VIDEO, KLING, seed=1)


def test_look_follows_from_the_action() -> None:
    looks = [[each.look for each in requested_files(action, KLING)] for action in (VIDEO, REDRAW)]

    assert len(looks[0]) == len(looks[1]) == 1 and looks[0] != looks[1]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"SessionId": "a"}, id="SessionId"),
        pytest.param({"SessionContext": "a"}, id="SessionContext"),
        pytest.param({"TasksPriority": 5}, id="TasksPriority"),
    ],
)
def test_look_does_not_follow_from(more: dict[str, Any]) -> None:
    assert requested_files(VIDEO, {**KLING, **more}, seed=1) == requested_files(VIDEO, KLING, seed=1)


def test_look_is_the_same_in_every_process() -> None:
    assert requested_files(VIDEO, KLING, seed=1)[0].look == 142041127256967


ANY_VALUE = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()))
ANY_CONFIG = st.dictionaries(
    st.sampled_from(
        ["Resolution", "AspectRatio", "Duration", "OutputImageCount", "ImageWidth", "ImageHeight", "EncodeConfig"]
    ),
    ANY_VALUE | st.from_regex("[0-9]{1,9}[x:][0-9]{1,9}", fullmatch=True),
)


@pytest.mark.parametrize("action", [VIDEO, IMAGE, SCENE_VIDEO, SCENE_IMAGE, AUDIO, REDRAW])
@given(params=st.fixed_dictionaries({"OutputConfig": ANY_CONFIG, "SceneInfo": ANY_VALUE, "ExtInfo": ANY_VALUE}))
def test_no_value_leads_out_of_bounds(action: str, params: dict[str, Any]) -> None:
    for each in requested_files(action, {**params, "SceneInfo": params["SceneInfo"] or {"Type": "outpainting"}}):
        assert each.kind == "audio" or (LEAST <= each.width <= MOST and LEAST <= each.height <= MOST)
        assert each.kind == "image" or SHORTEST <= each.seconds <= LONGEST


def test_import_is_light() -> None:
    code = "import sys, mockvod, mockvod.media; print(sorted({'PIL', 'av'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout == "[]\n"

"""One test for every conflict (X-…) and ambiguity (A-…) of the contracts: where sources disagree, or leave something open.

What each of them settles is asserted for both profiles. Rows about the server are asked of a MockVod, rows about what a
service does later (a second call, a finished task) of the contract files that it will read.
"""

from __future__ import annotations

import copy
import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Mapping
from http.client import parse_headers
from importlib.resources import files
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.findings import Finding
from mockvod.validators.media import check_media
from mockvod.validators.request import validate_request

VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"
ELEMENT, ADVANCED, SUBJECT = "CreateAigcCustomElement", "CreateAigcAdvancedCustomElement", "CreateAigcSubject"

IP, IPV = "InvalidParameter", "InvalidParameterValue"

X_ROWS = (
    "GEM IMG-MODELS VID-MODELS GV-FAST VID-VERS KLING-DUR HAILUO-RES HAILUO-AR 2K4K RES-CASE GG31-RES OG-RES OG-REFS "
    "HY-AR REF-LIMIT LASTFRAME SESS-WINDOW AUDIO-DEFAULT SUBJ-B64 SCENE-IMG USAGE-TYPES CN-ONLY ERR-QUOTA ERR-CE "
    "REFERLIST ELEMID HOST"
)
A_ROWS = (
    "SUBAPP SUBAPP-CE PRIO-TYPE PRIO-RANGE SESS-CODE SESS-SCOPE CHARS LEN-CODE AE-OPTIONAL AE-VOICE AE-VIDEO-IN-IMAGE "
    "AE-NAMES AE-FRONT AE-JSONTEXT AE-URL AE-DIFFER AE-TAG CE-JSON CE-ERR CE-MODEL CE-SYNC CE-HEADER SU-MIN SU-RATIO "
    "SU-Q2PRO SU-5S VT-LISTS VT-TYPE VT-USAGE VT-LASTONLY VT-LFSIZE VT-PROMPT VT-EXTINFO VT-OG16 VT-CONC VT-SUBJ "
    "VT-SCENE VT-CTXTEXT VT-EXPIRE IT-TEXT IT-DEFAULT1 IT-COUNT AC-VOICEID AC-MEDIA QUOTA-TEXT QUOTA-EX USAGE-OLD "
    "SCENE-ID TASK-PREFIX SCENE-CC H3D-ONEOF FACE TOKEN DESC"
)
ROWS = [f"X-{each}" for each in X_ROWS.split()] + [f"A-{each}" for each in A_ROWS.split()]

#: A valid request for each action, with as many members as go together.
BASES: dict[str, dict[str, Any]] = {}
for _case in json.loads((files("mockvod.fixtures") / "golden" / "requests.json").read_text(encoding="utf-8")):
    BASES.setdefault(_case["action"], _case["params"])

both = pytest.mark.parametrize("profile", ["strict", "lenient"])


def contract(action: str) -> Contract:
    return catalog().require(action)


def rules(action: str, member: str) -> Mapping[str, Any]:
    """The rules of a member in its contract file."""
    found: Mapping[str, Any] = contract(action).document["members"][member]
    return found


def changed(action: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The base request with other values; None removes a member."""

    def merged(value: dict[str, Any], by: Mapping[str, Any]) -> dict[str, Any]:
        for name, each in by.items():
            if each is None:
                value.pop(name, None)
            elif isinstance(each, Mapping) and isinstance(value.get(name), dict):
                merged(value[name], each)
            else:
                value[name] = copy.deepcopy(each)
        return value

    return merged(copy.deepcopy(BASES[action]), changes)


def check(action: str, profile: str, /, **changes: Any) -> tuple[Finding, ...]:
    return validate_request(action, changed(action, changes), profile=profile)


def errors(action: str, profile: str, /, **changes: Any) -> list[tuple[str, str]]:
    """The path and the code of each error."""
    return brief(check(action, profile, **changes), "error")


def warned(action: str, profile: str, /, **changes: Any) -> set[str]:
    """The paths of all warnings; fails if there is an error."""
    findings = check(action, profile, **changes)
    assert brief(findings, "error") == []
    return {each.path for each in findings}


def brief(findings: tuple[Finding, ...], severity: str) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in findings if each.severity == severity]


def strictly(profile: str, *expected: tuple[str, str]) -> list[tuple[str, str]]:
    """What strict refuses and lenient lets pass."""
    return list(expected) if profile == "strict" else []


def video(model: str, version: str, /, **more: Any) -> dict[str, Any]:
    """A video from text alone; what stands in `more` goes into OutputConfig where it belongs there."""
    inside = {"Duration", "Resolution", "AspectRatio"}
    config = {name: value for name, value in more.items() if name in inside}
    rest = {name: value for name, value in more.items() if name not in inside}
    call = {"SubAppId": 1500000001, "ModelName": model, "ModelVersion": version, "Prompt": "a car", **rest}
    return {**call, "OutputConfig": config} if config else call


def image(model: str, version: str, /, **more: Any) -> dict[str, Any]:
    inside = {"Resolution", "AspectRatio", "OutputImageCount"}
    config = {name: value for name, value in more.items() if name in inside}
    rest = {name: value for name, value in more.items() if name not in inside}
    call = {"SubAppId": 1500000001, "ModelName": model, "ModelVersion": version, "Prompt": "a car", **rest}
    return {**call, "OutputConfig": config} if config else call


def refused(action: str, params: Mapping[str, Any], profile: str) -> list[tuple[str, str]]:
    return brief(validate_request(action, params, profile=profile), "error")


def of_member(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same without the way through the JSON text of a member."""
    return [(path.split(".")[0], code) for path, code in found]


def flagged(action: str, params: Mapping[str, Any], profile: str) -> set[str]:
    """The paths of all warnings; fails if there is an error."""
    findings = validate_request(action, params, profile=profile)
    assert brief(findings, "error") == []
    return {each.path for each in findings}


def pictures(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"FileId": str(3704211000509819 + each), **more} for each in range(count)]


def png(width: int, height: int, padding: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    extra = chunk(b"tEXt", b"Comment\0" + b"x" * padding) if padding else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.fixture
def ask(make_caller: Any, clock: VirtualClock) -> Callable[..., dict[str, Any]]:
    """Calls an action of a new MockVod with the given profile."""

    def call(profile: str, action: str, params: Any = None, **extra: Any) -> dict[str, Any]:
        answer: dict[str, Any] = make_caller(MockVod(Settings(seed=1, profile=profile), clock=clock)).call(
            action, params, **extra
        )
        return answer

    return call


@pytest.fixture
def callers(make_caller: Any, clock: VirtualClock) -> Callable[[str], Any]:
    return lambda profile: make_caller(MockVod(Settings(seed=1, profile=profile), clock=clock))


def test_every_row_has_its_test() -> None:
    tests = {name for name in globals() if name.startswith("test_")}

    assert len(ROWS) == 27 + 54
    assert [row for row in ROWS if f"test_{row.lower().replace('-', '_')}" not in tests] == []


@pytest.mark.parametrize("action", sorted(BASES))
@both
def test_base_passes(action: str, profile: str) -> None:
    assert validate_request(action, BASES[action], profile=profile) == ()


# --- X: sources that disagree --------------------------------------------------------------------------------------


@both
def test_x_gem(profile: str) -> None:
    assert flagged(IMAGE, image("GEM", "2.5"), profile) == {"ModelName"}


IMAGE_MODELS = {
    "GG": "2.5",
    "OG": "image2_low",
    "Qwen": "0925",
    "Hunyuan": "3.0",
    "Vidu": "q2",
    "Kling": "2.1",
    "SI": "4.0",
    "Jimeng": "4.0",
    "MJ": "v7",
    "Mingmou": "1.0",
}


@both
def test_x_img_models(profile: str) -> None:
    known = [refused(IMAGE, image(*each), profile) for each in IMAGE_MODELS.items()]

    assert known == [[]] * 10
    assert refused(IMAGE, image("Midjourney", "7"), profile) == strictly(profile, ("ModelName", IP))


VIDEO_MODELS = {
    "Kling": "2.1",
    "Vidu": "q2",
    "Hailuo": "02",
    "Hunyuan": "1.5",
    "Mingmou": "1.0",
    "GV": "3.1",
    "OS": "2.0",
    "PixVerse": "v6",
    "Jimeng": "3.0pro",
    "Seedance": "1.5-pro",
}


@both
def test_x_vid_models(profile: str) -> None:
    known = [refused(VIDEO, video(*each), profile) for each in VIDEO_MODELS.items()]

    assert known == [[]] * 10
    assert refused(VIDEO, video("H2", "1.0"), profile) == strictly(profile, ("ModelName", IP))


@both
def test_x_gv_fast(profile: str) -> None:
    assert flagged(VIDEO, video("GV", "3.1-fast"), profile) == set()
    assert refused(VIDEO, video("GV", "3.1-Fast"), profile) == []
    assert refused(VIDEO, video("GV", "3.1-FAST"), profile) == strictly(profile, ("ModelVersion", IP))


def test_x_gv_fast_is_flagged() -> None:
    assert flagged(VIDEO, video("GV", "3.1-Fast"), "strict") == {"ModelVersion"}


@both
@pytest.mark.parametrize(
    ("model", "version"),
    [
        ("Hailuo", "H3-Max"),
        ("Hailuo", "H3_regen"),
        ("Kling", "3.0-turbo"),
        ("Vidu", "q3-mix"),
        ("GV", "omni"),
        ("Hunyuan", "3d_2.0"),
        ("Jimeng", "3.0pro"),
    ],
)
def test_x_vid_vers(model: str, version: str, profile: str) -> None:
    assert refused(VIDEO, video(model, version), profile) == []


@both
def test_x_vid_vers_of_another_model(profile: str) -> None:
    assert refused(VIDEO, video("Kling", "H3"), profile) == strictly(profile, ("ModelVersion", IP))


@both
@pytest.mark.parametrize(
    ("seconds", "fits"), [(2.9, False), (3, True), (5, True), (10, True), (15, True), (15.1, False)]
)
def test_x_kling_dur(seconds: float, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("OutputConfig.Duration", IP))

    assert refused(VIDEO, video("Kling", "3.0", Duration=seconds), profile) == expected


@both
@pytest.mark.parametrize(("model", "version"), [("Hailuo", "02"), ("Jimeng", "3.0pro")])
def test_x_hailuo_res(model: str, version: str, profile: str) -> None:
    listed = [refused(VIDEO, video(model, version, Resolution=each), profile) for each in ("768P", "1080P")]

    assert listed == [[], []]
    other = refused(VIDEO, video(model, version, Resolution="720P"), profile)
    assert other == strictly(profile, ("OutputConfig.Resolution", IP))


@both
def test_x_hailuo_ar(profile: str) -> None:
    ratio = "OutputConfig.AspectRatio"

    assert flagged(VIDEO, video("Hailuo", "H3", AspectRatio="21:9"), profile) == set()
    assert refused(VIDEO, video("Hailuo", "H3", AspectRatio="2:3"), profile) == strictly(profile, (ratio, IP))
    assert flagged(VIDEO, video("Hailuo", "02", AspectRatio="16:9"), profile) == (
        {ratio} if profile == "strict" else set()
    )


@both
@pytest.mark.parametrize(("model", "version"), [each for each in VIDEO_MODELS.items() if each[0] not in ("Seedance",)])
@pytest.mark.parametrize("resolution", ["2K", "4K"])
def test_x_2k4k(model: str, version: str, resolution: str, profile: str) -> None:
    assert refused(VIDEO, video(model, version, Resolution=resolution), profile) == []


@both
@pytest.mark.parametrize("resolution", ["1080P", "1080p", "4k", "4K"])
def test_x_res_case(resolution: str, profile: str) -> None:
    assert flagged(VIDEO, video("Kling", "3.0", Resolution=resolution), profile) == set()
    assert flagged(VIDEO, video("PixVerse", "v6", Resolution=resolution), profile) == set()
    assert flagged(IMAGE, image("Vidu", "q2", Resolution=resolution), profile) == set()


@both
@pytest.mark.parametrize("resolution", ["512", "720P", "1K", "2K", "4K"])
def test_x_gg31_res(resolution: str, profile: str) -> None:
    assert refused(IMAGE, image("GG", "3.1", Resolution=resolution), profile) == []


@both
def test_x_gg31_res_of_other_versions(profile: str) -> None:
    expected = strictly(profile, ("OutputConfig.Resolution", IP))

    assert refused(IMAGE, image("GG", "3.0", Resolution="512"), profile) == expected


@both
@pytest.mark.parametrize(
    ("resolution", "fits"), [("1K", True), ("1080P", True), ("2K", True), ("4K", True), ("8K", False)]
)
def test_x_og_res(resolution: str, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("OutputConfig.Resolution", IP))

    assert refused(IMAGE, image("OG", "image2_low", Resolution=resolution), profile) == expected


@both
@pytest.mark.parametrize("count", [16, 17])
def test_x_og_refs(count: int, profile: str) -> None:
    expected = [] if count == 16 else strictly(profile, ("FileInfos", IP))

    assert refused(IMAGE, image("OG", "image2_low", FileInfos=pictures(count)), profile) == expected


@both
@pytest.mark.parametrize("resolution", ["720P", "4K", "768:1024", "1024:1024"])
def test_x_hy_ar(resolution: str, profile: str) -> None:
    params = image("Hunyuan", "3.0", Resolution=resolution, AspectRatio="16:9")
    expected = {"OutputConfig.Resolution", "OutputConfig.AspectRatio"} if profile == "strict" else set()

    assert flagged(IMAGE, params, profile) == expected


@both
@pytest.mark.parametrize(("name", "value"), [("Resolution", "1K"), ("AspectRatio", "8:1")])
def test_x_hy_ar_never_listed(name: str, value: str, profile: str) -> None:
    params = image("Hunyuan", "3.0", **{name: value})

    assert refused(IMAGE, params, profile) == strictly(profile, (f"OutputConfig.{name}", IP))


@both
@pytest.mark.parametrize(
    ("model", "version", "count", "fits"),
    [
        ("GV", "3.1", 3, True),
        ("GV", "3.1", 4, False),
        ("Kling", "3.0", 7, True),
        ("Kling", "3.0", 8, False),
        ("Vidu", "q2", 7, True),
        ("Vidu", "q2", 8, False),
        ("Kling", "3.0-turbo", 8, True),
        ("GV", "omni", 8, True),
    ],
)
def test_x_ref_limit(model: str, version: str, count: int, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("FileInfos", IP))

    assert refused(VIDEO, video(model, version, FileInfos=pictures(count)), profile) == expected


@both
@pytest.mark.parametrize(("model", "version"), list(VIDEO_MODELS.items()))
def test_x_lastframe(model: str, version: str, profile: str) -> None:
    framed = video(model, version, FileInfos=pictures(1), LastFrameUrl="https://media.example/last.png")
    alone = video(model, version, LastFrameUrl="https://media.example/last.png")

    assert refused(VIDEO, framed, profile) == []
    assert refused(VIDEO, alone, profile) == strictly(profile, ("FileInfos", IP))


def with_session() -> list[str]:
    return [each for each in sorted(BASES) if "SessionId" in contract(each).request.by_name]


@pytest.mark.parametrize("action", with_session())
def test_x_sess_window(action: str) -> None:
    assert contract(action).dedup == 72


def test_x_sess_window_of_no_other() -> None:
    assert [each for each in sorted(BASES) if contract(each).dedup] == with_session()


@both
def test_x_audio_default(profile: str) -> None:
    assert rules(VIDEO, "OutputConfig.AudioGeneration")["default"]["value"] == "Disabled"
    assert errors(VIDEO, profile, OutputConfig={"AudioGeneration": "Enabled"}) == []


@both
@pytest.mark.parametrize("value", ["***", "https://media.example/a.png", "image_url_0"])
def test_x_subj_b64(value: str, profile: str) -> None:
    assert errors(SUBJECT, profile, SubjectImages=[value]) == []


@both
@pytest.mark.parametrize("value", ["data:image/png;base64,iVBORw0KGgo=", "a b"])
def test_x_subj_b64_other_than_an_address(value: str, profile: str) -> None:
    assert errors(SUBJECT, profile, SubjectImages=[value]) == strictly(profile, ("SubjectImages.0", IP))


OLD_SCENES = (
    "change_clothes",
    "change_clothes_under",
    "change_clothes_top_wear",
    "change_clothes_bottom_wear",
    "change_clothes_full_wear",
)


@both
@pytest.mark.parametrize("kind", OLD_SCENES)
def test_x_scene_img(kind: str, profile: str) -> None:
    expected = {"SceneInfo.Type"} if profile == "strict" else set()

    assert warned("CreateSceneAigcImageTask", profile, SceneInfo={"Type": kind}) == expected
    assert warned("CreateSceneAigcImageTask", profile, SceneInfo={"Type": "ai_try_on"}) == set()


@both
@pytest.mark.parametrize(
    "kind",
    ["Video", "Image", "Text", "Audio", "SceneAigcVideo", "SceneAigcImage", "SceneAigcTime", "TextDetail"],
)
def test_x_usage_types(kind: str, profile: str) -> None:
    assert errors("DescribeAigcUsageData", profile, AigcType=kind) == []


@both
def test_x_usage_types_unknown(profile: str) -> None:
    assert errors("DescribeAigcUsageData", profile, AigcType="Smell") == strictly(profile, ("AigcType", IPV))


@both
def test_x_cn_only(profile: str) -> None:
    scene = {"Type": "character_scene", "CharacterSceneConfig": {}}
    expected = strictly(profile, ("SceneInfo.CharacterSceneConfig", "UnknownParameter"), ("SceneInfo.Type", IP))

    assert errors("CreateSceneAigcVideoTask", profile, SceneInfo=scene) == expected


@pytest.mark.parametrize(
    ("action", "listed"),
    [
        (VIDEO, True),
        (IMAGE, True),
        ("CreateAigcVideoRedrawTask", True),
        ("CreateSceneAigcImageTask", True),
        ("CreateSceneAigcVideoTask", True),
        (SUBJECT, False),
        (ADVANCED, False),
    ],
)
def test_x_err_quota(action: str, listed: bool) -> None:
    assert ("LimitExceeded.Quota" in contract(action).error_codes) is listed


def test_x_err_ce() -> None:
    assert contract(ELEMENT).error_codes == ()


@both
def test_x_referlist(profile: str) -> None:
    expected = strictly(profile, ("ElementReferList", "MissingParameter"))

    assert errors(ELEMENT, profile, ElementReferList=None) == expected


@pytest.mark.parametrize("value", ["53459345344333", "8543454323444234222", "858449709428916275"])
def test_x_elemid(value: str) -> None:
    pattern = contract(ELEMENT).identifier_pattern
    assert pattern is not None
    assert re.fullmatch(pattern, value)
    assert warned("DeleteAigcAdvancedCustomElement", "strict", ElementId=value) == set()


@both
def test_x_elemid_masked(profile: str) -> None:
    expected = {"ElementId"} if profile == "strict" else set()

    assert warned("DeleteAigcAdvancedCustomElement", profile, ElementId="3089***********") == expected


@both
@pytest.mark.parametrize("host", ["vod.intl.tencentcloudapi.com", "vod.tencentcloudapi.com"])
def test_x_host(host: str, profile: str, ask: Callable[..., dict[str, Any]]) -> None:
    assert "Error" not in ask(profile, SUBJECT, BASES[SUBJECT], host=host)


# --- A: what the documents leave open ------------------------------------------------------------------------------

OPTIONAL_SUB_APP = (
    ADVANCED,
    SUBJECT,
    "CreateAigcCustomVoice",
    "CreateAigcAudioTask",
    "CreateAigcHunyuan3DTask",
    "DescribeAigcApiTokens",
    "DescribeAigcUsageData",
)


@both
@pytest.mark.parametrize("action", [each for each in sorted(BASES) if "Aigc" in each and each != ELEMENT])
def test_a_subapp(action: str, profile: str) -> None:
    expected = [] if action in OPTIONAL_SUB_APP else strictly(profile, ("SubAppId", "MissingParameter"))

    assert errors(action, profile, SubAppId=None) == expected


@both
def test_a_subapp_ce(profile: str) -> None:
    assert errors(ELEMENT, profile, SubAppId=1500000001) == strictly(profile, ("SubAppId", "UnknownParameter"))


@both
@pytest.mark.parametrize("action", [VIDEO, IMAGE])
@pytest.mark.parametrize("text", ["10", "-1", "0"])
def test_a_prio_type(action: str, text: str, profile: str) -> None:
    assert warned(action, profile, TasksPriority=text) == {"TasksPriority"}


@both
@pytest.mark.parametrize(("action", "name"), [(SUBJECT, "TasksPriority"), (VIDEO, "Seed"), (VIDEO, "SubAppId")])
def test_a_prio_type_is_of_one_member(action: str, name: str, profile: str) -> None:
    assert errors(action, profile, **{name: "10"}) == strictly(profile, (name, IP))


@both
@pytest.mark.parametrize("action", [each for each in with_session() if each != "PullUpload"])
@pytest.mark.parametrize("priority", [-11, -10, 10, 11])
def test_a_prio_range(action: str, priority: int, profile: str) -> None:
    expected = [] if abs(priority) == 10 else strictly(profile, ("TasksPriority", IP))

    assert errors(action, profile, TasksPriority=priority) == expected


@pytest.mark.parametrize("action", with_session())
def test_a_sess_code(action: str) -> None:
    assert "InvalidParameterValue.SessionId" in contract(action).error_codes


@both
def test_a_sess_scope(profile: str, callers: Callable[[str], Any]) -> None:
    caller = callers(profile)
    refused_call = caller.call(SUBJECT, changed(SUBJECT, {"SessionContext": "x" * 1001}))
    accepted = [caller.call(action, changed(action, {"SessionId": "one-for-all"})) for action in (SUBJECT, ADVANCED)]

    assert refused_call["Error"]["Code"] == "InvalidParameterValue.SessionContextTooLong"
    assert ["TaskId" in answer for answer in accepted] == [True, True]


@both
@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [
        ("SessionId", 50, "InvalidParameterValue.SessionIdTooLong"),
        ("SessionContext", 1000, "InvalidParameterValue.SessionContextTooLong"),
    ],
)
@pytest.mark.parametrize("char", ["a", "中", "\U0001f600"])
def test_a_chars(name: str, limit: int, code: str, char: str, profile: str) -> None:
    assert errors(VIDEO, profile, **{name: char * limit}) == []
    assert errors(VIDEO, profile, **{name: char * (limit + 1)}) == [(name, code)]


@both
def test_a_chars_of_the_name_of_a_file(profile: str) -> None:
    assert errors(VIDEO, profile, OutputConfig={"MediaName": "名" * 64}) == []
    assert errors(VIDEO, profile, OutputConfig={"MediaName": "名" * 65}) == [("OutputConfig.MediaName", IP)]


@both
@pytest.mark.parametrize(("action", "code"), [(ADVANCED, IP), (ELEMENT, IPV)])
@pytest.mark.parametrize(("name", "limit"), [("ElementName", 20), ("ElementDescription", 100)])
def test_a_len_code(action: str, code: str, name: str, limit: int, profile: str) -> None:
    assert errors(action, profile, **{name: "主" * limit}) == []
    assert errors(action, profile, **{name: "主" * (limit + 1)}) == strictly(profile, (name, code))


PICTURES = '{ "frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]}'
FILM = '{"refer_videos":[{"video_url":"video_url_1"}]}'


@both
@pytest.mark.parametrize(
    ("params", "path"),
    [
        pytest.param({"ReferenceType": "video_refer", "ElementVideoList": FILM}, "", id="video"),
        pytest.param({"ReferenceType": "image_refer", "ElementImageList": PICTURES}, "", id="pictures"),
        pytest.param({"ElementVideoList": FILM}, "", id="video-decides"),
        pytest.param({"ElementImageList": PICTURES}, "", id="pictures-decide"),
        pytest.param({"ReferenceType": "video_refer"}, "ElementVideoList", id="video-missing"),
        pytest.param(
            {"ReferenceType": "video_refer", "ElementImageList": PICTURES}, "ElementVideoList", id="other-than-asked"
        ),
        pytest.param({"ReferenceType": "image_refer"}, "ElementImageList", id="pictures-missing"),
        pytest.param({"ElementVideoList": FILM, "ElementImageList": PICTURES}, "ReferenceType", id="undecided"),
        pytest.param({}, "ReferenceType", id="nothing"),
    ],
)
def test_a_ae_optional(params: dict[str, Any], path: str, profile: str) -> None:
    assert refused(ADVANCED, params, profile) == (strictly(profile, (path, IP)) if path else [])


@both
def test_a_ae_voice(profile: str) -> None:
    params = {"ReferenceType": "image_refer", "ElementImageList": PICTURES, "ElementVoiceId": "123333"}

    assert flagged(ADVANCED, params, profile) == ({"ElementVoiceId"} if profile == "strict" else set())


@both
@pytest.mark.parametrize("text", [FILM, "{broken", "[]"])
def test_a_ae_video_in_image(text: str, profile: str) -> None:
    params = {"ReferenceType": "image_refer", "ElementImageList": PICTURES, "ElementVideoList": text}

    assert flagged(ADVANCED, params, profile) == ({"ElementVideoList"} if profile == "strict" else set())


@both
def test_a_ae_names(profile: str) -> None:
    outside = {"ReferenceType": "video_refer", "ElementVideoList": FILM, "element_video_list": FILM}
    inside = {"ReferenceType": "video_refer", "ElementVideoList": '{"ReferVideos":[{"VideoUrl":"a"}]}'}

    assert refused(ADVANCED, outside, profile) == strictly(profile, ("element_video_list", "UnknownParameter"))
    assert of_member(refused(ADVANCED, inside, profile)) == strictly(profile, ("ElementVideoList", IP))


@both
@pytest.mark.parametrize("front", ['""', '["image_url_0"]', "7", None])
def test_a_ae_front(front: str | None, profile: str) -> None:
    first = f'"frontal_image": {front}, ' if front else ""
    text = f'{{{first}"refer_images": [{{"image_url": "image_url_1"}}]}}'

    found = refused(ADVANCED, {"ElementImageList": text}, profile)

    assert of_member(found) == strictly(profile, ("ElementImageList", IP))


@both
@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_a_ae_front_and_one_to_three_others(count: int, profile: str) -> None:
    others = [{"image_url": f"image_url_{each}"} for each in range(1, count + 1)]
    text = json.dumps({"frontal_image": "image_url_0", "refer_images": others})
    expected = [] if count in (1, 3) else strictly(profile, ("ElementImageList", IP))

    assert of_member(refused(ADVANCED, {"ElementImageList": text}, profile)) == expected


@both
def test_a_ae_jsontext(profile: str) -> None:
    spread = json.dumps(json.loads(PICTURES), indent=2)

    assert refused(ADVANCED, {"ElementImageList": spread}, profile) == []
    assert refused(ADVANCED, {"ElementImageList": "frontal"}, profile) == strictly(profile, ("ElementImageList", IP))


@both
def test_a_ae_jsontext_as_an_object(profile: str) -> None:
    findings = validate_request(ADVANCED, {"ElementImageList": json.loads(PICTURES)}, profile=profile)

    assert ("ElementImageList", IP) in brief(findings, "error" if profile == "strict" else "warning")
    assert profile == "strict" or brief(findings, "error") == []


@both
def test_a_ae_url(profile: str) -> None:
    empty = '{"refer_videos":[{"video_url":""}]}'

    assert errors("CreateAigcCustomVoice", profile, VoiceUrl="myVoiceUrl") == []
    assert errors("CreateAigcCustomVoice", profile, VoiceUrl="") == [("VoiceUrl", IP)]
    assert errors(SUBJECT, profile, SubjectImages=["***"]) == []
    assert refused(ADVANCED, {"ElementVideoList": FILM}, profile) == []
    found = refused(ADVANCED, {"ElementVideoList": empty}, profile)
    assert of_member(found) == strictly(profile, ("ElementVideoList", IP))


@both
def test_a_ae_differ(profile: str) -> None:
    text = PICTURES.replace("image_url_1", "image_url_0")
    expected = {"ElementImageList"} if profile == "strict" else set()

    assert flagged(ADVANCED, {"ElementImageList": text}, profile) == expected
    assert flagged(ADVANCED, {"ElementImageList": PICTURES}, profile) == set()


@both
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('[{"tag_id": "o_101"}, {"tag_id": "o_102"}]', True),
        ("[]", True),
        ('[{"tag_id": 101}]', False),
        ("[{}]", False),
        ('{"tag_id": "o_101"}', False),
    ],
)
def test_a_ae_tag(text: str, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("TagList", IP))

    assert of_member(errors(ADVANCED, profile, TagList=text)) == expected


@both
def test_a_ce_json(profile: str, callers: Callable[[str], Any]) -> None:
    caller = callers(profile)
    case = json.loads((files("mockvod.fixtures") / "golden" / "broken_json.json").read_text(encoding="utf-8"))[0]

    assert caller.call(ELEMENT, body=case["body"].encode())["Error"]["Code"] == IP
    assert "ElementId" in caller.call(ELEMENT, body=case["repaired"].encode())


@both
@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        pytest.param({"ElementName": None}, "ElementName", "MissingParameter", id="missing"),
        pytest.param({"ElementReferList": []}, "ElementReferList", IPV, id="none"),
        pytest.param({"ElementReferList": [{"ImageUrl": "a"}] * 4}, "ElementReferList", IPV, id="four"),
        pytest.param({"ElementName": 7}, "ElementName", IP, id="type"),
        pytest.param({"Mood": "good"}, "Mood", "UnknownParameter", id="unknown"),
    ],
)
def test_a_ce_err(changes: dict[str, Any], path: str, code: str, profile: str) -> None:
    findings = check(ELEMENT, profile, **changes)

    assert [(each.path, each.code) for each in findings] == [(path, code)]
    assert "." not in code


@both
def test_a_ce_model(profile: str) -> None:
    assert "ModelName" not in contract(ELEMENT).request.by_name
    assert errors(ELEMENT, profile) == []


@both
def test_a_ce_sync(profile: str, ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask(profile, ELEMENT, BASES[ELEMENT])

    assert contract(ELEMENT).mode == "sync"
    assert sorted(answer) == ["ElementId", "RequestId"]


@both
def test_a_ce_header(profile: str, callers: Callable[[str], Any]) -> None:
    lines = b"Content-Type:application/json\r\n\r\n"
    kind = parse_headers(io.BytesIO(lines))["Content-Type"]
    caller = callers(profile)

    answer = caller.send(caller.post(ELEMENT, BASES[ELEMENT], headers={"content-type": kind}))

    assert "ElementId" in answer


@both
def test_a_su_min(profile: str) -> None:
    films = ["***"]

    assert errors(SUBJECT, profile, SubjectImages=None, SubjectVideos=films, VoiceId=None) == []
    assert errors(SUBJECT, profile, SubjectImages=None) == strictly(profile, ("SubjectImages", IP))
    assert errors(SUBJECT, profile, SubjectImages=[]) == strictly(profile, ("SubjectImages", IP))
    assert errors(SUBJECT, profile, SubjectImages=["***"] * 4) == strictly(profile, ("SubjectImages", IP))
    assert errors(SUBJECT, profile, SubjectVideos=films * 2) == strictly(profile, ("SubjectVideos", IP))


@both
@pytest.mark.parametrize(("action", "member"), [(SUBJECT, "SubjectImages[]"), (VIDEO, "SubjectInfos[].ImageUrls[]")])
def test_a_su_ratio(action: str, member: str, profile: str) -> None:
    bound, inside = png(512, 128), png(511, 128)

    assert check_media(action, member, inside, profile=profile) == ()
    found = [each.rule for each in check_media(action, member, bound, profile=profile)]
    assert found == (["media_ratio"] if profile == "strict" else [])


@both
def test_a_su_q2pro(profile: str) -> None:
    expected = {"VoiceId"} if profile == "strict" else set()

    assert warned(SUBJECT, profile, SubjectVideos=["***"], VoiceId="male-qn-qingse") == expected


@pytest.mark.parametrize(("action", "member"), [(SUBJECT, "SubjectVideos[]"), (VIDEO, "SubjectInfos[].VideoUrls[]")])
def test_a_su_5s(action: str, member: str) -> None:
    limits = rules(action, member)["media"]["value"]

    assert limits["max_seconds"] == 5
    assert limits.keys().isdisjoint({"min_seconds", "max_seconds_exclusive"})


@both
@pytest.mark.parametrize("action", [VIDEO, IMAGE])
def test_a_vt_lists(action: str, profile: str) -> None:
    for value in ("Enabled", "Disabled"):
        assert errors(action, profile, EnhancePrompt=value) == []
    assert errors(action, profile, EnhancePrompt="Perhaps") == strictly(profile, ("EnhancePrompt", IP))


FILE_ACTIONS = (VIDEO, IMAGE, "CreateSceneAigcImageTask", "CreateSceneAigcVideoTask")


@both
@pytest.mark.parametrize("action", FILE_ACTIONS)
@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        pytest.param({"FileId": "3704211000509819"}, True, id="file"),
        pytest.param({"Url": "https://media.example/a.png"}, True, id="address"),
        pytest.param({"Type": "File", "FileId": "3704211000509819"}, True, id="named"),
        pytest.param({}, False, id="none"),
        pytest.param({"FileId": "3704211000509819", "Url": "https://media.example/a.png"}, False, id="two"),
        pytest.param({"Type": "Url", "FileId": "3704211000509819"}, False, id="other-than-named"),
    ],
)
def test_a_vt_type(action: str, entry: dict[str, Any], fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("FileInfos", IP))

    assert errors(action, profile, FileInfos=[entry]) == expected


@both
def test_a_vt_usage(profile: str) -> None:
    last = {"LastFrameUrl": "https://media.example/last.png"}
    unsaid = video("Kling", "3.0", FileInfos=pictures(3), **last)
    references = video("Kling", "3.0", FileInfos=pictures(3, Usage="Reference"), **last)

    assert rules(VIDEO, "FileInfos[].Usage")["default"]["value"] == "FirstFrame"
    assert refused(VIDEO, unsaid, profile) == []
    assert refused(VIDEO, references, profile) == strictly(profile, ("FileInfos", IP))


@both
@pytest.mark.parametrize(
    ("more", "path"),
    [
        pytest.param({"LastFrameFileId": "3704211000509911"}, "FileInfos", id="file-alone"),
        pytest.param({"LastFrameUrl": "https://media.example/a.png"}, "FileInfos", id="address-alone"),
        pytest.param({"FileInfos": pictures(1, Usage="LastFrame")}, "FileInfos", id="entry-alone"),
        pytest.param({"FileInfos": pictures(1), "LastFrameFileId": "3704211000509911"}, "", id="both-frames"),
        pytest.param(
            {"FileInfos": [*pictures(1, Usage="FirstFrame"), *pictures(1, Usage="LastFrame")]}, "", id="both-entries"
        ),
        pytest.param(
            {"FileInfos": pictures(1), "LastFrameFileId": "1", "LastFrameUrl": "a"}, "LastFrameFileId", id="two-last"
        ),
        pytest.param(
            {"FileInfos": [*pictures(1), *pictures(2, Usage="LastFrame")]}, "LastFrameFileId", id="two-last-entries"
        ),
    ],
)
def test_a_vt_lastonly(more: dict[str, Any], path: str, profile: str) -> None:
    expected = strictly(profile, (path, IP)) if path else []

    assert refused(VIDEO, video("Kling", "2.1", **more), profile) == expected


@both
def test_a_vt_lfsize(profile: str) -> None:
    six, eleven = png(320, 320, 6 * 1024 * 1024), png(320, 320, 11 * 1024 * 1024)

    def sizes(content: bytes) -> list[bool]:
        members = ("LastFrameUrl", "LastFrameFileId", "FileInfos[].Url")
        return [
            "media_size" in {each.rule for each in check_media(VIDEO, member, content, profile=profile)}
            for member in members
        ]

    assert sizes(six) == ([True, False, False] if profile == "strict" else [False] * 3)
    assert sizes(eleven) == ([True, True, True] if profile == "strict" else [False] * 3)


@both
@pytest.mark.parametrize(
    ("more", "fits"),
    [
        pytest.param({}, False, id="nothing"),
        pytest.param({"Prompt": ""}, False, id="empty"),
        pytest.param({"Prompt": "a car"}, True, id="prompt"),
        pytest.param({"FileInfos": pictures(1)}, True, id="file"),
        pytest.param({"SubjectInfos": [{"Id": "858449709428916275"}]}, True, id="subject"),
        pytest.param({"SceneType": "avatar_i2v"}, True, id="scene"),
        pytest.param({"ExtInfo": "myextinfo"}, True, id="ext-info"),
    ],
)
def test_a_vt_prompt(more: dict[str, Any], fits: bool, profile: str) -> None:
    params = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "3.0", **more}
    expected = [] if fits else strictly(profile, ("Prompt", "MissingParameter"))

    assert refused(VIDEO, params, profile) == expected


@both
@pytest.mark.parametrize("action", [VIDEO, IMAGE])
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("myextinfo", True),
        ("[1]", True),
        ('{"other": 1}', True),
        ('{"AdditionalParameters": "{\\"multi_shot\\": false}"}', True),
        ('{"AdditionalParameters": "{multi_shot: false}"}', False),
    ],
)
def test_a_vt_extinfo(action: str, text: str, fits: bool, profile: str) -> None:
    expected = set() if fits or profile == "lenient" else {"ExtInfo"}

    assert {each.split(".")[0] for each in warned(action, profile, ExtInfo=text)} == expected


@both
@pytest.mark.parametrize(
    ("size", "fits"),
    [
        ("728x1024", True),
        ("1024x1024", True),
        ("1024x1025", True),
        ("1023x1025", False),
        ("640x1024", True),
        ("640x1008", False),
        ("3840x2160", True),
        ("3840x2176", False),
    ],
)
def test_a_vt_og16(size: str, fits: bool, profile: str) -> None:
    text = json.dumps({"AdditionalParameters": json.dumps({"size": size})})
    expected = [] if fits else strictly(profile, ("ExtInfo", IP))

    assert refused(IMAGE, image("OG", "image2_low", ExtInfo=text), profile) == expected


@both
@pytest.mark.parametrize("action", [VIDEO, IMAGE])
def test_a_vt_conc(action: str, profile: str, callers: Callable[[str], Any]) -> None:
    caller = callers(profile)
    answers = [caller.call(action, changed(action, {"SessionId": None})) for _ in range(2)]

    assert contract(action).concurrency == 1
    assert ["TaskId" in each for each in answers] == [True, True]


@both
@pytest.mark.parametrize(
    ("model", "version", "subject", "fits"),
    [
        ("Kling", "3.0", {"Id": "858449709428916275"}, True),
        ("Kling", "3.0", {"Name": "hero"}, False),
        ("Vidu", "q2", {"Name": "hero"}, True),
        ("Vidu", "q2", {"Id": "928961141663608832"}, False),
    ],
)
def test_a_vt_subj(model: str, version: str, subject: dict[str, Any], fits: bool, profile: str) -> None:
    findings = validate_request(VIDEO, video(model, version, SubjectInfos=[subject]), profile=profile)
    expected = [] if fits or profile == "lenient" else [IP]

    assert [each.code for each in findings if each.severity == "error"] == expected


@both
@pytest.mark.parametrize(
    ("model", "version", "subject", "path"),
    [
        ("Hailuo", "02", {"Id": "1", "Name": "hero"}, "SubjectInfos"),
        ("Kling", "3.0", {"Id": "1", "ImageUrls": ["a"]}, "SubjectInfos.0.ImageUrls"),
    ],
)
def test_a_vt_subj_of_no_effect(model: str, version: str, subject: dict[str, Any], path: str, profile: str) -> None:
    found = flagged(VIDEO, video(model, version, SubjectInfos=[subject]), profile)

    assert {each.split(".")[0] for each in found} == ({path.split(".")[0]} if profile == "strict" else set())


@both
@pytest.mark.parametrize(
    ("action", "params", "fits"),
    [
        pytest.param(VIDEO, video("Kling", "3.0", SceneType="lip_sync"), True, id="kling"),
        pytest.param(VIDEO, video("Vidu", "q2", SceneType="template_effect"), True, id="vidu"),
        pytest.param(VIDEO, video("Vidu", "q2", SceneType="lip_sync"), False, id="of-another-model"),
        pytest.param(VIDEO, video("Hailuo", "02", SceneType="lip_sync"), False, id="model-without"),
        pytest.param(VIDEO, video("Hunyuan", "3d_2.0", SceneType="3d_scene"), False, id="seen-but-not-stated"),
        pytest.param(IMAGE, image("Hunyuan", "3.0", SceneType="3d_panorama"), True, id="picture-hunyuan"),
        pytest.param(IMAGE, image("Kling", "3.0", SceneType="image_expand"), True, id="picture-kling"),
        pytest.param(IMAGE, image("GG", "3.0", SceneType="image_expand"), False, id="picture-model-without"),
    ],
)
def test_a_vt_scene(action: str, params: dict[str, Any], fits: bool, profile: str) -> None:
    assert refused(action, params, profile) == ([] if fits else strictly(profile, ("SceneType", IP)))


@pytest.mark.parametrize("action", with_session())
def test_a_vt_ctxtext(action: str) -> None:
    assert set(rules(action, "SessionContext")) == {"maxLength"}


@both
@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2026-12-31T23:59:59Z", True),
        ("2026-12-31T23:59:59+08:00", True),
        ("0000-00-00T00:00:00Z", True),
        ("2026-12-31", False),
        ("never", False),
        ("2026-13-31T23:59:59Z", False),
    ],
)
def test_a_vt_expire(text: str, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("OutputConfig.ExpireTime", IP))

    assert errors(VIDEO, profile, OutputConfig={"ExpireTime": text}) == expected


@both
@pytest.mark.parametrize(
    ("model", "version", "flag"), [("GG", "3.0", False), ("GEM", "3.0", False), ("Vidu", "q2", True)]
)
def test_a_it_text(model: str, version: str, flag: bool, profile: str) -> None:
    found = flagged(IMAGE, image(model, version, FileInfos=pictures(1, Text="the roof")), profile) - {"ModelName"}

    assert bool(found) is (flag and profile == "strict")


@both
@pytest.mark.parametrize(
    ("model", "version", "most"),
    [
        ("GEM", "2.5", 3),
        ("GEM", "3.0", 14),
        ("GG", "3.1", 14),
        ("Hunyuan", "3.0", 3),
        ("Kling", "2.1", 4),
        ("Kling", "3.0", 1),
        ("Kling", "O1", 10),
        ("Kling", "scene", 1),
        ("Mingmou", "1.0", 1),
        ("Qwen", "0925", 1),
        ("SI", "4.5", 14),
        ("Vidu", "q2", 7),
    ],
)
def test_a_it_default1(model: str, version: str, most: int, profile: str) -> None:
    def call(count: int) -> list[tuple[str, str]]:
        return refused(IMAGE, image(model, version, FileInfos=pictures(count)), profile)

    assert (call(most), call(most + 1)) == ([], strictly(profile, ("FileInfos", IP)))


@both
@pytest.mark.parametrize(
    ("model", "version", "count", "fits"),
    [
        ("Kling", "3.0", 0, False),
        ("Kling", "3.0", 1, True),
        ("Kling", "3.0", 9, True),
        ("Kling", "3.0", 10, False),
        ("OG", "image2_high", 8, True),
        ("OG", "image2_high", 9, False),
        ("GG", "3.0", 100, True),
    ],
)
def test_a_it_count(model: str, version: str, count: int, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("OutputConfig.OutputImageCount", IP))

    assert refused(IMAGE, image(model, version, OutputImageCount=count), profile) == expected


@both
@pytest.mark.parametrize(("length", "fits"), [(7, False), (8, True), (256, True)])
def test_a_ac_voiceid(length: int, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("VoiceId", IP))

    assert errors("CreateAigcAudioClone", profile, VoiceId="v" * length) == expected


@both
def test_a_ac_voiceid_too_long(profile: str) -> None:
    assert errors("CreateAigcAudioClone", profile, VoiceId="v" * 257) == [("VoiceId", IP)]
    assert errors("CreateAigcAudioClone", profile, VoiceId="vidu01") == strictly(profile, ("VoiceId", IP))


@pytest.mark.parametrize(
    ("action", "member", "kind"),
    [
        ("CreateAigcAudioClone", "AudioFileInfo.FileId", "audio"),
        ("CreateAigcAudioClone", "PromptAudioFileInfo.Url", "audio"),
        ("CreateAigcVideoRedrawTask", "FileInfo.Url", "video"),
    ],
)
def test_a_ac_media(action: str, member: str, kind: str) -> None:
    limits = rules(action, member)["media"]["value"]

    assert limits["kind"] == kind
    assert {"jpeg", "jpg", "png"}.isdisjoint(limits.get("formats", ()))


QUOTAS = ("CreateAigcQuota", "ModifyAigcQuota", "DeleteAigcQuota", "DescribeAigcQuotas")


@both
@pytest.mark.parametrize("action", QUOTAS)
def test_a_quota_text(action: str, profile: str) -> None:
    assert warned(action, profile, QuotaType="Text") == set()
    assert warned(action, profile, QuotaType="Image") == ({"ApiToken"} if profile == "strict" else set())
    assert warned(action, profile, QuotaType="Image", ApiToken=None) == set()


@both
@pytest.mark.parametrize("limit", [0, 1, 100, 101])
def test_a_quota_ex(limit: int, profile: str) -> None:
    expected = [] if limit in (1, 100) else strictly(profile, ("Limit", IPV))

    assert errors("DescribeAigcQuotas", profile, Limit=limit) == expected


@both
@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        pytest.param("2025-11-18T00:00:00+08:00", "2025-11-19T23:59:00+08:00", True, id="published"),
        pytest.param("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", True, id="no-time"),
        pytest.param("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", True, id="90-days"),
        pytest.param("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z", False, id="past-90-days"),
        pytest.param("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", False, id="backwards"),
        pytest.param("2026-01-01T00:00:00+08:00", "2025-12-31T20:00:00Z", True, id="forwards-in-utc"),
    ],
)
def test_a_usage_old(start: str, end: str, fits: bool, profile: str) -> None:
    expected = [] if fits else strictly(profile, ("EndTime", IPV))

    assert errors("DescribeAigcUsageData", profile, StartTime=start, EndTime=end) == expected


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("CreateSceneAigcImageTask", "SceneAigcImageTask"),
        ("CreateSceneAigcVideoTask", "AigcVideoTask"),
        ("CreateSceneAigcVideoTask", "SceneAigcVideoTask"),
    ],
)
def test_a_scene_id(action: str, kind: str) -> None:
    pattern = contract(action).identifier_pattern
    assert pattern is not None
    assert re.fullmatch(pattern, f"251440382-{kind}-0123456789abcdef0123456789abcdeft")


@both
def test_a_task_prefix(profile: str, ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask(profile, SUBJECT, changed(SUBJECT, {"SubAppId": 250000002}))

    assert answer["TaskId"].startswith("250000002-CreateAigcSubject-")


@both
@pytest.mark.parametrize("kind", OLD_SCENES)
def test_a_scene_cc(kind: str, profile: str) -> None:
    scene = {"Type": kind, "ChangeClothesConfig": None}
    expected = strictly(profile, ("SceneInfo.ChangeClothesConfig", IP))

    assert errors("CreateSceneAigcImageTask", profile, SceneInfo=scene) == expected


FRONT = {"Type": "File", "FileId": "3704211000509819", "ViewType": "front"}
BACK = {"Type": "File", "FileId": "3704211000509820", "ViewType": "back"}
MESH = {"Type": "Url", "Url": "https://media.example/a.obj"}


@both
@pytest.mark.parametrize(
    ("params", "path"),
    [
        pytest.param({"Prompt": "a cup"}, "", id="text"),
        pytest.param({"ImageInfos": pictures(1, Type="File")}, "", id="picture"),
        pytest.param({"MultiViewImageInfos": [FRONT, BACK]}, "", id="views"),
        pytest.param({}, "ImageInfos", id="nothing"),
        pytest.param({"Prompt": "a cup", "ImageInfos": pictures(1, Type="File")}, "ImageInfos", id="two"),
        pytest.param({"Prompt": "a cup", "GenerateType": "Texture", "MeshInfos": [MESH]}, "", id="texture"),
        pytest.param({"GenerateType": "Texture", "MeshInfos": [MESH]}, "ImageInfos", id="mesh-alone"),
    ],
)
def test_a_h3d_oneof(params: dict[str, Any], path: str, profile: str) -> None:
    expected = strictly(profile, (path, IP)) if path else []

    assert refused("CreateAigcHunyuan3DTask", params, profile) == expected


@both
@pytest.mark.parametrize("action", ["DescribeAigcFaceInfo", "DescribeAigcFaceInfoAsync"])
@pytest.mark.parametrize("count", [None, 0, 1, 2])
def test_a_face(action: str, count: int | None, profile: str) -> None:
    entries = None if count is None else pictures(count, Type="File")
    expected = [] if count == 1 else strictly(profile, ("FileInfos", IP))

    assert errors(action, profile, FileInfos=entries) == expected


@pytest.mark.parametrize("token", ["hGjH1dsBbjUbT9Cu", "dqFQejeK2BMU8PRmc57gx9OSGKa72PwN"])
def test_a_token(token: str) -> None:
    pattern = contract("CreateAigcApiToken").identifier_pattern
    assert pattern is not None
    assert re.fullmatch(pattern, token)
    assert warned("DeleteAigcApiToken", "strict", ApiToken=token) == set()


@both
def test_a_token_masked(profile: str) -> None:
    expected = {"ApiToken"} if profile == "strict" else set()

    assert warned("UpdateAigcApiToken", profile, ApiToken="D2JJ0DHJ********************rXFX") == expected


def test_a_desc() -> None:
    summaries = [contract(each).summary for each in sorted(BASES)]

    assert len(set(summaries)) == len(summaries)
    assert contract("CreateSceneAigcVideoTask").result_field == "SceneAigcVideoTask"

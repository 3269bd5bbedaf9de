"""What a billed call bought: its model, the mode that it ran in, and its Specification in the usage statistics.

DescribeAigcUsageData answers with a Specification for each kind of use. The names are documented (the description of the
action in tccli-intl-en 3.1.193.1); which call is counted under which name is inferred from the names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockvod.billing.prices import prices
from mockvod.media.file_spec import FileSpec
from mockvod.media.sizes import IMAGE_SIDES, MOST, VIDEO_SIDES, side

#: Documented: the Specification of uses without a name of their own.
UNKNOWN = "unknown"
VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"

#: Other spellings of ModelName. GEM is the older name of GG (documented); Seedance is SV, because they have the same
#: versions (inferred).
_MODELS = {"GEM": "GG", "Seedance": "SV"}
#: The Chinese description of the action from 2025-12 to 2026-01 has this spelling.
_VERSIONS = {"3.1-Fast": "3.1-fast"}


@dataclass(frozen=True, slots=True)
class Purchase:
    """An accepted call of a billed action, and its outcome."""

    #: TaskId; ElementId if the action answers with that.
    id: str
    action: str
    account: str
    #: SubAppId.
    application: int
    #: When it was accepted, UNIX seconds.
    at: float
    params: Mapping[str, Any]
    #: The files that were or will be made; empty if the result is no file.
    files: tuple[FileSpec, ...]
    outcome: Literal["running", "finished", "failed", "aborted"]

    @property
    def model(self) -> str:
        """ModelName as the price list spells it; "" if there is none."""
        name: str = self.params.get("ModelName") or ""
        return _MODELS.get(name, name)

    @property
    def version(self) -> str:
        """ModelVersion as the price list spells it; "" if there is none."""
        version: str = self.params.get("ModelVersion") or ""
        return _VERSIONS.get(version, version)

    @property
    def off_peak(self) -> bool:
        """Whether the call asked to run off-peak."""
        return self._output_config.get("OffPeak") == "Enabled"

    @property
    def _output_config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.params.get("OutputConfig") or {}
        return config

    def short_side(self, file: FileSpec) -> int:
        """The side of `file` that decides its tier, in pixels.

        A file with the longest side that the mock makes may have been reduced to it; then Resolution counts.
        """
        short = min(file.width, file.height)
        if max(file.width, file.height) < MOST:
            return short
        asked = self._output_config.get("Resolution")
        return max(short, side(asked, VIDEO_SIDES if file.kind == "video" else IMAGE_SIDES) or 0)


def usage(purchase: Purchase) -> float:
    """How much of it the statistics count: seconds, pictures, or one for what is neither (assumed)."""
    return sum(1 if file.kind == "image" else file.seconds for file in purchase.files) if purchase.files else 1


def modes(purchase: Purchase) -> tuple[str, ...]:
    """The names for the mode that a call ran in, the most specific first.

    Which of them matters depends on the model: some cost more with sound, others with a reference video. A SceneType is
    a mode of its own.
    """
    scene: str = purchase.params.get("SceneType") or ""
    if purchase.action == "CreateAigcAudioTask":
        return (f"{scene}/video" if purchase.params.get("VideoInfos") else f"{scene}/text",)
    if scene:
        return (scene,)
    own = _MODES.get(purchase.action)
    return (*(own(purchase) if own else ()), "default")


def _video_modes(purchase: Purchase) -> tuple[str, ...]:
    infos: list[Mapping[str, Any]] = purchase.params.get("FileInfos") or []
    video = any(each.get("Category") == "Video" for each in infos)
    source = "reference_video" if video else "no_reference_video"
    if not any(each.sound for each in purchase.files):
        sound = "silent"
    else:
        sound = "custom_voice" if _has_voice(purchase.params) else "audio"
    return f"{source}/{sound}", source, sound, _input(purchase.params, infos, video)


def _input(params: Mapping[str, Any], infos: list[Mapping[str, Any]], video: bool) -> str:
    """The kind of input: text, image or reference.

    The documented default of Usage is FirstFrame; with several items, that applies to the first one, and the others are
    references (assumed).
    """
    usages = [each.get("Usage") or ("Reference" if index else "FirstFrame") for index, each in enumerate(infos)]
    # A subject is always a reference (the Chinese description of ObjectId, 2026-03).
    subjects = params.get("SubjectInfos") or any(each.get("ObjectId") for each in infos)
    if video or subjects or "Reference" in usages:
        return "reference"
    last_frame = params.get("LastFrameFileId") or params.get("LastFrameUrl")
    return "image" if infos or last_frame else "text"


def _has_voice(params: Mapping[str, Any]) -> bool:
    """Whether a Kling call has a custom voice.

    VOD documents no member for it; assumed is Kling's own `voice_list` among the AdditionalParameters in ExtInfo.
    """
    try:
        return bool(json.loads(json.loads(params.get("ExtInfo") or "{}")["AdditionalParameters"])["voice_list"])
    except (ValueError, KeyError, TypeError):
        return False


def _image_modes(purchase: Purchase) -> tuple[str, ...]:
    count = len(purchase.params.get("FileInfos") or [])
    if count == 0:
        return ("text",)
    several = "reference_single" if count == 1 else "reference_multi"
    return (several, "reference_1_3") if count <= 3 else (several, "reference_4_7") if count <= 7 else (several,)


_MODES: Mapping[str, Callable[[Purchase], tuple[str, ...]]] = {VIDEO: _video_modes, IMAGE: _image_modes}


def _sized(stem: str, tiers: str) -> dict[str, str]:
    return {tier: f"{stem}_{tier}" for tier in tiers.split()}


#: The tier of a name that applies to every size.
_ONE = "any"
_HD, _SD_HD, _ALL = "720P 1080P", "540P 720P 1080P", "720P 1080P 2K 4K"
_KLING_2 = {"720P": "Kling2.0&2.1std_720P", "1080P": "Kling2.0&2.1pro_1080P"}
_HAILUO = _sized("Hailuo02&2.3", "768P 1080P")
#: (Model, version, mode) -> tier -> Specification. That GV is Veo is inferred from the versions.
VIDEO_NAMES: Mapping[tuple[str, str, str], Mapping[str, str]] = {
    ("GV", "3.1", "default"): {_ONE: "Veo3.1Standard"},
    ("GV", "3.1-fast", "default"): {_ONE: "Veo3.1Fast"},
    ("Kling", "2.0", "default"): _KLING_2,
    ("Kling", "2.1", "default"): _KLING_2,
    ("Kling", "2.5", "default"): _sized("Kling2.5pro", _HD),
    ("Kling", "2.6", "audio"): {_ONE: "Kling2.6Sound"},
    ("Kling", "2.6", "motion_control"): _sized("Kling2.6MotionControl", _HD),
    ("Kling", "2.6", "silent"): {_ONE: "Kling2.6"},
    ("Kling", "3.0", "audio"): _sized("Kling3.0Sound", _HD),
    ("Kling", "3.0", "custom_voice"): _sized("Kling3.0CustomVoice", _ALL),
    ("Kling", "3.0", "motion_control"): _sized("Kling3.0MotionControl", _ALL),
    ("Kling", "3.0", "silent"): _sized("Kling3.0", _HD),
    ("Kling", "O1", "no_reference_video"): _sized("KlingO1_NoVideo", _HD),
    ("Kling", "O1", "reference_video"): _sized("KlingO1", _HD),
    ("Kling", "scene", "avatar_i2v"): _sized("Kling_Avatar_I2v", _HD),
    ("Hailuo", "02", "default"): _HAILUO,
    ("Hailuo", "2.3", "default"): _HAILUO,
    ("Hailuo", "2.3-fast", "default"): _sized("Hailuo2.3fast", "768P 1080P"),
    ("Vidu", "q2", "reference"): _sized("ViduQ2_Refer", _SD_HD),
    ("Vidu", "q2", "text"): _sized("ViduQ2", _HD),
    ("Vidu", "q2-pro", "image"): _sized("ViduQ2pro", _HD),
    ("Vidu", "q2-pro", "reference"): _sized("ViduQ2pro_Refer", _HD),
    ("Vidu", "q2-turbo", "image"): _sized("ViduQ2turbo", _HD),
    ("Vidu", "q3", "reference"): _sized("ViduQ3_Refer", _ALL),
    ("Vidu", "q3-pro", "default"): _sized("ViduQ3pro", _SD_HD),
    ("Vidu", "q3-turbo", "default"): _sized("ViduQ3turbo", "540P " + _ALL),
    ("Vidu", "scene", "template_effect"): {_ONE: "Vidu_TemplateEffect"},
    ("Hunyuan", "1.5", "default"): _sized("Hunyuan1.5", _HD),
    ("Mingmou", "1.0", "default"): _sized("Mingmou1.0", _HD),
}


def _vidu_image(mode: str) -> dict[str, str]:
    # Documented: the lowest tier of Vidu's images is called 1080P, not 1K.
    return {"1K": f"ViduQ2_{mode}_1080P", "2K": f"ViduQ2_{mode}_2K", "4K": f"ViduQ2_{mode}_4K"}


_PICTURES = "1K 2K 4K"
#: As VIDEO_NAMES. Inferred: Vidu's three names stand for its three priced modes, and Kling's Refer2i for several input
#: images, because only that price distinguishes 1K from 2K.
IMAGE_NAMES: Mapping[tuple[str, str, str], Mapping[str, str]] = {
    ("Hunyuan", "3.0", "default"): _sized("Hunyuan3.0", _PICTURES),
    ("Kling", "2.1", "reference_multi"): _sized("Kling2.1_Refer2i", _PICTURES),
    ("Kling", "2.1", "text"): {"1K": "Kling2.1_T2i_1K2K", "2K": "Kling2.1_T2i_1K2K", "4K": "Kling2.1_T2i_4K"},
    ("Mingmou", "1.0", "default"): _sized("Mingmou1.0", _PICTURES),
    ("Qwen", "2.0", "default"): {_ONE: "Qwen2.0"},
    ("Vidu", "q2", "reference_1_3"): _vidu_image("I2i"),
    ("Vidu", "q2", "reference_4_7"): _vidu_image("Refer2i"),
    ("Vidu", "q2", "text"): _vidu_image("T2i"),
}
#: (Action, SceneInfo.Type if the name depends on it) -> Specification.
OTHER_NAMES: Mapping[tuple[str, str], str] = {
    ("CreateAigcCustomVoice", ""): "CustomVoice",
    ("CreateAigcSubject", ""): "Subject",
    ("DescribeAigcFaceInfo", ""): "FaceInfo",
    ("DescribeAigcFaceInfoAsync", ""): "FaceInfo",
    ("CreateSceneAigcImageTask", "change_clothes"): "ImageChangeClothes",
    ("CreateSceneAigcImageTask", "outpainting"): "ImageOutPainting",
    ("CreateSceneAigcImageTask", "product_image"): "ImageProductImage",
    ("CreateSceneAigcVideoTask", "product_showcase"): "VideoProductShowcase",
}


def specification(purchase: Purchase) -> str:
    """The Specification under which DescribeAigcUsageData counts a call; "unknown" if no published one fits."""
    if purchase.action == VIDEO:
        name = _name_by_size(purchase, "video", VIDEO_NAMES)
        # Documented: each of Vidu's names with a tier has a counterpart for off-peak.
        off_peak = purchase.off_peak and purchase.model == "Vidu" and name.endswith(("P", "K"))
        return f"{name}_OffPeak" if off_peak else name
    if purchase.action == IMAGE:
        return _name_by_size(purchase, "image", IMAGE_NAMES)
    info: Mapping[str, Any] = purchase.params.get("SceneInfo") or {}
    scene: str = info.get("Type") or ""
    if scene.startswith("change_clothes"):  # documented: change_clothes_under and three others
        scene = "change_clothes"
    return OTHER_NAMES.get((purchase.action, scene), UNKNOWN)


def _name_by_size(
    purchase: Purchase, kind: Literal["video", "image"], names: Mapping[tuple[str, str, str], Mapping[str, str]]
) -> str:
    model, version = purchase.model, purchase.version
    no_names: Mapping[str, str] = {}
    known = (names[key] for mode in modes(purchase) if (key := (model, version, mode)) in names)
    by_tier = next(known, no_names)
    if _ONE in by_tier:
        return by_tier[_ONE]
    sides = [purchase.short_side(each) for each in purchase.files if each.kind == kind]
    return by_tier.get(prices().tier(kind, model, sides[0]), UNKNOWN) if sides else UNKNOWN

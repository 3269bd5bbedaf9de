"""The forms of an action's requests: combinations of members that meet its conditions.

They are written by hand, because a condition says what is wrong and not how to be right; drawing until it holds would
take too long. A contract with a new condition needs a form here: the tests show every request that violates one.
"""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.requests.edits import ABSENT, Form
from mockvod.validators.strategies.requests.models import model_forms
from mockvod.validators.strategies.requests.values import Value

_FILE = {"FileId": "3704211000509819"}
_URL = {"Url": "https://example.com/a.png"}
_TYPED = {"Type": "File", **_FILE}
_LEFT_OUT: Sequence[Value] = ()

_IMAGES = json.dumps({"frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]})
_VIDEOS = json.dumps({"refer_videos": [{"video_url": "video_url_0"}]})

_SUBJECT_IMAGE = "https://example.com/a.png"
_SUBJECT_VIDEO = "https://example.com/a.mp4"

_VIEWS = ("front", "back", "left", "right", "top", "bottom", "left_front", "right_front")
_GARMENTS = (
    "change_clothes_top_wear",
    "change_clothes_full_wear",
    "change_clothes_bottom_wear",
    "change_clothes_under",
)


def _only(*values: Any) -> tuple[Value, ...]:
    return tuple(map(Value, values))


def _advanced_element() -> Iterator[Form]:
    no_video = {"ElementVideoList": _LEFT_OUT, "ElementVoiceId": _LEFT_OUT}
    yield Form(base={"ElementImageList": _IMAGES}, values={**no_video, "ReferenceType": _only("image_refer")})
    yield Form(
        base={"ElementVideoList": _VIDEOS},
        values={"ElementImageList": _LEFT_OUT, "ReferenceType": _only("video_refer")},
    )
    yield Form(fixed={"ReferenceType": "video_refer"}, base={"ElementVideoList": _VIDEOS})
    yield Form(fixed={"ReferenceType": "image_refer"}, base={"ElementImageList": _IMAGES}, values=no_video)


def _subject() -> Iterator[Form]:
    yield Form(base={"SubjectImages": [_SUBJECT_IMAGE]}, values={"SubjectVideos": _LEFT_OUT})
    yield Form(base={"SubjectVideos": [_SUBJECT_VIDEO]}, values={"VoiceId": _LEFT_OUT})


def _hunyuan_3d() -> Iterator[Form]:
    views = [
        Value([{**_TYPED, "ViewType": "front"}, {**_FILE, "ViewType": "back"}], True),
        Value([{"Type": "Url", **_URL, "ViewType": "front"}, {**_URL, "ViewType": "left"}], True),
        Value([{**_FILE, "ViewType": "right"}, {**_FILE, "ViewType": "front"}, _URL]),
        Value([{**_FILE, "ViewType": view} for view in _VIEWS], True),
    ]
    sources: Mapping[str, Any] = {"Prompt": "a", "ImageInfos": [_FILE], "MultiViewImageInfos": views[0].value}
    for texture in (False, True):
        for name, value in sources.items():
            values = {other: _LEFT_OUT for other in sources if other != name}
            if name == "MultiViewImageInfos":
                values[name] = views
            values["FaceCount" if texture else "MeshInfos"] = _LEFT_OUT
            if texture:
                yield Form(fixed={"GenerateType": "Texture"}, base={name: value, "MeshInfos": [_FILE]}, values=values)
            else:
                yield Form(base={name: value}, values={**values, "GenerateType": _only("Normal", "Geometry")})


def _scene_image() -> Iterator[Form]:
    """A form for each scene, with the configuration that the scene needs."""
    clothes = {"ClothesFileInfos": [_FILE]}
    one_garment = {"SceneInfo.ChangeClothesConfig.ClothesFileInfos": 1}
    scenes: list[tuple[str, str, Any, dict[str, int]]] = [
        ("ai_try_on", "AiTryOnConfig", {"Model": "WAND-tryon-1.0-lite"}, {"FileInfos": 1}),
        ("product_image", "ProductImageConfig", {}, {"FileInfos": 10}),
        ("change_clothes", "ChangeClothesConfig", clothes, {"FileInfos": 1}),
        *((garment, "ChangeClothesConfig", clothes, {"FileInfos": 1, **one_garment}) for garment in _GARMENTS),
    ]
    configs = [f"SceneInfo.{name}" for name in ("AiTryOnConfig", "ProductImageConfig", "ChangeClothesConfig")]
    kept = {"SceneInfo.Type": _LEFT_OUT}
    info: dict[str, Any] = {"Type": "outpainting"}
    yield Form(
        base={"SceneInfo": info}, values={**kept, **dict.fromkeys(configs, _LEFT_OUT)}, items={"SceneInfo": info}
    )
    for scene, config, inside, most in scenes:
        info = {"Type": scene, config: inside}
        yield Form(
            base={"SceneInfo": info, "FileInfos": [_FILE]},
            values={**kept, **{name: _LEFT_OUT for name in configs if name != f"SceneInfo.{config}"}},
            most=most,
            items={"SceneInfo": info, f"SceneInfo.{config}": inside},
        )


def _quota() -> Iterator[Form]:
    for kind in ("Image", "Video"):
        yield Form(fixed={"QuotaType": kind}, values={"ApiToken": _LEFT_OUT})
    yield Form(fixed={"QuotaType": "Text"})


def _elements_page() -> Iterator[Form]:
    yield Form(
        values={"Offset": _LEFT_OUT, "Limit": _LEFT_OUT},
        together=[{"Offset": 0}, {"Limit": ABSENT, "Offset": 10}, {"Limit": 7, "Offset": 14}],
        at_limit=[{"Limit": 1, "Offset": 7}, {"Limit": 300, "Offset": 600}],
    )


def _sub_app_id() -> Iterator[Form]:
    yield Form(values={"Mode": _only("fileid")})
    yield Form(fixed={"Mode": "fileid+path"}, base={"StorageRegion": "ap-singapore"})


def _usage_data() -> Iterator[Form]:
    start = "2026-01-01T00:00:00Z"
    yield Form(
        base={"StartTime": start, "EndTime": start},
        values={"StartTime": _LEFT_OUT, "EndTime": _LEFT_OUT},
        together=[{"StartTime": start, "EndTime": "2026-01-02T00:00:00.5+08:00"}],
        at_limit=[{"StartTime": start, "EndTime": "2026-04-01T00:00:00Z"}, {"StartTime": start, "EndTime": start}],
    )


def _with_file() -> Iterator[Form]:
    yield Form(base={"FileInfos": [_FILE]})


#: Action -> its forms. Any other action has a single form, and no conditions but those for files, which edits.py meets.
_FORMS = {
    "CreateAigcAdvancedCustomElement": _advanced_element,
    "CreateAigcHunyuan3DTask": _hunyuan_3d,
    "CreateAigcQuota": _quota,
    "CreateAigcSubject": _subject,
    "CreateSceneAigcImageTask": _scene_image,
    "CreateSubAppId": _sub_app_id,
    "DeleteAigcQuota": _quota,
    "DescribeAigcAdvancedCustomElements": _elements_page,
    "DescribeAigcFaceInfo": _with_file,
    "DescribeAigcFaceInfoAsync": _with_file,
    "DescribeAigcQuotas": _quota,
    "DescribeAigcUsageData": _usage_data,
    "ModifyAigcQuota": _quota,
}


@functools.cache
def forms(action: str) -> tuple[Form, ...]:
    """All forms of an action, the simplest first."""
    contract = catalog().require(action)
    if contract.models:
        return tuple(model_forms(contract))
    return tuple(_FORMS.get(contract.action, lambda: iter((Form(),)))())

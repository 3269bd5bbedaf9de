"""Tasks of Hunyuan 3D: a model in two or three formats."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators import catalog, validate_response

APPLICATION = 251007502
ACTION = "CreateAigcHunyuan3DTask"


def asked(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, {"SubAppId": APPLICATION, **params})
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def output(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The Output of a new task after it has ended."""
    task_id = asked(caller, action, params)["TaskId"]
    caller.mock.clock.advance(2)
    answer = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})
    made: dict[str, Any] = answer[catalog().require(action).result_field]["Output"]
    return made


def fetched(mock: MockVod, url: str) -> tuple[str, str, bytes]:
    """Name, type and first bytes of the file behind a URL."""
    found = mock.media(url.removeprefix("http://store.vod-qcloud.com"))
    assert found is not None
    return found.name, found.content_type, found.content[:3]


@pytest.mark.parametrize(
    ("more", "formats"),
    [
        pytest.param({}, ["GLB", "OBJ"], id="by-default"),
        pytest.param({"ResultFormat": "FBX"}, ["GLB", "OBJ", "FBX"], id="fbx"),
    ],
)
def test_model(caller: Any, more: dict[str, str], formats: list[str]) -> None:
    made = output(caller, ACTION, {"Prompt": "a warrior", **more})["FileInfos"]

    preview = made[0]["PreviewFileUrl"]
    assert [{name: value for name, value in file.items() if name != "FileUrl"} for file in made] == [
        {"StorageMode": "Temporary", "ExpireTime": "2025-01-08T00:00:02Z", "FileType": each, "PreviewFileUrl": preview}
        for each in formats
    ]


def test_model_files_can_be_fetched(caller: Any, mock: MockVod) -> None:
    made = output(caller, ACTION, {"Prompt": "a warrior", "ResultFormat": "FBX"})["FileInfos"]

    assert [fetched(mock, file["FileUrl"]) for file in made] == [
        ("aigcHunyuan3DGenFile.glb", "model/gltf-binary", b"glT"),
        ("aigcHunyuan3DGenFile.obj", "model/obj", b"o m"),
        ("aigcHunyuan3DGenFile.fbx", "application/octet-stream", b"; F"),
    ]
    assert fetched(mock, made[0]["PreviewFileUrl"]) == ("aigcImageGenFile.png", "image/png", b"\x89PN")


@pytest.mark.parametrize("profile", ["strict", "lenient"])
def test_models_cannot_stay(clock: VirtualClock, make_caller: Any, profile: Any) -> None:
    caller = make_caller(MockVod(Settings(profile=profile), clock=clock))
    params = {"Prompt": "a warrior", "OutputConfig": {"StorageMode": "Permanent"}}

    assert asked(caller, ACTION, params)["Error"]["Code"] == "InvalidParameter"

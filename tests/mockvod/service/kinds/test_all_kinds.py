"""The kinds of tasks beside videos and pictures from a prompt: what each tells before, at and after its end."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.registry import HANDLERS
from mockvod.service.tasks.kind import behaviours
from mockvod.validators import catalog, validate_response

APPLICATION = 251007502
URL = {"Type": "Url", "Url": "http://example.com/a"}
STORAGE = {"StorageMode": "Temporary", "MediaName": "", "ClassId": 0, "ExpireTime": "0000-00-00T00:00:00Z"}
#: Of results of tasks that ended two seconds after 2025-01-01.
EXPIRES = "2025-01-08T00:00:02Z"
DEMO = {"AudioFileInfo": URL, "VoiceId": "maigua111", "Text": "hello", "Payload": "pass this on"}

#: A plain call of every kind.
CALLS: dict[str, dict[str, Any]] = {
    "CreateAigcAudioClone": DEMO,
    "CreateAigcAudioTask": {"ModelName": "Kling", "SceneType": "sfx", "Prompt": "rain"},
    "CreateAigcCustomVoice": {"VoiceName": "myVoice", "VoiceUrl": "myVoiceUrl"},
    "CreateAigcHunyuan3DTask": {"Prompt": "a warrior"},
    "CreateAigcVideoRedrawTask": {"FileInfo": URL},
    "CreateSceneAigcImageTask": {
        "SceneInfo": {"Type": "product_image", "ProductImageConfig": {"OutputImageCount": 2}},
        "FileInfos": [URL],
    },
    "CreateSceneAigcVideoTask": {"SceneInfo": {"Type": "product_showcase"}, "FileInfos": [URL]},
    "DescribeAigcFaceInfoAsync": {"FileInfos": [URL]},
}
GIVEN_FILE = {**URL, "FileId": ""}
#: What the calls above play back.
INPUTS: dict[str, dict[str, Any]] = {
    "CreateAigcAudioClone": {
        "AudioFileInfo": GIVEN_FILE,
        "VoiceId": "maigua111",
        "Text": "hello",
        "PromptAudioFileInfo": {"Type": "", "FileId": "", "Url": ""},
        "PromptText": "",
        "Payload": "pass this on",
    },
    "CreateAigcAudioTask": {
        "ModelName": "Kling",
        "ModelVersion": "",
        "SceneType": "sfx",
        "Prompt": "rain",
        "NegativePrompt": "",
        "AudioInfos": [],
        "VideoInfos": [],
        "EnhancePrompt": False,
        "OutputConfig": {**STORAGE, "Duration": 0, "OutputAudioFormat": ""},
        "AdditionalParameters": "",
    },
    "CreateAigcCustomVoice": {"VoiceName": "myVoice", "VoiceUrl": "myVoiceUrl", "VideoId": ""},
    "CreateAigcHunyuan3DTask": {
        "ImageInfos": [],
        "MultiViewImageInfos": [],
        "Prompt": "a warrior",
        "GenerateType": "",
        "MeshInfos": [],
        "EnablePBR": "",
        "FaceCount": 0,
        "KeepUV": "",
        "ResultFormat": "",
        "Seed": 0,
        "Style": "",
        "OutputConfig": {"StorageMode": "Temporary"},
    },
    "CreateAigcVideoRedrawTask": {"FileInfo": GIVEN_FILE, "TaskInfo": {"Style": ""}, "OutputConfig": STORAGE},
    "CreateSceneAigcImageTask": {
        "SceneInfo": {
            "Type": "product_image",
            "AiTryOnConfig": {"Model": "", "ClothesFileInfos": [], "Prompt": ""},
            "ChangeClothesConfig": {"ClothesFileInfos": [], "Prompt": ""},
            "ProductImageConfig": {
                "Prompt": "",
                "NegativePrompt": "",
                "ProductDesc": "",
                "MoreRequirement": "",
                "OutputImageCount": 2,
            },
        },
        "FileInfos": [GIVEN_FILE],
        "OutputConfig": {
            **STORAGE,
            "AspectRatio": "",
            "EncodeConfig": {"Format": "", "Quality": 0},
            "ImageWidth": 0,
            "ImageHeight": 0,
            "Resolution": "",
        },
    },
    "CreateSceneAigcVideoTask": {
        "SceneInfo": {"Type": "product_showcase", "ProductShowcaseConfig": {"CameraMovement": ""}},
        "FileInfos": [GIVEN_FILE],
        "OutputConfig": {**STORAGE, "AspectRatio": "", "Duration": 0},
    },
    "DescribeAigcFaceInfoAsync": {"FileInfos": [GIVEN_FILE]},
}
#: Output until a task has ended well.
UNFINISHED: dict[str, dict[str, Any]] = {
    "CreateAigcAudioClone": {
        "TaskId": "",
        "State": "",
        "VoiceId": "",
        "DemoAudio": "",
        "Payload": "",
        "CreatedAt": "",
    },
    "CreateAigcAudioTask": {"AudioInfos": [], "VideoInfos": []},
    "CreateAigcCustomVoice": {"InfoList": []},
    "CreateAigcHunyuan3DTask": {"FileInfos": []},
    "CreateAigcVideoRedrawTask": {"FileInfo": None},
    "CreateSceneAigcImageTask": {"FileInfos": []},
    "CreateSceneAigcVideoTask": {"FileInfos": []},
    "DescribeAigcFaceInfoAsync": {"FaceInfoSet": []},
}
#: Members that not every published type has.
WITHOUT: dict[str, set[str]] = {
    "CreateAigcAudioTask": {"SessionId", "SessionContext"},
    "CreateSceneAigcImageTask": {"ErrCodeExt"},
    "CreateSceneAigcVideoTask": {"ErrCodeExt"},
}
EVENTS = {
    "CreateAigcCustomVoice": "CreateAigcCustomVoiceCompleteEvent",
    "CreateAigcHunyuan3DTask": "AigcHunyuan3DTaskComplete",
    "CreateSceneAigcImageTask": "SceneAigcImageCompleteEvent",
    "DescribeAigcFaceInfoAsync": "DescribeAigcFaceInfoAsyncComplete",
}
TASK_ACTIONS = [
    each for each in catalog().actions if catalog().require(each).mode == "task" and catalog().require(each).task_type
]
each_kind = pytest.mark.parametrize("action", CALLS)


def asked(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, params)
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def created(caller: Any, action: str, **more: Any) -> str:
    answer = asked(caller, action, {"SubAppId": APPLICATION, **CALLS[action], **more})
    assert "Error" not in answer, answer["Error"]
    task_id: str = answer["TaskId"]
    return task_id


def detail(caller: Any, action: str, task_id: str) -> dict[str, Any]:
    """What stands in the member for tasks of that kind."""
    inside: dict[str, Any] = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})[
        catalog().require(action).result_field
    ]
    return inside


def output(caller: Any, action: str, **more: Any) -> dict[str, Any]:
    """The Output of a new task after it has ended."""
    task_id = created(caller, action, **more)
    caller.mock.clock.advance(2)
    made: dict[str, Any] = detail(caller, action, task_id)["Output"]
    return made


def told(action: str, task_id: str, **more: Any) -> dict[str, Any]:
    """The whole detail of the plain call, with its Output as long as it has not ended well."""
    whole = {
        "TaskId": task_id,
        "Status": "PROCESSING",
        "ErrCode": 0,
        "ErrCodeExt": "",
        "Message": "",
        "Progress": 50,
        "Input": INPUTS[action],
        "Output": UNFINISHED[action],
        "SessionId": "",
        "SessionContext": "",
        **more,
    }
    return {name: value for name, value in whole.items() if name not in WITHOUT.get(action, set())}


def fetched(mock: MockVod, url: str) -> tuple[str, str, bytes]:
    """Name, type and first bytes of the file behind a URL."""
    found = mock.media(url.removeprefix("http://store.vod-qcloud.com"))
    assert found is not None
    return found.name, found.content_type, found.content[:3]


# --- all kinds alike -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", TASK_ACTIONS)
def test_every_action_that_makes_tasks_is_answered_and_its_tasks_are_told_of(action: str) -> None:
    assert (action in HANDLERS, action in behaviours()) == (True, True)


@each_kind
def test_running(caller: Any, clock: VirtualClock, action: str) -> None:
    task_id = created(caller, action)
    clock.advance(1)

    assert detail(caller, action, task_id) == told(action, task_id)


@each_kind
def test_finished(caller: Any, clock: VirtualClock, action: str) -> None:
    task_id = created(caller, action)
    clock.advance(2)

    inside = detail(caller, action, task_id)

    made = inside["Output"]
    assert inside == told(action, task_id, Status="FINISH", Progress=100, Output=made)
    assert made.keys() == UNFINISHED[action].keys()
    assert made != UNFINISHED[action]


@each_kind
def test_failed(caller: Any, mock: MockVod, action: str) -> None:
    task_id = created(caller, action)
    mock.tasks[task_id].fail("TaskTimeout", "too late")

    failure = {"ErrCode": 70000, "ErrCodeExt": "TaskTimeout", "Message": "too late"}
    assert detail(caller, action, task_id) == told(action, task_id, Status="FINISH", Progress=100, **failure)


@pytest.mark.parametrize("action", ["CreateAigcAudioTask", "CreateAigcHunyuan3DTask", "CreateSceneAigcVideoTask"])
def test_prompt_can_ask_for_failure(caller: Any, clock: VirtualClock, action: str) -> None:
    task_id = created(caller, action, Prompt="[[fail:InternalError]]")
    clock.advance(2)

    inside = detail(caller, action, task_id)

    assert (inside["Status"], inside["ErrCode"], inside["Output"]) == ("FINISH", 70000, UNFINISHED[action])


@each_kind
def test_siblings_are_null(caller: Any, action: str) -> None:
    answer = asked(caller, "DescribeTaskDetail", {"TaskId": created(caller, action)})

    contract = catalog().require(action)
    assert answer.pop(contract.result_field)
    assert {name: value for name, value in answer.items() if value is not None}.keys() == {
        *("TaskType", "Status", "CreateTime", "BeginProcessTime", "FinishTime", "RequestId")
    }
    assert answer["TaskType"] == contract.task_type


@pytest.mark.parametrize("action", EVENTS)
def test_event_tells_what_the_detail_does(caller: Any, clock: VirtualClock, action: str) -> None:
    task_id = created(caller, action)
    clock.advance(2)

    [event] = asked(caller, "PullEvents", {"SubAppId": APPLICATION})["EventSet"]

    assert event.pop("EventHandle")
    assert {name: value for name, value in event.items() if value is not None} == {
        "EventType": EVENTS[action],
        catalog().require(action).event_field: detail(caller, action, task_id),
    }


@pytest.mark.parametrize("action", [*sorted(CALLS.keys() - EVENTS.keys()), "CreateAigcSubject"])
def test_no_event(caller: Any, clock: VirtualClock, action: str) -> None:
    asked(caller, action, {"SubAppId": APPLICATION, **CALLS.get(action, {"SubjectName": "cat"})})
    clock.advance(2)

    assert asked(caller, "PullEvents", {"SubAppId": APPLICATION})["Error"]["Code"] == "ResourceNotFound"


@pytest.mark.parametrize("action", sorted(CALLS.keys() - {"CreateAigcAudioTask"}))
def test_repeated_session_is_refused(caller: Any, action: str) -> None:
    params = {"SubAppId": APPLICATION, **CALLS[action], "SessionId": "s"}
    asked(caller, action, params)

    assert asked(caller, action, params)["Error"]["Code"] == "InvalidParameterValue.SessionId"


# --- scenes and redrawn videos -------------------------------------------------------------------------------------

each_file_kind = pytest.mark.parametrize(
    ("action", "count", "expected"),
    [
        pytest.param(
            "CreateSceneAigcImageTask", 2, ("aigcImageGenFile.png", "image/png", b"\x89PN"), id="scene-pictures"
        ),
        pytest.param("CreateSceneAigcVideoTask", 1, ("aigcVideoGenFile.mp4", "video/mp4", b"\0\0\0"), id="scene-video"),
        pytest.param("CreateAigcVideoRedrawTask", 1, ("aigcVideoGenFile.mp4", "video/mp4", b"\0\0\0"), id="redrawn"),
        pytest.param("CreateAigcAudioTask", 1, ("aigcAudioGenFile.mp3", "audio/mpeg", b"ID3"), id="sound"),
    ],
)


def files(made: dict[str, Any]) -> list[dict[str, Any]]:
    """The result files in an Output, wherever they stand."""
    return [made["FileInfo"]] if "FileInfo" in made else [file for each in made.values() for file in each]


@each_file_kind
def test_files_can_be_fetched(caller: Any, mock: MockVod, action: str, count: int, expected: Any) -> None:
    made = files(output(caller, action))

    assert [fetched(mock, file["FileUrl"]) for file in made] == [expected] * count


@each_file_kind
def test_permanent_files(caller: Any, mock: MockVod, action: str, count: int, expected: Any) -> None:
    config = {"StorageMode": "Permanent", "MediaName": "mine", "ClassId": 3}
    made = files(output(caller, action, OutputConfig=config))

    assert len({file["FileId"] for file in made}) == count
    for file in made:
        assert re.fullmatch("[1-9][0-9]{18}", file.pop("FileId"))
        found = mock.media(file.pop("FileUrl").removeprefix("http://store.vod-qcloud.com"))
        metadata = file.pop("MetaData")
        assert file.pop("Duration", metadata["Duration"]) == metadata["Duration"]
        assert found is not None and metadata["Size"] == len(found.content)
        assert file == {**STORAGE, **config, "FileType": expected[0].rpartition(".")[2]}


@pytest.mark.parametrize(
    "action", ["CreateSceneAigcImageTask", "CreateSceneAigcVideoTask", "CreateAigcVideoRedrawTask"]
)
def test_temporary_files(caller: Any, action: str) -> None:
    for file in files(output(caller, action)):
        assert file.pop("FileUrl")
        assert file == {**STORAGE, "ExpireTime": EXPIRES, "FileType": "", "FileId": "", "MetaData": None}


@pytest.mark.parametrize(
    ("action", "quota", "amount"),
    [
        pytest.param("CreateSceneAigcImageTask", "Image", 2, id="pictures"),
        pytest.param("CreateSceneAigcVideoTask", "Video", 4, id="scene-seconds"),
        pytest.param("CreateAigcVideoRedrawTask", "Video", 5, id="redrawn-seconds"),
    ],
)
def test_quota_is_charged(caller: Any, action: str, quota: str, amount: int) -> None:
    named = {"SubAppId": APPLICATION, "QuotaType": quota}
    asked(caller, "CreateAigcQuota", {**named, "QuotaLimit": amount})
    created(caller, action)

    [told_of] = asked(caller, "DescribeAigcQuotas", named)["QuotaSet"]
    assert told_of["Usage"] == amount
    refused = asked(caller, action, {"SubAppId": APPLICATION, **CALLS[action]})
    assert refused["Error"]["Code"] == "LimitExceeded.Quota"

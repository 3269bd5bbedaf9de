"""Sounds and voices: what their tasks make, and which clones and voices fail."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.validators import catalog, validate_response

APPLICATION = 251007502
CLONE, VOICE, AUDIO = "CreateAigcAudioClone", "CreateAigcCustomVoice", "CreateAigcAudioTask"
URL = {"Type": "Url", "Url": "http://example.com/a"}
CALLS: dict[str, dict[str, Any]] = {
    AUDIO: {"Prompt": "rain"},
    CLONE: {"AudioFileInfo": URL, "VoiceId": "maigua111", "Text": "hello", "Payload": "pass this on"},
    VOICE: {"VoiceName": "myVoice"},
}
MP3 = ("aigcAudioGenFile.mp3", "audio/mpeg", b"ID3")


def asked(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, {"SubAppId": APPLICATION, **params})
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def created(caller: Any, action: str, **more: Any) -> str:
    task_id: str = asked(caller, action, {**CALLS[action], **more})["TaskId"]
    return task_id


def ended(caller: Any, action: str, task_id: str) -> dict[str, Any]:
    """The detail of a task after two seconds more."""
    caller.mock.clock.advance(2)
    answer = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})
    inside: dict[str, Any] = answer[catalog().require(action).result_field]
    return inside


def output(caller: Any, action: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = ended(caller, action, created(caller, action, **more))["Output"]
    return made


def failure(inside: dict[str, Any]) -> tuple[int, str, str]:
    return inside["ErrCode"], inside["ErrCodeExt"], inside["Message"]


def fetched(mock: MockVod, url: str) -> tuple[str, str, bytes]:
    """Name, type and first bytes of the file behind a URL."""
    found = mock.media(url.removeprefix("http://store.vod-qcloud.com"))
    assert found is not None
    return found.name, found.content_type, found.content[:3]


@pytest.mark.parametrize(
    ("params", "kinds"),
    [
        pytest.param({"SceneType": "sfx"}, ["mp3"], id="effect"),
        pytest.param({"SceneType": "sfx", "VideoInfos": [URL]}, ["mp3", "mp4"], id="effect-for-a-video"),
        pytest.param({"SceneType": "music", "VideoInfos": [URL]}, ["mp3"], id="music"),
        pytest.param({"OutputConfig": {"OutputAudioFormat": "wav"}}, ["wav"], id="wav"),
    ],
)
def test_sounds_and_videos_stand_apart(caller: Any, params: dict[str, Any], kinds: list[str]) -> None:
    made = output(caller, AUDIO, **params)

    formats = {name: [file["FileUrl"][-3:] for file in made[name]] for name in made}
    assert formats == {"AudioInfos": kinds[:1], "VideoInfos": kinds[1:]}


def test_sound_tells_of_itself(caller: Any, mock: MockVod) -> None:
    [sound] = output(caller, AUDIO, OutputConfig={"Duration": 3})["AudioInfos"]

    assert fetched(mock, sound.pop("FileUrl")) == MP3
    metadata = sound.pop("MetaData")
    assert (metadata["Container"], metadata["Width"], metadata["VideoStreamSet"]) == ("mp3", 0, [])
    assert sound.pop("Duration") == metadata["Duration"]
    assert sound == {
        "StorageMode": "Temporary",
        "MediaName": "",
        "ClassId": 0,
        "ExpireTime": "2025-01-08T00:00:02Z",
        "FileType": "",
        "FileId": "",
    }


def test_clone(caller: Any, mock: MockVod, clock: VirtualClock) -> None:
    clock.advance(0.25)

    made = output(caller, CLONE)

    assert re.fullmatch("[1-9][0-9]{17}", made.pop("TaskId"))
    assert fetched(mock, made.pop("DemoAudio")) == MP3
    assert made == {
        "State": "success",
        "VoiceId": "maigua111",
        "Payload": "pass this on",
        "CreatedAt": "2025-01-01T00:00:00.250000Z",
    }


def test_clone_without_text_has_no_demo(caller: Any) -> None:
    assert output(caller, CLONE, Text="")["DemoAudio"] == ""


def test_a_second_clone_of_the_same_id_fails(caller: Any) -> None:
    created(caller, CLONE)

    second = ended(caller, CLONE, created(caller, CLONE))

    assert failure(second) == (70000, "FailedOperation", "voice clone voice id duplicate")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("maigua111", "maigua112", id="another-id"),
        pytest.param("maigua111", "Maigua111", id="another-case"),
    ],
)
def test_clones_of_other_ids_succeed(caller: Any, first: str, second: str) -> None:
    created(caller, CLONE, VoiceId=first)

    assert output(caller, CLONE, VoiceId=second)["VoiceId"] == second


def test_the_id_of_a_failed_clone_is_free(caller: Any, mock: MockVod) -> None:
    mock.tasks[created(caller, CLONE)].fail()

    assert output(caller, CLONE)["VoiceId"] == "maigua111"


def test_a_failed_second_clone_does_not_free_the_id(caller: Any) -> None:
    for _ in range(2):
        created(caller, CLONE)

    assert ended(caller, CLONE, created(caller, CLONE))["ErrCodeExt"] == "FailedOperation"


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({"VoiceUrl": "myVoiceUrl"}, id="url"),
        pytest.param({"VideoId": "myVideoId"}, id="earlier-work"),
    ],
)
def test_voice(caller: Any, mock: MockVod, sources: dict[str, str]) -> None:
    """VoiceInfo is JSON in a text."""
    [voice] = output(caller, VOICE, **sources)["InfoList"]

    info = json.loads(voice["VoiceInfo"])
    assert re.fullmatch("[1-9][0-9]{17}", voice["VoiceId"])
    assert fetched(mock, info.pop("trial_url")) == MP3
    assert info == {"voice_id": voice["VoiceId"], "voice_name": "myVoice", "owned_by": "", "status": "succeed"}


def test_voice_of_two_sources_fails(caller: Any) -> None:
    """Those of the published example."""
    inside = ended(caller, VOICE, created(caller, VOICE, VoiceUrl="myVoiceUrl", VideoId="myVideoId"))

    assert failure(inside) == (70000, "FailedOperation", "video_id must be empty when voice_url is present")
    assert inside["Output"] == {"InfoList": []}

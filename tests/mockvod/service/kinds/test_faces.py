"""Faces in a video: the same ones at once and by a task."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators import catalog, validate_response

APPLICATION = 251007502
AT_ONCE, TASK = "DescribeAigcFaceInfo", "DescribeAigcFaceInfoAsync"


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


def videos(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """AigcFaceInfo of each video without the pictures."""
    left = {"FaceId", "StartTime", "EndTime"}
    return [
        {**each, "FaceInfoList": [{name: face[name] for name in left} for face in each["FaceInfoList"]]}
        for each in found
    ]


@pytest.mark.parametrize("number", range(6))
def test_both_ways_find_the_same_faces(caller: Any, number: int) -> None:
    params = {"FileInfos": [{"Type": "Url", "Url": f"http://example.com/{number}.mp4"}]}

    at_once = asked(caller, AT_ONCE, params)["FaceInfoSet"]

    assert videos(output(caller, TASK, params)["FaceInfoSet"]) == videos(at_once)


def test_videos_have_other_faces(caller: Any) -> None:
    sets = [asked(caller, AT_ONCE, {"FileInfos": [{"FileId": f"{number}"}]}) for number in range(8)]
    found = [each for answer in sets for each in answer["FaceInfoSet"]]

    assert len({each["SessionId"] for each in found}) == 8
    assert {len(each["FaceInfoList"]) for each in found} == {1, 2}


def test_a_face_that_was_found_at_once_can_be_seen(caller: Any, mock: MockVod) -> None:
    [video] = asked(caller, AT_ONCE, {"FileInfos": [{"FileId": "1"}]})["FaceInfoSet"]

    _, kind, start = fetched(mock, video["FaceInfoList"][0]["FaceImage"])

    assert (kind, start) == ("image/jpeg", b"\xff\xd8\xff")


def test_face(caller: Any, mock: MockVod) -> None:
    [video] = output(caller, TASK, {"FileInfos": [{"FileId": "1"}]})["FaceInfoSet"]

    face = video["FaceInfoList"][0]
    assert re.fullmatch("[1-9][0-9]{17}", video["SessionId"])
    assert (face["FaceId"], face["StartTime"]) == ("0", 0)
    assert 2000 <= face["EndTime"] <= 5000
    assert fetched(mock, face["FaceImage"]) == ("aigcImageGenFile.jpg", "image/jpeg", b"\xff\xd8\xff")


def test_no_video_has_no_faces(clock: VirtualClock, make_caller: Any) -> None:
    caller = make_caller(MockVod(Settings(profile="lenient"), clock=clock))

    assert asked(caller, AT_ONCE, {})["FaceInfoSet"] == []

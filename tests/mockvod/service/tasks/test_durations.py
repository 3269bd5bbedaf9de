"""How long tasks take: as long as those that were recorded on 2026-08-05, times the factor of the settings."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings

NOW = 1_735_689_600
VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"


def model(name: str, version: str, **more: Any) -> dict[str, Any]:
    return {"SubAppId": 7, "ModelName": name, "ModelVersion": version, "Prompt": "a cat", **more}


def seconds(make_caller: Any, action: str, params: dict[str, Any], expected: float, **settings: Any) -> list[str]:
    """The Status of the task shortly before the expected end, and at it."""
    settings = {"rate_limit": "off", "profile": "lenient", "time_factor": 1, **settings}
    caller = make_caller(MockVod(Settings(**settings), clock=VirtualClock(NOW, tick=0)))
    task_id = caller.call(action, params)["TaskId"]
    told = []
    for moment in (expected - 0.001, expected):
        caller.mock.clock.set(NOW + moment)
        told.append(caller.call("DescribeTaskDetail", {"TaskId": task_id})["Status"])
    return told


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        pytest.param(VIDEO, model("Kling", "2.6"), 50, id="kling-2.6"),
        pytest.param(VIDEO, model("Kling", "3.0"), 169, id="kling-3.0"),
        pytest.param(VIDEO, model("Kling", "3.0-Omni"), 95, id="kling-omni"),
        pytest.param(VIDEO, model("Kling", "2.1"), 60, id="kling-of-another-version"),
        pytest.param(VIDEO, model("Vidu", "q2"), 47, id="vidu"),
        pytest.param(VIDEO, model("Hailuo", "H3"), 192, id="hailuo"),
        pytest.param(VIDEO, model("GV", "3.1"), 60, id="not-recorded"),
        # A version of another model's.
        pytest.param(VIDEO, model("Vidu", "2.6"), 60, id="a-version-alone-says-nothing"),
        pytest.param(VIDEO, model("OS", "2.0", OutputConfig={"Duration": 4}), 74, id="by-length-4"),
        pytest.param(VIDEO, model("OS", "2.0", OutputConfig={"Duration": 8}), 106, id="by-length-8"),
        pytest.param(VIDEO, model("OS", "2.0"), 82, id="by-length-none"),
        pytest.param(VIDEO, model("OS", "2.0", OutputConfig={}), 82, id="by-length-left-out"),
        pytest.param(VIDEO, model("Kling", "2.6", OutputConfig={"Duration": 10}), 50, id="length-does-not-count"),
        pytest.param(IMAGE, model("GG", "3.0"), 19, id="image"),
        # No image was recorded to take what a video of that model takes.
        pytest.param(IMAGE, model("Kling", "2.6"), 19, id="image-of-a-video-model"),
    ],
)
def test_a_task_takes_as_long_as_a_recorded_one(
    make_caller: Any, action: str, params: dict[str, Any], expected: float
) -> None:
    assert seconds(make_caller, action, params, expected) == ["PROCESSING", "FINISH"]


def test_a_scene_takes_longer(make_caller: Any) -> None:
    files = [{"FileId": "3704211000509819", "Category": "Video"}, {"FileId": "3704211000509820", "Category": "Image"}]
    params = model("Kling", "2.6", SceneType="motion_control", FileInfos=files)

    assert seconds(make_caller, VIDEO, params, 480) == ["PROCESSING", "FINISH"]


@pytest.mark.parametrize(("factor", "expected"), [(0.04, 2), (0.5, 25), (2, 100)])
def test_the_factor_scales_it(make_caller: Any, factor: float, expected: float) -> None:
    told = seconds(make_caller, VIDEO, model("Kling", "2.6"), expected, time_factor=factor)

    assert told == ["PROCESSING", "FINISH"]


def test_seconds_of_the_settings_stand_in_for_all(make_caller: Any) -> None:
    told = seconds(make_caller, VIDEO, model("Kling", "2.6"), 3, task_seconds=3)

    assert told == ["PROCESSING", "FINISH"]


def test_a_factor_of_nothing_ends_tasks_at_once(make_caller: Any) -> None:
    assert seconds(make_caller, VIDEO, model("Kling", "2.6"), 0, time_factor=0)[1] == "FINISH"

"""When a task too many fails: after four seconds, or when it would have ended if that is sooner."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings

NOW = 1_735_689_600
VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
REAL = {"time_factor": 1}


@pytest.mark.parametrize(
    ("settings", "prompt", "seconds"),
    [
        pytest.param(REAL, "a cat", 4, id="as-recorded"),
        pytest.param({"time_factor": 0.5}, "a cat", 2, id="scaled-like-all-tasks"),
        pytest.param(REAL, "[[slow:3s]]", 3, id="asked-for-less"),
        pytest.param(REAL, "[[slow:4.001s]]", 4, id="asked-for-more"),
        pytest.param(REAL, "[[slow:1h]]", 4, id="asked-for-much-more"),
        pytest.param({"time_factor": 0.5}, "[[slow:3s]]", 2, id="asked-for-more-than-the-scaled"),
        pytest.param(REAL, "[[stuck]]", 4, id="asked-for-no-end"),
        pytest.param({"task_seconds": 1}, "a cat", 1, id="all-take-less"),
        pytest.param({"task_seconds": 100}, "a cat", 4, id="all-take-more"),
        pytest.param({"task_seconds": 1}, "[[slow:3s]]", 1, id="all-take-less-than-it-asks"),
        pytest.param({"task_seconds": 3}, "[[slow:1s]]", 1, id="asked-for-less-than-all-take"),
        pytest.param({"progression": "manual", **REAL}, "a cat", 4, id="by-hand"),
        pytest.param({"progression": "manual", **REAL}, "[[slow:1s]]", 1, id="by-hand-and-asked-for-less"),
    ],
)
def test_a_task_too_many_fails_at_the_sooner_moment(
    make_caller: Any, settings: dict[str, Any], prompt: str, seconds: float
) -> None:
    mock = MockVod(Settings(rate_limit="off", **settings), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock)
    # Keeps the one place.
    caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "[[stuck]]"})
    task_id = caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": prompt})["TaskId"]

    told = []
    for moment in (seconds - 0.0005, seconds):
        mock.clock.set(NOW + moment)
        answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})
        told.append((answer["Status"], answer["AigcVideoTask"]["ErrCodeExt"]))

    assert told == [("PROCESSING", ""), ("FINISH", "RequestLimitExceeded")]


def test_where_tasks_end_at_once_a_task_too_many_fails_at_once(make_caller: Any) -> None:
    settings = Settings(rate_limit="off", progression="immediate")
    caller = make_caller(MockVod(settings, clock=VirtualClock(NOW, tick=0)))
    caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "[[stuck]]"})
    task_id = caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "[[slow:1h]]"})["TaskId"]

    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert (answer["Status"], answer["AigcVideoTask"]["ErrCodeExt"]) == ("FINISH", "RequestLimitExceeded")


def test_a_task_too_many_that_is_to_fail_otherwise_fails_for_want_of_a_place(make_caller: Any) -> None:
    caller = make_caller(MockVod(Settings(rate_limit="off"), clock=VirtualClock(NOW, tick=0)))
    caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "[[stuck]]"})
    task_id = caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "[[fail:TaskTimeout]]"})["TaskId"]
    caller.mock.clock.advance(10)

    answer = caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert answer["AigcVideoTask"]["ErrCodeExt"] == "RequestLimitExceeded"

"""Directives in prompts: tasks that fail, take long or never end, and calls that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.tasks.directives import FAILURES
from mockvod.settings import Settings
from mockvod.validators import catalog, validate_response

PICTURES = '{"frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]}'
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "CreateAigcAdvancedCustomElement": ("ElementDescription", {"ElementImageList": PICTURES}),
    "CreateAigcImageTask": ("Prompt", {"SubAppId": 7, "ModelName": "GG", "ModelVersion": "2.5"}),
    "CreateAigcSubject": ("SubjectName", {"SubjectImages": ["http://example.com/a.png"]}),
    "CreateAigcVideoTask": ("Prompt", {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1"}),
}
UNFINISHED = {"FileInfos": [], "ProcedureTaskIds": [], "Usage": {"InputTokens": 0, "ThoughtTokens": 0}}


def create(caller: Any, directive: str, action: str = "CreateAigcVideoTask") -> dict[str, Any]:
    member, params = CALLS[action]
    answer: dict[str, Any] = caller.call(action, {**params, member: f"a cat {directive}"})
    return answer


def described(caller: Any, task_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = caller.call("DescribeTaskDetail", {"TaskId": task_id})
    assert [each for each in validate_response("DescribeTaskDetail", answer) if each.severity == "error"] == []
    return answer


@pytest.mark.parametrize("code", FAILURES)
def test_a_task_that_fails_is_finished(caller: Any, clock: VirtualClock, code: str) -> None:
    task_id = create(caller, f"[[fail:{code}]]")["TaskId"]
    clock.advance(2)

    answer = described(caller, task_id)

    detail = answer["AigcVideoTask"]
    assert (answer["Status"], detail["Status"], detail["Progress"]) == ("FINISH", "FINISH", 100)
    assert (detail["ErrCode"], detail["ErrCodeExt"], detail["Message"]) == (70000, code, FAILURES[code])
    assert detail["Output"] == UNFINISHED


@pytest.mark.parametrize("action", CALLS)
def test_every_kind_of_task_can_fail(caller: Any, clock: VirtualClock, action: str) -> None:
    task_id = create(caller, "[[fail:InternalError]]", action)["TaskId"]
    clock.advance(2)

    detail = described(caller, task_id)[catalog().require(action).result_field]

    assert (detail["ErrCode"], detail["ErrCodeExt"]) == (70000, "InternalError")


def test_until_it_ends_nothing_tells_that_a_task_will_fail(caller: Any) -> None:
    detail = described(caller, create(caller, "[[fail:InternalError]]")["TaskId"])["AigcVideoTask"]

    assert (detail["Status"], detail["ErrCode"], detail["Message"]) == ("PROCESSING", 0, "")


def test_a_failed_task_has_no_file(mock: MockVod, caller: Any, clock: VirtualClock) -> None:
    task_id = create(caller, "[[fail:InternalError]]")["TaskId"]
    clock.advance(2)

    assert mock.media(f"/b8c85f46vodnj251000800/{task_id[-33:-1]}0000/aigcVideoGenFile.mp4") is None


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("1.5s", 1.5), ("5m", 300), ("1h", 3600)])
def test_a_slow_task(caller: Any, clock: VirtualClock, text: str, seconds: float) -> None:
    task_id = create(caller, f"[[slow:{text}]]")["TaskId"]

    clock.advance(seconds - 0.01)
    before = described(caller, task_id)["Status"]
    clock.advance(0.02)

    assert (before, described(caller, task_id)["Status"]) == ("PROCESSING", "FINISH")


def test_a_task_can_be_slow_and_fail(caller: Any, clock: VirtualClock) -> None:
    task_id = create(caller, "[[slow:90s]] [[fail:TaskTimeout]]")["TaskId"]
    clock.advance(90)

    assert described(caller, task_id)["AigcVideoTask"]["ErrCodeExt"] == "TaskTimeout"


def test_a_slow_task_is_slow_where_others_end_at_once(clock: VirtualClock, make_caller: Any) -> None:
    caller = make_caller(MockVod(Settings(progression="immediate"), clock=clock))

    assert described(caller, create(caller, "[[slow:1s]]")["TaskId"])["Status"] == "PROCESSING"


def test_a_stuck_task(caller: Any, clock: VirtualClock) -> None:
    task_id = create(caller, "[[stuck]]")["TaskId"]
    clock.advance(days=3)

    answer = described(caller, task_id)

    assert (answer["Status"], answer["AigcVideoTask"]["Progress"]) == ("PROCESSING", 0)
    assert answer["FinishTime"] == "0001-01-01T00:00:00Z"


def test_a_stuck_task_can_be_listed(caller: Any) -> None:
    task_id = create(caller, "[[stuck]]")["TaskId"]

    answer = caller.call("DescribeTasks", {"SubAppId": 7, "Sort": {"Field": "FinishTime", "Order": "Asc"}, "Limit": 1})

    assert [task["TaskId"] for task in answer["TaskSet"]] == [task_id]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidParameter.ViolationContent", "the input breaks the content policy"),
        ("LimitExceeded.Quota", "configured quota used up"),
        ("InternalError", "unspecified server fault"),
    ],
)
def test_a_call_that_is_rejected(caller: Any, code: str, message: str) -> None:
    assert create(caller, f"[[reject:{code}]]")["Error"] == {"Code": code, "Message": message}


@pytest.mark.parametrize(
    ("directive", "named"),
    [
        pytest.param("[[fail:Nope]]", "TaskTimeout", id="fail-unknown"),
        pytest.param("[[fail]]", "TaskTimeout", id="fail-what"),
        pytest.param("[[slow:fast]]", "90s", id="slow-unknown"),
        pytest.param("[[reject:Nope]]", "ActionOffline", id="reject-unknown"),
    ],
)
def test_a_wrong_directive_is_refused_and_the_right_ones_are_named(
    mock: MockVod, caller: Any, directive: str, named: str
) -> None:
    answer = create(caller, directive)

    [record] = mock.journal
    assert answer["Error"]["Code"] == "InvalidParameterValue"
    assert directive.rstrip("]") in record.explanation and named in record.explanation


@pytest.mark.parametrize("text", ["[[a cat]]", "[fail:InternalError]", "[[ fail:InternalError ]]", "[["])
def test_other_brackets_mean_nothing(caller: Any, clock: VirtualClock, text: str) -> None:
    task_id = create(caller, text)["TaskId"]
    clock.advance(2)

    assert described(caller, task_id)["AigcVideoTask"]["ErrCode"] == 0


def test_directives_can_be_switched_off(clock: VirtualClock, make_caller: Any) -> None:
    caller = make_caller(MockVod(Settings(magic_prompts=False, task_seconds=2), clock=clock))
    task_id = create(caller, "[[stuck]] [[reject:InternalError]]")["TaskId"]
    clock.advance(2)

    assert described(caller, task_id)["Status"] == "FINISH"


def test_the_prompt_is_played_back_as_it_was(caller: Any) -> None:
    task_id = create(caller, "[[slow:90s]]")["TaskId"]

    assert described(caller, task_id)["AigcVideoTask"]["Input"]["Prompt"] == "a cat [[slow:90s]]"

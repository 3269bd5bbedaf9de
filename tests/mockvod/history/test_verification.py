"""Whether a client called as it should have, and the report where it did not."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.errors import MockvodError, SettingsError, VerificationError
from mockvod.history.calls import Calls
from mockvod.settings import DOCUMENTED_SECRET_ID, Settings

VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
CREATE = "CreateAigcVideoTask"


@pytest.fixture
def called(mock: MockVod, caller: Any) -> MockVod:
    """A mock with two tasks and a refused question."""
    caller.call(CREATE, VIDEO)
    caller.call(CREATE, {**VIDEO, "Prompt": "a dog", "OutputConfig": {"AspectRatio": "9:16"}})
    caller.call("DescribeTaskDetail", {"TaskId": "x"})
    return mock


def report(mock: MockVod, *arguments: Any, **more: Any) -> str:
    with pytest.raises(VerificationError) as caught:
        mock.verify(*arguments, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        pytest.param({}, [1, 2], id="at-least-once"),
        pytest.param({"times": 2}, [1, 2], id="times"),
        pytest.param({"at_least": 2}, [1, 2], id="at-least"),
        pytest.param({"at_most": 2}, [1, 2], id="at-most"),
        pytest.param({"at_least": 1, "at_most": 3}, [1, 2], id="between"),
        pytest.param({"times": 1, "params": {"Prompt": "a dog"}}, [2], id="params"),
        pytest.param({"times": 2, "account": DOCUMENTED_SECRET_ID}, [1, 2], id="account"),
        pytest.param({"times": 2, "code": ""}, [1, 2], id="not-refused"),
        pytest.param({"times": 0, "code": "InternalError"}, [], id="never"),
        pytest.param({"at_most": 1, "code": "InternalError"}, [], id="at-most-is-never-too"),
    ],
)
def test_it_holds(called: MockVod, arguments: Any, found: list[int]) -> None:
    assert [each.number for each in called.verify(CREATE, **arguments)] == found


def test_what_is_given_are_calls(called: MockVod) -> None:
    assert isinstance(called.verify(CREATE), Calls)


def test_refused_calls_count(called: MockVod) -> None:
    assert called.verify("DescribeTaskDetail", 1).last.code == "InvalidParameterValue.TaskId"


@pytest.mark.parametrize(
    ("arguments", "head"),
    [
        pytest.param({"code": "X"}, "wanted at least once:", id="by-default"),
        pytest.param({"times": 0}, "wanted never:", id="never"),
        pytest.param({"times": 1}, "wanted exactly once:", id="once"),
        pytest.param({"times": 3}, "wanted exactly 3 times:", id="times"),
        pytest.param({"at_least": 3}, "wanted at least 3 times:", id="at-least"),
        pytest.param({"at_most": 1}, "wanted at most once:", id="at-most"),
        pytest.param({"at_least": 3, "at_most": 5}, "wanted 3 to 5 times:", id="between"),
        pytest.param({"at_least": 3, "at_most": 3}, "wanted exactly 3 times:", id="between-one-and-the-same"),
    ],
)
def test_it_does_not_hold(called: MockVod, arguments: Any, head: str) -> None:
    assert report(called, CREATE, **arguments).startswith(f"{head} action='{CREATE}'")


@pytest.mark.parametrize("kind", [AssertionError, MockvodError])
def test_failure_is_a(kind: type[Exception]) -> None:
    assert issubclass(VerificationError, kind)


def text(lines: str) -> str:
    return dedent(lines).strip()


def test_report_of_too_few(called: MockVod) -> None:
    assert report(called, CREATE, params={"Prompt": "a cat", "OutputConfig": {"AspectRatio": "1:1"}}) == text("""
        wanted at least once: action='CreateAigcVideoTask', params={'OutputConfig': {'AspectRatio': '1:1'}, 'Prompt': 'a cat'}
        came never among 3 calls
        nearest:
        #1 CreateAigcVideoTask at 2025-01-01T00:00:00Z, accepted
            OutputConfig: wanted {'AspectRatio': '1:1'}, got nothing
        #2 CreateAigcVideoTask at 2025-01-01T00:00:00Z, accepted
            Prompt: wanted 'a cat', got 'a dog'
            OutputConfig.AspectRatio: wanted '1:1', got '9:16'
        #3 DescribeTaskDetail at 2025-01-01T00:00:00Z, refused: InvalidParameterValue.TaskId: The task does not exist.
            why: this account has no task 'x'
            (action): wanted 'CreateAigcVideoTask', got 'DescribeTaskDetail'
            Prompt: wanted 'a cat', got nothing
            OutputConfig: wanted {'AspectRatio': '1:1'}, got nothing
    """)


def test_report_of_too_many(called: MockVod) -> None:
    assert report(called, "DescribeTaskDetail", 0) == text("""
        wanted never: action='DescribeTaskDetail'
        came once among 3 calls
        the last 1 of them:
        #3 DescribeTaskDetail at 2025-01-01T00:00:00Z, refused: InvalidParameterValue.TaskId: The task does not exist.
            why: this account has no task 'x'
    """)


def test_report_of_a_refused_call(called: MockVod) -> None:
    assert report(called, "DescribeTaskDetail", code="").splitlines()[3:6] == [
        "#3 DescribeTaskDetail at 2025-01-01T00:00:00Z, refused: InvalidParameterValue.TaskId: The task does not exist.",
        "    why: this account has no task 'x'",
        "    (code): wanted '', got 'InvalidParameterValue.TaskId'",
    ]


def test_report_of_an_unknown_action(mock: MockVod) -> None:
    assert report(mock, "CreateAigcVideoTsk") == text("""
        wanted at least once: action='CreateAigcVideoTsk'
        came never among 0 calls
        VOD has no action 'CreateAigcVideoTsk'; near it are CreateAigcVideoTask, CreateSceneAigcVideoTask, CreateAigcVideoRedrawTask
    """)


def test_unknown_action_is_never_wanted_by_mistake(mock: MockVod) -> None:
    assert "VOD has no action 'Zzz'" in report(mock, "Zzz", times=0).splitlines()


def test_unknown_action_that_a_client_called(mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcVideoTsk")

    assert mock.verify("CreateAigcVideoTsk").last.code == "InvalidAction"


def test_report_shows_the_nearest_three(mock: MockVod, caller: Any) -> None:
    for prompt in ("one", "two", "three", "four"):
        caller.call(CREATE, {**VIDEO, "Prompt": prompt})
    caller.call("CreateAigcImageTask", {"SubAppId": 7, "ModelName": "GG", "ModelVersion": "3.0", "Prompt": "five"})

    lines = report(mock, CREATE, params={"Prompt": "five"}).splitlines()

    assert [line.split()[0] for line in lines if line.startswith("#")] == ["#4", "#3", "#2"]


def test_report_shows_ten_differences_of_a_call(called: MockVod) -> None:
    lines = report(called, "DescribeTaskDetail", params={f"M{number:02}": 1 for number in range(12)}).splitlines()

    assert lines[5:16] == [*(f"    M{number:02}: wanted 1, got nothing" for number in range(10)), "    and 2 more"]


def test_report_says_what_the_journal_forgot(make_caller: Any, clock: VirtualClock) -> None:
    mock = MockVod(Settings(journal_size=1), clock=clock)
    for _ in range(3):
        make_caller(mock).call("DescribeTaskDetail", {"TaskId": "x"})

    assert report(mock, "DescribeTaskDetail", 3).splitlines()[1] == (
        "came once among 1 call; 2 older ones are no longer in the journal (setting journal_size)"
    )


def test_report_outlives_a_function_that_others_are_not_made_for(called: MockVod) -> None:
    def even(value: Any) -> bool:
        return value % 3 == 0

    assert report(called, "DescribeTaskDetail", code="", params={"TaskId": even}).splitlines()[6] == (
        "    (params): a function in them raised TypeError: not all arguments converted during string formatting"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"times": -1}, "times=-1: not a whole number from 0", id="times"),
        pytest.param({"times": True}, "times=true: not a whole number from 0", id="times-bool"),
        pytest.param({"at_least": 1.5}, "at_least=1.5: not a whole number from 0", id="at-least"),
        pytest.param({"at_most": "2"}, "at_most='2': not a whole number from 0", id="at-most"),
        pytest.param({"times": 1, "at_least": 1}, "times=1 says exactly how often; leave at_least out", id="both"),
        pytest.param({"times": 1, "at_most": 1}, "times=1 says exactly how often; leave at_most out", id="both-most"),
        pytest.param({"at_least": 2, "at_most": 1}, "at_least=2 is more than at_most=1", id="contradiction"),
        pytest.param({"params": "Prompt"}, "params='Prompt': not a mapping of members to values", id="params"),
        pytest.param({"action": None}, "action=null: name the action whose calls are counted", id="action"),
    ],
)
def test_arguments_that_cannot_be(mock: MockVod, arguments: Any, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        mock.verify(**{"action": CREATE, **arguments})

    assert str(caught.value) == message

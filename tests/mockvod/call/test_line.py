"""The line that the log has of a call."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from mockvod.app import MockVod

#: What nobody foresees.
VARYING = {"request_id": "…", "milliseconds": 0}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "mockvod")
    return caplog


def facts(log: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    return [(each.levelname, {**vars(each)["call"], **VARYING}) for each in log.records]


def told(**changes: Any) -> dict[str, Any]:
    """The facts of a call that is answered without a finding, with some changed."""
    usual = {"outcome": "answered", "action": "DescribeEventConfig", "code": "", "findings": 0}
    return {**usual, "peer": "127.0.0.1", "fault": "", **VARYING, **changes}


def test_an_answered_call_is_for_who_asks_for_every_call(caller: Any, log: pytest.LogCaptureFixture) -> None:
    caller.call("DescribeEventConfig")

    assert facts(log) == [("DEBUG", told())]


def test_a_refused_call_is_told_of(caller: Any, log: pytest.LogCaptureFixture) -> None:
    caller.call("DescribeTaskDetail", {"TaskId": "x"})

    code = "InvalidParameterValue.TaskId"
    assert facts(log) == [("INFO", told(outcome="refused", action="DescribeTaskDetail", code=code))]


def test_a_call_with_a_finding_is_told_of(caller: Any, log: pytest.LogCaptureFixture, video: Any) -> None:
    caller.call("CreateAigcVideoTask", {**video, "TasksPriority": "1"})

    assert facts(log) == [("INFO", told(action="CreateAigcVideoTask", findings=1))]


def test_a_lost_call_is_told_of(mock: MockVod, caller: Any, log: pytest.LogCaptureFixture) -> None:
    mock.fault("drop")
    mock.handle(caller.post("DescribeEventConfig"))

    assert facts(log) == [("INFO", told(outcome="lost", fault="drop"))]


def test_call_that_names_no_action_has_a_line(mock: MockVod, caller: Any, log: pytest.LogCaptureFixture) -> None:
    mock.handle(caller.post("x", headers={"x-tc-action": None}))

    assert [each["action"] for _, each in facts(log)] == ["a call"]


def test_message_has_the_facts_for_a_person(caller: Any, log: pytest.LogCaptureFixture, video: Any) -> None:
    refused = caller.call("DescribeTaskDetail", {"TaskId": "x"})["RequestId"]
    answered = caller.call("CreateAigcVideoTask", {**video, "TasksPriority": "1"})["RequestId"]

    first, second = (re.sub(r"[\d.]+ ms", "0 ms", each.getMessage()) for each in log.records)
    assert first == (
        "refused DescribeTaskDetail: InvalidParameterValue.TaskId: this account has no task 'x' "
        f"({refused}, 0 ms, from 127.0.0.1)"
    )
    assert second == f"answered CreateAigcVideoTask ({answered}, 0 ms, 1 finding, from 127.0.0.1)"


def test_no_line_is_made_that_nobody_wants(
    caller: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hot call pays for a look at the level, and for no more."""

    def never(*arguments: object) -> None:
        pytest.fail("a line was made")

    monkeypatch.setattr("mockvod.call.line._outcome", never)
    caplog.set_level(logging.INFO, "mockvod")

    assert "Error" not in caller.call("DescribeEventConfig")


def test_what_a_caller_sends_begins_no_line(mock: MockVod, caller: Any, log: pytest.LogCaptureFixture) -> None:
    mock.handle(caller.post("A\n2026-01-01 refused", headers={"x-tc-version": None}))

    assert [len(each.getMessage().splitlines()) for each in log.records] == [1]

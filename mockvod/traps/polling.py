"""Traps about polling: how often, how long, and what a failed query means."""

from __future__ import annotations

from typing import Any

from mockvod.narrowing import is_array, is_object
from mockvod.scripts import describe_error, finish, progress
from mockvod.traps.stage import DETAIL, Stage
from mockvod.traps.trap import Trap

#: Seconds between two queries, at least and on average; public clients poll every 3 to 15 seconds.
_MIN_INTERVAL = 1
#: The longest recorded task, motion control with Kling, takes about eight minutes.
_LONG = 480


def _describe_error(stage: Stage) -> None:
    stage.script(progress(30), describe_error("InternalError", 2), progress(60), finish())
    seen = stage.round()
    stage.expect_tasks(1, "it gave up a task that was still running")
    stage.expect_file(seen)


def _with_fault(stage: Stage, kind: str, times: int = 2, **details: Any) -> None:
    stage.script(progress(30, 4), progress(60), finish())
    stage.mock.fault(kind, action=DETAIL, nth=2, times=times, **details)
    seen = stage.round()
    stage.expect_tasks(1, "it gave up a task that was still running")
    stage.expect_file(seen)


def _rate_limit(stage: Stage) -> None:
    _with_fault(stage, "rate_limit")


def _http_error(stage: Stage) -> None:
    _with_fault(stage, "http_error", status=502)


def _malformed_json(stage: Stage) -> None:
    _with_fault(stage, "malformed_json")


def _drop(stage: Stage) -> None:
    _with_fault(stage, "drop")


def _no_answer(stage: Stage) -> None:
    _with_fault(stage, "timeout", times=1)


def _too_old(stage: Stage) -> None:
    handle = stage.client.create("a cat that comes back")
    stage.advance(hours=73)
    stage.expect_reported_failure(stage.finish(handle))


def _stuck(stage: Stage) -> None:
    stage.script(progress(99), times=5)
    stage.expect_reported_failure(stage.round())


def _slow(stage: Stage) -> None:
    stage.script(progress(50, seconds=_LONG), finish())
    seen = stage.round()
    stage.expect_tasks(1, "it gave up a task that was still running")
    stage.expect_file(seen)


def _storm(stage: Stage) -> None:
    stage.script(progress(20, 4), finish())
    stage.expect_file(stage.round())
    times = [each.time for each in stage.calls(DETAIL)]
    interval = (times[-1] - times[0]) / max(1, len(times) - 1)
    stage.require(
        interval >= _MIN_INTERVAL,
        f"it polled every {interval:.2f} seconds; an account has 100 calls a second for everything",
    )


def _unknown_members(stage: Stage) -> None:
    stage.host.change = _with_more
    stage.script(progress(50), finish())
    stage.expect_file(stage.round())


def _with_more(answer: Any) -> Any:
    if is_object(answer):
        return {**{name: _with_more(each) for name, each in answer.items()}, "LaterAddition": None}
    return [_with_more(each) for each in answer] if is_array(answer) else answer


_POLL_AGAIN = "Polls again after a while: the failed query says nothing about the task."
TRAPS = (
    Trap(
        "describe-error",
        "The client takes a failed query for a failed task",
        "DescribeTaskDetail is refused twice with InternalError while the task runs; then the task succeeds.",
        _POLL_AGAIN,
        "documented: InternalError is listed for the action; a public client gives up the task",
        _describe_error,
    ),
    Trap(
        "describe-rate-limit",
        "A refusal for the rate limit ends the wait",
        "DescribeTaskDetail is refused twice with RequestLimitExceeded.",
        _POLL_AGAIN,
        "documented: 100 calls a second",
        _rate_limit,
    ),
    Trap(
        "describe-502",
        "An error page of a load balancer ends the wait",
        "DescribeTaskDetail is answered twice with HTTP 502 and HTML.",
        _POLL_AGAIN,
        "assumed: load balancers do this; the API itself answers errors with 200",
        _http_error,
    ),
    Trap(
        "describe-half-json",
        "An answer that is cut short ends the wait",
        "DescribeTaskDetail is answered twice with half of the JSON.",
        _POLL_AGAIN,
        "assumed: networks do this",
        _malformed_json,
    ),
    Trap(
        "describe-dropped",
        "A lost connection ends the wait",
        "The connection ends twice before DescribeTaskDetail is answered.",
        _POLL_AGAIN,
        "assumed: networks do this",
        _drop,
    ),
    Trap(
        "describe-no-answer",
        "The client waits for ever for an answer",
        "One call of DescribeTaskDetail is never answered.",
        "Gives up on the answer after some seconds (here: server.timeout), and polls again.",
        "assumed: networks do this",
        _no_answer,
    ),
    Trap(
        "polled-too-late",
        "The client queries a task after three days",
        "The client comes back after 73 hours, and DescribeTaskDetail is refused with ResourceNotFound.",
        "Reports that the task can no longer be queried, and stops polling.",
        "documented: tasks can be queried for three days; which of the listed codes is answered is assumed",
        _too_old,
    ),
    Trap(
        "stuck",
        "The client waits for ever for a task that never ends",
        "The task stays at Progress 99.",
        "Gives up within six hours, and reports it.",
        "assumed: no maximum is documented; public clients wait for half an hour",
        _stuck,
    ),
    Trap(
        "slow",
        "The client gives up a long task",
        "The task takes eight minutes and succeeds.",
        "Waits for at least ten minutes before it gives up a task that is paid for anyway.",
        "documented: the guide says about eight minutes for motion control",
        _slow,
    ),
    Trap(
        "polling-storm",
        "The client polls without a pause",
        "The task runs for four queries and succeeds.",
        "Waits some seconds between two queries.",
        "documented: 100 calls a second; public clients poll every 3 to 15 seconds",
        _storm,
    ),
    Trap(
        "unknown-members",
        "The client checks answers against a fixed list of members",
        "Every object of every answer has a member that is not documented.",
        "Ignores members that it does not know.",
        "observed: live answers have members that are not in the published specification",
        _unknown_members,
    ),
)

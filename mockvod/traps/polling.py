"""Asking for a task: how often, how long, and what to make of a question that goes wrong."""

from __future__ import annotations

from typing import Any

from mockvod.narrowing import is_array, is_object
from mockvod.scripts import describe_error, finish, progress
from mockvod.traps.stage import DETAIL, Stage
from mockvod.traps.trap import Trap

#: Seconds that lie between two questions at least, on average: recorded clients ask every 3 to 15.
_APART = 1
#: The longest recorded task, motion control with Kling, takes about eight minutes.
_LONG = 480


def _describe_error(stage: Stage) -> None:
    stage.script(progress(30), describe_error("InternalError", 2), progress(60), finish())
    seen = stage.round()
    stage.expect_tasks(1, "it gave up a task that went on")
    stage.expect_file(seen)


def _with_fault(stage: Stage, kind: str, times: int = 2, **details: Any) -> None:
    stage.script(progress(30, 4), progress(60), finish())
    stage.mock.fault(kind, action=DETAIL, nth=2, times=times, **details)
    seen = stage.round()
    stage.expect_tasks(1, "it gave up a task that went on")
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
    stage.expect_tasks(1, "it gave up a task that went on")
    stage.expect_file(seen)


def _storm(stage: Stage) -> None:
    stage.script(progress(20, 4), finish())
    stage.expect_file(stage.round())
    times = [each.time for each in stage.calls(DETAIL)]
    apart = (times[-1] - times[0]) / max(1, len(times) - 1)
    stage.require(
        apart >= _APART, f"it asked every {apart:.2f} seconds; 100 calls a second are all that an account has"
    )


def _unknown_members(stage: Stage) -> None:
    stage.host.change = _with_more
    stage.script(progress(50), finish())
    stage.expect_file(stage.round())


def _with_more(answer: Any) -> Any:
    if is_object(answer):
        return {**{name: _with_more(each) for name, each in answer.items()}, "LaterAddition": None}
    return [_with_more(each) for each in answer] if is_array(answer) else answer


_ON = "Asks again after a while: nothing is said about the task."
TRAPS = (
    Trap(
        "describe-error",
        "A question that fails is taken for a task that failed",
        "DescribeTaskDetail is refused twice with InternalError while the task runs; then the task ends well.",
        _ON,
        "documented: InternalError is among the action's codes; a client was seen to give up the task",
        _describe_error,
    ),
    Trap(
        "describe-rate-limit",
        "A question too many ends the wait",
        "DescribeTaskDetail is refused twice with RequestLimitExceeded.",
        _ON,
        "documented: 100 calls a second",
        _rate_limit,
    ),
    Trap(
        "describe-502",
        "A page of a load balancer ends the wait",
        "DescribeTaskDetail is answered twice with HTTP 502 and HTML.",
        _ON,
        "assumed: what balancers do; the API itself answers its errors with 200",
        _http_error,
    ),
    Trap(
        "describe-half-json",
        "An answer that is cut short ends the wait",
        "DescribeTaskDetail is answered twice with half of the JSON.",
        _ON,
        "assumed: what networks do",
        _malformed_json,
    ),
    Trap(
        "describe-dropped",
        "A lost connection ends the wait",
        "The connection ends twice before DescribeTaskDetail is answered.",
        _ON,
        "assumed: what networks do",
        _drop,
    ),
    Trap(
        "describe-no-answer",
        "An answer is waited for without end",
        "One call of DescribeTaskDetail is never answered.",
        "Takes it for lost after some seconds (here: server.timeout), and asks again.",
        "assumed: what networks do",
        _no_answer,
    ),
    Trap(
        "polled-too-late",
        "A task is asked for after three days",
        "The client comes back after 73 hours, and DescribeTaskDetail is refused with ResourceNotFound.",
        "Reports that nothing can be learnt of the task any more, and asks no more.",
        "documented: tasks of the last three days can be asked for; the code is assumed, of those listed",
        _too_old,
    ),
    Trap(
        "stuck",
        "A task that never ends is waited for without end",
        "The task stays at Progress 99.",
        "Gives up at last, within six hours, and says so.",
        "assumed: no longest time is documented; recorded clients wait for half an hour",
        _stuck,
    ),
    Trap(
        "slow",
        "A long task is given up",
        "The task takes eight minutes and ends well.",
        "Waits for at least ten minutes before it gives up what will be paid anyway.",
        "documented: the guide says about eight minutes for motion control",
        _slow,
    ),
    Trap(
        "polling-storm",
        "Questions without a pause",
        "The task runs for four questions and ends well.",
        "Leaves some seconds between two questions.",
        "documented: 100 calls a second for all; recorded clients ask every 3 to 15 seconds",
        _storm,
    ),
    Trap(
        "unknown-members",
        "Answers are held against a list of members",
        "Every object of every answer has a member that no document knows.",
        "Passes over what it does not know.",
        "observed: live answers have members that are not in the published specification",
        _unknown_members,
    ),
)

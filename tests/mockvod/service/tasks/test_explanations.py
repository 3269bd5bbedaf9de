"""What is said in plain words of calls about tasks that are refused: the header X-Mockvod-Explain, text by text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.tasks.failures import FAILURES
from mockvod.settings import Settings
from mockvod.validators.replies import error_codes

NOW = 1_735_689_600
APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
LONG = "x" * 100
NO_TASK = f"7-AigcVideoTask-{'0' * 32}t"


@dataclass(frozen=True)
class Case:
    """What is asked for after a task was made, and what is said. {task} stands for its TaskId."""

    code: str
    explanation: str
    action: str
    #: The parameters, made of that TaskId.
    params: Callable[[str], dict[str, Any]]
    settings: dict[str, Any]
    seconds: float = 0
    #: What the service's own text holds.
    named: tuple[str, ...] = ()


def case(
    explanation: str,
    action: str,
    params: Any,
    *,
    code: str,
    seconds: float = 0,
    named: tuple[str, ...] = (),
    **settings: Any,
) -> Case:
    given = params if callable(params) else lambda task: params
    return Case(code, explanation, action, given, settings, seconds, named)


TASK = "InvalidParameterValue.TaskId"
FIRST_CODES = ", ".join(sorted(error_codes())[:20])
CASES = {
    "unknown": case(f"this account has no task '{NO_TASK}'", "DescribeTaskDetail", {"TaskId": NO_TASK}, code=TASK),
    "long": case(
        f"this account has no task '7-AigcVideoTask-{'0' * 64}'",
        "DescribeTaskDetail",
        {"TaskId": f"7-AigcVideoTask-{'0' * 100}"},
        code=TASK,
    ),
    "other-application": case(
        "{task} belongs to the application 7, not 8",
        "DescribeTaskDetail",
        lambda task: {"TaskId": task, "SubAppId": 8},
        code=TASK,
    ),
    "too-old": case(
        "{task} was submitted over three days ago, on 2025-01-01T00:00:00Z",
        "DescribeTaskDetail",
        lambda task: {"TaskId": task},
        code="ResourceNotFound",
        seconds=3 * 86_400 + 1,
    ),
    "running": case(
        "{task} is PROCESSING: only a task that is WAITING can be stopped",
        "ManageTask",
        lambda task: {**APP, "TaskId": task, "OperationType": "Abort"},
        code="FailedOperation",
    ),
    "ended": case(
        "{task} is FINISH: only a task that is WAITING can be stopped",
        "ManageTask",
        lambda task: {**APP, "TaskId": task, "OperationType": "Abort"},
        code="FailedOperation",
        seconds=10,
    ),
    "token": case(
        f"ScrollToken '{'x' * 80}' is not one that a page gave",
        "DescribeTasks",
        {**APP, "ScrollToken": LONG},
        code="InvalidParameterValue",
        named=("ScrollToken", "x" * 80),
    ),
    "one-too-many": case(
        "1 task(s) of CreateAigcVideoTask are running, which is the limit (over_concurrency)",
        "CreateAigcVideoTask",
        VIDEO,
        code="RequestLimitExceeded",
        over_concurrency="refuse",
    ),
    "rejected": case(
        "Prompt says [[reject:FailedOperation]]",
        "CreateAigcVideoTask",
        {**VIDEO, "Prompt": "[[reject:FailedOperation]]"},
        code="FailedOperation",
    ),
    "unknown-code": case(
        f"Prompt: the directive [[reject:{'x' * 60}]] is not one that mockvod knows; there are {FIRST_CODES}",
        "CreateAigcVideoTask",
        {**VIDEO, "Prompt": f"[[reject:{LONG}]]"},
        code="InvalidParameterValue",
        named=("Prompt", f"[[reject:{'x' * 60}]]"),
    ),
    "unknown-failure": case(
        f"Prompt: the directive [[fail:{'x' * 60}]] is not one that mockvod knows; there are {', '.join(sorted(FAILURES))}",
        "CreateAigcVideoTask",
        {**VIDEO, "Prompt": f"[[fail:{LONG}]]"},
        code="InvalidParameterValue",
        named=("Prompt", f"[[fail:{'x' * 60}]]"),
    ),
    "wrong-duration": case(
        f"Prompt: the directive [[slow:{'x' * 60}]] is not one that mockvod knows; write 90s, 5m or 1h",
        "CreateAigcVideoTask",
        {**VIDEO, "Prompt": f"[[slow:{LONG}]]"},
        code="InvalidParameterValue",
        named=("Prompt", f"[[slow:{'x' * 60}]]"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_explanation_of_a_refusal(make_caller: Any, name: str) -> None:
    case = CASES[name]
    settings = Settings(**{"task_seconds": 10, "rate_limit": "off", **case.settings})
    caller = make_caller(MockVod(settings, clock=VirtualClock(NOW, tick=0)))
    task = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    caller.mock.clock.advance(case.seconds)

    response = caller.mock.handle(caller.post(case.action, case.params(task)))

    *_, record = caller.mock.journal
    expected = case.explanation.replace("{task}", task)
    assert (record.code, record.explanation) == (case.code, expected)
    assert [each for each in case.named if f"`{each}`" not in record.message] == []
    assert dict(response.headers)["X-Mockvod-Explain"] == (
        expected if len(expected) <= 1000 else f"{expected[:997]}..."
    )

"""What the journal says of a call that a fault befell: all that it says of any other, and the fault."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.settings import Settings

#: An action that nobody has modelled, whose answer is made from its contract.
GENERATED = "DescribeAllClass"
MODELLED = "CreateAigcSubject"
#: Faults after which the work has been done, with what they need to be told.
WORKING: dict[str, dict[str, Any]] = {
    "latency": {"seconds": 2},
    "timeout": {"seconds": 2, "committed": True},
    "drop_after_commit": {},
    "truncate": {},
    "trickle": {"seconds": 2},
    "wrong_content_type": {},
}
#: Faults that leave the work undone.
IDLE: dict[str, dict[str, Any]] = {"drop": {}, "timeout": {"seconds": 2}, "http_error": {}}
#: Faults that refuse the call.
REFUSING: dict[str, dict[str, Any]] = {
    "error": {"code": "InternalError"},
    "rate_limit": {},
    "clock_skew": {"seconds": 301},
}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, concurrency="off", rate_limit="off")


def record_of(caller: Any, action: str, params: Any = None) -> Any:
    """What the journal has of the call, but for what differs from call to call; its answer is not there to be read."""
    caller.mock.handle(caller.post(action, params))
    *_, record = caller.mock.journal
    return record._replace(number=0, request_id="", fault="")


@pytest.mark.parametrize("kind", WORKING)
@pytest.mark.parametrize("action", [GENERATED, "DescribeAigcApiTokens"], ids=["generated", "modelled"])
def test_a_call_whose_work_was_done_is_recorded_as_without_the_fault(
    mock: MockVod, caller: Any, kind: str, action: str
) -> None:
    usual = record_of(caller, action)
    mock.fault(kind, **WORKING[kind])

    assert record_of(caller, action) == usual
    assert usual.generated == (action == GENERATED)
    assert [each.fault for each in mock.journal] == ["", kind]


@pytest.mark.parametrize("kind", WORKING)
def test_warnings_are_kept(mock: MockVod, caller: Any, video: dict[str, Any], kind: str) -> None:
    del video["SessionId"]
    usual = record_of(caller, "CreateAigcVideoTask", video)
    mock.fault(kind, **WORKING[kind])

    assert record_of(caller, "CreateAigcVideoTask", video).findings == usual.findings != ()


@pytest.mark.parametrize("kind", IDLE)
@pytest.mark.parametrize("action", [GENERATED, MODELLED], ids=["generated", "modelled"])
def test_a_call_whose_work_was_not_done_has_no_answer(mock: MockVod, caller: Any, kind: str, action: str) -> None:
    mock.fault(kind, **IDLE[kind])
    record = record_of(caller, action)

    assert (record.answer, record.code, record.generated) == (None, "", False)
    assert record.explanation.startswith("a fault of the test: ")
    assert (record.action, record.account) == (action, mock.secret_id)
    assert [each.fault for each in mock.journal] == [kind]


@pytest.mark.parametrize("kind", REFUSING)
@pytest.mark.parametrize("action", [GENERATED, MODELLED], ids=["generated", "modelled"])
def test_a_call_that_was_refused_has_the_code(mock: MockVod, caller: Any, kind: str, action: str) -> None:
    mock.fault(kind, **REFUSING[kind])
    record = record_of(caller, action)

    assert (record.answer, record.generated) == (None, False)
    assert record.code and record.message and record.explanation
    assert [each.fault for each in mock.journal] == [kind]


def test_a_call_that_the_service_refuses_by_itself_has_fault_and_code(mock: MockVod, caller: Any) -> None:
    mock.fault("latency", seconds=2)
    record = record_of(caller, "DescribeTaskDetail", {"TaskId": f"7-AigcVideoTask-{'0' * 32}t"})

    assert (record.code, record.answer) == ("InvalidParameterValue.TaskId", None)
    assert [each.fault for each in mock.journal] == ["latency"]

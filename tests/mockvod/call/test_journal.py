"""What the journal tells of a call: the whole record, for each way in which a call can come and end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

import pytest

from mockvod.app import MockVod
from mockvod.call.journal import CallRecord
from mockvod.clock import VirtualClock
from mockvod.errors import ApiError
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT, Settings

NOW = 1_735_689_600
SUBJECT = "CreateAigcSubject"
HOST = "vod.intl.tencentcloudapi.com"
PARAMS = {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}
#: A record of a call that is refused before it tells anything.
NOTHING = CallRecord(
    number=1,
    time=NOW,
    request_id="",
    method="POST",
    host=HOST,
    peer="10.0.0.7",
    client="",
    scheme="v3",
    account="",
    action=SUBJECT,
    params={},
    findings=(),
    code="",
    message="",
    explanation="",
    answer=None,
    generated=False,
    fault="",
)


def changed(request: HttpRequest, headers: Mapping[str, str] = {}, **more: Any) -> HttpRequest:
    return replace(request, peer="10.0.0.7", headers={**request.headers, **headers}, **more)


def recorded(mock: MockVod, request: HttpRequest) -> tuple[CallRecord, dict[str, Any]]:
    """The record of the call, but for its identifier, which is that of the answer, and the answer."""
    answer = json.loads(mock.handle(request).body)["Response"]
    *_, record = mock.journal
    assert record.request_id == answer.pop("RequestId")
    return record._replace(request_id=""), answer


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        pytest.param({}, "", id="unnamed"),
        pytest.param({"user-agent": "curl/8"}, "curl/8", id="user-agent"),
        pytest.param({"user-agent": "curl/8", "x-tc-requestclient": "SDK_X_1"}, "SDK_X_1", id="sdk"),
    ],
)
def test_a_call_with_a_result(mock: MockVod, caller: Any, headers: dict[str, str], client: str) -> None:
    record, answer = recorded(mock, changed(caller.post(SUBJECT, PARAMS), headers))

    assert record == NOTHING._replace(client=client, account=DEFAULT_ACCOUNT.secret_id, params=PARAMS, answer=answer)
    assert "TaskId" in answer


def test_a_get(mock: MockVod, caller: Any) -> None:
    query = urlencode({"SubjectName": "cat", "SubjectImages.0": "http://example.com/cat.png"})

    record, answer = recorded(mock, changed(caller.get(SUBJECT, query)))

    assert record == NOTHING._replace(method="GET", account=DEFAULT_ACCOUNT.secret_id, params=PARAMS, answer=answer)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_call_of_v1(mock: MockVod, caller: Any, method: str) -> None:
    fields = {"SubjectName": "cat", "SubjectImages.0": "http://example.com/cat.png", "RequestClient": "SDK_X_1"}

    record, answer = recorded(mock, changed(caller.v1(SUBJECT, fields, method=method)))

    assert record == NOTHING._replace(
        method=method,
        scheme="v1",
        client="SDK_X_1",
        account=DEFAULT_ACCOUNT.secret_id,
        params=PARAMS,
        answer=answer,
    )


def test_a_refused_call_of_v1(mock: MockVod, caller: Any) -> None:
    """What it was and who made it stands among its fields, and had been read by then."""
    request = caller.v1("DescribeTasks", {"RequestClient": "SDK_X_1"}, changed={"Signature": "A" * 27 + "="})

    record, answer = recorded(mock, changed(request))

    assert record == NOTHING._replace(
        scheme="v1",
        client="SDK_X_1",
        account=DEFAULT_ACCOUNT.secret_id,
        action="DescribeTasks",
        code="AuthFailure.SignatureFailure",
        message=answer["Error"]["Message"],
        explanation=record.explanation,
    )


def test_a_call_without_parameters(mock: MockVod, caller: Any) -> None:
    record, answer = recorded(mock, changed(caller.post("DescribeAllClass", {})))

    assert record == NOTHING._replace(
        account=DEFAULT_ACCOUNT.secret_id, action="DescribeAllClass", answer=answer, generated=True
    )


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize(
    ("params", "code", "faults", "translated"),
    [
        pytest.param({"TaskId": "x"}, "InvalidParameterValue.TaskId", [], False, id="by-the-service"),
        pytest.param({"TaskId": 5}, "InvalidParameter", ["TaskId"], True, id="by-the-gateway"),
    ],
)
def test_a_refused_call(
    mock: MockVod, caller: Any, language: str, params: dict[str, Any], code: str, faults: list[str], translated: bool
) -> None:
    request = changed(caller.post("DescribeTaskDetail", params), {"x-tc-language": language})

    record, answer = recorded(mock, request)

    assert record == NOTHING._replace(
        account=DEFAULT_ACCOUNT.secret_id,
        action="DescribeTaskDetail",
        params=params,
        code=code,
        message=answer["Error"]["Message"],
        explanation=record.explanation,
        findings=record.findings,
    )
    assert [each.path for each in record.findings] == faults
    assert record.explanation
    assert answer["Error"]["Code"] == code
    assert record.message.isascii() == (language == "en-US" or not translated)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_call_that_the_service_refuses_in_chinese(make_caller: Any, video: dict[str, Any], language: str) -> None:
    mock = MockVod(Settings(over_concurrency="refuse"), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock)
    for session in ("first", "second"):
        request = caller.post("CreateAigcVideoTask", {**video, "SessionId": session})
        record, answer = recorded(mock, changed(request, {"x-tc-language": language}))

    assert record.code == answer["Error"]["Code"] == "RequestLimitExceeded"
    assert record.message == answer["Error"]["Message"]
    assert record.message.isascii() == (language == "en-US")


def test_a_call_that_is_refused_before_its_signature_is_read(mock: MockVod, caller: Any) -> None:
    request = changed(caller.post(SUBJECT, PARAMS), {"x-tc-version": "", "user-agent": "curl/8"})

    record, answer = recorded(mock, request)

    assert record == NOTHING._replace(
        client="curl/8",
        params=PARAMS,
        code="MissingParameter",
        message=answer["Error"]["Message"],
        explanation="send the header X-TC-Version",
    )


def test_a_call_whose_body_cannot_be_read(mock: MockVod, caller: Any) -> None:
    request = changed(caller.post("A" * 100, PARAMS), body=b"{")

    record, answer = recorded(mock, request)

    assert record == NOTHING._replace(
        action="A" * 80,
        code="InvalidParameter",
        message=answer["Error"]["Message"],
        explanation=record.explanation,
    )


def test_a_call_with_warnings(mock: MockVod, caller: Any, video: dict[str, Any]) -> None:
    record, answer = recorded(mock, changed(caller.post("CreateAigcVideoTask", video)))

    assert record == NOTHING._replace(
        account=DEFAULT_ACCOUNT.secret_id,
        action="CreateAigcVideoTask",
        params=video,
        answer=answer,
        findings=record.findings,
    )
    assert [(each.path, each.severity) for each in record.findings] == [("TasksPriority", "warning")]
    assert record.as_json() == {**record._asdict(), "findings": [asdict(each) for each in record.findings]}


def test_a_call_that_a_fault_keeps_from_being_done(mock: MockVod, caller: Any) -> None:
    mock.fault("drop")
    mock.handle(changed(caller.post(SUBJECT, PARAMS)))

    [record] = mock.journal
    assert record == NOTHING._replace(
        request_id=record.request_id,
        account=DEFAULT_ACCOUNT.secret_id,
        params=PARAMS,
        explanation=record.explanation,
        fault="drop",
    )
    assert record.request_id and record.explanation.startswith("a fault of the test: ")


def test_a_predicate_that_fails_is_recorded_without_its_fault(mock: MockVod, caller: Any) -> None:
    def fails(call: Any) -> bool:
        raise ZeroDivisionError

    mock.fault("error", code="InternalError", when=fails)

    record, answer = recorded(mock, changed(caller.post(SUBJECT, PARAMS)))

    assert (record.code, record.fault, record.params) == ("InternalError", "", PARAMS)
    assert answer["Error"]["Message"] == ApiError("internal_error").reply("en-US").message


# --- how much is kept ----------------------------------------------------------------------------------------------

CUT = "x" * 256


def sent(caller: Any, params: dict[str, Any], size: int) -> dict[str, Any]:
    """What the journal has of the parameters of a body of that many bytes."""
    body = json.dumps(params).encode()
    caller.mock.handle(caller.post("DescribeAllClass", body=body + b" " * (size - len(body))))
    *_, record = caller.mock.journal
    kept: dict[str, Any] = record.params
    return kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param(CUT, CUT, id="text-of-256"),
        pytest.param(f"{CUT}y", f"{CUT}… (257 characters)", id="text-of-257"),
        pytest.param([{"a": f"{CUT}yz"}], [{"a": f"{CUT}… (258 characters)"}], id="text-inside"),
        pytest.param([1] * 256, [1] * 256, id="list-of-256"),
        pytest.param([1] * 257, [1] * 256, id="list-of-257"),
        pytest.param([None, True, 1.5], [None, True, 1.5], id="other-values"),
    ],
)
def test_long_values_of_large_bodies_are_cut(caller: Any, value: Any, kept: Any) -> None:
    assert sent(caller, {"A": value}, 64 * 1024) == {"A": value}
    assert sent(caller, {"A": value}, 64 * 1024 + 1) == {"A": kept}


@pytest.mark.parametrize("calls", [1, 3, 5])
def test_the_last_calls_are_kept_and_all_are_counted(make_caller: Any, calls: int) -> None:
    mock = MockVod(Settings(journal_size=3), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock)
    for _ in range(calls):
        caller.call("DescribeAllClass")

    kept = min(calls, 3)
    assert [each.number for each in mock.journal] == list(range(calls - kept + 1, calls + 1))
    assert (len(mock.journal), mock.journal.total, mock.journal.forgotten) == (kept, calls, calls - kept)


def test_what_was_kept_comes_back_with_a_snapshot(make_caller: Any) -> None:
    mock = MockVod(Settings(journal_size=3), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock)
    for _ in range(5):
        caller.call("DescribeAllClass")
    before, snapshot = list(mock.journal), mock.snapshot()
    mock.reset()
    assert (list(mock.journal), mock.journal.total, mock.journal.forgotten) == ([], 0, 0)
    mock.restore(snapshot)

    assert (list(mock.journal), mock.journal.total, mock.journal.forgotten) == (before, 5, 2)
    caller.call("DescribeAllClass")
    assert [each.number for each in mock.journal] == [4, 5, 6]

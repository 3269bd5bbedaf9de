"""The life of a call: envelope, headers, journal, transaction, reset."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call.journal import CallRecord
from mockvod.call.life import AnswerError
from mockvod.clock import VirtualClock
from mockvod.service import registry
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.state import json_table

STRAY = json_table("stray")

NOW = 1_735_689_600
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_success_is_compact_json_with_request_id_last(mock: MockVod, caller: Any) -> None:
    response = mock.handle(caller.post("CreateAigcSubject", {"SubjectName": "cat"}))

    assert re.fullmatch(
        rb'\{"Response":\{"TaskId":"1500000001-CreateAigcSubject-[0-9a-f]{32}t","RequestId":"[0-9a-f-]{36}"\}\}',
        response.body,
    )
    assert (response.status, response.headers) == (200, (("Content-Type", "application/json"),))


def test_half_a_surrogate_pair_comes_back_as_u_fffd(make_caller: Any) -> None:
    """And everything else as ever: the answer is that to a caller who has sent U+FFFD."""
    video = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
    bodies = []
    for sent in ("\ud83d", "\ufffd"):
        mock = MockVod(Settings(seed=1), clock=VirtualClock(NOW, tick=0))
        caller = make_caller(mock)
        task_id = caller.call("CreateAigcVideoTask", {**video, "SessionContext": f"生 {sent}"})["TaskId"]
        bodies.append(mock.handle(caller.post("DescribeTaskDetail", {"TaskId": task_id})).body)

    assert bodies[0] == bodies[1]
    assert "生 \ufffd".encode() in bodies[0]


@pytest.mark.parametrize("action", ["DescribeAllClass", "CreateAigcMovie"], ids=["answered", "refused"])
@pytest.mark.parametrize(("sent", "echoed"), [("a-1", "a-1"), ("x" * 129, "x" * 125 + "...")], ids=["short", "long"])
def test_a_trace_id_comes_back_and_changes_nothing_else(make_caller: Any, action: str, sent: str, echoed: str) -> None:
    responses = []
    for headers in ({}, {"x-tc-traceid": sent}):
        caller = make_caller(MockVod(Settings(seed=1), clock=VirtualClock(NOW, tick=0)))
        responses.append(caller.mock.handle(caller.post(action, headers=headers)))
    plain, traced = responses

    assert traced.headers == (plain.headers[0], ("X-TC-TraceId", echoed), *plain.headers[1:])
    assert (traced.status, traced.body) == (plain.status, plain.body) == (200, plain.body)


def test_a_call_that_is_lost_has_an_empty_body(mock: MockVod, caller: Any) -> None:
    mock.fault("drop")

    response = mock.handle(caller.post("DescribeAllClass"))

    assert (response.status, response.headers, response.body) == (200, (("Content-Type", "application/json"),), b"")


@pytest.mark.parametrize("action", ["CreateAigcSubject", "CreateAigcMovie"], ids=["answered", "refused"])
def test_request_ids_are_uuid4_and_differ(caller: Any, action: str) -> None:
    ids = {caller.call(action)["RequestId"] for _ in range(5)}

    assert len(ids) == 5
    assert all(UUID4.fullmatch(each) for each in ids)


def test_trace_id_is_echoed(mock: MockVod, caller: Any) -> None:
    request = caller.post("CreateAigcSubject", headers={"x-tc-traceid": "9c1b0b1e-0000-4000-8000-000000000000"})

    assert ("X-TC-TraceId", "9c1b0b1e-0000-4000-8000-000000000000") in mock.handle(request).headers


def test_trace_id_cannot_break_the_header(mock: MockVod, caller: Any) -> None:
    request = caller.post("CreateAigcSubject", headers={"x-tc-traceid": "a\r\nSet-Cookie: b=c\u4e2d"})

    assert ("X-TC-TraceId", "a Set-Cookie: b=c?") in mock.handle(request).headers


def test_non_ascii_goes_out_as_raw_utf8(mock: MockVod, caller: Any) -> None:
    response = mock.handle(caller.post("CreateAigcSubject", {"名": 1}))

    assert "The parameter `名` is not recognized." in response.body.decode()


def test_the_same_signed_request_is_accepted_again(mock: MockVod, caller: Any) -> None:
    request = caller.post("CreateAigcSubject")

    first, second = (json.loads(mock.handle(request).body)["Response"]["TaskId"] for _ in range(2))

    assert first != second


def test_explanation_is_in_header_journal_and_log(mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mockvod"):
        response = mock.handle(caller.post("CreateAigcSubject", secret_key=f"{DEFAULT_ACCOUNT.secret_key}\n"))

    [record] = mock.journal
    header = dict(response.headers)["X-Mockvod-Explain"]
    assert header.startswith("secret_whitespace: ")
    assert record.explanation.startswith("secret_whitespace: ")
    assert "secret_whitespace: " in caplog.text
    assert b"Explain" not in response.body and b"whitespace" not in response.body


def test_explanation_of_a_bad_parameter_names_it(mock: MockVod, caller: Any) -> None:
    response = mock.handle(caller.post("CreateAigcSubject", {"SubjectName": 5}))

    explanation = dict(response.headers)["X-Mockvod-Explain"]
    assert "SubjectName" in explanation and "5" in explanation


def test_secrets_are_nowhere(caplog: pytest.LogCaptureFixture, make_caller: Any) -> None:
    account = Account("AKIDsecretive", "very-secret-key", token="very-secret-token")
    mock = MockVod(Settings(accounts=(account,)), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock, account)
    requests = [
        caller.post("CreateAigcSubject", {"SubjectName": "cat"}),
        caller.post("CreateAigcSubject", secret_key="other-secret-key"),
        caller.post("CreateAigcSubject", headers={"x-tc-token": "other-secret-token"}),
        caller.v1("CreateAigcSubject", {"Token": "very-secret-token"}),
        caller.v1("CreateAigcSubject", {"Token": "other-secret-token"}),
        caller.v1("CreateAigcSubject", changed={"Signature": "other-secret-signature"}),
    ]

    with caplog.at_level(logging.DEBUG):
        answers = [mock.handle(request) for request in requests]

    told = repr(list(mock.journal)) + repr(answers) + caplog.text + repr(mock.settings)
    assert "very-secret" not in told
    assert "other-secret" not in told


def test_journal_tells_what_was_asked_and_answered(mock: MockVod, caller: Any) -> None:
    answer = caller.call("CreateAigcSubject", {"SubjectName": "cat"})

    [record] = mock.journal
    assert (record.number, record.time, record.action) == (1, NOW, "CreateAigcSubject")
    assert (record.account, record.scheme, record.host) == (DEFAULT_ACCOUNT.secret_id, "v3", caller.host)
    assert record.params == {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}
    assert record.code == ""
    assert record.answer == {"TaskId": answer["TaskId"]}
    assert record.request_id == answer["RequestId"]


def test_journal_keeps_what_is_known_of_a_refused_call(mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcSubject", {"Name": "cat"})

    [record] = mock.journal
    assert (record.action, record.account) == ("CreateAigcSubject", DEFAULT_ACCOUNT.secret_id)
    assert (record.code, record.answer, record.params) == (
        "UnknownParameter",
        None,
        {"Name": "cat", "SubjectImages": ["http://example.com/cat.png"]},
    )


def test_journal_counts_what_it_forgets(clock: VirtualClock, make_caller: Any) -> None:
    mock = MockVod(Settings(journal_size=3), clock=clock)
    caller = make_caller(mock)

    for name in "abcde":
        caller.call("CreateAigcSubject", {"SubjectName": name})

    assert [record.params["SubjectName"] for record in mock.journal] == ["c", "d", "e"]
    assert (mock.journal.total, mock.journal.forgotten) == (5, 2)


def test_journal_cuts_long_texts_of_large_requests(mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcSubject", {"SubjectName": "a" * 100_000, "SubjectImages": ["b" * 100_000]})

    [record] = mock.journal
    assert record.params["SubjectName"] == "a" * 256 + "… (100000 characters)"
    assert len(record.params["SubjectImages"][0]) < 300


def test_warning_is_kept(mock: MockVod, caller: Any, video: dict[str, Any]) -> None:
    caller.call("CreateAigcVideoTask", video)

    [record] = mock.journal
    assert [finding.path for finding in record.findings] == ["TasksPriority"]


def test_reset_forgets_tasks_calls_and_counts(mock: MockVod, caller: Any) -> None:
    for _ in range(20):
        task = caller.call("CreateAigcSubject")
    assert caller.call("CreateAigcSubject")["Error"]["Code"] == "RequestLimitExceeded"

    mock.reset()

    assert (mock.journal.total, len(mock.journal)) == (0, 0)
    assert "TaskId" in caller.call("CreateAigcSubject")
    gone = caller.call("DescribeTaskDetail", {"TaskId": task["TaskId"]})
    assert gone["Error"]["Code"] == "InvalidParameterValue.TaskId"


def test_accounts_do_not_see_each_others_tasks(clock: VirtualClock, make_caller: Any) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other)), clock=clock)
    task = make_caller(mock).call("CreateAigcSubject")

    answer = make_caller(mock, other).call("DescribeTaskDetail", {"TaskId": task["TaskId"]})

    assert answer["Error"]["Code"] == "InvalidParameterValue.TaskId"


def test_a_bug_of_ours_is_an_internal_error_that_leaves_no_trace(
    mock: MockVod, caller: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(context: Any, params: Any) -> Any:
        context.transaction.put(STRAY, "key", {})
        raise ZeroDivisionError

    monkeypatch.setitem(registry.HANDLERS, "CreateAigcSubject", broken)

    answer = caller.call("CreateAigcSubject")

    assert answer["Error"] == {
        "Code": "InternalError",
        "Message": "An internal error has occurred. Retry your request, but if the problem persists, contact us.",
    }
    assert "ZeroDivisionError" in caplog.text
    with mock.store.transaction() as transaction:
        assert transaction.get(STRAY, "key") is None


def test_a_bug_of_ours_is_logged_with_the_action_that_the_headers_name(
    mock: MockVod, caller: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With v1 they name none."""

    def broken(context: Any, params: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(registry.HANDLERS, "CreateAigcSubject", broken)

    caller.call("CreateAigcSubject")
    caller.send(caller.v1("CreateAigcSubject"))

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "mockvod failed on CreateAigcSubject: please report it",
        "mockvod failed on a call: please report it",
    ]


class BrokenWall(VirtualClock):
    """A clock of the user's own that fails where the gateway looks at it: for a call that seems old."""

    def wall(self) -> float:
        raise ZeroDivisionError


def test_a_bug_in_the_gateway_is_an_internal_error_too(make_caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    mock = MockVod(Settings(), clock=BrokenWall(NOW, tick=0))
    request = make_caller(mock).post("DescribeTasks", {"SubAppId": 7}, timestamp=NOW - 3600)

    response = mock.handle(request)

    answer = json.loads(response.body)["Response"]
    message = "An internal error has occurred. Retry your request, but if the problem persists, contact us."
    explanation = "a bug in mockvod: see its log"
    assert answer["Error"] == {"Code": "InternalError", "Message": message}
    assert dict(response.headers)["X-Mockvod-Explain"] == explanation
    [logged] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert logged == "mockvod failed on DescribeTasks: please report it"
    assert UUID4.fullmatch(answer["RequestId"])
    # What the gateway had read by then is lost, but for what the headers say.
    assert list(mock.journal) == [
        CallRecord(
            number=1,
            time=NOW,
            request_id=answer["RequestId"],
            method="POST",
            host=request.headers["host"],
            peer="127.0.0.1",
            client="",
            scheme="v3",
            account="",
            action="DescribeTasks",
            params={},
            findings=(),
            code="InternalError",
            message=message,
            explanation=explanation,
            answer=None,
            generated=False,
        )
    ]


def test_refusals_are_logged(mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mockvod"):
        mock.handle(caller.post("DescribeTaskDetail", {"TaskId": "x"}, headers={"x-tc-language": "zh-CN"}))
        mock.handle(caller.post("A" * 81, headers={"x-tc-version": None}))
        mock.handle(caller.v1("CreateAigcSubject", {"SubjectName.": "é"}))
    with caplog.at_level(logging.WARNING, "mockvod"):
        mock.handle(caller.post("DescribeTaskDetail", {"TaskId": "x"}))

    assert [(record.levelname, record.getMessage().rpartition(" (")[0]) for record in caplog.records] == [
        ("INFO", "refused DescribeTaskDetail: InvalidParameterValue.TaskId: this account has no task 'x'"),
        ("INFO", f"refused {'A' * 77}...: MissingParameter: send the header X-TC-Version"),
        ("INFO", "refused a call: InvalidParameter: Parameter `SubjectName.` format invalid."),
    ]


def test_an_answer_that_breaks_its_contract_does_not_go_out(
    caller: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(registry.HANDLERS, "CreateAigcSubject", lambda context, params: {"TaskId": 5})

    answer = caller.call("CreateAigcSubject")

    assert answer["Error"]["Code"] == "InternalError"
    assert AnswerError.__name__ in caplog.text
    assert "CreateAigcSubject would answer {'TaskId': 5}, which its contract does not allow" in caplog.text


def test_an_action_that_nobody_has_modelled_is_answered_from_its_contract(mock: MockVod, caller: Any) -> None:
    answer = caller.call("DescribeAllClass")

    [record] = mock.journal
    assert "ClassInfoSet" in answer
    assert record.generated


def test_a_modelled_answer_is_not_marked_as_generated(mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcSubject")

    [record] = mock.journal
    assert not record.generated


def test_a_slip_in_the_name_of_an_action_is_pointed_out(mock: MockVod, caller: Any) -> None:
    response = mock.handle(caller.post("DescribeAigcVideoTask"))

    assert json.loads(response.body)["Response"]["Error"]["Code"] == "InvalidAction"
    assert "CreateAigcVideoTask" in dict(response.headers)["X-Mockvod-Explain"]


def test_skip_is_let_in_only_when_set(clock: VirtualClock, make_caller: Any) -> None:
    open_door, closed = (MockVod(Settings(allow_skip=allowed), clock=clock) for allowed in (True, False))

    for mock, code in ((open_door, None), (closed, "AuthFailure.InvalidAuthorization")):
        caller = make_caller(mock)
        answer = caller.send(caller.post("CreateAigcSubject", headers={"authorization": "SKIP"}))
        assert answer.get("Error", {}).get("Code") == code


def test_a_seed_makes_identifiers_repeatable(clock: VirtualClock, make_caller: Any) -> None:
    first, second = (make_caller(MockVod(Settings(seed=7), clock=clock)).call("CreateAigcSubject") for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("host", "service", "code"),
    [
        pytest.param("vod.intl.tencentcloudapi.com", "vod", None, id="official"),
        pytest.param("vod.ap-singapore.tencentcloudapi.com", "vod", None, id="regional"),
        pytest.param("127.0.0.1:4577", "vod", None, id="loopback-python"),
        pytest.param("127.0.0.1:4577", "127", None, id="loopback-node"),
        pytest.param("localhost:4577", "localhost:4577", None, id="localhost-node"),
        pytest.param("http://127.0.0.1:4577", "vod", None, id="scheme-in-host"),
        pytest.param("127.0.0.1:4577", "cvm", "AuthFailure.InvalidAuthorization", id="other-product"),
        pytest.param("vod.intl.tencentcloudapi.com", "127", "AuthFailure.InvalidAuthorization", id="official-127"),
        pytest.param("notvod.tencentcloudapi.com.example.org", "vod", None, id="only-looks-official"),
    ],
)
def test_scope_by_host(caller: Any, host: str, service: str, code: str | None) -> None:
    answer = caller.call("CreateAigcSubject", host=host, service=service)

    assert answer.get("Error", {}).get("Code") == code


def test_host_service_can_be_switched_off(clock: VirtualClock, make_caller: Any) -> None:
    mock = MockVod(Settings(allow_host_service=False), clock=clock)

    answer = make_caller(mock).call("CreateAigcSubject", host="127.0.0.1:4577", service="127")

    assert answer["Error"]["Code"] == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize(("age", "code"), [(300, None), (-300, None), (301, "AuthFailure.SignatureExpire")])
def test_five_minutes(caller: Any, age: int, code: str | None) -> None:
    answer = caller.call("CreateAigcSubject", timestamp=NOW - age)

    assert answer.get("Error", {}).get("Code") == code


def test_five_minutes_ahead(caller: Any) -> None:
    answer = caller.call("CreateAigcSubject", timestamp=NOW + 301)

    assert answer["Error"]["Message"].endswith(f"the server time {NOW}.")


def test_settings_reach_the_gate(clock: VirtualClock, make_caller: Any) -> None:
    mock = MockVod(replace(Settings(), profile="lenient"), clock=clock)

    assert "TaskId" in make_caller(mock).call("CreateAigcSubject", {"Unknown": 1})

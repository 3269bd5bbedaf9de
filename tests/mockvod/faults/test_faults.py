"""Calls that go wrong by order: which ones, how often, what comes of them, and orders that cannot be."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call.drivers import HeldCalls
from mockvod.clock import VirtualClock
from mockvod.errors import SettingsError
from mockvod.faults.kinds import KINDS
from mockvod.http import Effect, HttpResponse
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.surfaces.effects import PlainConnection

SUBJECT, VIDEO = "CreateAigcSubject", "CreateAigcVideoTask"
OTHER = Account("AKIDother", "other-key")
INTERNAL = "An internal error has occurred. Retry your request, but if the problem persists, contact us."

#: What each kind needs to be told.
NEEDED: dict[str, dict[str, Any]] = {
    "error": {"code": "InternalError"},
    "latency": {"seconds": 2},
    "trickle": {"seconds": 2},
    "clock_skew": {"seconds": 301},
}
REFUSALS = {"error": "InternalError", "rate_limit": "RequestLimitExceeded", "clock_skew": "AuthFailure.SignatureExpire"}
UNDONE = {*REFUSALS, "drop", "timeout", "http_error"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, concurrency="off", rate_limit="off", accounts=(DEFAULT_ACCOUNT, OTHER))


@pytest.fixture
def codes(caller: Any) -> Callable[..., list[str]]:
    """Makes calls one after the other and gives the code of each, "" for a result."""

    def make(number: int, action: str = SUBJECT) -> list[str]:
        return [caller.call(action).get("Error", {}).get("Code", "") for _ in range(number)]

    return make


def struck(mock: MockVod) -> list[str]:
    """The fault of each call."""
    return [record.fault for record in mock.journal]


# Which calls


def test_fail_next_fails_one_call(mock: MockVod, codes: Any) -> None:
    mock.fail_next()

    assert codes(3) == ["InternalError", "", ""]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param({}, "x....", id="by-default-the-next"),
        pytest.param({"times": 2}, "xx...", id="times"),
        pytest.param({"times": None}, "xxxxx", id="until-removed"),
        pytest.param({"nth": 3}, "..x..", id="nth"),
        pytest.param({"nth": 2, "times": 2}, ".xx..", id="nth-and-times"),
        pytest.param({"nth": 4, "times": None}, "...xx", id="nth-and-all-after"),
        pytest.param({"action": SUBJECT}, "x....", id="its-action"),
        pytest.param({"action": VIDEO}, ".....", id="other-action"),
        pytest.param({"account": DEFAULT_ACCOUNT.secret_id}, "x....", id="its-account"),
        pytest.param({"account": OTHER.secret_id}, ".....", id="other-account"),
        pytest.param({"probability": 1, "seed": 1, "times": None}, "xxxxx", id="certain"),
    ],
)
def test_calls_hit(mock: MockVod, codes: Any, order: dict[str, Any], expected: str) -> None:
    mock.fault("error", code="InternalError", **order)

    assert "".join("x" if code else "." for code in codes(5)) == expected


def test_action_is_known_by_either_spelling(mock: MockVod, caller: Any) -> None:
    mock.fail_next("DescribeCdnDomains")

    assert caller.call("DescribeCDNDomains")["Error"]["Code"] == "InternalError"


def test_nth_counts_calls_meant_only(mock: MockVod, codes: Any) -> None:
    mock.fault("error", code="InternalError", action=SUBJECT, nth=2)

    assert codes(1) + codes(2, "DescribeAigcApiTokens") + codes(2) == ["", "", "", "InternalError", ""]


def test_when_sees_account_action_and_params(mock: MockVod, caller: Any) -> None:
    seen = []
    mock.fault("drop", when=seen.append)

    caller.call(SUBJECT, {"SubjectName": "cat"})

    params = {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}
    assert [(each.account, each.action, each.params) for each in seen] == [(DEFAULT_ACCOUNT.secret_id, SUBJECT, params)]


def test_when_chooses(mock: MockVod, caller: Any) -> None:
    mock.fault("error", code="InternalError", when=lambda call: call.params["SubjectName"] == "dog")

    answers = [caller.call(SUBJECT, {"SubjectName": name}) for name in ("cat", "dog", "dog")]

    assert ["Error" in each for each in answers] == [False, True, False]


def test_params_have_their_types_however_they_were_sent(mock: MockVod, caller: Any) -> None:
    mock.fault("error", code="InternalError", when=lambda call: call.params["SubAppId"] == 251007502)

    assert "Error" in caller.send(caller.v1(SUBJECT, {"SubAppId": "251007502"}))


def test_predicate_that_fails_is_told_of(mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    mock.fault("drop", when=lambda call: call.params["Nmae"])

    assert caller.call(SUBJECT)["Error"]["Code"] == "InternalError"
    [record] = mock.journal
    assert record.explanation == "the predicate `when` of a fault of the test raised KeyError: 'Nmae'"
    assert "the predicate of <fault 1: drop, 0 hits> failed" in caplog.text


def test_probability_picks_the_same_calls_for_the_same_seed(clock: VirtualClock, make_caller: Any) -> None:
    runs = []
    for _ in range(2):
        mock = MockVod(Settings(rate_limit="off"), clock=clock)
        mock.fault("error", code="InternalError", times=None, probability=0.3, seed=7)
        runs.append(["Error" in make_caller(mock).call("DescribeAigcApiTokens", {"SubAppId": 1}) for _ in range(50)])

    assert runs[0] == runs[1]
    assert 5 < sum(runs[0]) < 25


def test_other_faults_do_not_change_what_probability_picks(mock: MockVod, codes: Any) -> None:
    picked = {}
    for others in (0, 5):
        mock.reset()
        mock.fail_next(code="FailedOperation", times=others) if others else None
        mock.fault("error", code="InternalError", times=None, probability=0.5, seed=3)
        picked[others] = codes(20)[5:]

    assert picked[5] == picked[0]


def test_first_added_goes_first(mock: MockVod, codes: Any) -> None:
    mock.fail_next(code="FailedOperation")
    mock.fail_next(code="ResourceNotFound")

    assert codes(3) == ["FailedOperation", "ResourceNotFound", ""]


def test_refused_by_the_gateway_uses_up_nothing(mock: MockVod, caller: Any) -> None:
    fault = mock.fail_next(code="FailedOperation")

    codes = [
        caller.call(SUBJECT, {"Nmae": "cat"})["Error"]["Code"],
        caller.call(SUBJECT, secret_key="wrong")["Error"]["Code"],
    ]

    assert (codes, fault.hits) == (["UnknownParameter", "AuthFailure.SignatureFailure"], 0)


def test_exactly_as_many_are_hit_under_50_threads(mock: MockVod, make_caller: Any) -> None:
    fault = mock.fail_next(SUBJECT, times=70)
    requests = [[make_caller(mock).post(SUBJECT) for _ in range(4)] for _ in range(50)]
    start = threading.Barrier(50)

    def send(own: list[Any]) -> None:
        start.wait()
        for request in own:
            mock.handle(request)

    threads = [threading.Thread(target=send, args=(own,)) for own in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (fault.hits, sum(1 for each in struck(mock) if each)) == (70, 70)


# The collection


def test_removed_fault_lets_calls_pass(mock: MockVod, codes: Any) -> None:
    fault = mock.fail_next(times=None)
    before = codes(1)

    fault.remove()

    assert (before, codes(1), fault.hits) == (["InternalError"], [""], 1)


def test_faults_lists_those_to_come(mock: MockVod, codes: Any) -> None:
    first, second = mock.fail_next(), mock.fail_next(times=None)
    codes(1)

    assert (list(mock.faults), len(mock.faults), mock.faults.used) == ([second], 1, (first,))


@pytest.mark.parametrize("clear", [MockVod.reset, lambda mock: mock.faults.clear()], ids=["reset", "clear"])
def test_cleared_faults_are_gone(mock: MockVod, codes: Any, clear: Callable[[MockVod], None]) -> None:
    mock.fail_next()
    codes(1)
    mock.fail_next()

    clear(mock)

    assert (codes(1), list(mock.faults), mock.faults.used) == ([""], [], ())


def test_fault_as_json(mock: MockVod, codes: Any) -> None:
    fault = mock.fault("latency", action=SUBJECT, times=3, seconds=2, when=lambda call: True)
    codes(1)

    assert fault.as_json() == {
        "id": 1,
        "kind": "latency",
        "action": SUBJECT,
        "account": None,
        "nth": None,
        "times": 3,
        "probability": None,
        "seed": None,
        "hits": 1,
        "seconds": 2,
    }


def test_restored_faults_hit_the_same_calls_again(mock: MockVod, codes: Any) -> None:
    mock.fail_next(times=2)
    mock.fault("error", code="FailedOperation", times=None, probability=0.5, seed=3)
    codes(1)
    snapshot = mock.faults.snapshot()
    first = codes(10)

    mock.faults.restore(snapshot)

    assert codes(10) == first


def test_waiting_ends_when_faults_are_cleared(mock: MockVod) -> None:
    clearing = threading.Timer(0.05, mock.faults.clear)
    clearing.start()
    began = monotonic()

    mock.faults.wait(20)

    assert monotonic() - began < 10


@pytest.mark.parametrize(
    ("places", "seconds", "waited"),
    [
        pytest.param(1, [5, 5], [5, 5], id="one-after-the-other"),
        pytest.param(0, [5], [], id="no-place"),
        pytest.param(0, [0.5], [0.5], id="short"),
    ],
)
def test_long_waits_take_a_place(places: int, seconds: list[float], waited: list[float]) -> None:
    waits: list[float] = []
    connection = PlainConnection(HeldCalls(places), waits.append)

    for each in seconds:
        connection.wait(each)

    assert waits == waited


# What comes of it


def answered(mock: MockVod, caller: Any, kind: str, **details: Any) -> HttpResponse:
    mock.fault(kind, **{**NEEDED.get(kind, {}), **details})
    response = mock.handle(caller.post(SUBJECT))
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_done_or_not(mock: MockVod, caller: Any, kind: str) -> None:
    answered(mock, caller, kind)

    assert len(mock.tasks) == (0 if kind in UNDONE else 1)


@pytest.mark.parametrize("kind", ["timeout", "http_error"])
def test_work_is_done_where_it_is_ordered(mock: MockVod, caller: Any, kind: str) -> None:
    answered(mock, caller, kind, committed=True)

    assert len(mock.tasks) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_journal_names_the_fault(mock: MockVod, caller: Any, kind: str) -> None:
    answered(mock, caller, kind)

    [record] = mock.journal
    assert (record.fault, record.code, record.answer is None) == (kind, REFUSALS.get(kind, ""), kind in UNDONE)


def test_journal_names_no_fault_for_other_calls(mock: MockVod, caller: Any) -> None:
    mock.fail_next(VIDEO)
    caller.call(SUBJECT)

    assert struck(mock) == [""]


def test_journal_tells_what_a_fault_did(mock: MockVod, caller: Any) -> None:
    answered(mock, caller, "drop")

    [record] = mock.journal
    assert record.explanation == "a fault of the test: dropped before the work"


@pytest.mark.parametrize(
    ("kind", "details", "effect"),
    [
        pytest.param("latency", {"seconds": 0.5}, Effect(delay=0.5), id="latency"),
        pytest.param("timeout", {}, Effect(delay=3600, end="drop"), id="timeout"),
        pytest.param("timeout", {"seconds": 5}, Effect(delay=5, end="drop"), id="timeout-of-seconds"),
        pytest.param("drop", {}, Effect(end="drop"), id="drop"),
        pytest.param("drop_after_commit", {}, Effect(end="drop"), id="drop-after-commit"),
        pytest.param("truncate", {}, Effect(end="truncate"), id="truncate"),
        pytest.param("trickle", {"seconds": 3}, Effect(end="trickle", seconds=3), id="trickle"),
        pytest.param("error", {}, None, id="error"),
        pytest.param("wrong_content_type", {}, None, id="wrong-content-type"),
    ],
)
def test_effect(mock: MockVod, caller: Any, kind: str, details: dict[str, Any], effect: Effect | None) -> None:
    assert answered(mock, caller, kind, **details).effect == effect


@pytest.mark.parametrize("kind", ["latency", "truncate", "trickle", "wrong_content_type"])
def test_body_is_the_answer(mock: MockVod, caller: Any, kind: str) -> None:
    response = answered(mock, caller, kind)

    assert json.loads(response.body)["Response"]["TaskId"] == next(iter(mock.tasks)).id


@pytest.mark.parametrize("kind", ["drop", "timeout"])
def test_body_is_empty_where_nothing_was_done(mock: MockVod, caller: Any, kind: str) -> None:
    assert answered(mock, caller, kind).body == b""


@pytest.mark.parametrize(
    ("details", "kind"),
    [
        pytest.param({}, "text/html", id="default"),
        pytest.param({"content_type": "text/plain; charset=utf-8"}, "text/plain; charset=utf-8", id="given"),
    ],
)
def test_content_type(mock: MockVod, caller: Any, details: dict[str, Any], kind: str) -> None:
    assert answered(mock, caller, "wrong_content_type", **details).headers == (("Content-Type", kind),)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (500, "500 Internal Server Error"),
        (502, "502 Bad Gateway"),
        (503, "503 Service Unavailable"),
        (504, "504 Gateway Timeout"),
    ],
)
def test_page_of_a_balancer(mock: MockVod, caller: Any, status: int, title: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"

    assert answered(mock, caller, "http_error", status=status) == HttpResponse(
        status, (("Content-Type", "text/html"),), page.encode()
    )


def test_malformed_json_is_half_of_it(mock: MockVod, caller: Any) -> None:
    body = answered(mock, caller, "malformed_json").body

    assert body.startswith(b'{"Response":{"TaskId":"') and not body.endswith(b"}")


@pytest.mark.parametrize(
    ("details", "code", "message"),
    [
        pytest.param({"code": "InternalError"}, "InternalError", INTERNAL, id="known-text"),
        pytest.param(
            {"code": "AuthFailure.SignatureFailure"},
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature is correct.",
            id="text-named-like-the-code",
        ),
        pytest.param(
            {"code": "FailedOperation.TaskDuplicate"},
            "FailedOperation.TaskDuplicate",
            "Same task already submitted.",
            id="no-known-text",
        ),
        pytest.param({"code": "InternalError", "message": "no"}, "InternalError", "no", id="own-text"),
        pytest.param({"code": "InternalError", "message": "{x}"}, "InternalError", "{x}", id="own-text-with-braces"),
    ],
)
def test_error(mock: MockVod, caller: Any, details: dict[str, Any], code: str, message: str) -> None:
    mock.fault("error", **details)

    assert caller.call(SUBJECT)["Error"] == {"Code": code, "Message": message}


def test_error_with_a_known_text_speaks_chinese(mock: MockVod, caller: Any) -> None:
    mock.fail_next(code="RequestLimitExceeded", times=2)

    english, chinese = (
        caller.call(SUBJECT, headers=headers)["Error"]["Message"] for headers in ({}, {"x-tc-language": "zh-CN"})
    )

    assert english.isascii() and not chinese.isascii()


def test_every_code_can_be_ordered(mock: MockVod, caller: Any) -> None:
    from mockvod.validators.replies import error_codes

    codes = sorted(error_codes())
    for code in codes:
        mock.fail_next(code=code)

    errors = [caller.call(SUBJECT)["Error"] for _ in codes]

    assert [each["Code"] for each in errors] == codes
    assert [each["Code"] for each in errors if not each["Message"]] == []


@pytest.mark.parametrize(
    ("rate_limit", "limit"), [("documented", 20), ("off", 20), (3, 3)], ids=["documented", "off", "set"]
)
def test_rate_limit_storm(clock: VirtualClock, make_caller: Any, rate_limit: Any, limit: int) -> None:
    mock = MockVod(Settings(rate_limit=rate_limit), clock=clock)
    mock.fault("rate_limit", times=2)

    messages = [make_caller(mock).call(SUBJECT)["Error"]["Message"] for _ in range(2)]

    assert messages == [
        f"Your current request times equals to `{limit + number}` in a second, which exceeds the frequency limit "
        f"`{limit}` for a second. Please reduce the frequency of calls."
        for number in (1, 2)
    ]


@pytest.mark.parametrize("seconds", [301, -301])
def test_clock_that_is_off_refuses_with_its_own_time(
    mock: MockVod, caller: Any, clock: VirtualClock, seconds: int
) -> None:
    mock.fault("clock_skew", seconds=seconds)

    assert caller.call(SUBJECT)["Error"] == {
        "Code": "AuthFailure.SignatureExpire",
        "Message": "Signature expired. Please use local time and enable NTP service for time synchronization to avoid "
        f"a deviation between `Timestamp` and the server time {int(clock.now()) + seconds}.",
    }


@pytest.mark.parametrize("seconds", [300, -300])
def test_clock_that_is_off_by_five_minutes_will_do(mock: MockVod, caller: Any, seconds: int) -> None:
    fault = mock.fault("clock_skew", seconds=seconds)

    assert ("TaskId" in caller.call(SUBJECT), fault.hits) == (True, 1)


def test_clock_that_is_off_is_nothing_to_a_call_without_signature(make_caller: Any, clock: VirtualClock) -> None:
    mock = MockVod(Settings(allow_skip=True), clock=clock)
    caller = make_caller(mock)
    mock.fault("clock_skew", seconds=3600, times=None)

    assert "TaskId" in caller.call(SUBJECT, headers={"authorization": "SKIP"})
    assert caller.call(SUBJECT)["Error"]["Code"] == "AuthFailure.SignatureExpire"


def test_refusal_of_the_service_is_dropped_like_a_result(mock: MockVod, caller: Any) -> None:
    mock.fault("drop_after_commit")

    response = mock.handle(caller.post("DescribeTaskDetail", {"TaskId": "no such task"}))

    [record] = mock.journal
    assert (response.effect, record.code) == (Effect(end="drop"), "InvalidParameterValue.TaskId")


# Orders that cannot be


@pytest.mark.parametrize(
    ("kind", "order", "message"),
    [
        pytest.param("dorp", {}, f"kind: 'dorp' is no kind of fault; there are {', '.join(KINDS)}", id="kind"),
        pytest.param([], {}, f"kind: [] is no kind of fault; there are {', '.join(KINDS)}", id="kind-no-text"),
        pytest.param(
            "drop",
            {"action": "CreateAigcVideo"},
            "action: no action 'CreateAigcVideo' in version 2018-07-17; did you mean CreateAigcVideoTask or "
            "CreateSceneAigcVideoTask or CreateAigcVideoRedrawTask?; None means any",
            id="action",
        ),
        pytest.param(
            "drop",
            {"account": "AKIDnone"},
            f"account: 'AKIDnone' is not an account here; there is {DEFAULT_ACCOUNT.secret_id}, AKIDother",
            id="account",
        ),
        pytest.param(
            "drop",
            {"times": 0},
            "times: 0 is not a whole number above 0; None means until it is removed",
            id="times",
        ),
        pytest.param(
            "drop",
            {"nth": True},
            "nth: True is not a whole number above 0; None means from the first call on",
            id="nth",
        ),
        pytest.param(
            "drop",
            {"when": "always"},
            "when: 'always' is not a predicate, such as lambda call: call.params['ModelName']",
            id="when",
        ),
        pytest.param(
            "drop",
            {"probability": 1.5, "seed": 1},
            "probability: 1.5 is not above 0 and at most 1",
            id="probability",
        ),
        pytest.param(
            "drop",
            {"probability": 0.5},
            "seed: None is not a whole number; probability needs one, or no run would be like another",
            id="probability-without-seed",
        ),
        pytest.param("drop", {"seed": 1}, "seed: 1 is of no use without probability", id="seed-alone"),
        pytest.param("drop", {"seconds": 1}, "seconds=1: a fault of kind 'drop' takes at, reset", id="other-details"),
        pytest.param("close", {"at": 1}, "at=1: a fault of kind 'close' takes no details", id="no-details"),
        pytest.param(
            "timeout",
            {"second": 1},
            "second=1: a fault of kind 'timeout' takes seconds, committed",
            id="unknown-detail",
        ),
        pytest.param(
            "latency", {}, "seconds: a fault of kind 'latency' needs it, a number from 0 to 604800", id="missing-detail"
        ),
        pytest.param(
            "latency",
            {"seconds": -1},
            "seconds=-1: a fault of kind 'latency' wants a number from 0 to 604800",
            id="negative-seconds",
        ),
        pytest.param(
            "error",
            {"code": "RequestLimitExceded"},
            "code='RequestLimitExceded': a fault of kind 'error' wants a code of the catalogue; near it are "
            "RequestLimitExceeded, RequestSizeLimitExceeded, LimitExceeded",
            id="code",
        ),
        pytest.param(
            "error",
            {"code": []},
            "code=[]: a fault of kind 'error' wants a code of the catalogue, such as InternalError or "
            "RequestLimitExceeded",
            id="code-no-text",
        ),
        pytest.param(
            "error",
            {"code": "InternalError", "message": 5},
            "message=5: a fault of kind 'error' wants text or None",
            id="message",
        ),
        pytest.param(
            "http_error",
            {"status": 404},
            "status=404: a fault of kind 'http_error' wants one of 500, 502, 503, 504",
            id="status",
        ),
        pytest.param(
            "wrong_content_type",
            {"content_type": "text/html\r\nX-Y: z"},
            "content_type='text/html\\r\\nX-Y: z': a fault of kind 'wrong_content_type' wants a media type",
            id="content-type",
        ),
        pytest.param(
            "timeout",
            {"committed": 1},
            "committed=1: a fault of kind 'timeout' wants True (the work is done all the same) or False",
            id="committed",
        ),
    ],
)
def test_order_that_cannot_be(mock: MockVod, kind: Any, order: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        mock.fault(kind, **order)

    assert (str(error.value), len(mock.faults)) == (message, 0)

"""Paid twice for one thing: each way that it happens, and each call that only looks like it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from mockvod.billing.double_charges import DoubleCharge, double_charges
from mockvod.billing.usage import Purchase

VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"
WINDOW = 600
HOURS = 3600


def call(id: str = "1", at: float = 0, **more: Any) -> Purchase:
    """Members of a Purchase, or parameters."""
    members = {each: more.pop(each) for each in ("action", "account", "application", "outcome") if each in more}
    params = {"SubAppId": 7, "ModelName": "OS", "ModelVersion": "2.0", "Prompt": "a cat", **more}
    known: dict[str, Any] = {"action": VIDEO, "account": "AKID", "application": 7, "outcome": "finished", **members}
    return Purchase(id=id, at=at, params=params, files=(), **known)


def again(at: float = 10, **more: Any) -> Purchase:
    return call("2", at, **more)


def reasons(*purchases: Purchase) -> list[tuple[str, str, str]]:
    found = double_charges(purchases, window=WINDOW)
    return [(each.first, each.second, each.reason) for each in found]


RETRY, REUSED, EQUAL = "retry_without_session_id", "session_id_reused_after_window", "equal_request"
DOUBLE: dict[str, tuple[Purchase, Purchase, str]] = {
    "no SessionId": (call(), again(), RETRY),
    "at the end of the window": (call(), again(WINDOW), RETRY),
    "empty SessionId": (call(SessionId=""), again(), RETRY),
    "the first still runs": (call(outcome="running"), again(outcome="running"), RETRY),
    "other SessionContext": (call(SessionContext="a"), again(SessionContext="b"), RETRY),
    "other TasksPriority": (call(TasksPriority=1), again(TasksPriority=2), RETRY),
    "SubAppId left out": (
        call(action="CreateAigcSubject"),
        Purchase("2", "CreateAigcSubject", "AKID", 7, 10, {**call().params} | {"SubAppId": None}, (), "finished"),
        RETRY,
    ),
    "members in another order": (
        call(OutputConfig={"Duration": 5, "Resolution": "720P"}),
        again(OutputConfig={"Resolution": "720P", "Duration": 5}),
        RETRY,
    ),
    "same Base64": (call(FileInfos=[{"Base64": "QQ=="}]), again(FileInfos=[{"Base64": "QQ=="}]), RETRY),
    "action without SessionId": (
        call(action="CreateAigcCustomElement"),
        again(action="CreateAigcCustomElement"),
        RETRY,
    ),
    "SessionId after its hours": (call(SessionId="a"), again(80 * HOURS, SessionId="a"), REUSED),
    "SessionId for something else": (call(SessionId="a"), again(80 * HOURS, SessionId="a", Prompt="a dog"), REUSED),
    "another SessionId": (call(SessionId="a"), again(SessionId="b"), EQUAL),
    "SessionId the second time": (call(), again(SessionId="b"), EQUAL),
    "SessionId the first time": (call(SessionId="a"), again(), EQUAL),
}


@pytest.mark.parametrize(("first", "second", "reason"), DOUBLE.values(), ids=DOUBLE)
def test_paid_twice(first: Purchase, second: Purchase, reason: str) -> None:
    assert reasons(first, second) == [("1", "2", reason)]


ONCE: dict[str, tuple[Purchase, Purchase]] = {
    "after the window": (call(), again(WINDOW + 0.5)),
    "other parameters": (call(), again(Prompt="a dog")),
    "a seed": (call(), again(Seed=1)),
    "other application": (call(), again(application=8)),
    "other account": (call(), again(account="AKIDother")),
    "other action": (call(), again(action=IMAGE)),
    "action that costs nothing": (call(action="DescribeTaskDetail"), again(action="DescribeTaskDetail")),
    "first failed": (call(outcome="failed"), again()),
    "first aborted": (call(outcome="aborted"), again()),
    "second failed": (call(), again(outcome="failed")),
    "first failed, other SessionId": (call(SessionId="a", outcome="failed"), again(SessionId="b")),
    "first failed, same SessionId": (call(SessionId="a", outcome="failed"), again(80 * HOURS, SessionId="a")),
    "same SessionId, other action": (call(SessionId="a"), again(SessionId="a", action=IMAGE)),
    "same SessionId, other application": (call(SessionId="a"), again(SessionId="a", application=8)),
    "same SessionId, other account": (call(SessionId="a"), again(SessionId="a", account="AKIDother")),
    "files that were taken out": (call(FileInfos=[{"Type": "Base64"}]), again(FileInfos=[{"Type": "Base64"}])),
}


@pytest.mark.parametrize(("first", "second"), ONCE.values(), ids=ONCE)
def test_paid_once(first: Purchase, second: Purchase) -> None:
    assert reasons(first, second) == []


def test_each_call_is_held_against_the_latest() -> None:
    assert reasons(call(), call("2", 500), call("3", 1000)) == [("1", "2", RETRY), ("2", "3", RETRY)]


def test_a_failed_call_between_does_not_hide_the_first() -> None:
    assert reasons(call(), call("2", 10, outcome="failed"), call("3", 20)) == [("1", "3", RETRY)]


def test_order_is_that_of_the_calls() -> None:
    assert reasons(again(), call()) == [("1", "2", RETRY)]


def test_a_repeated_session_id_is_told_once() -> None:
    """Its parameters are equal, too."""
    assert reasons(call(SessionId="a"), again(60, SessionId="a")) == [("1", "2", REUSED)]


MESSAGES: dict[str, tuple[Purchase, Purchase, str]] = {
    "no SessionId": (
        call(),
        again(2.5),
        (
            "CreateAigcVideoTask was called again after 2.5 s with equal parameters and without SessionId, and both calls "
            "are paid. Send a new SessionId with each piece of work and the same one with a retry: for 72 hours "
            "a second call with it is refused."
        ),
    ),
    "action without SessionId": (
        call(action="CreateAigcCustomElement"),
        again(action="CreateAigcCustomElement"),
        (
            "CreateAigcCustomElement was called again after 10 s with equal parameters, and both calls are paid. It has no "
            "SessionId to prevent that: after a lost answer, look for what the first call created before calling again."
        ),
    ),
    "after its hours": (
        call(SessionId="a"),
        again(80 * HOURS, SessionId="a"),
        (
            "SessionId 'a' was accepted again after 80 hours, and both calls are paid. It prevents a second task "
            "for 72 hours only: later, query the first task instead of sending the call again, and use a new "
            "SessionId for new work."
        ),
    ),
    "another SessionId": (
        call(SessionId="a"),
        again(SessionId="b"),
        (
            "CreateAigcVideoTask was called again after 10 s with equal parameters but not with the SessionId of the first "
            "call, and both calls are paid. A retry needs the same SessionId; if two results are wanted, nothing is "
            "wrong."
        ),
    ),
}


@pytest.mark.parametrize(("first", "second", "message"), MESSAGES.values(), ids=MESSAGES)
def test_message_says_what_happened_and_what_to_do(first: Purchase, second: Purchase, message: str) -> None:
    (found,) = double_charges([first, second], window=WINDOW)

    assert found == DoubleCharge("1", "2", found.reason, second.at, message)


def test_many_calls_are_gone_through_once() -> None:
    """A comparison of each with each would be 200 million, which takes far longer."""
    many = [call(str(number), number, Prompt=str(number)) for number in range(20_000)]
    start = perf_counter()

    assert double_charges(many, window=float("inf")) == ()
    assert perf_counter() - start < 5

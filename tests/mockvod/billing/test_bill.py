"""What the calls of a mock would have cost, and the statistics of their use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

APP = {"SubAppId": 7}
KLING = {
    **APP,
    "ModelName": "Kling",
    "ModelVersion": "3.0",
    "Prompt": "a cat",
    "OutputConfig": {"Duration": 5, "Resolution": "720P"},
}
IMAGE = {**APP, "ModelName": "GG", "ModelVersion": "3.0", "Prompt": "a cat"}
ELEMENT = {
    "ElementName": "cat",
    "ElementDescription": "a cat",
    "ElementFrontalImage": "http://example.com/cat.png",
    "ElementReferList": [{"ImageUrl": "http://example.com/cat2.png"}],
}
DAY = {"StartTime": "2025-01-01T00:00:00Z", "EndTime": "2025-01-02T23:59:59Z"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=10)


def created(caller: Any, action: str = "CreateAigcVideoTask", params: Any = KLING, **more: Any) -> str:
    answer = caller.call(action, {**params, **more})
    assert "Error" not in answer, answer
    identifier: str = answer.get("TaskId") or answer["ElementId"]
    return identifier


def lines(mock: MockVod) -> list[tuple[str, Decimal | None, Decimal | None]]:
    return [(line.id, line.cny, line.usd) for line in mock.bill.lines]


# --- the bill ------------------------------------------------------------------------------------------------------


def test_a_video_costs_its_seconds(caller: Any, clock: VirtualClock) -> None:
    """Kling 3.0 without sound, 720P: CNY 0.60 and USD 0.084 a second."""
    task_id = created(caller)
    clock.advance(10)

    assert lines(caller.mock) == [(task_id, Decimal("3.0"), Decimal("0.420"))]


def test_a_running_task_costs_what_it_will_cost(caller: Any) -> None:
    created(caller)

    [line] = caller.mock.bill.lines
    assert (line.cny, line.note.startswith("if it finishes: ")) == (Decimal("3.0"), True)


def test_a_failed_task_costs_nothing(caller: Any, clock: VirtualClock) -> None:
    task_id = created(caller, Prompt="[[fail:InternalError]]")
    clock.advance(10)

    assert lines(caller.mock) == [(task_id, 0, 0)]


def test_a_refused_call_is_not_on_the_bill(caller: Any) -> None:
    caller.call("CreateAigcVideoTask", {**KLING, "Prompt": "[[reject:InternalError]]"})

    assert lines(caller.mock) == []


def test_an_element_has_no_published_price(caller: Any) -> None:
    element_id = created(caller, "CreateAigcCustomElement", ELEMENT)

    bill = caller.mock.bill
    assert [(line.id, line.cny, line.usd) for line in bill.lines] == [(element_id, None, None)]
    assert (bill.cny, bill.unknown) == (0, {"cny": 1, "usd": 1})


def test_what_is_free_is_not_on_the_bill(caller: Any) -> None:
    task_id = created(caller)
    caller.call("DescribeTaskDetail", {"TaskId": task_id})

    assert [line.id for line in caller.mock.bill.lines] == [task_id]


def test_a_bill_is_the_sum_of_its_lines_in_the_order_of_the_calls(caller: Any, clock: VirtualClock) -> None:
    made = []
    for action, params in (("CreateAigcVideoTask", KLING), ("CreateAigcImageTask", IMAGE)) * 2:
        made.append(created(caller, action, params, Prompt=f"cat {len(made)}"))
        clock.advance(1)
    clock.advance(10)

    bill = caller.mock.bill
    assert [line.id for line in bill.lines] == made
    assert (bill.cny, bill.usd) == (Decimal("8.0"), Decimal("1.110"))


def test_accounts_have_bills_of_their_own(make_caller: Any, clock: VirtualClock) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other), rate_limit="off"), clock=clock)
    first, second = created(make_caller(mock)), created(make_caller(mock, other))

    bills = [mock.bill_of(DEFAULT_ACCOUNT.secret_id), mock.bill_of("AKIDother"), mock.bill]
    assert [[line.id for line in bill.lines] for bill in bills] == [[first], [second], [first, second]]


# --- paid twice ----------------------------------------------------------------------------------------------------


def twice(mock: MockVod) -> list[str]:
    return [each.reason for each in mock.bill.double_charges]


def test_a_retry_without_session_id(caller: Any, clock: VirtualClock) -> None:
    created(caller)
    clock.advance(60)
    created(caller)

    assert twice(caller.mock) == ["retry_without_session_id"]


def test_a_retry_with_a_session_id_is_refused_and_not_paid(caller: Any) -> None:
    created(caller, SessionId="once")
    caller.call("CreateAigcVideoTask", {**KLING, "SessionId": "once"})

    assert (len(caller.mock.bill.lines), twice(caller.mock)) == (1, [])


def test_a_session_id_that_comes_again_after_its_three_days(caller: Any, clock: VirtualClock) -> None:
    created(caller, SessionId="once")
    clock.advance(days=3)
    created(caller, SessionId="once")

    assert twice(caller.mock) == ["session_id_reused_after_window"]


def test_equal_calls_with_other_session_ids(caller: Any, clock: VirtualClock) -> None:
    created(caller, SessionId="one")
    clock.advance(599)
    created(caller, SessionId="two")

    assert twice(caller.mock) == ["equal_request"]


def test_equal_calls_far_apart_are_two_intents(caller: Any, clock: VirtualClock) -> None:
    created(caller)
    clock.advance(601)
    created(caller)

    assert twice(caller.mock) == []


def test_the_time_between_is_a_setting(make_caller: Any, clock: VirtualClock) -> None:
    settings = Settings(rate_limit="off", concurrency="off", double_charge_seconds=5)
    caller = make_caller(MockVod(settings, clock=clock))
    created(caller)
    clock.advance(6)
    created(caller)

    assert twice(caller.mock) == []


@pytest.mark.parametrize(("second", "expected"), [("Zmlyc3Q=", 1), ("c2Vjb25k", 0)], ids=["same", "other"])
def test_files_inside_of_calls_are_compared(caller: Any, second: str, expected: int) -> None:
    for text in ("Zmlyc3Q=", second):
        created(caller, "CreateAigcImageTask", IMAGE, FileInfos=[{"Type": "Base64", "Base64": text}])

    assert len(twice(caller.mock)) == expected


# --- statistics ----------------------------------------------------------------------------------------------------


def usage(caller: Any, kind: str = "Video", **params: Any) -> dict[str, list[tuple[str, int, int]]]:
    answer = caller.call("DescribeAigcUsageData", {**APP, **DAY, "AigcType": kind, **params})
    assert [each for each in validate_response("DescribeAigcUsageData", answer) if each.severity == "error"] == []
    return {
        each["Specification"]: [(row["Time"], row["Count"], row["Usage"]) for row in each["DataSet"]]
        for each in answer["AigcUsageDataSet"]
    }


def test_usage_adds_up_to_what_was_made(caller: Any, clock: VirtualClock) -> None:
    for _ in range(3):
        created(caller)
    clock.advance(days=1)
    created(caller)
    clock.advance(10)

    assert usage(caller) == {
        "Kling3.0_720P": [("2025-01-01T00:00:00+00:00", 3, 15), ("2025-01-02T00:00:00+00:00", 1, 5)]
    }


def test_pictures_are_counted_one_by_one(caller: Any, clock: VirtualClock) -> None:
    params = {**APP, "ModelName": "Kling", "ModelVersion": "2.1", "Prompt": "a cat"}
    created(caller, "CreateAigcImageTask", params, OutputConfig={"OutputImageCount": 4})
    clock.advance(10)

    [rows] = usage(caller, "Image").values()
    assert rows[0][1:] == (1, 4)


def test_days_are_those_of_the_offset_that_was_asked_in(caller: Any, clock: VirtualClock) -> None:
    clock.advance(hours=17)
    created(caller)
    clock.advance(10)

    days = {"StartTime": "2025-01-01T00:00:00+08:00", "EndTime": "2025-01-02T23:59:59+08:00"}
    assert usage(caller, **days) == {
        "Kling3.0_720P": [("2025-01-01T00:00:00+08:00", 0, 0), ("2025-01-02T00:00:00+08:00", 1, 5)]
    }


def test_a_subject_is_counted_as_a_call(caller: Any, clock: VirtualClock) -> None:
    created(caller, "CreateAigcSubject", {**APP, "SubjectName": "cat"})
    clock.advance(10)

    assert usage(caller)["Subject"][0][1:] == (1, 1)


@pytest.mark.parametrize(
    ("asked", "prompt", "seconds"),
    [
        pytest.param({"SubAppId": 8}, "a cat", 10, id="other-application"),
        pytest.param({"AigcType": "Image"}, "a cat", 10, id="other-type"),
        pytest.param({"AigcType": "Text"}, "a cat", 10, id="type-of-nothing"),
        pytest.param({"APIKey": "dqFQejeK2BMU8PRmc57gx9OSGKa72PwN"}, "a cat", 10, id="api-token"),
        pytest.param({"EndTime": "2025-01-01T00:00:05Z"}, "a cat", 10, id="ended-later"),
        pytest.param({}, "a cat", 9, id="running"),
        pytest.param({}, "[[fail:InternalError]]", 10, id="failed"),
    ],
)
def test_what_is_not_counted(
    caller: Any, clock: VirtualClock, asked: dict[str, Any], prompt: str, seconds: float
) -> None:
    created(caller, Prompt=prompt)
    clock.advance(seconds)

    assert usage(caller, **asked) == {}

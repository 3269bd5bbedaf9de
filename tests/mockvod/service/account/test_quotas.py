"""Quotas: set, counted, used up, changed, removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.errors import ApiError
from mockvod.service.account import quotas, tokens
from mockvod.service.registry import HANDLERS
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

APPLICATION = 251007502
CREATE, DESCRIBE, MODIFY, DELETE = "CreateAigcQuota", "DescribeAigcQuotas", "ModifyAigcQuota", "DeleteAigcQuota"
OTHER_ACCOUNT = Account("AKIDother", "other key")
UNKNOWN = "dqFQejeK2BMU8PRmc57gx9OSGKa72PwN"
#: An action that charges nothing of itself, made to charge what its SubjectName says: Image, 3.
SPEND = "CreateAigcSubject"
each_type = pytest.mark.parametrize("quota_type", ["Image", "Video", "Text"])


def spend(context: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Charges; then refuses, if the name says so."""
    quota_type, amount, *more = params["SubjectName"].split()
    quotas.charge(context, params["SubAppId"], quota_type, int(amount))
    if more:
        raise ApiError("unknown_task")
    return {"TaskId": context.ids.task_id(params["SubAppId"], context.contract.task_type)}


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, CREATE, quotas.create_quota)
    monkeypatch.setitem(HANDLERS, DESCRIBE, quotas.describe_quotas)
    monkeypatch.setitem(HANDLERS, MODIFY, quotas.modify_quota)
    monkeypatch.setitem(HANDLERS, DELETE, quotas.delete_quota)
    monkeypatch.setitem(HANDLERS, "CreateAigcApiToken", tokens.create_api_token)
    monkeypatch.setitem(HANDLERS, "DeleteAigcApiToken", tokens.delete_api_token)
    monkeypatch.setitem(HANDLERS, SPEND, spend)


@pytest.fixture
def settings() -> Settings:
    return Settings(accounts=(DEFAULT_ACCOUNT, OTHER_ACCOUNT), seed=1, rate_limit="off")


def asked(caller: Any, action: str, **params: Any) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, {"SubAppId": APPLICATION, **params})
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def code(caller: Any, action: str, quota_type: str = "Image", **params: Any) -> str:
    """The code of the refusal, or nothing."""
    found: str = asked(caller, action, QuotaType=quota_type, **params).get("Error", {}).get("Code", "")
    return found


def spent(caller: Any, quota_type: str, amount: int, *more: str, application: int = APPLICATION) -> str:
    """Makes something: the code of the refusal, or nothing."""
    name = " ".join([quota_type, str(amount), *more])
    answer = asked(caller, SPEND, SubAppId=application, SubjectName=name)
    found: str = answer.get("Error", {}).get("Code", "")
    return found


def described(caller: Any, quota_type: str = "Image", **more: Any) -> list[dict[str, Any]]:
    answer = asked(caller, DESCRIBE, QuotaType=quota_type, **more)
    assert answer["TotalCount"] == len(answer["QuotaSet"])
    found: list[dict[str, Any]] = answer["QuotaSet"]
    return found


def usage(caller: Any, quota_type: str = "Image", **more: Any) -> int:
    (quota,) = described(caller, quota_type, **more)
    used: int = quota["Usage"]
    return used


def made_token(caller: Any, application: int = APPLICATION) -> str:
    token: str = asked(caller, "CreateAigcApiToken", SubAppId=application)["ApiToken"]
    return token


@each_type
def test_no_quota_no_limit(caller: Any, quota_type: str) -> None:
    assert described(caller, quota_type) == []
    assert [spent(caller, quota_type, 10**9) for _ in range(3)] == [""] * 3
    assert described(caller, quota_type) == []


@each_type
def test_create(caller: Any, quota_type: str) -> None:
    assert code(caller, CREATE, quota_type, QuotaLimit=1000) == ""
    # As in the published example: no ApiToken.
    assert described(caller, quota_type) == [{"QuotaType": quota_type, "QuotaLimit": 1000, "Usage": 0}]


@each_type
def test_usage_is_counted_until_the_quota_is_used_up(caller: Any, quota_type: str) -> None:
    code(caller, CREATE, quota_type, QuotaLimit=10)

    steps = [(4, "", 4), (5, "", 9), (8, "", 17), (1, "LimitExceeded.Quota", 17), (1, "LimitExceeded.Quota", 17)]
    for amount, refusal, used in steps:
        assert spent(caller, quota_type, amount) == refusal
        assert usage(caller, quota_type) == used


def test_exactly_used_up(caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=3)

    assert [spent(caller, "Image", 1) for _ in range(4)] == ["", "", "", "LimitExceeded.Quota"]
    assert usage(caller) == 3


def test_a_quota_of_nothing(caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=0)

    assert spent(caller, "Image", 1) == "LimitExceeded.Quota"


def test_the_greatest_quota(caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=2**64 - 1)

    assert spent(caller, "Image", 5) == ""
    assert described(caller) == [{"QuotaType": "Image", "QuotaLimit": 2**64 - 1, "Usage": 5}]


def test_what_was_made_before_does_not_count(caller: Any) -> None:
    spent(caller, "Image", 5)
    code(caller, CREATE, QuotaLimit=10)

    assert usage(caller) == 0


@pytest.mark.parametrize("quota", [False, True])
def test_a_call_that_is_refused_later_is_not_counted(caller: Any, quota: bool) -> None:
    if quota:
        code(caller, CREATE, QuotaLimit=10)

    assert spent(caller, "Image", 4, "refuse") == "InvalidParameterValue.TaskId"
    assert [each["Usage"] for each in described(caller)] == [0] * quota


def test_kinds_are_apart(caller: Any) -> None:
    code(caller, CREATE, "Image", QuotaLimit=1)
    code(caller, CREATE, "Video", QuotaLimit=100)
    spent(caller, "Image", 1)
    spent(caller, "Video", 5)

    assert [usage(caller, each) for each in ("Image", "Video")] == [1, 5]
    assert spent(caller, "Image", 1) == "LimitExceeded.Quota"
    assert spent(caller, "Video", 5) == spent(caller, "Text", 5) == ""


def test_applications_and_accounts_are_apart(mock: MockVod, caller: Any, make_caller: Any) -> None:
    other = make_caller(mock, OTHER_ACCOUNT)
    code(caller, CREATE, QuotaLimit=1)
    spent(caller, "Image", 1)

    assert described(other) == described(caller, SubAppId=APPLICATION + 1) == []
    assert spent(other, "Image", 1) == spent(caller, "Image", 1, application=APPLICATION + 1) == ""
    for action in (MODIFY, DELETE):
        more = {"QuotaLimit": 5} if action == MODIFY else {}
        assert code(other, action, **more) == "InvalidParameterValue"
        assert code(caller, action, SubAppId=APPLICATION + 1, **more) == "InvalidParameterValue"
    assert code(other, CREATE, QuotaLimit=7) == ""
    assert described(caller) == [{"QuotaType": "Image", "QuotaLimit": 1, "Usage": 1}]


def test_create_twice(caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=10)
    spent(caller, "Image", 4)

    assert code(caller, CREATE, QuotaLimit=20) == "InvalidParameterValue"
    assert described(caller) == [{"QuotaType": "Image", "QuotaLimit": 10, "Usage": 4}]


@pytest.mark.parametrize(("limit", "refusal"), [(5, ""), (4, "LimitExceeded.Quota"), (1, "LimitExceeded.Quota")])
def test_modify_keeps_the_count(caller: Any, limit: int, refusal: str) -> None:
    code(caller, CREATE, QuotaLimit=4)
    spent(caller, "Image", 4)

    assert code(caller, MODIFY, QuotaLimit=limit) == ""
    assert described(caller) == [{"QuotaType": "Image", "QuotaLimit": limit, "Usage": 4}]
    assert spent(caller, "Image", 1) == refusal


def test_delete_lifts_the_limit_and_forgets_the_count(caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=1)
    spent(caller, "Image", 1)

    assert code(caller, DELETE) == ""
    assert described(caller) == []
    assert spent(caller, "Image", 1) == ""
    assert code(caller, DELETE) == code(caller, MODIFY, QuotaLimit=5) == "InvalidParameterValue"

    assert code(caller, CREATE, QuotaLimit=1) == ""
    assert usage(caller) == 0


@each_type
def test_unknown_quota(caller: Any, quota_type: str) -> None:
    assert code(caller, MODIFY, quota_type, QuotaLimit=5) == "InvalidParameterValue"
    assert code(caller, DELETE, quota_type) == "InvalidParameterValue"


def test_a_token_has_a_quota_of_its_own(caller: Any) -> None:
    first, second = made_token(caller), made_token(caller)
    expected = []
    for limit, token in enumerate((second, "", first), 1):
        assert code(caller, CREATE, "Text", QuotaLimit=limit, ApiToken=token) == ""
        expected.append({"QuotaType": "Text", "QuotaLimit": limit, "Usage": 0} | ({"ApiToken": token} if token else {}))
        assert code(caller, CREATE, "Text", QuotaLimit=limit, ApiToken=token) == "InvalidParameterValue"

    assert described(caller, "Text") == expected
    assert described(caller, "Text", ApiToken=first) == [expected[2]]
    assert described(caller, "Text", ApiToken=UNKNOWN) == []

    spent(caller, "Text", 9)
    assert [each["Usage"] for each in described(caller, "Text")] == [0, 9, 0]

    assert code(caller, MODIFY, "Text", QuotaLimit=9, ApiToken=second) == ""
    assert [each["QuotaLimit"] for each in described(caller, "Text")] == [9, 2, 3]
    assert code(caller, DELETE, "Text", ApiToken=second) == ""
    assert [each["QuotaLimit"] for each in described(caller, "Text")] == [2, 3]


@pytest.mark.parametrize("token", [UNKNOWN, "令牌"])
def test_unknown_token(caller: Any, token: str) -> None:
    code(caller, CREATE, "Text", QuotaLimit=1)

    for action in (CREATE, MODIFY, DELETE):
        more = {} if action == DELETE else {"QuotaLimit": 5}
        assert code(caller, action, "Text", ApiToken=token, **more) == "InvalidParameterValue"
    assert described(caller, "Text") == [{"QuotaType": "Text", "QuotaLimit": 1, "Usage": 0}]


def test_the_token_of_another_application(caller: Any) -> None:
    token = made_token(caller, APPLICATION + 1)

    assert code(caller, CREATE, "Text", QuotaLimit=1, ApiToken=token) == "InvalidParameterValue"
    assert code(caller, CREATE, "Text", QuotaLimit=1, ApiToken=token, SubAppId=APPLICATION + 1) == ""


@pytest.mark.parametrize("quota_type", ["Image", "Video"])
def test_a_token_means_nothing_to_other_kinds(caller: Any, quota_type: str) -> None:
    assert code(caller, CREATE, quota_type, QuotaLimit=5, ApiToken=UNKNOWN) == ""
    assert spent(caller, quota_type, 2) == ""
    assert described(caller, quota_type, ApiToken=UNKNOWN) == described(caller, quota_type)
    assert described(caller, quota_type) == [{"QuotaType": quota_type, "QuotaLimit": 5, "Usage": 2}]
    assert code(caller, DELETE, quota_type, ApiToken=UNKNOWN) == ""


def test_the_quota_of_a_deleted_token_goes_with_it(caller: Any) -> None:
    gone, kept = made_token(caller), made_token(caller)
    for token in (gone, kept, ""):
        code(caller, CREATE, "Text", QuotaLimit=5, ApiToken=token)

    asked(caller, "DeleteAigcApiToken", ApiToken=gone)

    assert [each.get("ApiToken") for each in described(caller, "Text")] == [kept, None]
    assert described(caller, "Text", ApiToken=gone) == []
    assert code(caller, MODIFY, "Text", QuotaLimit=5, ApiToken=gone) == "InvalidParameterValue"
    assert code(caller, CREATE, "Text", QuotaLimit=5, ApiToken=gone) == "InvalidParameterValue"
    spent(caller, "Text", 3)
    assert [each["Usage"] for each in described(caller, "Text")] == [0, 3]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({}, list(range(10))),
        ({"Offset": 10}, [10, 11]),
        ({"Offset": 11}, [11]),
        ({"Offset": 12}, []),
        ({"Offset": 2**63}, []),
        ({"Limit": 1}, [0]),
        ({"Offset": 3, "Limit": 4}, [3, 4, 5, 6]),
        ({"Limit": 100}, list(range(12))),
    ],
)
def test_pages(caller: Any, page: dict[str, int], expected: list[int]) -> None:
    for number in range(12):
        code(caller, CREATE, "Text", QuotaLimit=number, ApiToken=made_token(caller))

    answer = asked(caller, DESCRIBE, QuotaType="Text", **page)

    assert [each["QuotaLimit"] for each in answer["QuotaSet"]] == expected
    assert answer["TotalCount"] == 12


@pytest.mark.parametrize("limit", [0, 101])
def test_pages_that_cannot_be(caller: Any, limit: int) -> None:
    assert code(caller, DESCRIBE, Limit=limit) == "InvalidParameterValue"


def test_lenient_takes_limit_0_for_the_default(settings: Settings, clock: Any, make_caller: Any) -> None:
    caller = make_caller(MockVod(replace(settings, profile="lenient"), clock=clock))
    code(caller, CREATE, QuotaLimit=5)

    assert len(described(caller, Limit=0)) == 1


@pytest.mark.parametrize("action", [CREATE, DESCRIBE, MODIFY, DELETE])
def test_a_kind_that_does_not_exist(caller: Any, action: str) -> None:
    more = {"QuotaLimit": 5} if action in (CREATE, MODIFY) else {}

    assert code(caller, action, "Audio", **more) == "InvalidParameterValue"


def test_reset_forgets_quotas(mock: MockVod, caller: Any) -> None:
    code(caller, CREATE, QuotaLimit=0)
    mock.reset()

    assert spent(caller, "Image", 1) == ""
    assert described(caller) == []

"""API tokens: made, listed, changed, deleted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.service.account import tokens
from mockvod.service.registry import HANDLERS
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import validate_response

APPLICATION = 251007502
CREATE, DESCRIBE = "CreateAigcApiToken", "DescribeAigcApiTokens"
UPDATE, DELETE = "UpdateAigcApiToken", "DeleteAigcApiToken"
OTHER_ACCOUNT = Account("AKIDother", "other key")
UNKNOWN = "dqFQejeK2BMU8PRmc57gx9OSGKa72PwN"


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, CREATE, tokens.create_api_token)
    monkeypatch.setitem(HANDLERS, DESCRIBE, tokens.describe_api_tokens)
    monkeypatch.setitem(HANDLERS, UPDATE, tokens.update_api_token)
    monkeypatch.setitem(HANDLERS, DELETE, tokens.delete_api_token)


@pytest.fixture
def settings() -> Settings:
    return Settings(accounts=(DEFAULT_ACCOUNT, OTHER_ACCOUNT), seed=1, rate_limit="off")


def asked(caller: Any, action: str, **params: Any) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, {"SubAppId": APPLICATION, **params})
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def code(caller: Any, action: str, **params: Any) -> str:
    """The code of the refusal, or nothing."""
    found: str = asked(caller, action, **params).get("Error", {}).get("Code", "")
    return found


def made(caller: Any, **more: Any) -> str:
    token: str = asked(caller, CREATE, **more)["ApiToken"]
    return token


def listed(caller: Any, **more: Any) -> dict[str, str]:
    answer = asked(caller, DESCRIBE, **more)
    return dict(zip(answer["ApiTokens"], answer["ExtInfos"], strict=True))


def test_no_tokens(caller: Any) -> None:
    assert listed(caller) == {}


def test_form(caller: Any) -> None:
    found = [made(caller) for _ in range(50)]

    assert len(set(found)) == 50
    assert all(re.fullmatch("[A-Za-z0-9]{32}", token) for token in found)
    assert len(set("".join(found))) == 62


def test_a_seed_makes_tokens_repeatable(settings: Settings, clock: Any, make_caller: Any) -> None:
    same = [made(make_caller(MockVod(settings, clock=clock))) for _ in range(2)]
    another = made(make_caller(MockVod(replace(settings, seed=2), clock=clock)))

    assert same[0] == same[1] != another


def test_a_token_is_listed_at_once_after_the_older_ones(caller: Any) -> None:
    found = []
    for _ in range(5):
        found.append(made(caller))
        assert list(listed(caller)) == found
    assert set(listed(caller).values()) == {""}


def test_the_default_application(caller: Any) -> None:
    default = caller.mock.settings.default_sub_app_id
    token = made(caller, SubAppId=default)

    assert caller.call(DESCRIBE)["ApiTokens"] == [token]
    assert listed(caller) == {}


def test_the_most_tokens(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 3)
    found = [made(caller) for _ in range(3)]

    assert code(caller, CREATE) == "LimitExceeded"
    assert list(listed(caller)) == found
    assert made(caller, SubAppId=APPLICATION + 1)

    asked(caller, DELETE, ApiToken=found[1])
    assert list(listed(caller)) == [found[0], found[2]]
    assert made(caller) == list(listed(caller))[-1]


UPDATES = {
    "merge-is-the-default": (None, '{"b":2}', '{"a":{"x":1},"b":2}'),
    "merge": ("Merge", '{"b":2}', '{"a":{"x":1},"b":2}'),
    "merge-top-level-only": ("Merge", '{"a":{"y":2}}', '{"a":{"y":2}}'),
    "merge-nothing": ("Merge", "{}", '{"a":{"x":1}}'),
    "merge-null": ("Merge", '{"a":null}', '{"a":null}'),
    "merge-unicode": ("Merge", '{"名":"猫🐈"}', '{"a":{"x":1},"名":"猫🐈"}'),
    "merge-escaped": ("Merge", '{"\\u540d":"\\u732b"}', '{"a":{"x":1},"名":"猫"}'),
    "merge-lone-surrogate": ("Merge", '{"b":"\\ud800"}', '{"a":{"x":1},"b":"\\ud800"}'),
    "merge-big-number": ("Merge", '{"n":123456789012345678901234567890}', None),
    "overwrite": ("Overwrite", '{"b": 2}', '{"b": 2}'),
    "overwrite-with-nothing": ("Overwrite", "{}", "{}"),
    "absent": ("Merge", None, '{"a":{"x":1}}'),
    "absent-overwrite": ("Overwrite", None, '{"a":{"x":1}}'),
    "empty": ("Merge", "", '{"a":{"x":1}}'),
    "empty-overwrite": ("Overwrite", "", '{"a":{"x":1}}'),
}


@pytest.mark.parametrize(("kind", "given", "expected"), UPDATES.values(), ids=UPDATES)
def test_update(caller: Any, kind: str | None, given: str | None, expected: str | None) -> None:
    first, token, last = (made(caller) for _ in range(3))
    assert code(caller, UPDATE, ApiToken=token, ExtInfo='{"a":{"x":1}}') == ""

    assert code(caller, UPDATE, ApiToken=token, ActionType=kind, ExtInfo=given) == ""

    found = listed(caller)
    assert list(found) == [first, token, last]
    assert (found.pop(first), found.pop(last)) == ("", "")
    if expected is None:
        assert given is not None
        assert json.loads(found[token]) == {"a": {"x": 1}, **json.loads(given)}
    else:
        assert found[token] == expected


def test_the_published_update(caller: Any) -> None:
    token = made(caller)
    for address in ("127.0.0.1", "9.134.4.21"):
        asked(caller, UPDATE, ApiToken=token, ActionType="Merge", ExtInfo=f'{{"ip":{{"{address}":true}}}}')

    # Top-level keys alone are joined: the addresses of the first call are gone.
    assert listed(caller) == {token: '{"ip":{"9.134.4.21":true}}'}


@pytest.mark.parametrize("given", ["{", "[]", '"text"', "1", "null"])
def test_ext_info_must_be_a_json_object(caller: Any, given: str) -> None:
    token = made(caller)

    assert code(caller, UPDATE, ApiToken=token, ExtInfo=given) == "InvalidParameterValue"
    assert listed(caller) == {token: ""}


@pytest.mark.parametrize("given", ["{", "[]"])
def test_lenient_keeps_what_is_no_json_object(settings: Settings, clock: Any, make_caller: Any, given: str) -> None:
    caller = make_caller(MockVod(replace(settings, profile="lenient"), clock=clock))
    token = made(caller)

    for ext_info in ('{"a":1}', given):
        assert code(caller, UPDATE, ApiToken=token, ExtInfo=ext_info) == ""
        assert listed(caller) == {token: ext_info}
    assert code(caller, UPDATE, ApiToken=token, ExtInfo='{"b":1}') == ""
    assert listed(caller) == {token: '{"b":1}'}


def test_an_action_type_that_does_not_exist(caller: Any) -> None:
    token = made(caller)

    assert code(caller, UPDATE, ApiToken=token, ActionType="Replace", ExtInfo="{}") == "InvalidParameterValue"


def test_delete(caller: Any) -> None:
    first, token, last = (made(caller) for _ in range(3))

    assert code(caller, DELETE, ApiToken=token) == ""
    assert list(listed(caller)) == [first, last]
    for action in (DELETE, UPDATE):
        assert code(caller, action, ApiToken=token) == "InvalidParameterValue"
    assert list(listed(caller)) == [first, last]


@pytest.mark.parametrize("action", [DELETE, UPDATE])
@pytest.mark.parametrize("token", [UNKNOWN, "hGjH1dsBbjUbT9Cu", "令牌"])
def test_unknown_token(caller: Any, action: str, token: str) -> None:
    known = made(caller)

    assert code(caller, action, ApiToken=token) == "InvalidParameterValue"
    assert list(listed(caller)) == [known]


@pytest.mark.parametrize("action", [DELETE, UPDATE])
def test_tokens_of_others(mock: MockVod, caller: Any, make_caller: Any, action: str) -> None:
    other = make_caller(mock, OTHER_ACCOUNT)
    token = made(caller)

    assert listed(other) == listed(caller, SubAppId=APPLICATION + 1) == {}
    assert code(other, action, ApiToken=token) == "InvalidParameterValue"
    assert code(caller, action, ApiToken=token, SubAppId=APPLICATION + 1) == "InvalidParameterValue"
    assert listed(caller) == {token: ""}


def test_a_refused_call_leaves_nothing(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(context: Any, params: dict[str, Any]) -> dict[str, Any]:
        tokens.create_api_token(context, params)
        return {"ApiToken": 1}

    token = made(caller)
    monkeypatch.setitem(HANDLERS, CREATE, broken)

    assert caller.call(CREATE, {"SubAppId": APPLICATION})["Error"]["Code"] == "InternalError"
    assert list(listed(caller)) == [token]


def test_reset_forgets_tokens(mock: MockVod, caller: Any) -> None:
    made(caller)
    mock.reset()

    assert listed(caller) == {}

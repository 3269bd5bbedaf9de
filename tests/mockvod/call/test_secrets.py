"""A key in the wrong place is shown nowhere, and neither is one that an answer has given out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call.secrets import SECRET_MEMBERS, Secrets, read_json
from mockvod.clock import VirtualClock
from mockvod.http import HttpRequest
from mockvod.settings import Account, Settings
from mockvod.validators import catalog
from mockvod.validators.redaction import Redaction

NOW = 1_735_689_600
ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
TOKEN = "a-token-that-is-as-long-as-real-ones-are-0123456789"
SUBJECT = "CreateAigcSubject"
SUB = {"SubAppId": 1}


def headed(request: HttpRequest, **headers: str) -> HttpRequest:
    return replace(
        request, headers={**request.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
    )


@pytest.fixture
def mock() -> MockVod:
    return MockVod(Settings(accounts=(Account(ID, KEY, token=TOKEN),)), clock=VirtualClock(NOW, tick=0))


@pytest.fixture
def caller(make_caller: Any, mock: MockVod) -> Any:
    return make_caller(mock, mock.accounts[ID])


def misplaced(caller: Any) -> Mapping[str, HttpRequest]:
    post, authorization = caller.post(SUBJECT), caller.post(SUBJECT).headers["authorization"]
    return {
        "as-secret-id": headed(post, authorization=authorization.replace(ID, KEY)),
        "beside-secret-id": headed(post, authorization=authorization.replace(ID, f"{ID}:{KEY}")),
        "as-region": caller.post(SUBJECT, headers={"x-tc-region": KEY}),
        "as-action": caller.post(KEY),
        "as-action-with-an-error": headed(post, x_tc_action=KEY),
        "as-version": caller.post(SUBJECT, headers={"x-tc-version": KEY}),
        "as-language": caller.post(SUBJECT, headers={"x-tc-language": KEY}),
        "as-client": headed(post, x_tc_requestclient=KEY),
        "as-user-agent": headed(post, user_agent=f"agent {KEY}"),
        "as-host": headed(post, host=f"{KEY}.example.com"),
        "as-token": headed(post, x_tc_token=KEY),
        "as-algorithm": headed(post, authorization=KEY),
        "as-a-value": caller.post(SUBJECT, {"SubjectName": KEY, "SubjectImages": 7}),
        "as-a-name": caller.post(SUBJECT, {KEY: 1}),
        "as-a-value-of-a-wrong-type": caller.post(SUBJECT, {"SubAppId": f"the key {KEY}"}),
        "escaped": caller.post(SUBJECT, body=b'{"SubjectName":"\\u0047' + KEY[1:].encode() + b'"}'),
        "as-a-field-of-v1": caller.v1(SUBJECT, {"SubjectName": KEY}),
        "token-as-a-value": caller.post(SUBJECT, {"SubjectName": TOKEN}),
    }


NAMES = (
    *("as-secret-id", "beside-secret-id", "as-region", "as-action", "as-action-with-an-error", "as-version"),
    *("as-language", "as-client", "as-user-agent", "as-host", "as-token", "as-algorithm", "as-a-value", "as-a-name"),
    *("as-a-value-of-a-wrong-type", "escaped", "as-a-field-of-v1", "token-as-a-value"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_in_the_wrong_place_is_not_shown(
    mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    response = mock.handle(misplaced(caller)[name])
    shown = [dict(response.headers).get("X-Mockvod-Explain", ""), caplog.text, *map(str, mock.journal)]

    assert [text for text in shown if KEY.lower() in text.lower() or TOKEN.lower() in text.lower()] == []


def test_every_place_is_tried(caller: Any) -> None:
    assert set(NAMES) == set(misplaced(caller))


def test_what_stands_around_a_key_is_shown(mock: MockVod, caller: Any) -> None:
    response = mock.handle(misplaced(caller)["beside-secret-id"])

    assert dict(response.headers)["X-Mockvod-Explain"] == f"'{ID}:(secret)' is not an account here; there is {ID}"


def answer_of(mock: MockVod, caller: Any, action: str, params: Mapping[str, Any]) -> Any:
    caller.call(action, params, headers={"x-tc-token": TOKEN})
    *_, record = mock.journal
    assert record.code == "", record.message
    return record.answer


def test_the_key_of_an_upload_is_not_kept(mock: MockVod, caller: Any) -> None:
    answer = answer_of(mock, caller, "ApplyUpload", {"MediaType": "mp4", **SUB})

    temporary = answer["TempCertificate"]
    assert (temporary["SecretKey"], temporary["Token"]) == ("(secret)", "(secret)")
    assert temporary["SecretId"].startswith("AKID")


def test_an_api_token_is_not_kept(mock: MockVod, caller: Any) -> None:
    assert answer_of(mock, caller, "CreateAigcApiToken", SUB) == {"ApiToken": "(secret)"}
    assert answer_of(mock, caller, "DescribeAigcApiTokens", SUB)["ApiTokens"] == ["(secret)"]


def test_the_key_of_events_is_not_kept(mock: MockVod, caller: Any) -> None:
    params = {"Mode": "PUSH", "NotificationUrl": "http://example.com/", "SignKey": "sesame0and0more", **SUB}
    answer_of(mock, caller, "ModifyEventConfig", params)
    *_, record = mock.journal

    assert record.params == {**params, "SignKey": "(secret)"}


def test_an_api_token_in_a_refusal_is_not_shown(mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = "a-key-of-32-characters-or-so-abc"
    request = caller.post("DeleteAigcApiToken", {**SUB, "ApiToken": token}, headers={"x-tc-token": TOKEN})
    response = mock.handle(request)

    assert token not in f"{response.headers} {caplog.text} {list(mock.journal)}"


def test_every_secret_member_is_published_and_has_its_reason() -> None:
    contracts = catalog()
    published = {
        member.name
        for action in contracts.actions
        for name in (contracts.require(action).request, contracts.require(action).response)
        for member in name.members
    }

    assert all(SECRET_MEMBERS.values())
    assert {"ApiToken", "SignKey", "PlayKey"} <= published & SECRET_MEMBERS.keys()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param({"Token": ""}, {"Token": ""}, id="empty"),
        pytest.param({"Token": None}, {"Token": None}, id="null"),
        pytest.param({"ApiTokens": ["a", 1]}, {"ApiTokens": ["(secret)", 1]}, id="list"),
        pytest.param({"A": [{"SecretKey": {"b": "c"}}]}, {"A": [{"SecretKey": {"b": "(secret)"}}]}, id="object"),
        pytest.param({"SignKey": "once", "A": "once"}, {"SignKey": "(secret)", "A": "(secret)"}, id="repeated"),
    ],
)
def test_a_secret_member_is_blanked(value: Any, shown: Any) -> None:
    assert read_json(json.dumps(value), Redaction(()))[0] == shown


def test_a_key_that_is_added_later_is_a_secret_too() -> None:
    accounts: dict[str, Account] = {}
    secrets = Secrets(accounts)
    accounts[ID] = Account(ID, KEY)

    assert secrets.redaction().text(KEY) == "(secret)"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(HttpRequest("POST", "", {"x-tc-action": "A\nrefused B: fine\x1b[2J\r\x00"}, b"{}"), id="action"),
        pytest.param(HttpRequest("GET\nPOST\x1b", "", {}, b""), id="method"),
        pytest.param(HttpRequest("GET", "a%0Ab\x1b", {}, b""), id="query"),
        pytest.param(HttpRequest("POST", "", {"content-type": "a\nb\x1b"}, b""), id="content-type"),
        pytest.param(HttpRequest("GET", "a=1", {"authorization": "TC3\nB\x1b"}, b"", "10.0.0.7\n"), id="authorization"),
    ],
)
def test_a_log_line_cannot_be_forged(mock: MockVod, caplog: pytest.LogCaptureFixture, request_: HttpRequest) -> None:
    caplog.set_level(logging.DEBUG)
    mock.handle(request_)
    (line,) = [record.getMessage() for record in caplog.records]

    assert line.isprintable()


def test_the_log_of_a_bug_cannot_be_forged(
    mock: MockVod, caller: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mockvod.call.life.admit", fails)
    mock.handle(HttpRequest("POST", "", {"x-tc-action": f"A\n{KEY}"}, b"{}"))
    (record,) = caplog.records

    assert record.getMessage() == "mockvod failed on A (secret): please report it"

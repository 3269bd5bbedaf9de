"""Accounts, by page and by method."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY, Account, Settings
from mockvod.surfaces.flask_app import create_app

DEFAULT = {
    "secret_id": DOCUMENTED_SECRET_ID,
    "temporary": False,
    "expires": None,
    "denied": [],
    "suspended": "",
    "vod_activated": True,
}


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


def test_accounts_are_listed_without_their_keys(client: FlaskClient) -> None:
    response = client.get("/_mockvod/accounts")

    assert response.get_json() == {"accounts": [DEFAULT]}
    assert DOCUMENTED_SECRET_KEY not in response.get_data(as_text=True)


def test_token_of_an_account_is_not_listed(client: FlaskClient, mock: MockVod) -> None:
    mock.add_account("AKIDtemporary", token="the-token")

    response = client.get("/_mockvod/accounts")

    assert response.get_json()["accounts"][1] == {**DEFAULT, "secret_id": "AKIDtemporary", "temporary": True}
    assert "the-token" not in response.get_data(as_text=True)


def test_account_is_drawn(client: FlaskClient) -> None:
    made = client.post("/_mockvod/accounts").get_json()

    assert re.fullmatch("AKID[0-9a-f]{32} [0-9a-f]{32}", f"{made['secret_id']} {made['secret_key']}")
    assert made == {**DEFAULT, "secret_id": made["secret_id"], "secret_key": made["secret_key"], "token": ""}


def test_drawn_accounts_differ(mock: MockVod) -> None:
    first, second = mock.add_account(), mock.add_account()

    assert len({first.secret_id, first.secret_key, second.secret_id, second.secret_key}) == 4


def test_account_is_made_as_told(client: FlaskClient, mock: MockVod) -> None:
    given = {
        "secret_id": "AKIDnew",
        "secret_key": "key",
        "token": "token",
        "expires": 4_102_444_800,
        "denied": ["DeleteMedia"],
        "suspended": "AuthFailure.MFAFailure",
        "vod_activated": False,
    }

    client.post("/_mockvod/accounts", json=given)

    assert mock.accounts["AKIDnew"] == Account(
        "AKIDnew", "key", "token", 4_102_444_800, frozenset({"DeleteMedia"}), "AuthFailure.MFAFailure", False
    )


def test_calls_of_a_new_account_are_let_in(client: FlaskClient, mock: MockVod, make_caller: Any) -> None:
    made = client.post("/_mockvod/accounts").get_json()

    caller = make_caller(mock, Account(made["secret_id"], made["secret_key"]))

    assert "TaskId" in caller.call("CreateAigcSubject")


def test_a_new_account_does_not_see_tasks_of_another(mock: MockVod, caller: Any, make_caller: Any) -> None:
    task_id = caller.call("CreateAigcSubject")["TaskId"]

    answer = make_caller(mock, mock.add_account()).call("DescribeTaskDetail", {"TaskId": task_id})

    assert answer["Error"]["Code"] == "InvalidParameterValue.TaskId"
    assert caller.call("DescribeTaskDetail", {"TaskId": task_id})["Status"] == "PROCESSING"


def test_calls_of_a_removed_account_are_refused(client: FlaskClient, mock: MockVod, make_caller: Any) -> None:
    caller = make_caller(mock, mock.add_account("AKIDnew"))

    response = client.delete("/_mockvod/accounts/AKIDnew")

    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
    assert caller.call("CreateAigcSubject")["Error"]["Code"] == "AuthFailure.SecretIdNotFound"


def test_tasks_of_a_removed_account_stay(mock: MockVod, make_caller: Any) -> None:
    task_id = make_caller(mock, mock.add_account("AKIDnew")).call("CreateAigcSubject")["TaskId"]

    mock.remove_account("AKIDnew")

    assert [task.id for task in mock.tasks] == [task_id]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        pytest.param({"secret_id": DOCUMENTED_SECRET_ID}, 409, "is an account already; DELETE it first", id="there"),
        pytest.param({"secret_id": " AKID"}, 400, "secret_id: ' AKID' is empty or padded with blanks", id="padded"),
        pytest.param({"id": "AKID"}, 400, "unknown member 'id'; there are secret_id and secret_key and", id="slip"),
        pytest.param({"suspended": "yes"}, 400, 'suspended is "yes", not one of "", "AuthFailure.Inv', id="code"),
        pytest.param({"denied": "DeleteMedia"}, 400, 'denied is "DeleteMedia", not an array, each a', id="no-array"),
        pytest.param({"vod_activated": 1}, 400, "vod_activated is 1, not true or false", id="no-flag"),
        pytest.param({"expires": "2030"}, 400, 'expires is "2030", not a number from 0 to', id="no-number"),
    ],
)
def test_account_that_cannot_be(client: FlaskClient, mock: MockVod, body: Any, status: int, message: str) -> None:
    response = client.post("/_mockvod/accounts", json=body)

    assert response.status_code == status
    assert message in response.get_json()["error"]
    assert list(mock.accounts) == [DOCUMENTED_SECRET_ID]


def test_unknown_account_is_not_removed(client: FlaskClient) -> None:
    response = client.delete("/_mockvod/accounts/AKIDnobody")

    assert (response.status_code, response.get_json()) == (
        404,
        {"error": f"there is no account 'AKIDnobody'; there are {DOCUMENTED_SECRET_ID}"},
    )


def test_the_only_account_is_not_removed(client: FlaskClient, mock: MockVod) -> None:
    response = client.delete(f"/_mockvod/accounts/{DOCUMENTED_SECRET_ID}")

    assert (response.status_code, response.get_json()) == (
        409,
        {"error": f"{DOCUMENTED_SECRET_ID} is the only account; add another one before it goes"},
    )
    assert mock.accounts == {DOCUMENTED_SECRET_ID: DEFAULT_ACCOUNT}


def test_account_is_not_added_twice(mock: MockVod) -> None:
    with pytest.raises(SettingsError, match="^secret_id: AKIDz8krb.* is an account already; a SecretId has one key$"):
        mock.add_account(DOCUMENTED_SECRET_ID, "another-key")

    assert mock.accounts[DOCUMENTED_SECRET_ID] is DEFAULT_ACCOUNT


@pytest.mark.parametrize(
    ("secret_id", "message"),
    [
        pytest.param("AKIDnobody", "secret_id: 'AKIDnobody' is not an account; there are AKIDz8krb", id="unknown"),
        pytest.param(DOCUMENTED_SECRET_ID, f"secret_id: {DOCUMENTED_SECRET_ID} is the only account", id="only"),
    ],
)
def test_account_that_cannot_be_removed(mock: MockVod, secret_id: str, message: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        mock.remove_account(secret_id)

    assert str(refusal.value).startswith(message)


def test_drawn_accounts_are_repeatable_with_a_seed() -> None:
    first, second = (MockVod(Settings(seed=7)).add_account() for _ in range(2))

    assert (first.secret_id, first.secret_key) == (second.secret_id, second.secret_key)


def test_reset_keeps_accounts(client: FlaskClient, mock: MockVod) -> None:
    mock.add_account("AKIDnew")
    client.post("/_mockvod/reset")

    assert list(mock.accounts) == [DOCUMENTED_SECRET_ID, "AKIDnew"]


def test_key_is_not_in_the_journal_page(client: FlaskClient, mock: MockVod, make_caller: Any) -> None:
    account = mock.add_account("AKIDnew", "the-key")
    make_caller(mock, account).call("CreateAigcSubject")

    assert "the-key" not in json.dumps(client.get("/_mockvod/requests").get_json())

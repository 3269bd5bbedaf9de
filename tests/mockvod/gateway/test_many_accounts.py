"""A mock of many accounts answers a wrong key as fast as one of few, and names only some of them."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Account, Settings

NOW = 1_735_689_600
ACCOUNTS = tuple(Account(f"AKID{number}", f"{number:032}") for number in range(1, 301))


@pytest.fixture
def mock() -> MockVod:
    return MockVod(Settings(accounts=ACCOUNTS), clock=VirtualClock(NOW, tick=0))


def explanation_of(make_caller: Any, mock: MockVod, account: Account) -> str:
    caller = make_caller(mock, account)
    return dict(mock.handle(caller.post("DescribeAllClass")).headers)["X-Mockvod-Explain"]


def test_a_message_names_the_first_accounts(make_caller: Any, mock: MockVod) -> None:
    named = ", ".join([each.secret_id for each in ACCOUNTS[:10]])

    explanation = explanation_of(make_caller, mock, Account("AKIDnobody", "x"))

    assert explanation == f"'AKIDnobody' is not an account here; there is {named} and 290 more"


def test_the_key_of_one_of_the_first_accounts_is_recognised(make_caller: Any, mock: MockVod) -> None:
    mixed_up = Account(ACCOUNTS[0].secret_id, ACCOUNTS[200].secret_key)

    assert "made with the key of AKID201" in explanation_of(make_caller, mock, mixed_up)


def test_an_explanation_says_how_many_keys_were_tried(make_caller: Any, mock: MockVod) -> None:
    mixed_up = Account(ACCOUNTS[0].secret_id, ACCOUNTS[201].secret_key)
    mock.handle(make_caller(mock, mixed_up).post("DescribeAllClass"))
    *_, record = mock.journal

    assert record.explanation.endswith("\n(of 299 other accounts, the keys of the first 200 were tried)")


def test_of_few_accounts_every_key_is_tried(make_caller: Any) -> None:
    mock = MockVod(Settings(accounts=ACCOUNTS[:2]), clock=VirtualClock(NOW, tick=0))
    mock.handle(make_caller(mock, Account("AKID1", "nobody's")).post("DescribeAllClass"))
    *_, record = mock.journal

    assert "were tried" not in record.explanation

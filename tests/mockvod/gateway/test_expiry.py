"""The exact moments from which the gateway refuses what it let in before."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Account, Settings

NOW = 1_735_689_600


@pytest.mark.parametrize("scheme", ["v3", "v1"])
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        pytest.param(59.999, "", id="before"),
        pytest.param(60, "AuthFailure.TokenFailure", id="at"),
        pytest.param(60.001, "AuthFailure.TokenFailure", id="after"),
    ],
)
def test_a_token_is_void_from_the_moment_at_which_it_expires(
    make_caller: Any, scheme: str, seconds: float, code: str
) -> None:
    account = Account("AKIDtemporary", "temporary-key", token="the-token", expires=NOW + 60)
    caller = make_caller(MockVod(Settings(accounts=(account,)), clock=VirtualClock(NOW, tick=0)), account)
    caller.mock.clock.advance(seconds)
    v1 = caller.v1("DescribeAigcApiTokens", {"Token": "the-token", "SubAppId": "7"})
    v3 = caller.post("DescribeAigcApiTokens", {"SubAppId": 7})

    assert caller.send(v1 if scheme == "v1" else v3).get("Error", {}).get("Code", "") == code


def test_a_token_without_an_end_does_not_expire(make_caller: Any) -> None:
    account = Account("AKIDtemporary", "temporary-key", token="the-token")
    caller = make_caller(MockVod(Settings(accounts=(account,)), clock=VirtualClock(NOW, tick=0)), account)
    caller.mock.clock.advance(days=10_000)

    assert "Error" not in caller.call("DescribeAigcApiTokens", {"SubAppId": 7})

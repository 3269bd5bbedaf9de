"""Which limit a refused call is told of, with which figures."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

ACTION = "Your current request times equals to `{}` in a second, which exceeds the frequency limit `{}` for a second."
ADVICE = " Please reduce the frequency of calls."
IP = "The requests of your IP address equal `{}` in a second and exceed the limit `{}`."
ACCOUNT = "The requests of your account equal `{}` in a second and exceed the limit `{}`."
REGIONS = "The requests of your account in all regions equal `{}` in a second and exceed the limit `{}`."
#: The settings in the order in which they are reported, with the code and the text of each.
LIMITS = {
    "rate_limit": ("RequestLimitExceeded", ACTION),
    "ip_rate_limit": ("RequestLimitExceeded.IPLimitExceeded", IP),
    "account_rate_limit": ("RequestLimitExceeded.UinLimitExceeded", ACCOUNT),
    "global_rate_limit": ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", REGIONS),
}
#: Other figures for each, so that a message with those of another shows.
FIGURES = {"rate_limit": 4, "ip_rate_limit": 3, "account_rate_limit": 2, "global_rate_limit": 1}
OTHER = Account("AKIDother", "other-key")


def caller_of(make_caller: Any, **settings: Any) -> Any:
    settings = {"rate_limit": "off", "concurrency": "off", "accounts": (DEFAULT_ACCOUNT, OTHER), **settings}
    return make_caller(MockVod(Settings(**settings), clock=VirtualClock(1_735_689_600, tick=0)))


def refusals(caller: Any, times: int, action: str = "DescribeAllClass", **extra: Any) -> list[tuple[str, str]]:
    """Code and message of so many calls, ("", "") for a result."""
    errors = [caller.call(action, **extra).get("Error", {}) for _ in range(times)]
    return [(each.get("Code", ""), each.get("Message", "")) for each in errors]


@pytest.mark.parametrize("exceeded", [list(LIMITS)[number:] for number in range(4)], ids=lambda names: names[0])
def test_of_several_limits_the_first_is_reported_with_its_own_figures(make_caller: Any, exceeded: list[str]) -> None:
    """All are exceeded by the fifth call, whichever was exceeded first."""
    caller = caller_of(make_caller, **{name: FIGURES[name] for name in exceeded})

    *_, (code, message) = refusals(caller, 5)

    wanted, text = LIMITS[exceeded[0]]
    assert (code, message.removesuffix(ADVICE)) == (wanted, text.format(5, FIGURES[exceeded[0]]))
    *_, record = caller.mock.journal
    assert record.explanation == f"call 5 of this second, {FIGURES[exceeded[0]]} are allowed"


@pytest.mark.parametrize("name", LIMITS)
def test_as_many_calls_as_a_limit_says_are_let_in(make_caller: Any, name: str) -> None:
    code, text = LIMITS[name]
    caller = caller_of(make_caller, **{name: 2})

    answers = refusals(caller, 4)

    assert [each for each, _ in answers] == ["", "", code, code]
    # Refused calls count, too.
    assert [message.removesuffix(ADVICE) for _, message in answers[2:]] == [text.format(3, 2), text.format(4, 2)]


@pytest.mark.parametrize("name", LIMITS)
def test_a_second_begins_with_the_clock_not_with_a_call(make_caller: Any, name: str) -> None:
    caller = caller_of(make_caller, **{name: 1})
    clock, codes = caller.mock.clock, []
    for seconds in (0.5, 0.499, 0.001):
        clock.advance(seconds)
        codes += [code for code, _ in refusals(caller, 1)]

    assert codes == ["", LIMITS[name][0], ""]


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        pytest.param("rate_limit", {"same", "ip"}, id="rate_limit"),
        pytest.param("ip_rate_limit", {"same", "action", "account"}, id="ip_rate_limit"),
        pytest.param("account_rate_limit", {"same", "action", "ip"}, id="account_rate_limit"),
        pytest.param("global_rate_limit", {"same", "action", "ip"}, id="global_rate_limit"),
    ],
)
@pytest.mark.parametrize("second", ["same", "action", "account", "ip"])
def test_who_shares_a_limit(make_caller: Any, name: str, shared: set[str], second: str) -> None:
    """A second call that differs in one thing from the first, where one is allowed."""
    caller = caller_of(make_caller, **{name: 1})
    other = make_caller(caller.mock, OTHER) if second == "account" else caller
    action = "DescribeAigcApiTokens" if second == "action" else "DescribeAllClass"
    peer = "10.1.1.1" if second == "ip" else "127.0.0.1"

    assert refusals(caller, 1) == [("", "")]
    [(code, _)] = refusals(other, 1, action, peer=peer)

    assert code == (LIMITS[name][0] if second in shared else "")


def test_a_figure_for_all_actions_stands_in_for_the_documented_ones(make_caller: Any) -> None:
    documented, chosen = caller_of(make_caller, rate_limit="documented"), caller_of(make_caller, rate_limit=30)

    accepted = [[code for code, _ in refusals(each, 40, "CreateAigcSubject")] for each in (documented, chosen)]

    limited = "RequestLimitExceeded"
    assert [len(codes) - codes.count(limited) for codes in accepted] == [20, 30]

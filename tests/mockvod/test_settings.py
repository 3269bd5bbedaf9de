"""What may be set: the documented defaults, and refusals that name setting, value and way out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

POSITIVE = "is not a whole number above 0"


def refusal_of(make: Any, **values: Any) -> str:
    with pytest.raises(SettingsError) as refusal:
        make(**values)
    return str(refusal.value)


def account(name: str, value: str) -> str:
    return refusal_of(Account, **{"secret_id": "AKID", "secret_key": "key", name: value})


def test_default_account_is_the_documented_pair() -> None:
    assert Settings().accounts == (Account("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("profile", "strict"),
        ("progression", "time"),
        ("task_seconds", None),
        ("time_factor", 0.04),
        ("notification_url", ""),
        ("allow_remote_notifications", False),
        ("rate_limit", "documented"),
        ("account_rate_limit", None),
        ("global_rate_limit", None),
        ("ip_rate_limit", None),
        ("blocked_ips", frozenset()),
        ("allowed_ips", frozenset()),
        ("regions", None),
        ("offline_actions", frozenset()),
        ("allow_skip", False),
        ("allow_host_service", True),
        ("default_sub_app_id", 1500000001),
        ("media_url", "http://store.vod-qcloud.com"),
        ("journal_size", 10_000),
        ("seed", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_default(name: str, value: object) -> None:
    assert getattr(Settings(), name) == value


def test_names_are_those_of_the_fields() -> None:
    assert Settings.names() == tuple(each.name for each in fields(Settings))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("profile", "lax", "'lax' is not one of strict, lenient", id="profile"),
        pytest.param("profile", None, "None is not one of strict, lenient", id="profile-none"),
        pytest.param("progression", "slow", "'slow' is not one of time, immediate, manual", id="progression"),
        *(
            pytest.param(
                "rate_limit",
                value,
                f"{value!r} is not 'documented', 'off' or a whole number above 0",
                id=f"rate_limit-{value}",
            )
            for value in ("fast", "20", 0, -1, 1.5, True, None)
        ),
        *(
            pytest.param(name, value, f"{value!r} {POSITIVE}; leave it out for no limit", id=f"{name}-{value}")
            for name in ("account_rate_limit", "global_rate_limit", "ip_rate_limit")
            for value in (0, -1, 1.5, True, "20")
        ),
        *(
            pytest.param(name, value, f"{value!r} {POSITIVE}", id=f"{name}-{value}")
            for name in ("journal_size", "default_sub_app_id")
            for value in (0, -1, 1.5, True, "1", None)
        ),
        *(
            pytest.param(name, value, f"{value!r} is not a set or list of {wanted}", id=f"{name}-{number}")
            for name, wanted, bad in (
                ("blocked_ips", "texts", ("127.0.0.1", None, [1])),
                ("regions", "texts, or None", ("ap-x", {1})),
                ("sub_app_ids", "whole numbers, or None", (7, ["7"], {True})),
            )
            for number, value in enumerate(bad)
        ),
        *(
            pytest.param("newer_customer", value, f"{value!r} is neither True nor False", id=f"newer_customer-{value}")
            for value in (1, "true", None)
        ),
        *(
            pytest.param(
                "task_seconds", value, f"{value!r} is not a number between 0 and 86400", id=f"task_seconds-{value}"
            )
            for value in (-1, 86_401, float("nan"), float("inf"), "2")
        ),
        *(
            pytest.param(
                "time_factor", value, f"{value!r} is not a number between 0 and 1000", id=f"time_factor-{value}"
            )
            for value in (-1, 1001, float("nan"), "2", None)
        ),
        *(
            pytest.param(
                "notification_url",
                value,
                f"{value!r} is not like http://host:port/path",
                id=f"notification_url-{value}",
            )
            for value in ("127.0.0.1:9000", "ftp://127.0.0.1", "http://", None)
        ),
        *(
            pytest.param(
                "media_url",
                value,
                f"{value!r} is not like http://host:port, without a final slash",
                id=f"media_url-{value}",
            )
            for value in ("", "127.0.0.1:4577", "ftp://127.0.0.1", "http://127.0.0.1/", "http://", None)
        ),
        pytest.param("accounts", (), "there must be at least one, or no call could ever be signed", id="no-account"),
        pytest.param(
            "accounts",
            (Account("AKIDtwin", "one"), DEFAULT_ACCOUNT, Account("AKIDtwin", "two")),
            "AKIDtwin stands there twice; a SecretId has one key",
            id="account-twice",
        ),
    ],
)
def test_setting_that_cannot_be(name: str, value: Any, message: str) -> None:
    assert refusal_of(Settings, **{name: value}) == f"{name}: {message}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("rate_limit", "off", id="rate_limit-off"),
        pytest.param("rate_limit", 1, id="rate_limit-1"),
        pytest.param("task_seconds", 0, id="task_seconds-0"),
        pytest.param("task_seconds", 86_400, id="task_seconds-day"),
        pytest.param("journal_size", 1, id="journal_size-1"),
        pytest.param("media_url", "https://[::1]:4577", id="media_url-ipv6"),
        pytest.param("profile", "lenient", id="profile-lenient"),
        pytest.param("progression", "immediate", id="progression-immediate"),
    ],
)
def test_setting_at_the_edge_of_what_can_be(name: str, value: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == value


@pytest.mark.parametrize("value", ["", " AKID", "AKID ", "AKID\n"], ids=["empty", "before", "after", "line"])
def test_secret_id_that_no_sdk_sends(value: str) -> None:
    assert account("secret_id", value) == (
        f"secret_id: {value!r} is empty or padded with blanks, which no SDK will send"
    )


@pytest.mark.parametrize("value", ["", " key", "key ", "key\n"], ids=["empty", "before", "after", "line"])
def test_secret_key_that_no_sdk_sends_is_refused_without_showing_it(value: str) -> None:
    assert account("secret_key", value) == (
        "secret_key: the given value is empty or padded with blanks, which no SDK will send"
    )


@pytest.mark.parametrize(
    "show", [repr, str, lambda each: repr(Settings(accounts=(each,)))], ids=["repr", "str", "in-settings"]
)
def test_secrets_are_not_shown(show: Any) -> None:
    text = show(Account("AKIDshown", "the-key", token="the-token"))

    assert ("AKIDshown" in text, "the-key" in text, "the-token" in text) == (True, False, False)


@pytest.mark.parametrize("value", [Settings(), DEFAULT_ACCOUNT], ids=["settings", "account"])
def test_settings_do_not_change_under_a_running_server(value: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)


@pytest.mark.parametrize(
    "values", [[7, 8], (7, 8), {7, 8}, frozenset({7, 8})], ids=["list", "tuple", "set", "frozenset"]
)
def test_any_collection_will_do(values: Any) -> None:
    assert Settings(sub_app_ids=values).sub_app_ids == frozenset({7, 8})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"secret_id": 5}, "secret_id: 5 is not a text", id="id"),
        pytest.param({"secret_key": 5}, "secret_key: the given value is not a text", id="key"),
        pytest.param(
            {"token": " x"},
            "token: the given value is not a text, or is padded with blanks; leave it out for none",
            id="padded-token",
        ),
        pytest.param(
            {"token": None},
            "token: the given value is not a text, or is padded with blanks; leave it out for none",
            id="no-token",
        ),
    ],
)
def test_part_of_an_account_that_cannot_be(fields: dict[str, Any], message: str) -> None:
    assert refusal_of(Account, **{"secret_id": "AKID", "secret_key": "key", **fields}) == message

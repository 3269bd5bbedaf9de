"""Every setting has a documented default and refuses what it cannot be: no field is left out by forgetting it."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import pytest

from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, Settings

TYPES = get_type_hints(Settings)
FIELDS = Settings.names()
DEFAULTS: dict[str, Any] = {
    "accounts": (DEFAULT_ACCOUNT,),
    "profile": "strict",
    "progression": "time",
    "time_factor": 0.04,
    "task_seconds": None,
    "rate_limit": "documented",
    "concurrency": "documented",
    "over_concurrency": "fail",
    "account_rate_limit": None,
    "global_rate_limit": None,
    "ip_rate_limit": None,
    "blocked_ips": frozenset(),
    "allowed_ips": frozenset(),
    "regions": None,
    "offline_actions": frozenset(),
    "allow_skip": False,
    "allow_host_service": True,
    "default_sub_app_id": 1_500_000_001,
    "sub_app_ids": None,
    "file_ids": None,
    "newer_customer": False,
    "magic_prompts": True,
    "documented_codes_only": False,
    "notification_url": "",
    "allow_remote_notifications": False,
    "media_url": "http://store.vod-qcloud.com",
    "public_url": "",
    "cors_origin": "",
    "control_token": "",
    "double_charge_seconds": 600,
    "journal_size": 10_000,
    "seed": None,
}
#: What no setting of these types can be. A word for True is what a file of settings may hold by mistake.
NO_FLAGS = (1, 0, None, "true", "", [])
NO_TEXT_SETS = ("text", 5, True, [1], [None], {"a": "b"})
NO_NUMBER_SETS = ("text", 5, ["7"], [1.5], [True], {7: 8})
NO_WORDS = ("", "fast", None, True, 5)
NO_COUNTS = (0, -1, 1.5, True, "5")
NO_ORIGINS = (
    *("127.0.0.1:9", "ftp://127.0.0.1", "http://", "http:///a", "http://:80", "http://[::1", "http://a/", "http://a/b"),
    *(
        "http://a?b",
        "http://a?",
        "http://a#b",
        "http://me@a",
        "http://me:x@a",
        "http://a:",
        "http://a:0",
        "http://a:65536",
    ),
    *("http://a:x", "http://a b", "http://a\r\nb", " http://a", "http://\u00e4", None, 5, True, b"http://a"),
)
NO_SECONDS = (-0.001, "5", True, float("nan"), float("inf"))
#: http is one, but for each of these.
NO_URLS = (
    "127.0.0.1:9",
    "ftp://127.0.0.1",
    "http://",
    "http:///a",
    None,
    5,
    "http://a:65536",
    "http://a:0",
    "http://a:b",
)
NO_URLS += ("http://[::1", "http://[::1/", "http://a b", "http://a/b c", "http://a\n", "http://:80")


def of_type(kind: Any) -> list[str]:
    return [name for name in FIELDS if TYPES[name] == kind]


#: The values that each field refuses.
REFUSED: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(of_type(bool), NO_FLAGS),
    **dict.fromkeys(of_type(frozenset[str]), (*NO_TEXT_SETS, None)),
    **dict.fromkeys(of_type(frozenset[str] | None), NO_TEXT_SETS),
    **dict.fromkeys(of_type(frozenset[int] | None), NO_NUMBER_SETS),
    **dict.fromkeys(of_type(int | None), NO_COUNTS),
    **dict.fromkeys(of_type(int), (*NO_COUNTS, None)),
    "profile": NO_WORDS,
    "progression": NO_WORDS,
    "over_concurrency": NO_WORDS,
    "rate_limit": (*NO_COUNTS, "", "on", None),
    "concurrency": (*NO_COUNTS, "", "on", None),
    "time_factor": (*NO_SECONDS, None, 1000.001),
    "task_seconds": (*NO_SECONDS, 86_400.001),
    "double_charge_seconds": (*NO_SECONDS, None, 31_622_400.001),
    "accounts": ((), (DEFAULT_ACCOUNT, DEFAULT_ACCOUNT)),
    "notification_url": NO_URLS,
    "media_url": (*NO_URLS, "", "http://127.0.0.1/", "http://a?b", "http://a#b"),
    "public_url": (*NO_URLS, *NO_ORIGINS),
    "cors_origin": (*NO_URLS, "http://127.0.0.1/", "http://a/b", "http://a?b", "null"),
    "blocked_ips": (*NO_TEXT_SETS, None, ["300.1.1.1"], ["10.0.0.0/8"], ["localhost"], [""]),
    "allowed_ips": (*NO_TEXT_SETS, None, ["300.1.1.1"], ["10.0.0.0/8"], ["localhost"], [""]),
    "journal_size": (*NO_COUNTS, None, 10_000_001),
    "seed": (1.5, True, "abc", [1]),
    "control_token": (None, 5, "a b", "a\n", "é", "\x7f"),
}
#: The outermost values that each field takes.
TAKEN: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(of_type(bool), (True, False)),
    **dict.fromkeys(of_type(frozenset[str]), (frozenset(), frozenset({"a", "b"}))),
    **dict.fromkeys(of_type(frozenset[str] | None), (None, frozenset(), frozenset({"a"}))),
    **dict.fromkeys(of_type(frozenset[int] | None), (None, frozenset(), frozenset({7}))),
    **dict.fromkeys(of_type(int | None), (None, 1, 10**9)),
    **dict.fromkeys(of_type(int), (1, 10**9)),
    "profile": ("strict", "lenient"),
    "progression": ("time", "immediate", "manual"),
    "over_concurrency": ("fail", "queue", "refuse"),
    "rate_limit": ("documented", "off", 1),
    "concurrency": ("documented", "off", 1),
    "time_factor": (0, 0.5, 1000),
    "task_seconds": (None, 0, 0.5, 86_400),
    "double_charge_seconds": (0, 0.5, 31_622_400),
    "accounts": ((DEFAULT_ACCOUNT,),),
    "notification_url": ("", "http://a", "https://127.0.0.1:9/path/"),
    "media_url": ("http://a", "https://[::1]:4577", "http://127.0.0.1/path"),
    "public_url": ("", "http://a", "https://[::1]:4577", "http://mock_vod.test:65535"),
    "cors_origin": ("", "*", "http://a", "https://127.0.0.1:9"),
    "control_token": ("", "!", "~", "0aZ-_."),
    "blocked_ips": (frozenset(), frozenset({"192.0.2.1", "2001:db8::1"})),
    "allowed_ips": (frozenset(), frozenset({"192.0.2.1", "2001:db8::1"})),
    "journal_size": (1, 10_000_000),
    "seed": (None, -1, 0, 10**30),
}


def numbered(table: dict[str, tuple[Any, ...]]) -> list[tuple[str, tuple[str, Any]]]:
    """Each field and value with a name for it: a set is not written alike in every process."""
    return [
        (f"{name}-{number}", (name, value)) for name, values in table.items() for number, value in enumerate(values)
    ]


def test_every_field_stands_in_each_table() -> None:
    assert list(DEFAULTS) == list(FIELDS)
    assert set(TAKEN) == set(FIELDS)
    assert set(FIELDS) == set(REFUSED)


@pytest.mark.parametrize("name", FIELDS)
def test_default(name: str) -> None:
    assert getattr(Settings(), name) == DEFAULTS[name]
    [field] = [each for each in fields(Settings) if each.name == name]
    assert field.default is not MISSING


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(*case, id=name) for name, case in numbered(REFUSED)],
)
def test_what_a_setting_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings(**{name: value})

    assert str(refusal.value).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(*case, id=name) for name, case in numbered(TAKEN)],
)
def test_what_a_setting_can_be_is_kept(name: str, value: Any) -> None:
    assert getattr(Settings(**{name: value}), name) == value


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Settings(control_token="s3cret"))


def test_an_address_is_found_however_it_was_written() -> None:
    assert Settings(allowed_ips=frozenset({"2001:DB8:0::1"})).allowed_ips == {"2001:db8::1"}

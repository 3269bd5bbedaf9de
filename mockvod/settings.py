"""Settings of a mock. Defaults follow the documents or, where those say nothing, the best evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from mockvod.errors import SettingsError
from mockvod.narrowing import is_collection

#: The key pair in the public documents on signatures, so that their examples work unchanged.
DOCUMENTED_SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
DOCUMENTED_SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
#: Scheme and host of result files of the service, as it answers them.
OFFICIAL_MEDIA_URL = "http://store.vod-qcloud.com"

Profile = Literal["strict", "lenient"]
Progression = Literal["time", "immediate", "manual"]
RateLimit = Literal["documented", "off"] | int
OverConcurrency = Literal["fail", "queue", "refuse"]
Suspension = Literal["", "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure"]


def _check_choice(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f"{name}: {value!r} is not one of {', '.join(allowed)}")


#: The most calls that a journal may be asked to remember: some 10 GB.
MOST_CALLS = 10_000_000

#: Fields that hold several values, with the type of each value; and those of them that may be None for "any".
_COLLECTIONS: Mapping[str, type] = {
    "blocked_ips": str,
    "allowed_ips": str,
    "regions": str,
    "offline_actions": str,
    "sub_app_ids": int,
    "file_ids": str,
}
_NONE_FOR_ANY = frozenset({"regions", "sub_app_ids", "file_ids"})
_FLAGS = (
    "allow_skip",
    "allow_host_service",
    "newer_customer",
    "magic_prompts",
    "documented_codes_only",
    "allow_remote_notifications",
)
#: Fields that hold a URL, with how much of one; and the values that they may have besides.
_URLS: Mapping[str, Literal["url", "base", "origin"]] = {
    "media_url": "base",
    "public_url": "origin",
    "notification_url": "url",
    "cors_origin": "origin",
}
_NO_URLS: Mapping[str, tuple[str, ...]] = {
    "media_url": (),
    "public_url": ("",),
    "notification_url": ("",),
    "cors_origin": ("", "*"),
}


def _as_frozenset(name: str, value: Any) -> frozenset[Any] | None:
    """Converts the value of a field in _COLLECTIONS, which may be a list, tuple or set."""
    kind = _COLLECTIONS[name]
    if value is None and name in _NONE_FOR_ANY:
        return None
    if is_collection(value) and all(isinstance(each, kind) and not isinstance(each, bool) for each in value):
        return frozenset(value)
    wanted = "whole numbers" if kind is int else "texts"
    raise SettingsError(f"{name}: {value!r} is not a set or list of {wanted}{', or None' * (name in _NONE_FOR_ANY)}")


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _as_address(name: str, text: str) -> str:
    """The one way to write an IP address, so that it is found when a caller has it."""
    from ipaddress import ip_address  # few mocks have a list of addresses

    try:
        return str(ip_address(text))
    except ValueError:
        raise SettingsError(f"{name}: {text!r} is not an IP address, such as 192.0.2.1 or 2001:db8::1") from None


def is_web_address(url: object) -> bool:
    """Whether a value looks like an http or https URL with a host. The URL is not parsed further."""
    return isinstance(url, str) and re.match("https?://[^/]", url) is not None


#: How much of a URL a setting may have, and an example of it.
_LIKE = {
    "url": "http://host:port/path",
    "base": "http://host:port, without a final slash",
    "origin": "http://host:port, without a final slash",
}


def fault_of_url(url: object, extent: Literal["url", "base", "origin"] = "url") -> str:
    """What is wrong with an http or https URL, to follow its value in a message; "" if nothing is.

    Args:
        url: The value.
        extent: "base" is a URL to which paths are added, "origin" has nothing but scheme, host and port.
    """
    like = f"is not like {_LIKE[extent]}"
    if not is_web_address(url):
        return like
    assert isinstance(url, str)
    if not all("!" <= char <= "~" for char in url):
        return "holds blanks or other characters that must be percent-encoded"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "has a port beyond 65535, or a host that is no address"
    if not parts.hostname or port == 0:
        return like
    if extent != "url" and (set(url) & set("?#") or "@" in parts.netloc or parts.netloc.endswith(":")):
        return like
    if extent != "url" and parts.path.endswith("/"):
        return like
    return f"{like} or a path" if extent == "origin" and parts.path else ""


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant: one API key with its own state, limits and journal.

    Raises:
        SettingsError: A value is not valid.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    #: The token of a temporary key; "" for a permanent key, which has none.
    token: str = field(default="", repr=False)
    #: When a temporary key expires, UNIX seconds; None for never.
    expires: float | None = None
    #: Actions that the access policy forbids.
    denied: frozenset[str] = frozenset()
    #: The code with which the gateway refuses every call of this key; "" for none.
    suspended: Suspension = ""
    #: Whether the VOD service is activated for the account.
    vod_activated: bool = True

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key"):
            value = getattr(self, name)
            shown = repr(value) if name == "secret_id" else "the given value"
            if not isinstance(value, str):
                raise SettingsError(f"{name}: {shown} is not a text")
            # The official SDKs refuse such a pair before they send anything (InvalidCredential,
            # tencentcloud-sdk-python-common 3.1.195).
            if not value or value != value.strip():
                raise SettingsError(f"{name}: {shown} is empty or padded with blanks, which no SDK will send")
        if not isinstance(self.token, str) or self.token != self.token.strip():
            raise SettingsError("token: the given value is not a text, or is padded with blanks; leave it out for none")
        _check_choice("suspended", self.suspended, get_args(Suspension))


DEFAULT_ACCOUNT = Account(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one MockVod behaves. Every field has a working default.

    Raises:
        SettingsError: A value is not valid.
    """

    accounts: tuple[Account, ...] = (DEFAULT_ACCOUNT,)
    #: "strict" enforces the documents; "lenient" accepts what the service has been seen to accept all the same.
    profile: Profile = "strict"
    #: When tasks end: "time", by themselves after a while; "immediate", at once; "manual", when a test ends them.
    progression: Progression = "time"
    #: With "time", tasks take as long as recorded tasks of their model, multiplied by this factor: 50 s become 2 s.
    time_factor: float = 0.04
    #: With "time", how long every task takes, instead of the recorded time.
    task_seconds: float | None = None
    #: How many calls per second each action allows: as documented for it, any number, or this number.
    rate_limit: RateLimit = "documented"
    #: How many tasks of an account and action run at the same time: as the action's page says, any number, or this number.
    concurrency: RateLimit = "documented"
    #: What happens to a task beyond that number: see mockvod/service/tasks/concurrency.py.
    over_concurrency: OverConcurrency = "fail"
    #: Further limits per second, which the service has without documenting their values; None for no limit.
    account_rate_limit: int | None = None
    global_rate_limit: int | None = None
    ip_rate_limit: int | None = None
    #: Callers' addresses that are refused, and the only addresses that are accepted (empty for all).
    blocked_ips: frozenset[str] = frozenset()
    allowed_ips: frozenset[str] = frozenset()
    #: Region names that are accepted; None for any well-formed name, because VOD ignores the parameter.
    regions: frozenset[str] | None = None
    #: Actions that the service has retired.
    offline_actions: frozenset[str] = frozenset()
    #: Whether a call with `Authorization: SKIP` is accepted, as one of the first account. Assumed that VOD refuses it.
    allow_skip: bool = False
    #: Whether a request to a host that is not Tencent's may be signed for the first label of that host's name instead
    #: of "vod", as the Node, Java and PHP SDKs do for 127.0.0.1 (observed with nodejs-intl-en 3.0.1335).
    allow_host_service: bool = True
    #: The application that calls without SubAppId belong to.
    default_sub_app_id: int = 1500000001
    #: The applications and files that exist; None for any, so that documented examples work unchanged.
    sub_app_ids: frozenset[int] | None = None
    file_ids: frozenset[str] | None = None
    #: Whether the accounts were opened on or after 2023-12-25, so that every call must have a SubAppId (documented).
    newer_customer: bool = False
    #: Whether directives such as [[fail:TaskTimeout]] in a prompt count: see mockvod/service/tasks/directives.py.
    magic_prompts: bool = True
    #: Whether a call is only refused with codes that its action's own page lists, even where the pages of similar
    #: actions list a more precise one.
    documented_codes_only: bool = False
    #: Where events are pushed; "" keeps them for PullEvents. ModifyEventConfig overrides this for its application.
    notification_url: str = ""
    #: Whether events are pushed to other machines than this one.
    allow_remote_notifications: bool = False
    #: Scheme, host and port of the server that serves result files, for their URLs. On a server, the default stands for
    #: where the caller has found it: see mockvod/call/addresses.py.
    media_url: str = OFFICIAL_MEDIA_URL
    #: Scheme, host and port that the URLs of files begin with; "" for the host that each caller has used.
    public_url: str = ""
    #: The origin whose pages a browser lets call the API, or "*" for all; "" sends no CORS headers, as the service does.
    cors_origin: str = ""
    #: The token that callers of the control pages must send; "" accepts callers on this machine without one, and no others.
    control_token: str = field(default="", repr=False)
    #: Within how many seconds an equal request counts as the same one, paid for twice.
    double_charge_seconds: float = 600
    #: How many calls the journal remembers.
    journal_size: int = 10_000
    #: Makes identifiers and generated answers repeatable.
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_choice("profile", self.profile, get_args(Profile))
        _check_choice("progression", self.progression, get_args(Progression))
        _check_choice("over_concurrency", self.over_concurrency, get_args(OverConcurrency))
        for name in _COLLECTIONS:
            object.__setattr__(self, name, _as_frozenset(name, getattr(self, name)))
        for name in ("blocked_ips", "allowed_ips"):
            object.__setattr__(self, name, frozenset(_as_address(name, each) for each in getattr(self, name)))
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise SettingsError(f"{name}: {getattr(self, name)!r} is neither True nor False")
        for name in ("rate_limit", "concurrency"):
            value = getattr(self, name)
            if value not in ("documented", "off") and not _is_positive(value):
                raise SettingsError(f"{name}: {value!r} is not 'documented', 'off' or a whole number above 0")
        for name in ("account_rate_limit", "global_rate_limit", "ip_rate_limit"):
            value = getattr(self, name)
            if value is not None and not _is_positive(value):
                raise SettingsError(f"{name}: {value!r} is not a whole number above 0; leave it out for no limit")
        for name in ("journal_size", "default_sub_app_id"):
            if not _is_positive(getattr(self, name)):
                raise SettingsError(f"{name}: {getattr(self, name)!r} is not a whole number above 0")
        if self.journal_size > MOST_CALLS:
            raise SettingsError(f"journal_size: {self.journal_size!r} is more than {MOST_CALLS}, which fill any memory")
        if self.seed is not None and (not isinstance(self.seed, int) or isinstance(self.seed, bool)):
            raise SettingsError(f"seed: {self.seed!r} is not a whole number; leave it out for another run each time")
        for name, most in (("task_seconds", 86_400), ("time_factor", 1000), ("double_charge_seconds", 31_622_400)):
            value = getattr(self, name)
            if value is None and name == "task_seconds":
                continue
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
                raise SettingsError(f"{name}: {value!r} is not a number between 0 and {most}")
        for name, extent in _URLS.items():
            url = getattr(self, name)
            fault = fault_of_url(url, extent) if url not in _NO_URLS[name] else ""
            if fault:
                raise SettingsError(f"{name}: {url!r} {fault}")
        token = self.control_token
        # A header can carry no other characters. The value is a secret, so the message does not repeat it.
        if not isinstance(token, str) or not all("!" <= char <= "~" for char in token):
            raise SettingsError("control_token: the given value is not printable ASCII without blanks")
        if not self.accounts:
            raise SettingsError("accounts: there must be at least one, or no call could ever be signed")
        ids = [account.secret_id for account in self.accounts]
        for secret_id in ids:
            if ids.count(secret_id) > 1:
                raise SettingsError(f"accounts: {secret_id} stands there twice; a SecretId has one key")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Lists the names of all settings."""
        return tuple(each.name for each in fields(cls))


def with_fields(settings: Settings, fields: Mapping[str, Any]) -> Settings:
    """Returns a copy of `settings` with some fields changed.

    Raises:
        SettingsError: A field does not exist (the message names the nearest one), or its value is not valid.
    """
    for name in fields:
        known_name(name, Settings.names())
    return replace(settings, **fields) if fields else settings


def known_name(name: str, known: tuple[str, ...]) -> None:
    """Checks the name of a setting.

    Raises:
        SettingsError: It is not among the known names; the message gives the nearest of them.
    """
    if name in known:
        return
    from difflib import get_close_matches  # slow to import, and needed for errors only

    nearest = get_close_matches(name, known, 1, 0)[0]
    raise SettingsError(f"there is no setting {name!r}; the nearest is {nearest!r}")

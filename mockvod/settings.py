"""What a user may set. Defaults are what the documents say or, where they are silent, what the evidence favours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from mockvod.errors import SettingsError
from mockvod.narrowing import is_collection

#: The pair that the public signature documents print, so that their examples work as they stand.
DOCUMENTED_SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
DOCUMENTED_SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"

Profile = Literal["strict", "lenient"]
Progression = Literal["time", "immediate", "manual"]
RateLimit = Literal["documented", "off"] | int
OverConcurrency = Literal["fail", "queue", "refuse"]
Suspension = Literal["", "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure"]


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingsError(f"{name}: {value!r} is not one of {', '.join(allowed)}")


#: Fields that hold several values of a type, and those that may be None for "any".
_SETS: Mapping[str, type] = {
    "blocked_ips": str,
    "allowed_ips": str,
    "regions": str,
    "offline_actions": str,
    "sub_app_ids": int,
    "file_ids": str,
}
_ANY = frozenset({"regions", "sub_app_ids", "file_ids"})
_FLAGS = (
    "allow_skip",
    "allow_host_service",
    "newer_customer",
    "magic_prompts",
    "documented_codes_only",
    "allow_remote_notifications",
)


def _frozen(name: str, value: Any) -> frozenset[Any] | None:
    """The values of such a field, whatever collection they are given in."""
    kind = _SETS[name]
    if value is None and name in _ANY:
        return None
    if is_collection(value) and all(isinstance(each, kind) and not isinstance(each, bool) for each in value):
        return frozenset(value)
    wanted = "whole numbers" if kind is int else "texts"
    raise SettingsError(f"{name}: {value!r} is not a set or list of {wanted}{', or None' * (name in _ANY)}")


def _positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_web_address(url: object) -> bool:
    """Whether that is the address of something on the web, at a glance."""
    return isinstance(url, str) and re.match("https?://[^/]", url) is not None


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant: one API key with its own state, limits and journal.

    With a `token` the key is a temporary one, void after `expires` (UNIX seconds) if that is set.
    `denied` lists actions that the access policy forbids; `suspended` is the code with which the
    gateway answers every call of this key.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
    expires: float | None = None
    denied: frozenset[str] = frozenset()
    suspended: Suspension = ""
    #: Whether the VOD service is switched on for the account.
    vod_activated: bool = True

    def __post_init__(self) -> None:
        for name in ("secret_id", "secret_key"):
            value = getattr(self, name)
            # The official SDKs refuse such a pair before they send anything (`InvalidCredential`).
            if not value or value != value.strip():
                shown = repr(value) if name == "secret_id" else "the given value"
                raise SettingsError(f"{name}: {shown} is empty or padded with blanks, which no SDK will send")
        _one_of("suspended", self.suspended, get_args(Suspension))


DEFAULT_ACCOUNT = Account(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY)


@dataclass(frozen=True, slots=True)
class Settings:
    """How one MockVod behaves. Every field has a working default.

    Raises SettingsError at construction for a value that cannot be.
    """

    accounts: tuple[Account, ...] = (DEFAULT_ACCOUNT,)
    #: "strict" enforces the documents; "lenient" lets through what has been seen to work nevertheless.
    profile: Profile = "strict"
    #: "time": a task ends by itself; "immediate": at once; "manual": when it is told to.
    progression: Progression = "time"
    #: With "time", tasks take as long as recorded ones of their model, times this factor: 50 s become 2 s.
    time_factor: float = 0.04
    #: With "time", what every task takes instead, if that is set.
    task_seconds: float | None = None
    #: Calls per second and action: the documented figure of each action, none, or one figure for all.
    rate_limit: RateLimit = "documented"
    #: Tasks at a time, by account and action: what each action's page says, no limit, or one figure for all.
    concurrency: RateLimit = "documented"
    #: What becomes of a task too many: see service/tasks/concurrency.py.
    over_concurrency: OverConcurrency = "fail"
    #: Further limits per second that the service has but prints no figures for; None leaves them off.
    account_rate_limit: int | None = None
    global_rate_limit: int | None = None
    ip_rate_limit: int | None = None
    #: Callers' addresses that are refused, and the only ones that are let in (empty: all are).
    blocked_ips: frozenset[str] = frozenset()
    allowed_ips: frozenset[str] = frozenset()
    #: Region names that VOD serves; None takes any well-formed name, because VOD ignores the parameter.
    regions: frozenset[str] | None = None
    #: Actions that the service has retired.
    offline_actions: frozenset[str] = frozenset()
    #: Whether `Authorization: SKIP` is let in, as the first account. No document says what VOD does; assumed not.
    allow_skip: bool = False
    #: Whether a request to a host that is not Tencent's may be signed for that host's first label
    #: instead of "vod". The Node, Java and PHP SDKs do so against 127.0.0.1 (observed).
    allow_host_service: bool = True
    #: The application that calls without SubAppId belong to.
    default_sub_app_id: int = 1500000001
    #: The applications and files that exist; None for any, so that documented examples work as they stand.
    sub_app_ids: frozenset[int] | None = None
    file_ids: frozenset[str] | None = None
    #: Whether the account was opened on or after 2023-12-25, so that no call may leave SubAppId out.
    newer_customer: bool = False
    #: Whether directives such as [[fail:TaskTimeout]] in a prompt are obeyed; see service/tasks/directives.py.
    magic_prompts: bool = True
    #: Whether only codes that an action's own page lists are answered, where sister actions suggest a better one.
    documented_codes_only: bool = False
    #: Where finished tasks are reported: "" keeps their events for PullEvents, an address has them pushed there.
    #: Of applications for which ModifyEventConfig has said otherwise, that holds.
    notification_url: str = ""
    #: Whether events are pushed to other machines than this one.
    allow_remote_notifications: bool = False
    #: Where result files are found: scheme, host and port of the server that serves them.
    media_url: str = "http://store.vod-qcloud.com"
    #: What callers of the control pages have to name; "" lets in callers on this machine, and only them.
    control_token: str = field(default="", repr=False)
    #: Seconds within which an equal request counts as the same one, paid twice.
    double_charge_seconds: float = 600
    #: How many calls the journal remembers.
    journal_size: int = 10_000
    #: Makes identifiers repeatable.
    seed: int | None = None

    def __post_init__(self) -> None:
        _one_of("profile", self.profile, get_args(Profile))
        _one_of("progression", self.progression, get_args(Progression))
        _one_of("over_concurrency", self.over_concurrency, get_args(OverConcurrency))
        for name in _SETS:
            object.__setattr__(self, name, _frozen(name, getattr(self, name)))
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise SettingsError(f"{name}: {getattr(self, name)!r} is neither True nor False")
        for name in ("rate_limit", "concurrency"):
            value = getattr(self, name)
            if value not in ("documented", "off") and not _positive(value):
                raise SettingsError(f"{name}: {value!r} is not 'documented', 'off' or a whole number above 0")
        for name in ("account_rate_limit", "global_rate_limit", "ip_rate_limit"):
            value = getattr(self, name)
            if value is not None and not _positive(value):
                raise SettingsError(f"{name}: {value!r} is not a whole number above 0; leave it out for no limit")
        for name in ("journal_size", "default_sub_app_id"):
            if not _positive(getattr(self, name)):
                raise SettingsError(f"{name}: {getattr(self, name)!r} is not a whole number above 0")
        for name, most in (("task_seconds", 86_400), ("time_factor", 1000), ("double_charge_seconds", 31_622_400)):
            value = getattr(self, name)
            if value is None and name == "task_seconds":
                continue
            if not isinstance(value, int | float) or not 0 <= value <= most:
                raise SettingsError(f"{name}: {value!r} is not between 0 and {most}")
        url = self.media_url
        if not is_web_address(url) or url.endswith("/"):
            raise SettingsError(f"media_url: {url!r} is not like http://host:port, without a final slash")
        if self.notification_url != "" and not is_web_address(self.notification_url):
            raise SettingsError(f"notification_url: {self.notification_url!r} is not like http://host:port/path")
        token = self.control_token
        # A header can carry no other; the value is a secret, so it is not repeated.
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
        """The names of all settings."""
        return tuple(each.name for each in fields(cls))


def with_fields(settings: Settings, fields: Mapping[str, Any]) -> Settings:
    """`settings` with these fields changed. Raises SettingsError for one that there is not, and names the nearest."""
    for name in fields:
        known_name(name, Settings.names())
    return replace(settings, **fields) if fields else settings


def known_name(name: str, known: tuple[str, ...]) -> None:
    """Raises SettingsError, which names the nearest, for a name that is not known."""
    if name in known:
        return
    from difflib import get_close_matches  # slow to import, and needed for errors only

    nearest = get_close_matches(name, known, 1, 0)[0]
    raise SettingsError(f"there is no setting {name!r}; the nearest is {nearest!r}")

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


def is_web_address(url: object) -> bool:
    """Whether a value looks like an http or https URL with a host. The URL is not parsed further."""
    return isinstance(url, str) and re.match("https?://[^/]", url) is not None


def _is_origin(url: object) -> bool:
    """Whether a value is an http or https URL of a host and perhaps a port, and nothing else."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        port = parts.port if parts else None
    except ValueError:
        return False
    if parts is None or not parts.hostname or port == 0:
        return False
    # As it was written: neither a path nor a user, nor a colon without a port, nor what urlsplit leaves out.
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    plain = f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"
    return parts.scheme in ("http", "https") and plain == str(url).lower() and all("!" <= char <= "~" for char in plain)


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
            # The official SDKs refuse such a pair before they send anything (InvalidCredential,
            # tencentcloud-sdk-python-common 3.1.195).
            if not value or value != value.strip():
                shown = repr(value) if name == "secret_id" else "the given value"
                raise SettingsError(f"{name}: {shown} is empty or padded with blanks, which no SDK will send")
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
        for name, most in (("task_seconds", 86_400), ("time_factor", 1000), ("double_charge_seconds", 31_622_400)):
            value = getattr(self, name)
            if value is None and name == "task_seconds":
                continue
            if not isinstance(value, int | float) or not 0 <= value <= most:
                raise SettingsError(f"{name}: {value!r} is not between 0 and {most}")
        url = self.media_url
        if not is_web_address(url) or url.endswith("/"):
            raise SettingsError(f"media_url: {url!r} is not like http://host:port, without a final slash")
        if self.public_url != "" and not _is_origin(self.public_url):
            raise SettingsError(f"public_url: {self.public_url!r} is not like http://host:port, without a path")
        if self.notification_url != "" and not is_web_address(self.notification_url):
            raise SettingsError(f"notification_url: {self.notification_url!r} is not like http://host:port/path")
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

"""What options of `mockvod serve` hold, read from text into the values that settings have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click
from click.core import ParameterSource

from mockvod.cli.files import parse_json
from mockvod.errors import SettingsError
from mockvod.settings import DEFAULT_ACCOUNT, Account, RateLimit, Settings, fault_of_url, with_fields

#: Option -> the field of Settings that it sets.
FIELDS: Mapping[str, str] = {
    "profile": "profile",
    "progression": "progression",
    "time_factor": "time_factor",
    "task_seconds": "task_seconds",
    "notification_url": "notification_url",
    "allow_remote_notifications": "allow_remote_notifications",
    "rate_limit": "rate_limit",
    "account_rate_limit": "account_rate_limit",
    "concurrency": "concurrency",
    "over_concurrency": "over_concurrency",
    "ip_rate_limit": "ip_rate_limit",
    "control_token": "control_token",
    "journal": "journal_size",
    "seed": "seed",
    "public_url": "public_url",
    "cors": "cors_origin",
}


def limit(context: click.Context, option: click.Parameter, text: str) -> RateLimit:
    """Reads ``documented``, ``off`` or a number; a callback of click."""
    if text == "documented" or text == "off":
        return text  # type: ignore[return-value]  # mypy does not narrow by this comparison
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise click.BadParameter(f"{text!r} is not 'documented', 'off' or a whole number above 0", context, option)


def url(context: click.Context, option: click.Parameter, text: str) -> str:
    """Reads a URL, or nothing; a callback of click."""
    return _checked(context, option, text, fault_of_url(text))


def base(context: click.Context, option: click.Parameter, text: str) -> str:
    """Reads scheme, host and port, perhaps with a final slash, or nothing; a callback of click."""
    text = text.rstrip("/")
    return _checked(context, option, text, fault_of_url(text, "origin"))


def origin(context: click.Context, option: click.Parameter, text: str) -> str:
    """Reads the origin of a page, ``*``, or nothing; a callback of click."""
    return _checked(context, option, text, "" if text == "*" else fault_of_url(text, "origin"))


def _checked(context: click.Context, option: click.Parameter, text: str, fault: str) -> str:
    if text and fault:
        raise click.BadParameter(f"{text!r} {fault}", context, option)
    return text


def account(text: str) -> Account:
    """Reads ``ID:KEY`` or ``ID:KEY:TOKEN``.

    Raises:
        SettingsError: The text has another form; the message does not repeat it, because it may contain the key.
    """
    secret_id, *rest = text.split(":", 2)
    if not rest:
        raise SettingsError("--account: there is no colon in the given value; write ID:KEY")
    if rest[1:] == [""]:
        raise SettingsError("--account: nothing follows the second colon in the given value; leave the colon out")
    return Account(secret_id, rest[0], token=rest[1] if len(rest) > 1 else "")


def fields(texts: Iterable[str]) -> dict[str, Any]:
    """Reads each ``NAME=VALUE`` of ``--set``.

    Raises:
        SettingsError: A text has another form, or two have the same name.
    """
    read: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name == "accounts":
            way_out = "accounts have the option --account" if name == "accounts" else "write NAME=VALUE"
            raise SettingsError(f"--set {name[:80]!r}: {way_out}")
        if name in read:
            raise SettingsError(f"--set: {name} is given twice; give it once")
        read[name] = _value(name, value)
    return read


def _value(name: str, text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        # A text without the quotation marks of JSON, as most people type it.
        if not text.startswith(("[", "{", '"')):
            return text
        reason = f"{error.msg} in column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        # The value may be a secret, so it is not repeated.
        raise SettingsError(f"--set {name}: the value is not JSON: {reason}") from None


def settings(context: click.Context, options: Mapping[str, Any]) -> Settings:
    """The settings that all options of the command make together.

    Raises:
        SettingsError: A value is not valid, or a field is given by its own option and by ``--set``, too.
    """
    others = fields(options["others"])
    own = {field: options[option] for option, field in FIELDS.items()}
    for option, field in FIELDS.items():
        if field in others and _rank(context, option) == _rank(context, "others"):
            name = option.replace("_", "-")
            raise SettingsError(f"{field} is given twice, by --{name} and by --set: leave one of them out")
        if field in others and _rank(context, option) < _rank(context, "others"):
            del others[field]
    accounts = tuple(map(account, options["accounts"])) or (DEFAULT_ACCOUNT,)
    return with_fields(Settings(accounts=accounts), {**own, **others})


def _rank(context: click.Context, option: str) -> int:
    """Where an option was given: the lower, the more it counts."""
    order = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT, ParameterSource.DEFAULT_MAP)
    source = context.get_parameter_source(option)
    return order.index(source) if source in order else len(order)

"""`mockvod serve`: the mock as an HTTP server."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, get_args

import click

from mockvod.app import MockVod
from mockvod.errors import SettingsError
from mockvod.settings import (
    DEFAULT_ACCOUNT,
    Account,
    OverConcurrency,
    Profile,
    Progression,
    RateLimit,
    Settings,
    is_web_address,
    with_fields,
)
from mockvod.state import open_store

DEFAULT_PORT = 4577
_DEFAULTS = Settings()


def _read_limit(context: click.Context, option: click.Parameter, text: str) -> RateLimit:
    if text == "documented" or text == "off":
        return text  # type: ignore[return-value]  # mypy does not narrow by this comparison
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise click.BadParameter(f"{text!r} is not 'documented', 'off' or a whole number above 0", context, option)


def _read_url(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    if url and not is_web_address(url):
        raise click.BadParameter(f"{url!r} is not like http://host:port", context, option)
    return url


@click.command()
@click.option("-H", "--host", default="127.0.0.1", help="Address to listen on.")
@click.option("-p", "--port", default=DEFAULT_PORT, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--store", default="memory://", help="Where state lives, as a URL.")
@click.option("--profile", default=_DEFAULTS.profile, type=click.Choice(get_args(Profile)), help="How strict to be.")
@click.option(
    "--progression",
    default=_DEFAULTS.progression,
    type=click.Choice(get_args(Progression)),
    help="Whether tasks take time, end at once, or end on command.",
)
@click.option(
    "--time-factor",
    default=_DEFAULTS.time_factor,
    type=click.FloatRange(0, 1000),
    help="Tasks take this fraction of the time of recorded ones of their model.",
)
@click.option("--task-seconds", type=click.FloatRange(0, 86_400), help="Seconds that every task takes instead.")
@click.option(
    "--notification-url",
    default="",
    callback=_read_url,
    help="Where to push events.  [default: nowhere; PullEvents fetches them]",
)
@click.option("--allow-remote-notifications", is_flag=True, help="Push events to other machines, too.")
@click.option(
    "--rate-limit",
    default="documented",
    callback=_read_limit,
    help="'documented', 'off' or a number of calls per second.",
)
@click.option(
    "--concurrency",
    default="documented",
    callback=_read_limit,
    help="Tasks at a time: 'documented', 'off' or a number.",
)
@click.option(
    "--over-concurrency",
    default=_DEFAULTS.over_concurrency,
    type=click.Choice(get_args(OverConcurrency)),
    help="What happens to a task beyond that number.",
)
@click.option(
    "--account-rate-limit", type=click.IntRange(1), help="Calls per second of an account, for all actions together."
)
@click.option("--ip-rate-limit", type=click.IntRange(1), help="Calls per second of a caller's address.")
@click.option(
    "--account",
    "accounts",
    multiple=True,
    envvar="MOCKVOD_SERVE_ACCOUNT",
    metavar="ID:KEY[:TOKEN]",
    help="An API key to accept; repeatable.  [default: the pair from Tencent's signature documents]",
)
@click.option(
    "--control-token",
    default="",
    show_default=False,
    help="Opens the control API to callers from anywhere that send it.  [default: this machine only]",
)
@click.option(
    "--set",
    "others",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any other field of mockvod.Settings, with its value as JSON; repeatable: newer_customer=true, sub_app_ids=[7]",
)
@click.option("--journal", default=_DEFAULTS.journal_size, type=click.IntRange(1), help="Calls to remember.")
@click.option("--seed", type=int, help="Makes identifiers repeatable.")
@click.option(
    "--public-url", callback=_read_url, help="Scheme, host and port of result URLs.  [default: where it listens]"
)
def serve(
    host: str,
    port: int,
    store: str,
    accounts: tuple[str, ...],
    public_url: str | None,
    others: tuple[str, ...],
    **options: Any,
) -> None:
    """Serves the API at / until it is interrupted; prints one line with its URL when it is ready."""
    # Imported here, so that help and usage errors do not wait for the server's modules.
    from mockvod.surfaces.server import MOST_HELD, listen
    from mockvod.surfaces.server import serve as run

    open_store(store)
    sockets = listen(host, port)
    port = sockets[0].getsockname()[1]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    reachable = url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    settings = Settings(
        accounts=tuple(map(read_account, accounts)) or (DEFAULT_ACCOUNT,),
        profile=options["profile"],
        progression=options["progression"],
        time_factor=options["time_factor"],
        task_seconds=options["task_seconds"],
        notification_url=options["notification_url"],
        allow_remote_notifications=options["allow_remote_notifications"],
        rate_limit=options["rate_limit"],
        account_rate_limit=options["account_rate_limit"],
        concurrency=options["concurrency"],
        over_concurrency=options["over_concurrency"],
        ip_rate_limit=options["ip_rate_limit"],
        control_token=options["control_token"],
        journal_size=options["journal"],
        seed=options["seed"],
        media_url=(public_url or reachable).rstrip("/"),
    )
    settings = with_fields(settings, dict(map(_read_field, others)))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    mock = MockVod(settings, store=store, held_calls=MOST_HELD)
    run(mock, sockets, ready=lambda: click.echo(f"mockvod is listening on {url}"))


def _read_field(text: str) -> tuple[str, Any]:
    """Reads ``NAME=VALUE``.

    Raises:
        SettingsError: the text has another form.
    """
    name, equals, value = text.partition("=")
    if not equals or name == "accounts":
        way_out = "accounts have the option --account" if name == "accounts" else "write NAME=VALUE"
        raise SettingsError(f"--set {text[:80]!r}: {way_out}")
    try:
        return name, json.loads(value)
    except ValueError:
        # A text without the quotation marks of JSON, as most people type it.
        return name, value


def read_account(text: str) -> Account:
    """Reads ``ID:KEY`` or ``ID:KEY:TOKEN``.

    Raises:
        SettingsError: the text has another form; the message does not repeat it, because it may contain the key.
    """
    secret_id, *rest = text.split(":", 2)
    if not rest:
        raise SettingsError("--account: there is no colon in the given value; write ID:KEY")
    return Account(secret_id, rest[0], token=rest[1] if len(rest) > 1 else "")

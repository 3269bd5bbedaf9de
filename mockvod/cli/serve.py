"""`mockvod serve`: the mock as an HTTP server."""

from __future__ import annotations

import logging
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import click

from mockvod import log
from mockvod.cli import defaults, reading
from mockvod.cli.files import FilePath
from mockvod.cli.options import FILE, Command, PortOption
from mockvod.cli.streams import OutputError
from mockvod.errors import SettingsError
from mockvod.settings import MOST_CALLS, OverConcurrency, Profile, Progression, Settings
from mockvod.state import open_store

DEFAULT_PORT = 4577
_DEFAULTS = Settings()


class _Serve(Command):
    """Takes defaults from the nearest file, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # The help is shown whatever the file is like.
        if not {"-h", "--help"} & set(args):
            found = defaults.find(Path.cwd())
            if found is not None:
                ctx.meta[FILE] = found.place
                names = {max(each.opts, key=len).lstrip("-"): each for each in self.options()}
                ctx.default_map = defaults.as_given(found, names)
        return super().parse_args(ctx, args)


@click.command(cls=_Serve)
@click.option("-H", "--host", default="127.0.0.1", help="Address or name to listen on.")
@click.option(
    "-p",
    "--port",
    cls=PortOption,
    default=DEFAULT_PORT,
    type=click.IntRange(0, 65535),
    help="Port; 0 takes a free one.",
)
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
    show_default="nowhere; PullEvents fetches them",
    callback=reading.url,
    help="Where to push events.",
)
@click.option("--allow-remote-notifications", is_flag=True, help="Push events to other machines, too.")
@click.option(
    "--rate-limit",
    default="documented",
    callback=reading.limit,
    help="'documented', 'off' or a number of calls per second.",
)
@click.option(
    "--concurrency",
    default="documented",
    callback=reading.limit,
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
    metavar="ID:KEY[:TOKEN]",
    show_default="the pair from Tencent's signature documents",
    help="An API key to accept; repeatable.",
)
@click.option(
    "--control-token",
    default="",
    show_default="this machine only",
    help="Opens the control API to callers from anywhere that send it.",
)
@click.option(
    "--set",
    "others",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any other field of mockvod.Settings, with its value as JSON; repeatable: newer_customer=true, sub_app_ids=[7]",
)
@click.option(
    "--journal", default=_DEFAULTS.journal_size, type=click.IntRange(1, MOST_CALLS), help="Calls to remember."
)
@click.option("--seed", type=int, help="Makes identifiers repeatable.")
@click.option(
    "--public-url",
    default="",
    show_default="the host that each caller uses",
    callback=reading.base,
    help="What the URLs of result files begin with.",
)
@click.option(
    "--tls", is_flag=True, help="Serve https, with a certificate of an authority made for this run (extra tls)."
)
@click.option("--tls-cert", type=FilePath(), help="Serve https with this certificate and its chain, in PEM.")
@click.option("--tls-key", type=FilePath(), help="The key of that certificate, in PEM and without a password.")
@click.option(
    "--cors",
    metavar="ORIGIN",
    default="",
    show_default="none, as with the service",
    callback=reading.origin,
    help="Pages of this origin may call from a browser; * for all.",
)
@click.option(
    "--log-level",
    type=click.Choice(get_args(log.Level)),
    default="info",
    help="debug has a line for every call, info for refusals and findings.",
)
@click.option("--log-format", type=click.Choice(get_args(log.Format)), default="text", help="What log lines are.")
@click.pass_context
def serve(context: click.Context, /, host: str, port: int, store: str, **options: Any) -> None:
    """Serves the API at / until it is interrupted; prints one line with its URL when it is ready.

    Options can also stand in mockvod.toml or in [tool.mockvod] of pyproject.toml, by their names without the dashes in
    front: rate-limit = "off". What the command line says counts first, then the environment, then the file. In the
    variables of options that can be repeated, blanks separate the values.
    """
    # In this order, so that each mistake is told of as what it is, and nothing is announced that does not come.
    settings = reading.settings(context, options)
    open_store(store)
    # Until the server takes care of it, so that a throw-away authority does not stay behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with ExitStack() as stack:
        tls, authority = stack.enter_context(_tls(options, host, settings.public_url))

        # Imported here, so that help and usage errors do not wait for the server's modules.
        from mockvod.app import MockVod
        from mockvod.surfaces import server

        sockets = server.listen(host, port)
        address, port = sockets[0].getsockname()[:2]
        scheme, anywhere = "http" if tls is None else "https", address in ("0.0.0.0", "::")
        host = host.strip("[]")
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, host)
        url = _url(scheme, reachable, port)
        mock = MockVod(settings, store=store, held_calls=server.MOST_HELD, url=url)
        notes = stack.enter_context(_logging(options["log_level"], options["log_format"]))
        if authority is not None:
            notes(f"clients must trust the authority in {authority}, which is gone when the server ends")
        if anywhere and not settings.public_url:
            notes("URLs of result files begin with the host that each caller uses; --public-url sets another")

        failures: list[OutputError] = []

        def ready() -> None:
            try:
                click.echo(f"mockvod is listening on {_url(scheme, host or address, port)}")
            except OutputError as error:
                # Whoever started it waits for that line. Raised here, the error would be the server's.
                failures.append(error)
                signal.raise_signal(signal.SIGTERM)

        server.serve(mock, sockets, tls=tls, ready=ready, abandoned=stack.close)
        if failures:
            raise failures[0]


def _url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def _tls(
    options: Mapping[str, Any], host: str, public_url: str
) -> Generator[tuple[ssl.SSLContext | None, Path | None], None, None]:
    """The TLS context that the options ask for, and the file of a throw-away authority, which is removed in the end."""
    certificate, key = options["tls_cert"], options["tls_key"]
    if (certificate is None) != (key is None):
        raise SettingsError("--tls-cert and --tls-key belong together: give both")
    if not options["tls"] and certificate is None:
        yield None, None
        return

    from tempfile import TemporaryDirectory

    from mockvod import certificates

    if not options["tls"]:
        yield certificates.from_files(certificate, key), None
        return
    if certificate is not None:
        raise SettingsError("--tls makes a certificate of its own: leave it out, or --tls-cert and --tls-key")
    names = ["127.0.0.1", "::1", "localhost", socket.gethostname(), host, urlsplit(public_url).hostname or ""]
    with TemporaryDirectory(prefix="mockvod-") as folder:
        yield certificates.throw_away(Path(folder), [each for each in names if each not in ("", "0.0.0.0", "::")])


@contextmanager
def _logging(level: log.Level, form: log.Format) -> Generator[Callable[[str], None], None, None]:
    """Sets up the log; yields a function for what is said at any level."""
    try:
        descriptor = sys.stderr.fileno()
    except (AttributeError, OSError):  # closed, or not a file
        yield _say_nothing
        return
    handler = log.set_up(descriptor, level, form)

    def say(text: str) -> None:
        handler.handle(logging.getLogger("mockvod").makeRecord("mockvod", logging.WARNING, "", 0, text, (), None))

    try:
        yield say
    finally:
        handler.close()


def _say_nothing(text: str) -> None:
    """Stands for what is said where there is nowhere to say it."""

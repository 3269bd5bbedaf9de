"""The server behind ``mockvod serve``: granian, with one worker process."""

# granian chooses the base class of its server at run time, so that its members are unknown.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import gc
import logging
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from mockvod.app import MockVod
from mockvod.errors import SettingsError
from mockvod.settings import Settings
from mockvod.surfaces.control.blueprint import CONTROL
from mockvod.surfaces.flask_app import create_app

#: granian logs to standard output by default, which is reserved for the one line that says where the server listens.
_TO_STDERR = {"formatter": "generic", "class": "logging.StreamHandler"}
_LOGGING = {"handlers": {"console": _TO_STDERR, "access": _TO_STDERR}}

#: Threads compete for the interpreter's lock: four answer a quarter fewer calls a second than two (measured).
THREADS = 2


def free_port(host: str, port: int) -> int:
    """Returns `port`, or a free port if it is 0.

    Raises:
        SettingsError: nothing can listen on it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Without SO_REUSEPORT, which granian sets: with it, a second server would share the port unnoticed.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            chosen: int = probe.getsockname()[1]
            return chosen
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"cannot listen on {host} port {port}: {reason}; choose another with -H or -p") from None


def run(settings: Settings, *, host: str, port: int, store: str, ready: Callable[[], None]) -> None:
    """Serves a MockVod until SIGINT or SIGTERM; calls `ready` once requests are answered."""
    load, health = partial(_load, settings, store), f"{CONTROL}/health"
    serve_app(load, host=host, port=port, health=health, ready=ready, token=settings.control_token)


def serve_app(
    load: Callable[[], Any], *, host: str, port: int, health: str, ready: Callable[[], None], token: str = ""
) -> None:
    """Serves a WSGI application until SIGINT or SIGTERM.

    Args:
        load: Makes the application; called inside the worker process.
        health: A path that answers GET once the server is ready.
        ready: Called when it does.
        token: Sent with that request as a bearer token.

    Raises:
        SystemExit: with 1, when the server dies by itself.
    """
    server = _Server(
        "mockvod",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
    )
    server.ready = ready
    server.health = urllib.request.Request(
        f"http://{_connectable(host)}:{port}{health}", headers={"Authorization": f"Bearer {token}"} if token else {}
    )
    server.serve(target_loader=load, wrap_loader=False)


def _load(settings: Settings, store: str) -> Any:
    """Makes the application; called inside the worker process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    mock = MockVod(settings, store=store, held_calls=THREADS - 1)
    mock.notifier.start()
    app = create_app(mock)
    # Journal and store keep many objects for long, and the garbage collector would walk all of them again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    return app


def _connectable(host: str) -> str:
    """An address to connect to from this machine, for a server that listens on `host`."""
    if host in ("0.0.0.0", "::", ""):
        return "[::1]" if host == "::" else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


class _Server(Server):  # type: ignore[misc,valid-type]  # granian chooses between two classes at run time
    ready: Callable[[], None]
    health: urllib.request.Request

    def startup(self, *args: Any, **kwargs: Any) -> None:
        super().startup(*args, **kwargs)
        # Only after the worker is forked: a fork from a process with threads may deadlock.
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while not self.interrupt_signal:
            try:
                opener.open(self.health, timeout=5).close()
                return self.ready()
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)

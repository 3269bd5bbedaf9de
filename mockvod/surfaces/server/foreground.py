"""Runs the server as the main part of a process, which ends when a signal says so."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import closing

from mockvod.app import MockVod
from mockvod.surfaces.server.server import Server, raise_file_limit, settle_memory
from mockvod.surfaces.server.site import Site

log: logging.Logger = logging.getLogger("mockvod")


def serve(
    mock: MockVod,
    sockets: list[socket.socket],
    *,
    tls: ssl.SSLContext | None = None,
    ready: Callable[[], None],
    abandoned: Callable[[], object] = lambda: None,
) -> None:
    """Serves a mock, and pushes its events, until SIGINT or SIGTERM; a second signal ends the process at once.

    Args:
        mock: What answers.
        sockets: Listening sockets: see `listen`.
        tls: With it, the server speaks HTTPS.
        ready: Called as soon as connections are accepted.
        abandoned: Called when a second signal ends the process, to put away what would be left behind.
    """
    raise_file_limit()
    # A thread that works on a page is not to keep the loop waiting for five milliseconds, as is the default.
    sys.setswitchinterval(0.001)
    server = Server(Site.of(mock), sockets, tls)

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def stop(number: signal.Signals) -> None:
            if server.is_stopping:
                abandoned()
                os._exit(128 + number)
            if server.is_busy:
                log.warning("stopping: calls that are being answered have five seconds; a second signal ends at once")
            server.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
        settle_memory()
        mock.notifier.start()
        try:
            await server.run(ready)
        finally:
            # In a thread, because it may take as long as a receiver has; a second signal is heard meanwhile.
            await loop.run_in_executor(None, mock.notifier.stop)

    with closing(_new_loop()) as loop:
        loop.run_until_complete(run())


def _new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop, or of the standard library where there is no uvloop."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()

"""Runs the server in a thread, beside the program that uses it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable

from mockvod.surfaces.server.limits import GRACE_SECONDS
from mockvod.surfaces.server.server import Server
from mockvod.surfaces.server.site import Site


class Background:
    """A server in a thread of its own, between `start` and `stop`.

    Args:
        site: What is served.
        sockets: Listening sockets: see `listen`. Connections that are made before `start` are answered then.
        tls: With it, the server speaks HTTPS.
    """

    def __init__(self, site: Site, sockets: list[socket.socket], tls: ssl.SSLContext | None = None) -> None:
        self._server = Server(site, sockets, tls)
        self._ready = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="mockvod-server", daemon=True)

    def start(self) -> None:
        """Starts the thread; returns as soon as connections are accepted."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Finishes the calls that are being answered, closes all connections and frees the port.

        Calls that are held, or that a fault keeps waiting, stop waiting.
        """
        if self._thread.ident is None:
            for each in self._server.sockets:
                each.close()
        elif self._thread.is_alive():
            self.call(self._server.stop)
            self._thread.join(timeout=GRACE_SECONDS + 1)

    def call(self, function: Callable[[], object]) -> None:
        """Has a function called in the thread of the server."""
        self._server.loop.call_soon_threadsafe(function)

    def _run(self) -> None:
        try:
            asyncio.run(self._server.run(self._ready.set))
        except Exception as error:
            if self._ready.is_set():
                raise
            self._failure = error
            self._ready.set()

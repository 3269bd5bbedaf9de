"""The server: its sockets, its connections and its threads, from the first request to an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import resource
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from mockvod.surfaces.server import limits
from mockvod.surfaces.server.bridge import Bridge
from mockvod.surfaces.server.connection import HttpConnection
from mockvod.surfaces.server.site import Site

log: logging.Logger = logging.getLogger("mockvod")
_P = ParamSpec("_P")
_R = TypeVar("_R")
#: For pages, files, uploads and large bodies. The API itself is answered in the loop.
_THREADS = 4
#: More turns of the loop than it takes until what was accepted last is a connection.
_ROUNDS = 3
#: Files that stay open for other things than connections.
_SPARE_FILES = 64


class Server:
    """Serves a site on listening sockets until `stop`. Everything but `stopping` belongs to the thread of the loop."""

    def __init__(self, site: Site, sockets: list[socket.socket], tls: ssl.SSLContext | None = None) -> None:
        self.site: Site = site
        self.sockets: list[socket.socket] = sockets
        self.scheme: str = "http" if tls is None else "https"
        #: Set when the server stops; for threads that wait.
        self.stopping: threading.Event = threading.Event()
        self.is_stopping: bool = False
        self.bridge: Bridge = Bridge(self, site)
        name = sockets[0].getsockname()
        #: Host and port of the first socket.
        self.address: tuple[str, int] = name[0], name[1]
        self._tls = tls
        self._connections: dict[HttpConnection, None] = {}
        self._unsent: list[HttpConnection] = []
        self._is_crowded = False
        self._pool = ThreadPoolExecutor(_THREADS, "mockvod")
        self._stop: asyncio.Event
        self._most = max(_SPARE_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES)

    async def run(self, ready: Callable[[], None]) -> None:
        """Serves until `stop`; then no connection is accepted any more, and what is being answered has five seconds.

        Args:
            ready: Called as soon as connections are accepted.
        """
        self.loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        #: The time by the clock of the loop, in seconds.
        self.now: Callable[[], float] = self.loop.time
        loop = self.loop
        self._stop = asyncio.Event()
        servers = [
            await loop.create_server(lambda: HttpConnection(self), sock=each, ssl=self._tls, backlog=1024)
            for each in self.sockets
        ]
        sweeping = loop.create_task(self._sweep())
        try:
            ready()
            await self._stop.wait()
        finally:
            sweeping.cancel()
            # A connection that asyncio has accepted when its server is closed would be lost without being closed: so
            # first no more are accepted, and those that were become connections.
            for each in self.sockets:
                loop.remove_reader(each)
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            for server in servers:
                server.close()
            in_order = await self._finish()
            self._pool.shutdown(wait=in_order, cancel_futures=True)

    def stop(self) -> None:
        """Begins the end. To be called in the thread of the loop."""
        self.is_stopping = True
        self.stopping.set()
        self._stop.set()

    async def in_thread(self, work: Callable[_P, _R], *args: _P.args, **options: _P.kwargs) -> _R:
        """Has work done in a thread that may block."""
        return await self.loop.run_in_executor(self._pool, lambda: work(*args, **options))

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered."""
        return any(each.is_busy for each in self._connections)

    def add(self, connection: HttpConnection) -> None:
        """Takes a new connection in; where there are too many, the one that has been idle for longest goes."""
        self._connections[connection] = None
        if len(self._connections) > self._most:
            idle = [each for each in self._connections if not each.is_busy]
            min(idle, key=lambda each: each.deadline, default=connection).abort()
            if not self._is_crowded:
                self._is_crowded = True
                log.warning(
                    "%d connections are open, which is all that the system allows: for each further one, the one that has "
                    "been idle for longest is ended; ulimit -n allows more",
                    self._most,
                )

    def flush_later(self, connection: HttpConnection) -> None:
        """Has a connection send at the end of this turn of the loop what it has to send until then.

        To send wakes the client, which costs as much as to answer: so answers go out together, where several callers are
        answered in one turn.
        """
        if not self._unsent:
            self.loop.call_soon(self._flush)
        self._unsent.append(connection)

    def _flush(self) -> None:
        unsent, self._unsent = self._unsent, []
        for connection in unsent:
            connection.flush()

    def remove(self, connection: HttpConnection) -> None:
        """Forgets a connection that has ended."""
        self._connections.pop(connection, None)

    async def _sweep(self) -> None:
        """Ends the connections of clients that do not do in time what it is their turn to do."""
        while True:
            await asyncio.sleep(limits.SWEEP_SECONDS)
            now = self.loop.time()
            for connection in [each for each in self._connections if each.is_overdue(now)]:
                connection.abort()

    async def _finish(self) -> bool:
        """Waits for what is being answered; False where some of it had to be given up."""
        self.site.release()
        end = self.loop.time() + limits.GRACE_SECONDS
        for connection in list(self._connections):
            connection.stop()
        while self._connections and self.loop.time() < end:
            await asyncio.sleep(0.005)
        left = list(self._connections)
        for connection in left:
            connection.abort()
        await asyncio.sleep(0)
        return not left


def settle_memory() -> None:
    """Has the garbage collector leave alone what is there, and look more rarely.

    Journal and store keep many objects for long, and the collector would walk all of them again and again.
    """
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def raise_file_limit() -> None:
    """Lets this process have as many open connections as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65_536)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, 65_536), hard))

"""Runs a WSGI application (PEP 3333) in threads, for what is not the API: pages, files, uploads.

A thread collects the answer, and the loop sends it: a client that reads slowly holds up no thread.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from mockvod.http import HttpResponse
from mockvod.surfaces.cors import Headers
from mockvod.surfaces.effects import CONNECTION
from mockvod.surfaces.server.reading import Received
from mockvod.surfaces.server.site import Site
from mockvod.surfaces.wsgi import environ_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from mockvod.surfaces.server.connection import HttpConnection
    from mockvod.surfaces.server.server import Server

log: logging.Logger = logging.getLogger("mockvod")
#: The headers that the connection writes.
_OURS = frozenset({"content-length", "connection", "date", "keep-alive", "transfer-encoding"})
_BROKEN = HttpResponse(500, (("Content-Type", "text/plain"),), b"a bug in mockvod: see its log\n")


class _Ended(Exception):
    """The application has ended the connection instead of answering."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self.reset = reset


class _Connection:
    """Implements mockvod.surfaces.effects.Connection for applications that send their answers in unusual ways."""

    def __init__(self, stopping: threading.Event) -> None:
        self._wait = stopping.wait

    def wait(self, seconds: float) -> None:
        self._wait(seconds)

    def end(self, *, reset: bool) -> None:
        raise _Ended(reset=reset)


class _Collected(NamedTuple):
    #: Without Content-Length.
    response: HttpResponse
    #: The Content-Length that the application gave; None for none.
    length: int | None
    #: How the application has ended the connection; None for an answer that is complete.
    ended: _Ended | None


class Bridge:
    """Answers requests by way of the application of a site."""

    def __init__(self, server: Server, site: Site) -> None:
        self._server = server
        self._make_app = site.app
        self._app: Any = None
        self._lock = threading.Lock()

    async def answer(self, connection: HttpConnection, request: Received, peer: str) -> None:
        """Answers a request on its connection."""
        try:
            response, length, ended = await self._server.in_thread(self._collect, self._environ(request, peer))
        except Exception:
            log.exception("mockvod failed on %s %s: please report it", request.method, request.path[:80])
            response, length, ended = _BROKEN, None, None
        if ended is None:
            connection.send(response, length)
        elif not response.status:
            connection.end(reset=ended.reset)
        else:
            await connection.write(connection.head(response, length) + response.body)
            connection.end(reset=ended.reset)

    def _collect(self, environ: WSGIEnvironment) -> _Collected:
        """Calls the application in this thread, and gathers what it answers."""
        body: list[bytes] = []
        #: Status and headers, the last ones of which count.
        starts: list[tuple[int, Headers]] = [(0, ())]
        ended: _Ended | None = None

        def start(line: str, given: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], object]:
            starts.append((int(line.split(" ", 1)[0]), tuple(given)))
            return body.append

        try:
            iterable = self._application()(environ, start)
            try:
                body.extend(iterable)
            finally:
                if hasattr(iterable, "close"):
                    iterable.close()
        except _Ended as end:
            ended = end
        status, headers = starts[-1]
        # Of a HEAD, the length is that of a body which is not sent.
        lengths = [int(value) for name, value in headers if name.lower() == "content-length"]
        kept = tuple(each for each in headers if each[0].lower() not in _OURS)
        return _Collected(HttpResponse(status, kept, b"".join(body)), lengths[0] if lengths else None, ended)

    def _application(self) -> Any:
        with self._lock:
            if self._app is None:
                self._app = self._make_app()
            return self._app

    def _environ(self, request: Received, peer: str) -> WSGIEnvironment:
        host, port = self._server.address
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(request.path.encode("latin-1")).decode("latin-1"),
            "QUERY_STRING": request.query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": f"HTTP/{request.version}",
            "REMOTE_ADDR": peer,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self._server.scheme,
            "wsgi.input": BytesIO(request.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            CONNECTION: _Connection(self._server.stopping),
        }
        for name, value in request.headers.items():
            environ[environ_key(name)] = value
        # What came in chunks has no length, and an application may look for one.
        environ["CONTENT_LENGTH"] = str(len(request.body))
        return environ

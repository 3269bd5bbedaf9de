"""Decides which mock answers a call that a client library of this process is about to send, and has it answered.

The libraries are patched when the first block is entered and restored when the last one is left, in whatever order
blocks are left. A call is answered by the innermost open block of its context (so that asyncio tasks and nested blocks
have their own); without one, by the innermost of its thread; without one, by the latest of the process, which is how
threads that were started inside a block find it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from urllib.parse import urlsplit

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.errors import SettingsError, UnmockedHostError
from mockvod.http import Effect, HttpRequest, HttpResponse
from mockvod.validators.signature.services import OFFICIAL_DOMAIN

if TYPE_CHECKING:
    from flask import Flask

Others = Literal["pass", "refuse"]
HostKind = Literal["api", "files", "bucket", "other"]

#: Library -> the module whose `patch()` patches it and returns functions that undo that.
_LIBRARIES = {
    "requests": "mockvod.surfaces.intercept.requests_adapter",
    "httpx": "mockvod.surfaces.intercept.httpx_transport",
}
#: The methods by which files are uploaded to a bucket. Other calls to a bucket are not answered here.
_UPLOADS = frozenset({"PUT", "POST"})


class Target(NamedTuple):
    """Where a call is sent."""

    scheme: str
    #: Host, with the port where one is given, in lower case.
    authority: str
    #: As sent, percent-encoding included.
    path: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Which hosts a block answers as the API in addition to Tencent's, and what becomes of calls to all others."""

    hosts: frozenset[str]
    others: Others

    @classmethod
    def of(cls, hosts: Iterable[str], others: Others) -> Scope:
        """Checks the arguments and makes a scope of them.

        Raises:
            SettingsError: one of them is wrong.
        """
        if others not in get_args(Others):
            raise SettingsError(f"others: {others!r} is not one of {', '.join(get_args(Others))}")
        given = (hosts,) if isinstance(hosts, str) else tuple(hosts)
        for host in given:
            if not host or "/" in host:
                raise SettingsError(f"hosts: {host!r} is not a host name, with or without :port")
        return cls(frozenset(_without_default_port(host.lower()) for host in given), others)


class Interception:
    """One block: which calls it answers, and with which mock."""

    def __init__(self, mock: MockVod, scope: Scope) -> None:
        self.mock = mock
        self._scope = scope
        self.active: bool = False
        self.outer: Interception | None = None
        self.thread: int = 0
        self._files = _without_default_port(urlsplit(mock.settings.media_url).netloc.lower())
        self._host_kinds: dict[str, HostKind] = {}
        self._app: Flask | None = None
        self._notifier_started = False

    def handles(self, method: str, authority: str) -> bool:
        """Whether this block answers a call by that method to that host."""
        kind = self._host_kinds.get(authority) or self._kind_of(authority)
        return kind in ("api", "files") or (kind == "bucket" and method in _UPLOADS)

    def _kind_of(self, authority: str) -> HostKind:
        plain = _without_default_port(authority)
        host, _, port = plain.rpartition(":")
        if not port.isdigit():
            host = plain
        kind: HostKind = "other"
        if host in self._scope.hosts or plain in self._scope.hosts:
            kind = "api"
        elif host.startswith("vod.") and host.endswith(f".{OFFICIAL_DOMAIN}"):
            # Documented: vod., vod.intl. and vod.<region>. lead to the same service.
            kind = "api"
        elif plain == self._files:
            kind = "files"
        elif ".cos." in host and host.endswith(".myqcloud.com"):
            kind = "bucket"
        self._host_kinds[authority] = kind
        return kind

    def answer(self, target: Target, request: HttpRequest) -> HttpResponse:
        """Answers a call of which `handles` is true."""
        if target.path not in ("", "/") or self._host_kinds[target.authority] != "api":
            return self._answer_beside_api(target, request)
        if not self._notifier_started and ("NotificationUrl" in request.query or b"NotificationUrl" in request.body):
            self._start_notifier()
        return self.mock.handle(request)

    def _answer_beside_api(self, target: Target, request: HttpRequest) -> HttpResponse:
        """Answers as the Flask application of a live server would: files, buckets, the control API."""
        from werkzeug.test import create_environ, run_wsgi_app

        if self._app is None:
            from mockvod.surfaces.flask_app import create_app

            self._app = create_app(self.mock)
        environ = create_environ(
            target.path or "/",
            f"{target.scheme}://{target.authority}",
            query_string=request.query,
            method=request.method,
            headers=dict(request.headers),
            input_stream=BytesIO(request.body),
            environ_base={"REMOTE_ADDR": request.peer, "CONTENT_LENGTH": str(len(request.body))},
        )
        body, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        return HttpResponse(int(status.split()[0]), tuple(headers), b"".join(body))

    def refuse(self, authority: str) -> None:
        """Checks whether calls to other hosts than Tencent's are allowed.

        Raises:
            UnmockedHostError: They are to be refused.
        """
        if self._scope.others == "refuse":
            raise UnmockedHostError(
                f'a call to {authority} was stopped, because others="refuse"; '
                f'hosts=["{authority}"] has it answered as the API, others="pass" lets it through'
            )

    def client_gives_up(self, effect: Effect, timeout: float | None) -> bool:
        """Advances the mock's clock by the time that the answer takes; no real time passes.

        Args:
            timeout: Seconds that the client waits for the first byte; None: for ever.

        Returns:
            Whether the client's timeout ends before the answer begins.
        """
        return self._outlasts(timeout, effect.delay, effect.seconds if effect.end == "trickle" else 0)

    def stalls(self, effect: Effect, timeout: float | None) -> bool:
        """Advances the mock's clock by the time for which an answer stands still; no real time passes.

        Returns:
            Whether the client's timeout ends before the connection does.
        """
        return self._outlasts(timeout, effect.stall)

    def _outlasts(self, timeout: float | None, seconds: float, more: float = 0) -> bool:
        """Whether a pause is as long as the client's timeout; the clock advances by the shorter of both, or by `more` too."""
        late = timeout is not None and seconds >= timeout
        passed = timeout if late else seconds + more
        clock = self.mock.clock
        if passed and isinstance(clock, VirtualClock | SystemClock):
            clock.advance(passed)
        return late

    def _start_notifier(self) -> None:
        # Only once there is a URL to notify: the notifier has a thread, and a process with threads is not safe to fork.
        with _lock:
            if self.active and not self._notifier_started:
                self._notifier_started = True
                self.mock.notifier.start()

    def enter(self) -> None:
        """Opens the block: it answers calls from now on."""
        with _lock:
            if not _open:
                _install()
            _open.append(self)
            self.active = True
        self.outer = _innermost_of_context()
        self.thread = threading.get_ident()
        _current.set(self)
        if self.mock.settings.notification_url:
            self._start_notifier()

    def leave(self) -> None:
        """Closes the block. May be called from another context or thread than `enter` was."""
        with _lock:
            self.active = False
            _open.remove(self)
            if not _open:
                _uninstall()
        _current.set(_innermost_of_context())
        if self._notifier_started:
            self.mock.notifier.stop()


_lock = threading.Lock()
_open: list[Interception] = []
_undo: list[Callable[[], None]] = []
_current: ContextVar[Interception | None] = ContextVar("mockvod", default=None)


def answering() -> Interception | None:
    """The block that answers calls of the current context, if any."""
    one = _current.get()
    if one is not None and one.active:
        return one
    one = _innermost_of_context()
    if one is not None:
        return one
    thread, blocks = threading.get_ident(), list(_open)
    return next((each for each in reversed(blocks) if each.thread == thread), blocks[-1] if blocks else None)


def _innermost_of_context() -> Interception | None:
    # A context may be a copy taken before its block was left.
    one = _current.get()
    while one is not None and not one.active:
        one = one.outer
    return one


def _install() -> None:
    from importlib import import_module

    try:
        for library, module in _LIBRARIES.items():
            if find_spec(library):
                _undo.extend(import_module(module).patch())
    except BaseException:
        _uninstall()
        raise


def _uninstall() -> None:
    while _undo:
        _undo.pop()()


def replaced(owner: Any, name: str, ours: Any) -> Callable[[], None]:
    """Sets an attribute; returns a function that restores it unless someone else has replaced it since."""
    previous = getattr(owner, name)

    def undo() -> None:
        if getattr(owner, name) is ours:
            setattr(owner, name, previous)

    setattr(owner, name, ours)
    return undo


def _without_default_port(authority: str) -> str:
    return authority.removesuffix(":443").removesuffix(":80")

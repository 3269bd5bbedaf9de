"""The API over WSGI: calls go straight to the core, because Flask's router costs more than the core itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockvod.app import MockVod
from mockvod.gateway.transport import V3_POST_LIMIT
from mockvod.http import HttpRequest
from mockvod.surfaces.cors import Cors
from mockvod.surfaces.effects import PlainConnection, deliver

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


class WsgiSurface:
    """Answers the API at ``/`` and hands every other path to `rest`."""

    def __init__(self, mock: MockVod, rest: WsgiApp) -> None:
        self._handle = mock.handle
        self._rest = rest
        self._cors = Cors(mock.settings.cors_origin)
        self._plain = PlainConnection(mock.held_calls, mock.faults.wait)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._cors.origin:
            asked = self._cors.preflight(environ["REQUEST_METHOD"], EnvironHeaders(environ))
            if asked is not None:
                start_response("204 No Content", list(asked.headers))
                return []
            start_response = self._cors.wrapped(start_response)
        if environ["PATH_INFO"] not in ("/", ""):
            return self._rest(environ, start_response)
        request = HttpRequest(
            environ["REQUEST_METHOD"],
            environ.get("QUERY_STRING", ""),
            EnvironHeaders(environ),
            _body(environ),
            environ.get("REMOTE_ADDR", ""),
            environ.get("wsgi.url_scheme", ""),
        )
        response = self._handle(request)
        if response.effect is not None or response.status != 200:
            return deliver(response, environ, start_response, self._plain)
        start_response("200 OK", [*response.headers, ("Content-Length", str(len(response.body)))])
        return [response.body]


def _body(environ: WSGIEnvironment) -> bytes:
    """The body; of a body that is too large, one byte more than is allowed."""
    length = environ.get("CONTENT_LENGTH")
    if not length:
        # A stream may be read to its end only if the server terminates it; otherwise there is no body.
        return environ["wsgi.input"].read(V3_POST_LIMIT + 1) if environ.get("wsgi.input_terminated") else b""
    if length == "0":
        return b""
    body: bytes = environ["wsgi.input"].read(min(int(length), V3_POST_LIMIT + 1))
    return body


class EnvironHeaders(Mapping[str, str]):
    """The headers of a WSGI environment by lower-case name. A view: nothing is copied."""

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        value: str = self._environ[environ_key(name)]
        return value

    def get(self, name: str, default: Any = None) -> Any:
        return self._environ.get(environ_key(name), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and environ_key(name) in self._environ

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower()
            elif key in _BARE:
                yield key.replace("_", "-").lower()

    def __len__(self) -> int:
        return sum(1 for _ in self)


#: The two headers that WSGI keeps without the prefix HTTP_.
_BARE = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


# Bounded, because clients choose the names (SignedHeaders).
@lru_cache(maxsize=512)
def environ_key(name: str) -> str:
    """The key of a header in a WSGI environment."""
    key = name.upper().replace("-", "_")
    return key if key in _BARE else "HTTP_" + key

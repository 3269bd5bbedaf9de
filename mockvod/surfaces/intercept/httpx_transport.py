"""The library `httpx`, sync and async: calls are answered in place of its transports.

The transports of httpx are patched, not those of httpcore, which the library `respx` patches: so respx goes on working
for other hosts, inside a block and around it, and no answer has to be translated for httpcore.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import httpcore
import httpx

from mockvod.http import HttpRequest, HttpResponse
from mockvod.surfaces.effects import announced_length, sent_part
from mockvod.surfaces.intercept.interception import Interception, Target, answering, replaced


def patch() -> list[Callable[[], None]]:
    """Patches the library and returns functions that undo that.

    Each replacement passes other calls on to what it replaced at the time, because another library that patched later
    may still call the replacement after it was undone.
    """
    previous_sync: Any = httpx.HTTPTransport.handle_request
    previous_async: Any = httpx.AsyncHTTPTransport.handle_async_request

    def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        block = answering()
        if block is not None:
            target = _target(request)
            if block.handles(request.method, target.authority):
                request.read()
                return _respond(block, block.answer(target, _http_request(request)), request)
            if _reaches_the_network(previous_sync, httpcore.ConnectionPool.handle_request):
                block.refuse(target.authority)
        answer: httpx.Response = previous_sync(transport, request)
        return answer

    async def handle_async_request(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        block = answering()
        if block is not None:
            target = _target(request)
            if block.handles(request.method, target.authority):
                await request.aread()
                return _respond(block, await _answer(block, target, _http_request(request)), request)
            if _reaches_the_network(previous_async, httpcore.AsyncConnectionPool.handle_async_request):
                block.refuse(target.authority)
        answer: httpx.Response = await previous_async(transport, request)
        return answer

    return [
        replaced(httpx.HTTPTransport, "handle_request", handle_request),
        replaced(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request),
    ]


async def _answer(block: Interception, target: Target, request: HttpRequest) -> HttpResponse:
    if not block.mock.clock.passes:
        return block.answer(target, request)
    # PullEvents may wait for an event; in a thread, so that the loop goes on meanwhile.
    from anyio.to_thread import run_sync

    return await run_sync(partial(block.answer, target, request))


def _reaches_the_network(*handlers: Callable[..., Any]) -> bool:
    """Whether these are the libraries' own functions, and not those of a mock that the user has put in their place."""
    return all(each.__module__.partition(".")[0] in ("httpx", "httpcore") for each in handlers)


def _target(request: httpx.Request) -> Target:
    url = request.url
    return Target(url.scheme, url.netloc.decode("ascii").lower(), url.raw_path.partition(b"?")[0].decode("ascii"))


def _http_request(request: httpx.Request) -> HttpRequest:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.raw}
    return HttpRequest(request.method, request.url.query.decode("ascii"), headers, request.content)


def _respond(block: Interception, answer: HttpResponse, request: httpx.Request) -> httpx.Response:
    """The answer; or raises the exception that `httpx` would raise."""
    effect = answer.effect
    length: int | None = len(answer.body)
    failure: httpx.TransportError | None = None
    body = b"" if request.method == "HEAD" else answer.body
    if effect is not None:
        timeout = request.extensions.get("timeout", {}).get("read")
        if block.client_gives_up(effect, timeout):
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        if effect.end == "drop":
            raise (
                _reset()
                if effect.reset
                else httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
            )
        if effect.garbage:
            line = bytearray(effect.garbage.partition(b"\r\n")[0])
            raise httpx.RemoteProtocolError(f"illegal status line: {line!r}", request=request)
        length = announced_length(answer.body, effect)
        body = sent_part(body, effect)[:length]
        if block.stalls(effect, timeout):
            failure = httpx.ReadTimeout("The read operation timed out")
        elif effect.reset:
            failure = _reset()
        elif length is not None and len(body) < length and request.method != "HEAD":
            failure = httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {len(body)} bytes, expected {length})"
            )
    headers = list(answer.headers)
    if length is not None and not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(length)))
    extensions = {"http_version": b"HTTP/1.1"}
    return httpx.Response(answer.status, headers=headers, stream=_Body(body, failure), extensions=extensions)


def _reset() -> httpx.ReadError:
    return httpx.ReadError("[Errno 104] Connection reset by peer")


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that may end in an error, where a connection does."""

    def __init__(self, body: bytes, failure: httpx.TransportError | None) -> None:
        self._body = body
        self._failure = failure

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
        if self._failure is not None:
            raise self._failure

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

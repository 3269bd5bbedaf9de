"""The library `requests`: calls are answered in place of its adapters.

The library `responses` is not used for it: its blocks share one patch for the process, which stays behind if two threads
leave their blocks in another order than they entered them, and a nested block takes over all calls. With a patch of our
own, a user's `responses` goes on working for other hosts, inside a block and around it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from errno import ECONNRESET
from http.client import BadStatusLine, RemoteDisconnected, responses
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import ConnectionError, ReadTimeout, RetryError
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool, Retry, Timeout
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError, ResponseError

from mockvod.http import HttpRequest
from mockvod.narrowing import is_list_like
from mockvod.surfaces.effects import announced_length, sent_part
from mockvod.surfaces.intercept.interception import Interception, Target, answering, replaced


def patch() -> list[Callable[[], None]]:
    """Patches the library and returns functions that undo that.

    Each replacement passes other calls on to what it replaced at the time, because another library that patched later
    may still call the replacement after it was undone.
    """
    previous_send: Any = HTTPAdapter.send
    previous_get_adapter: Any = Session.get_adapter

    def send(adapter: Any, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        block = answering()
        if block is not None:
            url = urlsplit(request.url or "")
            authority = authority_of(url)
            if block.handles(request.method or "GET", authority):
                # Positionally, it is the second parameter, after `stream`.
                timeout = args[1] if len(args) > 1 else options.get("timeout")
                return _respond(block, adapter, request, url, timeout)
            # If another mock was there before our block, it decides what is sent; refusing is not for us.
            if previous_send.__module__ == HTTPAdapter.__module__:
                block.refuse(authority)
        answer: Response = previous_send(adapter, request, *args, **options)
        return answer

    def get_adapter(session: Session, url: str) -> BaseAdapter:
        adapter: BaseAdapter = previous_get_adapter(session, url)
        # Another mock that was entered inside our block would take our hosts as well.
        return adapter if HTTPAdapter.send is send else _Shortcut(adapter, send)

    return [replaced(HTTPAdapter, "send", send), replaced(Session, "get_adapter", get_adapter)]


class _Shortcut(BaseAdapter):
    """Answers our calls itself, and passes all others on to the adapter, whatever has patched that."""

    def __init__(self, adapter: BaseAdapter, send: Callable[..., Response]) -> None:
        super().__init__()
        self._adapter = adapter
        self._send = send

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        block = answering()
        if block is not None and block.handles(request.method or "GET", authority_of(urlsplit(request.url or ""))):
            return self._send(self._adapter, request, *args, **options)
        return self._adapter.send(request, *args, **options)

    def close(self) -> None:
        self._adapter.close()


def _respond(block: Interception, adapter: Any, request: PreparedRequest, url: SplitResult, timeout: Any) -> Response:
    """The answer; or raises the exception that `requests` would raise."""
    with _translated(request):
        raw = _with_retries(block, adapter, request, url, timeout)
    answer: Response = adapter.build_response(request, raw)
    return answer


def answered(block: Interception, request: PreparedRequest, url: SplitResult, timeout: Any) -> HTTPResponse:
    """The answer to one attempt, as urllib3 hands it to `requests`; or raises the exception that `requests` would raise."""
    with _translated(request):
        return _once(block, Target(url.scheme, authority_of(url), url.path), _http_request(request, url), timeout)


@contextmanager
def _translated(request: PreparedRequest) -> Generator[None, None, None]:
    """Translates exceptions of urllib3 into those of `requests`, as its adapter does."""
    try:
        yield
    except ProtocolError as error:
        raise ConnectionError(error, request=request) from error
    except ReadTimeoutError as error:
        raise ReadTimeout(error, request=request) from error
    except MaxRetryError as error:
        kind = RetryError if isinstance(error.reason, ResponseError) else ConnectionError
        raise kind(error, request=request) from error


def _with_retries(
    block: Interception, adapter: Any, request: PreparedRequest, url: SplitResult, timeout: Any
) -> HTTPResponse:
    """The last answer, after as many attempts as the adapter's `max_retries` allows."""
    sent = _http_request(request, url)
    target = Target(url.scheme, authority_of(url), url.path)
    retries: Retry = adapter.max_retries
    while True:
        failure: ProtocolError | ReadTimeoutError | None = None
        raw = None
        try:
            raw = _once(block, target, sent, timeout)
            if not retries.is_retry(sent.method, raw.status, "Retry-After" in raw.headers):
                return raw
        except (ProtocolError, ReadTimeoutError) as error:
            failure = error
        try:
            retries = retries.increment(sent.method, request.path_url, raw, failure, _pool(target))
        except MaxRetryError:
            if raw is not None and not retries.raise_on_status:
                return raw
            raise
        retries.sleep(raw)


def _once(block: Interception, target: Target, sent: HttpRequest, timeout: Any) -> HTTPResponse:
    answer = block.answer(target, sent)
    body, headers, effect = answer.body, HTTPHeaderDict(answer.headers), answer.effect
    failure: OSError | None = None
    if effect is None:
        headers.setdefault("Content-Length", str(len(body)))
    else:
        seconds = _read_timeout(timeout)
        if block.client_gives_up(effect, seconds):
            raise ReadTimeoutError(_pool(target), target.path, f"Read timed out. (read timeout={seconds})")
        if effect.end == "drop":
            gone = RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError("Connection aborted.", _reset() if effect.reset else gone)
        if effect.garbage:
            line = effect.garbage.partition(b"\r\n")[0].decode("latin-1")
            raise ProtocolError("Connection aborted.", BadStatusLine(line))
        length = announced_length(body, effect)
        headers.update({} if length is None else {"Content-Length": str(length)})
        if block.stalls(effect, seconds):
            failure = TimeoutError("timed out")
        elif effect.reset:
            failure = _reset()
        # Where this is less than Content-Length, urllib3 itself notices.
        body = sent_part(body, effect)[:length]
    return HTTPResponse(
        _Stream(b"" if sent.method == "HEAD" else body, failure),
        headers,
        answer.status,
        version=11,
        reason=responses.get(answer.status, ""),
        preload_content=False,
        decode_content=False,
        enforce_content_length=True,
        request_method=sent.method,
        pool=_pool(target),
    )


def _reset() -> ConnectionResetError:
    return ConnectionResetError(ECONNRESET, "Connection reset by peer")


class _Stream(BytesIO):
    """A body that may end in an error, where a connection does."""

    def __init__(self, body: bytes, failure: OSError | None) -> None:
        super().__init__(body)
        self._failure = failure

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        if self._failure is not None and not part:
            raise self._failure
        return part


def _http_request(request: PreparedRequest, url: SplitResult) -> HttpRequest:
    # Values may be bytes, whatever the stubs say.
    given: Mapping[Any, Any] = request.headers
    headers = {
        str(name).lower(): value if isinstance(value, str) else value.decode("latin-1") for name, value in given.items()
    }
    # As http.client does for a request without the header.
    headers.setdefault("host", authority_of(url).removesuffix(":443" if url.scheme == "https" else ":80"))
    return HttpRequest(request.method or "GET", url.query, headers, _body(request.body))


def _body(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        return _body(body.read())
    return b"".join(_body(part) for part in body)


def authority_of(url: SplitResult) -> str:
    """The host of a URL, with the port where one is given, in lower case."""
    return url.netloc.rpartition("@")[2].lower()


def _pool(target: Target) -> HTTPConnectionPool:
    """The pool that the messages of urllib3's errors begin with."""
    kind = HTTPSConnectionPool if target.scheme == "https" else HTTPConnectionPool
    url = urlsplit(f"//{target.authority}")
    return kind(url.hostname or "", url.port or (443 if target.scheme == "https" else 80))


def _read_timeout(timeout: Any) -> float | None:
    """Seconds to wait for the first byte; None: for ever."""
    if isinstance(timeout, Timeout):
        started = timeout.clone()
        started.start_connect()
        timeout = started.read_timeout
    elif is_list_like(timeout):
        timeout = timeout[1]
    return timeout if isinstance(timeout, int | float) else None

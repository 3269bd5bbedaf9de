"""Calling a receiver: one POST, of which whatever happens is told in words.

A receiver has a deadline in all, from the look-up of its name to the last byte of its headers; a timeout for each read
would let one that sends a byte a second hold the connection for hours. Only its status counts. The body of its answer is
not read, because it can be endless; redirections are not followed, and proxies not used.
"""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable
from functools import cache
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from mockvod.http import printable
from mockvod.settings import is_web_address
from mockvod.version import __version__

if TYPE_CHECKING:
    from ssl import SSLContext

DELIVERED = "delivered"
#: Documented, by a page of 2017: how long a receiver has.
TIMEOUT_SECONDS = 5
#: The longest piece of what a receiver has sent that is repeated in a reason.
_MOST_QUOTED = 80


class _FailedError(Exception):
    """A failed try. Its text is the reason, in words."""


def post(url: str, body: bytes, seconds: float = TIMEOUT_SECONDS, *, now: Callable[[], float] = monotonic) -> str:
    """Posts JSON to a URL.

    Args:
        url: The URL, of whatever form.
        body: The JSON.
        seconds: How long the receiver has in all.
        now: The clock of the deadline.

    Returns:
        DELIVERED, or the reason of the failure: one line of printable ASCII.
    """
    deadline = _Deadline(seconds, now)
    try:
        target = _read(url)
        with _connect(target, deadline) as connected:
            status = _status(target, body, connected, deadline)
    except _FailedError as failure:
        return printable(str(failure), 300)
    except TimeoutError:
        return f"did not answer within {seconds:g} s"
    return DELIVERED if 200 <= status < 300 else f"answered with status {status}"


def host_of(url: str) -> str:
    """The host name or address in a URL, in lower case; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a host name or address looks like a loopback address; no name is resolved."""
    import ipaddress  # imported here for the same reason as in `_status`

    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Deadline:
    """A moment by which all is over."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._now = now
        self._end = now() + seconds

    def left(self) -> float:
        """The seconds until then.

        Raises:
            TimeoutError: There are none left.
        """
        left = self._end - self._now()
        if left <= 0:
            raise TimeoutError
        return left


class _Target(NamedTuple):
    """The parts of a URL that a request needs."""

    scheme: str
    host: str
    port: int
    #: Path and query.
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def _read(url: str) -> _Target:
    # No fact says which of these the service refuses when they are set, so they fail when they are used.
    if not is_web_address(url):
        raise _FailedError("the URL is not like http://host:port/path")
    if not all("!" <= char <= "~" for char in url):
        raise _FailedError("the URL has a blank, a control character or a letter beyond ASCII: percent-encode it")
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _FailedError(f"the URL cannot be read: {error}") from None
    if not host:
        raise _FailedError("the URL has no host")
    if "@" in parts.netloc:
        raise _FailedError("the URL has a user name, of which nobody knows whether the service would send it")
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    query = f"?{parts.query}" if parts.query else ""
    return _Target(parts.scheme, host, port, f"{parts.path or '/'}{query}")


def _connect(target: _Target, deadline: _Deadline) -> socket.socket:
    """Connects to the first address of the host that accepts it, and agrees on TLS where the URL asks for it."""
    found = _addresses(target.host, target.port, deadline)
    failure = "has no address"
    for number, (family, kind, protocol, _, address) in enumerate(found):
        connecting = socket.socket(family, kind, protocol)
        try:
            # An address that does not answer leaves time for the others.
            connecting.settimeout(deadline.left() / (len(found) - number))
            connecting.connect(address)
            # The body follows the headers at once, instead of when the receiver has confirmed those.
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _with_tls(connecting, target.host, deadline) if target.scheme == "https" else connecting
        except TimeoutError:
            connecting.close()
            failure = "no answer in time"
        except (OSError, ValueError) as error:
            connecting.close()
            failure = _words(error)
    raise _FailedError(f"cannot connect to {target.authority}: {failure}")


def _addresses(host: str, port: int, deadline: _Deadline) -> list[Any]:
    """Looks a host up, as for socket.getaddrinfo."""
    found: SimpleQueue[list[Any] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:  # ValueError: a label that is empty or too long
            found.put(error)

    # In a thread that is left behind, because nothing ends a look-up early and a resolver may take half a minute.
    threading.Thread(target=look_up, name="mockvod-look-up", daemon=True).start()
    try:
        answer = found.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise _FailedError(f"the host {host} is not found: {_words(answer)}")
    return answer


def _with_tls(connected: socket.socket, host: str, deadline: _Deadline) -> socket.socket:
    connected.settimeout(deadline.left())
    return _tls().wrap_socket(connected, server_hostname=host)


@cache
def _tls() -> SSLContext:
    import ssl

    return ssl.create_default_context()


def _status(target: _Target, body: bytes, connected: socket.socket, deadline: _Deadline) -> int:
    """Sends the request, and returns the status of the answer once all its headers are there."""
    # Imported here, because it takes a quarter of mockvod's import time, and most users push nothing.
    from http.client import BadStatusLine, HTTPConnection, HTTPException, RemoteDisconnected

    connection = HTTPConnection(target.host, target.port)
    # It has what HTTPConnection uses of a socket.
    connection.sock = _Limited(connected, deadline)
    # An HTTPConnection by itself would name a port that is the default of https only.
    default = 443 if target.scheme == "https" else 80
    host = target.authority.removesuffix(f":{default}") if target.port == default else target.authority
    headers = {
        "Host": host,
        "Content-Type": "application/json",
        "User-Agent": f"mockvod/{__version__}",
        "Connection": "close",
    }
    try:
        connection.request("POST", target.path, body, headers)
        return connection.getresponse().status
    except TimeoutError:
        raise
    except RemoteDisconnected:
        raise _FailedError("ended the connection without an answer") from None
    except BadStatusLine as error:
        raise _FailedError(f"did not answer in HTTP but with {printable(error.args[0], _MOST_QUOTED)!r}") from None
    except HTTPException as error:
        raise _FailedError(f"did not answer in HTTP: {printable(str(error), _MOST_QUOTED)}") from None
    except (OSError, ValueError) as error:
        raise _FailedError(f"ended the connection: {_words(error)}") from None


class _Limited:
    """A connected socket as http.client uses it, of which every step ends at a deadline."""

    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        # The timeout of `sendall` is one for all of the data.
        self._socket.settimeout(self._deadline.left())
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Answer(self._socket, self._deadline))

    def close(self) -> None:
        """Does nothing: whoever has connected closes the socket."""


class _Answer(io.RawIOBase):
    """What arrives on a socket until a deadline."""

    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


def _words(error: Exception) -> str:
    """What an error says, without its number."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

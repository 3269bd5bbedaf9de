"""One connection: requests are answered in their order, one at a time; every answer leaves by way of `send`."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import time
from collections import deque
from collections.abc import Awaitable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from mockvod.http import Effect, HeldAnswer, HttpRequest, HttpResponse, printable
from mockvod.surfaces.server import limits
from mockvod.surfaces.server.reading import Malformed, Reader, Received
from mockvod.surfaces.server.site import Api
from mockvod.surfaces.server.wire import carry_out

if TYPE_CHECKING:
    from mockvod.surfaces.server.server import Server

log: logging.Logger = logging.getLogger("mockvod")
#: struct linger: closing the socket discards unsent data and resets the connection.
_RESET = struct.pack("ii", 1, 0)
#: Bytes of a body from which a call is answered in a thread, because to read it may take longer than others should wait.
_LARGE = 64 * 1024
#: How many bytes of a body are given to the transport at a time.
_PIECE = 256 * 1024
#: The statuses that have no body, and no Content-Length unless it is that of another answer (RFC 9110, 8.6).
_BODILESS = (204, 304)
#: The effects whose answer is complete in the end.
_COMPLETE = ("whole", "trickle")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class HttpConnection(asyncio.Protocol):
    """The server's end of a connection, as asyncio calls it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reader = Reader()
        self._waiting: deque[Received | Malformed] = deque()
        #: The request that is being answered.
        self._current: Received | None = None
        self._task: asyncio.Task[None] | None = None
        #: What is sent at the end of this turn of the loop.
        self._unsent: list[bytes] = []
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport = cast(asyncio.Transport, None)
        self._peer = ""
        #: How many bytes the bodies of waiting requests have.
        self._waiting_bytes = 0
        #: Whether the waiting requests are gone on with in the next turn of the loop.
        self._goes_on = False
        #: Whether the current request is a call that is held.
        self._held = False
        #: What a fault does to the answer to the current request.
        self._effect: Effect | None = None
        #: How many bytes the client had not taken when that was last looked at.
        self._untaken = 0
        #: When the client must have done what it is to do next, by the clock of the loop; infinity while it is our turn.
        self.deadline: float = float("inf")

    # --- what asyncio calls -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        # A socket for both families tells an IPv4 caller in the form of IPv6.
        self._peer = peer[0].removeprefix("::ffff:") if peer else ""
        self.deadline = self._server.now() + limits.IDLE_SECONDS
        self._server.add(self)

    def data_received(self, data: bytes) -> None:
        reader, was_amid, was_in_body = self._reader, self._reader.is_amid, self._reader.is_in_body
        received, fault = reader.feed(data)
        waiting = self._waiting
        waiting.extend(received)
        if fault is not None:
            waiting.append(fault)
        if waiting:
            self._waiting_bytes += sum([len(each.body) for each in received])
            if self._is_full:
                self._transport.pause_reading()
            if self._current is None and not self._goes_on:
                self._go_on()
        if self._current is not None or waiting:
            return
        if was_in_body and not received and reader.is_in_body:
            self.deadline += len(data) / limits.BODY_BYTES_A_SECOND
        elif received or not was_amid or (reader.is_in_body and not was_in_body):
            self._await_client()

    def eof_received(self) -> bool:
        # A caller may close its half once all is sent, and still read; over TLS, asyncio closes both. The end may come in
        # the same turn of the loop as the request, whose answer is not sent yet.
        self.flush()
        self._reader.ended = True
        effect = self._effect
        is_answered = self._current is not None and not self._held and (effect is None or effect.end in _COMPLETE)
        return (is_answered or bool(self._waiting)) and self._transport.get_extra_info("ssl_object") is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.remove(self)
        self._waiting.clear()
        self._writable.set()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()
        self._untaken = self._transport.get_write_buffer_size()
        self.deadline = self._server.now() + limits.WRITE_SECONDS

    def resume_writing(self) -> None:
        self._writable.set()
        self.deadline = float("inf") if self._current is not None else self._server.now() + limits.IDLE_SECONDS
        if self._current is None:
            self._go_on()

    # --- answering ----------------------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or its answer is still being sent."""
        return self._current is not None or (not self._transport.is_closing() and not self._writable.is_set())

    @property
    def _is_full(self) -> bool:
        """Whether no more is to be read before something is answered."""
        return len(self._waiting) > limits.PIPELINED or self._waiting_bytes > limits.BODY_BYTES

    def _go_on(self) -> None:
        """Answers what is waiting: some of it in this turn of the loop, so that others are answered beside it."""
        self._goes_on = False
        waiting = self._waiting
        for _ in range(limits.PIPELINED):
            if not waiting or self._current is not None or not self._writable.is_set() or self._transport.is_closing():
                return
            was_full, request = self._is_full, waiting.popleft()
            if isinstance(request, Malformed):
                return self._refuse(request)
            self._waiting_bytes -= len(request.body)
            if was_full and not self._is_full and not self._reader.ended:
                self._transport.resume_reading()
            self._current = request
            self._answer(request)
        self._go_on_later()

    def _go_on_later(self) -> None:
        if not self._goes_on:
            self._goes_on = True
            self._server.loop.call_soon(self._go_on)

    def _await_client(self) -> None:
        """It is the client's turn: tells it to go on where it waits for that, and sets the time that it has."""
        reader = self._reader
        seconds = limits.IDLE_SECONDS
        if reader.is_in_body:
            seconds = limits.BODY_SECONDS
        elif reader.is_amid:
            seconds = limits.HEAD_SECONDS
        self.deadline = self._server.now() + seconds
        if reader.awaits_continue and not self._transport.is_closing():
            reader.awaits_continue = False
            self._put(_CONTINUE)

    def is_overdue(self, now: float) -> bool:
        """Whether the client has used up its time. One that takes an answer slowly has it anew whenever it has taken some."""
        if self.deadline >= now:
            return False
        if self._writable.is_set():
            return True
        before, self._untaken = self._untaken, self._transport.get_write_buffer_size()
        if self._untaken >= before:
            return True
        self.deadline = now + limits.WRITE_SECONDS
        return False

    def _answer(self, request: Received) -> None:
        server, api = self._server, self._server.site.api
        if request.path != "/" or api is None:
            return self._run(server.bridge.answer(self, request, self._peer))
        call = HttpRequest(request.method, request.query, request.headers, request.body, self._peer, server.scheme)
        if len(request.body) > _LARGE:
            return self._run(self._answer_in_thread(api, call))
        answer = api(call)
        if isinstance(answer, HttpResponse):
            self.send(answer)
        else:
            self._held = isinstance(answer, HeldAnswer)
            self._run(self._answer_later(answer))

    def _run(self, answering: Any) -> None:
        self.deadline = float("inf")
        self._task = self._server.loop.create_task(answering)
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._task is task:
            self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("mockvod failed to answer: please report it", exc_info=error)
            self.abort()

    async def _answer_in_thread(self, api: Api, call: HttpRequest) -> None:
        answer = await self._server.in_thread(api, call)
        self._held = isinstance(answer, HeldAnswer)
        self.send(answer if isinstance(answer, HttpResponse) else await answer)

    async def _answer_later(self, answer: Awaitable[HttpResponse]) -> None:
        self.send(await answer)

    def send(self, response: HttpResponse, length: int | None = None) -> None:
        """Sends the answer to the current request, and goes on to the next one.

        Args:
            response: The answer.
            length: Its Content-Length, where that is not the length of its body.
        """
        if self._current is None or self._transport.is_closing():
            return
        if response.effect is not None:
            self._effect = response.effect
            return self._run(carry_out(self, response, response.effect))
        body = response.body
        if length is None and response.status not in _BODILESS:
            length = len(body)
        head = self.head(response, length)
        self._put(head if self._current.method == "HEAD" else head + body)
        self.finish()

    def head(self, response: HttpResponse, length: int | None) -> bytes:
        """The status line and the headers of the answer to the current request; None leaves Content-Length out."""
        assert self._current is not None
        size = "" if length is None else f"Content-Length: {length}\r\n"
        if not self._current.keep_alive or self._server.is_stopping:
            size += "Connection: close\r\n"
        elif self._current.version == "1.0":
            size += "Connection: keep-alive\r\n"
        lines = _lines(response.status, response.headers)
        return f"{lines}{_date(int(time.time()))}{size}\r\n".encode("latin-1", "replace")

    async def write(self, data: bytes) -> None:
        """Hands bytes to the client, no faster than it takes them.

        Raises:
            ConnectionResetError: It has gone.
        """
        for start in range(0, len(data), _PIECE):
            await self._writable.wait()
            if self._transport.is_closing():
                raise ConnectionResetError
            self._put(data[start : start + _PIECE])
            self.flush()

    @property
    def wants_body(self) -> bool:
        """Whether the answer to the current request has its body sent."""
        return self._current is not None and self._current.method != "HEAD"

    def finish(self) -> None:
        """The answer to the current request is complete."""
        current, self._current, self._effect, self._held = self._current, None, None, False
        if current is None or not current.keep_alive or self._server.is_stopping:
            return self.close()
        if self._reader.ended and not self._waiting:
            return self.close()
        if not self._waiting:
            self._await_client()
        elif self._task is not None:
            self._go_on_later()

    def _refuse(self, fault: Malformed) -> None:
        log.info("refused what %s sent: %s: %s", self._peer, fault.status, printable(fault.reason, 200))
        status, body = HTTPStatus(fault.status), f"{fault.reason}\n".encode("latin-1", "replace")
        self._put(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n{_date(int(time.time()))}Content-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            + body
        )
        self.close()

    def _put(self, data: bytes) -> None:
        if not self._unsent:
            self._server.flush_later(self)
        self._unsent.append(data)

    def flush(self) -> None:
        """Sends what is waiting to be sent."""
        unsent = self._unsent
        if unsent and not self._transport.is_closing():
            self._transport.write(unsent[0] if len(unsent) == 1 else b"".join(unsent))
        unsent.clear()

    # --- ending -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Ends the connection after what was sent, which the client has some time to take."""
        self.flush()
        self._transport.close()
        self.deadline = self._server.now() + limits.WRITE_SECONDS

    def end(self, *, reset: bool) -> None:
        """Ends the connection after what was sent, or by a reset."""
        if reset:
            self.reset()
        else:
            self.close()

    def abort(self) -> None:
        """Ends the connection at once."""
        self._transport.abort()

    def reset(self) -> None:
        """Ends the connection as a peer does that is gone: the client sees a reset."""
        self.flush()
        held: socket.socket | None = self._transport.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def stop(self) -> None:
        """Ends the connection, or lets what is being answered be the last; a wait that a fault causes ends at once."""
        is_secure = self._transport.get_extra_info("ssl_object") is not None
        if self._effect is not None or (is_secure and not self.is_busy):
            # Over TLS, a close would wait until the client has closed as well.
            self._transport.abort()
        elif not self.is_busy:
            self.close()


@lru_cache(maxsize=64)
def _lines(status: int, headers: tuple[tuple[str, str], ...]) -> str:
    """The status line and the headers that the answer brings, which are the same for most answers."""
    phrase = next((each.phrase for each in HTTPStatus if each == status), "Unknown")
    return f"HTTP/1.1 {status} {phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    from email.utils import formatdate  # once a second

    return f"Date: {formatdate(second, usegmt=True)}\r\n"

"""Runs a client through traps, each on a live server of its own, and says how it did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from mockvod.clock import Clock, SystemClock
from mockvod.history.calls import one_line
from mockvod.settings import Settings
from mockvod.traps.adapters import PARTS, AdapterError, Server, described
from mockvod.traps.registry import TRAPS
from mockvod.traps.stage import Host, Stage
from mockvod.traps.trap import Fell, NotApplicable, Result, Trap, Verdict

#: Seconds by the machine's clock that a client may take for one trap.
SECONDS = 20
#: Hours by the server's clock that it may sleep in one trap: recorded clients wait for half an hour at most.
_MOST_HOURS = 6
#: Enough for an answer of this server on a busy machine.
_TIMEOUT = 2.0
#: Of a reason, which may repeat what a client has to say.
_MOST_CHARACTERS = 600
_REQUIRED = ("create", "wait", "fetch")

#: Slips in parameters are let pass where a trap is about something else, and so are many tasks at a time.
SETTINGS = Settings(profile="lenient", concurrency="off", task_seconds=2, seed=1)

MakeClient = Callable[[Server], Any]
Serve = Callable[[Settings, Clock], AbstractContextManager[Host]]


def run(
    make_client: MakeClient, serve: Serve, traps: Iterable[Trap] = TRAPS, *, seconds: float = SECONDS
) -> tuple[Result, ...]:
    """How the client does in each of `traps`; `serve` starts a server (fixtures/trap_server.py has one)."""
    return tuple(run_trap(trap, make_client, serve, seconds=seconds) for trap in traps)


def run_trap(trap: Trap, make_client: MakeClient, serve: Serve, *, seconds: float = SECONDS) -> Result:
    """How the client that `make_client` makes does in `trap`. After `seconds` it is left alone and has failed."""
    clock = _Clock()
    with serve(replace(SETTINGS, **trap.settings), clock) as host:
        nap = _Nap(clock)
        secrets = (host.mock.secret_id, host.mock.secret_key)
        application = host.mock.settings.default_sub_app_id
        server = Server(host.url, host.endpoint, *secrets, application, _TIMEOUT, nap.sleep, clock.now)
        attempt = _Attempt(trap, make_client, host, server)
        begun = monotonic()
        thread = threading.Thread(target=attempt.run, name=f"trap {trap.name}", daemon=True)
        thread.start()
        thread.join(seconds)
        # It wakes a client that was left alone, so that it ends.
        nap.over = True
        verdict, reason = attempt.ended or ("failed", f"it never came back within {seconds:g} seconds")
        return Result(trap, verdict, one_line(reason, _MOST_CHARACTERS), monotonic() - begun)


class _Clock(SystemClock):
    """Goes on by itself, for clients that sleep by themselves; but calls are not held, so that nobody has to wait."""

    passes = False


class _Endless(BaseException):
    """Ends a client that would sleep for ever. No Exception, because clients catch those and go on."""


class _Nap:
    """The `sleep` of a Server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slept = 0.0
        self.over = False

    def sleep(self, seconds: float) -> None:
        """Moves the clock on. Raises _Endless where there is nobody left to wait for the client."""
        self._clock.advance(seconds)
        self._slept += seconds
        if self.over or self._slept > _MOST_HOURS * 3600:
            raise _Endless


@dataclass
class _Attempt:
    """One client in one trap."""

    trap: Trap
    make_client: MakeClient
    host: Host
    server: Server
    #: Set when it is over.
    ended: tuple[Verdict, str] | None = None

    def run(self) -> None:
        try:
            self._play()
        except _Endless:
            self.ended = "failed", f"it never came back: it still slept after {_MOST_HOURS} hours of the server's clock"
        except Fell as fall:
            self.ended = "failed", str(fall)
        except NotApplicable as reason:
            self.ended = "not applicable", str(reason)
        except AdapterError as error:
            self.ended = "failed", f"the adapter is not right: {error}"
        except BaseException as error:  # noqa: BLE001  # in a thread nobody else would hear of it
            self.ended = "failed", f"it raised {described(error)}"
        else:
            self.ended = "survived", ""

    def _play(self) -> None:
        client = self.make_client(self.server)
        for name in _REQUIRED:
            if not callable(getattr(client, name, None)):
                raise AdapterError(f"{client!r:.200} has no method {name}")
        missing = [PARTS[name] for name in self.trap.needs if not callable(getattr(client, name, None))]
        if missing:
            raise NotApplicable(f"the adapter lacks {'; '.join(missing)}")
        self.trap.play(Stage(self.host, self.server, client))

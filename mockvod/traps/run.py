"""Runs a client through traps, each on a live server of its own, and reports the verdicts."""

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
from mockvod.traps.adapters import OPTIONAL_METHODS, AdapterError, Server, described
from mockvod.traps.registry import TRAPS
from mockvod.traps.stage import Host, Stage
from mockvod.traps.trap import NotApplicable, Result, Trap, TrapFailure, Verdict

#: Seconds by the machine's clock that a client may take for one trap.
SECONDS = 20
#: Hours by the server's clock that it may sleep in one trap; known clients wait for half an hour at most.
_MOST_HOURS = 6
#: Seconds; enough for an answer of this server on a busy machine.
_TIMEOUT = 2.0
#: Of a reason, which may quote the client.
_MOST_CHARACTERS = 600
_REQUIRED = ("create", "wait", "fetch")

#: Lenient and without a concurrency limit, so that a client fails only in what a trap is about.
SETTINGS = Settings(profile="lenient", concurrency="off", task_seconds=2, seed=1)

MakeClient = Callable[[Server], Any]
Serve = Callable[[Settings, Clock], AbstractContextManager[Host]]


def run(
    make_client: MakeClient, serve: Serve, traps: Iterable[Trap] = TRAPS, *, seconds: float = SECONDS
) -> tuple[Result, ...]:
    """Runs the client that `make_client` makes through each of `traps`.

    Args:
        make_client: Makes the adapter; called for each trap.
        serve: Starts a server, such as `mockvod.fixtures.trap_server.serve`.
        seconds: What the client may take for one trap.
    """
    return tuple(run_trap(trap, make_client, serve, seconds=seconds) for trap in traps)


def run_trap(trap: Trap, make_client: MakeClient, serve: Serve, *, seconds: float = SECONDS) -> Result:
    """Runs the client that `make_client` makes through one trap; after `seconds` it has failed."""
    clock = _Clock()
    with serve(replace(SETTINGS, **trap.settings), clock) as host:
        nap = _Sleeper(clock)
        secrets = (host.mock.secret_id, host.mock.secret_key)
        application = host.mock.settings.default_sub_app_id
        server = Server(host.url, host.endpoint, *secrets, application, _TIMEOUT, nap.sleep, clock.now)
        attempt = _Attempt(trap, make_client, host, server)
        begun = monotonic()
        thread = threading.Thread(target=attempt.run, name=f"trap {trap.name}", daemon=True)
        thread.start()
        thread.join(seconds)
        # Ends a client that is still running, at its next sleep().
        nap.over = True
        verdict, reason = attempt.ended or ("failed", f"it never came back within {seconds:g} seconds")
        return Result(trap, verdict, one_line(reason, _MOST_CHARACTERS), monotonic() - begun)


class _Clock(SystemClock):
    """Runs on by itself, for clients that call time.sleep; but `passes` is false, so that calls are not held."""

    @property
    def passes(self) -> bool:
        return False


class _SleptTooLong(BaseException):
    """Ends a client that would sleep for ever. Not an Exception, because clients catch those and go on."""


class _Sleeper:
    """The `sleep` of a Server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._slept = 0.0
        self.over = False

    def sleep(self, seconds: float) -> None:
        """Advances the clock.

        Raises:
            _SleptTooLong: the trap is over, or the client has slept for too long in it.
        """
        self._clock.advance(seconds)
        self._slept += seconds
        if self.over or self._slept > _MOST_HOURS * 3600:
            raise _SleptTooLong


@dataclass
class _Attempt:
    """One client in one trap."""

    trap: Trap
    make_client: MakeClient
    host: Host
    server: Server
    #: Verdict and reason, once it has ended.
    ended: tuple[Verdict, str] | None = None

    def run(self) -> None:
        try:
            self._play()
        except _SleptTooLong:
            self.ended = (
                "failed",
                f"it never came back: it was still sleeping after {_MOST_HOURS} hours by the server's clock",
            )
        except TrapFailure as fall:
            self.ended = "failed", str(fall)
        except NotApplicable as reason:
            self.ended = "not applicable", str(reason)
        except AdapterError as error:
            self.ended = "failed", f"the adapter is wrong: {error}"
        except BaseException as error:  # noqa: BLE001  # in a thread, nothing else would report it
            self.ended = "failed", f"it raised {described(error)}"
        else:
            self.ended = "survived", ""

    def _play(self) -> None:
        client = self.make_client(self.server)
        for name in _REQUIRED:
            if not callable(getattr(client, name, None)):
                raise AdapterError(f"{client!r:.200} has no method {name}")
        missing = [OPTIONAL_METHODS[name] for name in self.trap.needs if not callable(getattr(client, name, None))]
        if missing:
            raise NotApplicable(f"the adapter lacks {'; '.join(missing)}")
        self.trap.play(Stage(self.host, self.server, client))

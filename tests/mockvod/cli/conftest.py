"""What the tests of the command line share: commands as processes, as their users meet them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mockvod.clock import SystemClock
from mockvod.settings import DEFAULT_ACCOUNT, Account

#: Seconds after which a process that should have ended is taken to hang; all of them take one or less.
PATIENCE = 30


def environment(**changes: str) -> dict[str, str]:
    """That of the tests without what would change the commands' behaviour; the commands run from where the tests do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MOCKVOD_")} | changes


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mockvod", *arguments]


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


def run(*arguments: str, env: dict[str, str] | None = None, **more: Any) -> Done:
    """A command that ends by itself; `more` is for subprocess.run."""
    done = subprocess.run(
        command(*arguments),
        env=env or environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        **more,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def refused(*arguments: str, env: dict[str, str] | None = None, **more: Any) -> str:
    """The one line with which a command refuses to work."""
    done = run(*arguments, env=env, **more)
    assert (done.status, done.out) == (2, ""), done
    assert re.fullmatch(r"mockvod: [^\n]+\n", done.err), done.err
    return done.err.removeprefix("mockvod: ").rstrip("\n")


class Serving:
    """A running `mockvod serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        #: The line that tells where it listens; empty when it ended without one.
        self.line = process.stdout.readline()
        self.url = self.line.rpartition(" ")[2].strip()
        self.endpoint = self.url.removeprefix("http://")

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.endpoint, timeout=10)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status, response.read()
        finally:
            connection.close()

    def call(self, make_caller: Any, action: str, params: Any = None, account: Account = DEFAULT_ACCOUNT) -> Any:
        """What stands inside of ``Response``."""
        # All that a caller wants of a mock to sign is its clock.
        caller = make_caller(SimpleNamespace(clock=SystemClock()), account, self.endpoint)
        request = caller.post(action, params)
        connection = http.client.HTTPConnection(self.endpoint, timeout=10)
        try:
            connection.request("POST", "/", request.body, dict(request.headers))
            with connection.getresponse() as response:
                return json.loads(response.read())["Response"]
        finally:
            connection.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> Done:
        """Sends a signal and waits; `out` is what was printed after the first line."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return Done(self.process.returncode, out, err)


@contextmanager
def serving(*arguments: str, folder: Path | None = None, **changes: str) -> Iterator[Serving]:
    """`mockvod serve` with those arguments and environment variables; ended by force if it does not end by itself."""
    with subprocess.Popen(
        command("serve", *arguments),
        cwd=folder,
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Serving(process)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.communicate(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


@pytest.fixture(scope="session", name="environment")
def environment_fixture() -> Any:
    return environment


@pytest.fixture(scope="session", name="command")
def command_fixture() -> Any:
    return command


@pytest.fixture(scope="session", name="run")
def run_fixture() -> Any:
    return run


@pytest.fixture(scope="session", name="refused")
def refused_fixture() -> Any:
    return refused


@pytest.fixture(scope="session", name="serving")
def serving_fixture() -> Any:
    return serving

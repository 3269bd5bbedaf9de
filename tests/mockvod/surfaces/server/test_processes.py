"""`mockvod serve` as a process: in a terminal, under signals, beside others on its port."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from mockvod.errors import SettingsError
from mockvod.surfaces.server import listen

COMMAND = [sys.executable, "-m", "mockvod", "serve"]


@contextmanager
def served(
    *options: str, stdin: int | None = None, session: bool = False
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that serves, and its port."""
    with subprocess.Popen(
        [*COMMAND, "-p", "0", *options],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=session,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            yield process, int(line.rpartition(":")[2])
        finally:
            process.kill()


def is_free(port: int) -> bool:
    try:
        for each in listen("127.0.0.1", port):
            each.close()
    except SettingsError:
        return False
    return True


def status_of(port: int, page: str = "health", host: str = "127.0.0.1") -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{host}:{port}/_mockvod/{page}", timeout=10) as response:
        status: int = response.status
        return status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_signal_ends_it_in_order(number: signal.Signals) -> None:
    with served() as (process, port):
        assert status_of(port) == 200
        process.send_signal(number)

        assert (process.wait(timeout=10), is_free(port)) == (0, True)
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP], ids=["SIGKILL", "SIGHUP"])
def test_whatever_ends_it_leaves_nothing_behind(number: signal.Signals) -> None:
    with served() as (process, port):
        process.send_signal(number)

        assert (process.wait(timeout=10), is_free(port)) == (-number, True)


TIMES = int(os.environ.get("MOCKVOD_TESTS_TERMINALS", "5"))


@pytest.mark.parametrize("turn", range(TIMES))
def test_ctrl_c_in_a_terminal_ends_it(turn: int) -> None:
    """The terminal sends SIGINT to all processes in its foreground; one is enough, every time."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [*COMMAND, "-p", "0"])
    try:
        seen = b""
        while b"listening" not in seen or not seen.endswith(b"\n"):
            seen += os.read(terminal, 1000)
        os.write(terminal, b"\x03")
        _, status = os.waitpid(child, 0)

        assert os.waitstatus_to_exitcode(status) == 0
        assert is_free(int(seen.strip().rpartition(b":")[2]))
    finally:
        os.close(terminal)


def test_second_signal_ends_it_at_once() -> None:
    """The first one waits for answers that are being sent, here to somebody who takes none."""
    with served() as (process, port), closing(socket.create_connection(("127.0.0.1", port))) as connection:
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                connection.send(b"GET /_mockvod/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
        process.send_signal(signal.SIGTERM)
        while not is_free(port):
            pass
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)

        assert (process.wait(timeout=10), time.monotonic() - began < 3) == (128 + signal.SIGTERM, True)


def test_two_on_one_port_are_one_too_many() -> None:
    [first] = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    first.close()
    both = [
        subprocess.Popen([*COMMAND, "-p", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        lines = [each.stdout.readline() if each.stdout else "" for each in both]
        [loser] = [each for each, line in zip(both, lines, strict=True) if not line]

        assert loser.wait(timeout=10) == 2
        assert loser.stderr is not None
        assert f"cannot listen on 127.0.0.1 port {port}" in loser.stderr.read()
    finally:
        for each in both:
            each.kill()
            each.communicate()


@pytest.mark.parametrize(
    ("listened", "called"),
    [
        pytest.param("localhost", "127.0.0.1", id="name"),
        pytest.param("0.0.0.0", "127.0.0.1", id="all-ipv4"),
        pytest.param("::", "127.0.0.1", id="all-of-both"),
        pytest.param("::", "[::1]", id="all-ipv6"),
        pytest.param("::1", "[::1]", id="ipv6"),
        pytest.param(socket.gethostbyname(socket.gethostname()), "", id="own-address"),
    ],
)
def test_address(listened: str, called: str) -> None:
    if ":" in listened:
        try:
            listen("::1", 0)[0].close()
        except SettingsError:
            pytest.skip("needs IPv6")
    with served("-H", listened) as (_, port):
        assert status_of(port, "health", called or listened) == 200
        # The control API answers this machine, whatever address it is called by.
        if called:
            assert status_of(port, "bill", called) == 200


@pytest.mark.parametrize(
    ("host", "text"),
    [
        pytest.param("", "-H: the address is empty", id="empty"),
        pytest.param("no.such.host.invalid", "cannot listen on 'no.such.host.invalid'", id="unknown"),
        pytest.param("192.0.2.1", "cannot listen on 192.0.2.1 port", id="not-ours"),
        pytest.param("a" * 300, "cannot listen on 'aaaa", id="too-long"),
        pytest.param("127.0.0.1:80", "-H: '127.0.0.1:80' has a port: write -H 127.0.0.1 -p 80", id="port"),
    ],
)
def test_address_that_nothing_can_listen_on(host: str, text: str) -> None:
    done = subprocess.run([*COMMAND, "-p", "0", "-H", host], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 3

"""The servers that official SDKs are driven against, and what they are asked."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The endpoint of a `mockvod serve` process, host and port."""
    command = [sys.executable, "-m", "mockvod", "serve", "-p", "0", "--progression", "immediate"]
    with subprocess.Popen([*command, "--rate-limit", "off"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "mockvod serve did not start"
        yield line.split()[-1].removeprefix("http://")
        process.terminate()
        assert process.wait(timeout=10) == 0


@pytest.fixture(params=["live", "serve"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Host and port of the server inside the test process, and of the standing one."""
    if request.param == "serve":
        yield request.getfixturevalue("served")
        return
    with LiveServer(Settings(progression="immediate", rate_limit="off")) as server:
        yield server.endpoint


@pytest.fixture
def is_video() -> Any:
    """Downloads a URL and asks PyAV whether it is a video that plays."""

    def check(url: str) -> bool:
        import io

        av = pytest.importorskip("av", reason="needs the extra media")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as response:
            content = response.read()
        with av.open(io.BytesIO(content)) as container:
            return sum(1 for _ in container.decode(video=0)) > 1

    return check


@pytest.fixture
def node(node_modules: str) -> Any:
    """Runs a script of tests/sdk/node."""

    def run(script: str, *arguments: str) -> str:
        path = Path(__file__).with_name("node") / script
        done = subprocess.run(
            ["node", str(path), *arguments],
            env={**os.environ, "NODE_PATH": node_modules},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run

"""The control token of `mockvod serve`."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

TOKEN = "the-token"


@pytest.fixture(params=["option", "environment"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of a server with a token. That it says where it listens shows that it got past its own guard."""
    arguments = ["--control-token", TOKEN] if request.param == "option" else []
    variables = {} if request.param == "option" else {"MOCKVOD_CONTROL_TOKEN": TOKEN}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOCKVOD_")}
    with subprocess.Popen(
        [sys.executable, "-m", "mockvod", "serve", "-p", "0", *arguments],
        env={**inherited, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()
            process.communicate(timeout=20)


def status(url: str, token: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    wanted = urllib.request.Request(f"{url}/_mockvod/bill", headers={"Authorization": f"Bearer {token}"})
    try:
        with opener.open(wanted, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_server_with_a_token_wants_it(url: str) -> None:
    assert (status(url, TOKEN), status(url, "another")) == (200, 401)

"""slowhttptest against a live server: slow headers, slow bodies and slow readers do not keep others waiting."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import time
from contextlib import closing
from typing import Any

import pytest

from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings

#: The attack, by the letters of its options.
ATTACKS = {
    "headers": ["-H", "-i", "1"],
    "bodies": ["-B", "-i", "1", "-s", "4096"],
    "readers": ["-X", "-k", "5", "-w", "1", "-y", "2", "-n", "1", "-z", "8"],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_others_are_answered(attack: str, need: Any) -> None:
    need("slowhttptest", shutil.which("slowhttptest") is not None, "apt-get install slowhttptest")
    with LiveServer(Settings(rate_limit="off")) as server:
        url = f"{server.url}/_mockvod/openapi.json" if attack == "readers" else server.url
        command = ["slowhttptest", *ATTACKS[attack], "-c", "200", "-r", "200", "-l", "4", "-u", url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            taken = []
            while process.poll() is None:
                began = time.perf_counter()
                with closing(http.client.HTTPConnection(server.endpoint, timeout=10)) as connection:
                    connection.request("GET", "/")  # refused as unsigned, which is an answer of the API
                    assert connection.getresponse().status == 200
                taken.append(time.perf_counter() - began)

    assert len(taken) > 20
    assert sorted(taken)[len(taken) // 2] < 0.1

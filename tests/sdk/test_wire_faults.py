"""Faults on the wire as curl and Node report them, which are as they report a network that does the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings

CALL = json.dumps({"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"})
#: Faults hit only calls that are admitted: these are accepted with SKIP in place of a signature.
HEADERS = {
    "Authorization": "SKIP",
    "Content-Type": "application/json",
    "X-TC-Action": "CreateAigcVideoTask",
    "X-TC-Version": "2018-07-17",
}

#: Fault, its details, the exit code of curl (see EXIT CODES in its manual), and the error code of Node's http module.
CASES: list[tuple[str, dict[str, Any], int, str]] = [
    ("drop", {}, 52, "ECONNRESET"),
    ("drop", {"reset": True}, 56, "ECONNRESET"),
    ("drop", {"at": "headers"}, 18, "ECONNRESET"),
    ("drop", {"at": "body"}, 18, "ECONNRESET"),
    ("drop_after_commit", {"at": "body", "reset": True}, 56, "ECONNRESET"),
    ("truncate", {}, 18, "ECONNRESET"),
    ("stall", {}, 28, "TIMEOUT"),
    ("stall", {"at": "headers"}, 28, "TIMEOUT"),
    ("timeout", {}, 28, "TIMEOUT"),
    ("garbage", {}, 1, "HPE_INVALID_CONSTANT"),
    ("content_length", {"length": "longer"}, 18, "ECONNRESET"),
    ("content_length", {"length": "missing"}, 0, ""),
    ("close", {}, 0, ""),
    ("trickle", {"seconds": 0.1}, 0, ""),
]
#: Sends one call, and prints the code of its error, or an empty line.
NODE = """
const [port, body, headers] = process.argv.slice(1);
let told = false;
const tell = (code) => { if (!told) { told = true; console.log(code); process.exit(0); } };
const request = require("http").request(
  { port, host: "127.0.0.1", method: "POST", headers: JSON.parse(headers), timeout: 500 },
  (response) => {
    response.on("error", (error) => tell(error.code));
    response.on("data", () => {});
    response.on("end", () => tell(""));
  },
);
request.on("error", (error) => tell(error.code));
request.on("timeout", () => tell("TIMEOUT"));
request.end(body);
"""


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer(Settings(allow_skip=True, rate_limit="off")) as server:
        yield server


def headers_for(server: LiveServer) -> dict[str, str]:
    return {**HEADERS, "X-TC-Timestamp": str(int(server.mock.clock.now()))}


def named(case: tuple[str, dict[str, Any], int, str]) -> str:
    return "-".join((case[0], *map(str, case[1].values())))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_curl(server: LiveServer, case: tuple[str, dict[str, Any], int, str], need: Any) -> None:
    need("curl", shutil.which("curl") is not None, "install curl")
    kind, details, code, _ = case
    fault = server.mock.fault(kind, **details)
    lines = [part for name, value in headers_for(server).items() for part in ("-H", f"{name}: {value}")]

    done = subprocess.run(
        ["curl", "--silent", "--noproxy", "*", "--max-time", "1", "--data", CALL, *lines, server.url],
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, fault.hits) == (code, 1)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_node(server: LiveServer, case: tuple[str, dict[str, Any], int, str], need: Any) -> None:
    need("node", shutil.which("node") is not None, "install Node.js")
    kind, details, _, code = case
    fault = server.mock.fault(kind, **details)
    port = server.endpoint.rpartition(":")[2]

    done = subprocess.run(
        ["node", "-e", NODE, port, CALL, json.dumps({**headers_for(server), "Content-Length": str(len(CALL))})],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert (done.stdout.strip(), fault.hits) == (code, 1)

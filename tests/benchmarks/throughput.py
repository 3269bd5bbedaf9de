"""Requests a second of `mockvod serve`, beside other servers and other mocks, in one run.

    constant-granian   a constant answer of a WSGI application on granian, one worker and two threads
    constant           the same answer on the server of mockvod
    mockvod            a signed CreateAigcVideoTask with the default settings, but for the rate limit
    aimock             a chat completion from a fixture (npm: @copilotkit/aimock), given --aimock NODE_MODULES
    moto               GetCallerIdentity of moto's server (PyPI: moto[server]), given --moto COMMAND

wrk (Debian's package) makes the load on loopback, in turns. Prints the median of each, its ratio to the first one, and the
latency of mockvod at half of its peak::

    python tests/benchmarks/throughput.py [--rounds 5] [--seconds 3] [--connections 10] [--aimock …] [--moto …]
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from mockvod.http import HttpRequest
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY
from mockvod.surfaces.server import listen
from mockvod.validators.signature import tc3

HOST = "127.0.0.1"
ANSWER = json.dumps(
    {"Response": {"TaskId": "251007502-AigcVideoTask-" + "0" * 32 + "t", "RequestId": "0" * 36}}
).encode()
#: The request that the CreateAigcVideoTask page prints.
REQUEST = {
    "SubAppId": 251007502,
    "ModelName": "GV",
    "ModelVersion": "3.1-fast",
    "FileInfos": [{"FileId": "3704211000509819"}],
    "LastFrameFileId": "3704211000509911",
    "Prompt": "generate a car",
    "NegativePrompt": "red",
    "EnhancePrompt": "Enabled",
    "OutputConfig": {
        "StorageMode": "Temporary",
        "AspectRatio": "9:16",
        "AudioGeneration": "Enabled",
        "PersonGeneration": "AllowAdult",
        "InputComplianceCheck": "Enabled",
        "OutputComplianceCheck": "Enabled",
    },
    "SessionContext": "mysessionContext",
    "TasksPriority": 10,
    "ExtInfo": "myextinfo",
}
ON_GRANIAN = f"""
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
ANSWER = {ANSWER!r}
def app(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]
server = Server("x", address="{HOST}", port=PORT, interface=Interfaces.WSGI, blocking_threads=2, log_level=LogLevels.error)
server.serve(target_loader=lambda: app, wrap_loader=False)
"""
ON_OURS = f"""
import uvloop
from mockvod.http import HttpResponse
from mockvod.surfaces.server import Site, listen
from mockvod.surfaces.server.server import Server, settle_memory
ANSWER = HttpResponse(200, (("Content-Type", "application/json"),), {ANSWER!r})
server = Server(Site(lambda request: ANSWER, lambda: None, lambda: None), listen("{HOST}", PORT))
settle_memory()
uvloop.new_event_loop().run_until_complete(server.run(lambda: None))
"""
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}


@dataclass(frozen=True)
class Contender:
    """A server, and the request that it is sent."""

    command: Sequence[str]
    path: str
    body: bytes
    headers: Mapping[str, str]
    #: What a right answer contains.
    right: str
    figures: list[float] = field(default_factory=list)


def free_port() -> int:
    [one] = listen(HOST, 0)
    with one:
        port: int = one.getsockname()[1]
        return port


def signed(port: int) -> dict[str, str]:
    """The headers of the request; a signature holds for five minutes."""
    timestamp = int(time.time())
    headers = {
        "content-type": "application/json",
        "host": f"{HOST}:{port}",
        "x-tc-action": "CreateAigcVideoTask",
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(timestamp),
    }
    made = tc3.sign(
        HttpRequest("POST", "", headers, json.dumps(REQUEST).encode()),
        secret_id=DOCUMENTED_SECRET_ID,
        secret_key=DOCUMENTED_SECRET_KEY,
        service="vod",
        timestamp=timestamp,
    )
    del headers["host"]  # clients set it by themselves
    return {**headers, "authorization": made.authorization}


def contenders(options: argparse.Namespace, folder: Path) -> dict[int, tuple[str, Contender]]:
    """Port -> the name and what is measured there."""
    ports = [free_port() for _ in range(5)]
    body = json.dumps(REQUEST).encode()
    json_only = {"content-type": "application/json"}
    python = sys.executable
    serve = [python, "-m", "mockvod", "serve", "--rate-limit", "off", "-p"]
    found: dict[int, tuple[str, Contender]] = {}

    def add(name: str, command: Callable[[int], Sequence[str]], *request: object) -> None:
        port = ports.pop()
        headers = signed(port) if request[2] is None else request[2]
        found[port] = name, Contender(command(port), request[0], request[1], headers, request[3])  # type: ignore[arg-type]

    add(
        "constant-granian",
        lambda port: [python, "-c", ON_GRANIAN.replace("PORT", str(port))],
        "/", body, json_only, "TaskId",
    )  # fmt: skip
    add("constant", lambda port: [python, "-c", ON_OURS.replace("PORT", str(port))], "/", body, json_only, "TaskId")
    add("mockvod", lambda port: [*serve, str(port)], "/", body, None, "TaskId")
    if options.aimock:
        fixtures = folder / "chat.json"
        answer = {"match": {"userMessage": "hello"}, "response": {"content": "Hi!"}}
        fixtures.write_text(json.dumps({"fixtures": [answer]}))
        command = [str(Path(options.aimock, ".bin", "llmock")), "--log-level", "silent", "-f", str(fixtures), "-p"]
        headers = {**json_only, "authorization": "Bearer x"}
        path = "/v1/chat/completions"
        add("aimock", lambda port: [*command, str(port)], path, json.dumps(CHAT).encode(), headers, "Hi!")
    if options.moto:
        scope = "Credential=x/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x"
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": f"AWS4-HMAC-SHA256 {scope}",  # by which moto tells the service
        }
        query = b"Action=GetCallerIdentity&Version=2011-06-15"
        add("moto", lambda port: [options.moto, "-H", HOST, "-p", str(port)], "/", query, headers, "GetCallerIdentity")
    return found


def check(port: int, one: Contender) -> None:
    """Waits until the server answers, and ends the program where the answer is wrong."""
    for _ in range(200):
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("POST", one.path, one.body, dict(one.headers))
            answer = connection.getresponse().read().decode("utf-8", "replace")
            break
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    else:
        sys.exit(f"{one.command[:3]} does not answer")
    if one.right not in answer:
        sys.exit(f"{one.command[:3]} answers {answer[:300]}")


def load(port: int, one: Contender, seconds: int, connections: int, pause: float = 0) -> str:
    """What wrk prints; with `pause`, every connection waits so many milliseconds between two calls."""
    lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(one.body.decode())}"]
    lines += [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in one.headers.items()]
    if pause:
        lines.append(f"delay = function() return {max(1, round(pause))} end")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "call.lua")
        script.write_text("\n".join(lines))
        url = f"http://{HOST}:{port}{one.path}"
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"wrk reports failures:\n{output}")
    return output


def rate(output: str) -> float:
    """Requests a second."""
    [figure] = re.findall(r"Requests/sec:\s+([\d.]+)", output)
    return float(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--aimock", help="node_modules with @copilotkit/aimock")
    parser.add_argument("--moto", help="the command moto_server")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        measured = contenders(options, Path(folder))
        servers = [
            subprocess.Popen(one.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _, one in measured.values()
        ]
        try:
            for port, (_, one) in measured.items():
                check(port, one)
                load(port, one, 1, 2)
            for _ in range(options.rounds):
                for port, (_, one) in measured.items():
                    one.figures.append(rate(load(port, one, options.seconds, options.connections)))
            report(measured, options)
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                try:
                    server.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    server.kill()


def report(measured: Mapping[int, tuple[str, Contender]], options: argparse.Namespace) -> None:
    medians = {name: statistics.median(one.figures) for name, one in measured.values()}
    first = next(iter(medians.values()))
    for name, one in measured.values():
        spread = f"{min(one.figures):,.0f} to {max(one.figures):,.0f}"
        print(f"{name:17} {medians[name]:10,.0f} requests/s  {medians[name] / first:6.2f}   ({spread})")
    [(port, ours)] = [(port, one) for port, (name, one) in measured.items() if name == "mockvod"]
    connections = 20
    output = load(port, ours, options.seconds, connections, connections / (medians["mockvod"] / 2) * 1000)
    percentiles = dict(re.findall(r"(\d+)%\s+([\d.]+\w+)", output))
    print(f"mockvod at {rate(output):,.0f} requests/s: median {percentiles['50']}, 99 % within {percentiles['99']}")


if __name__ == "__main__":
    main()

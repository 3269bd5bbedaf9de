"""Requests a second of a signed CreateAigcVideoTask, beside a bare constant WSGI answer on the same server.

Both run on granian with one worker and the threads that `mockvod serve` uses; wrk (Debian's package) makes the load,
in turns, on loopback. Prints the median of each and their ratio::

    python tests/benchmarks/throughput.py [--rounds 5] [--seconds 3] [--connections 10]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mockvod.http import HttpRequest
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY, Settings
from mockvod.surfaces.granian_server import free_port, run, serve_app
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


def constant(environ: Any, start_response: Any) -> list[bytes]:
    """The least that a server can do: read the body, send a constant."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))])
    return [ANSWER]


def load_constant() -> Any:
    return constant


def serve_constant(port: int) -> None:
    serve_app(load_constant, host=HOST, port=port, health="/", ready=lambda: None)


def serve_mockvod(port: int) -> None:
    # Without the two limits, so that every call makes a task that runs.
    run(Settings(rate_limit="off", concurrency="off"), host=HOST, port=port, store="memory://", ready=lambda: None)


def lua(port: int) -> str:
    """A wrk script that sends one signed request again and again: a signature holds for five minutes."""
    timestamp = int(time.time())
    headers = {
        "content-type": "application/json",
        "host": f"{HOST}:{port}",
        "x-tc-action": "CreateAigcVideoTask",
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(timestamp),
    }
    body = json.dumps(REQUEST)
    signed = tc3.sign(
        HttpRequest("POST", "", headers, body.encode()),
        secret_id=DOCUMENTED_SECRET_ID,
        secret_key=DOCUMENTED_SECRET_KEY,
        service="vod",
        timestamp=timestamp,
    )
    headers["authorization"] = signed.authorization
    # wrk sets Host by itself, spelt so; a second one beside it would be another header.
    headers["Host"] = headers.pop("host")
    lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(body)}"]
    lines += [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()]
    return "\n".join(lines)


def measure(port: int, seconds: int, connections: int, check: bool) -> float:
    """Requests a second. With `check`, the answers must be results, not refusals."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "call.lua")
        text = lua(port)
        if check:
            text += '\nresponse = function(status, headers, body) if body:find("Error") then error(body) end end'
        script.write_text(text)
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), f"http://{HOST}:{port}/"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None or "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"wrk reports failures:\n{output}")
    return float(found.group(1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=10)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("needs wrk: apt-get install wrk")
    figures: dict[str, list[float]] = {"constant": [], "mockvod": []}
    ports = {name: free_port(HOST, 0) for name in figures}
    servers = [
        multiprocessing.Process(target=target, args=(ports[name],))
        for name, target in (("constant", serve_constant), ("mockvod", serve_mockvod))
    ]
    for server in servers:
        server.start()
    try:
        time.sleep(2)
        measure(ports["mockvod"], 1, 1, check=True)
        for _ in range(options.rounds):
            for name, port in ports.items():
                figures[name].append(measure(port, options.seconds, options.connections, check=False))
    finally:
        for server in servers:
            server.terminate()
            server.join(10)
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, value in medians.items():
        print(f"{name:9} {value:10.0f} requests/s   ({min(figures[name]):.0f} to {max(figures[name]):.0f})")
    print(f"ratio     {medians['mockvod'] / medians['constant']:10.2f}")


if __name__ == "__main__":
    main()

"""What one caller of `mockvod serve` waits for while others misbehave: the median and the worst of its calls.

Each crowd stays for some seconds beside a caller that makes one call after the other, on a connection of its own::

    python tests/benchmarks/beside.py [--seconds 4]
"""

from __future__ import annotations

import argparse
import json
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

HEAD = (
    "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n"
    "X-TC-Version: 2018-07-17\r\nX-TC-Timestamp: {now}\r\nX-TC-Action: {action}\r\nContent-Length: {length}\r\n\r\n"
)
VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: Begins and ends a crowd.
Crowd = Callable[[int, threading.Event], None]


def call(action: str, params: object, authorization: str = "SKIP") -> bytes:
    """The bytes of a call, which is accepted with SKIP in place of a signature."""
    body = json.dumps(params).encode()
    head = HEAD.format(authorization=authorization, now=int(time.time()), action=action, length=len(body))
    return head.encode() + body


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def answer(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            raise EOFError
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return body


def sending(count: int, data: bytes) -> Crowd:
    """So many connections that send this once, and wait."""

    def crowd(port: int, done: threading.Event) -> None:
        connections = [connect(port) for _ in range(count)]
        for each in connections:
            each.sendall(data)
        done.wait()
        for each in connections:
            each.close()

    return crowd


def repeating(count: int, data: Callable[[], bytes]) -> Crowd:
    """So many connections that send this again as soon as it is answered."""

    def crowd(port: int, done: threading.Event) -> None:
        def run() -> None:
            with closing(connect(port)) as connection:
                while not done.is_set():
                    connection.sendall(data())
                    answer(connection)

        threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
        for each in threads:
            each.start()
        done.wait()

    return crowd


def dripping(port: int, done: threading.Event) -> None:
    connections = [connect(port) for _ in range(200)]
    for byte in call("DescribeTaskDetail", {"TaskId": "x" * 2000}):
        if done.wait(0.05):
            break
        for each in connections:
            each.send(bytes([byte]))


WRONG = "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/{date}/vod/tc3_request, SignedHeaders={names}, Signature={signature}"


def wrongly_signed() -> bytes:
    """A call with a thousand signed headers and a wrong signature."""
    names = ";".join(["content-type", "host", *(f"x-{number}" for number in range(1000))])
    date = time.strftime("%Y-%m-%d", time.gmtime())
    return call("DescribeTaskDetail", {"TaskId": "x"}, WRONG.format(date=date, names=names, signature="0" * 64))


CROWDS: dict[str, Crowd] = {
    "nobody": lambda port, done: None,
    "500 idle": sending(500, b""),
    "200 dripping": dripping,
    "200 half bodies": sending(200, call("CreateAigcVideoTask", VIDEO)[:-5]),
    "2,000 PullEvents held": sending(2000, call("PullEvents", {"SubAppId": 7})),
    "full traffic": repeating(4, lambda: call("CreateAigcVideoTask", VIDEO)),
    "wrong signatures of 1,000 headers": repeating(1, wrongly_signed),
    "bodies of 9 MB": repeating(1, lambda: call("DescribeTaskDetail", {"TaskId": "x" * 9_000_000})),
    "100,000 wrong items": repeating(1, lambda: call("CreateAigcVideoTask", {**VIDEO, "FileInfos": [1] * 100_000})),
}


@contextmanager
def served() -> Iterator[int]:
    command = [sys.executable, "-m", "mockvod", "serve", "-p", "0", "--rate-limit", "off", "--set", "allow_skip=true"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.terminate()


def measure(port: int, seconds: float) -> list[float]:
    """How many milliseconds each call took, shortest first."""
    taken, end = [], time.perf_counter() + seconds
    with closing(connect(port)) as connection:
        while time.perf_counter() < end:
            began = time.perf_counter()
            connection.sendall(call("DescribeTaskDetail", {"SubAppId": 7, "TaskId": "t"}))
            answer(connection)
            taken.append((time.perf_counter() - began) * 1000)
            time.sleep(0.002)
    return sorted(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    for name, crowd in CROWDS.items():
        done = threading.Event()
        with served() as port:
            thread = threading.Thread(target=crowd, args=(port, done), daemon=True)
            thread.start()
            time.sleep(1)
            taken = measure(port, options.seconds)
            done.set()
            thread.join(timeout=5)
        print(f"{name:34} median {taken[len(taken) // 2]:6.2f} ms, worst {taken[-1]:7.2f} ms  ({len(taken)} calls)")


if __name__ == "__main__":
    main()

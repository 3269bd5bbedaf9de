"""MockVod.handle beside the least that an honest mock must do, for one signed CreateAigcVideoTask, in one run.

The floor parses the JSON, hashes twice with SHA-256, signs once with HMAC, holds the request against its schema, draws
two identifiers and writes the answer. Both are measured in turns, in one thread. Prints the median of each, their ratio,
and how many Python calls a request takes::

    python tests/benchmarks/handle.py [--rounds 30] [--calls 2000] [--limits default|off|both]
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import hmac
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import msgspec

from mockvod import Account, HttpRequest, MockVod, Settings, VirtualClock
from mockvod.validators import catalog
from mockvod.validators.signature import tc3

HOST = "vod.intl.tencentcloudapi.com"
ACTION = "CreateAigcVideoTask"
PARAMS = {
    "SubAppId": 251007502,
    "ModelName": "GV",
    "ModelVersion": "3.1-fast",
    "Prompt": "generate a car",
    "OutputConfig": {"StorageMode": "Temporary", "Resolution": "720P", "AspectRatio": "16:9", "Duration": 8},
}
ACCOUNT = Account("AKID" + "m" * 32, "k" * 32)
#: Which settings the limits are switched off with.
LIMITS: Mapping[str, Mapping[str, Any]] = {"default": {}, "off": {"rate_limit": "off", "concurrency": "off"}}


def signed(body: bytes) -> HttpRequest:
    """The request as the official Python SDK sends it."""
    timestamp = int(time.time())
    headers = {
        "host": HOST,
        "user-agent": "python-requests/2.32",
        "accept-encoding": "gzip, deflate",
        "accept": "*/*",
        "connection": "keep-alive",
        "content-type": "application/json",
        "x-tc-action": ACTION,
        "x-tc-requestclient": "SDK_PYTHON_3.1.193",
        "x-tc-timestamp": str(timestamp),
        "x-tc-version": "2018-07-17",
        "x-tc-region": "ap-singapore",
        "content-length": str(len(body)),
    }
    request = HttpRequest("POST", "", headers, body)
    made = tc3.sign(
        request,
        secret_id=ACCOUNT.secret_id,
        secret_key=ACCOUNT.secret_key,
        timestamp=timestamp,
        service="vod",
    )
    return HttpRequest("POST", "", {**headers, "authorization": made.authorization}, body)


def floor(body: bytes) -> Callable[[], bytes]:
    """The work that no mock can leave out."""
    is_valid = catalog().require(ACTION).accepts_request
    key = hashlib.sha256(b"a key for the day").digest()
    bits = random.Random().getrandbits
    decode, encode = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode

    def answer() -> bytes:
        params = decode(body)
        payload = hashlib.sha256(body).hexdigest()
        canonical = f"POST\n/\n\ncontent-type:application/json\nhost:{HOST}\n\ncontent-type;host\n{payload}"
        text = f"TC3-HMAC-SHA256\n0\ndate/vod/tc3_request\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        if hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == "" or not is_valid(params):
            raise AssertionError
        task_id, request_id = f"251007502-AigcVideoTask-{bits(128):032x}t", f"{bits(128):032x}"
        return encode({"Response": {"TaskId": task_id, "RequestId": request_id}})

    return answer


def microseconds(call: Callable[[], object], calls: int) -> float:
    """What one of so many calls took."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls * 1e6


def python_calls(call: Callable[[], object]) -> int:
    """How many Python functions one call enters, its own lambda left out."""
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return count - 1


def measure(limits: str, rounds: int, calls: int) -> None:
    body = json.dumps(PARAMS).encode()
    request = signed(body)
    # So much passes with each call in a test that no limit of a second is reached.
    mock = MockVod(Settings(accounts=(ACCOUNT,), **LIMITS[limits]), clock=VirtualClock(tick=0.15))

    def handle() -> object:
        return mock.handle(request)

    assert b'"TaskId"' in mock.handle(request).body, mock.handle(request).body
    least = floor(body)
    figures: dict[str, list[float]] = {"floor": [], "handle": []}
    for number in range(rounds + 3):
        taken = microseconds(least, calls), microseconds(handle, calls)
        if number >= 3:  # the first rounds warm up
            figures["floor"].append(taken[0])
            figures["handle"].append(taken[1])
    medians = {name: statistics.median(values) for name, values in figures.items()}
    print(f"limits {limits}")
    for name, value in medians.items():
        print(f"  {name:8} {value:6.1f} µs   ({min(figures[name]):.1f} to {max(figures[name]):.1f})")
    print(f"  ratio    {medians['handle'] / medians['floor']:6.2f}")
    print(f"  Python calls a request: {python_calls(handle)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--limits", choices=[*LIMITS, "both"], default="both")
    options = parser.parse_args()
    for limits in LIMITS if options.limits == "both" else [options.limits]:
        measure(limits, options.rounds, options.calls)


if __name__ == "__main__":
    main()

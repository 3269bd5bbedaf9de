"""An official SDK's call in process, beside the same call answered by a constant stub of the library `responses`.

Both go through requests and the SDK's own signing and reading, in turns, in one thread. Prints the median of each and
their ratio::

    python tests/benchmarks/inprocess.py [--rounds 20] [--calls 100]
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import responses
from tencentcloud.common.credential import Credential
from tencentcloud.vod.v20180717 import vod_client

from mockvod import mock_vod
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY

URL = "https://vod.intl.tencentcloudapi.com/"
ANSWER = {"Response": {"TaskId": "251007502-AigcVideoTask-" + "0" * 32 + "t", "RequestId": "0" * 36}}
REQUEST = {"SubAppId": 251007502, "ModelName": "GV", "ModelVersion": "3.1-fast", "Prompt": "generate a car"}


def new_client() -> Any:
    return vod_client.VodClient(Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY), "ap-singapore")


def microseconds(call: Callable[[], Any], calls: int) -> float:
    """What one of so many calls took."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls * 1e6


def stubbed(calls: int) -> float:
    client = new_client()
    with responses.RequestsMock() as stub:
        stub.post(URL, json=ANSWER)
        client.call_json("CreateAigcVideoTask", REQUEST)
        return microseconds(lambda: client.call_json("CreateAigcVideoTask", REQUEST), calls)


def mocked(calls: int) -> float:
    client = new_client()
    # Without the limit of tasks at a time, so that every call makes one that runs.
    with mock_vod(concurrency="off") as mock:
        client.call_json("CreateAigcVideoTask", REQUEST)
        each = microseconds(lambda: client.call_json("CreateAigcVideoTask", REQUEST), calls)
        assert mock.journal.total == calls + 1
        return each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=100)
    options = parser.parse_args()
    figures: dict[str, list[float]] = {"stub": [], "mockvod": []}
    for _ in range(options.rounds):
        figures["stub"].append(stubbed(options.calls))
        figures["mockvod"].append(mocked(options.calls))
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, value in medians.items():
        print(f"{name:9} {value:8.0f} µs a call   ({min(figures[name]):.0f} to {max(figures[name]):.0f})")
    print(f"ratio     {medians['mockvod'] / medians['stub']:8.2f}")


if __name__ == "__main__":
    main()

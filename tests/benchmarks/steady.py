"""What is stored under steady traffic: it must not grow with the number of calls once the first windows have passed.

Signed CreateAigcVideoTask calls, half of them with a SessionId, on a clock that moves so that six windows of seven days
pass within each million; after each fiftieth, one of PullEvents, ConfirmEvents and DescribeTaskDetail. What is printed after
each part: calls per second since the last, resident memory, and how many rows and entries there are::

    python tests/benchmarks/steady.py [--calls 3000000] [--print-every 1000000] [--days 42]
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mockvod import Account, HttpRequest, MockVod, Settings, VirtualClock
from mockvod.validators.signature import tc3

HOST = "vod.intl.tencentcloudapi.com"
ACCOUNT = Account("AKID" + "m" * 32, "k" * 32)
APPLICATION = 251007502
LOOK_EVERY = 50
VIDEO = {
    "SubAppId": APPLICATION,
    "ModelName": "GV",
    "ModelVersion": "3.1-fast",
    "Prompt": "generate a car",
    "OutputConfig": {"StorageMode": "Temporary", "Resolution": "720P", "AspectRatio": "16:9", "Duration": 8},
}


class Client:
    """Signs what it sends, as SDKs do, and opens the envelope."""

    def __init__(self, mock: MockVod) -> None:
        self._mock = mock

    def call(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The answer without its envelope."""
        timestamp = int(time.time())  # callers sign by the machine's time, wherever the clock of the mock stands
        headers = {
            "content-type": "application/json",
            "host": HOST,
            "x-tc-action": action,
            "x-tc-timestamp": str(timestamp),
            "x-tc-version": "2018-07-17",
        }
        request = HttpRequest("POST", "", headers, json.dumps(params).encode())
        headers["authorization"] = tc3.sign(
            request,
            secret_id=ACCOUNT.secret_id,
            secret_key=ACCOUNT.secret_key,
            timestamp=timestamp,
            service="vod",
        ).authorization
        answer: dict[str, Any] = json.loads(self._mock.handle(request).body)["Response"]
        return answer


def resident_mebibytes() -> float:
    """Of this process, by the kernel."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def stored(mock: MockVod) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by table and entries by index, where there are any."""
    saved = mock.store.snapshot()

    def lengths(held: Mapping[str, Any]) -> dict[str, int]:
        return {name.replace(ACCOUNT.secret_id, "…"): len(each) for name, each in sorted(held.items()) if each}

    return lengths(saved.tables), lengths(saved.indexes)


def looks(client: Client) -> list[Callable[[str], object]]:
    """What is called in turns after some tasks, with the TaskId of the last one."""
    handles: list[str] = []

    def pull(_: str) -> None:
        events = client.call("PullEvents", {"SubAppId": APPLICATION}).get("EventSet") or []
        handles[:] = [event["EventHandle"] for event in events]

    def confirm(_: str) -> None:
        # Every other event is left to come back, and to be dropped in the end.
        if handles[::2]:
            client.call("ConfirmEvents", {"SubAppId": APPLICATION, "EventHandles": handles[::2]})

    def detail(task_id: str) -> None:
        answer = client.call("DescribeTaskDetail", {"SubAppId": APPLICATION, "TaskId": task_id})
        assert "TaskType" in answer, answer

    return [pull, confirm, detail]


def run(calls: int, print_every: int, days: float) -> None:
    """Makes the calls and prints the figures."""
    mock = MockVod(
        Settings(accounts=(ACCOUNT,), journal_size=1000),
        clock=VirtualClock(tick=days * 86_400 / 1_000_000),
    )
    client = Client(mock)
    turns = looks(client)
    start, created = time.perf_counter(), 0
    for number in range(1, calls + 1):
        params: dict[str, Any] = {**VIDEO, "SessionId": f"session-{number}"} if number % 2 else VIDEO
        answer = client.call("CreateAigcVideoTask", params)
        assert "TaskId" in answer, answer
        created += 1
        if number % LOOK_EVERY == 0:
            turns[number // LOOK_EVERY % len(turns)](answer["TaskId"])
        if number % print_every == 0:
            rate = created / (time.perf_counter() - start)
            gc.collect()
            rows, entries = stored(mock)
            print(f"{number:,} calls that create: {rate:,.0f} a second, {resident_mebibytes():,.0f} MiB resident")
            for title, counted in (("rows", rows), ("entries", entries)):
                print(f"  {title}: " + ", ".join(f"{name} {count:,}" for name, count in counted.items()), flush=True)
            start, created = time.perf_counter(), 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=3_000_000, help="that create a task")
    parser.add_argument("--print-every", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=42, help="that pass with a million calls, of any action")
    options = parser.parse_args()
    run(options.calls, options.print_every, options.days)


if __name__ == "__main__":
    main()

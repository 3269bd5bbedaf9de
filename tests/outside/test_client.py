"""A project of somebody else's, with types: run, and checked by mypy and pyright, where only the wheel is installed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from mockvod import HttpRequest, MockVod, VirtualClock, mock_vod, scripts
from mockvod.fixtures.server import LiveServer
from mockvod.validators import validate_request
from mockvod.validators.signature import tc3

VIDEO = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "2.6", "Prompt": "a cat"}


def call(url: str, secret_id: str, secret_key: str, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """One signed call, and what is inside of Response."""
    timestamp, body = int(time.time()), json.dumps(params).encode()
    headers = {
        "content-type": "application/json",
        "host": httpx.URL(url).netloc.decode(),
        "x-tc-action": action,
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(timestamp),
    }
    signed = tc3.sign(
        HttpRequest("POST", "", headers, body),
        secret_id=secret_id,
        secret_key=secret_key,
        service="vod",
        timestamp=timestamp,
    )
    with httpx.Client(trust_env=False) as client:
        answer = client.post(url, content=body, headers={**headers, "authorization": signed.authorization})
    inside: dict[str, Any] = answer.json()["Response"]
    return inside


def in_process(mock: MockVod, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return call("https://vod.intl.tencentcloudapi.com/", mock.secret_id, mock.secret_key, action, params)


def test_in_process(mockvod: MockVod, mockvod_clock: VirtualClock) -> None:
    task_id: str = in_process(mockvod, "CreateAigcVideoTask", VIDEO)["TaskId"]
    mockvod_clock.advance(minutes=1)

    assert mockvod.tasks[task_id].status == "FINISH"
    assert mockvod.verify("CreateAigcVideoTask", times=1, params={"Prompt": "a cat"}).last.params == VIDEO
    assert mockvod.bill.usd > 0


def test_live(mockvod_server: LiveServer) -> None:
    fault = mockvod_server.mock.fault("http_error", status=502)

    with pytest.raises(json.JSONDecodeError):
        call(mockvod_server.url, mockvod_server.secret_id, mockvod_server.secret_key, "DescribeSubAppIds", {})

    assert fault.hits == 1


@pytest.mark.mockvod(profile="lenient", tick=0)
def test_marked(mockvod: MockVod) -> None:
    assert mockvod.settings.profile == "lenient"


@mock_vod
def test_decorated(mockvod: MockVod) -> None:
    mockvod.tasks.script("CreateAigcVideoTask", [scripts.progress(50), scripts.fail("TaskTimeout")])
    task_id: str = in_process(mockvod, "CreateAigcVideoTask", VIDEO)["TaskId"]
    details = [in_process(mockvod, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"] for _ in range(2)]

    assert [(each["Progress"], each["ErrCodeExt"]) for each in details] == [(50, ""), (100, "TaskTimeout")]


def test_validators() -> None:
    [finding] = validate_request("CreateAigcVideoTask", {**VIDEO, "ModelVersion": "9"})

    assert (finding.path, finding.severity) == ("ModelVersion", "error")


def test_in_a_block() -> None:
    with mock_vod(others="refuse") as mock, pytest.raises(Exception, match="example.com"):
        assert in_process(mock, "DescribeSubAppIds", {})
        httpx.get("http://example.com/", trust_env=False)

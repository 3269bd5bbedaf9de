"""Tests that move the machine's time with freezegun or time-machine, of which mockvod knows nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import freezegun
import pytest
import time_machine
from tencentcloud.common.credential import Credential
from tencentcloud.vod.v20180717 import vod_client

from mockvod import MockVod, SystemClock, mock_vod

#: Before the account of the documents was ever used, and far from the machine's time.
THEN = datetime.datetime(2019, 3, 4, 12, 0, tzinfo=datetime.timezone.utc)
VIDEO = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "2.6", "Prompt": "a cat"}


@contextmanager
def by_freezegun() -> Iterator[Callable[[float], Any]]:
    with freezegun.freeze_time(THEN) as frozen:
        yield lambda seconds: frozen.tick(datetime.timedelta(seconds=seconds))


@contextmanager
def by_time_machine() -> Iterator[Callable[[float], Any]]:
    with time_machine.travel(THEN, tick=False) as traveller:
        yield traveller.shift


@pytest.fixture(params=[by_freezegun, by_time_machine], ids=["freezegun", "time-machine"])
def move(request: pytest.FixtureRequest) -> Iterator[Callable[[float], Any]]:
    """Time stands at THEN; what this gives moves it by so many seconds."""
    with request.param() as mover:
        yield mover


def call(mock: MockVod, action: str, params: dict[str, Any]) -> dict[str, Any]:
    client = vod_client.VodClient(Credential(mock.secret_id, mock.secret_key), "ap-singapore")
    answer: dict[str, Any] = client.call_json(action, params)["Response"]
    return answer


def status(mock: MockVod, task_id: str) -> str:
    text: str = call(mock, "DescribeTaskDetail", {"TaskId": task_id})["Status"]
    return text


def test_a_mock_on_the_machines_clock_goes_with_it(move: Callable[[float], Any]) -> None:
    with mock_vod(clock=SystemClock(), task_seconds=60) as mock:
        task_id = call(mock, "CreateAigcVideoTask", VIDEO)["TaskId"]
        before = status(mock, task_id)
        move(60)

        assert (before, status(mock, task_id)) == ("PROCESSING", "FINISH")
        assert mock.calls.first.time == THEN.timestamp()


def test_a_mock_on_its_own_clock_does_not(move: Callable[[float], Any]) -> None:
    """Its clients sign by the machine's time all the same, wherever that is."""
    with mock_vod(task_seconds=60) as mock:
        task_id = call(mock, "CreateAigcVideoTask", VIDEO)["TaskId"]
        move(3600)
        assert status(mock, task_id) == "PROCESSING"
        mock.clock.advance(60)

        assert status(mock, task_id) == "FINISH"


@pytest.mark.usefixtures("move")
def test_a_call_that_is_held_ends_though_time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("mockvod.call.drivers.sleep", slept.append)
    with mock_vod(clock=SystemClock()) as mock, pytest.raises(Exception, match="ResourceNotFound"):
        call(mock, "PullEvents", {"SubAppId": 1})

    assert 4 < sum(slept) < 6

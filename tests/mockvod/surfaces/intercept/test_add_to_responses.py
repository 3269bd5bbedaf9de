"""Tests that use the library `responses` for other hosts, and have it ask a mock for Tencent's."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from tencentcloud.common.credential import Credential
from tencentcloud.vod.v20180717 import vod_client

from mockvod import MockVod, Settings, SettingsError, VirtualClock, add_to_responses

VIDEO = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "2.6", "Prompt": "a cat"}
API = "https://vod.intl.tencentcloudapi.com/"


@pytest.fixture
def mock() -> MockVod:
    return MockVod(Settings(task_seconds=10), clock=VirtualClock())


def call(mock: MockVod, action: str, params: dict[str, Any]) -> dict[str, Any]:
    client = vod_client.VodClient(Credential(mock.secret_id, mock.secret_key), "ap-singapore")
    answer: dict[str, Any] = client.call_json(action, params)["Response"]
    return answer


@responses.activate
def test_the_sdk_is_answered_and_other_hosts_stay_the_tests(mock: MockVod) -> None:
    responses.add(responses.GET, "http://example.com/cat.png", body=b"cat")
    add_to_responses(mock, responses.mock)

    task_id = call(mock, "CreateAigcVideoTask", VIDEO)["TaskId"]

    assert mock.tasks[task_id].status == "PROCESSING"
    assert requests.get("http://example.com/cat.png", timeout=5).content == b"cat"
    assert len(responses.calls) == 2


@responses.activate
def test_result_files_are_served(mock: MockVod) -> None:
    add_to_responses(mock, responses.mock)
    task_id = call(mock, "CreateAigcVideoTask", VIDEO)["TaskId"]
    mock.clock.advance(10)
    detail = call(mock, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]

    film = requests.get(detail["Output"]["FileInfos"][0]["FileUrl"], timeout=5)

    assert (film.headers["Content-Type"], film.content[4:8]) == ("video/mp4", b"ftyp")


@pytest.mark.parametrize(
    ("kind", "details", "error"),
    [
        pytest.param("drop", {}, requests.ConnectionError, id="drop"),
        pytest.param("timeout", {}, requests.ReadTimeout, id="timeout"),
        pytest.param("truncate", {}, requests.exceptions.ChunkedEncodingError, id="truncate"),
    ],
)
@responses.activate
def test_faults_are_the_exceptions_of_the_library(
    mock: MockVod, kind: str, details: Any, error: Any, post: Any
) -> None:
    add_to_responses(mock, responses.mock)
    mock.fault(kind, **details)

    with pytest.raises(error):
        post(mock)


@pytest.fixture
def post(make_caller: Any) -> Any:
    """Sends a call by `requests` alone, whose exceptions the SDK would wrap."""

    def send(mock: MockVod) -> requests.Response:
        request = make_caller(mock).post("DescribeEventConfig", timestamp=int(mock.clock.wall()))
        return requests.post(API, data=request.body, headers=dict(request.headers), timeout=5)

    return send


@responses.activate
def test_other_hosts_than_tencents_can_be_named(mock: MockVod) -> None:
    add_to_responses(mock, responses.mock, hosts=["vod.example.com"])

    answer = requests.post("https://vod.example.com/", timeout=5).json()

    assert answer["Response"]["Error"]["Code"] == "MissingParameter"


@responses.activate
def test_what_is_nobodys_is_refused_by_the_library(mock: MockVod) -> None:
    add_to_responses(mock, responses.mock)

    with pytest.raises(requests.ConnectionError, match="not a host that this mock answers"):
        requests.get("http://example.com/", timeout=5)


def test_hosts_that_cannot_be(mock: MockVod) -> None:
    with pytest.raises(SettingsError, match="is not a host name"):
        add_to_responses(mock, responses.mock, hosts=["http://example.com/"])

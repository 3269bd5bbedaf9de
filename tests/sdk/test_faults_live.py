"""What clients make of calls that go wrong on the wire: the official SDK, requests and the standard library."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
import requests
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client

from mockvod import mock_vod
from mockvod.fixtures.server import LiveServer
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT, Settings
from mockvod.validators.signature import tc3

VIDEO = {"SubAppId": 1500000001, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: Seconds after which the clients give up.
PATIENCE = 0.2
PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer(Settings(concurrency="off", rate_limit="off")) as live:
        yield live


def signed(endpoint: str, params: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call that creates a video."""
    body, timestamp = json.dumps(params).encode(), int(time.time())
    headers = {
        "content-type": "application/json",
        "host": endpoint,
        "x-tc-action": "CreateAigcVideoTask",
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(timestamp),
    }
    headers["authorization"] = tc3.sign(
        HttpRequest("POST", "", headers, body),
        secret_id=DEFAULT_ACCOUNT.secret_id,
        secret_key=DEFAULT_ACCOUNT.secret_key,
        service="vod",
        timestamp=timestamp,
    ).authorization
    return body, headers


def by_sdk(endpoint: str, params: dict[str, Any], patience: float = PATIENCE) -> str:
    """The TaskId, by the official SDK."""
    http_profile = HttpProfile(protocol="http", endpoint=endpoint, reqTimeout=patience)
    credential = Credential(DEFAULT_ACCOUNT.secret_id, DEFAULT_ACCOUNT.secret_key)
    client = vod_client.VodClient(credential, "ap-singapore", ClientProfile(httpProfile=http_profile))
    request = models.CreateAigcVideoTaskRequest()
    request.from_json_string(json.dumps(params))
    task_id: str = client.CreateAigcVideoTask(request).TaskId
    return task_id


def by_requests(endpoint: str, params: dict[str, Any], patience: float = PATIENCE) -> str:
    """The TaskId, by a careful client on requests."""
    body, headers = signed(endpoint, params)
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(f"http://{endpoint}/", body, headers=headers, timeout=patience)
        response.raise_for_status()
        task_id: str = response.json()["Response"]["TaskId"]
        return task_id


def by_http_client(endpoint: str, params: dict[str, Any], patience: float = PATIENCE) -> str:
    """The TaskId, by the standard library."""
    body, headers = signed(endpoint, params)
    with closing(http.client.HTTPConnection(endpoint, timeout=patience)) as connection:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise http.client.HTTPException(f"{response.status} {response.reason}")
        task_id: str = json.loads(content)["Response"]["TaskId"]
        return task_id


def by_httpx(endpoint: str, params: dict[str, Any], patience: float = PATIENCE) -> str:
    """The TaskId, by a careful client on httpx."""
    body, headers = signed(endpoint, params)
    with httpx.Client(trust_env=False, timeout=patience) as client:
        response = client.post(f"http://{endpoint}/", content=body, headers=headers)
        response.raise_for_status()
        task_id: str = response.json()["Response"]["TaskId"]
        return task_id


Client = Callable[..., str]
SDK_ERROR = TencentCloudSDKException
RESET = r"ConnectionResetError\("
GONE = r"RemoteDisconnected\("
NOTHING = r"IncompleteRead\(0 bytes read, \d+ more expected\)"
HALF_HTTPX = r"received [1-9]\d* bytes, expected \d+"
TIMED_OUT = r"Read timed out\. \(read timeout=0\.2\)"
HALF = r"IncompleteRead\(\d+ bytes read, \d+ more expected\)"

#: Kind, details, client, what it raises and what that says.
FAILURES: list[tuple[str, dict[str, Any], Client, type[Exception], str]] = [
    ("error", {"code": "FailedOperation.DBError"}, by_sdk, SDK_ERROR, "code:FailedOperation.DBError message:Storage"),
    ("rate_limit", {}, by_sdk, SDK_ERROR, "code:RequestLimitExceeded message:Your current request times equals to"),
    (
        "clock_skew",
        {"seconds": -400},
        by_sdk,
        SDK_ERROR,
        r"code:AuthFailure\.SignatureExpire message:Signature expired",
    ),
    ("drop", {}, by_sdk, SDK_ERROR, rf"code:ClientNetworkError message:\('Connection aborted\.', {GONE}"),
    ("drop", {}, by_requests, requests.ConnectionError, rf"'Connection aborted\.', {GONE}"),
    ("drop", {}, by_httpx, httpx.RemoteProtocolError, "Server disconnected without sending a response"),
    ("drop", {}, by_http_client, http.client.RemoteDisconnected, "Remote end closed connection without response"),
    ("drop", {"reset": True}, by_sdk, SDK_ERROR, rf"code:ClientNetworkError message:\('Connection aborted\.', {RESET}"),
    ("drop", {"reset": True}, by_requests, requests.ConnectionError, rf"'Connection aborted\.', {RESET}"),
    ("drop", {"reset": True}, by_httpx, httpx.ReadError, "Connection reset by peer"),
    ("drop", {"reset": True}, by_http_client, ConnectionResetError, "reset by peer"),
    ("drop", {"at": "headers"}, by_requests, requests.exceptions.ChunkedEncodingError, NOTHING),
    ("drop", {"at": "headers"}, by_httpx, httpx.RemoteProtocolError, "without sending complete message body"),
    ("drop", {"at": "headers"}, by_http_client, http.client.IncompleteRead, NOTHING),
    ("drop_after_commit", {}, by_sdk, SDK_ERROR, rf"code:ClientNetworkError message:\('Connection aborted\.', {GONE}"),
    ("drop_after_commit", {}, by_requests, requests.ConnectionError, rf"'Connection aborted\.', {GONE}"),
    ("drop_after_commit", {"at": "body"}, by_requests, requests.exceptions.ChunkedEncodingError, HALF),
    ("drop_after_commit", {"at": "body"}, by_httpx, httpx.RemoteProtocolError, HALF_HTTPX),
    (
        "drop_after_commit",
        {"at": "body", "reset": True},
        by_requests,
        requests.exceptions.ChunkedEncodingError,
        r"Connection broken: ConnectionResetError\(",
    ),
    ("drop_after_commit", {"at": "body", "reset": True}, by_httpx, httpx.ReadError, "Connection reset by peer"),
    ("stall", {}, by_requests, requests.ConnectionError, r"Read timed out\."),
    ("stall", {"at": "headers"}, by_requests, requests.ConnectionError, r"Read timed out\."),
    ("stall", {}, by_httpx, httpx.ReadTimeout, "timed out"),
    ("stall", {"seconds": 0.05}, by_requests, requests.exceptions.ChunkedEncodingError, HALF),
    (
        "garbage",
        {},
        by_sdk,
        SDK_ERROR,
        r"code:ClientNetworkError message:\('Connection aborted\.', BadStatusLine\('SSH",
    ),
    ("garbage", {}, by_requests, requests.ConnectionError, r"BadStatusLine\('SSH-2\.0"),
    ("garbage", {}, by_httpx, httpx.RemoteProtocolError, r"illegal status line: bytearray\(b'SSH-2\.0"),
    ("garbage", {}, by_http_client, http.client.BadStatusLine, r"SSH-2\.0"),
    ("content_length", {}, by_requests, requests.exceptions.ChunkedEncodingError, "1 more expected"),
    ("content_length", {}, by_httpx, httpx.RemoteProtocolError, "without sending complete message body"),
    ("content_length", {"length": "shorter"}, by_requests, requests.JSONDecodeError, "Expecting"),
    ("content_length", {"length": "shorter"}, by_httpx, json.JSONDecodeError, "Expecting"),
    ("timeout", {}, by_sdk, SDK_ERROR, f"code:ClientNetworkError message:.*{TIMED_OUT}"),
    ("timeout", {}, by_requests, requests.ReadTimeout, TIMED_OUT),
    ("timeout", {}, by_http_client, TimeoutError, "timed out"),
    ("timeout", {"seconds": 0.05}, by_requests, requests.ConnectionError, rf"'Connection aborted\.', {GONE}"),
    ("latency", {"seconds": 0.25}, by_sdk, SDK_ERROR, f"code:ClientNetworkError message:.*{TIMED_OUT}"),
    # It fails past the point where the SDK looks for network errors, and gets the name of the class for its code.
    ("truncate", {}, by_sdk, SDK_ERROR, f"code:ChunkedEncodingError message:.*{HALF}"),
    ("truncate", {}, by_requests, requests.exceptions.ChunkedEncodingError, HALF),
    ("truncate", {}, by_http_client, http.client.IncompleteRead, HALF),
    ("http_error", {}, by_sdk, SDK_ERROR, f"code:ServerNetworkError message:b'{re.escape(PAGE.strip())}"),
    ("http_error", {"status": 503}, by_requests, requests.HTTPError, "503 Server Error: Service Unavailable for url"),
    ("http_error", {"status": 504}, by_http_client, http.client.HTTPException, "504 Gateway Timeout"),
    ("malformed_json", {}, by_sdk, SDK_ERROR, "code:JSONDecodeError message:Unterminated string"),
    ("malformed_json", {}, by_requests, requests.JSONDecodeError, "Unterminated string"),
    ("malformed_json", {}, by_http_client, json.JSONDecodeError, "Unterminated string"),
]


@pytest.mark.parametrize(
    ("kind", "details", "client", "raised", "text"),
    [pytest.param(*each, id=f"{each[0]}-{each[2].__name__}{''.join(map(str, each[1].values()))}") for each in FAILURES],
)
def test_failure_as_the_client_reports_it(
    server: LiveServer, kind: str, details: dict[str, Any], client: Client, raised: type[Exception], text: str
) -> None:
    fault = server.mock.fault(kind, **details)

    with pytest.raises(raised, match=text):
        client(server.endpoint, VIDEO)

    assert fault.hits == 1


@pytest.mark.parametrize(
    ("kind", "details", "client", "raised", "text"),
    [
        pytest.param(*each, id=f"{each[0]}-{each[2].__name__}{''.join(map(str, each[1].values()))}")
        for each in FAILURES
        if each[2] is not by_http_client
    ],
)
def test_failure_in_process_is_the_same(
    kind: str, details: dict[str, Any], client: Client, raised: type[Exception], text: str
) -> None:
    with mock_vod(hosts=["mock.example"]) as mock:
        fault = mock.fault(kind, **details)

        with pytest.raises(raised, match=text):
            client("mock.example", VIDEO)

    assert fault.hits == 1


@pytest.mark.parametrize("client", [by_sdk, by_requests, by_httpx, by_http_client])
@pytest.mark.parametrize(
    ("kind", "details", "least"),
    [
        pytest.param("latency", {"seconds": 0.1}, 0.1, id="latency"),
        # No single wait is longer than the client's patience, although all of them together are.
        pytest.param("trickle", {"seconds": 0.25}, PATIENCE, id="trickle"),
        pytest.param("content_length", {"length": "missing"}, 0, id="no-content-length"),
        pytest.param("close", {}, 0, id="close"),
        # No client minds, the official one included.
        pytest.param("wrong_content_type", {}, 0, id="wrong-content-type"),
        pytest.param("clock_skew", {"seconds": 200}, 0, id="clock-a-little-off"),
    ],
)
def test_call_that_succeeds_all_the_same(
    server: LiveServer, kind: str, details: dict[str, Any], least: float, client: Client
) -> None:
    server.mock.fault(kind, **details)
    began = time.monotonic()

    task_id = client(server.endpoint, VIDEO)

    assert [each.id for each in server.mock.tasks] == [task_id]
    assert time.monotonic() - began >= least


def test_sdk_takes_a_refusal_of_another_content_type_for_a_result(server: LiveServer) -> None:
    call = {**VIDEO, "SessionId": "one-and-the-same"}
    by_sdk(server.endpoint, call)
    server.mock.fault("wrong_content_type")

    assert by_sdk(server.endpoint, call) is None
    assert [record.code for record in server.mock.journal] == ["", "InvalidParameterValue.SessionId"]


def test_refused_without_a_task(server: LiveServer) -> None:
    server.mock.fault("drop")

    with pytest.raises(requests.ConnectionError):
        by_requests(server.endpoint, VIDEO)

    assert len(server.mock.tasks) == 0


def test_connection_serves_the_next_call_after_a_whole_answer(server: LiveServer) -> None:
    server.mock.fault("trickle", seconds=0.05)
    body, headers = signed(server.endpoint, VIDEO)

    with closing(http.client.HTTPConnection(server.endpoint, timeout=5)) as connection:
        statuses = []
        for _ in range(2):
            connection.request("POST", "/", body, headers)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
            connection.auto_open = 0  # a second connection would hide that the first was closed

    assert statuses == [200, 200]


# Lost answers and retries

LOSSES = [
    pytest.param("drop_after_commit", {}, id="drop"),
    pytest.param("timeout", {"committed": True}, id="timeout"),
    pytest.param("truncate", {}, id="truncate"),
    pytest.param("http_error", {"status": 504, "committed": True}, id="http-error"),
]


@pytest.mark.parametrize(("kind", "details"), LOSSES)
def test_retry_with_the_same_session_id_is_refused(server: LiveServer, kind: str, details: dict[str, Any]) -> None:
    server.mock.fault(kind, **details)
    call = {**VIDEO, "SessionId": "one-and-the-same"}
    with pytest.raises(TencentCloudSDKException):
        by_sdk(server.endpoint, call)

    with pytest.raises(TencentCloudSDKException) as refused:
        by_sdk(server.endpoint, call)

    assert refused.value.code == "InvalidParameterValue.SessionId"
    assert (len(server.mock.tasks), server.mock.bill.double_charges) == (1, ())


@pytest.mark.parametrize(("kind", "details"), LOSSES)
def test_retry_without_session_id_is_paid_twice(server: LiveServer, kind: str, details: dict[str, Any]) -> None:
    server.mock.fault(kind, **details)
    with pytest.raises(TencentCloudSDKException):
        by_sdk(server.endpoint, VIDEO)

    second = by_sdk(server.endpoint, VIDEO)

    [first, other] = [each.id for each in server.mock.tasks]
    [double] = server.mock.bill.double_charges
    assert other == second
    assert (double.first, double.second, double.reason) == (first, second, "retry_without_session_id")


# The server behind it


def held(server: LiveServer, calls: int, patience: float = 60) -> list[threading.Thread]:
    """So many calls that are being kept waiting, each in a thread that ends with it."""

    def call() -> None:
        with pytest.raises((OSError, http.client.HTTPException)):
            by_http_client(server.endpoint, VIDEO, patience)

    fault = server.mock.fault("timeout", times=None)
    threads = [threading.Thread(target=call) for _ in range(calls)]
    for thread in threads:
        thread.start()
    while fault.hits < calls:
        threading.Event().wait(0.01)
    fault.remove()
    return threads


def test_stop_does_not_wait_for_held_calls() -> None:
    with LiveServer() as server:
        threads = held(server, 3)
        began = time.monotonic()

    assert time.monotonic() - began < 2
    for thread in threads:
        thread.join(timeout=5)
    assert not any(thread.is_alive() for thread in threads)


def test_standing_server_does_the_same(served: str) -> None:
    with closing(http.client.HTTPConnection(served, timeout=10)) as connection:
        order = json.dumps({"kind": "drop", "action": "CreateAigcVideoTask", "reset": True})
        connection.request("POST", "/_mockvod/faults", order, {"Content-Type": "application/json"})
        assert connection.getresponse().status < 300

    with pytest.raises(ConnectionResetError):
        by_http_client(served, VIDEO, patience=10)


def test_callers_that_hung_up_hold_nothing(server: LiveServer) -> None:
    for thread in held(server, 8, patience=0.1):
        thread.join()

    # As many were held as the server has threads.
    assert by_http_client(server.endpoint, VIDEO, patience=5)

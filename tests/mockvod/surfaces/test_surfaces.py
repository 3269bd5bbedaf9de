"""The ways in: WSGI as servers speak it, the Flask pages, and the live server of the fixtures."""

from __future__ import annotations

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.http import HttpRequest
from mockvod.service import registry
from mockvod.settings import Settings
from mockvod.surfaces.flask_app import create_app
from mockvod.surfaces.wsgi import EnvironHeaders, WsgiSurface
from mockvod.version import __version__

LIMIT = 10 * 1024 * 1024
VIDEO = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
HINT = "The API is at /, the control API is under /_mockvod/"


class Input(io.BytesIO):
    """A body that tells how much of it was asked for."""

    asked: int | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked = size
        return super().read(size)


def environ_of(request: HttpRequest, **changes: Any) -> dict[str, Any]:
    """The WSGI environment that a server would make of `request`; None takes a name away."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": "/",
        "QUERY_STRING": request.query,
        "CONTENT_LENGTH": str(len(request.body)),
        "REMOTE_ADDR": request.peer,
        "wsgi.input": Input(request.body),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return {name: value for name, value in {**environ, **changes}.items() if value is not None}


def answer_of(mock: MockVod, environ: dict[str, Any]) -> dict[str, Any]:
    """What stands inside of ``Response``."""
    started: list[Any] = []
    body = b"".join(WsgiSurface(mock, nobody)(environ, lambda *response: started.append(response)))  # type: ignore[arg-type,return-value]
    [(status, headers)] = started
    assert (status, dict(headers)["Content-Length"]) == ("200 OK", str(len(body)))
    inside: dict[str, Any] = json.loads(body)["Response"]
    return inside


def nobody(environ: Any, start_response: Any) -> Any:
    pytest.fail(f"handed on: {environ['PATH_INFO']}")


# --- WSGI ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", ""], ids=["slash", "empty"])
def test_the_api_is_at_the_root(mock: MockVod, caller: Any, path: str) -> None:
    answer = answer_of(mock, environ_of(caller.post("CreateAigcSubject"), PATH_INFO=path))

    assert "TaskId" in answer


@pytest.mark.parametrize("path", ["/v2", "//", "/_mockvod/health"])
def test_everything_else_is_handed_on(mock: MockVod, path: str) -> None:
    seen: list[str] = []

    def rest(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ["PATH_INFO"])
        return [b"rest"]

    surface = WsgiSurface(mock, rest)

    assert (list(surface({"PATH_INFO": path}, nobody)), seen) == ([b"rest"], [path])


def test_headers_and_body_are_those_of_the_core(mock: MockVod, caller: Any) -> None:
    request = caller.post("CreateAigcSubject", {"SubjectName": 5}, headers={"x-tc-traceid": "trace"})
    expected = mock.handle(request)
    started: list[Any] = []

    WsgiSurface(mock, nobody)(environ_of(request), lambda *response: started.append(response))  # type: ignore[arg-type,return-value]

    [(status, headers)] = started
    assert status == "200 OK"
    assert headers == [*expected.headers, ("Content-Length", str(len(expected.body)))]


def test_query_reaches_the_core_as_sent(mock: MockVod, caller: Any) -> None:
    environ = environ_of(caller.get("DescribeTaskDetail", "TaskId=a%20b%2Bc"), CONTENT_LENGTH=None)

    assert answer_of(mock, environ)["Error"]["Code"] == "InvalidParameterValue.TaskId"
    assert [record.params for record in mock.journal] == [{"TaskId": "a b+c"}]


def test_peer_reaches_the_journal(mock: MockVod, caller: Any) -> None:
    answer_of(mock, environ_of(caller.post("CreateAigcSubject"), REMOTE_ADDR="10.0.0.7"))

    assert [record.peer for record in mock.journal] == ["10.0.0.7"]


def test_chunked_body_is_read_to_its_end(mock: MockVod, caller: Any) -> None:
    request = caller.post("CreateAigcSubject", {"SubjectName": "cat"})
    environ = environ_of(request, CONTENT_LENGTH=None, **{"wsgi.input_terminated": True})

    assert "TaskId" in answer_of(mock, environ)
    assert [record.params["SubjectName"] for record in mock.journal] == ["cat"]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        pytest.param({"CONTENT_LENGTH": None}, None, id="absent"),
        pytest.param({"CONTENT_LENGTH": ""}, None, id="empty"),
        pytest.param({"CONTENT_LENGTH": "0"}, None, id="zero"),
        pytest.param({"CONTENT_LENGTH": "2"}, 2, id="two"),
        pytest.param({"CONTENT_LENGTH": str(LIMIT)}, LIMIT, id="limit"),
        pytest.param({"CONTENT_LENGTH": str(10**12)}, LIMIT + 1, id="huge"),
        pytest.param({"CONTENT_LENGTH": None, "wsgi.input_terminated": True}, LIMIT + 1, id="chunked"),
    ],
)
def test_no_more_is_read_than_there_is_or_may_be(
    mock: MockVod, caller: Any, changes: dict[str, Any], asked: int | None
) -> None:
    """A stream whose end nobody marks would be waited for forever."""
    environ = environ_of(caller.post("CreateAigcSubject"), **changes)
    answer_of(mock, environ)

    assert environ["wsgi.input"].asked == asked


@pytest.mark.parametrize(
    ("size", "code"),
    [pytest.param(LIMIT, "TaskId", id="at-the-limit"), pytest.param(LIMIT + 1, "Error", id="a-byte-more")],
)
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="content-length"),
        pytest.param({"CONTENT_LENGTH": None, "wsgi.input_terminated": True}, id="chunked"),
    ],
)
def test_large_body(mock: MockVod, caller: Any, size: int, code: str, changes: dict[str, Any]) -> None:
    body = b'{"SubjectImages": ["http://example.com/a.png"]}'
    request = caller.post("CreateAigcSubject", body=body.ljust(size))

    answer = answer_of(mock, environ_of(request, **changes))

    assert list(answer) == [code, "RequestId"]
    assert answer.get("Error", {}).get("Code") == {"TaskId": None, "Error": "RequestSizeLimitExceeded"}[code]


HEADERS: Mapping[str, str] = EnvironHeaders(
    {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "2",
        "HTTP_HOST": "h",
        "HTTP_X_TC_ACTION": "A",
        "wsgi.input": None,
    }
)


def test_headers_are_named_in_lower_case() -> None:
    assert dict(HEADERS) == {"content-type": "application/json", "content-length": "2", "host": "h", "x-tc-action": "A"}


def test_headers_are_counted() -> None:
    assert len(HEADERS) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content-type", "application/json"),
        ("content-length", "2"),
        ("host", "h"),
        ("x-tc-action", "A"),
        ("x-tc-version", None),
        ("request-method", None),
        ("wsgi.input", None),
    ],
)
def test_header_is_looked_up(name: str, value: str | None) -> None:
    assert (HEADERS.get(name), name in HEADERS) == (value, value is not None)


def test_header_that_is_absent_gets_the_default() -> None:
    assert HEADERS.get("x-tc-version", "none") == "none"


def test_header_that_is_absent_has_no_value() -> None:
    with pytest.raises(KeyError):
        HEADERS["x-tc-version"]


def test_what_is_no_text_is_no_header() -> None:
    assert 5 not in HEADERS


# --- Flask ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


@pytest.fixture
def media_path(caller: Any, clock: VirtualClock) -> str:
    """Where the result file of a video task is that has ended."""
    task_id = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    clock.advance(2)
    detail = caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    url: str = detail["Output"]["FileInfos"][0]["FileUrl"]
    return url.removeprefix("http://store.vod-qcloud.com")


def test_flask_app_answers_the_api(mock: MockVod, caller: Any) -> None:
    """Through werkzeug's own client, the API's answer passes untouched."""
    request = caller.post("CreateAigcSubject")

    response = Client(create_app(mock)).post("/", data=request.body, headers=dict(request.headers))

    assert "TaskId" in response.get_json()["Response"]
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


def test_flask_app_makes_a_mock_of_its_own() -> None:
    assert create_app().test_client().get("/_mockvod/health").status_code == 200


def test_health(client: FlaskClient, caller: Any) -> None:
    """For probes, which come from anywhere and have no token; so it says nothing of the calls."""
    caller.call("CreateAigcSubject")

    told = client.get("/_mockvod/health", environ_overrides={"REMOTE_ADDR": "10.0.0.1"}).get_json()

    assert 0 <= told.pop("uptime") < 600
    assert told == {"version": __version__}


@pytest.fixture
def three_calls(caller: Any) -> None:
    for action in ("CreateAigcSubject", "DescribeTaskDetail", "CreateAigcSubject"):
        caller.call(action)


@pytest.mark.usefixtures("three_calls")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param("", [1, 2, 3], id="all"),
        pytest.param("?action=CreateAigcSubject", [1, 3], id="action"),
        pytest.param("?action=CreateAigcMovie", [], id="action-never-called"),
        pytest.param("?limit=2", [2, 3], id="newest-two"),
        pytest.param("?limit=0", [], id="none"),
        pytest.param("?limit=100000", [1, 2, 3], id="more-than-there-are"),
        pytest.param("?action=CreateAigcSubject&limit=1", [3], id="action-and-limit"),
    ],
)
def test_requests_are_filtered(client: FlaskClient, query: str, numbers: list[int]) -> None:
    shown = client.get(f"/_mockvod/requests{query}").get_json()

    assert ([each["number"] for each in shown["calls"]], shown["total"], shown["forgotten"]) == (numbers, 3, 0)


def test_requests_are_the_records_of_the_journal(client: FlaskClient, mock: MockVod, caller: Any) -> None:
    params = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat", "TasksPriority": "10"}
    caller.call("CreateAigcVideoTask", params)

    [shown] = client.get("/_mockvod/requests").get_json()["calls"]

    [record] = mock.journal
    assert shown == json.loads(json.dumps(record.as_json()))
    assert [finding["path"] for finding in shown["findings"]] == ["TasksPriority"]


def test_a_hundred_requests_are_shown_unless_told_otherwise(client: FlaskClient, caller: Any) -> None:
    for _ in range(101):
        caller.call("CreateAigcMovie")

    numbers = [each["number"] for each in client.get("/_mockvod/requests").get_json()["calls"]]

    assert numbers == list(range(2, 102))


@pytest.mark.parametrize(
    ("query", "error"),
    [
        pytest.param("?name=a", "unknown parameter 'name'; there are action and limit", id="unknown"),
        pytest.param("?Limit=1", "unknown parameter 'Limit'; there are action and limit", id="case"),
        pytest.param("?limit=", "limit is '', not a whole number of at most nine digits", id="limit-empty"),
        pytest.param("?limit=-1", "limit is '-1', not a whole number of at most nine digits", id="limit-negative"),
        pytest.param(
            "?limit=1000000000", "limit is '1000000000', not a whole number of at most nine digits", id="limit-long"
        ),
        pytest.param("?limit=1.5", "limit is '1.5', not a whole number of at most nine digits", id="limit-fraction"),
        pytest.param(
            "?limit=%C2%B2", "limit is '²', not a whole number of at most nine digits", id="limit-digit-that-is-none"
        ),
    ],
)
def test_requests_refuses(client: FlaskClient, query: str, error: str) -> None:
    response = client.get(f"/_mockvod/requests{query}")

    assert (response.status_code, response.get_json()) == (400, {"error": error})


def test_reset_forgets(client: FlaskClient, mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcSubject")

    response = client.post("/_mockvod/reset")

    assert (response.get_json(), mock.journal.total) == ({"status": "ok"}, 0)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/_mockvod/requests"), ("POST", "/_mockvod/reset"), ("GET", "/_mockvod/no"), ("GET", "/_mockvod/health/")],
)
@pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::1", "", "unix:"])
def test_control_pages_refuse_other_hosts(
    client: FlaskClient, mock: MockVod, caller: Any, method: str, path: str, address: str
) -> None:
    caller.call("CreateAigcSubject")

    response = client.open(path, method=method, environ_overrides={"REMOTE_ADDR": address})

    assert response.status_code == 403
    assert response.get_json() == {
        "error": "the control API answers callers on this machine only, and no pages of other sites; "
        "with --control-token TOKEN it answers whoever sends Authorization: Bearer TOKEN"
    }
    assert mock.journal.total == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1"])
def test_control_pages_answer_this_host(client: FlaskClient, address: str) -> None:
    assert client.get("/_mockvod/bill", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        pytest.param(
            "DELETE", "/_mockvod/health", 405, f"DELETE /_mockvod/health: Method Not Allowed. {HINT}", id="405"
        ),
        pytest.param("GET", "/_mockvod/reset", 405, f"GET /_mockvod/reset: Method Not Allowed. {HINT}", id="405-get"),
        pytest.param("POST", "/a/b/c", 405, f"POST /a/b/c: Method Not Allowed. {HINT}", id="405-file"),
        pytest.param("POST", "/v2", 404, f"POST /v2: Not Found. {HINT}", id="404-api-elsewhere"),
        pytest.param("GET", "/_mockvod/nothing", 404, f"GET /_mockvod/nothing: Not Found. {HINT}", id="404-control"),
        pytest.param("GET", "/_mockvod", 404, f"GET /_mockvod: Not Found. {HINT}", id="404-control-root"),
        pytest.param(
            "GET",
            "/a/b/c.mp4",
            404,
            "no result file at /a/b/c.mp4: it was never made, is not ready yet, or has expired",
            id="404-file",
        ),
    ],
)
def test_wrong_path_or_method_gets_a_hint(client: FlaskClient, method: str, path: str, status: int, error: str) -> None:
    response = client.open(path, method=method)

    assert (response.status_code, response.get_json()) == (status, {"error": error})


def test_a_refused_method_is_told_the_right_one(client: FlaskClient) -> None:
    assert client.get("/_mockvod/reset").headers["Allow"] == "OPTIONS, POST"


def test_result_files_are_for_other_hosts_too(client: FlaskClient, media_path: str) -> None:
    with client.get(media_path, environ_overrides={"REMOTE_ADDR": "10.0.0.1"}) as response:
        assert response.status_code == 200


@pytest.fixture
def film(media_path: str, mock: MockVod) -> bytes:
    """What is behind `media_path`."""
    file = mock.media(media_path)
    assert file is not None
    return file.content


def test_result_file_is_whole_and_typed(client: FlaskClient, media_path: str, film: bytes) -> None:
    with client.get(media_path) as response:
        assert (response.status_code, response.headers["Content-Type"]) == (200, "video/mp4")
        assert response.data == film


def test_head_tells_the_size_without_the_file(client: FlaskClient, media_path: str, film: bytes) -> None:
    with client.head(media_path) as response:
        assert (response.status_code, response.headers["Content-Type"]) == (200, "video/mp4")
        assert (response.data, response.headers["Content-Length"]) == (b"", str(len(film)))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        pytest.param("bytes=0-99", slice(0, 100), id="start"),
        pytest.param("bytes=100-199", slice(100, 200), id="middle"),
        pytest.param("bytes=1000-", slice(1000, None), id="rest"),
        pytest.param("bytes=-10", slice(-10, None), id="end"),
    ],
)
def test_part_of_a_result_file(client: FlaskClient, media_path: str, film: bytes, asked: str, part: slice) -> None:
    first, last, _ = part.indices(len(film))
    with client.get(media_path, headers={"Range": asked}) as response:
        assert response.status_code == 206
        assert response.headers["Content-Range"] == f"bytes {first}-{last - 1}/{len(film)}"
        assert response.data == film[part]


def test_part_past_the_end_is_refused(client: FlaskClient, media_path: str, film: bytes) -> None:
    assert client.get(media_path, headers={"Range": f"bytes={len(film)}-"}).status_code == 416


def test_result_file_that_has_expired(client: FlaskClient, clock: VirtualClock, media_path: str) -> None:
    clock.advance(days=7)

    assert client.get(media_path).status_code == 404


# --- live ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[LiveServer]:
    with LiveServer(Settings(rate_limit="off", progression="immediate")) as running:
        yield running


@pytest.fixture
def sender(make_caller: Any) -> Any:
    """Sends a signed call over a connection and opens what comes back."""

    def send(server: LiveServer, connection: http.client.HTTPConnection, action: str, params: Any = None) -> Any:
        request = make_caller(server.mock, server.account, server.endpoint).post(action, params)
        connection.request("POST", "/", request.body, dict(request.headers))
        with connection.getresponse() as response:
            return json.loads(response.read())["Response"]

    return send


def connect(server: LiveServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.endpoint, timeout=10)


def is_listening(endpoint: str) -> bool:
    host, _, port = endpoint.partition(":")
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, int(port))) == 0


def test_live_server_tells_where_it_is(server: LiveServer) -> None:
    host, port = server.endpoint.split(":")

    assert (host, port.isdigit(), server.url) == ("127.0.0.1", True, f"http://{server.endpoint}")
    assert server.mock.settings.media_url == server.url


def test_live_server_keeps_a_connection(server: LiveServer, sender: Any) -> None:
    connection = connect(server)
    sockets = []
    for _ in range(3):
        assert "TaskId" in sender(server, connection, "CreateAigcSubject")
        sockets.append(connection.sock)
    connection.close()

    assert sockets[0] is not None and sockets == [sockets[0]] * 3


def test_live_server_serves_result_files(server: LiveServer, sender: Any, result_of: Any) -> None:
    connection = connect(server)
    task_id = sender(server, connection, "CreateAigcVideoTask", VIDEO)["TaskId"]
    detail = sender(server, connection, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]

    connection.request("GET", detail["Output"]["FileInfos"][0]["FileUrl"].removeprefix(server.url))
    with connection.getresponse() as response:
        content = response.read()
    connection.close()

    assert content == result_of("CreateAigcVideoTask", VIDEO)


def test_live_servers_are_apart(sender: Any) -> None:
    with LiveServer() as first, LiveServer() as second:
        connection = connect(first)
        sender(first, connection, "CreateAigcSubject")
        connection.close()

        assert first.endpoint != second.endpoint
        assert (first.mock.journal.total, second.mock.journal.total) == (1, 0)


def test_live_server_answers_many_at_once(server: LiveServer, sender: Any) -> None:
    def run(number: int) -> Any:
        connection = connect(server)
        answer = sender(server, connection, "CreateAigcSubject", {"SubjectName": str(number)})
        connection.close()
        return answer["TaskId"]

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(run, range(64)))) == 64


def test_stop_frees_the_port_while_connections_are_open(sender: Any) -> None:
    with LiveServer() as server:
        connection = connect(server)
        sender(server, connection, "CreateAigcSubject")

        assert is_listening(server.endpoint)

    assert not is_listening(server.endpoint)
    connection.close()


def test_stop_is_quick(sender: Any) -> None:
    server = LiveServer()
    server.start()
    connection = connect(server)
    sender(server, connection, "CreateAigcSubject")
    before = time.monotonic()
    server.stop()

    # It takes 0.01 s; a thread that is waited for in vain takes 5.
    assert time.monotonic() - before < 2
    connection.close()


def test_stop_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with LiveServer():
        during = set(threading.enumerate()) - before

    assert during and not any(each.is_alive() for each in during)


def test_stop_finishes_the_calls_in_flight(sender: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived, released = threading.Event(), threading.Event()

    def slow(context: Any, params: Any) -> dict[str, Any]:
        arrived.set()
        assert released.wait(10)
        return {"TaskId": "late"}

    monkeypatch.setitem(registry.HANDLERS, "CreateAigcSubject", slow)
    server = LiveServer()
    server.start()
    connection = connect(server)
    # The call ends only after `stop` has begun: it is let go by the first thing that `stop` does.
    stop_pushing = server.mock.notifier.stop
    monkeypatch.setattr(server.mock.notifier, "stop", lambda: (released.set(), stop_pushing()))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sender, server, connection, "CreateAigcSubject")
        assert arrived.wait(10)
        server.stop()

        assert answer.result(timeout=10)["TaskId"] == "late"
    connection.close()
    assert not is_listening(server.endpoint)


def test_connection_made_before_the_start_is_answered(sender: Any) -> None:
    server = LiveServer()
    connection = connect(server)
    connection.connect()
    with server:
        assert "TaskId" in sender(server, connection, "CreateAigcSubject")
    connection.close()

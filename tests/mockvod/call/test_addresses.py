"""With which scheme and host URLs begin, by what the caller, the settings and the server say."""

from __future__ import annotations

import http.client
import json
import re
import urllib.request
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call.addresses import is_host
from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.http import HttpRequest
from mockvod.settings import OFFICIAL_MEDIA_URL, Settings
from mockvod.surfaces.flask_app import create_app

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
PERMANENT = {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}}
PULL = {**APP, "MediaUrl": "http://example.com/cat.mp4", "CoverUrl": "http://example.com/cat.png"}
#: Where the mocks here say that they are served.
SERVED = "http://127.0.0.1:4577"


def on_server(mock: MockVod, caller: Any, action: str, params: Any, host: str, scheme: str = "http") -> dict[str, Any]:
    """The answer to a call that a server got under that name; the Host is signed, as every client does."""
    sent = caller.post(action, params, host=host)
    answer = mock.handle(HttpRequest(sent.method, sent.query, sent.headers, sent.body, sent.peer, scheme))
    inside: dict[str, Any] = json.loads(answer.body)["Response"]
    assert "Error" not in inside, inside
    return inside


def bases(value: Any) -> set[str]:
    """The schemes and hosts of all URLs in an answer, but for those that the request brought."""
    if isinstance(value, dict):
        return set().union(*(bases(each) for name, each in value.items() if name != "Input"))
    if isinstance(value, list):
        return set().union(*map(bases, value))
    return {"/".join(value.split("/")[:3])} if isinstance(value, str) and value.startswith("http") else set()


def content_of(mock: MockVod, url: str) -> bytes:
    file = mock.media("/" + url.split("/", 3)[3])
    assert file is not None
    return file.content


def served(clock: VirtualClock, **fields: Any) -> MockVod:
    settings = Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=2, **fields)
    return MockVod(settings, clock=clock, url=SERVED)


def ended(mock: MockVod, caller: Any, action: str = "CreateAigcVideoTask", params: Any = VIDEO) -> str:
    task_id: str = caller.call(action, params)["TaskId"]
    mock.clock.advance(2)
    return task_id


def url_of(mock: MockVod, caller: Any, host: str, scheme: str = "http") -> set[str]:
    """How the URL of a result begins for whoever asks under that name."""
    task_id = ended(mock, caller)
    return bases(on_server(mock, caller, "DescribeTaskDetail", {**APP, "TaskId": task_id}, host, scheme))


# --- what a caller says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["mockvod:4577", "localhost", "my_service.internal.:80", "10.0.0.7:4577", "[::1]:4577", "[fe80::1]", "MockVod"],
    ids=["port", "name", "dots", "ipv4", "ipv6-port", "ipv6", "capitals"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_url_begins_as_the_call_that_it_answers(
    make_caller: Any, clock: VirtualClock, host: str, scheme: str
) -> None:
    mock = served(clock)

    assert url_of(mock, make_caller(mock), host, scheme) == {f"{scheme}://{host}"}


def test_each_caller_has_its_own(make_caller: Any, clock: VirtualClock) -> None:
    """The same task, asked for under one name and another."""
    mock = served(clock)
    caller = make_caller(mock)
    detail = {**APP, "TaskId": ended(mock, caller)}

    told = [bases(on_server(mock, caller, "DescribeTaskDetail", detail, host)) for host in ("a:1", "b:2", "a:1")]

    assert told == [{"http://a:1"}, {"http://b:2"}, {"http://a:1"}]


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a b",
        "a/b",
        "a?b",
        "a#b",
        "a\\b",
        "user@a",
        "user:pass@a:1",
        "a:",
        "a:0",
        "a:65536",
        "a:000080",
        "a:80:80",
        "a:-1",
        "a:x",
        ":80",
        "a,b",
        "a..b",
        ".a",
        "-a",
        "a%41",
        "a\r\nSet-Cookie: x",
        "a\n",
        "ä",
        "a\u0661",
        "a:\u0661",
        "\ud83d",
        '"a"',
        "<a>",
        "::1",
        "[::1",
        "[::1]x",
        "[]",
        "[:::1]",
        "[1.2.3.4]",
        "[::1%25lo]",
        "x" * 254,
        "x" * 300,
    ],
    # Not as they are: some cannot stand in the name of a test that mutmut hands back to pytest.
    ids=lambda host: re.sub(r"[^a-z0-9.@-]", lambda found: f"_{ord(found[0]):x}", host[:30]) or "empty",
)
def test_a_host_that_is_none_never_gets_into_a_url(make_caller: Any, clock: VirtualClock, host: str) -> None:
    mock = served(clock)
    caller = make_caller(mock)
    task_id = ended(mock, caller)
    sent = caller.post("DescribeTaskDetail", {**APP, "TaskId": task_id}, host=host)
    answer = mock.handle(HttpRequest(sent.method, sent.query, sent.headers, sent.body, sent.peer, "http"))

    assert is_host(host) is False
    inside = json.loads(answer.body)["Response"]
    # Some of them are refused before, by the gateway.
    assert bases(inside) == (set() if "Error" in inside else {SERVED})


def test_the_longest_name_is_a_host() -> None:
    assert is_host("x" * 253 + ":65535")


def test_another_scheme_never_gets_into_a_url(make_caller: Any, clock: VirtualClock) -> None:
    mock = served(clock)

    assert url_of(mock, make_caller(mock), "mockvod:4577", "javascript") == {SERVED}


# --- what the settings say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "base"),
    [
        pytest.param({"public_url": "https://vod.test"}, "https://vod.test", id="public"),
        pytest.param({"media_url": "http://files.test:81"}, "http://files.test:81", id="media"),
        pytest.param(
            {"media_url": "http://files.test", "public_url": "http://vod.test"}, "http://files.test", id="both"
        ),
    ],
)
def test_what_is_set_counts_more_than_the_caller(
    make_caller: Any, clock: VirtualClock, fields: dict[str, str], base: str
) -> None:
    mock = served(clock, **fields)

    assert (url_of(mock, make_caller(mock), "mockvod:4577"), mock.settings.media_url) == ({base}, base)


@pytest.mark.parametrize(
    ("fields", "base"),
    [
        pytest.param({}, OFFICIAL_MEDIA_URL, id="default"),
        pytest.param({"public_url": "https://vod.test"}, "https://vod.test", id="public"),
        pytest.param({"media_url": "http://files.test:81"}, "http://files.test:81", id="media"),
    ],
)
def test_without_a_server_urls_are_those_of_the_settings(
    make_caller: Any, clock: VirtualClock, fields: dict[str, str], base: str
) -> None:
    """Whatever host the caller names: in process, that is the one of the service itself."""
    mock = MockVod(Settings(task_seconds=2, **fields), clock=clock)
    caller = make_caller(mock)
    task_id = ended(mock, caller)

    assert bases(caller.call("DescribeTaskDetail", {**APP, "TaskId": task_id})) == {base}


# --- every answer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "params"),
    [
        pytest.param("CreateAigcVideoTask", VIDEO, id="video"),
        pytest.param("CreateAigcVideoTask", PERMANENT, id="permanent"),
        pytest.param("PullUpload", PULL, id="fetched"),
    ],
)
def test_pulled_events_follow_whoever_pulls(
    make_caller: Any, clock: VirtualClock, action: str, params: dict[str, Any]
) -> None:
    mock = served(clock)
    caller = make_caller(mock)
    ended(mock, caller, action, params)

    assert bases(on_server(mock, caller, "PullEvents", APP, "mockvod:4577")["EventSet"]) == {"http://mockvod:4577"}


@pytest.mark.parametrize(
    ("action", "params"),
    [pytest.param("CreateAigcVideoTask", PERMANENT, id="made"), pytest.param("PullUpload", PULL, id="fetched")],
)
def test_files_of_the_library_follow_whoever_asks(
    make_caller: Any, clock: VirtualClock, action: str, params: dict[str, Any]
) -> None:
    mock = served(clock)
    caller = make_caller(mock)
    ended(mock, caller, action, params)
    [file] = create_app(mock).test_client().get("/_mockvod/media").get_json()["files"]
    asked = {**APP, "FileIds": [file["id"]]}

    told = on_server(mock, caller, "DescribeMediaInfos", asked, "mockvod:4577", "https")

    assert bases(told) == {"https://mockvod:4577"}


def test_answers_from_the_contract_alone_follow_too(make_caller: Any, clock: VirtualClock) -> None:
    mock = served(clock)
    days = {"StartTime": "2024-12-01T00:00:00Z", "EndTime": "2024-12-02T00:00:00Z"}

    told = on_server(mock, make_caller(mock), "DescribeDailyPlayStatFileList", days, "mockvod:4577")

    assert bases(told) == {"http://mockvod:4577"}


def test_a_file_is_fetched_from_the_mock_under_any_name(make_caller: Any, clock: VirtualClock) -> None:
    """PullUpload of a URL that was told to somebody else."""
    mock = served(clock)
    caller = make_caller(mock)
    detail = {**APP, "TaskId": ended(mock, caller)}
    told = on_server(mock, caller, "DescribeTaskDetail", detail, "a:1")["AigcVideoTask"]["Output"]["FileInfos"][0]
    pull = {**APP, "MediaUrl": told["FileUrl"]}
    task_id = on_server(mock, caller, "PullUpload", pull, "b:2")["TaskId"]
    clock.advance(2)

    fetched = on_server(mock, caller, "DescribeTaskDetail", {**APP, "TaskId": task_id}, "b:2")["PullUploadTask"]

    assert content_of(mock, fetched["FileUrl"]) == content_of(mock, told["FileUrl"])


# --- live ----------------------------------------------------------------------------------------------------------


def test_a_url_of_a_live_server_leads_to_the_file(make_caller: Any) -> None:
    """Called by the name that only this machine has for itself."""
    with LiveServer(Settings(seed=1, progression="immediate")) as server:
        caller, port = make_caller(server.mock), server.endpoint.rpartition(":")[2]
        task_id = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
        sent = caller.post("DescribeTaskDetail", {**APP, "TaskId": task_id}, host=f"localhost:{port}")
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        connection.request("POST", "/", sent.body, dict(sent.headers))
        task = json.loads(connection.getresponse().read())["Response"]["AigcVideoTask"]
        connection.close()
        url = task["Output"]["FileInfos"][0]["FileUrl"]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url.replace("localhost", "127.0.0.1"), timeout=30) as answer:
            content = answer.read()

        assert url.startswith(f"http://localhost:{port}/")
        assert content == content_of(server.mock, url)

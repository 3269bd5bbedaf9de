"""What requests and httpx make of a mock's answers, whose calls are answered, and who else may intercept them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import ssl
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
import pytest
import requests
import responses
import respx
import urllib3
from requests.adapters import HTTPAdapter
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client, vod_client_async

from mockvod import MockVod, SystemClock, VirtualClock, mock_vod
from mockvod.http import Effect, HttpRequest, HttpResponse
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY
from mockvod.surfaces.intercept.interception import UnmockedHostError
from mockvod.validators.signature import tc3

HOST = "vod.intl.tencentcloudapi.com"
API = f"https://{HOST}"
SUBJECT = {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}
APPLICATION = {"SubAppId": 251007502}
PICTURE_TASK = {**APPLICATION, "ModelName": "GG", "ModelVersion": "3.0", "Prompt": "a cat"}
FILE = "/generated/0000000000000000000000000000000000000000/none.png"
NO_FILE = {"error": f"no result file at {FILE}: it was never made, is not ready yet, or has expired"}


class Answer(NamedTuple):
    """What the clients have in common."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def inside(self) -> dict[str, Any]:
        inside: dict[str, Any] = json.loads(self.body)["Response"]
        return inside


Send = Callable[..., Answer]
#: Of nothing: to load the usual authorities takes longer than all else here.
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def by_requests(method: str, url: str, body: Any = None, headers: Any = None, timeout: Any = None) -> Answer:
    answer = requests.request(method, url, data=body, headers=headers, timeout=timeout)
    return Answer(answer.status_code, answer.content, dict(answer.headers))


def by_httpx(method: str, url: str, body: Any = None, headers: Any = None, timeout: Any = None) -> Answer:
    answer = httpx.request(method, url, content=body, headers=headers, timeout=timeout, verify=CONTEXT, trust_env=False)
    return Answer(answer.status_code, answer.content, dict(answer.headers))


async def by_httpx_here(method: str, url: str, body: Any = None, headers: Any = None, timeout: Any = None) -> Answer:
    async with httpx.AsyncClient(timeout=timeout, verify=CONTEXT, trust_env=False) as client:
        answer = await client.request(method, url, content=body, headers=headers)
    return Answer(answer.status_code, answer.content, dict(answer.headers))


def by_httpx_async(*args: Any, **options: Any) -> Answer:
    return asyncio.run(by_httpx_here(*args, **options))


CLIENTS = {"requests": by_requests, "httpx": by_httpx, "httpx-async": by_httpx_async}


@pytest.fixture(params=CLIENTS)
def send(request: pytest.FixtureRequest) -> Send:
    return CLIENTS[request.param]


def signed(url: str = API, action: str = "CreateAigcSubject", params: Any = None) -> dict[str, Any]:
    """The arguments of a call that a client has signed by itself."""
    host = url.split("/")[2]
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Version": "2018-07-17",
        "X-TC-Timestamp": str(timestamp),
    }
    body = json.dumps(SUBJECT if params is None else params).encode()
    lower = {name.lower(): value for name, value in headers.items()}
    headers["Authorization"] = tc3.sign(
        HttpRequest("POST", "", lower, body),
        secret_id=DOCUMENTED_SECRET_ID,
        secret_key=DOCUMENTED_SECRET_KEY,
        service="vod",
        timestamp=timestamp,
    ).authorization
    return {"method": "POST", "url": url, "body": body, "headers": headers}


def sdk(**http: Any) -> Any:
    profile = ClientProfile(httpProfile=HttpProfile(**http))
    return vod_client.VodClient(Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY), "ap-singapore", profile)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The URL of a server that is really there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"real")

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def actions(mock: MockVod) -> list[str]:
    return [call.action for call in mock.journal]


# --- Which calls ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://vod.intl.tencentcloudapi.com",
        "http://vod.intl.tencentcloudapi.com",
        "https://vod.intl.tencentcloudapi.com/",
        "https://vod.tencentcloudapi.com",
        "https://vod.ap-singapore.tencentcloudapi.com",
        "https://vod.ap-singapore.intl.tencentcloudapi.com",
        "https://vod.tencentcloudapi.com:8443",
    ],
)
def test_the_api_is_answered(send: Send, url: str) -> None:
    with mock_vod() as mock:
        assert "TaskId" in send(**signed(url)).inside
    assert actions(mock) == ["CreateAigcSubject"]


@pytest.mark.parametrize("host", ["gateway.example", "gateway.example:8080"])
def test_hosts_of_ones_own_are_answered(send: Send, host: str) -> None:
    with mock_vod(hosts=[host], others="refuse"):
        assert "TaskId" in send(**signed(f"http://{host}/")).inside


def test_host_is_added_where_the_client_leaves_it_to_the_library(send: Send) -> None:
    call = signed()
    del call["headers"]["Host"]

    with mock_vod():
        assert "TaskId" in send(**call).inside


def test_answer_is_that_of_the_wire(send: Send) -> None:
    with mock_vod() as mock:
        answer = send(**signed())
        [call] = mock.journal

    expected = {**(call.answer or {}), "RequestId": call.request_id}
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert (answer.status, answer.inside) == (200, expected)
    assert headers == {"content-type": "application/json", "content-length": str(len(answer.body))}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_result_files_are_answered(send: Send, scheme: str) -> None:
    with mock_vod():
        answer = send("GET", f"{scheme}://store.vod-qcloud.com{FILE}")

    assert (answer.status, json.loads(answer.body)) == (404, NO_FILE)


def test_result_files_are_where_the_settings_say(send: Send) -> None:
    with mock_vod(media_url="http://files.example:81"):
        assert send("GET", f"http://files.example:81{FILE}").status == 404


def finished_picture(mock: MockVod) -> str:
    """The URL of a result."""
    client = sdk()
    task = client.call_json("CreateAigcImageTask", PICTURE_TASK)
    question = {**APPLICATION, "TaskId": task["Response"]["TaskId"]}
    detail = client.call_json("DescribeTaskDetail", question)["Response"]
    url: str = detail["AigcImageTask"]["Output"]["FileInfos"][0]["FileUrl"]
    return url


def test_range_of_a_result_is_answered(send: Send) -> None:
    with mock_vod(progression="immediate") as mock:
        url = finished_picture(mock)
        whole, part = send("GET", url), send("GET", url, headers={"Range": "bytes=1-3"})

    assert (whole.status, part.status, part.body) == (200, 206, whole.body[1:4])


def test_head_of_a_result_has_its_length_and_no_body(send: Send) -> None:
    with mock_vod(progression="immediate") as mock:
        url = finished_picture(mock)
        whole, head = send("GET", url), send("HEAD", url)

    headers = {name.lower(): value for name, value in head.headers.items()}
    assert (head.status, headers["content-length"], head.body) == (200, str(len(whole.body)), b"")


def put_arguments(upload: dict[str, Any], now: float) -> dict[str, Any]:
    """A PUT of an upload's media, signed as COS documents it."""
    key, path, period = upload["TempCertificate"], upload["MediaStoragePath"], f"{int(now) - 60};{int(now) + 600}"
    host = f"{upload['StorageBucket']}.cos.{upload['StorageRegion']}.myqcloud.com"
    digest = hashlib.sha1(f"put\n{path}\n\nhost={quote(host, safe='-_.~')}\n".encode()).hexdigest()
    sign_key = hmac.new(key["SecretKey"].encode(), period.encode(), "sha1").hexdigest()
    signature = hmac.new(sign_key.encode(), f"sha1\n{period}\n{digest}\n".encode(), "sha1").hexdigest()
    headers = {
        "Host": host,
        "x-cos-security-token": key["Token"],
        "Authorization": f"q-sign-algorithm=sha1&q-ak={key['SecretId']}&q-sign-time={period}&q-key-time={period}"
        f"&q-header-list=host&q-url-param-list=&q-signature={signature}",
    }
    return {"method": "PUT", "url": f"https://{host}{path}", "body": b"not a picture", "headers": headers}


def test_object_is_put_into_the_bucket(send: Send) -> None:
    with mock_vod() as mock:
        upload = send(**signed(action="ApplyUpload", params={"MediaType": "png"})).inside
        answer = send(**put_arguments(upload, mock.clock.now()))

    etag = next(value for name, value in answer.headers.items() if name.lower() == "etag")
    assert (answer.status, etag) == (200, f'"{hashlib.md5(b"not a picture").hexdigest()}"')


def test_buckets_are_not_read(send: Send) -> None:
    """What a client keeps in buckets of its own is none of VOD's."""
    with mock_vod(others="refuse"), pytest.raises(UnmockedHostError):
        send("GET", "https://mine-1.cos.ap-chongqing.myqcloud.com/cat.png")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda body: body, id="bytes"),
        pytest.param(lambda body: body.decode(), id="text"),
        pytest.param(io.BytesIO, id="file"),
        pytest.param(lambda body: iter([body[:5], body[5:]]), id="pieces"),
    ],
)
def test_body_of_requests_arrives_in_any_form(body: Callable[[bytes], Any]) -> None:
    call = signed()
    call["body"] = body(call["body"])

    with mock_vod():
        assert "TaskId" in by_requests(**call).inside


def test_body_in_pieces_of_httpx_arrives() -> None:
    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        yield body[:5]
        yield body[5:]

    call = signed()
    call["body"] = pieces(call["body"])
    with mock_vod():
        assert "TaskId" in by_httpx_async(**call).inside


def test_raw_bytes_of_httpx_can_be_streamed() -> None:
    call = signed()
    with (
        mock_vod(),
        httpx.Client(verify=CONTEXT, trust_env=False) as client,
        client.stream("POST", call["url"], content=call["body"], headers=call["headers"]) as answer,
    ):
        assert b"TaskId" in b"".join(answer.iter_raw())


def test_control_pages_are_there() -> None:
    with mock_vod():
        assert requests.get(f"{API}/_mockvod/bill", timeout=5).json()["lines"] == []


# --- Official SDKs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("http", [{}, {"reqMethod": "GET"}, {"protocol": "http"}], ids=["post", "get", "http"])
def test_sync_sdk_is_answered(http: dict[str, str]) -> None:
    with mock_vod() as mock:
        sdk(**http).call_json("DescribeEventConfig", APPLICATION)
    assert actions(mock) == ["DescribeEventConfig"]


def test_async_sdk_is_answered() -> None:
    async def create() -> str:
        credential = Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY)
        async with vod_client_async.VodClient(credential, "ap-singapore") as client:
            request = models.CreateAigcSubjectRequest()
            request.from_json_string(json.dumps(SUBJECT))
            return str((await client.CreateAigcSubject(request)).TaskId)

    with mock_vod() as mock:
        task_id = asyncio.run(create())
    assert [call.answer for call in mock.journal] == [{"TaskId": task_id}]


# --- Effects -------------------------------------------------------------------------------------------------------


@pytest.fixture
def befallen() -> Iterator[Callable[..., MockVod]]:
    """Enters a block whose API answers `body` with an effect."""
    blocks: list[Any] = []

    def enter(effect: Effect, **options: Any) -> MockVod:
        block = mock_vod(**options)
        mock = block.__enter__()
        blocks.append(block)
        mock.handle = lambda request: HttpResponse(200, (), b"0123456789", effect)  # type: ignore[method-assign]
        return mock

    yield enter
    for block in blocks:
        block.__exit__(None, None, None)


def failure_of(send: Send, **options: Any) -> Exception:
    with pytest.raises((requests.RequestException, httpx.HTTPError)) as caught:
        send("POST", API, **options)
    return caught.value


def shown(error: Exception) -> tuple[str, str]:
    return f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}", str(error)


DROPPED = (
    "requests.ConnectionError",
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
)
NOT_SENT = ("httpx.RemoteProtocolError", "Server disconnected without sending a response.")
TIMED_OUT = (
    "requests.ReadTimeout",
    f"HTTPSConnectionPool(host='{HOST}', port=443): Read timed out. (read timeout=2)",
)
LESS = urllib3.exceptions.IncompleteRead(5, 5)
BROKEN = (
    "requests.ChunkedEncodingError",
    f"('Connection broken: {LESS!r}', {LESS!r})",
)
CUT = (
    "httpx.RemoteProtocolError",
    "peer closed connection without sending complete message body (received 5 bytes, expected 10)",
)
LATE = ("httpx.ReadTimeout", "The read operation timed out")


@pytest.mark.parametrize(
    ("name", "effect", "expected"),
    [
        pytest.param("requests", Effect(end="drop"), DROPPED, id="drop-requests"),
        pytest.param("httpx", Effect(end="drop"), NOT_SENT, id="drop-httpx"),
        pytest.param("httpx-async", Effect(end="drop"), NOT_SENT, id="drop-async"),
        pytest.param("requests", Effect(delay=2), TIMED_OUT, id="delay-requests"),
        pytest.param("httpx", Effect(delay=2), LATE, id="delay-httpx"),
        pytest.param("httpx-async", Effect(delay=2), LATE, id="delay-async"),
        pytest.param("requests", Effect(end="truncate"), BROKEN, id="truncate-requests"),
        pytest.param("httpx", Effect(end="truncate"), CUT, id="truncate-httpx"),
        pytest.param("httpx-async", Effect(end="truncate"), CUT, id="truncate-async"),
    ],
)
def test_effect_raises_what_the_library_does(
    befallen: Callable[..., MockVod], name: str, effect: Effect, expected: tuple[str, str]
) -> None:
    befallen(effect)

    assert shown(failure_of(CLIENTS[name], timeout=2)) == expected


@pytest.mark.parametrize("timeout", [(9, 2), urllib3.Timeout(connect=9, read=2), urllib3.Timeout(read=2)], ids=str)
def test_read_timeout_of_requests_is_read_in_any_form(befallen: Callable[..., MockVod], timeout: Any) -> None:
    befallen(Effect(delay=5))

    assert shown(failure_of(by_requests, timeout=timeout)) == TIMED_OUT


@pytest.mark.parametrize(
    ("effect", "timeout", "moved"),
    [
        pytest.param(Effect(delay=1.5), 2, 1.5, id="delay"),
        pytest.param(Effect(delay=1.5), None, 1.5, id="no-timeout"),
        pytest.param(Effect(delay=1.5, end="trickle", seconds=3), 2, 4.5, id="trickle"),
        pytest.param(Effect(end="trickle", seconds=3), 2, 3, id="trickle-alone"),
        pytest.param(Effect(), 2, 0, id="none"),
    ],
)
@pytest.mark.parametrize("clock", [VirtualClock(0), VirtualClock(500)], ids=["start", "later"])
def test_answer_that_takes_time_takes_it_on_the_clock(
    befallen: Callable[..., MockVod], send: Send, effect: Effect, timeout: float | None, moved: float, clock: Any
) -> None:
    befallen(effect, clock=clock)
    before = clock.now()

    assert send("POST", API, timeout=timeout).body == b"0123456789"
    assert clock.now() - before == moved


def test_timeout_passes_on_the_clock(befallen: Callable[..., MockVod], send: Send) -> None:
    clock = VirtualClock(100)
    befallen(Effect(delay=50), clock=clock)

    failure_of(send, timeout=2)

    assert clock.now() == 102


def test_retries_of_an_adapter_are_made(befallen: Callable[..., MockVod]) -> None:
    mock = befallen(Effect())
    answers = iter(
        [HttpResponse(503, (), b""), HttpResponse(200, (), b"", Effect(end="drop")), HttpResponse(200, (), b"ok")]
    )
    mock.handle = lambda request: next(answers)  # type: ignore[method-assign]

    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=urllib3.Retry(2, status_forcelist=[503])))
        assert session.get(API, timeout=2).content == b"ok"


def test_status_that_is_retried_in_vain_raises(befallen: Callable[..., MockVod]) -> None:
    mock = befallen(Effect())
    mock.handle = lambda request: HttpResponse(503, (), b"")  # type: ignore[method-assign]

    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=urllib3.Retry(1, status_forcelist=[503])))
        with pytest.raises(requests.exceptions.RetryError):
            session.get(API, timeout=2)


def test_adapter_of_ones_own_is_not_left_out(befallen: Callable[..., MockVod]) -> None:
    """Such as one that sets the timeout that its user has left out."""
    befallen(Effect(delay=5))

    class Impatient(HTTPAdapter):
        def send(self, *args: Any, **options: Any) -> Any:
            return super().send(*args, **{**options, "timeout": 2})

    with requests.Session() as session:
        session.mount("https://", Impatient())
        with pytest.raises(requests.ReadTimeout):
            session.get(API)


def test_fault_befalls_the_sdk() -> None:
    with mock_vod() as mock:
        mock.fault("drop_after_commit", action="CreateAigcSubject")
        with pytest.raises(TencentCloudSDKException, match="RemoteDisconnected"):
            sdk().call_json("CreateAigcSubject", SUBJECT)
        assert len(mock.tasks) == 1


def test_dropped_call_of_the_sdk_is_its_network_error(befallen: Callable[..., MockVod]) -> None:
    befallen(Effect(end="drop"))

    with pytest.raises(TencentCloudSDKException) as caught:
        sdk().call_json("CreateAigcSubject", SUBJECT)
    assert caught.value.code == "ClientNetworkError"


# --- Whose calls ---------------------------------------------------------------------------------------------------


def test_innermost_block_answers(send: Send) -> None:
    with mock_vod() as outer:
        with mock_vod() as inner:
            send(**signed())
        send(**signed())
        send(**signed())

    assert (outer.journal.total, inner.journal.total) == (2, 1)


def test_thread_that_was_started_inside_is_answered(send: Send) -> None:
    with mock_vod() as mock:
        thread = threading.Thread(target=lambda: send(**signed()))
        thread.start()
        thread.join()

    assert mock.journal.total == 1


def test_threads_with_blocks_of_their_own_do_not_see_each_others(send: Send) -> None:
    entered, left = threading.Barrier(3, timeout=10), threading.Barrier(3, timeout=10)
    totals: dict[int, int] = {}

    def run(number: int) -> None:
        with mock_vod() as mock:
            entered.wait()
            for _ in range(number):
                send(**signed())
            left.wait()
            totals[number] = mock.journal.total

    threads = [threading.Thread(target=run, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert totals == {1: 1, 2: 2, 3: 3}


def test_tasks_with_blocks_of_their_own_do_not_see_each_others() -> None:
    async def run(number: int, entered: asyncio.Barrier | Any) -> int:
        async with mock_vod() as mock:
            await entered.wait()
            for _ in range(number):
                await by_httpx_here(**signed())
            return mock.journal.total

    async def both() -> list[int]:
        entered = asyncio.Event()
        tasks = [asyncio.create_task(run(number, entered)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        entered.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(both()) == [1, 2, 3]


def test_task_sees_the_block_around_it() -> None:
    async def run() -> int:
        async with mock_vod() as mock:
            await asyncio.gather(*(by_httpx_here(**signed()) for _ in range(3)))
            return mock.journal.total

    assert asyncio.run(run()) == 3


def test_block_left_out_of_turn_leaves_the_other(send: Send) -> None:
    first, second = mock_vod(), mock_vod()
    first.__enter__()
    mock = second.__enter__()
    first.__exit__(None, None, None)
    send(**signed())
    second.__exit__(None, None, None)

    assert mock.journal.total == 1


def test_loop_of_a_held_call_goes_on() -> None:
    """PullEvents waits for events; a clock that passes by itself has it held for seconds."""

    async def run() -> list[str]:
        order: list[str] = []

        async def pull() -> None:
            await by_httpx_here(**signed(action="PullEvents", params={}))
            order.append("pulled")

        async def finish() -> None:
            order.append("meanwhile")
            while "pulled" not in order:
                clock.advance(1)
                await asyncio.sleep(0)

        clock = SystemClock()
        with mock_vod(clock=clock):
            await asyncio.gather(pull(), finish())
        return order

    assert asyncio.run(run()) == ["meanwhile", "pulled"]


def threads_named(part: str) -> list[str]:
    return [each.name for each in threading.enumerate() if part in each.name]


# --- Other hosts ---------------------------------------------------------------------------------------------------


def test_other_hosts_are_passed_to(send: Send, elsewhere: str) -> None:
    with mock_vod():
        assert send("GET", elsewhere).body == b"real"


def test_other_hosts_are_refused(send: Send, elsewhere: str) -> None:
    place = elsewhere.split("/")[2]

    with mock_vod(others="refuse"), pytest.raises(UnmockedHostError) as caught:
        send("GET", elsewhere)
    assert str(caught.value) == (
        f'a call to {place} was stopped, because others="refuse"; '
        f'hosts=["{place}"] has it answered as the API, others="pass" lets it through'
    )


def test_other_products_are_other_hosts(send: Send) -> None:
    with mock_vod(others="refuse"), pytest.raises(UnmockedHostError):
        send("POST", "https://cvm.tencentcloudapi.com")


OTHERS = pytest.mark.parametrize("others", ["pass", "refuse"])


@OTHERS
def test_responses_inside_answers_its_own(others: Any) -> None:
    with mock_vod(others=others), responses.RequestsMock() as stub:
        stub.get("http://other.example/", body="stub")
        assert by_requests("GET", "http://other.example/").body == b"stub"
        assert "TaskId" in by_requests(**signed()).inside


@OTHERS
def test_responses_around_answers_its_own(others: Any) -> None:
    with responses.RequestsMock() as stub, mock_vod(others=others):
        stub.get("http://other.example/", body="stub")
        assert by_requests("GET", "http://other.example/").body == b"stub"
        assert "TaskId" in by_requests(**signed()).inside


def test_responses_that_outlives_the_block_goes_on(elsewhere: str) -> None:
    before = HTTPAdapter.send
    block = mock_vod()
    block.__enter__()
    with responses.RequestsMock() as stub:
        block.__exit__(None, None, None)
        stub.get("http://other.example/", body="stub")
        stub.add_passthru(elsewhere)
        with mock_vod():
            assert "TaskId" in by_requests(**signed()).inside
            assert by_requests("GET", elsewhere).body == b"real"
        assert by_requests("GET", "http://other.example/").body == b"stub"
    try:
        assert by_requests("GET", elsewhere).body == b"real"
    finally:
        # What is left over by a mock that is left out of turn; it asks for a block and finds none.
        HTTPAdapter.send = before  # type: ignore[method-assign]


@OTHERS
def test_respx_inside_answers_its_own(others: Any) -> None:
    with mock_vod(others=others), respx.mock(assert_all_called=False) as router:
        router.get("http://other.example/").respond(text="stub")
        assert by_httpx("GET", "http://other.example/").body == b"stub"
        assert by_httpx_async("GET", "http://other.example/").body == b"stub"
        assert "TaskId" in by_httpx(**signed()).inside


@OTHERS
def test_respx_around_answers_its_own(others: Any) -> None:
    with respx.mock(assert_all_called=False) as router, mock_vod(others=others):
        router.get("http://other.example/").respond(text="stub")
        assert by_httpx("GET", "http://other.example/").body == b"stub"
        assert by_httpx_async("GET", "http://other.example/").body == b"stub"
        assert "TaskId" in by_httpx(**signed()).inside


# --- What is left --------------------------------------------------------------------------------------------------


def patched() -> list[Any]:
    return [
        HTTPAdapter.send,
        requests.Session.get_adapter,
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    ]


def test_patches_are_gone_after_the_last_block() -> None:
    before = patched()
    with pytest.raises(ZeroDivisionError), mock_vod(), mock_vod():
        assert [new is old for new, old in zip(patched(), before, strict=True)] == [False] * 4
        raise ZeroDivisionError

    assert patched() == before


def test_without_httpx_requests_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)

    with mock_vod():
        assert "TaskId" in by_requests(**signed()).inside


def test_events_are_pushed() -> None:
    came = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            came.set()

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as receiver, mock_vod(progression="immediate"):
        url = f"http://127.0.0.1:{receiver.server_port}/"
        thread = threading.Thread(target=receiver.handle_request)
        thread.start()
        sdk().call_json("ModifyEventConfig", {**APPLICATION, "Mode": "PUSH", "NotificationUrl": url})
        sdk().call_json("CreateAigcImageTask", PICTURE_TASK)
        assert came.wait(10)
        thread.join()


def test_thread_of_notifications_is_not_there_unless_needed() -> None:
    with mock_vod():
        sdk().call_json("CreateAigcSubject", SUBJECT)
        assert threads_named("mockvod") == []

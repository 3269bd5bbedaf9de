"""The whole life of every kind of task through the official SDK: by polling, by fetching events, and by callback."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from pytest_httpserver import HTTPServer
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client

from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog

APPLICATION = 1500000001
PICTURE = {"Type": "Url", "Url": "http://example.com/cat.png"}
PICTURES = {"frontal_image": "http://example.com/1.png", "refer_images": [{"image_url": "http://example.com/2.png"}]}


class Life(NamedTuple):
    """What a kind of task is made of, and where its result stands."""

    params: dict[str, Any]
    #: The way from the task's detail to one of its results; a number is a place in a list.
    result: tuple[str | int, ...]


FILE = ("Output", "FileInfos", 0, "FileUrl")
LIVES: dict[str, Life] = {
    "CreateAigcAdvancedCustomElement": Life(
        {
            "ElementName": "cat",
            "ElementDescription": "a cat",
            "ReferenceType": "image_refer",
            "ElementImageList": json.dumps(PICTURES),
        },
        ("Output", "InfoList", 0, "ElementId"),
    ),
    "CreateAigcAudioClone": Life(
        {"AudioFileInfo": {"Type": "Url", "Url": "http://example.com/a.mp3"}, "VoiceId": "cat-voice-1", "Text": "meow"},
        ("Output", "VoiceId"),
    ),
    "CreateAigcAudioTask": Life(
        {"ModelName": "Kling", "ModelVersion": "1.0", "SceneType": "sfx", "Prompt": "meow"},
        ("Output", "AudioInfos", 0, "FileUrl"),
    ),
    "CreateAigcCustomVoice": Life(
        {"VoiceName": "cat", "VoiceUrl": "http://example.com/a.mp3"}, ("Output", "InfoList", 0, "VoiceId")
    ),
    "CreateAigcHunyuan3DTask": Life({"Prompt": "a cat"}, FILE),
    "CreateAigcImageTask": Life({"ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}, FILE),
    "CreateAigcSubject": Life(
        {"SubjectName": "cat", "SubjectImages": ["http://example.com/1.png"]}, ("Output", "SubjectId")
    ),
    "CreateAigcVideoRedrawTask": Life(
        {"FileInfo": {"Type": "Url", "Url": "http://example.com/a.mp4"}, "TaskInfo": {"Style": "anime"}},
        ("Output", "FileInfo", "FileUrl"),
    ),
    "CreateAigcVideoTask": Life({"ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}, FILE),
    "CreateSceneAigcImageTask": Life(
        {
            "SceneInfo": {"Type": "product_image", "ProductImageConfig": {"Prompt": "on a table"}},
            "FileInfos": [PICTURE],
        },
        FILE,
    ),
    "CreateSceneAigcVideoTask": Life(
        {
            "SceneInfo": {"Type": "product_showcase", "ProductShowcaseConfig": {"CameraMovement": "AutoMatch"}},
            "FileInfos": [PICTURE],
        },
        FILE,
    ),
    "DescribeAigcFaceInfoAsync": Life(
        {"FileInfos": [{"Type": "Url", "Url": "http://example.com/a.mp4"}]},
        ("Output", "FaceInfoSet", 0, "FaceInfoList"),
    ),
    "PullUpload": Life({"MediaUrl": "http://example.com/cat.mp4"}, ("FileId",)),
}
each_kind = pytest.mark.parametrize("action", sorted(LIVES))


class Client:
    """The official SDK against a server of its own, whose time stands still."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=server.endpoint))
        credential = Credential(server.secret_id, server.secret_key)
        self._client = vod_client.VodClient(credential, "ap-singapore", profile)

    def call(self, action: str, params: dict[str, Any]) -> Any:
        """The typed answer as JSON values, so that one reads all kinds alike."""
        request = getattr(models, f"{action}Request")()
        known = catalog().require(action).request.by_name
        own = {"SubAppId": APPLICATION} if "SubAppId" in known else {}
        request.from_json_string(json.dumps({**own, **params}))
        return json.loads(getattr(self._client, action)(request).to_json_string())

    def create(self, action: str) -> str:
        context = {"SessionContext": "job-42"} if "SessionContext" in catalog().require(action).request.by_name else {}
        task_id: str = self.call(action, {**LIVES[action].params, **context})["TaskId"]
        return task_id

    def pass_time(self) -> None:
        clock = self.server.mock.clock
        assert isinstance(clock, VirtualClock)
        clock.advance(10)


@pytest.fixture
def client() -> Iterator[Client]:
    with LiveServer(Settings(rate_limit="off", task_seconds=10), clock=VirtualClock(tick=0)) as server:
        yield Client(server)


def result_of(detail: dict[str, Any], action: str) -> Any:
    found: Any = detail
    for step in LIVES[action].result:
        found = found[step]
    return found


def test_every_kind_of_task_is_here() -> None:
    actions = (catalog().require(action) for action in catalog().actions)
    assert set(LIVES) == {each.action for each in actions if each.mode == "task"}


@each_kind
def test_by_polling(client: Client, action: str) -> None:
    contract = catalog().require(action)
    task_id = client.create(action)
    before = client.call("DescribeTaskDetail", {"TaskId": task_id})
    client.pass_time()
    after = client.call("DescribeTaskDetail", {"TaskId": task_id})

    assert (before["Status"], before["TaskType"]) == ("PROCESSING", contract.task_type)
    detail = after[contract.result_field]
    assert (after["Status"], detail["Status"], detail["ErrCode"]) == ("FINISH", "FINISH", 0)
    assert result_of(detail, action)


@each_kind
def test_by_fetching_events(client: Client, action: str) -> None:
    contract = catalog().require(action)
    task_id = client.create(action)
    client.pass_time()

    if contract.event_field is None:
        with pytest.raises(TencentCloudSDKException) as refusal:
            client.call("PullEvents", {})
        assert refusal.value.code == "ResourceNotFound"
        return
    [event] = client.call("PullEvents", {})["EventSet"]
    client.call("ConfirmEvents", {"EventHandles": [event["EventHandle"]]})

    told = event[contract.event_field]
    assert (event["EventType"], told["TaskId"], told["SessionContext"]) == (contract.event_type, task_id, "job-42")
    assert result_of(told, action)


@pytest.fixture(scope="module")
def receiver() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.mark.parametrize("action", sorted(each for each in LIVES if catalog().require(each).event_field))
def test_by_callback(client: Client, receiver: HTTPServer, action: str) -> None:
    contract = catalog().require(action)
    receiver.clear()
    receiver.expect_oneshot_request("/hook", method="POST").respond_with_data("")
    client.call("ModifyEventConfig", {"Mode": "PUSH", "NotificationUrl": receiver.url_for("/hook")})
    task_id = client.create(action)
    with receiver.wait(timeout=10) as waiting:
        client.pass_time()

    assert waiting.result
    [(request, _)] = receiver.log
    message = json.loads(request.data)
    told = message[contract.event_field]
    assert (message["EventType"], told["TaskId"], told["SessionContext"]) == (contract.event_type, task_id, "job-42")
    assert result_of(told, action)


@pytest.mark.parametrize(
    "action", sorted(action for action, life in LIVES.items() if str(life.result[-1]).endswith("FileUrl"))
)
def test_results_can_be_downloaded(client: Client, action: str) -> None:
    task_id = client.create(action)
    client.pass_time()
    detail = client.call("DescribeTaskDetail", {"TaskId": task_id})[catalog().require(action).result_field]

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(result_of(detail, action), timeout=10) as response:
        assert len(response.read()) > 100


def test_an_element_is_there_at_once(client: Client) -> None:
    params = {
        "ElementName": "cat",
        "ElementDescription": "a cat",
        "ElementFrontalImage": "http://example.com/1.png",
        "ElementReferList": [{"ImageUrl": "http://example.com/2.png"}],
    }

    assert len(client.call("CreateAigcCustomElement", params)["ElementId"]) == 18

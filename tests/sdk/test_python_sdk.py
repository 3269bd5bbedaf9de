"""The official Python SDK, sync and async, in every way that it can sign and send."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client

from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY, Account, Settings

VARIANTS = {
    "tc3-post": {"signMethod": "TC3-HMAC-SHA256", "reqMethod": "POST"},
    "tc3-get": {"signMethod": "TC3-HMAC-SHA256", "reqMethod": "GET"},
    "unsigned-payload": {"signMethod": "TC3-HMAC-SHA256", "reqMethod": "POST", "unsignedPayload": True},
    "v1-sha1-post": {"signMethod": "HmacSHA1", "reqMethod": "POST"},
    "v1-sha1-get": {"signMethod": "HmacSHA1", "reqMethod": "GET"},
    "v1-sha256-post": {"signMethod": "HmacSHA256", "reqMethod": "POST"},
    "v1-sha256-get": {"signMethod": "HmacSHA256", "reqMethod": "GET"},
}
SUBJECT = {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}
TASK_ID = re.compile(r"251007502-AigcVideoTask-[0-9a-f]{32}t")


def profile_of(endpoint: str, *, signMethod: str, reqMethod: str, unsignedPayload: bool = False) -> ClientProfile:
    http = HttpProfile(protocol="http", endpoint=endpoint, reqMethod=reqMethod, reqTimeout=10)
    profile = ClientProfile(signMethod=signMethod, httpProfile=http)
    profile.unsignedPayload = unsignedPayload
    return profile


def client_of(endpoint: str, variant: str = "tc3-post", *, key: str = DOCUMENTED_SECRET_KEY) -> Any:
    credential = Credential(DOCUMENTED_SECRET_ID, key)
    return vod_client.VodClient(credential, "ap-singapore", profile_of(endpoint, **VARIANTS[variant]))


def filled(request: Any, params: dict[str, Any]) -> Any:
    request.from_json_string(json.dumps(params))
    return request


@pytest.mark.parametrize("variant", VARIANTS)
def test_creates_polls_and_downloads(endpoint: str, variant: str, video: dict[str, Any], is_video: Any) -> None:
    client = client_of(endpoint, variant)

    created = client.CreateAigcVideoTask(filled(models.CreateAigcVideoTaskRequest(), video))
    question = filled(models.DescribeTaskDetailRequest(), {"TaskId": created.TaskId, "SubAppId": 251007502})
    detail = client.DescribeTaskDetail(question)

    assert TASK_ID.fullmatch(created.TaskId)
    assert (detail.Status, detail.TaskType) == ("FINISH", "AigcVideoTask")
    assert (detail.AigcVideoTask.ErrCode, detail.AigcVideoTask.Progress) == (0, 100)
    assert detail.AigcVideoTask.Input.Prompt == "generate a car"
    assert detail.AigcVideoTask.SessionContext == "mysessionContext"
    assert detail.AigcImageTask is None
    assert is_video(detail.AigcVideoTask.Output.FileInfos[0].FileUrl)


@pytest.mark.parametrize("variant", VARIANTS)
def test_async_client_creates_and_polls(endpoint: str, variant: str, video: dict[str, Any]) -> None:
    from tencentcloud.vod.v20180717 import vod_client_async

    async def run() -> tuple[str, str]:
        credential = Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY)
        profile = profile_of(endpoint, **VARIANTS[variant])
        async with vod_client_async.VodClient(credential, "ap-singapore", profile) as client:
            created = await client.CreateAigcVideoTask(filled(models.CreateAigcVideoTaskRequest(), video))
            question = filled(models.DescribeTaskDetailRequest(), {"TaskId": created.TaskId})
            return created.TaskId, (await client.DescribeTaskDetail(question)).Status

    task_id, status = asyncio.run(run())

    assert TASK_ID.fullmatch(task_id)
    assert status == "FINISH"


def test_endpoint_with_scheme_in_it(endpoint: str) -> None:
    """With the scheme inside the endpoint the Host header is literally ``http://…``, and is signed so."""
    client = client_of(f"http://{endpoint}")

    created = client.CreateAigcSubject(filled(models.CreateAigcSubjectRequest(), SUBJECT))

    assert created.TaskId.startswith("1500000001-CreateAigcSubject-")


def test_text_that_is_not_ascii_arrives(endpoint: str) -> None:
    client = client_of(endpoint, "v1-sha1-get")

    created = client.CreateAigcSubject(
        filled(models.CreateAigcSubjectRequest(), {**SUBJECT, "SubjectName": "中 文+&=%"})
    )
    question = filled(models.DescribeTaskDetailRequest(), {"TaskId": created.TaskId})

    assert client.DescribeTaskDetail(question).CreateAigcSubjectTask.Input.SubjectName == "中 文+&=%"


def test_element_is_there_at_once(endpoint: str) -> None:
    params = {
        "ElementName": "cat",
        "ElementDescription": "a cat",
        "ElementFrontalImage": "http://example.com/cat.png",
        "ElementReferList": [{"ImageUrl": "http://example.com/cat2.png"}],
    }

    created = client_of(endpoint).CreateAigcCustomElement(filled(models.CreateAigcCustomElementRequest(), params))

    assert re.fullmatch("[1-9][0-9]{17}", created.ElementId)


@pytest.mark.parametrize("variant", VARIANTS)
def test_wrong_key_raises_the_documented_code(endpoint: str, variant: str) -> None:
    with pytest.raises(TencentCloudSDKException) as refusal:
        client_of(endpoint, variant, key="wrong").CreateAigcSubject(filled(models.CreateAigcSubjectRequest(), SUBJECT))

    assert refusal.value.code == "AuthFailure.SignatureFailure"
    assert refusal.value.requestId


def test_missing_parameter_raises_the_documented_code(endpoint: str) -> None:
    with pytest.raises(TencentCloudSDKException) as refusal:
        client_of(endpoint).CreateAigcVideoTask(filled(models.CreateAigcVideoTaskRequest(), {"SubAppId": 1}))

    assert refusal.value.code == "MissingParameter"
    assert refusal.value.message == "The request is missing a required parameter `ModelName`."


@pytest.mark.parametrize("variant", ["tc3-post", "v1-sha1-post"])
class TestTemporaryCredentials:
    @pytest.fixture
    def mockvod_settings(self) -> Settings:
        return Settings(accounts=(Account("AKIDtemporary", "temporary-key", token="the-token"),))

    def call(self, server: Any, variant: str, token: str | None) -> Any:
        credential = Credential(server.secret_id, server.secret_key, token)
        client = vod_client.VodClient(credential, "", profile_of(server.endpoint, **VARIANTS[variant]))
        return client.CreateAigcSubject(filled(models.CreateAigcSubjectRequest(), SUBJECT))

    def test_with_their_token(self, mockvod_server: Any, variant: str) -> None:
        assert self.call(mockvod_server, variant, "the-token").TaskId

    @pytest.mark.parametrize("token", [None, "another"])
    def test_without_it(self, mockvod_server: Any, variant: str, token: str | None) -> None:
        with pytest.raises(TencentCloudSDKException) as refusal:
            self.call(mockvod_server, variant, token)

        assert refusal.value.code == "AuthFailure.TokenFailure"


def test_journal_tells_which_client_called(mockvod_server: Any) -> None:
    client = client_of(mockvod_server.endpoint)
    client.CreateAigcSubject(filled(models.CreateAigcSubjectRequest(), SUBJECT))

    [record] = mockvod_server.mock.journal

    assert record.client.startswith("SDK_PYTHON_")


def test_over_the_limit_the_sdk_gets_its_code(mockvod_server: Any) -> None:
    """Twenty a second are let through; the clock is the machine's, so the test sends until a window is full."""
    client = client_of(mockvod_server.endpoint)

    with pytest.raises(TencentCloudSDKException) as refusal:
        for _ in range(200):
            client.CreateAigcSubject(filled(models.CreateAigcSubjectRequest(), SUBJECT))

    assert refusal.value.code == "RequestLimitExceeded"
    assert "frequency limit `20` for a second" in refusal.value.message

"""A client that tries again when the connection is lost, and the proof that nothing is paid twice."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.vod.v20180717 import vod_client

VIDEO = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "2.6", "Prompt": "a cat"}
REPEATED = "InvalidParameterValue.SessionId"


def create(client: Any, *, session_id: str = "", tries: int = 3) -> str | None:
    """The client under test: None when the task is there and its TaskId was lost with the connection."""
    params = {**VIDEO, "SessionId": session_id} if session_id else VIDEO
    for left in reversed(range(tries)):
        try:
            task_id: str = client.call_json("CreateAigcVideoTask", params)["Response"]["TaskId"]
            return task_id
        except TencentCloudSDKException as error:
            if error.code == REPEATED:
                return None
            if not left:
                raise
    raise ValueError("no tries")


@pytest.fixture
def client(mockvod: Any) -> Any:
    return vod_client.VodClient(Credential(mockvod.secret_id, mockvod.secret_key), "ap-singapore")


def test_with_a_session_id_nothing_is_paid_twice(client: Any, mockvod: Any) -> None:
    mockvod.fault("drop_after_commit", action="CreateAigcVideoTask")

    assert create(client, session_id=uuid.uuid4().hex) is None

    assert len(mockvod.tasks) == 1
    assert mockvod.bill.double_charges == ()


def test_without_one_it_is(client: Any, mockvod: Any) -> None:
    """What the mock is for: the same client, and the second task that it pays for unknowingly."""
    mockvod.fault("drop_after_commit", action="CreateAigcVideoTask")

    assert create(client)

    mockvod.clock.advance(hours=1)
    assert len(mockvod.tasks) == 2

"""A client that uses the official SDK, tested in process: nothing is listening anywhere, and no second is waited."""

from __future__ import annotations

from typing import Any

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.vod.v20180717 import vod_client


def make_video(client: Any, prompt: str, *, wait: Any) -> str:
    """The client under test: creates a video, waits for it, and returns where it is."""
    video = {"SubAppId": 1500000001, "ModelName": "Kling", "ModelVersion": "2.6", "Prompt": prompt}
    task_id = client.call_json("CreateAigcVideoTask", video)["Response"]["TaskId"]
    while True:
        task = client.call_json("DescribeTaskDetail", {"TaskId": task_id})["Response"]
        if task["Status"] == "FINISH":
            detail = task["AigcVideoTask"]
            if detail["ErrCode"] != 0:  # FINISH alone does not mean success
                raise RuntimeError(f"{detail['ErrCodeExt']}: {detail['Message']}")
            url: str = detail["Output"]["FileInfos"][0]["FileUrl"]
            return url
        wait()


@pytest.fixture
def client(mockvod: Any) -> Any:
    return vod_client.VodClient(Credential(mockvod.secret_id, mockvod.secret_key), "ap-singapore")


def test_a_video_is_made(client: Any, mockvod: Any) -> None:
    url = make_video(client, "a cat", wait=lambda: mockvod.clock.advance(seconds=10))

    assert url.endswith(".mp4")
    mockvod.verify("CreateAigcVideoTask", times=1, params={"Prompt": "a cat"})


def test_a_failed_task_is_no_success(client: Any, mockvod: Any) -> None:
    with pytest.raises(RuntimeError, match="ContentModerationFailed"):
        make_video(client, "[[fail:ContentModerationFailed]]", wait=lambda: mockvod.clock.advance(seconds=10))


def test_a_refusal_comes_through(client: Any, mockvod: Any) -> None:
    mockvod.fail_next("CreateAigcVideoTask", "LimitExceeded.Quota")

    with pytest.raises(TencentCloudSDKException) as refusal:
        make_video(client, "a cat", wait=mockvod.clock.advance)

    assert refusal.value.code == "LimitExceeded.Quota"

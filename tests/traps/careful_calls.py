"""How a careful client calls: what it sends, and what it sends again. What it makes of answers: careful_client.py."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import vod_client

KLING = {"ModelName": "Kling", "ModelVersion": "2.6"}
MOST_BYTES = 10 * 1024 * 1024
REPEATED = "InvalidParameterValue.SessionId"


class Failed(Exception):
    """What was asked for could not be made; the text says why."""


@dataclass(eq=False)
class Job:
    """Something that was asked for, and the task that is at it."""

    action: str
    params: dict[str, Any]
    task_id: str
    told: bool = field(default=False)


class CarefulCalls:
    """Everything that is asked of the service."""

    #: Seconds: between two questions, for a task in all, and before the first call is repeated.
    pause = 10.0
    patience = 3600.0
    backoff = 1.0
    tries = 6
    #: Errors of calls after which the same call may succeed, those of the SDK for networks among them.
    passing = ("RequestLimitExceeded", "InternalError", "ServerNetworkError", "ClientNetworkError")
    #: What half of the JSON raises.
    unreadable: tuple[type[Exception], ...] = (ValueError,)

    def __init__(self, server: Any) -> None:
        http = HttpProfile(protocol="http", endpoint=server.endpoint, reqTimeout=server.timeout)
        key = Credential(server.secret_id, server.secret_key)
        self.sdk = vod_client.VodClient(key, "ap-singapore", ClientProfile(httpProfile=http))
        self.app, self.sleep, self.now = server.sub_app_id, server.sleep, server.now
        self.jobs: dict[str, Job] = {}

    def send(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.sdk.call_json(action, {"SubAppId": self.app, **params})["Response"]
        return answer

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        for number in range(self.tries):
            try:
                return self.send(action, params)
            except TencentCloudSDKException as error:
                last: Exception = error
                if error.code not in self.passing:
                    raise
            except self.unreadable as error:
                last = error
            self.sleep(self.backoff * 2**number)
        raise last

    def session(self, params: dict[str, Any]) -> str:
        return uuid.uuid4().hex

    def start(self, action: str, **params: Any) -> Job:
        job = Job(action, params, "")
        self.begin(job)
        return job

    def begin(self, job: Job) -> None:
        session = self.session(job.params)
        try:
            job.task_id = self.call(job.action, SessionId=session, **job.params)["TaskId"]
        except TencentCloudSDKException as error:
            if error.code != REPEATED:
                raise
            # An earlier try has come through, and only its answer was lost.
            tasks = self.call("DescribeTasks", Limit=100)["TaskSet"]
            job.task_id = next(each["TaskId"] for each in tasks if each["SessionId"] == session)
        self.jobs[job.task_id] = job

    def create(self, prompt: str, **more: Any) -> Job:
        return self.start("CreateAigcVideoTask", **KLING, Prompt=prompt, **more)

    def create_from_url(self, prompt: str, url: str) -> Job:
        return self.create(prompt, FileInfos=[{"Type": "Url", "Category": "Image", "Url": url}])

    def create_from_bytes(self, prompt: str, content: bytes) -> Job:
        picture = base64.b64encode(content).decode()
        if len(picture) + 4096 > MOST_BYTES:
            raise Failed(f"{len(content)} bytes are too many for a request; upload the picture")
        return self.create(prompt, FileInfos=[{"Type": "Base64", "Category": "Image", "Base64": picture}])

    def create_image(self, prompt: str, url: str) -> Job:
        infos = [{"Type": "Url", "Url": url}]
        return self.start("CreateAigcImageTask", ModelName="GG", ModelVersion="3.0", Prompt=prompt, FileInfos=infos)

    def create_with_element(self, prompt: str, element_id: str) -> Job:
        elements = json.dumps({"element_list": [{"element_id": element_id}]})
        return self.create(prompt, ExtInfo=json.dumps({"AdditionalParameters": elements}))

    def create_subject(self, name: str, url: str) -> Job:
        return self.start("CreateAigcSubject", SubjectName=name, SubjectImages=[url])

    def create_element(self, name: str, description: str, url: str) -> Job:
        images = json.dumps({"frontal_image": url, "refer_images": [{"image_url": url}]})
        named = {"ElementName": name, "ElementDescription": description}
        return self.start(
            "CreateAigcAdvancedCustomElement", **named, ReferenceType="image_refer", ElementImageList=images
        )

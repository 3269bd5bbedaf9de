"""A client as it is written in an afternoon: it works while all goes well."""

from __future__ import annotations

import base64
import json
from typing import Any

import requests
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import vod_client

KLING = {"ModelName": "Kling", "ModelVersion": "2.6"}


class NaiveClient:
    """Has all parts of an adapter, so that it can be one itself."""

    def __init__(self, server: Any) -> None:
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=server.endpoint, reqTimeout=600))
        self.sdk = vod_client.VodClient(Credential(server.secret_id, server.secret_key), "ap-singapore", profile)
        self.app = server.sub_app_id
        self.sleep = server.sleep
        self.jobs: list[str] = []

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        for _ in range(3):
            try:
                answer: dict[str, Any] = self.sdk.call_json(action, params)["Response"]
                return answer
            except TencentCloudSDKException as error:
                last = error
        raise RuntimeError("the call failed") from last

    def start(self, action: str, **params: Any) -> str:
        task_id: str = self.call(action, SubAppId=self.app, TasksPriority="10", **params)["TaskId"]
        self.jobs.append(task_id)
        return task_id

    def create(self, prompt: str, **more: Any) -> str:
        cut = prompt.encode()[:500].decode(errors="ignore")
        return self.start("CreateAigcVideoTask", **KLING, Prompt=cut, **more)

    def create_from_url(self, prompt: str, url: str) -> str:
        return self.create(prompt, FileInfos=[{"Type": "Url", "Category": "Image", "Url": url}])

    def create_from_bytes(self, prompt: str, content: bytes) -> str:
        picture = base64.b64encode(content).decode()
        return self.create(prompt, FileInfos=[{"Type": "Base64", "Category": "Image", "Base64": picture}])

    def create_image(self, prompt: str, url: str) -> str:
        infos = [{"Type": "Url", "Category": "Image", "Url": url}]
        return self.start("CreateAigcImageTask", ModelName="GG", ModelVersion="3.0", Prompt=prompt, FileInfos=infos)

    def create_with_element(self, prompt: str, element_id: str) -> str:
        return self.create(prompt, ExtInfo=json.dumps({"element_list": [{"element_id": float(element_id)}]}))

    def create_subject(self, name: str, url: str) -> str:
        return self.start("CreateAigcSubject", SubjectName=name, SubjectImages=[url])

    def create_element(self, name: str, description: str, url: str) -> str:
        images = json.dumps({"frontal_image": url, "refer_images": [{"image_url": url}]})
        named = {"ElementName": name, "ElementDescription": description}
        return self.start(
            "CreateAigcAdvancedCustomElement", **named, ReferenceType="image_refer", ElementImageList=images
        )

    def poll(self, task_id: str) -> dict[str, Any]:
        while True:
            try:
                task = self.sdk.call_json("DescribeAigcVideoTask", {"TaskId": task_id})["Response"]
            except TencentCloudSDKException:
                task = self.call("DescribeTaskDetail", TaskId=task_id)
            if task["Status"] == "FINISH":
                return next(each for each in task.values() if isinstance(each, dict))
            if task["Status"] not in ("PROCESSING", "ABORTED"):
                raise RuntimeError("the task failed")
            self.sleep(5)

    def wait(self, task_id: str) -> dict[str, Any]:
        return {"ok": True, "url": find_url(self.poll(task_id))}

    def wait_subject(self, task_id: str) -> str:
        while True:
            for event in self.call("PullEvents", SubAppId=self.app)["EventSet"]:
                if event["EventType"] == "CreateAigcSubjectComplete":
                    return str(event["CreateAigcSubjectCompleteEvent"]["Output"]["SubjectId"])
            self.sleep(5)

    def wait_element(self, task_id: str) -> str:
        info = json.loads(self.poll(task_id)["Output"]["InfoList"][0]["ElementInfo"], parse_int=float)
        return f"{info['element_id']:.0f}"

    def fetch(self, outcome: dict[str, Any]) -> bytes:
        return requests.get(outcome["url"], headers={"X-Client-Key": self.sdk.credential.secret_id}).content

    def file_name(self, outcome: dict[str, Any]) -> str:
        return "video." + outcome.get("FileType", "")

    def hear(self) -> list[Any]:
        events = self.call("PullEvents", SubAppId=self.app)["EventSet"]
        return [self.news(event["AigcVideoCompleteEvent"]) for event in events]

    def handle_callback(self, body: bytes) -> Any:
        _, task = json.loads(body).values()
        return self.news(task)

    def news(self, task: dict[str, Any]) -> Any:
        return self.jobs.pop(0), {"ok": True, "url": task["Output"]["FileInfos"][0]["FileUrl"]}


def find_url(value: Any) -> str:
    """The first address anywhere inside of `value`."""
    if isinstance(value, str) and value.startswith("http"):
        return value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((url for url in map(find_url, inside) if url), "")

"""The careful client without one of its cares each."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import replace
from typing import Any
from urllib.request import urlopen

import requests
from careful_calls import Failed
from careful_client import CarefulClient, Outcome
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

DETAIL = "DescribeTaskDetail"


class TrustsFinish(CarefulClient):
    def outcome(self, told: Any) -> Any:
        return Outcome(True, (self.file(told) or {}).get("FileUrl", ""))


class DropsReasons(CarefulClient):
    def error(self, told: Any) -> str:
        return "the task failed" if told["ErrCode"] else ""


class LooksAtErrCodeExt(CarefulClient):
    def error(self, told: Any) -> str:
        return super().error(told) if told["ErrCodeExt"] else ""


class LooksAtOuterStatus(CarefulClient):
    def is_over(self, answer: Any, told: Any) -> bool:
        return bool(answer["Status"] in ("FINISH", "ABORTED"))


class TrustsProgress(CarefulClient):
    def is_over(self, answer: Any, told: Any) -> bool:
        return told.get("Progress") == 100 or super().is_over(answer, told)


class WantsProgressToGrow(CarefulClient):
    highest = 0

    def detail(self, job: Any) -> Any:
        self.highest = 0
        return super().detail(job)

    def is_over(self, answer: Any, told: Any) -> bool:
        if told.get("Progress", 100) < self.highest:
            raise Failed("the task has gone back")
        self.highest = told.get("Progress", 100)
        return super().is_over(answer, told)


class KnowsNoWaiting(CarefulClient):
    def is_over(self, answer: Any, told: Any) -> bool:
        if answer["Status"] not in ("PROCESSING", "FINISH"):
            raise Failed(f"the task is {answer['Status']}")
        return super().is_over(answer, told)


class KnowsNoAborted(CarefulClient):
    def is_over(self, answer: Any, told: Any) -> bool:
        return bool(told["Status"] == "FINISH")


class TakesOutputForGranted(CarefulClient):
    def file(self, told: Any) -> Any:
        return (told["Output"]["FileInfos"] or [None])[0]


class TakesFilesForGranted(CarefulClient):
    def file(self, told: Any) -> Any:
        return told["Output"]["FileInfos"][0] if told["Output"] else None


class RetriesVoilation(CarefulClient):
    again = ("RequestLimitExceeded", "InvalidParameter.VoilationContent")


class RetriesViolation(CarefulClient):
    again = ("RequestLimitExceeded", "InvalidParameter.ViolationContent")


class RetriesModerated(CarefulClient):
    again = ("RequestLimitExceeded", "ContentModerationFailed")


class GivesUpAtErrors(CarefulClient):
    passing = ("RequestLimitExceeded", "ServerNetworkError", "ClientNetworkError")


class GivesUpAtLimits(CarefulClient):
    passing = ("InternalError", "ServerNetworkError", "ClientNetworkError")


class GivesUpAtPages(CarefulClient):
    passing = ("RequestLimitExceeded", "InternalError", "ClientNetworkError")


class GivesUpAtLostConnections(CarefulClient):
    passing = ("RequestLimitExceeded", "InternalError", "ServerNetworkError")


class GivesUpAtHalfJson(CarefulClient):
    unreadable = ()


class WaitsForAnswers(CarefulClient):
    def __init__(self, server: Any) -> None:
        super().__init__(replace(server, timeout=600))


class AsksForOldTasks(CarefulClient):
    def detail(self, job: Any) -> Any:
        while True:
            try:
                return super().detail(job)
            except TencentCloudSDKException:
                self.sleep(60)


class NeverGivesUp(CarefulClient):
    pause = 60.0
    patience = math.inf


class GivesUpSoon(CarefulClient):
    patience = 300.0


class AsksOften(CarefulClient):
    pause = 0.5
    patience = 700.0


class KnowsAllMembers(CarefulClient):
    known = frozenset(
        ("StorageMode", "MediaName", "ClassId", "ExpireTime", "FileType")
        + ("FileUrl", "FileContent", "FileId", "MetaData", "UsageType")
    )

    def file(self, told: Any) -> Any:
        file = super().file(told)
        if file and file.keys() - self.known:
            raise TypeError("unexpected keyword argument")
        return file


class MakesActionsUp(CarefulClient):
    def detail(self, job: Any) -> Any:
        try:
            self.send("DescribeAigcVideoTask", {"TaskId": job.task_id})
        except TencentCloudSDKException:
            return super().detail(job)


class LeavesSubAppIdOut(CarefulClient):
    def send(self, action: str, params: Any) -> Any:
        return self.sdk.call_json(action, params)["Response"] if action == DETAIL else super().send(action, params)


class SendsNumbersAsText(CarefulClient):
    def send(self, action: str, params: Any) -> Any:
        return super().send(action, {**params, "SubAppId": str(self.app)})


class SendsCategory(CarefulClient):
    def create_image(self, prompt: str, url: str) -> Any:
        infos = [{"Type": "Url", "Category": "Image", "Url": url}]
        return self.start("CreateAigcImageTask", ModelName="GG", ModelVersion="3.0", Prompt=prompt, FileInfos=infos)


class SendsAnySize(CarefulClient):
    def create_from_bytes(self, prompt: str, content: bytes) -> Any:
        infos = [{"Type": "Base64", "Category": "Image", "Base64": base64.b64encode(content).decode()}]
        return self.create(prompt, FileInfos=infos)


class CutsPrompts(CarefulClient):
    def create(self, prompt: str, **more: Any) -> Any:
        return super().create(prompt.encode()[:500].decode(errors="ignore"), **more)


class RetriesExpiredSignatures(CarefulClient):
    passing = (*CarefulClient.passing, "AuthFailure.SignatureExpire")


class RetriesQuotas(CarefulClient):
    passing = (*CarefulClient.passing, "LimitExceeded.Quota")


class GivesUpTasksTooMany(CarefulClient):
    again = ()


class RepeatsAtOnce(CarefulClient):
    backoff = 0.01


class HasNoSessions(CarefulClient):
    def session(self, params: Any) -> str:
        return ""


class HasOneSession(CarefulClient):
    def session(self, params: Any) -> str:
        return "my-session"


class HasSessionsByPrompt(CarefulClient):
    def session(self, params: Any) -> str:
        return f"session-{hash(params.get('Prompt'))}"


class TakesFirstUrl(CarefulClient):
    def outcome(self, told: Any) -> Any:
        outcome = super().outcome(told)
        infos = told["Input"].get("FileInfos")
        return Outcome(True, infos[0]["Url"]) if outcome.ok and infos else outcome


class WantsHttps(CarefulClient):
    def get(self, url: str) -> Any:
        if not url.startswith("https:"):
            raise Failed(f"{url} is not safe")
        return super().get(url)


class SendsKeysAlong(CarefulClient):
    def get(self, url: str) -> Any:
        return requests.get(url, headers={"Authorization": "TC3-HMAC-SHA256 ..."}, timeout=10)


class TrustsFileType(CarefulClient):
    def file_name(self, outcome: Any) -> str:
        return "video."


class TakesMetadataForGranted(CarefulClient):
    def file(self, told: Any) -> Any:
        file = super().file(told)
        if file:
            file["MetaData"]["Size"]
        return file


class IgnoresStatus(CarefulClient):
    def checked(self, response: Any, outcome: Any) -> bytes:
        return response.content if response.status_code == 404 else super().checked(response, outcome)


class IgnoresSize(CarefulClient):
    def checked(self, response: Any, outcome: Any) -> bytes:
        return super().checked(response, Outcome(True))


class IgnoresLength(CarefulClient):
    def fetch(self, outcome: Any) -> bytes:
        with urlopen(outcome.url, timeout=10) as response:
            return bytes(response.read(2**30))


class FetchesOnce(CarefulClient):
    def fetch(self, outcome: Any) -> bytes:
        return self.checked(requests.get(outcome.url, timeout=10), outcome)


class HasNumbersAsFloats(CarefulClient):
    def wait_element(self, job: Any) -> str:
        return f"{float(super().wait_element(job)):.0f}"


class TrustsOutputs(CarefulClient):
    def output(self, job: Any) -> Any:
        return self.detail(job)["Output"]


class EncodesOnce(CarefulClient):
    def create_with_element(self, prompt: str, element_id: str) -> Any:
        elements = {"element_list": [{"element_id": element_id}]}
        return self.create(prompt, ExtInfo=json.dumps({"AdditionalParameters": elements}))


class WaitsForSubjectEvents(CarefulClient):
    def wait_subject(self, job: Any) -> str:
        while not self.hear():
            self.sleep(60)
        return super().wait_subject(job)


class WantsAllProgress(CarefulClient):
    def is_over(self, answer: Any, told: Any) -> bool:
        return super().is_over(answer, told) and told["Progress"] == 100


class FearsEmptyQueues(CarefulClient):
    def hear(self) -> list[Any]:
        events = self.call("PullEvents")["EventSet"]
        self.confirm([event["EventHandle"] for event in events])
        return [each for each in map(self.news, events) if each]


class ConfirmsNothing(CarefulClient):
    def confirm(self, handles: list[str]) -> None:
        pass


class ConfirmsOnce(CarefulClient):
    def confirm(self, handles: list[str]) -> None:
        self.call("ConfirmEvents", EventHandles=handles)


class TellsAgain(CarefulClient):
    def news(self, event: Any) -> Any:
        for job in self.jobs.values():
            job.told = False
        return super().news(event)


class GoesByOrder(CarefulClient):
    def find(self, told: Any) -> Any:
        return super().find(told) and next((job for job in self.jobs.values() if not job.told), None)


class KnowsAllTasks(CarefulClient):
    def find(self, told: Any) -> Any:
        return self.jobs[told["TaskId"]]


class TrustsEvents(CarefulClient):
    def news(self, event: Any) -> Any:
        news = super().news(event)
        return news and (news[0], Outcome(True, news[1].url))


class TakesEventApart(CarefulClient):
    def handle_callback(self, body: bytes) -> Any:
        kind, told = json.loads(body).values()
        return self.news({"EventType": kind, "AigcVideoCompleteEvent": told})

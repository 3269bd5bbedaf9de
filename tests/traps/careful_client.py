"""A client that takes care. Each care is a member of its own, so that tests can take it away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests
from careful_calls import CarefulCalls, Failed, Job
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

#: Action -> the member of DescribeTaskDetail that tells of its tasks.
FIELDS = {
    "CreateAigcVideoTask": "AigcVideoTask",
    "CreateAigcImageTask": "AigcImageTask",
    "CreateAigcSubject": "CreateAigcSubjectTask",
    "CreateAigcAdvancedCustomElement": "CreateAigcAdvancedCustomElementTask",
}


@dataclass
class Outcome:
    ok: bool
    url: str = ""
    error: str = ""
    size: int = 0


class CarefulClient(CarefulCalls):
    """Has all parts of an adapter, so that it can be one itself."""

    #: Failures of tasks after which the same task may succeed.
    again: tuple[str, ...] = ("RequestLimitExceeded",)

    def detail(self, job: Job) -> dict[str, Any]:
        """What the task tells once it is over. Raises Failed when it was aborted or goes on for too long."""
        end = self.now() + self.patience
        while self.now() < end:
            answer = self.call("DescribeTaskDetail", TaskId=job.task_id)
            told: dict[str, Any] = answer[FIELDS[job.action]]
            if self.is_over(answer, told):
                return told
            self.sleep(self.pause)
        raise Failed("the task goes on and on")

    def is_over(self, answer: dict[str, Any], told: dict[str, Any]) -> bool:
        if answer["Status"] == "ABORTED":
            raise Failed("the task was aborted")
        return bool(told["Status"] == "FINISH")

    def error(self, told: dict[str, Any]) -> str:
        return f"{told['ErrCode']} {told['ErrCodeExt']}: {told['Message']}" if told["ErrCode"] else ""

    def file(self, told: dict[str, Any]) -> dict[str, Any] | None:
        infos = (told["Output"] or {}).get("FileInfos") or [None]
        return infos[0]  # type: ignore[no-any-return]

    def outcome(self, told: dict[str, Any]) -> Outcome:
        if error := self.error(told):
            return Outcome(False, error=error)
        file = self.file(told)
        if file is None:
            return Outcome(False, error="the task has ended well, without a result")
        return Outcome(True, file["FileUrl"], size=(file["MetaData"] or {}).get("Size", 0))

    def wait(self, job: Job) -> Outcome:
        for number in range(self.tries):
            told = self.detail(job)
            if told["ErrCodeExt"] not in self.again:
                break
            self.sleep(10 * 2**number)
            self.begin(job)
        return self.outcome(told)

    def output(self, job: Job) -> dict[str, Any]:
        told = self.detail(job)
        if error := self.error(told):
            raise Failed(error)
        return dict(told["Output"])

    def wait_subject(self, job: Job) -> str:
        return str(self.output(job)["SubjectId"])

    def wait_element(self, job: Job) -> str:
        return str(self.output(job)["InfoList"][0]["ElementId"])

    def fetch(self, outcome: Outcome) -> bytes:
        for number in range(self.tries):
            response = self.get(outcome.url)
            if response is not None and response.status_code < 500:
                return self.checked(response, outcome)
            self.sleep(2**number)
        raise Failed("the result cannot be fetched")

    def get(self, url: str) -> requests.Response | None:
        try:
            return requests.get(url, timeout=10)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            return None

    def checked(self, response: requests.Response, outcome: Outcome) -> bytes:
        response.raise_for_status()
        if outcome.size and len(response.content) != outcome.size:
            raise Failed(f"the result has {len(response.content)} of {outcome.size} bytes")
        return response.content

    def file_name(self, outcome: Outcome) -> str:
        return outcome.url.rpartition("/")[2]

    def hear(self) -> list[Any]:
        try:
            events = self.call("PullEvents")["EventSet"] or []
        except TencentCloudSDKException as error:
            if error.code != "ResourceNotFound":
                raise
            return []
        news = [self.news(event) for event in events]
        self.confirm([event["EventHandle"] for event in events])
        return [each for each in news if each]

    def confirm(self, handles: list[str]) -> None:
        try:
            self.call("ConfirmEvents", EventHandles=handles)
        except TencentCloudSDKException as error:
            if error.code != "InvalidParameterValue":  # they were confirmed before, and the answer was lost
                raise

    def handle_callback(self, body: bytes) -> Any:
        return self.news(json.loads(body))

    def news(self, event: dict[str, Any]) -> Any:
        told = event.get("AigcVideoCompleteEvent")
        job = self.find(told) if told else None
        if job is None or job.told:
            return None
        job.told = True
        return job, self.outcome(told)

    def find(self, told: dict[str, Any]) -> Job | None:
        return self.jobs.get(told["TaskId"])

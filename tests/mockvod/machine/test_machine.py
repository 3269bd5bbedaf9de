"""The state machine for clients: it passes a client that does all right, and finds and explains what others do wrong."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
import requests
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.vod.v20180717 import vod_client

from mockvod.app import MockVod
from mockvod.errors import NotInstalledError
from mockvod.machine import Belief, VodMachine

APPLICATION = 1500000001
PICTURE = {"ModelName": "GG", "ModelVersion": "3.0", "OutputConfig": {"StorageMode": "Permanent"}}


# --- a client that does all right


@dataclass
class Job:
    """What the client knows of one task."""

    state: Belief = "running"
    url: str = ""
    file_id: str = ""


class Studio:
    """Has pictures made. It tries again what is safe to try again, and keeps what the service forgets."""

    tries = 3

    def __init__(self, mock: MockVod) -> None:
        self.vod = vod_client.VodClient(Credential(mock.secret_id, mock.secret_key), "ap-singapore")
        self.jobs: dict[str, Job] = {}
        self.handled: list[str] = []

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        """The answer. A refusal for good is not tried again."""
        for left in reversed(range(self.tries)):
            try:
                return self.vod.call_json(action, {"SubAppId": APPLICATION, **params})["Response"]  # type: ignore[no-any-return]
            except TencentCloudSDKException as error:
                passing = ("InternalError", "RequestLimitExceeded", "ClientNetworkError", "ServerNetworkError")
                if error.code not in passing or not left:
                    raise
            except (requests.RequestException, ValueError):
                if not left:
                    raise
        raise AssertionError("no tries")

    def create(self, prompt: str) -> str:
        session = sha256(prompt.encode()).hexdigest()[:32]
        try:
            task_id: str = self.call("CreateAigcImageTask", **PICTURE, Prompt=prompt, SessionId=session)["TaskId"]
        except TencentCloudSDKException as error:
            if error.code != "InvalidParameterValue.SessionId":
                raise
            task_id = self.find(session)
        self.jobs.setdefault(task_id, Job())
        return task_id

    def find(self, session: str) -> str:
        """The TaskId of a call whose answer was lost."""
        tasks = self.call("DescribeTasks", Limit=100)["TaskSet"]
        return next(str(task["TaskId"]) for task in tasks if task["SessionId"] == session)

    def look(self, task_id: str) -> Belief:
        job = self.jobs[task_id]
        if job.state == "running":
            self.take(self.call("DescribeTaskDetail", TaskId=task_id)["AigcImageTask"])
        return job.state

    def take(self, task: dict[str, Any]) -> None:
        job = self.jobs.setdefault(task["TaskId"], Job())
        if task["Status"] != "FINISH":
            return
        if task["ErrCode"]:
            job.state = "failed"
        else:
            file = (task["Output"]["FileInfos"] or [{"FileUrl": "", "FileId": ""}])[0]
            job.state, job.url, job.file_id = "done", file["FileUrl"], file["FileId"]

    def fetch(self, task_id: str) -> bytes:
        answer = requests.get(self.jobs[task_id].url, timeout=10)
        answer.raise_for_status()
        return answer.content

    def pump(self) -> None:
        if events := self.pull():
            self.handle_all(events)
            self.confirm(events)

    def pull(self) -> list[dict[str, Any]]:
        try:
            events: list[dict[str, Any]] = self.call("PullEvents")["EventSet"]
        except TencentCloudSDKException as error:
            if error.code != "ResourceNotFound":  # it says that there is none
                raise
            return []
        return events

    def handle_all(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            self.handle(event["AigcImageCompleteEvent"])

    def handle(self, task: dict[str, Any]) -> None:
        if task["TaskId"] not in self.handled:
            self.take(task)
            self.handled.append(task["TaskId"])

    def confirm(self, events: list[dict[str, Any]]) -> None:
        self.call("ConfirmEvents", EventHandles=[event["EventHandle"] for event in events])

    def delete(self, task_id: str) -> None:
        try:
            self.call("DeleteMedia", FileId=self.jobs[task_id].file_id)
        except TencentCloudSDKException as error:
            if error.code != "ResourceNotFound":  # it is gone, and only the answer was lost
                raise


class StudioMachine(VodMachine):
    """The machine as somebody would write it for this client."""

    action = "CreateAigcImageTask"
    studio: type[Studio] = Studio

    def make_client(self, mock: MockVod) -> Studio:
        return self.studio(mock)

    def create(self, prompt: str) -> Any:
        return self.client.create(prompt)

    def look(self, key: Any) -> Belief:
        belief: Belief = self.client.look(key)
        return belief

    def fetch(self, key: Any) -> bytes:
        content: bytes = self.client.fetch(key)
        return content

    def pump(self) -> None:
        self.client.pump()

    def handled(self) -> list[str]:
        handled: list[str] = self.client.handled
        return handled

    def delete(self, key: Any) -> None:
        self.client.delete(key)


def machine_for(client: type[Studio]) -> type[StudioMachine]:
    return type(f"Machine{client.__name__}", (StudioMachine,), {"studio": client})


#: The same examples on every run, so that CI does not fail by chance.
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    stateful_step_count=30,
    suppress_health_check=(),
    report_multiple_bugs=False,
)
#: What is found is not made smaller, which takes longest.
SEARCH = settings(STEADY, phases=[Phase.generate], max_examples=500, stateful_step_count=15)
SHRINK = settings(SEARCH, phases=[Phase.generate, Phase.shrink])


def test_a_client_that_does_all_right_passes() -> None:
    run_state_machine_as_test(StudioMachine, settings=STEADY)


class Poller(VodMachine):
    """No more than what must be there."""

    action = "CreateAigcImageTask"

    def make_client(self, mock: MockVod) -> Studio:
        return Studio(mock)

    def create(self, prompt: str) -> Any:
        return self.client.create(prompt)

    def look(self, key: Any) -> Belief:
        belief: Belief = self.client.look(key)
        return belief


def test_three_hooks_are_enough() -> None:
    run_state_machine_as_test(Poller, settings=settings(STEADY, max_examples=20))


# --- what is found and made small


class PaysTwice(Studio):
    """Sends no SessionId, and tries again all the same."""

    def create(self, prompt: str) -> str:
        task_id: str = self.call("CreateAigcImageTask", **PICTURE, Prompt=prompt)["TaskId"]
        self.jobs[task_id] = Job()
        return task_id


class LosesTheRest(Studio):
    """Handles the first event of a batch and confirms all."""

    def handle_all(self, events: list[dict[str, Any]]) -> None:
        super().handle_all(events[:1])


class ConfirmsTooEarly(Studio):
    """Confirms what it has not handled yet, for which it asks once more."""

    tries = 1

    def pump(self) -> None:
        if events := self.pull():
            self.confirm(events)
            for event in events:
                task_id = event["AigcImageCompleteEvent"]["TaskId"]
                self.handle(self.call("DescribeTaskDetail", TaskId=task_id)["AigcImageTask"])


class TakesFinishForSuccess(Studio):
    """Never looks at ErrCode."""

    def take(self, task: dict[str, Any]) -> None:
        super().take({**task, "ErrCode": 0})


@pytest.mark.parametrize(
    ("client", "message"),
    [
        pytest.param(PaysTwice, r"'a cat \(1\)' is paid 2 times", id="double-pay"),
        pytest.param(LosesTheRest, "confirmed but not handled", id="lost-event"),
        pytest.param(ConfirmsTooEarly, "confirmed but not handled", id="event-confirmed-too-early"),
        pytest.param(
            TakesFinishForSuccess, "is done, but it has failed; failed tasks end with FINISH", id="finish-is-success"
        ),
    ],
)
def test_a_mistake_is_told_in_six_steps_at_most(client: type[Studio], message: str) -> None:
    with pytest.raises(AssertionError, match=message) as caught:
        run_state_machine_as_test(machine_for(client), settings=SHRINK)

    told = [line for line in getattr(caught.value, "__notes__", []) if line.startswith("state.")]
    assert told.pop() == "state.teardown()"
    assert 1 <= len(told) <= 6, told


# --- what else is found


class NeverAsksForWhatWasLost(Studio):
    def find(self, session: str) -> str:
        raise LookupError(session)


class TakesARefusalForFailure(Studio):
    def look(self, task_id: str) -> Belief:
        try:
            return super().look(task_id)
        except TencentCloudSDKException:
            return "failed"


class BelievesTheOuterStatus(Studio):
    def look(self, task_id: str) -> Belief:
        answer = self.call("DescribeTaskDetail", TaskId=task_id)
        self.take({**answer["AigcImageTask"], "Status": answer["Status"]})
        return self.jobs[task_id].state


class NeverLooks(Studio):
    def look(self, task_id: str) -> Belief:
        return "running"


class MakesStatesUp(Studio):
    def look(self, task_id: str) -> Belief:
        return "SUCCESS"  # type: ignore[return-value]


class AsksAgainForTheUrl(Studio):
    def fetch(self, task_id: str) -> bytes:
        self.take(self.call("DescribeTaskDetail", TaskId=task_id)["AigcImageTask"])
        return super().fetch(task_id)


class FetchesTheWrongFile(Studio):
    def fetch(self, task_id: str) -> bytes:
        return super().fetch(task_id)[:-1]


class TakesAnEmptyQueueForAFault(Studio):
    def pull(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self.call("PullEvents")["EventSet"]
        return events


class HandlesEventsAgain(Studio):
    def handle(self, task: dict[str, Any]) -> None:
        self.take(task)
        self.handled.append(task["TaskId"])


class NeverConfirms(Studio):
    def confirm(self, events: list[dict[str, Any]]) -> None:
        pass


class DeletesInNameOnly(Studio):
    def delete(self, task_id: str) -> None:
        pass


class NeverCreates(Studio):
    def create(self, prompt: str) -> str:
        self.jobs[prompt] = Job()
        return prompt

    def look(self, task_id: str) -> Belief:
        return "running"


MISTAKES: list[tuple[type[Studio], type[Exception], str]] = [
    (NeverAsksForWhatWasLost, AssertionError, "is paid for, but the client does not find its task"),
    (TakesARefusalForFailure, AssertionError, "is failed, but it is (running; a refused|done)"),
    (BelievesTheOuterStatus, AssertionError, "is done, but it is running; the outer Status"),
    (NeverLooks, AssertionError, "is running, but it (is done|has failed)"),
    (MakesStatesUp, TypeError, "^look\\(\\) returned 'SUCCESS', which is none of running, done, failed"),
    (AsksAgainForTheUrl, AssertionError, "exists, but the client cannot fetch it"),
    (FetchesTheWrongFile, AssertionError, "is not its result"),
    (TakesAnEmptyQueueForAFault, TencentCloudSDKException, "ResourceNotFound"),
    (HandlesEventsAgain, AssertionError, "handled more than once"),
    (NeverConfirms, AssertionError, "pump\\(\\) confirms nothing"),
    (DeletesInNameOnly, AssertionError, "which still exists"),
    (NeverCreates, AssertionError, "is running, but it was never created"),
]


@pytest.mark.parametrize(("client", "error", "message"), MISTAKES, ids=[each[0].__name__ for each in MISTAKES])
def test_a_mistake_is_found(client: type[Studio], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run_state_machine_as_test(machine_for(client), settings=SEARCH)


# --- around the runs


def test_the_steps_of_a_failure_can_be_gone_through_by_hand() -> None:
    state = machine_for(NeverAsksForWhatWasLost)()
    try:
        state.fault(kind="drop_after_commit", calls="next")
        state.create_task(prompt="a cat")
        with pytest.raises(AssertionError, match="does not find its task"):
            state.create_again()
    finally:
        state._block.__exit__(None, None, None)


def test_a_hook_that_must_be_there_is_asked_for() -> None:
    with pytest.raises(NotImplementedError, match=r"^make_client\(mock\) must return the client under test$"):
        VodMachine()


def test_a_client_that_cannot_be_made_leaves_no_mock_behind() -> None:
    send = requests.adapters.HTTPAdapter.send

    class Unmakeable(StudioMachine):
        def make_client(self, mock: MockVod) -> Any:
            raise ValueError

    with pytest.raises(ValueError):
        Unmakeable()

    assert requests.adapters.HTTPAdapter.send is send


def test_a_run_leaves_no_mock_behind() -> None:
    send = requests.adapters.HTTPAdapter.send

    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine_for(PaysTwice), settings=SEARCH)

    assert requests.adapters.HTTPAdapter.send is send


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "mockvod.machine")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(NotInstalledError, match=r"^VodMachine needs Hypothesis: pip install 'mockvod\[hypothesis\]'$"):
        importlib.import_module("mockvod.machine")

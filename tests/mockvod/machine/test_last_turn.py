"""What the machine makes of a client in its last turn, in which nothing is in its way and nothing excuses it."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from tencentcloud.common.credential import Credential
from tencentcloud.vod.v20180717 import vod_client

from mockvod.app import MockVod
from mockvod.machine import Belief, VodMachine

APPLICATION = 1500000001
PICTURE = {"SubAppId": APPLICATION, "ModelName": "GG", "ModelVersion": "3.0"}


class Client:
    """Does what a client of pictures has to do, and no more."""

    def __init__(self, mock: MockVod) -> None:
        self.vod = vod_client.VodClient(Credential(mock.secret_id, mock.secret_key), "ap-singapore")
        self.urls: dict[str, str] = {}

    def call(self, action: str, **params: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.vod.call_json(action, {"SubAppId": APPLICATION, **params})["Response"]
        return answer

    def create(self, prompt: str) -> str:
        return str(self.call("CreateAigcImageTask", **PICTURE, Prompt=prompt)["TaskId"])

    def look(self, key: str) -> Belief:
        answer = self.call("DescribeTaskDetail", TaskId=key)["AigcImageTask"]
        if answer["Status"] != "FINISH":
            return "running"
        self.urls[key] = answer["Output"]["FileInfos"][0]["FileUrl"]
        return "done"

    def fetch(self, key: str) -> bytes:
        answer = requests.get(self.urls[key], timeout=10)
        answer.raise_for_status()
        return answer.content

    def pump(self) -> None:
        events = self.call("PullEvents")["EventSet"]
        self.call("ConfirmEvents", EventHandles=[event["EventHandle"] for event in events])


class Machine(VodMachine):
    action = "CreateAigcImageTask"

    def __init__(self, client: type[Client]) -> None:
        self._made = client
        super().__init__()

    def make_client(self, mock: MockVod) -> Client:
        return self._made(mock)

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


def last_turn(client: type[Client]) -> None:
    """Of a client that was to make one picture, which has ended."""
    state = Machine(client)
    try:
        state.create_task(prompt="a cat")
    except BaseException:
        state._block.__exit__(None, None, None)
        raise
    state.teardown()


def test_a_client_that_does_all_passes() -> None:
    last_turn(Client)


def test_a_client_that_fails_to_look_is_told_so() -> None:
    class Blind(Client):
        def look(self, key: str) -> Belief:
            raise LookupError(key)

    with pytest.raises(LookupError):
        last_turn(Blind)


def test_a_client_that_fails_to_pull_is_told_so() -> None:
    class Deaf(Client):
        def pump(self) -> None:
            raise LookupError("events")

    with pytest.raises(LookupError, match="events"):
        last_turn(Deaf)


def test_a_client_that_never_asked_may_say_that_it_failed() -> None:
    """It was refused, say; only money that was spent in vain, or a result that is not there, is a mistake."""

    class Idle(Client):
        def create(self, prompt: str) -> str:
            return "none"

        def look(self, key: str) -> Belief:
            return "failed"

    last_turn(Idle)


def test_a_client_that_fails_to_ask_is_told_so() -> None:
    class Mute(Client):
        def create(self, prompt: str) -> str:
            raise LookupError(prompt)

    with pytest.raises(LookupError, match="a cat"):
        last_turn(Mute)


def test_a_result_that_is_gone_need_not_be_fetched() -> None:
    class Late(Client):
        def fetch(self, key: str) -> bytes:
            machine.mock.clock.advance(days=8)
            return super().fetch(key)

    machine = Machine(Late)
    machine.create_task(prompt="a cat")
    machine.teardown()

"""Calls in an event loop: they get the answers that threads get, and hold up nobody while they are held themselves."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.http import HttpRequest
from mockvod.media import produce
from mockvod.media.cache import Cache, Made
from mockvod.media.file_spec import FileSpec
from mockvod.service import registry
from mockvod.settings import Settings

NOW = 1_735_689_600
APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: How many calls may be held at a time here.
PLACES = 2


class FastClock(SystemClock):
    """The machine's clock, `speed` times as fast, that counts how often held calls have looked at it."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._start, self._speed = super().now(), speed
        self.looks = 0
        #: Whether the next look fails, as a bug would.
        self.broken = False

    def now(self) -> float:
        self.looks += 1
        if self.broken:
            self.broken = False
            raise ZeroDivisionError
        return self.arrival()

    def arrival(self) -> float:
        return self._start + self._speed * (super().now() - self._start)


@pytest.fixture
def patient(make_caller: Any) -> Any:
    """Its tasks take two hundredths of a second of the test's time."""
    settings = Settings(rate_limit="off", concurrency="off", task_seconds=0.2)
    return make_caller(MockVod(settings, clock=FastClock(10), held_calls=PLACES))


async def send(caller: Any, request: HttpRequest) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((await caller.mock.handle_async(request)).body)["Response"]
    return answer


async def call(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    return await send(caller, caller.post(action, params))


def told(answer: dict[str, Any]) -> list[str]:
    """The tasks whose events an answer hands out, or the code of its refusal."""
    if "Error" in answer:
        return [answer["Error"]["Code"]]
    return [event["AigcVideoCompleteEvent"]["TaskId"] for event in answer["EventSet"]]


async def pull(caller: Any) -> list[str]:
    return told(await call(caller, "PullEvents", APP))


async def held(caller: Any, number: int) -> list[asyncio.Task[dict[str, Any]]]:
    """So many calls, all of which are held when this returns."""
    requests = [caller.post("PullEvents", APP) for _ in range(number)]
    caller.mock.clock.looks = 0
    tasks = [asyncio.create_task(send(caller, request)) for request in requests]
    while caller.mock.clock.looks < number:
        await asyncio.sleep(0)
    return tasks


async def waits_for_its_task(caller: Any) -> bool:
    """Whether a PullEvents that comes before the task has ended is held until it has."""
    made = (await call(caller, "CreateAigcVideoTask", VIDEO))["TaskId"]
    return await pull(caller) == [made]


async def places_are_free(caller: Any) -> bool:
    """Whether as many calls as there are places can be held at a time."""
    waiting = await held(caller, PLACES)
    await call(caller, "ModifyEventConfig", {**APP, "Mode": "PUSH"})
    await asyncio.gather(*waiting)
    await call(caller, "ModifyEventConfig", {**APP, "Mode": "PULL"})
    return await waits_for_its_task(caller)


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    async def in_time() -> Any:
        return await asyncio.wait_for(work(), 30)

    return asyncio.run(in_time())


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda c, task: c.post("CreateAigcVideoTask", VIDEO), id="result"),
        pytest.param(lambda c, task: c.post("DescribeTaskDetail", {"TaskId": task}), id="made-file"),
        pytest.param(lambda c, task: c.post("DescribeAllClass"), id="generated"),
        pytest.param(lambda c, task: c.post("CreateAigcSubject", {"SubjectName": 5}), id="refused-by-the-gateway"),
        pytest.param(lambda c, task: c.post("DescribeTaskDetail", {"TaskId": "x"}), id="refused-by-the-service"),
        pytest.param(lambda c, task: c.post("PullEvents", {"SubAppId": 8}), id="nothing-to-wait-for"),
        pytest.param(lambda c, task: HttpRequest("PUT", "", {}, b""), id="no-call"),
    ],
)
def test_a_loop_gets_the_bytes_that_a_thread_gets(make_caller: Any, ask: Any) -> None:
    answers, records = [], []
    for in_loop in (True, False):
        settings = Settings(seed=5, task_seconds=1, concurrency="off")
        caller = make_caller(MockVod(settings, clock=VirtualClock(NOW, tick=0)))
        task = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
        caller.mock.clock.advance(1)
        request = ask(caller, task)
        mock = caller.mock
        answers.append(asyncio.run(mock.handle_async(request)) if in_loop else mock.handle(request))
        records.append(list(mock.journal))

    assert answers[0] == answers[1]
    assert records[0] == records[1]
    assert len(records[0]) == 2


def test_faults_hit_calls_in_a_loop(caller: Any) -> None:
    caller.mock.fault("error", code="InternalError", action="CreateAigcSubject")
    caller.mock.fault("wrong_content_type", action="DescribeAllClass")

    refused = run(lambda: call(caller, "CreateAigcSubject", {}))
    response = run(lambda: caller.mock.handle_async(caller.post("DescribeAllClass")))

    assert refused["Error"]["Code"] == "InternalError"
    assert response.headers != (("Content-Type", "application/json"),)
    assert [(each.action, each.fault) for each in caller.mock.journal] == [
        ("CreateAigcSubject", "error"),
        ("DescribeAllClass", "wrong_content_type"),
    ]


def test_a_held_call_gets_what_another_call_of_the_loop_brings_about(patient: Any) -> None:
    async def work() -> tuple[list[str], str]:
        [waiting] = await held(patient, 1)
        made = (await call(patient, "CreateAigcVideoTask", VIDEO))["TaskId"]
        return told(await waiting), made

    events, made = run(work)

    assert events == [made]


def test_a_call_that_got_its_event_gives_its_place_back(patient: Any) -> None:
    async def work() -> list[bool]:
        return [await waits_for_its_task(patient) for _ in range(2 * PLACES)]

    assert run(work) == [True] * 2 * PLACES


def test_a_call_is_held_for_five_seconds(make_caller: Any) -> None:
    clock = FastClock(100)
    caller = make_caller(MockVod(Settings(), clock=clock, held_calls=PLACES))

    async def work() -> tuple[float, int]:
        request, begun = caller.post("PullEvents", APP), clock.arrival()
        clock.looks = 0
        assert told(await send(caller, request)) == ["ResourceNotFound"]
        return clock.arrival() - begun, clock.looks

    for _ in range(2 * PLACES):
        lasted, looks = run(work)
        # Two seconds or more pass from one look to the next, so that the third or an earlier one is the last.
        assert (lasted >= 5, looks <= 3) == (True, True)


def test_a_call_that_is_refused_while_it_is_held_gives_its_place_back(patient: Any) -> None:
    async def work() -> list[bool]:
        return [await places_are_free(patient) for _ in range(3)]

    assert run(work) == [True] * 3


def test_a_call_that_a_bug_ends_gives_its_place_back(patient: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> tuple[list[dict[str, Any]], bool]:
        answers = []
        for _ in range(2 * PLACES):
            request = patient.post("PullEvents", APP)
            patient.mock.clock.broken = True
            answers.append(await send(patient, request))
        return answers, await places_are_free(patient)

    answers, free = run(work)

    assert [each["Error"]["Code"] for each in answers] == ["InternalError"] * 2 * PLACES
    assert free
    assert "mockvod failed on PullEvents: please report it" in caplog.text and "ZeroDivisionError" in caplog.text
    assert next(iter(patient.mock.journal)).explanation == "a bug in mockvod: see its log"


def test_a_bug_of_ours_is_an_internal_error(
    patient: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(context: Any, params: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setitem(registry.HANDLERS, "PullEvents", broken)

    assert run(lambda: pull(patient)) == ["InternalError"]
    [record] = patient.mock.journal
    assert (record.action, record.explanation) == ("PullEvents", "a bug in mockvod: see its log")
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [
        "mockvod failed on PullEvents: please report it"
    ]


def test_a_caller_that_hangs_up_is_recorded(patient: Any) -> None:
    """The call is over, and was neither answered nor refused."""
    patient.mock.fault("latency", seconds=0, action="PullEvents")

    async def work() -> None:
        [waiting] = await held(patient, 1)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting

    run(work)

    [record] = patient.mock.journal
    assert (record.action, record.fault, record.answer) == ("PullEvents", "latency", None)
    assert (record.code, record.message, record.explanation) == ("", "", "the caller hung up while the call was held")


def test_faults_hit_calls_that_were_held(patient: Any) -> None:
    patient.mock.fault("wrong_content_type", action="PullEvents")

    response = run(lambda: patient.mock.handle_async(patient.post("PullEvents", APP)))

    [record] = patient.mock.journal
    assert (record.code, record.fault) == ("ResourceNotFound", "wrong_content_type")
    assert dict(response.headers)["Content-Type"] != "application/json"


def test_calls_that_are_held_are_answered_when_all_are_released(make_caller: Any) -> None:
    """As soon as they look again, which is long before their time is over; later calls are held as before."""
    caller = make_caller(MockVod(Settings(rate_limit="off"), clock=FastClock(0.01), held_calls=PLACES))

    async def work() -> list[tuple[list[str], bool]]:
        seen = []
        for _ in range(3):
            waiting = await held(caller, PLACES)
            caller.mock.release()
            answers = await asyncio.gather(*waiting)
            seen.append(([code for each in answers for code in told(each)], caller.mock.clock.looks <= 3 * PLACES))
        return seen

    assert run(work) == [(["ResourceNotFound"] * PLACES, True)] * 3


def test_a_call_that_finds_no_place_is_answered_at_once(patient: Any) -> None:
    async def work() -> list[tuple[list[str], int]]:
        waiting = await held(patient, PLACES)
        answers = []
        for _ in range(2 * PLACES):
            request = patient.post("PullEvents", APP)
            patient.mock.clock.looks = 0
            # It does not even let the loop go on: those that are held look no further meanwhile.
            answers.append((told(await send(patient, request)), patient.mock.clock.looks))
        await call(patient, "ModifyEventConfig", {**APP, "Mode": "PUSH"})
        await asyncio.gather(*waiting)
        await call(patient, "ModifyEventConfig", {**APP, "Mode": "PULL"})
        return answers

    assert run(work) == [(["ResourceNotFound"], 0)] * 2 * PLACES
    assert run(lambda: waits_for_its_task(patient))


def test_a_file_is_made_in_another_thread(make_caller: Any, monkeypatch: pytest.MonkeyPatch, need: Any) -> None:
    """So that the loop goes on meanwhile. Nothing was made before."""
    need("media", all(map(find_spec, ("PIL", "av"))), "pip install 'mockvod[media]'")
    threads: list[int] = []

    def produced(spec: FileSpec) -> Made:
        threads.append(threading.get_ident())
        return produce._produced(spec)

    monkeypatch.setattr(produce, "_FILES", Cache(produced, most_bytes=2**24, most_metadata=10))
    caller = make_caller(MockVod(Settings(task_seconds=1), clock=VirtualClock(NOW, tick=0)))
    task = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    caller.mock.clock.advance(1)

    answer = run(lambda: call(caller, "DescribeTaskDetail", {"TaskId": task}))

    assert answer["AigcVideoTask"]["Output"]["FileInfos"][0]["MetaData"]["Size"] > 0
    assert threads and threading.get_ident() not in threads

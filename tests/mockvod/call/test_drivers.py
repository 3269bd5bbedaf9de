"""The two drivers side by side: in a thread and in an event loop, a call comes to the same end."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call import drivers, life
from mockvod.call.drivers import AGAIN_SECONDS, HeldCalls, drive, drive_in_loop
from mockvod.call.outcome import Answer, Make, Outcome, Refuse, Wait
from mockvod.clock import Clock, VirtualClock
from mockvod.errors import ApiError
from mockvod.http import HttpRequest
from mockvod.media import FileSpec, produce
from mockvod.media.cache import Cache, Made
from mockvod.media.ready import ready_made
from mockvod.service import registry
from mockvod.settings import Settings

NOW = 1_735_689_600
APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
DONE = Answer({"TaskId": "done"})
NOTHING = ApiError("no_event", explanation="nothing came")

Drive = Callable[[Callable[[float], Outcome], float, Clock, HeldCalls], Answer | Refuse]
Handle = Callable[[MockVod, HttpRequest], dict[str, Any]]


class PassingClock(VirtualClock):
    """A clock that says that it passes, and moves only while a driver sleeps."""

    passes = True

    def __init__(self, speed: float = 1) -> None:
        super().__init__(NOW, tick=0)
        self.speed = speed
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(self.speed * seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PassingClock:
    clock, pause = PassingClock(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds:
            clock.sleep(seconds)
        await pause(0)

    monkeypatch.setattr(drivers, "sleep", clock.sleep)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return clock


def in_loop(attempt: Callable[[float], Outcome], now: float, clock: Clock, places: HeldCalls) -> Answer | Refuse:
    return asyncio.run(drive_in_loop(attempt, now, clock, places))


def handled(mock: MockVod, request: HttpRequest) -> dict[str, Any]:
    inside: dict[str, Any] = json.loads(mock.handle(request).body)["Response"]
    return inside


def handled_in_loop(mock: MockVod, request: HttpRequest) -> dict[str, Any]:
    inside: dict[str, Any] = json.loads(asyncio.run(mock.handle_async(request)).body)["Response"]
    return inside


either_driver = pytest.mark.parametrize("driver", [pytest.param(drive, id="thread"), pytest.param(in_loop, id="loop")])
either_way = pytest.mark.parametrize(
    "handle", [pytest.param(handled, id="thread"), pytest.param(handled_in_loop, id="loop")]
)


def told(*outcomes: Outcome) -> tuple[Callable[[float], Outcome], list[float]]:
    """An attempt that comes to these outcomes, the last of them for ever; and the moments at which it was made."""
    moments: list[float] = []

    def attempt(now: float) -> Outcome:
        moments.append(now)
        return outcomes[min(len(moments), len(outcomes)) - 1]

    return attempt, moments


def all_free(places: HeldCalls, most: int) -> bool:
    return [places.enter() for _ in range(most + 1)] == [True] * most + [False]


@either_driver
@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(DONE, id="answer"),
        pytest.param(Refuse(NOTHING), id="refuse"),
        pytest.param(Refuse(NOTHING, keep=True), id="refuse-and-keep"),
    ],
)
def test_what_has_an_end_is_tried_once(driver: Drive, clock: PassingClock, outcome: Answer | Refuse) -> None:
    attempt, moments = told(outcome)

    assert driver(attempt, NOW - 1, clock, HeldCalls(0)) is outcome
    assert (moments, clock.slept) == ([NOW - 1], [])


@either_driver
def test_a_call_is_held_until_something_comes(driver: Drive, clock: PassingClock) -> None:
    waiting = Wait(NOW + 5, NOTHING)
    attempt, moments = told(waiting, waiting, waiting, DONE)
    places = HeldCalls(1)

    assert driver(attempt, NOW, clock, places) is DONE
    assert moments == pytest.approx([NOW + number * AGAIN_SECONDS for number in range(4)])
    assert all_free(places, 1)


@either_driver
@pytest.mark.parametrize("speed", [1, 50])
def test_a_call_is_held_until_its_moment(driver: Drive, clock: PassingClock, speed: float) -> None:
    """Also where each look tells of five more seconds, as PullEvents does."""
    clock.speed, places = speed, HeldCalls(1)

    ending = driver(lambda now: Wait(now + 5, NOTHING), NOW, clock, places)

    assert ending == Refuse(NOTHING)
    assert NOW + 5 <= clock.now() + 1e-3 <= NOW + 5 + speed * AGAIN_SECONDS + 1e-2
    assert all_free(places, 1)


@either_driver
def test_where_no_place_is_free_nothing_waits(driver: Drive, clock: PassingClock) -> None:
    attempt, moments = told(Wait(NOW + 5, NOTHING))
    places = HeldCalls(1)
    places.enter()

    assert driver(attempt, NOW, clock, places) == Refuse(NOTHING)
    assert (moments, clock.slept) == ([NOW], [])
    # The place that another has is still taken.
    assert places.enter() is False


@either_driver
def test_a_clock_that_stands_still_is_not_waited_for(driver: Drive, clock: PassingClock) -> None:
    attempt, moments = told(Wait(NOW + 5, NOTHING))

    assert driver(attempt, NOW, VirtualClock(NOW), HeldCalls(1)) == Refuse(NOTHING)
    assert (moments, clock.slept) == ([NOW], [])


@either_driver
def test_a_clock_that_is_made_to_stand_still_meanwhile_is_given_up(driver: Drive, clock: PassingClock) -> None:
    clock.speed, places = 0, HeldCalls(1)

    assert driver(told(Wait(NOW + 5, NOTHING))[0], NOW, clock, places) == Refuse(NOTHING)
    # As often as fits into five seconds.
    assert sum(clock.slept) == pytest.approx(5)
    assert all_free(places, 1)


@either_driver
def test_what_is_missing_is_made_and_the_call_tried_again_at_its_moment(driver: Drive, clock: PassingClock) -> None:
    made: list[str] = []
    attempt, moments = told(Make(lambda: made.append("first")), Make(lambda: made.append("second")), DONE)

    assert driver(attempt, NOW - 1, clock, HeldCalls(0)) is DONE
    assert (made, moments, clock.slept) == (["first", "second"], [NOW - 1] * 3, [])


@either_driver
@pytest.mark.parametrize("broken", ["attempt", "work"])
def test_a_bug_comes_out_and_gives_the_place_back(driver: Drive, clock: PassingClock, broken: str) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    def attempt(now: float) -> Outcome:
        if now == NOW:
            return Wait(NOW + 5, NOTHING)
        if broken == "attempt":
            fail()
        return Make(fail)

    places = HeldCalls(1)
    with pytest.raises(ZeroDivisionError):
        driver(attempt, NOW, clock, places)

    assert clock.slept == [AGAIN_SECONDS]
    assert all_free(places, 1)


def test_the_loop_goes_on_while_a_call_is_held(clock: PassingClock) -> None:
    events: list[str] = []

    def attempt(now: float) -> Outcome:
        return Answer({"Events": events}) if events else Wait(NOW + 5, NOTHING)

    async def happen() -> None:
        await asyncio.sleep(0)
        events.append("an event")

    async def both() -> tuple[Answer | Refuse, None]:
        return await asyncio.gather(drive_in_loop(attempt, NOW, clock, HeldCalls(1)), happen())

    assert asyncio.run(both())[0] == Answer({"Events": ["an event"]})


def test_the_loop_goes_on_while_something_is_made(clock: PassingClock) -> None:
    begun, go = threading.Event(), threading.Event()
    threads: list[int] = []

    def work() -> None:
        threads.append(threading.get_ident())
        begun.set()
        assert go.wait(timeout=10), "the loop stood still"

    async def release() -> None:
        while not begun.is_set():
            await asyncio.sleep(0)
        go.set()

    async def both() -> tuple[Answer | Refuse, None]:
        attempt, _ = told(Make(work), DONE)
        return await asyncio.gather(drive_in_loop(attempt, NOW, clock, HeldCalls(1)), release())

    assert asyncio.run(both())[0] is DONE
    assert threads != [threading.get_ident()]


class TestWholeCalls:
    """The same through `MockVod.handle` and `MockVod.handle_async`."""

    @pytest.fixture
    def caller(self, clock: PassingClock, make_caller: Any) -> Any:
        settings = Settings(seed=1, rate_limit="off", concurrency="off", task_seconds=2)
        return make_caller(MockVod(settings, clock=clock, held_calls=1))

    @pytest.fixture
    def made(self, monkeypatch: pytest.MonkeyPatch) -> list[FileSpec]:
        """The files that were made, by a stand-in for the encoders that is quick and always there."""
        made: list[FileSpec] = []

        def fake(spec: FileSpec) -> Made:
            made.append(spec)
            return ready_made("video", "mp4")

        monkeypatch.setattr(produce, "_FILES", Cache(fake, most_bytes=2**20, most_metadata=100))
        monkeypatch.setattr(produce, "extra_installed", lambda: True)
        return made

    @pytest.fixture
    def outcomes(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The names of what the service came to with each try of a call."""
        seen: list[str] = []

        perform = life.Life._perform

        def spy(self: life.Life, *args: Any) -> Outcome:
            outcome = perform(self, *args)
            seen.append(type(outcome).__name__)
            return outcome

        monkeypatch.setattr(life.Life, "_perform", spy)
        return seen

    @either_way
    def test_pull_events_is_held_until_a_task_ends(
        self, handle: Handle, caller: Any, clock: PassingClock, made: list[FileSpec]
    ) -> None:
        task_id = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]

        [event] = handle(caller.mock, caller.post("PullEvents", APP))["EventSet"]

        assert event["AigcVideoCompleteEvent"]["TaskId"] == task_id
        assert NOW + 2 <= clock.now() < NOW + 2.05

    @either_way
    def test_pull_events_is_refused_after_five_seconds(self, handle: Handle, caller: Any, clock: PassingClock) -> None:
        clock.speed = 10

        refusal = handle(caller.mock, caller.post("PullEvents", APP))["Error"]

        assert refusal["Code"] == "ResourceNotFound"
        assert NOW + 5 <= clock.now() + 1e-3 < NOW + 5.3

    @either_way
    def test_two_missing_files_are_asked_for_once(
        self, handle: Handle, caller: Any, clock: PassingClock, made: list[FileSpec], outcomes: list[str]
    ) -> None:
        for prompt in ("a cat", "a dog"):
            caller.call("CreateAigcVideoTask", {**VIDEO, "Prompt": prompt})
        clock.advance(2)
        outcomes.clear()

        answer = handle(caller.mock, caller.post("PullEvents", APP))

        assert len(answer["EventSet"]) == len(made) == len(set(made)) == 2
        assert outcomes == ["Make", "Answer"]
        assert clock.slept == []

    @either_way
    def test_what_was_tried_in_vain_leaves_no_trace(
        self, handle: Handle, caller: Any, clock: PassingClock, made: list[FileSpec], outcomes: list[str]
    ) -> None:
        """Events that were handed out with an answer that was thrown away are not hidden because of it."""
        caller.call("CreateAigcVideoTask", VIDEO)
        clock.advance(2)
        [event] = handle(caller.mock, caller.post("PullEvents", APP))["EventSet"]

        assert caller.call("ConfirmEvents", {**APP, "EventHandles": [event["EventHandle"]]}).keys() == {"RequestId"}
        clock.advance(31)
        assert handle(caller.mock, caller.post("PullEvents", APP))["Error"]["Code"] == "ResourceNotFound"

    @either_way
    def test_a_bug_is_answered_and_logged(
        self,
        handle: Handle,
        caller: Any,
        clock: PassingClock,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def work() -> None:
            raise ZeroDivisionError("a bug in the work")

        monkeypatch.setitem(registry.HANDLERS, "DescribeEventConfig", lambda context, params: Make(work))
        with caplog.at_level(logging.ERROR, "mockvod"):
            answer = handle(caller.mock, caller.post("DescribeEventConfig", APP))

        assert answer["Error"]["Code"] == "InternalError"
        assert "a bug in the work" in caplog.text
        assert [call.code for call in caller.mock.calls] == ["InternalError"]

    def test_others_are_answered_while_one_is_held(
        self, caller: Any, clock: PassingClock, made: list[FileSpec]
    ) -> None:
        mock, pull = caller.mock, caller.post("PullEvents", APP)

        async def both() -> list[Any]:
            create = mock.handle_async(caller.post("CreateAigcVideoTask", VIDEO))
            return await asyncio.gather(mock.handle_async(pull), create)

        pulled, created = (json.loads(each.body)["Response"] for each in asyncio.run(both()))

        assert [event["AigcVideoCompleteEvent"]["TaskId"] for event in pulled["EventSet"]] == [created["TaskId"]]

"""Calls that are held until there is an event: the place that each takes is free again, however the call ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import SystemClock
from mockvod.settings import Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
#: How many calls may be held at a time here.
PLACES = 2


class WatchedClock(SystemClock):
    """The machine's clock, `speed` times as fast, that knows which threads look at it.

    A call that is held looks again and again; one that is answered at once does not.
    """

    def __init__(self, speed: float = 1) -> None:
        super().__init__()
        self._start, self._speed = super().now(), speed
        self._looked = threading.Condition()
        self.looks: dict[int | None, int] = {}
        #: Whether the next look fails, as a bug would.
        self.broken = False

    def now(self) -> float:
        with self._looked:
            if (thread := threading.get_ident()) in self.looks:
                self.looks[thread] += 1
                self._looked.notify_all()
        if self.broken:
            self.broken = False
            raise ZeroDivisionError
        return self.arrival()

    def arrival(self) -> float:
        return self._start + self._speed * (super().now() - self._start)

    def forget_looks(self) -> None:
        """Counts the looks of this thread from 0."""
        self.looks[threading.get_ident()] = 0

    def wait_until_held(self, thread: threading.Thread) -> None:
        """Returns when `thread` holds a call."""
        with self._looked:
            assert self._looked.wait_for(lambda: self.looks.get(thread.ident, 0) > 0, timeout=10)


def mock_of(clock: WatchedClock) -> MockVod:
    settings = Settings(rate_limit="off", concurrency="off", task_seconds=0.2)
    return MockVod(settings, clock=clock, held_calls=PLACES)


@pytest.fixture
def patient(make_caller: Any) -> Any:
    return make_caller(mock_of(WatchedClock()))


def pull(caller: Any, before: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """The answer to PullEvents. `before` is done when the request is ready, for signing it looks at the clock too."""
    request = caller.post("PullEvents", APP)
    before()
    answer: dict[str, Any] = caller.send(request)
    return answer


def waits_for_its_task(caller: Any) -> bool:
    """Whether a PullEvents that comes before the task has ended is held until it has."""
    made = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    events = pull(caller).get("EventSet", [])
    return [event["AigcVideoCompleteEvent"]["TaskId"] for event in events] == [made]


@contextmanager
def held(caller: Any, codes: list[str]) -> Iterator[None]:
    """As many held calls as there are places, ended by a change of the application's mode; `codes` are their answers."""
    clock = caller.mock.clock
    threads = [
        threading.Thread(target=lambda: codes.append(pull(caller, clock.forget_looks)["Error"]["Code"]))
        for _ in range(PLACES)
    ]
    for each in threads:
        each.start()
        clock.wait_until_held(each)
    yield
    caller.call("ModifyEventConfig", {**APP, "Mode": "PUSH"})
    for each in threads:
        each.join(timeout=10)
    caller.call("ModifyEventConfig", {**APP, "Mode": "PULL"})


def test_a_call_that_got_its_event_gives_its_place_back(patient: Any) -> None:
    assert [waits_for_its_task(patient) for _ in range(2 * PLACES)] == [True] * 2 * PLACES


def test_a_call_that_waited_in_vain_gives_its_place_back(make_caller: Any) -> None:
    clock = WatchedClock(speed=100)
    caller, lasted, looks = make_caller(mock_of(clock)), [], []
    for _ in range(2 * PLACES):
        begun = clock.arrival()
        assert pull(caller, clock.forget_looks)["Error"]["Code"] == "ResourceNotFound"
        lasted.append(clock.arrival() - begun)
        looks.append(clock.looks[threading.get_ident()])

    assert min(lasted) >= 5
    # Two seconds or more pass from one look to the next, so that the third or an earlier one is the last.
    assert max(looks) <= 3


def test_a_call_that_is_refused_while_it_is_held_gives_its_place_back(patient: Any) -> None:
    codes: list[str] = []
    for _ in range(2):
        with held(patient, codes):
            pass

    assert codes == ["ResourceNotFound"] * 2 * PLACES
    assert waits_for_its_task(patient)


def test_a_call_that_a_bug_ends_gives_its_place_back(patient: Any) -> None:
    def breaks() -> None:
        patient.mock.clock.broken = True

    for _ in range(2 * PLACES):
        assert pull(patient, breaks)["Error"]["Code"] == "InternalError"

    assert waits_for_its_task(patient)


def test_a_call_that_finds_no_place_is_answered_at_once_and_takes_none(patient: Any) -> None:
    codes: list[str] = []
    clock, answers = patient.mock.clock, []
    with held(patient, codes):
        for _ in range(2 * PLACES):
            code = pull(patient, clock.forget_looks)["Error"]["Code"]
            answers.append((code, clock.looks[threading.get_ident()]))

    assert answers == [("ResourceNotFound", 0)] * 2 * PLACES
    assert codes == ["ResourceNotFound"] * PLACES
    assert waits_for_its_task(patient)


def test_a_call_is_not_held_for_ever_where_the_time_stands_still(
    make_caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test may stop the machine's clock without telling the mock: after five seconds of waiting that is enough."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert len(slept) < 1000

    monkeypatch.setattr("mockvod.call.drivers.sleep", sleep)
    caller = make_caller(mock_of(WatchedClock(speed=0)))

    assert pull(caller)["Error"]["Code"] == "ResourceNotFound"
    assert slept == [0.02] * 250

"""Time: what stands still, what moves, and how it is printed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock, iso

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z


@pytest.mark.parametrize("read", [SystemClock.now, SystemClock.arrival], ids=["now", "arrival"])
def test_system_clock_is_the_machines(read: Any) -> None:
    before = time.time()
    moment = read(SystemClock())
    after = time.time()

    assert before <= moment <= after


def test_virtual_clock_stands_still() -> None:
    clock = VirtualClock(NOW)

    assert [clock.now(), clock.now()] == [NOW, NOW]


def test_virtual_clock_starts_now_when_it_is_not_told() -> None:
    before = time.time()
    moment = VirtualClock().now()
    after = time.time()

    assert before <= moment <= after


def test_virtual_clock_may_start_at_zero() -> None:
    assert VirtualClock(0).now() == 0


def test_each_arrival_takes_a_tick() -> None:
    clock = VirtualClock(NOW, tick=0.25)

    assert [clock.arrival(), clock.arrival(), clock.now()] == [NOW + 0.25, NOW + 0.5, NOW + 0.5]


def test_a_tick_is_150_milliseconds_by_default() -> None:
    assert VirtualClock(0).arrival() == 0.15


def test_no_tick_stands_still() -> None:
    clock = VirtualClock(NOW, tick=0)

    assert [clock.arrival(), clock.arrival()] == [NOW, NOW]


def test_a_tick_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^tick=-1 would move the clock backwards; use 0 to stand still$"):
        VirtualClock(tick=-1)


@pytest.mark.parametrize(
    ("step", "seconds"),
    [
        pytest.param({"seconds": 1.5}, 1.5, id="seconds"),
        pytest.param({"minutes": 2}, 120, id="minutes"),
        pytest.param({"hours": 2}, 7_200, id="hours"),
        pytest.param({"days": 3}, 259_200, id="days"),
        pytest.param({"days": 1, "hours": 1, "minutes": 1, "seconds": 1}, 90_061, id="all"),
        pytest.param({"minutes": 1, "seconds": -1}, 59, id="sum-of-both-signs"),
        pytest.param({}, 0, id="nothing"),
    ],
)
def test_advance_moves_by_the_sum_and_tells_the_time(step: dict[str, float], seconds: float) -> None:
    clock = VirtualClock(NOW)

    assert (clock.advance(**step), clock.now()) == (NOW + seconds, NOW + seconds)


def test_advance_does_not_go_back() -> None:
    clock = VirtualClock(NOW)

    with pytest.raises(ValueError, match=r"^cannot advance by -60 s; use set\(\) to go back$"):
        clock.advance(minutes=-1)
    assert clock.now() == NOW


@pytest.mark.parametrize("moment", [pytest.param(NOW + 1, id="forwards"), pytest.param(NOW - 1, id="backwards")])
def test_set_jumps(moment: float) -> None:
    clock = VirtualClock(NOW)
    clock.set(moment)

    assert clock.now() == moment


def test_arrivals_of_many_threads_all_count() -> None:
    clock = VirtualClock(0, tick=1)
    with ThreadPoolExecutor(4) as pool:
        moments = list(pool.map(lambda _: clock.arrival(), range(200)))

    assert sorted(moments) == list(range(1, 201))


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        pytest.param(0, "1970-01-01T00:00:00Z", id="epoch"),
        pytest.param(NOW, "2025-01-01T00:00:00Z", id="whole"),
        pytest.param(NOW + 0.999, "2025-01-01T00:00:00Z", id="fraction-is-cut"),
        pytest.param(NOW - 1, "2024-12-31T23:59:59Z", id="second-before"),
        pytest.param(1_709_164_800, "2024-02-29T00:00:00Z", id="leap-day"),
    ],
)
def test_iso_is_utc_in_whole_seconds(moment: float, text: str) -> None:
    assert iso(moment) == text


# --- the machine's clock, moved ------------------------------------------------------------------------------------


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the machine's clock says: the only item."""
    moment = [float(NOW)]
    monkeypatch.setattr("mockvod.clock.time.time", lambda: moment[0])
    return moment


def test_an_advanced_system_clock_goes_on_from_there(machine: list[float]) -> None:
    clock = SystemClock()

    assert clock.advance(days=1) == NOW + 86_400
    machine[0] += 5
    assert (clock.now(), clock.wall()) == (NOW + 86_405, NOW + 5)


def test_a_frozen_clock_stands_until_it_is_resumed(machine: list[float]) -> None:
    clock = SystemClock()
    assert (clock.freeze(), clock.passes) == (NOW, False)
    machine[0] += 5
    assert clock.now() == NOW
    clock.resume()
    machine[0] += 2

    assert (clock.now(), clock.passes) == (NOW + 2, True)


def test_a_frozen_clock_can_be_moved(machine: list[float]) -> None:
    clock = SystemClock()
    clock.freeze()
    clock.advance(60)
    machine[0] += 5

    assert clock.now() == NOW + 60


def test_a_system_clock_can_be_set(machine: list[float]) -> None:
    clock = SystemClock()
    clock.set(1000)
    machine[0] += 5

    assert clock.now() == 1005


def test_to_resume_a_clock_that_runs_changes_nothing(machine: list[float]) -> None:
    clock = SystemClock()
    clock.advance(7)
    clock.resume()

    assert clock.now() == NOW + 7


def test_a_client_signs_by_the_machines_clock_wherever_the_mocks_stands(make_caller: Any) -> None:
    mock = MockVod(clock=VirtualClock(NOW))
    caller = make_caller(mock)
    mock.clock.advance(days=30)

    answer = caller.call("DescribeEventConfig", timestamp=int(time.time()))

    assert "Error" not in answer

"""The clock, by page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.settings import Settings
from mockvod.surfaces.flask_app import create_app

START = 1_735_689_600  # 2025-01-01T00:00:00Z
PAGE = "/_mockvod/clock"


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


@pytest.fixture
def system() -> SystemClock:
    """Stopped, so that a moment can be asked for twice."""
    clock = SystemClock()
    clock.freeze()
    clock.set(START)
    return clock


@pytest.fixture
def system_client(system: SystemClock) -> FlaskClient:
    return create_app(MockVod(Settings(seed=1), clock=system)).test_client()


def test_clock_is_shown(client: FlaskClient) -> None:
    assert client.get(PAGE).get_json() == {"now": START, "iso": "2025-01-01T00:00:00Z", "passes": False}


@pytest.mark.parametrize(
    ("order", "now"),
    [
        pytest.param({"advance": 90}, START + 90, id="seconds"),
        pytest.param({"advance": 0.5}, START + 0.5, id="half-a-second"),
        pytest.param({"advance": 0}, START, id="nothing"),
        pytest.param({"advance": {"days": 3}}, START + 3 * 86_400, id="days"),
        pytest.param({"advance": {"hours": 1, "minutes": 1, "seconds": 1}}, START + 3661, id="units"),
        pytest.param({"set": 5}, 5, id="set"),
        pytest.param({"set": 253_402_300_799}, 253_402_300_799, id="set-to-the-last-moment"),
    ],
)
def test_clock_is_moved(client: FlaskClient, clock: VirtualClock, order: Any, now: float) -> None:
    assert client.post(PAGE, json=order).get_json()["now"] == now
    assert clock.now() == now


def test_clock_ends_tasks(client: FlaskClient, caller: Any) -> None:
    task_id = caller.call("CreateAigcSubject")["TaskId"]
    client.post(PAGE, json={"advance": 2})

    assert caller.call("DescribeTaskDetail", {"TaskId": task_id})["Status"] == "FINISH"


def test_clock_is_resumed(system_client: FlaskClient, system: SystemClock) -> None:
    shown = system_client.post(PAGE, json={"resume": True}).get_json()

    assert (shown["passes"], system.passes, START <= shown["now"] < START + 60) == (True, True, True)


def test_clock_is_stopped(system_client: FlaskClient, system: SystemClock) -> None:
    system.resume()
    shown = system_client.post(PAGE, json={"freeze": True}).get_json()

    assert (shown["passes"], system.now()) == (False, shown["now"])


def test_stopped_clock_is_moved(system_client: FlaskClient) -> None:
    assert system_client.post(PAGE, json={"advance": 10}).get_json() == {
        "now": START + 10,
        "iso": "2025-01-01T00:00:10Z",
        "passes": False,
    }


ONE = "the body must have exactly one of advance, set, freeze and resume"
SPAN = "not a number of seconds from 0, or an object of some of days, hours, minutes, seconds"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        pytest.param({}, 400, ONE, id="none"),
        pytest.param({"set": 1, "freeze": True}, 400, ONE, id="two"),
        pytest.param({"freeze": False}, 400, "freeze is false, not true", id="false"),
        pytest.param({"advance": -1}, 400, f"advance is -1, {SPAN}", id="back"),
        pytest.param({"advance": {}}, 400, f"advance is {{}}, {SPAN}", id="no-unit"),
        pytest.param({"advance": {"weeks": 1}}, 400, f'advance is {{"weeks": 1}}, {SPAN}', id="unknown-unit"),
        pytest.param({"advance": 253_402_300_799}, 400, "advance leads past the year 9999", id="too-far"),
        pytest.param({"set": -1}, 400, "set is -1, not a number from 0 to 253402300799", id="before-1970"),
        pytest.param({"set": "now"}, 400, 'set is "now", not a number from 0 to 253402300799', id="text"),
        pytest.param({"stop": True}, 400, "unknown member 'stop'; there are advance and set and", id="slip"),
        pytest.param({"freeze": True}, 409, "freeze: this clock is a virtual one, which stands still", id="freeze"),
        pytest.param({"resume": True}, 409, "resume: this clock is a virtual one, which stands still", id="resume"),
    ],
)
def test_order_that_cannot_be(client: FlaskClient, clock: VirtualClock, body: Any, status: int, message: str) -> None:
    response = client.post(PAGE, json=body)

    assert response.status_code == status
    assert response.get_json()["error"].startswith(message)
    assert clock.now() == START


class Sundial:
    """A clock that is none of ours."""

    passes = True

    def now(self) -> float:
        return START

    arrival = wall = now


def test_clock_of_another_kind_cannot_be_moved() -> None:
    client = create_app(MockVod(clock=Sundial())).test_client()

    response = client.post(PAGE, json={"set": 5})

    assert (response.status_code, response.get_json()) == (
        409,
        {"error": "the clock of this mock is a class of the user's, which this API cannot move"},
    )

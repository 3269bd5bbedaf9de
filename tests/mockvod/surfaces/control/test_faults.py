"""Faults, by page; what they do is in test_faults."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.faults.kinds import KINDS
from mockvod.settings import DOCUMENTED_SECRET_ID
from mockvod.surfaces.control.pages import PAGES
from mockvod.surfaces.flask_app import create_app

PAGE = "/_mockvod/faults"
LATENCY = {
    "id": 1,
    "kind": "latency",
    "action": "CreateAigcSubject",
    "account": DOCUMENTED_SECRET_ID,
    "nth": 2,
    "times": None,
    "probability": 0.5,
    "seed": 7,
    "hits": 0,
    "seconds": 1.5,
}


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


def ids(client: FlaskClient) -> dict[str, list[int]]:
    shown = client.get(PAGE).get_json()
    return {name: [each["id"] for each in shown[name]] for name in ("faults", "used")}


def test_fault_is_made_as_told(client: FlaskClient) -> None:
    given = {name: value for name, value in LATENCY.items() if name not in ("id", "hits")}

    made = client.post(PAGE, json=given).get_json()

    assert made == LATENCY
    assert client.get(PAGE).get_json() == {"faults": [LATENCY], "used": []}


def test_fault_befalls_a_call(client: FlaskClient, caller: Any) -> None:
    client.post(PAGE, json={"kind": "error", "code": "InternalError"})

    codes = [caller.call("CreateAigcSubject").get("Error", {}).get("Code") for _ in range(2)]

    assert codes == ["InternalError", None]


def test_hits_are_shown(client: FlaskClient, caller: Any) -> None:
    client.post(PAGE, json={"kind": "error", "code": "InternalError", "times": None})
    caller.call("CreateAigcSubject")

    [shown] = client.get(PAGE).get_json()["faults"]
    assert shown["hits"] == 1


def test_used_fault_is_told_of_apart(client: FlaskClient, caller: Any) -> None:
    client.post(PAGE, json={"kind": "error", "code": "InternalError"})
    caller.call("CreateAigcSubject")

    assert ids(client) == {"faults": [], "used": [1]}


@pytest.fixture
def three(client: FlaskClient) -> None:
    for _ in range(3):
        client.post(PAGE, json={"kind": "drop"})


@pytest.mark.usefixtures("three")
def test_one_fault_is_removed(client: FlaskClient) -> None:
    response = client.delete(f"{PAGE}/2")

    assert (response.get_json(), ids(client)) == ({"status": "ok"}, {"faults": [1, 3], "used": []})


@pytest.mark.usefixtures("three")
def test_all_faults_are_removed(client: FlaskClient) -> None:
    response = client.delete(PAGE)

    assert (response.get_json(), ids(client)) == ({"status": "ok"}, {"faults": [], "used": []})


@pytest.mark.usefixtures("three")
def test_reset_removes_faults(client: FlaskClient) -> None:
    client.post("/_mockvod/reset")

    assert ids(client) == {"faults": [], "used": []}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("number", ["4", "0", "x", "01"])
def test_unknown_fault(client: FlaskClient, number: str) -> None:
    response = client.delete(f"{PAGE}/{number}")

    assert (response.status_code, response.get_json()) == (
        404,
        {"error": f"there is no fault {number!r}, or it is used up; there are 1, 2, 3"},
    )


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        pytest.param({}, 400, "the body lacks the member 'kind'", id="no-kind"),
        pytest.param({"kind": "flood"}, 400, 'kind is "flood", not one of "error", "rate_limit"', id="kind"),
        pytest.param({"kind": "drop", "action": "CreateAigcFilm"}, 400, "action: ", id="action"),
        pytest.param({"kind": "drop", "account": "AKIDnobody"}, 404, "there is no account 'AKIDnobody'", id="account"),
        pytest.param({"kind": "drop", "nth": 0}, 400, "nth is 0, not a whole number from 1 to ", id="nth"),
        pytest.param({"kind": "drop", "when": "x"}, 400, "unknown member 'when'; there are kind and", id="predicate"),
        pytest.param({"kind": "drop", "probability": 0.5}, 400, "seed: None is not a whole number; prob", id="seed"),
        pytest.param({"kind": "drop", "seconds": 1}, 400, "seconds=1: a fault of kind 'drop' takes", id="detail"),
        pytest.param({"kind": "latency"}, 400, "seconds: a fault of kind 'latency' needs it", id="detail-missing"),
        pytest.param({"kind": "latency", "seconds": "1"}, 400, 'seconds is "1", not a number from', id="detail-type"),
        pytest.param({"kind": "error", "code": "Odd"}, 400, "code='Odd': a fault of kind 'error' wants", id="code"),
    ],
)
def test_fault_that_cannot_be(client: FlaskClient, body: Any, status: int, message: str) -> None:
    response = client.post(PAGE, json=body)

    assert response.status_code == status
    assert response.get_json()["error"].startswith(message)
    assert ids(client) == {"faults": [], "used": []}


def test_page_takes_every_detail_of_every_kind() -> None:
    [page] = [each for each in PAGES if (each.method, each.rule) == ("POST", "/faults")]
    common = {"kind", "action", "account", "nth", "times", "probability", "seed"}

    details = {name for kind in KINDS.values() for name in kind.details}
    assert {member.name for member in page.members} == common | details

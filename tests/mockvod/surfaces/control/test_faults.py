"""Faults, by page; what they do is in test_faults."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from mockvod.app import MockVod
from mockvod.faults.kinds import KINDS, REQUIRED, Detail, FaultKind
from mockvod.settings import DOCUMENTED_SECRET_ID
from mockvod.surfaces.control import faults as control_faults
from mockvod.surfaces.control.blueprint import ENDPOINTS
from mockvod.surfaces.flask_app import create_app

PATH = "/_mockvod/faults"
#: Values of which each detail accepts at least one.
VALUES: list[Any] = [
    "start",
    "headers",
    "longer",
    0,
    1.5,
    -1,
    604_800,
    604_801,
    502,
    200,
    True,
    False,
    None,
    "",
    "InternalError",
    "text/html",
]
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
    shown = client.get(PATH).get_json()
    return {name: [each["id"] for each in shown[name]] for name in ("faults", "used")}


def test_fault_is_made_as_told(client: FlaskClient) -> None:
    given = {name: value for name, value in LATENCY.items() if name not in ("id", "hits")}

    made = client.post(PATH, json=given).get_json()

    assert made == LATENCY
    assert client.get(PATH).get_json() == {"faults": [LATENCY], "used": []}


def test_fault_befalls_a_call(client: FlaskClient, caller: Any) -> None:
    client.post(PATH, json={"kind": "error", "code": "InternalError"})

    codes = [caller.call("CreateAigcSubject").get("Error", {}).get("Code") for _ in range(2)]

    assert codes == ["InternalError", None]


def test_hits_are_shown(client: FlaskClient, caller: Any) -> None:
    client.post(PATH, json={"kind": "error", "code": "InternalError", "times": None})
    caller.call("CreateAigcSubject")

    [shown] = client.get(PATH).get_json()["faults"]
    assert shown["hits"] == 1


def test_used_fault_is_told_of_apart(client: FlaskClient, caller: Any) -> None:
    client.post(PATH, json={"kind": "error", "code": "InternalError"})
    caller.call("CreateAigcSubject")

    assert ids(client) == {"faults": [], "used": [1]}


@pytest.fixture
def three(client: FlaskClient) -> None:
    for _ in range(3):
        client.post(PATH, json={"kind": "drop"})


@pytest.mark.usefixtures("three")
def test_one_fault_is_removed(client: FlaskClient) -> None:
    response = client.delete(f"{PATH}/2")

    assert (response.get_json(), ids(client)) == ({"status": "ok"}, {"faults": [1, 3], "used": []})


@pytest.mark.usefixtures("three")
def test_all_faults_are_removed(client: FlaskClient) -> None:
    response = client.delete(PATH)

    assert (response.get_json(), ids(client)) == ({"status": "ok"}, {"faults": [], "used": []})


@pytest.mark.usefixtures("three")
def test_reset_removes_faults(client: FlaskClient) -> None:
    client.post("/_mockvod/reset")

    assert ids(client) == {"faults": [], "used": []}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("number", ["4", "0", "x", "01"])
def test_unknown_fault(client: FlaskClient, number: str) -> None:
    response = client.delete(f"{PATH}/{number}")

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
        pytest.param(
            {"kind": "latency", "seconds": "1"}, 400, "seconds='1': a fault of kind 'latency' wants", id="detail-type"
        ),
        pytest.param({"kind": "error", "code": "Odd"}, 400, "code='Odd': a fault of kind 'error' wants", id="code"),
    ],
)
def test_fault_that_cannot_be(client: FlaskClient, body: Any, status: int, message: str) -> None:
    response = client.post(PATH, json=body)

    assert response.status_code == status
    assert response.get_json()["error"].startswith(message)
    assert ids(client) == {"faults": [], "used": []}


[ADD_FAULT] = [each for each in ENDPOINTS if (each.method, each.rule) == ("POST", "/faults")]


def test_endpoint_has_every_detail_of_every_kind() -> None:
    common = {"kind", "action", "account", "nth", "times", "probability", "seed"}

    details = {name for kind in KINDS.values() for name in kind.details}
    assert {member.name for member in ADD_FAULT.members} == common | details


@pytest.mark.parametrize("kind", KINDS)
def test_document_accepts_what_a_kind_accepts(kind: str) -> None:
    schemas = {member.name: member.type.schema for member in ADD_FAULT.members}

    for name, detail in KINDS[kind].details.items():
        fitting = [value for value in VALUES if detail.fits(value)]
        assert fitting
        assert [value for value in fitting if not Draft202012Validator(schemas[name]).is_valid(value)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_fault_of_each_kind_is_as_described(client: FlaskClient, kind: str) -> None:
    """Answers are closed objects in the document, so a detail that it does not know fails."""
    needed = {
        name: next(value for value in VALUES if detail.fits(value))
        for name, detail in KINDS[kind].details.items()
        if detail.default is REQUIRED
    }

    shown = client.post(PATH, json={"kind": kind, **needed}).get_json()

    components = client.get("/_mockvod/openapi.json").get_json()["components"]
    Draft202012Validator({"$ref": "#/components/schemas/FaultView", "components": components}).validate(shown)
    assert set(KINDS[kind].details) <= set(shown)


def test_invented_kind_is_known_to_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind with a detail that no other kind has needs no edit but its entry in the table."""
    colour = Detail("a colour", lambda value: value == "red", {"const": "red"})
    kinds = {**KINDS, "blush": FaultKind("answered in red", "a red answer", {"colour": colour})}
    monkeypatch.setattr(control_faults, "KINDS", kinds)

    members = {member.name: member.type.schema for member in control_faults.detail_members()}
    properties = control_faults.FaultView.json_schema({})["properties"]

    assert (members["colour"], properties["colour"]) == ({"const": "red"}, {"const": "red"})

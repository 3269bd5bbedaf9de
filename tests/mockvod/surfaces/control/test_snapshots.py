"""Snapshots, by page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.surfaces.flask_app import create_app

PAGE = "/_mockvod/snapshot"


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


def test_snapshot_is_made(client: FlaskClient, caller: Any, clock: VirtualClock) -> None:
    caller.call("CreateAigcSubject")

    assert client.post(PAGE).get_json() == {"id": "1", "time": clock.now(), "calls": 1}


def test_snapshots_are_listed(client: FlaskClient, clock: VirtualClock) -> None:
    made = [client.post(PAGE).get_json() for _ in range(2)]

    assert client.get(PAGE).get_json() == {"snapshots": made}
    assert [each["id"] for each in made] == ["1", "2"]


def test_snapshot_is_restored(client: FlaskClient, mock: MockVod, caller: Any) -> None:
    made = client.post(PAGE).get_json()
    caller.call("CreateAigcSubject")

    assert client.post(f"{PAGE}/1/restore").get_json() == made
    assert (list(mock.tasks), mock.journal.total) == ([], 0)


def test_snapshot_outlives_a_reset(client: FlaskClient, mock: MockVod, caller: Any) -> None:
    caller.call("CreateAigcSubject")
    client.post(PAGE)
    client.post("/_mockvod/reset")

    client.post(f"{PAGE}/1/restore")

    assert mock.journal.total == 1


def test_snapshot_is_removed(client: FlaskClient) -> None:
    client.post(PAGE)

    assert client.delete(f"{PAGE}/1").get_json() == {"status": "ok"}
    assert client.get(PAGE).get_json() == {"snapshots": []}


def test_id_of_a_removed_snapshot_is_not_given_again(client: FlaskClient) -> None:
    client.post(PAGE)
    client.delete(f"{PAGE}/1")

    assert client.post(PAGE).get_json()["id"] == "2"


@pytest.mark.parametrize(("method", "path"), [("POST", "/7/restore"), ("DELETE", "/7")])
@pytest.mark.parametrize(("made", "there"), [(0, "there are none"), (2, "there are 1, 2")], ids=["none", "some"])
def test_unknown_snapshot(client: FlaskClient, method: str, path: str, made: int, there: str) -> None:
    for _ in range(made):
        client.post(PAGE)

    response = client.open(f"{PAGE}{path}", method=method)

    assert (response.status_code, response.get_json()) == (404, {"error": f"there is no snapshot '7'; {there}"})


def test_snapshot_takes_no_members(client: FlaskClient) -> None:
    response = client.post(PAGE, json={"name": "before"})

    assert (response.status_code, response.get_json()) == (400, {"error": "unknown member 'name'; there are none"})

"""Calls from pages in a browser, through a live server and through WSGI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from mockvod.app import MockVod
from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings
from mockvod.surfaces.flask_app import create_app

ORIGIN = "http://localhost:3000"
ASKS = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,x-tc-action",
}


@pytest.fixture(params=["live", "wsgi"])
def ask(request: pytest.FixtureRequest) -> Iterator[object]:
    """Sends a request to a mock with these settings; returns the status and the headers."""
    if request.param == "wsgi":

        def by_wsgi(settings: Settings, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
            answer = create_app(MockVod(settings)).test_client().open(path, method=method, headers=headers)
            return answer.status_code, dict(answer.headers)

        yield by_wsgi
        return

    def live(settings: Settings, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
        with LiveServer(settings) as server, requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, server.url + path, headers=headers, timeout=10)
            return answer.status_code, dict(answer.headers)

    yield live


@pytest.mark.parametrize("path", ["/", "/_mockvod/bill"])
def test_preflight(ask: object, path: str) -> None:
    status, headers = ask(Settings(cors_origin=ORIGIN), "OPTIONS", path, ASKS)  # type: ignore[operator]

    assert status == 204
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Headers"] == "authorization,x-tc-action"
    assert headers["Vary"] == "Origin"


@pytest.mark.parametrize("path", ["/", "/_mockvod/bill"])
def test_answers_can_be_read(ask: object, path: str) -> None:
    _, headers = ask(Settings(cors_origin="*"), "GET", path, {"Origin": ORIGIN})  # type: ignore[operator]

    assert (headers["Access-Control-Allow-Origin"], headers.get("Vary")) == ("*", None)


@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_without_the_setting_there_is_nothing_of_it(ask: object, method: str) -> None:
    _, headers = ask(Settings(), method, "/", ASKS)  # type: ignore[operator]

    assert [name for name in headers if name.startswith("Access-Control")] == []

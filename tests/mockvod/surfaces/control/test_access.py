"""Who may use the control API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.settings import Settings
from mockvod.surfaces.flask_app import create_app

TOKEN = "s3cret!"
ENDPOINTS = [("GET", "/_mockvod/bill"), ("POST", "/_mockvod/reset"), ("GET", "/_mockvod/no")]
ADDRESSES = ["127.0.0.1", "10.0.0.1", ""]


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, control_token=TOKEN)


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN} "])
def test_token_lets_in_from_anywhere(client: FlaskClient, address: str, header: str) -> None:
    response = client.get(
        "/_mockvod/bill", headers={"Authorization": header}, environ_overrides={"REMOTE_ADDR": address}
    )

    assert response.status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="no-token"),
        pytest.param("Bearer s3cret", id="cut"),
        pytest.param("Bearer s3cret!!", id="longer"),
        pytest.param("Bearer S3CRET!", id="case"),
        pytest.param("Bearer sécret", id="not-ascii"),
        pytest.param("Basic s3cret!", id="scheme"),
        pytest.param("s3cret!", id="bare"),
    ],
)
def test_no_token_lets_nobody_in(client: FlaskClient, address: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    response = client.get("/_mockvod/bill", headers=headers, environ_overrides={"REMOTE_ADDR": address})

    assert (response.status_code, response.headers["WWW-Authenticate"], response.get_json()) == (
        401,
        "Bearer",
        {
            "error": "the control API answers callers that send Authorization: Bearer TOKEN, with the token that was "
            "given to --control-token or MOCKVOD_CONTROL_TOKEN"
        },
    )


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_page_wants_the_token(client: FlaskClient, mock: MockVod, caller: Any, method: str, path: str) -> None:
    caller.call("CreateAigcSubject")

    assert (client.open(path, method=method).status_code, mock.journal.total) == (401, 1)


def test_health_wants_no_token(client: FlaskClient) -> None:
    assert client.get("/_mockvod/health", environ_overrides={"REMOTE_ADDR": "10.0.0.1"}).status_code == 200


def test_the_api_wants_no_token(caller: Any) -> None:
    assert "TaskId" in caller.call("CreateAigcSubject")


def test_result_files_want_no_token(client: FlaskClient) -> None:
    assert client.get("/a/b/c.mp4").status_code == 404


def test_token_is_not_shown(settings: Settings) -> None:
    assert TOKEN not in repr(settings)


def test_token_by_default() -> None:
    assert Settings().control_token == ""


@pytest.mark.parametrize("token", ["two words", "tab\t", "line\n", "é", 5], ids=repr)
def test_token_that_no_header_carries(token: Any) -> None:
    with pytest.raises(ValueError, match="^control_token: the given value is not printable ASCII without blanks$"):
        Settings(control_token=token)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("http://127.0.0.1:3000", 200, id="loopback"),
        pytest.param("http://localhost:3000", 200, id="localhost"),
        pytest.param("https://example.com", 403, id="stranger"),
        pytest.param("null", 403, id="null"),
        pytest.param("", 403, id="empty"),
        pytest.param("http://[::1", 403, id="no-address"),
    ],
)
def test_a_page_of_a_strangers_in_a_browser_here_is_refused(origin: str, status: int) -> None:
    client = create_app(MockVod()).test_client()

    assert client.post("/_mockvod/reset", headers={"Origin": origin}).status_code == status

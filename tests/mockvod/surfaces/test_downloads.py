"""Result files over HTTP: whole, in part, or only their headers."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.surfaces.flask_app import create_app


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


@pytest.fixture
def path(caller: Any) -> str:
    """The path of a result file."""
    params = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
    task = caller.call("CreateAigcVideoTask", params)["TaskId"]
    caller.mock.tasks[task].finish()
    detail = caller.call("DescribeTaskDetail", {"SubAppId": 7, "TaskId": task})["AigcVideoTask"]
    url: str = detail["Output"]["FileInfos"][0]["FileUrl"]
    return "/" + url.split("/", 3)[3]


def test_head_is_get_without_the_file(client: FlaskClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)

    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges"):
        assert head.headers.get(name) == whole.headers.get(name)


def test_file_that_the_client_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    etag = client.get(path).headers["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        pytest.param("bytes=0-9", 206, slice(0, 10), id="first"),
        pytest.param("bytes=-10", 206, slice(-10, None), id="last"),
        pytest.param("bytes=10-", 206, slice(10, None), id="rest"),
        pytest.param("bytes=0-1,5-6", 200, slice(None), id="several"),
    ],
)
def test_part_of_a_file(client: FlaskClient, path: str, asked: str, status: int, part: slice) -> None:
    whole = client.get(path).data

    response = client.get(path, headers={"Range": asked})

    assert (response.status_code, response.data) == (status, whole[part])


def test_part_beyond_the_end(client: FlaskClient, path: str) -> None:
    whole = len(client.get(path).data)

    answer = client.get(path, headers={"Range": "bytes=99999999-"})

    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{whole}")


def test_two_slashes_are_explained(client: FlaskClient) -> None:
    answer = client.post("/", environ_overrides={"PATH_INFO": "//"})

    assert answer.status_code == 404
    assert answer.get_json()["error"].endswith("; remove the slash at the end of the endpoint")

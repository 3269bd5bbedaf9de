"""The control API reads no more of a body than any of its requests needs."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.surfaces.control.fields import MOST_BYTES, ControlError, read_body
from mockvod.surfaces.flask_app import create_app

RESET = "/_mockvod/reset"
REFUSAL = (
    413,
    {
        "error": "the body has more than 1,048,576 bytes, which no request to the control API needs; send less in each",
    },
)


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


class Read(BytesIO):
    """A body that remembers whether it was read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked: list[int | None] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.append(size)
        return super().read(size)


@pytest.mark.parametrize(
    ("size", "status"), [pytest.param(MOST_BYTES, 200, id="at-the-limit"), pytest.param(MOST_BYTES + 1, 413, id="over")]
)
def test_a_body_has_a_limit(client: FlaskClient, size: int, status: int) -> None:
    assert client.post(RESET, data=b"{}" + b" " * (size - 2)).status_code == status


def test_the_refusal_says_what_to_do(client: FlaskClient) -> None:
    answer = client.post(RESET, data=b" " * (MOST_BYTES + 1))

    assert (answer.status_code, answer.json) == REFUSAL


def test_a_body_that_says_that_it_is_too_large_is_not_read(client: FlaskClient) -> None:
    body = Read(b"{}")
    answer = client.post(RESET, input_stream=body, environ_overrides={"CONTENT_LENGTH": str(10**12)})

    assert ((answer.status_code, answer.json), body.asked) == (REFUSAL, [])


def test_a_body_that_does_not_say_how_large_it_is_is_read_as_far_as_it_may_be(client: FlaskClient) -> None:
    body = Read(b" " * (2 * MOST_BYTES))
    answer = client.post(
        RESET, input_stream=body, environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    )

    assert ((answer.status_code, answer.json), body.tell()) == (REFUSAL, MOST_BYTES + 1)


def test_a_body_without_a_length_and_an_end_is_none(client: FlaskClient) -> None:
    assert client.post(RESET).status_code == 200


def test_of_many_names_the_repeated_one_is_found(client: FlaskClient) -> None:
    body = "{" + ",".join([f'"a{number}":1' for number in range(50_000)]) + ',"twice":1,"twice":2}'

    with pytest.raises(ControlError, match="the member 'twice' is given more than once"):
        read_body(body.encode(), ())


def test_the_limit_is_documented(client: FlaskClient) -> None:
    document: Any = client.get("/_mockvod/openapi.json").json
    answers = document["paths"][RESET]["post"]["responses"]

    assert answers["413"]["description"] == "the body has more than 1,048,576 bytes"

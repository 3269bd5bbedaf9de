"""What control API take, and how they refuse the rest."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from werkzeug.datastructures import MultiDict

from mockvod.surfaces.control import fields
from mockvod.surfaces.control.clock import SPAN
from mockvod.surfaces.control.fields import ControlError, FieldType, Member, read_body, read_query
from mockvod.surfaces.control.tasks import STEP

NAME = Member("name", fields.TEXT, "A name.", required=True)
COUNT = Member("count", fields.whole(1, 5), "How many.")

KINDS = {
    "text": fields.TEXT,
    "flag": fields.FLAG,
    "true": fields.TRUE,
    "object": fields.OBJECT,
    "whole": fields.whole(0, 5),
    "number": fields.number(0, 5),
    "one-of": fields.one_of("", "a"),
    "or-null": fields.or_null(fields.TEXT),
    "array": fields.array_of(fields.TEXT),
    "span": SPAN,
    "step": STEP,
}
VALUES: list[Any] = [
    *(None, True, False, "", "a", "b", -1, 0, 5, 6, 2.5, 10**400, [], ["a"], ["a", 1], [[]], {}, {"a": 1}),
    *({"days": 1}, {"days": 1, "hours": 0.5}, {"days": -1}, {"days": True}, {"days": 1, "weeks": 1}),
    *({"step": "finish"}, {"step": 5}),
]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_kind_takes_what_its_schema_takes(kind: FieldType) -> None:
    taken = [value for value in VALUES if kind.accepts(value)]

    assert taken == [value for value in VALUES if jsonschema.Draft202012Validator(kind.schema).is_valid(value)]
    assert 0 < len(taken) < len(VALUES)


@pytest.mark.parametrize("text", ["", "1", "123456789", "1234567890", "-1", "1.5", "²", "a"])
def test_digits_take_what_their_schema_takes(text: str) -> None:
    assert fields.DIGITS.accepts(text) is jsonschema.Draft202012Validator(fields.DIGITS.schema).is_valid(text)


@pytest.mark.parametrize(
    ("body", "given"),
    [
        pytest.param(b'{"name": "a"}', {"name": "a"}, id="required"),
        pytest.param(b'{"name": "a", "count": 5}', {"name": "a", "count": 5}, id="all"),
        pytest.param(b'{"name": "a", "count": 5.0}', {"name": "a", "count": 5}, id="whole-with-a-point"),
        pytest.param(b'\xef\xbb\xbf{"name": "a"}', {"name": "a"}, id="byte-order-mark"),
        pytest.param('{"name": "a"}'.encode("utf-16"), {"name": "a"}, id="utf-16"),
    ],
)
def test_body(body: bytes, given: dict[str, Any]) -> None:
    assert read_body(body, (NAME, COUNT)) == given


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b"", "the body lacks the member 'name'", id="empty"),
        pytest.param(b"{}", "the body lacks the member 'name'", id="nothing"),
        pytest.param(b"null", "the body is not a JSON object", id="null"),
        pytest.param(b"name=a", "the body is not a JSON object", id="form"),
        pytest.param(b"\xff", "the body is not a JSON object", id="no-text"),
        pytest.param(b"[" * 100_000, "the body is nested too deeply", id="deep"),
        pytest.param(b'{"name": "a", "name": "b"}', "the member 'name' is given more than once", id="twice"),
        pytest.param(b'{"name": "a", "Count": 1}', "unknown member 'Count'; there are name and count", id="case"),
        pytest.param(b'{"name": 5}', "name is 5, not a text", id="type"),
        pytest.param(b'{"name": null}', "name is null, not a text", id="type-null"),
        pytest.param(b'{"name": "a", "count": true}', "count is true, not a whole number from 1 to 5", id="flag"),
        pytest.param(b'{"name": "a", "count": 6}', "count is 6, not a whole number from 1 to 5", id="range"),
        pytest.param(b'{"name": "a", "count": NaN}', "NaN is not JSON", id="nan"),
        pytest.param(b'{"name": "a", "count": 1e999}', "the number 1e999 is too large", id="infinity"),
    ],
)
def test_body_that_cannot_be(body: bytes, message: str) -> None:
    with pytest.raises(ControlError) as refusal:
        read_body(body, (NAME, COUNT))

    assert (str(refusal.value), refusal.value.status) == (message, 400)


def test_long_value_is_cut() -> None:
    with pytest.raises(ControlError) as refusal:
        read_body(b'{"count": "' + b"x" * 1000 + b'"}', (COUNT,))

    assert str(refusal.value) == f'count is "{"x" * 79}, not a whole number from 1 to 5'


def test_parameter_that_comes_twice() -> None:
    with pytest.raises(ControlError, match="^the parameter 'name' is given 2 times$"):
        read_query(MultiDict([("name", "a"), ("name", "a")]), (NAME,))

"""Templates of answers, and what stands in the place of their values."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.templates import Choices, fill

ASKED = {"Name": "cat", "Empty": "", "Pictures": '{"a": [1]}', "Broken": "{", "OutputConfig": {"ClassId": 3}}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        pytest.param({"A": 1, "B": None, "C": [True, "x"]}, {"A": 1, "B": None, "C": [True, "x"]}, id="as-it-stands"),
        pytest.param({"$from": "id"}, "12", id="computed"),
        pytest.param({"$from": "nothing"}, None, id="computed-and-empty"),
        pytest.param({"$from": "id", "as": "number"}, 12, id="number-in-text"),
        pytest.param({"$from": "Name"}, "cat", id="member"),
        pytest.param({"$from": "OutputConfig.ClassId"}, 3, id="nested-member"),
        pytest.param({"$from": "TaskConfig.ClassId", "else": 0}, 0, id="absent-object"),
        pytest.param({"$from": "Empty"}, "", id="empty-text"),
        pytest.param({"$from": "Absent"}, "", id="absent"),
        pytest.param({"$from": "Absent", "else": []}, [], id="else"),
        pytest.param({"$from": "Pictures", "as": "json"}, {"a": [1]}, id="json-in-text"),
        pytest.param({"$from": "Broken", "as": "json"}, "{", id="no-json-in-text"),
        pytest.param({"$from": "Empty", "as": "json"}, None, id="no-text"),
        pytest.param({"$one_of": ["", "kling"]}, "", id="first"),
        pytest.param({"$between": [3, 100]}, 3, id="lowest"),
        pytest.param({"$json": {"id": {"$from": "Name"}, "n": "é"}}, '{"id": "cat", "n": "é"}', id="json-text"),
        pytest.param([{"A": {"$from": "id"}}], [{"A": "12"}], id="inside-of-a-list"),
    ],
)
def test_filled(template: Any, filled: Any) -> None:
    assert fill(template, {"id": lambda: "12", "nothing": lambda: None}, ASKED) == filled


def test_whoever_fills_it_may_choose() -> None:
    last = Choices(lambda values: values[-1], lambda _, highest: highest, repr)
    template = {"A": {"$one_of": [1, 2]}, "B": {"$between": [0, 9]}, "C": {"$json": [1]}}

    assert fill(template, {}, {}, last) == {"A": 2, "B": 9, "C": "[1]"}


def test_only_what_is_named_is_computed() -> None:
    def blow_up() -> Any:
        raise AssertionError("nobody asked for it")

    assert fill({"A": {"$from": "id"}}, {"id": lambda: 1, "metadata": blow_up}, {}) == {"A": 1}


def test_value_that_nothing_computes_is_named() -> None:
    with pytest.raises(ContractFileError, match=r"^contracts/tasks.json: nothing computes colour; there are id, url$"):
        fill({"A": {"$from": "colour"}}, {"url": str, "id": str}, {})

"""Dotted names to nested parameters, and the faults they can have."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.errors import ApiError
from mockvod.gateway.flatten import read_fields, unflatten


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("a=1&b=2", {"a": "1", "b": "2"}, id="two"),
        pytest.param("a=", {"a": ""}, id="empty-value"),
        pytest.param("a=x=y", {"a": "x=y"}, id="equals-in-value"),
        pytest.param("a=%E4%B8%AD+%E6%96%87", {"a": "中 文"}, id="utf-8-and-plus"),
        pytest.param("a=%20", {"a": " "}, id="percent-blank"),
        pytest.param("a=1&&b=2", {"a": "1", "b": "2"}, id="empty-part"),
    ],
)
def test_reads_fields(text: str, fields: dict[str, str]) -> None:
    assert read_fields(text) == fields


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a", "Url key and value should be splited by `=`.", id="no-equals"),
        pytest.param("=1", "The request has a parameter key which is empty string.", id="no-name"),
        pytest.param("a=1&a=1", "Parameter `a` input repeated.", id="repeated"),
    ],
)
def test_refuses_fields(text: str, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_fields(text)

    assert refusal.value.reply("en-US").message == message


@pytest.mark.parametrize(
    ("fields", "tree"),
    [
        pytest.param({"a": "1"}, {"a": "1"}, id="flat"),
        pytest.param({"a.0": "x", "a.1": "y"}, {"a": ["x", "y"]}, id="array"),
        pytest.param({"a.1": "y", "a.0": "x"}, {"a": ["x", "y"]}, id="array-out-of-order"),
        pytest.param({f"a.{i}": str(i) for i in range(12)}, {"a": [str(i) for i in range(12)]}, id="over-ten"),
        pytest.param({"a.b.c": "1"}, {"a": {"b": {"c": "1"}}}, id="objects"),
        pytest.param({"a.0.b": "1", "a.1.b": "2"}, {"a": [{"b": "1"}, {"b": "2"}]}, id="array-of-objects"),
    ],
)
def test_nests(fields: dict[str, str], tree: dict[str, Any]) -> None:
    assert unflatten(fields) == tree


def test_nests_as_deep_as_32_steps() -> None:
    tree: Any = "1"
    for _ in range(32):
        tree = {"a": tree}

    assert unflatten({".".join("a" * 32): "1"}) == tree


ARRAY = "Parameter `{}` invalid array format, array index must be continuous and starts with 0."
FORMAT = "Parameter `{}` format invalid."


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"a.1": "x"}, ARRAY.format("a"), id="not-from-0"),
        pytest.param({"a.0": "x", "a.2": "y"}, ARRAY.format("a"), id="gap"),
        pytest.param({"a.00": "x"}, ARRAY.format("a"), id="padded"),
        pytest.param({"a.0": "x", "a.b": "y"}, ARRAY.format("a"), id="mixed"),
        pytest.param({"a.b.1": "x"}, ARRAY.format("a.b"), id="nested"),
        pytest.param({"a": "1", "a.b": "2"}, FORMAT.format("a.b"), id="leaf-then-branch"),
        pytest.param({"a.b": "2", "a": "1"}, FORMAT.format("a"), id="branch-then-leaf"),
        pytest.param({"a..b": "1"}, FORMAT.format("a..b"), id="empty-step"),
        pytest.param({".a": "1"}, FORMAT.format(".a"), id="leading-dot"),
        pytest.param({".".join("a" * 33): "1"}, FORMAT.format(".".join("a" * 33)), id="too-deep"),
    ],
)
def test_refuses_to_nest(fields: dict[str, str], message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        unflatten(fields)

    assert refusal.value.reply("en-US").message == message


NAMES = st.from_regex(r"[A-Z][A-Za-z]{0,5}", fullmatch=True)
TREES = st.dictionaries(
    NAMES,
    st.recursive(
        st.text(max_size=5),
        lambda each: st.lists(each, min_size=1, max_size=3) | st.dictionaries(NAMES, each, min_size=1, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


def flattened(value: Any, path: str = "") -> dict[str, str]:
    """What a client's SDK does: dots between steps, indices from 0."""
    if isinstance(value, str):
        return {path: value}
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    fields: dict[str, str] = {}
    for step, each in steps:
        fields |= flattened(each, f"{path}.{step}" if path else str(step))
    return fields


@given(TREES)
def test_nesting_undoes_flattening(tree: dict[str, Any]) -> None:
    assert unflatten(flattened(tree)) == tree

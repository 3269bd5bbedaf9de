"""Bodies that are nested as deep as Python reads, or deeper: the caller's fault, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.app import MockVod


def nested(depth: int, padding: int) -> bytes:
    return b'{"Prompt":' + b"[" * depth + b"]" * depth + b',"Padding":"' + b"a" * padding + b'"}'


@pytest.mark.parametrize("padding", [0, 70_000], ids=["whole", "shortened"])
@pytest.mark.parametrize(
    ("depth", "code"),
    [(100, "UnknownParameter"), (800, "UnknownParameter"), (5_000, "InvalidParameter"), (100_000, "InvalidParameter")],
)
def test_a_deep_body_is_refused_and_remembered(caller: Any, mock: MockVod, depth: int, code: str, padding: int) -> None:
    answer = caller.send(caller.post("CreateAigcVideoTask", body=nested(depth, padding)))

    assert answer["Error"]["Code"] == code
    assert [each.code for each in mock.journal] == [code]


def in_lists(depth: int, inside: Any) -> Any:
    return inside if depth == 0 else [in_lists(depth - 1, inside)]


def in_objects(depth: int, inside: Any) -> Any:
    return inside if depth == 0 else {"a": in_objects(depth - 1, inside)}


@pytest.mark.parametrize("wrap", [in_lists, in_objects], ids=["lists", "objects"])
@pytest.mark.parametrize(
    ("depth", "kept", "inside"),
    [
        pytest.param(31, 31, [], id="as-deep-as-is-remembered"),
        pytest.param(32, 32, "… (nested deeper)", id="deeper"),
        pytest.param(60, 32, "… (nested deeper)", id="much-deeper"),
    ],
)
def test_of_a_large_body_so_much_is_remembered(
    caller: Any, mock: MockVod, wrap: Any, depth: int, kept: int, inside: Any
) -> None:
    caller.call("CreateAigcVideoTask", {"Prompt": wrap(depth, []), "Padding": "a" * 70_000})

    [record] = mock.journal
    assert record.params["Prompt"] == wrap(kept, inside)

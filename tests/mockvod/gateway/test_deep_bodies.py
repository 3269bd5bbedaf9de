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

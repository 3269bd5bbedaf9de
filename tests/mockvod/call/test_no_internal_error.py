"""No request makes a bug of mockvod's: whatever stands in a text, it is accepted, or refused with a documented code."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators import Contract, Structure, catalog

NOW = 1_735_689_600
ROOT = Path(__file__).resolve().parents[3]
GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "fixtures/golden/requests.json").read_text())
#: Action -> its first golden request, which has as many members as go together.
CALLS = {each["action"]: each["params"] for each in reversed(GOLDEN)}
HALF_AN_EMOJI = "\ud83d"
TEXTS = {
    "half-an-emoji": HALF_AN_EMOJI,
    "half-an-emoji-in-json": json.dumps({"a": HALF_AN_EMOJI}),
    "half-an-emoji-in-base64": "data:image/png;base64," + HALF_AN_EMOJI,
    "half-an-emoji-in-a-url": f"http://example.com/{HALF_AN_EMOJI}",
    "no-url": "http://[::1",
    "no-time": "2026-02-30T25:61:00Z",
    "time-before-all": "0001-01-01T00:00:00+14:00",
    "year-of-five-digits": "99999-01-01T00:00:00Z",
    "zero": "\0",
}


def places(
    contract: Contract, structure: Structure, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Where a text can stand."""
    for member in structure.members:
        here = (*path, member.name, *([0] if member.list else []))
        if not member.primitive:
            yield from places(contract, contract.types(member.type), here)
        elif member.type not in ("int64", "uint64", "float", "bool"):
            yield here


def with_text(params: dict[str, Any], path: tuple[str | int, ...], text: str) -> dict[str, Any]:
    """The parameters with a text at a place; what is not there on the way is made."""
    changed = copy.deepcopy(params)
    node: Any = changed
    for step, following in zip(path, (*path[1:], None), strict=True):
        new: Any = text if following is None else [{}] if isinstance(following, int) else {}
        if isinstance(step, int):
            if not node:
                node.append(new)
            node[step] = new if following is None else node[step]
        elif following is None or not node.get(step):
            node[step] = new
        node = node[step]
    return changed


@pytest.mark.parametrize("profile", ["strict", "lenient"])
@pytest.mark.parametrize("action", sorted(CALLS))
def test_no_text_makes_a_bug(make_caller: Any, profile: str, action: str) -> None:
    settings = Settings(profile=profile, rate_limit="off", concurrency="off")
    caller = make_caller(MockVod(settings, clock=VirtualClock(NOW)))
    contract = catalog().require(action)
    failed = []
    for path in places(contract, contract.request):
        for name, text in TEXTS.items():
            answer = caller.send(caller.post(action, with_text(CALLS[action], path, text)))
            if answer.get("Error", {}).get("Code") == "InternalError":
                failed.append((path, name))

    assert failed == []


def test_half_an_emoji_is_read_as_a_mark_in_its_place(mock: MockVod, caller: Any) -> None:
    """Assumed: Go's encoding/json reads it so."""
    caller.send(caller.post("DescribeAllClass", {"SubAppId": 1, f"a{HALF_AN_EMOJI}": [f"b{HALF_AN_EMOJI}", 1]}))
    *_, record = mock.journal

    assert record.params == {"SubAppId": 1, "a\ufffd": ["b\ufffd", 1]}


def test_a_whole_emoji_stays(mock: MockVod, caller: Any) -> None:
    caller.send(caller.post("DescribeAllClass", body=b'{"A":"\\ud83d\\ude00 \\ud83d"}'))
    *_, record = mock.journal

    assert record.params == {"A": "\U0001f600 \ufffd"}


def test_an_escaped_backslash_is_no_half(mock: MockVod, caller: Any) -> None:
    caller.send(caller.post("DescribeAllClass", body=b'{"A":"\\\\ud83d \\ud83d\\ud83d\\uDE00"}'))
    *_, record = mock.journal

    assert record.params == {"A": "\\ud83d \ufffd\U0001f600"}

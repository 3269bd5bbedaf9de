"""How much the journal keeps of a call: little, whatever is sent, and less than a bound of all calls together."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.call.journal import MOST_BYTES, Journal
from mockvod.call.kept import WHOLE_UP_TO, read, written
from mockvod.call.secrets import Secrets
from mockvod.clock import VirtualClock
from mockvod.http import HttpRequest
from mockvod.settings import Settings

NOW = 1_735_689_600
ACTION = "CreateAigcVideoTask"
#: The bytes of parameters and answer, and what an entry has besides.
MOST_OF_ENTRY = 3 * WHOLE_UP_TO


def kept_by(mock: MockVod, request: HttpRequest) -> int:
    """How many bytes are still there when a call has been answered."""
    mock.handle(request)
    mock.journal.clear()
    gc.collect()
    tracemalloc.start()
    try:
        mock.handle(request)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def unsigned(body: bytes, **headers: str) -> HttpRequest:
    sent = {"content-type": "application/json", "authorization": "TC3-HMAC-SHA256 nothing", "x-tc-action": ACTION}
    return HttpRequest("POST", "", {**sent, **{name.replace("_", "-"): text for name, text in headers.items()}}, body)


def items(count: int) -> bytes:
    return json.dumps({"FileInfos": [[]] * count}).encode()


def members(count: int) -> bytes:
    return json.dumps({f"m{number}": number for number in range(count)}).encode()


LARGE: dict[str, Callable[[], HttpRequest]] = {
    "60-KB-of-lists": lambda: unsigned(items(15_000)),
    "60-KB-of-members": lambda: unsigned(members(4_000)),
    "1-MB-of-members": lambda: unsigned(members(60_000)),
    "1-MB-of-lists": lambda: unsigned(items(250_000)),
    "lists-in-lists": lambda: unsigned(json.dumps({"a": [[["x" * 9] * 60] * 60] * 60}).encode()),
    "long-names": lambda: unsigned(json.dumps({"x" * 100_000 + str(number): 1 for number in range(9)}).encode()),
    "host": lambda: unsigned(b"{}", host="h" * 60_000),
    "action": lambda: unsigned(b"{}", x_tc_action="a" * 60_000),
    "client": lambda: unsigned(b"{}", user_agent="c" * 60_000),
    "v1": lambda: HttpRequest("GET", "&".join([f"a{number}=1" for number in range(4_000)]), {}, b""),
    "name-without-value": lambda: HttpRequest("GET", "a" * 30_000 + "=1&" + "a" * 30_000 + "=1", {}, b""),
}


@pytest.mark.parametrize("name", LARGE)
def test_an_entry_is_small_whatever_is_sent(mock: MockVod, name: str) -> None:
    assert kept_by(mock, LARGE[name]()) < MOST_OF_ENTRY


def test_a_refused_call_of_many_faults_is_small(mock: MockVod, caller: Any) -> None:
    request = caller.post(ACTION, {"SubAppId": 1, "ModelName": "GV", **{f"m{number}": 1 for number in range(20_000)}})

    assert kept_by(mock, request) < MOST_OF_ENTRY


def test_an_exception_is_not_kept(mock: MockVod, caller: Any) -> None:
    """Its traceback would keep the whole request alive."""
    request = caller.post(ACTION, body=b'{"a":"' + b"x" * 5_000_000 + b'"}')

    assert kept_by(mock, request) < MOST_OF_ENTRY


class Kept:
    """A journal of so many bytes, and what is put into it."""

    def __init__(self, most_bytes: int) -> None:
        self.mock = MockVod(Settings(rate_limit="off"), clock=VirtualClock(NOW))
        self.mock.journal = self.mock._life._journal = Journal(1000, Secrets(self.mock.accounts), most_bytes)


@pytest.fixture
def small() -> MockVod:
    return Kept(100_000).mock


@pytest.mark.parametrize(
    ("size", "number"),
    [pytest.param(40_000, 2, id="two-fit"), pytest.param(60_000, 1, id="one-fits"), pytest.param(0, 50, id="small")],
)
def test_all_entries_together_have_a_bound(small: MockVod, size: int, number: int) -> None:
    for _ in range(50):
        small.handle(unsigned(json.dumps({"a": "x" * size}).encode()))

    assert (len(small.journal), small.journal.total, small.journal.forgotten) == (number, 50, 50 - number)
    assert [each.number for each in small.journal] == list(range(51 - number, 51))


def test_the_last_call_is_kept_however_large_it_is() -> None:
    tiny = Kept(1).mock
    tiny.handle(unsigned(b"{}"))

    assert [each.number for each in tiny.journal] == [1]


def test_room_is_counted_anew_after_a_snapshot(small: MockVod) -> None:
    before = small.snapshot()
    for _ in range(3):
        small.handle(unsigned(json.dumps({"a": "x" * 40_000}).encode()))
    small.restore(before)
    for _ in range(2):
        small.handle(unsigned(json.dumps({"a": "x" * 40_000}).encode()))

    assert len(small.journal) == 2


def test_ten_thousand_ordinary_calls_fit(mock: MockVod, caller: Any, video: dict[str, Any]) -> None:
    caller.call(ACTION, video)

    assert mock.journal._bytes * 10_000 < MOST_BYTES


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param({"a": "\ud83d"}, {"a": "\ud83d"}, id="lone-surrogate"),
        pytest.param({str(n): 1 for n in range(300)}, {**{str(n): 1 for n in range(256)}, "…": "(44 members more)"}),
        pytest.param({"n" * 300: 1}, {"n" * 256 + "… (300 characters)": 1}, id="long-name"),
        pytest.param({"a": 10**300}, {"a": "… (a very long integer)"}, id="integer"),
        pytest.param([[[[]]] * 3], [[[[]]] * 3], id="few"),
    ],
)
def test_what_is_cut(value: Any, kept: Any) -> None:
    assert json.loads(read(written(value, whole=False))) == kept


def test_depth_is_cut() -> None:
    value: Any = []
    for _ in range(40):
        value = [value]

    assert read(written(value, whole=False)) == "[" * 33 + '"… (nested deeper)"' + "]" * 33

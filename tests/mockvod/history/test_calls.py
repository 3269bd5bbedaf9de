"""The calls of a mock, to look back on."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.errors import MockvodError, NoCallError
from mockvod.history.calls import Calls, one_line
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

OTHER = Account("AKIDother", "other-key")
VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, concurrency="off", accounts=(DEFAULT_ACCOUNT, OTHER))


@pytest.fixture
def calls(mock: MockVod, make_caller: Any) -> Calls:
    """Two tasks of two accounts, and a question that is refused."""
    caller, other = make_caller(mock), make_caller(mock, OTHER)
    caller.call("CreateAigcVideoTask", VIDEO)
    other.call("CreateAigcVideoTask", {**VIDEO, "Prompt": "a dog"})
    caller.call("DescribeTaskDetail", {"TaskId": "x"})
    return mock.calls


def numbers(calls: Calls) -> list[int]:
    return [each.number for each in calls]


def test_calls_are_the_journal(mock: MockVod, calls: Calls) -> None:
    assert list(calls) == list(mock.journal)


def test_calls_stay_as_they_were(mock: MockVod, caller: Any, calls: Calls) -> None:
    caller.call("DescribeTaskDetail", {"TaskId": "x"})

    assert (len(calls), len(mock.calls)) == (3, 4)


def test_length(calls: Calls) -> None:
    assert len(calls) == 3


def test_truth(mock: MockVod, calls: Calls) -> None:
    assert (bool(calls), bool(calls(action="PullEvents"))) == (True, False)


def test_index(mock: MockVod, calls: Calls) -> None:
    assert (calls[0].number, calls[-1].number) == (1, 3)


def test_index_that_is_not_there(calls: Calls) -> None:
    with pytest.raises(IndexError):
        calls[3]


def test_slice_is_calls(calls: Calls) -> None:
    assert numbers(calls[1:](refused=True)) == [3]


def test_what_is_read_cannot_be_written(calls: Calls) -> None:
    with pytest.raises(TypeError):
        calls[0] = calls[1]  # type: ignore[index]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({}, [1, 2, 3], id="all"),
        pytest.param({"action": "CreateAigcVideoTask"}, [1, 2], id="action"),
        pytest.param({"account": "AKIDother"}, [2], id="account"),
        pytest.param({"code": "InvalidParameterValue.TaskId"}, [3], id="code"),
        pytest.param({"code": ""}, [1, 2], id="no-code"),
        pytest.param({"refused": True}, [3], id="refused"),
        pytest.param({"refused": False}, [1, 2], id="not-refused"),
        pytest.param({"params": {"Prompt": "a dog"}}, [2], id="params"),
        pytest.param({"action": "CreateAigcVideoTask", "params": {"Prompt": "a cat"}}, [1], id="both"),
    ],
)
def test_narrowing(calls: Calls, wanted: Any, found: list[int]) -> None:
    assert numbers(calls(**wanted)) == found


def test_narrowing_twice(calls: Calls) -> None:
    assert numbers(calls("CreateAigcVideoTask")(account="AKIDother")) == [2]


def test_first_and_last(calls: Calls) -> None:
    assert (calls.first, calls.last) == (calls[0], calls[2])


@pytest.mark.parametrize("end", ["first", "last"])
def test_end_of_none_says_what_there_was(calls: Calls, end: str) -> None:
    with pytest.raises(NoCallError) as caught:
        getattr(calls(action="PullEvents")(code="")[:1], end)

    assert str(caught.value) == (
        "there was no call with action='PullEvents', code='', a place in the slice; "
        "there were 2 × CreateAigcVideoTask, DescribeTaskDetail InvalidParameterValue.TaskId"
    )


def test_end_of_none_at_all(mock: MockVod) -> None:
    with pytest.raises(NoCallError) as caught:
        _ = mock.calls.last

    assert str(caught.value) == "there was no call; there was none at all"


@pytest.mark.parametrize("kind", [LookupError, MockvodError])
def test_no_call_is_a(kind: type[Exception]) -> None:
    assert issubclass(NoCallError, kind)


def test_repr(calls: Calls) -> None:
    assert repr(calls) == (
        "<3 calls: #1 CreateAigcVideoTask, #2 CreateAigcVideoTask, #3 DescribeTaskDetail InvalidParameterValue.TaskId>"
    )


def test_repr_of_many_is_short(calls: Calls) -> None:
    assert repr(Calls([calls[0]] * 10_000)) == f"<10000 calls: {'#1 CreateAigcVideoTask, ' * 5}".rstrip(", ") + (
        " and 9995 more>"
    )


def test_repr_of_none(mock: MockVod) -> None:
    assert repr(mock.calls) == "<0 calls>"


def test_reset_leaves_none(mock: MockVod, calls: Calls) -> None:
    mock.reset()

    assert (len(mock.calls), len(calls)) == (0, 3)


def test_looking_back_while_others_call(make_caller: Any) -> None:
    mock = MockVod(Settings(rate_limit="off", journal_size=20))
    caller = make_caller(mock)
    request = caller.post("DescribeTaskDetail", {"TaskId": "x"})
    threads = [threading.Thread(target=lambda: [mock.handle(request) for _ in range(100)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    seen = []
    while any(thread.is_alive() for thread in threads):
        seen.append(numbers(mock.calls(refused=True)))
    for thread in threads:
        thread.join()
    seen.append(numbers(mock.calls(refused=True)))

    # Each look holds an unbroken run of calls.
    assert [each for each in seen if each and each != list(range(each[0], each[0] + len(each)))] == []
    assert seen[-1] == list(range(181, 201))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\r\n b", "a b", id="lines"),
        pytest.param("\x1b[31m", "?[31m", id="control-characters"),
        pytest.param("请求", "请求", id="chinese"),
        pytest.param("\udcff", "?", id="surrogate"),
        pytest.param("a" * 301, "a" * 297 + "...", id="long"),
    ],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown

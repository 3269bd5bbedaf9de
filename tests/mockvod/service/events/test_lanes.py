"""Lanes by themselves: the order of what is sent, what is left, and how a lane ends."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mockvod.service.events.lanes import Lane

#: Long enough on a machine that is busy.
PLENTY = 30


def walked(messages: str, send: Any) -> tuple[Lane[str], list[Any]]:
    """A lane that was started and has ended, and what was told of its end."""
    told: list[Any] = []
    lane = Lane(lambda: messages, send, lambda *args: told.append(args))
    lane.start()
    lane.join(PLENTY)
    return lane, told


def test_messages_leave_in_their_order() -> None:
    sent: list[str] = []
    walked("abc", lambda message: not sent.append(message))

    assert sent == ["a", "b", "c"]


def test_messages_leave_in_a_thread_for_which_no_process_waits() -> None:
    threads: list[threading.Thread] = []
    walked("a", lambda message: not threads.append(threading.current_thread()))

    assert [(each.name, each.daemon) for each in threads] == [("mockvod-push", True)]


def test_what_arrives_is_counted() -> None:
    lane, told = walked("abc", lambda message: message != "b")

    assert (lane.join(), lane.error, told) == (2, None, [(lane, [])])


def test_a_lane_ends_with_what_sending_raises() -> None:
    failure = RuntimeError("a bug")

    def send(message: str) -> bool:
        if message == "b":
            raise failure
        return True

    lane, told = walked("abc", send)

    assert (lane.join(), lane.error, told) == (1, failure, [(lane, ["c"])])


def test_a_lane_ends_with_what_fetching_raises() -> None:
    failure, told = RuntimeError("a bug"), []

    def fetch() -> str:
        raise failure

    lane = Lane(fetch, lambda message: True, lambda *args: told.append(args))
    lane.start()

    assert (lane.join(PLENTY), lane.error, told) == (0, failure, [(lane, [])])


def test_what_is_being_sent_is_finished_when_a_lane_is_closed() -> None:
    arrived, gate, told = threading.Event(), threading.Event(), []

    def send(message: str) -> bool:
        arrived.set()
        return gate.wait(PLENTY)

    lane = Lane(lambda: "abc", send, lambda *args: told.append(args))
    lane.start()
    assert arrived.wait(PLENTY)
    lane.close()
    gate.set()

    assert (lane.join(PLENTY), told) == (1, [(lane, ["b", "c"])])


def test_a_lane_can_be_waited_for_no_longer_than_a_time() -> None:
    gate = threading.Event()
    lane = Lane(lambda: "a", lambda message: gate.wait(PLENTY), lambda ended, rest: None)
    lane.start()

    assert lane.join(0) == 0
    gate.set()
    assert lane.join(PLENTY) == 1


def test_its_end_is_told_before_whoever_waits_goes_on() -> None:
    told: list[Any] = []
    lane = Lane(lambda: "a", lambda message: True, lambda ended, rest: told.append(ended._over.is_set()))
    lane.start()
    lane.join(PLENTY)

    assert told == [False]


def test_a_lane_without_a_thread_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    lane, told = walked("ab", lambda message: True)

    assert (lane.join(), str(lane.error), told) == (0, "can't start new thread", [(lane, [])])

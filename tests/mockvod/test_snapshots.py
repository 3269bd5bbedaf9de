"""Snapshots: all that changes goes back, as often as wanted, whatever happened since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import SystemClock, VirtualClock
from mockvod.errors import SettingsError
from mockvod.settings import DOCUMENTED_SECRET_ID, Settings
from mockvod.state import MemoryStore, Store, json_table

PUSH = {"SubAppId": 7, "Mode": "PUSH", "NotificationUrl": "http://example.com/hook"}


def tables(mock: MockVod) -> Any:
    return mock.store.snapshot()


#: What is to go back -> how it is changed, and what of it is seen.
PARTS: dict[str, tuple[Callable[[MockVod, Any], Any], Callable[[MockVod], Any]]] = {
    "tasks": (lambda mock, caller: caller.call("CreateAigcSubject"), lambda mock: [each.id for each in mock.tasks]),
    "tables": (lambda mock, caller: caller.call("CreateAigcSubject"), tables),
    "counts": (lambda mock, caller: mock.store.hit("a bucket", 1), tables),
    "journal": (lambda mock, caller: caller.call("CreateAigcMovie"), lambda mock: list(mock.journal)),
    "total": (lambda mock, caller: caller.call("CreateAigcMovie"), lambda mock: mock.journal.total),
    "clock": (lambda mock, caller: mock.clock.advance(days=3), lambda mock: mock.clock.now()),
    "new account": (lambda mock, caller: mock.add_account(), lambda mock: list(mock.accounts.items())),
    "accounts": (lambda mock, caller: mock.remove_account("AKIDfirst"), lambda mock: list(mock.accounts.items())),
    "order of accounts": (
        lambda mock, caller: mock.accounts.update(AKIDfirst=mock.accounts.pop("AKIDfirst")),
        lambda mock: list(mock.accounts.items()),
    ),
    "new fault": (lambda mock, caller: mock.fault("drop"), lambda mock: list(mock.faults)),
    "faults": (lambda mock, caller: mock.faults.clear(), lambda mock: list(mock.faults)),
    "hits": (lambda mock, caller: caller.call("CreateAigcSubject"), lambda mock: [each.hits for each in mock.faults]),
    "new script": (
        lambda mock, caller: mock.tasks.script("CreateAigcSubject", [{"step": "finish"}]),
        lambda mock: mock.tasks.scripts,
    ),
    "scripts": (lambda mock, caller: caller.call("CreateAigcSubject"), lambda mock: mock.tasks.scripts),
    "notifications": (lambda mock, caller: mock.notifier.deliver(), lambda mock: mock.notifier.tries),
    "everything": (lambda mock, caller: mock.reset(), tables),
}


@pytest.fixture
def mock(settings: Settings, clock: VirtualClock, make_caller: Any) -> MockVod:
    """In which there is one of everything."""
    made = MockVod(settings, clock=clock)
    # The order of accounts counts, so the one that goes is not the last.
    made.accounts.clear()
    for secret_id in ("AKIDfirst", "AKIDsecond"):
        made.add_account(secret_id)
    made.tasks.script("CreateAigcSubject", [{"step": "progress", "percent": 50}])
    caller = make_caller(made, made.accounts["AKIDsecond"])
    caller.call("ModifyEventConfig", PUSH)
    video = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
    task_id = caller.call("CreateAigcVideoTask", video)["TaskId"]
    made.tasks[task_id].finish()
    made.fault("latency", seconds=0, times=None)
    return made


@pytest.fixture
def caller(mock: MockVod, make_caller: Any) -> Any:
    return make_caller(mock, mock.accounts["AKIDsecond"])


@pytest.mark.parametrize(("change", "seen"), PARTS.values(), ids=PARTS)
def test_goes_back(mock: MockVod, caller: Any, change: Callable[..., Any], seen: Callable[..., Any]) -> None:
    before = seen(mock)
    snapshot = mock.snapshot()
    change(mock, caller)
    changed = seen(mock)

    mock.restore(snapshot)

    assert changed != before
    assert seen(mock) == before


@pytest.mark.parametrize(("change", "seen"), PARTS.values(), ids=PARTS)
def test_goes_back_twice(mock: MockVod, caller: Any, change: Callable[..., Any], seen: Callable[..., Any]) -> None:
    """What happens after a restore does not change the snapshot either."""
    before = seen(mock)
    snapshot = mock.snapshot()

    for _ in range(2):
        change(mock, caller)
        mock.restore(snapshot)

    assert seen(mock) == before


def test_goes_back_to_what_came_later(mock: MockVod, caller: Any) -> None:
    first = mock.snapshot()
    task_id = caller.call("CreateAigcSubject")["TaskId"]
    second = mock.snapshot()

    mock.restore(first)
    mock.restore(second)

    assert mock.tasks[task_id].action == "CreateAigcSubject"


def test_says_when_it_was_made(mock: MockVod, clock: VirtualClock) -> None:
    snapshot = mock.snapshot()

    assert (snapshot.time, snapshot.calls) == (clock.now(), 2)


def test_shows_no_secrets(mock: MockVod) -> None:
    mock.add_account("AKIDnew", "the-key", token="the-token")

    shown = repr(mock.snapshot())

    assert ("the-key" in shown, "the-token" in shown) == (False, False)


def test_task_made_after_a_restore_is_another_one(mock: MockVod, caller: Any) -> None:
    snapshot = mock.snapshot()
    first = caller.call("CreateAigcSubject")["TaskId"]
    mock.restore(snapshot)

    assert caller.call("CreateAigcSubject")["TaskId"] != first


def test_probability_goes_back(mock: MockVod, caller: Any) -> None:
    """The same calls are hit again."""
    mock.faults.clear()
    mock.fault("error", code="InternalError", times=None, probability=0.5, seed=3)
    snapshot = mock.snapshot()

    def codes() -> list[str]:
        return [caller.call("DescribeTaskDetail", {"TaskId": "7-x"})["Error"]["Code"] for _ in range(10)]

    first = codes()
    mock.restore(snapshot)

    assert codes() == first
    assert len(set(first)) == 2


@pytest.mark.parametrize("outcome", ["delivered", "answered with status 500"])
def test_event_that_is_being_sent_leaves_no_trace(
    mock: MockVod, caller: Any, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    caller.call("ModifyEventConfig", {**PUSH, "NotificationUrl": "http://127.0.0.1:9/"})
    snapshot, before = mock.snapshot(), tables(mock)
    sent = []

    def post(url: str, body: bytes) -> str:
        sent.append(url)
        mock.restore(snapshot)
        return outcome

    monkeypatch.setattr("mockvod.service.events.push.post", post)
    mock.notifier.deliver()

    assert (sent, tables(mock), mock.notifier.tries) == (["http://127.0.0.1:9/"], before, ())


def test_snapshot_of_another_mock_is_refused(mock: MockVod) -> None:
    with pytest.raises(SettingsError, match="^restore: the snapshot is of another MockVod; each has its own$"):
        mock.restore(MockVod().snapshot())


def test_journal_keeps_its_size(make_caller: Any, clock: VirtualClock) -> None:
    mock = MockVod(Settings(journal_size=2), clock=clock)
    mock.restore(mock.snapshot())

    for _ in range(3):
        make_caller(mock).call("CreateAigcMovie")

    assert (len(mock.journal), mock.journal.total) == (2, 3)


@pytest.fixture
def stopped() -> SystemClock:
    clock = SystemClock()
    clock.freeze()
    clock.set(1000)
    return clock


def test_stopped_clock_is_stopped_again(stopped: SystemClock) -> None:
    mock = MockVod(clock=stopped)
    snapshot = mock.snapshot()
    stopped.resume()
    stopped.set(5)

    mock.restore(snapshot)

    assert (stopped.passes, stopped.now()) == (False, 1000)


def test_running_clock_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """By as much off the machine's as it was: what has passed since has passed."""
    machine = [5000.0]
    monkeypatch.setattr("time.time", lambda: machine[0])
    clock = SystemClock()
    clock.advance(100)
    mock = MockVod(clock=clock)
    snapshot = mock.snapshot()
    clock.freeze()
    clock.set(5)
    machine[0] += 20

    mock.restore(snapshot)

    assert (clock.passes, clock.now()) == (True, 5120)


class Sundial:
    """A clock that is none of ours."""

    passes = True

    def now(self) -> float:
        return 1000

    arrival = wall = now


def test_clock_of_another_kind_stays(make_caller: Any) -> None:
    mock = MockVod(clock=Sundial())
    snapshot = mock.snapshot()
    make_caller(mock).call("CreateAigcSubject")

    mock.restore(snapshot)

    assert (snapshot.time, mock.journal.total) == (1000, 0)


@pytest.fixture(params=[MemoryStore])
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.param()
    with made.transaction() as transaction:
        transaction.put(json_table("t"), "a", {"n": 1})
    made.hit("b", 1)
    return made


def rows(store: Store, table: str = "t") -> dict[str, Any]:
    with store.transaction() as transaction:
        return dict(transaction.items(json_table(table)))


def test_store_holds_what_was_saved(store: Store) -> None:
    saved = store.snapshot()
    with store.transaction() as transaction:
        transaction.put(json_table("t"), "a", {"n": 2})
        transaction.put(json_table("t"), "b", {"n": 2})
        transaction.put(json_table("u"), "a", {"n": 2})

    store.restore(saved)

    assert (rows(store), rows(store, "u")) == ({"a": {"n": 1}}, {})


def test_store_holds_deleted_rows_again(store: Store) -> None:
    saved = store.snapshot()
    with store.transaction() as transaction:
        transaction.delete(json_table("t"), "a")

    store.restore(saved)

    assert rows(store) == {"a": {"n": 1}}


def test_store_counts_on_from_what_was_saved(store: Store) -> None:
    saved = store.snapshot()
    store.hit("b", 1)
    store.restore(saved)

    assert store.hit("b", 1) == 2


def test_saved_store_goes_into_another_one(store: Store) -> None:
    other = MemoryStore()
    other.restore(store.snapshot())
    with other.transaction() as transaction:
        transaction.put(json_table("t"), "a", {"n": 2})

    assert (rows(other), rows(store)) == ({"a": {"n": 2}}, {"a": {"n": 1}})


def test_default_account_is_let_in_after_a_restore(make_caller: Any, clock: VirtualClock) -> None:
    mock = MockVod(clock=clock)
    snapshot = mock.snapshot()
    mock.add_account("AKIDnew")
    mock.remove_account(DOCUMENTED_SECRET_ID)
    mock.restore(snapshot)

    assert "TaskId" in make_caller(mock).call("CreateAigcSubject")

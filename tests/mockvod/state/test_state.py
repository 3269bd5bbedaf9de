"""What every store promises, held against each; and what `open_store` takes."""

from __future__ import annotations

import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockvod.errors import SettingsError, StoredRecordError
from mockvod.state import LAST, Entry, MemoryStore, Store, Table, Transaction, json_table, open_store

#: Name -> how one is made, in a folder of its own. A new store is put in here and has to pass everything below.
ALL_STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: MemoryStore(),
}
T, U = json_table("t"), json_table("u")
THREADS = 4
ROUNDS = 50
#: Seconds that a thread waits for what a store must not let happen.
BRIEFLY = 0.2


class Undo(Exception):
    """Leaves a transaction's block."""


@pytest.fixture(params=ALL_STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = ALL_STORES[request.param](tmp_path)
    return made


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with the rows a and b in the table t."""
    with store.transaction() as transaction:
        transaction.put(T, "a", {"n": 1})
        transaction.put(T, "b", {"n": 2})
    return store


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads give way to each other as often as they can, so that what is not excluded does happen."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def rows(store: Store, table: str = "t") -> dict[str, Any]:
    with store.transaction() as transaction:
        return dict(transaction.items(json_table(table)))


def in_threads(work: Callable[[int], Any]) -> list[Any]:
    """The results of `work` in threads that start at the same moment; raises what any of them raises."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        barrier.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_what_was_put_is_there_in_later_transactions(filled: Store) -> None:
    with filled.transaction() as transaction:
        assert transaction.get(T, "a") == {"n": 1}


def test_what_was_put_is_there_in_the_same_transaction(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(T, "a", {"n": 1})

        assert (transaction.get(T, "a"), dict(transaction.items(T))) == ({"n": 1}, {"a": {"n": 1}})


def test_put_replaces(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.put(T, "a", {"n": 3})

    assert rows(filled) == {"a": {"n": 3}, "b": {"n": 2}}


def test_delete_removes(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.delete(T, "a")

    assert rows(filled) == {"b": {"n": 2}}


@pytest.mark.parametrize(("table", "key"), [pytest.param("t", "c", id="key"), pytest.param("u", "a", id="table")])
def test_what_is_not_there_is_none(filled: Store, table: str, key: str) -> None:
    with filled.transaction() as transaction:
        assert transaction.get(json_table(table), key) is None


@pytest.mark.parametrize(("table", "key"), [pytest.param("t", "c", id="key"), pytest.param("u", "a", id="table")])
def test_delete_of_what_is_not_there_is_no_error(filled: Store, table: str, key: str) -> None:
    with filled.transaction() as transaction:
        transaction.delete(json_table(table), key)

    assert rows(filled) == {"a": {"n": 1}, "b": {"n": 2}}


def test_items_of_a_table_that_is_not_there_are_none(store: Store) -> None:
    assert rows(store, "nowhere") == {}


def test_tables_are_apart(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.put(U, "a", {"n": 9})

    assert (rows(filled, "t"), rows(filled, "u")) == ({"a": {"n": 1}, "b": {"n": 2}}, {"a": {"n": 9}})


def test_items_are_those_of_the_moment_and_rows_may_go_meanwhile(filled: Store) -> None:
    with filled.transaction() as transaction:
        items = transaction.items(T)
        for key in ("a", "b"):
            transaction.delete(T, key)

        assert dict(items) == {"a": {"n": 1}, "b": {"n": 2}}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda t: t.put(T, "c", {"n": 3}), id="put"),
        pytest.param(lambda t: t.put(U, "c", {"n": 3}), id="put-in-a-new-table"),
        pytest.param(lambda t: t.put(T, "a", {"n": 3}), id="replace"),
        pytest.param(lambda t: t.delete(T, "a"), id="delete"),
        pytest.param(lambda t: (t.put(T, "a", {"n": 3}), t.put(T, "a", {"n": 4})), id="replace-twice"),
        pytest.param(lambda t: (t.put(T, "c", {"n": 3}), t.delete(T, "c")), id="put-and-delete"),
        pytest.param(lambda t: (t.delete(T, "a"), t.put(T, "a", {"n": 3})), id="delete-and-put"),
        pytest.param(lambda t: (t.put(T, "a", {"n": 3}), t.delete(T, "a")), id="replace-and-delete"),
        pytest.param(lambda t: t.delete(T, "c"), id="delete-of-nothing"),
    ],
)
def test_an_exception_undoes(filled: Store, change: Callable[[Transaction], object]) -> None:
    with pytest.raises(Undo), filled.transaction() as transaction:
        change(transaction)
        raise Undo

    assert (rows(filled, "t"), rows(filled, "u")) == ({"a": {"n": 1}, "b": {"n": 2}}, {})


def test_the_exception_goes_on_as_it_was(store: Store) -> None:
    error = Undo("this one")

    with pytest.raises(Undo) as raised, store.transaction():
        raise error

    assert raised.value is error


def test_a_transaction_after_an_undone_one_works(filled: Store) -> None:
    with pytest.raises(Undo), filled.transaction():
        raise Undo

    with filled.transaction() as transaction:
        transaction.put(T, "c", {"n": 3})

    assert rows(filled) == {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}}


def test_only_the_transaction_that_failed_is_undone(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.put(T, "a", {"n": 3})
    with pytest.raises(Undo), filled.transaction() as transaction:
        transaction.put(T, "a", {"n": 4})
        raise Undo

    assert rows(filled) == {"a": {"n": 3}, "b": {"n": 2}}


@pytest.mark.usefixtures("eager_threads")
def test_what_a_transaction_has_read_stays_true(store: Store) -> None:
    """Threads that read a number and write the next one lose none, so none reads between another's two steps."""

    def count(number: int) -> None:
        for _ in range(ROUNDS):
            with store.transaction() as transaction:
                before = (transaction.get(T, "counter") or {"n": 0})["n"]
                transaction.put(T, f"by-{number}", {"n": before})
                transaction.put(T, "counter", {"n": before + 1})

    in_threads(count)

    assert rows(store)["counter"] == {"n": THREADS * ROUNDS}


def test_two_transactions_are_never_open_at_once(store: Store) -> None:
    """Threads try to meet inside of theirs. Where they cannot, the first gives up and the others need not wait."""
    meeting = threading.Barrier(2)

    def met(number: int) -> bool:
        with store.transaction():
            try:
                meeting.wait(timeout=BRIEFLY)
            except threading.BrokenBarrierError:
                return False
            return True

    assert in_threads(met) == [False] * THREADS


def test_nobody_sees_what_is_undone(store: Store) -> None:
    drafted, looked = threading.Event(), threading.Event()

    def look() -> object:
        assert drafted.wait(timeout=10)
        seen = rows(store).get("draft")
        looked.set()
        return seen

    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(look)
        with pytest.raises(Undo), store.transaction() as transaction:
            transaction.put(T, "draft", {})
            drafted.set()
            looked.wait(timeout=BRIEFLY)
            raise Undo

        assert seen.result(timeout=10) is None


def test_hits_are_counted(store: Store) -> None:
    assert [store.hit("b", 1) for _ in range(3)] == [1, 2, 3]


def test_buckets_are_apart(store: Store) -> None:
    assert [store.hit("a", 1), store.hit("b", 1), store.hit("a", 1)] == [1, 1, 2]


def test_a_new_window_starts_from_one(store: Store) -> None:
    assert [store.hit("b", window) for window in (1, 1, 2, 2)] == [1, 2, 1, 2]


def test_an_old_window_is_forgotten(store: Store) -> None:
    assert [store.hit("b", window) for window in (1, 1, 2, 1)] == [1, 2, 1, 1]


@pytest.mark.usefixtures("eager_threads")
def test_hits_of_many_threads_each_get_a_number(store: Store) -> None:
    counts = in_threads(lambda number: [store.hit("b", 1) for _ in range(ROUNDS)])

    assert sorted(count for each in counts for count in each) == list(range(1, THREADS * ROUNDS + 1))


def test_a_hit_is_no_part_of_a_transaction(store: Store) -> None:
    """A refused call has been counted all the same."""
    store.hit("b", 1)
    with pytest.raises(Undo), store.transaction():
        raise Undo

    assert store.hit("b", 1) == 2


def test_clear_forgets_rows(filled: Store) -> None:
    filled.clear()

    assert rows(filled) == {}


FIVE = [(1, "a"), (1, "b"), (2, "a"), (3, "c"), (4, "a")]


@pytest.fixture
def ordered(store: Store) -> Store:
    """A store with five entries in the index i, put in out of order."""
    with store.transaction() as transaction:
        for entry in [FIVE[3], FIVE[0], FIVE[4], FIVE[2], FIVE[1]]:
            transaction.add("i", entry)
    return store


def entries(store: Store, index: str = "i") -> list[Entry]:
    with store.transaction() as transaction:
        return transaction.entries(index, 100)


def sizes(store: Store) -> list[int]:
    with store.transaction() as transaction:
        return [transaction.size(index) for index in ("i", "j")]


def test_entries_are_in_the_order_of_their_moments_and_then_of_their_names(ordered: Store) -> None:
    assert entries(ordered) == FIVE


def test_an_entry_is_in_its_place_in_the_same_transaction(store: Store) -> None:
    with store.transaction() as transaction:
        for entry in [FIVE[1], FIVE[0]]:
            transaction.add("i", entry)

        assert transaction.entries("i", 100) == FIVE[:2]


def test_discard_removes_an_entry(ordered: Store) -> None:
    with ordered.transaction() as transaction:
        transaction.discard("i", FIVE[1])

    assert (entries(ordered), sizes(ordered)) == ([FIVE[0], *FIVE[2:]], [4, 0])


@pytest.mark.parametrize(
    ("index", "entry"),
    [
        pytest.param("i", (1, "c"), id="name"),
        pytest.param("i", (5, "a"), id="moment"),
        pytest.param("j", (1, "a"), id="index"),
    ],
)
def test_discard_of_what_is_not_there_is_no_error(ordered: Store, index: str, entry: Entry) -> None:
    with ordered.transaction() as transaction:
        transaction.discard(index, entry)

    assert (entries(ordered), sizes(ordered)) == (FIVE, [5, 0])


def test_indexes_are_apart_and_no_tables(ordered: Store) -> None:
    with ordered.transaction() as transaction:
        transaction.add("j", (9, "z"))
        transaction.put(json_table("i"), "a", {"n": 1})

    assert (entries(ordered), entries(ordered, "j"), rows(ordered, "i")) == (FIVE, [(9, "z")], {"a": {"n": 1}})


def test_an_index_that_is_not_there_is_empty(store: Store) -> None:
    with store.transaction() as transaction:
        asked = transaction.entries("i", 9), transaction.size("i"), transaction.count("i")

        assert (*asked, transaction.holds("i", (1, "a"))) == ([], 0, 0, False)


def test_holds_knows_moment_and_name(ordered: Store) -> None:
    with ordered.transaction() as transaction:
        held = [transaction.holds("i", entry) for entry in [(1, "a"), (1, "c"), (5, "a")]]

        assert (held, transaction.holds("j", (1, "a"))) == ([True, False, False], False)


BOUNDS = [
    pytest.param(None, None, FIVE, id="none"),
    pytest.param((1, "b"), None, FIVE[2:], id="after-an-entry"),
    pytest.param((1, "az"), None, FIVE[1:], id="after-no-entry"),
    pytest.param((1, ""), None, FIVE, id="from-a-moment"),
    pytest.param((1, LAST), None, FIVE[2:], id="after-a-moment"),
    pytest.param(None, (2, "a"), FIVE[:2], id="before-an-entry"),
    pytest.param(None, (1, ""), [], id="before-a-moment"),
    pytest.param(None, (1, LAST), FIVE[:2], id="up-to-a-moment"),
    pytest.param((1, "a"), (4, "a"), FIVE[1:4], id="between-entries"),
    pytest.param((1, "a"), (1, "b"), [], id="between-neighbours"),
    pytest.param((2, "a"), (2, "a"), [], id="between-one-and-itself"),
    pytest.param((4, "a"), (1, "a"), [], id="the-wrong-way-round"),
    pytest.param((4, "a"), None, [], id="after-the-last"),
    pytest.param((float("-inf"), ""), (float("inf"), LAST), FIVE, id="ever"),
]


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize(("after", "before", "expected"), BOUNDS)
def test_entries_between_bounds(
    ordered: Store, after: Entry | None, before: Entry | None, expected: list[Entry], descending: bool
) -> None:
    """All of them, and each part of them that a limit and what is to be skipped can leave."""
    expected = expected[::-1] if descending else expected
    with ordered.transaction() as transaction:
        for skip in range(7):
            for limit in range(7):
                found = transaction.entries("i", limit, after=after, before=before, descending=descending, skip=skip)
                assert found == expected[skip : skip + limit], (skip, limit)

        assert transaction.count("i", after=after, before=before) == len(expected)


INDEX_CHANGES = [
    pytest.param(lambda t: t.add("i", (2, "b")), id="add"),
    pytest.param(lambda t: t.add("i", (9, "z")), id="add-at-the-end"),
    pytest.param(lambda t: t.add("j", (1, "a")), id="add-to-a-new-index"),
    pytest.param(lambda t: t.discard("i", FIVE[2]), id="discard"),
    pytest.param(lambda t: t.discard("i", (7, "x")), id="discard-of-nothing"),
    pytest.param(lambda t: (t.add("i", (2, "b")), t.discard("i", (2, "b"))), id="add-and-discard"),
    pytest.param(lambda t: (t.discard("i", FIVE[0]), t.add("i", FIVE[0])), id="discard-and-add"),
    pytest.param(lambda t: [t.discard("i", each) for each in FIVE], id="discard-all"),
    pytest.param(lambda t: (t.put(T, "a", {}), t.add("i", (0, "a")), t.delete(T, "a")), id="with-rows"),
]


@pytest.mark.parametrize("change", INDEX_CHANGES)
def test_an_exception_undoes_entries(ordered: Store, change: Callable[[Transaction], object]) -> None:
    with pytest.raises(Undo), ordered.transaction() as transaction:
        change(transaction)
        raise Undo

    assert (entries(ordered), sizes(ordered), rows(ordered)) == (FIVE, [5, 0], {})


@pytest.mark.parametrize("change", INDEX_CHANGES)
def test_undo_undoes_entries_and_what_comes_after_it_counts(
    ordered: Store, change: Callable[[Transaction], object]
) -> None:
    with ordered.transaction() as transaction:
        change(transaction)
        transaction.undo()

        assert (transaction.entries("i", 100), transaction.size("j")) == (FIVE, 0)
        transaction.add("i", (2, "later"))

    assert entries(ordered) == sorted([*FIVE, (2, "later")])


def test_what_comes_after_undo_is_undone_by_an_exception(ordered: Store) -> None:
    with pytest.raises(Undo), ordered.transaction() as transaction:
        transaction.add("i", (2, "b"))
        transaction.undo()
        transaction.discard("i", FIVE[0])
        transaction.put(T, "a", {"n": 1})
        raise Undo

    assert (entries(ordered), rows(ordered)) == (FIVE, {})


def test_undo_undoes_rows(filled: Store) -> None:
    with filled.transaction() as transaction:
        transaction.put(T, "a", {"n": 3})
        transaction.delete(T, "b")
        transaction.undo()
        transaction.put(T, "c", {"n": 4})

    assert rows(filled) == {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 4}}


def test_a_snapshot_has_entries_which_nothing_changes(ordered: Store) -> None:
    saved = ordered.snapshot()
    with ordered.transaction() as transaction:
        transaction.discard("i", FIVE[0])
        transaction.add("i", (9, "z"))
        transaction.add("j", (1, "a"))
    assert entries(ordered) == [*FIVE[1:], (9, "z")]

    for _ in range(2):  # what was saved can be gone back to again
        ordered.restore(saved)
        assert (entries(ordered), sizes(ordered)) == (FIVE, [5, 0])
        with ordered.transaction() as transaction:
            transaction.discard("i", FIVE[4])


def test_clear_forgets_entries(ordered: Store) -> None:
    ordered.clear()

    assert (entries(ordered), sizes(ordered)) == ([], [0, 0])


class _Older(msgspec.Struct, array_like=True, tag=1):
    name: str


class _Newer(msgspec.Struct, array_like=True, tag=2):
    name: str


class _OtherFields(msgspec.Struct, array_like=True, tag=1):
    name: int


@pytest.mark.parametrize("known", [_Newer, _OtherFields], ids=["version", "fields"])
@pytest.mark.parametrize(
    "name", [pytest.param("cat", id="plain"), pytest.param("\ud800", id="beyond-what-msgspec-reads")]
)
def test_a_row_of_another_version_is_reported_with_a_way_out(store: Store, known: type[Any], name: str) -> None:
    with store.transaction() as transaction:
        transaction.put(Table("things", _Older).within("AKIDx"), "a", _Older(name))

    read = Table("things", known).within("AKIDx")
    with store.transaction() as transaction:
        for look in (lambda: transaction.get(read, "a"), lambda: list(transaction.items(read))):
            with pytest.raises(StoredRecordError) as refusal:
                look()
            assert str(refusal.value).startswith(
                "the table AKIDx/things holds a record that this version of mockvod cannot read ("
            )
            assert str(refusal.value).endswith(
                "it was written by another version: use that one, or start with an empty store"
            )


def test_a_row_of_another_version_is_no_error_for_who_does_not_read_it(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put(Table("things", _Older), "a", _Older("cat"))
    with store.transaction() as transaction:
        transaction.put(Table("things", _Newer), "a", _Newer("dog"))

        assert transaction.get(Table("things", _Newer), "a") == _Newer("dog")


def test_clear_forgets_hits(store: Store) -> None:
    store.hit("b", 1)
    store.clear()

    assert store.hit("b", 1) == 1


def test_memory_is_a_store_of_its_own_each_time() -> None:
    first, second = open_store("memory://"), open_store("memory://")
    with first.transaction() as transaction:
        transaction.put(T, "a", {"n": 1})

    assert (rows(first), rows(second)) == ({"a": {"n": 1}}, {})


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="empty"),
        pytest.param("memory", id="no-scheme"),
        pytest.param("memory:///path", id="memory-with-path"),
        pytest.param("sqlite:///vod.db", id="sqlite"),
        pytest.param("redis://localhost", id="redis"),
    ],
)
def test_unknown_url_is_refused_with_a_way_out(url: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        open_store(url)

    assert str(refusal.value) == f"store: {url!r} is not a store that this version has; use memory://"


def test_a_stored_value_takes_no_more_than_its_size() -> None:
    """A buffer of 4 KB that comes with each would be most of what a busy server holds."""
    tracemalloc.start()
    try:
        kept = [T.dump({"number": number}) for number in range(1000)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert held / len(kept) < 200

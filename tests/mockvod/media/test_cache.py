"""Made once, kept for a while, and replaced by a ready-made file where nothing can be made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from threading import Barrier, Event
from typing import Any

import pytest

from mockvod import media
from mockvod.media import FileSpec, produce
from mockvod.media.cache import Cache, Made
from mockvod.media.ready import ready_made

FILES = [FileSpec("image", "png", 16, 16, look=look) for look in range(4)]


class Producer:
    """Makes files of `size` bytes and remembers which."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.made: list[int] = []

    def __call__(self, asked: FileSpec) -> Made:
        self.made.append(asked.look)
        return Made(bytes([asked.look]) * self.size, {"Size": self.size, "look": asked.look})


def kept(cache: Cache) -> list[int]:
    return [each.look for each in FILES if cache.content(each) is not None]


def known(cache: Cache) -> list[int]:
    return [each.look for each in FILES if cache.metadata(each) is not None]


@pytest.fixture
def producer() -> Producer:
    return Producer()


@pytest.fixture
def small(producer: Producer) -> Cache:
    """Has room for two files and three metadata."""
    return Cache(producer, most_bytes=20, most_metadata=3)


# --- the cache -----------------------------------------------------------------------------------------------------


def test_nothing_is_ready_before_it_is_made(small: Cache) -> None:
    assert (small.content(FILES[0]), small.metadata(FILES[0])) == (None, None)


def test_what_is_made_is_ready(small: Cache) -> None:
    small.make(FILES[1])

    assert (small.content(FILES[1]), small.metadata(FILES[1])) == (b"\1" * 10, {"Size": 10, "look": 1})


def test_what_is_kept_is_not_made_again(small: Cache, producer: Producer) -> None:
    small.make(FILES[0])
    small.make(FILES[0])

    assert producer.made == [0]


def test_bytes_have_a_bound(small: Cache) -> None:
    for each in FILES:
        small.make(each)

    assert kept(small) == [2, 3]


def test_metadata_outlives_the_bytes_up_to_a_bound(small: Cache) -> None:
    for each in FILES:
        small.make(each)

    assert known(small) == [1, 2, 3]


def test_what_is_used_stays(small: Cache) -> None:
    small.make(FILES[0])
    small.make(FILES[1])
    small.content(FILES[0])
    small.make(FILES[2])

    assert kept(small) == [0, 2]


def test_metadata_that_is_used_stays(small: Cache) -> None:
    for each in FILES[:3]:
        small.make(each)
    small.metadata(FILES[0])
    small.make(FILES[3])

    assert known(small) == [0, 2, 3]


def test_what_has_gone_is_made_again(small: Cache, producer: Producer) -> None:
    for each in [*FILES[:3], FILES[0]]:
        small.make(each)

    assert (producer.made, kept(small)) == ([0, 1, 2, 0], [0, 2])


def test_file_beyond_the_bound_is_kept_until_the_next() -> None:
    cache = Cache(Producer(size=100), most_bytes=20, most_metadata=3)
    cache.make(FILES[0])
    first = kept(cache)
    cache.make(FILES[1])

    assert (first, kept(cache)) == ([0], [1])


def test_bytes_that_are_kept_have_their_metadata() -> None:
    cache = Cache(Producer(), most_bytes=1000, most_metadata=1)
    for each in FILES:
        cache.make(each)

    assert known(cache) == kept(cache) == [0, 1, 2, 3]


# --- threads -------------------------------------------------------------------------------------------------------


def together(count: int, act: Callable[[int], None]) -> None:
    """Calls `act` in so many threads at once; an exception in one is raised here."""
    barrier = Barrier(count)

    def run(index: int) -> None:
        barrier.wait(10)
        act(index)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run, range(count)))


def test_threads_that_ask_for_the_same_have_it_made_once() -> None:
    begun, go_on = Event(), Event()
    slow = Producer()

    def produced(asked: FileSpec) -> Made:
        begun.set()
        assert go_on.wait(10)
        return slow(asked)

    cache = Cache(produced, most_bytes=100, most_metadata=10)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(cache.make, FILES[0])
        assert begun.wait(10)
        others = [pool.submit(cache.make, FILES[0]) for _ in range(7)]
        go_on.set()
        for each in (first, *others):
            each.result(10)

    assert (slow.made, cache.content(FILES[0])) == ([0], b"\0" * 10)


def test_another_file_does_not_wait() -> None:
    barrier = Barrier(2)
    quick = Producer()

    def produced(asked: FileSpec) -> Made:
        barrier.wait(10)  # passes only where both are being made at once
        return quick(asked)

    cache = Cache(produced, most_bytes=100, most_metadata=10)
    together(2, lambda index: cache.make(FILES[index]))

    assert kept(cache) == [0, 1]


def test_file_that_could_not_be_made_can_be_tried_again(producer: Producer) -> None:
    faults = [OSError("full")]

    def produced(asked: FileSpec) -> Made:
        if faults:
            raise faults.pop()
        return producer(asked)

    cache = Cache(produced, most_bytes=100, most_metadata=10)
    with pytest.raises(OSError, match="full"):
        cache.make(FILES[0])
    cache.make(FILES[0])

    assert kept(cache) == [0]


# --- with and without the extra ------------------------------------------------------------------------------------

KINDS = [
    pytest.param(FileSpec("video", "mp4", 64, 36, 0.5), id="video"),
    pytest.param(FileSpec("image", "png", 64, 36), id="png"),
    pytest.param(FileSpec("image", "jpg", 64, 36), id="jpg"),
    pytest.param(FileSpec("audio", "mp3", seconds=0.5), id="mp3"),
    pytest.param(FileSpec("audio", "wav", seconds=0.5), id="wav"),
]


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(produce, "extra_installed", lambda: False)


@pytest.fixture
def with_extra(need: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    need("media", all(map(find_spec, ("PIL", "av"))), "pip install 'mockvod[media]'")
    monkeypatch.setattr(produce, "_FILES", Cache(produce._produced, most_bytes=2**20, most_metadata=10))


@pytest.mark.usefixtures("without_extra")
@pytest.mark.parametrize("asked", KINDS)
def test_without_the_extra_the_ready_made_file_is_there_at_once(asked: FileSpec) -> None:
    ready = ready_made(asked.kind, asked.format)

    assert (media.content(asked), media.metadata(asked)) == (ready.content, ready.metadata)


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_nothing_is_made() -> None:
    asked = FileSpec("image", "png", 64, 36)

    media.make(asked)

    assert produce._FILES.content(asked) is None


@pytest.mark.usefixtures("with_extra")
@pytest.mark.parametrize("asked", KINDS)
def test_with_the_extra_the_file_must_be_made(asked: FileSpec) -> None:
    assert (media.content(asked), media.metadata(asked)) == (None, None)


@pytest.mark.usefixtures("with_extra")
@pytest.mark.parametrize("asked", KINDS)
def test_made_file_is_told_of(asked: FileSpec) -> None:
    media.make(asked)

    content, told = media.content(asked), media.metadata(asked)
    assert content and told
    assert (told["Size"], told["Width"], told["Height"]) == (len(content), asked.width, asked.height)


@pytest.mark.usefixtures("with_extra")
def test_ready_made_file_stands_for_one_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = FileSpec("image", "png", 64, 36)

    def full(_: FileSpec) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr("mockvod.media.pictures.encode", full)
    with caplog.at_level(logging.WARNING, "mockvod.media"):
        media.make(asked)

    assert media.content(asked) == ready_made("image", "png").content
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert "disk full" in caplog.text


def test_extra_is_there_where_both_libraries_are() -> None:
    assert produce.extra_installed() is all(map(find_spec, ("PIL", "av")))

"""A file that goes again while several threads wait for it."""

from __future__ import annotations

import threading

from mockvod.media import FileSpec
from mockvod.media.cache import Cache, Made

WANTED, OTHER = (FileSpec("image", "png", 16, 16, look=look) for look in range(2))


def test_a_file_that_two_threads_made_counts_once() -> None:
    """While one makes it, another finds the place of the first abandoned, makes it too and is done first."""
    cache: Cache
    made: list[FileSpec] = []

    def produce(spec: FileSpec) -> Made:
        made.append(spec)
        if len(made) == 1:
            cache._making.clear()  # as it is when the one that was waited for has come and gone
            other = threading.Thread(target=cache.make, args=(spec,))
            other.start()
            other.join(timeout=10)
        return Made(bytes(10), {})

    cache = Cache(produce, most_bytes=25, most_metadata=10)
    cache.make(WANTED)

    assert made == [WANTED, WANTED]
    # Were it counted twice, there would be no room for another.
    cache.make(OTHER)
    assert cache.content(WANTED) == cache.content(OTHER) == bytes(10)

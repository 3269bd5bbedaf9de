"""Keeps made files: the newest of them whole, and what is known of them for longer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from mockvod.media.file_spec import Asked

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Made:
    """A file and its MediaMetaData. Both are shared and must not be changed."""

    content: bytes
    metadata: dict[str, Any]


@dataclass(slots=True)
class Cache:
    """Files by what was asked, each made once as long as it is kept. Any thread may call anything.

    What has not been used for longest goes first.
    """

    produce: Callable[[Asked], Made]
    #: Of content. A single larger file stays until the next one comes, so that whoever had it made can have it.
    most_bytes: int
    #: How many MediaMetaData outlive their files.
    most_metadata: int
    _files: OrderedDict[Asked, Made] = field(default_factory=lambda: OrderedDict[Asked, Made]())
    _metadata: OrderedDict[Asked, dict[str, Any]] = field(default_factory=lambda: OrderedDict[Asked, dict[str, Any]]())
    _bytes: int = 0
    _making: dict[Asked, Lock] = field(default_factory=lambda: dict[Asked, Lock]())
    _lock: Lock = field(default_factory=Lock)

    def content(self, asked: Asked) -> bytes | None:
        """The file's bytes, if they are kept."""
        with self._lock:
            made = _used(self._files, asked)
            return made.content if made else None

    def metadata(self, asked: Asked) -> dict[str, Any] | None:
        """The file's MediaMetaData, if it is kept; it always is as long as the bytes are."""
        with self._lock:
            made = self._files.get(asked)
            return _used(self._metadata, asked) or (made.metadata if made else None)

    def make(self, asked: Asked) -> None:
        """Makes and keeps the file, unless it is kept; waits where another thread is at it. Raises what produce does."""
        with self._lock:
            if asked in self._files:
                return
            making = self._making.setdefault(asked, Lock())
        with making:
            with self._lock:
                if asked in self._files:
                    return
            try:
                made = self.produce(asked)
                with self._lock:
                    self._keep(asked, made)
            finally:
                with self._lock:
                    self._making.pop(asked, None)

    def _keep(self, asked: Asked, made: Made) -> None:
        if asked in self._files:  # where a file went again while threads waited for it, two may have made it
            return
        self._bytes += len(made.content)
        self._files[asked] = made
        while self._bytes > self.most_bytes and len(self._files) > 1:
            self._bytes -= len(self._files.popitem(last=False)[1].content)
        self._metadata[asked] = made.metadata
        self._metadata.move_to_end(asked)
        while len(self._metadata) > self.most_metadata:
            self._metadata.popitem(last=False)


def _used(kept: OrderedDict[Asked, _Kept], asked: Asked) -> _Kept | None:
    if asked not in kept:
        return None
    kept.move_to_end(asked)
    return kept[asked]

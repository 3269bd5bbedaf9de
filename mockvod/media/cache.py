"""A cache of result files: the most recently used files, and the metadata of many more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from mockvod.media.file_spec import FileSpec

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class Made:
    """A file and its MediaMetaData. Both are shared between callers, who must not change them."""

    content: bytes
    metadata: dict[str, Any]


@dataclass(slots=True)
class Cache:
    """Files by their specification; each is made once while it is kept. Safe to use from several threads.

    The least recently used entries are dropped first.
    """

    produce: Callable[[FileSpec], Made]
    #: The bytes of all files together. A single larger file stays until the next one is made, so that its maker gets it.
    most_bytes: int
    #: How many MediaMetaData are kept, longer than their files.
    most_metadata: int
    _files: OrderedDict[FileSpec, Made] = field(default_factory=lambda: OrderedDict[FileSpec, Made]())
    _metadata: OrderedDict[FileSpec, dict[str, Any]] = field(
        default_factory=lambda: OrderedDict[FileSpec, dict[str, Any]]()
    )
    _bytes: int = 0
    _making: dict[FileSpec, Lock] = field(default_factory=lambda: dict[FileSpec, Lock]())
    _lock: Lock = field(default_factory=Lock)

    def content(self, spec: FileSpec) -> bytes | None:
        """The file's bytes, if they are kept."""
        with self._lock:
            made = _used(self._files, spec)
            return made.content if made else None

    def metadata(self, spec: FileSpec) -> dict[str, Any] | None:
        """The file's MediaMetaData, if they are kept; they are as long as the bytes are."""
        with self._lock:
            made = self._files.get(spec)
            return _used(self._metadata, spec) or (made.metadata if made else None)

    def make(self, spec: FileSpec) -> None:
        """Makes the file unless it is kept; waits if another thread is making it. Raises what `produce` raises."""
        with self._lock:
            if spec in self._files:
                return
            making = self._making.setdefault(spec, Lock())
        with making:
            with self._lock:
                if spec in self._files:
                    return
            try:
                made = self.produce(spec)
                with self._lock:
                    self._keep(spec, made)
            finally:
                with self._lock:
                    self._making.pop(spec, None)

    def _keep(self, spec: FileSpec, made: Made) -> None:
        if spec in self._files:  # two threads may have made it, if it was dropped while they waited
            return
        self._bytes += len(made.content)
        self._files[spec] = made
        while self._bytes > self.most_bytes and len(self._files) > 1:
            self._bytes -= len(self._files.popitem(last=False)[1].content)
        self._metadata[spec] = made.metadata
        self._metadata.move_to_end(spec)
        while len(self._metadata) > self.most_metadata:
            self._metadata.popitem(last=False)


def _used(kept: OrderedDict[FileSpec, _Kept], spec: FileSpec) -> _Kept | None:
    if spec not in kept:
        return None
    kept.move_to_end(spec)
    return kept[spec]

"""The made files that an answer describes, and those of them that have to be made first."""

from __future__ import annotations

from typing import Any

from mockvod.media import FileSpec, content, make, metadata, placeholder


class MadeFiles:
    """The files for one answer. Whoever composes the answer has to look at `missing` at the end.

    Where a file is missing, the answer contains placeholders. It must be discarded, and composed again after
    `make_missing`, which takes long and must not be called inside a transaction.
    """

    __slots__ = ("missing",)

    def __init__(self) -> None:
        self.missing: list[FileSpec] = []

    def metadata(self, spec: FileSpec) -> dict[str, Any]:
        """Returns the MediaMetaData of a file, which is shared and must not be changed."""
        found = metadata(spec)
        if found is None:
            self.missing.append(spec)
            return placeholder(spec).metadata
        return found

    def content(self, spec: FileSpec) -> bytes:
        """Returns the bytes of a file."""
        found = content(spec)
        if found is None:
            self.missing.append(spec)
            return placeholder(spec).content
        return found

    def make_missing(self) -> None:
        """Makes the missing files, which can take seconds. Never raises."""
        for spec in self.missing:
            make(spec)

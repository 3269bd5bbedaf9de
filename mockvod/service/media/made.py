"""Files that answers tell of, during one transaction: those that are made, and those that have to be made first."""

from __future__ import annotations

from typing import Any

from mockvod.media import FileSpec, content, make, metadata, placeholder


class MadeFiles:
    """What is known of made files. Whoever puts an answer together looks at `missing` at the end.

    Where something is missing, the answer holds placeholders: it is to be thrown away, and put together anew after
    `make_missing`, which takes long and should not be done while others wait.
    """

    __slots__ = ("missing",)

    def __init__(self) -> None:
        self.missing: list[FileSpec] = []

    def metadata(self, spec: FileSpec) -> dict[str, Any]:
        """MediaMetaData of the file. Shared: must not be changed."""
        found = metadata(spec)
        if found is None:
            self.missing.append(spec)
            return placeholder(spec).metadata
        return found

    def content(self, spec: FileSpec) -> bytes:
        """The bytes of the file."""
        found = content(spec)
        if found is None:
            self.missing.append(spec)
            return placeholder(spec).content
        return found

    def make_missing(self) -> None:
        """Makes what was missing. May take seconds; raises nothing."""
        for spec in self.missing:
            make(spec)

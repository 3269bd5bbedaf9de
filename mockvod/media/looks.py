"""What tells the files of one request from those of another, and one file of a request from the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from mockvod.media.file_spec import FileSpec

#: Members that tell calls apart and not what they ask for.
_NOT_SEEN = frozenset({"SessionContext", "SessionId", "TasksPriority"})


def with_looks(
    specs: Iterable[FileSpec], action: str, params: Mapping[str, Any], seed: int | None = None
) -> tuple[FileSpec, ...]:
    """The files that a request asks for, each with its look.

    Equal requests get equal files; another `seed` gives others.
    """
    seen = {name: value for name, value in params.items() if name not in _NOT_SEEN}
    text = json.dumps([action, seen, seed], sort_keys=True, default=str)
    # The files of a model show one and the same thing.
    looks = ((each, 0 if each.kind == "model" else index) for index, each in enumerate(specs))
    return tuple(replace(each, look=look_of(text, number)) for each, number in looks)


def look_of(text: str, number: int) -> int:
    """The look, 48 bits, that follows from a text for the file of that number."""
    return int.from_bytes(sha256(f"{number} {text}".encode()).digest()[:6], "big")

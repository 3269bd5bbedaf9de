"""Values as bytes: what every store keeps, so that nobody can change in place what is stored."""

from __future__ import annotations

import json
from typing import Any

import orjson

from mockvod.state.store import Value


def dump(value: Value) -> bytes:
    """JSON of `value`. Raises TypeError or ValueError for what JSON cannot hold."""
    try:
        # A copy of just its size: what orjson gives keeps its buffer of 4 KB, and stores keep many (found with 3.13.0).
        return memoryview(orjson.dumps(value)).tobytes()
    except TypeError:
        # Lone surrogates and integers beyond 64 bits come in by JSON, too; only the standard library writes them.
        return json.dumps(value, allow_nan=False).encode()


def load(data: bytes) -> Value:
    """The value of which `data` was made, anew each time."""
    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = json.loads(data)
    found: Value = value
    return found

"""Which URL names which store."""

from __future__ import annotations

from mockvod.errors import SettingsError
from mockvod.state.memory import MemoryStore
from mockvod.state.store import Store


def open_store(url: str) -> Store:
    """The store that `url` names: ``memory://``. Raises SettingsError for any other."""
    if url == "memory://":
        return MemoryStore()
    raise SettingsError(f"store: {url!r} is not a store that this version has; use memory://")

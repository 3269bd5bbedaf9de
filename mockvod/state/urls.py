"""Opens the store that a URL names."""

from __future__ import annotations

from mockvod.errors import SettingsError
from mockvod.state.memory import MemoryStore
from mockvod.state.store import Store


def open_store(url: str) -> Store:
    """Opens a store; the only URL is ``memory://``.

    Raises:
        SettingsError: It is another URL.
    """
    if url == "memory://":
        return MemoryStore()
    raise SettingsError(f"store: {url!r} is not a store that this version has; use memory://")

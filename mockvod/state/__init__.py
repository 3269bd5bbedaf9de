"""Where state lives: a store chosen by URL."""

from mockvod.state.memory import MemoryStore
from mockvod.state.store import Saved, Store, Transaction, Value
from mockvod.state.urls import open_store

__all__ = ["MemoryStore", "Saved", "Store", "Transaction", "Value", "open_store"]

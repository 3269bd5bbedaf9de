"""The store that holds the state of a mock, chosen by URL."""

from mockvod.state.memory import MemoryStore
from mockvod.state.store import LAST, Entry, Saved, Store, Transaction
from mockvod.state.tables import Table, Value, json_table
from mockvod.state.urls import open_store

__all__ = [
    "LAST",
    "Entry",
    "MemoryStore",
    "Saved",
    "Store",
    "Table",
    "Transaction",
    "Value",
    "json_table",
    "open_store",
]

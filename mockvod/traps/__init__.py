"""Traps: scenarios that real clients of the service have failed in. adapters.py says how a client is run through them."""

from mockvod.traps.adapters import OPTIONAL_METHODS, Server
from mockvod.traps.registry import GROUPS, TRAPS
from mockvod.traps.run import run, run_trap
from mockvod.traps.trap import Result, Trap

__all__ = ["GROUPS", "OPTIONAL_METHODS", "TRAPS", "Result", "Server", "Trap", "run", "run_trap"]

"""What clients of the service have been caught by, to run a client through: see adapters.py for how."""

from mockvod.traps.adapters import PARTS, Server
from mockvod.traps.registry import GROUPS, TRAPS
from mockvod.traps.run import run, run_trap
from mockvod.traps.trap import Result, Trap

__all__ = ["GROUPS", "PARTS", "TRAPS", "Result", "Server", "Trap", "run", "run_trap"]

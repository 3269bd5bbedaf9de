"""What the API 3.0 gateway does before any service sees a call. Pure functions over values; knows no service."""

from mockvod.gateway.gate import Gate
from mockvod.gateway.order import CHECKS, Check, admit

__all__ = ["CHECKS", "Check", "Gate", "admit"]

"""What the API 3.0 gateway does before any service sees a call. Pure functions over values; knows no service."""

from mockvod.call.envelope import failure, success
from mockvod.gateway.admission import Admission, Gate
from mockvod.gateway.order import CHECKS, Check, admit

__all__ = ["CHECKS", "Admission", "Check", "Gate", "admit", "failure", "success"]

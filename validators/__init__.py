"""Contracts and values in, findings out; knows nothing of the server."""

from typing import TYPE_CHECKING

from mockvod.validators.catalog import Catalog, Contract, ContractFileError, UnknownAction, catalog
from mockvod.validators.compile import Member, Structure
from mockvod.validators.findings import ContractError, Finding
from mockvod.validators.replies import Reply, error_codes, reply
from mockvod.validators.request import validate_request
from mockvod.validators.response import validate_response

if TYPE_CHECKING:
    from mockvod.validators.signature import Explanation, LineDifference, explain_signature

__all__ = [
    "Catalog",
    "Contract",
    "ContractError",
    "ContractFileError",
    "Explanation",
    "Finding",
    "LineDifference",
    "Member",
    "Reply",
    "Structure",
    "UnknownAction",
    "catalog",
    "error_codes",
    "explain_signature",
    "reply",
    "validate_request",
    "validate_response",
]


def __getattr__(name: str) -> object:
    # Explaining takes ten modules, and most programs never see a signature that needs it.
    if name in ("Explanation", "LineDifference", "explain_signature"):
        from mockvod.validators import signature

        return getattr(signature, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

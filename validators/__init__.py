"""Contracts and values in, findings out; knows nothing of the server."""

from mockvod.validators.catalog import Catalog, Contract, ContractFileError, UnknownAction, catalog
from mockvod.validators.compile import Member, Structure
from mockvod.validators.findings import ContractError, Finding
from mockvod.validators.replies import Reply, error_codes, reply
from mockvod.validators.request import validate_request
from mockvod.validators.response import validate_response

__all__ = [
    "Catalog",
    "Contract",
    "ContractError",
    "ContractFileError",
    "Finding",
    "Member",
    "Reply",
    "Structure",
    "UnknownAction",
    "catalog",
    "error_codes",
    "reply",
    "validate_request",
    "validate_response",
]

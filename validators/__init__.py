"""Checks requests, answers, media files and signatures against the contracts; knows nothing of the server.

Every check takes values and returns findings. `strategies` generates such values for Hypothesis.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mockvod.validators.contracts.catalog import Catalog, Contract, UnknownAction, catalog
from mockvod.validators.contracts.compile import Member, Structure
from mockvod.validators.contracts.conditions import Condition
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.rules import Rule
from mockvod.validators.errors import MockvodError, NotInstalledError
from mockvod.validators.findings import ContractError, Finding
from mockvod.validators.replies import Reply, error_codes, reply
from mockvod.validators.request import validate_request
from mockvod.validators.response import validate_response

if TYPE_CHECKING:
    from mockvod.validators.media import MediaNotInstalled, check_media
    from mockvod.validators.signature import Explanation, LineDifference, explain_signature

__all__ = [
    "Catalog",
    "Condition",
    "Contract",
    "ContractError",
    "ContractFileError",
    "Explanation",
    "Finding",
    "LineDifference",
    "MediaNotInstalled",
    "Member",
    "MockvodError",
    "NotInstalledError",
    "Reply",
    "Rule",
    "Structure",
    "UnknownAction",
    "catalog",
    "check_media",
    "error_codes",
    "explain_signature",
    "reply",
    "validate_request",
    "validate_response",
]

#: Name -> the module that it is imported from when first asked for. Explaining a signature takes ten modules and media
#: a library of its own, and most programs need neither.
_LAZY = {
    "Explanation": "signature",
    "LineDifference": "signature",
    "MediaNotInstalled": "media",
    "check_media": "media",
    "explain_signature": "signature",
}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

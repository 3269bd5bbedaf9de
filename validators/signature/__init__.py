"""Signs, verifies and explains requests in both signature versions of the API gateway.

`tc3` is TC3-HMAC-SHA256 (version 3), `v1` is HmacSHA1 and HmacSHA256 (version 1).
"""

from typing import TYPE_CHECKING

from mockvod.validators.signature import services, tc3, v1
from mockvod.validators.signature.tc3 import (
    Authorization,
    AuthorizationError,
    RequestParts,
    Signed,
    parse_authorization,
)

if TYPE_CHECKING:
    from mockvod.validators.signature.explain import Explanation, LineDifference, explain_signature

__all__ = [
    "Authorization",
    "AuthorizationError",
    "Explanation",
    "LineDifference",
    "RequestParts",
    "Signed",
    "explain_signature",
    "parse_authorization",
    "services",
    "tc3",
    "v1",
]


def __getattr__(name: str) -> object:
    # Explaining takes ten modules, and most programs never have to explain a signature.
    if name in ("Explanation", "LineDifference", "explain_signature"):
        from mockvod.validators.signature import explain

        return getattr(explain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Explains why a signature does not match: which line differs, and what to do about it.

First comes what the gateway checks before the signature (`scope`). Then the request is signed again with the mistakes
that clients make (`mistakes_tc3`, `mistakes_v1`), until one leads to the signature that was sent (`search`).
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from mockvod.validators.signature import explain_tc3, explain_v1
from mockvod.validators.signature.explanation import Explanation, LineDifference
from mockvod.validators.signature.tc3 import RequestParts

__all__ = ["Explanation", "LineDifference", "explain_signature"]

_NO_KEYS: Mapping[str, str] = MappingProxyType({})


def explain_signature(
    request: RequestParts,
    secret_key: str,
    *,
    params: Mapping[str, str] | None = None,
    other_keys: Mapping[str, str] = _NO_KEYS,
    canonical_request: str | None = None,
    services: Collection[str] | None = None,
) -> Explanation:
    """Explains the signature of a request: of version 3 if it has an Authorization header, else of version 1.

    Neither the age of the signature nor the existence of its SecretId is checked. No request makes it raise an
    exception.

    Args:
        request: The request, as it was received.
        secret_key: The SecretKey of the account that the request names.
        params: For version 1, the decoded parameters; by default they are read from the query or the form.
        other_keys: SecretId -> SecretKey of other accounts, to recognise a pair that was mixed up.
        canonical_request: The CanonicalRequest that the client has computed, to be compared line by line.
        services: The services that Credential may name, the right one first; by default those of the Host header.

    Returns:
        The explanation, in which no key occurs.
    """
    if "authorization" in request.headers:
        token = request.headers.get("x-tc-token", "")
        explanation = explain_tc3.explain(
            request, secret_key, other_keys=other_keys, client_canonical=canonical_request, services=services
        )
    else:
        params = explain_v1.read_params(request) if params is None else params
        token = params.get("Token", "")
        explanation = explain_v1.explain(request, secret_key, params, other_keys=other_keys)
    return explanation.redacted((secret_key, *other_keys.values(), token))

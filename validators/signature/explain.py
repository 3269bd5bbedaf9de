"""Say why a signature does not match: which line differs, and what to do about it.

Method: check what the gateway checks before the signature (`scope`), then sign the request again with the mistakes
that clients make (`mistakes_tc3`, `mistakes_v1`) until one gives the signature that was sent (`search`).
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
    """Explain the signature of a request whose SecretId has the key `secret_key`; never raises on what a client sends.

    An Authorization header makes it version 3, else it is version 1, whose decoded `params` are read from query or
    form body when they are not given. `other_keys` maps other SecretIds to their keys, to recognise a mixed-up pair.
    `canonical_request`, the client's own, is compared line by line with the server's. `services` are those that a
    Credential may name; by default `scope.accepted_services` of the host. The age of the signature and the existence
    of its SecretId are not looked at.
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
    return explanation.without((secret_key, *other_keys.values(), token))

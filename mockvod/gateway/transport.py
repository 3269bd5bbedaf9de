"""Checks on what carries a call: who sends it, by which method, how large."""

from __future__ import annotations

from mockvod.call.admitted import Scheme
from mockvod.errors import ApiError
from mockvod.gateway.gate import Gate
from mockvod.http import HttpRequest

#: Documented: request structure page of VOD, 2025-10-30. The 10 MB are 10 485 760 bytes (observed).
GET_LIMIT = 32 * 1024
V1_POST_LIMIT = 1024 * 1024
V3_POST_LIMIT = 10 * 1024 * 1024


def check_address(peer: str, gate: Gate) -> None:
    """Refuses callers by address, where the settings list any."""
    settings = gate.settings
    if peer in settings.blocked_ips:
        raise ApiError("ip_in_blacklist", explanation=f"{peer} is in the setting blocked_ips")
    if settings.allowed_ips and peer not in settings.allowed_ips:
        raise ApiError("ip_not_in_whitelist", explanation=f"{peer} is not in the setting allowed_ips")


def check_method(request: HttpRequest) -> None:
    """GET and POST only (documented)."""
    method = request.method
    if method != "POST" and method != "GET":
        raise ApiError("unsupported_protocol", explanation=f"{method} is not GET or POST")


def check_size(request: HttpRequest, scheme: Scheme) -> None:
    """Each way to sign and send has its own limit, taken here as bytes of the query string or of the body."""
    if request.method == "GET":
        size, limit, what = len(request.query), GET_LIMIT, "query string"
    else:
        size, limit, what = len(request.body), V3_POST_LIMIT if scheme == "v3" else V1_POST_LIMIT, "body"
    if size <= limit:
        return
    # A POST that v1 cannot carry gets its own text, which names the way out (recorded).
    too_big_for_v1 = scheme == "v1" and request.method == "POST"
    raise ApiError(
        "signature_too_big" if too_big_for_v1 else "request_too_large",
        explanation=f"the {what} is larger than the limit of {limit} bytes",
    )

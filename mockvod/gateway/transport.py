"""Checks on what carries a call: who sends it, by which method, how large."""

from __future__ import annotations

from mockvod.errors import ApiError
from mockvod.gateway.admission import Admission, Gate

#: Documented: request structure page of VOD, 2025-10-30. The 10 MB are 10 485 760 bytes (observed).
GET_LIMIT = 32 * 1024
V1_POST_LIMIT = 1024 * 1024
V3_POST_LIMIT = 10 * 1024 * 1024


def check_address(admission: Admission, gate: Gate) -> None:
    """Refuses callers by address, where the settings list any."""
    settings, peer = gate.settings, admission.request.peer
    if peer in settings.blocked_ips:
        raise ApiError("ip_in_blacklist", explanation=f"{peer} is in the setting blocked_ips")
    if settings.allowed_ips and peer not in settings.allowed_ips:
        raise ApiError("ip_not_in_whitelist", explanation=f"{peer} is not in the setting allowed_ips")


def check_method(admission: Admission, gate: Gate) -> None:
    """GET and POST only (documented)."""
    method = admission.request.method
    if method != "POST" and method != "GET":
        raise ApiError("unsupported_protocol", explanation=f"{method} is not GET or POST")


def check_size(admission: Admission, gate: Gate) -> None:
    """Each way to sign and send has its own limit, taken here as bytes of the query string or of the body."""
    request = admission.request
    if request.method == "GET":
        size, limit, what = len(request.query), GET_LIMIT, "query string"
    else:
        limit = V3_POST_LIMIT if admission.scheme == "v3" else V1_POST_LIMIT
        size, what = len(request.body), "body"
    if size <= limit:
        return
    # A POST that v1 cannot carry gets its own text, which names the way out (recorded).
    too_big_for_v1 = admission.scheme == "v1" and request.method == "POST"
    raise ApiError(
        "signature_too_big" if too_big_for_v1 else "request_too_large",
        explanation=f"the {what} is larger than the limit of {limit} bytes",
    )

"""Checks of the HTTP request itself: the caller's address, the method and the size."""

from __future__ import annotations

from mockvod.call.admitted import Scheme
from mockvod.errors import ApiError
from mockvod.gateway.gate import Gate
from mockvod.http import HttpRequest

#: Documented: page 266/34112, 2025-10-30. Observed: the 10 MB are 10,485,760 bytes.
GET_LIMIT = 32 * 1024
V1_POST_LIMIT = 1024 * 1024
V3_POST_LIMIT = 10 * 1024 * 1024


def check_address(peer: str, gate: Gate) -> None:
    """Checks the caller's address against the lists in the settings.

    Raises:
        ApiError: The address is blocked, or not among the allowed ones.
    """
    settings = gate.settings
    if peer in settings.blocked_ips:
        raise ApiError("ip_in_blacklist", explanation=f"{peer} is in the setting blocked_ips")
    if settings.allowed_ips and peer not in settings.allowed_ips:
        raise ApiError("ip_not_in_whitelist", explanation=f"{peer} is not in the setting allowed_ips")


def check_method(request: HttpRequest) -> None:
    """Checks the method: GET and POST only (documented on page 266/34112).

    Raises:
        ApiError: It is another one.
    """
    method = request.method
    if method != "POST" and method != "GET":
        raise ApiError("unsupported_protocol", explanation=f"{method} is not GET or POST")


def check_size(request: HttpRequest, scheme: Scheme) -> None:
    """Checks the size against the limit of the signature family and method: bytes of the query string or of the body.

    Raises:
        ApiError: The request is larger.
    """
    if request.method == "GET":
        size, limit, what = len(request.query), GET_LIMIT, "query string"
    else:
        size, limit, what = len(request.body), V3_POST_LIMIT if scheme == "v3" else V1_POST_LIMIT, "body"
    if size <= limit:
        return
    # Recorded: a POST that is too large for v1 has a text of its own, which recommends TC3 (tencentcloud-sdk-python,
    # issue 42).
    too_big_for_v1 = scheme == "v1" and request.method == "POST"
    raise ApiError(
        "signature_too_big" if too_big_for_v1 else "request_too_large",
        explanation=f"the {what} is larger than the limit of {limit} bytes",
    )

"""Cross-origin calls from pages in a browser (Fetch standard, section 3.2), with the setting `cors_origin` only.

The service itself answers no preflight (assumed: no document mentions CORS, and keys do not belong in a page).
"""

from __future__ import annotations

from collections.abc import Mapping

from mockvod.http import HttpResponse

Headers = tuple[tuple[str, str], ...]
#: How long a browser may remember the answer to a preflight, in seconds.
_MAX_AGE = "600"


def cors_headers(origin: str) -> Headers:
    """The headers that let pages of an origin read an answer; none for "". ``*`` stands for all origins."""
    if not origin:
        return ()
    vary: Headers = () if origin == "*" else (("Vary", "Origin"),)
    return ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", "*"), *vary


def preflight(origin: str, method: str, headers: Mapping[str, str]) -> HttpResponse | None:
    """The answer to the question of a browser whether it may call; None for any other request, and for the origin ""."""
    if not origin or method != "OPTIONS" or "access-control-request-method" not in headers:
        return None
    allowed = (
        ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
        ("Access-Control-Allow-Headers", headers.get("access-control-request-headers", "*")),
        ("Access-Control-Max-Age", _MAX_AGE),
    )
    return HttpResponse(204, (*cors_headers(origin), *allowed), b"")

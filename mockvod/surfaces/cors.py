"""Cross-origin calls from pages in a browser (Fetch standard, section 3.2), with the setting `cors_origin` only.

The service itself answers no preflight (assumed: no document mentions CORS, and keys do not belong in a page).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mockvod.http import HttpResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Headers = tuple[tuple[str, str], ...]
#: How long a browser may remember the answer to a preflight, in seconds.
_MAX_AGE = "600"


class Cors:
    """The headers for pages of one origin.

    Args:
        origin: Such as ``http://localhost:3000``; ``*`` stands for all origins, and "" for none.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        vary: Headers = () if origin == "*" else (("Vary", "Origin"),)
        allowed: Headers = (("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", "*"), *vary)
        #: What lets pages of the origin read an answer; nothing for "".
        self.headers: Headers = allowed if origin else ()

    def preflight(self, method: str, headers: Mapping[str, str]) -> HttpResponse | None:
        """The answer to a browser that asks whether it may call; None for any other request, and where nobody may."""
        if not self.origin or method != "OPTIONS" or "access-control-request-method" not in headers:
            return None
        allowed = (
            ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
            ("Access-Control-Allow-Headers", headers.get("access-control-request-headers", "*")),
            ("Access-Control-Max-Age", _MAX_AGE),
        )
        return HttpResponse(204, (*self.headers, *allowed), b"")

    def added(self, response: HttpResponse) -> HttpResponse:
        """The response with the headers."""
        if not self.headers:
            return response
        return HttpResponse(response.status, (*response.headers, *self.headers), response.body, response.effect)

    def wrapped(self, start_response: StartResponse) -> StartResponse:
        """The WSGI function with the headers."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *self.headers], exc_info)

        return start

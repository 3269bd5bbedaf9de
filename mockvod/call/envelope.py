"""What an answer looks like on the wire.

Recorded in 353 replies: status 200 whatever the outcome, Content-Type without a charset, compact
JSON in raw UTF-8, ``Error`` before ``RequestId`` and nothing else in a refusal.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import Any

import orjson

from mockvod.http import HttpRequest, HttpResponse, printable
from mockvod.validators.replies import Reply

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_CONTENT_TYPE = ("Content-Type", "application/json")

#: Ours, not the service's: says in plain words why a call was refused.
EXPLAIN_HEADER = "X-Mockvod-Explain"


def success(request: HttpRequest, request_id: str, answer: dict[str, Any]) -> HttpResponse:
    """The envelope of a result; RequestId comes last, as in most published examples (order is no promise)."""
    return _respond(request, {**answer, "RequestId": request_id})


def failure(request: HttpRequest, request_id: str, reply: Reply, explanation: str = "") -> HttpResponse:
    """The envelope of a refusal, with our explanation in a header of our own."""
    error = {"Code": reply.code, "Message": reply.message}
    response = _respond(request, {"Error": error, "RequestId": request_id})
    if not explanation:
        return response
    header = (EXPLAIN_HEADER, printable(explanation, 1000))
    return HttpResponse(response.status, (*response.headers, header), response.body)


def _respond(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    try:
        body = orjson.dumps({"Response": content})
    except TypeError:
        # A lone surrogate, which can come in through a JSON escape, has no UTF-8 form; orjson refuses it.
        body = _encode({"Response": content}).encode("utf-8", "replace")
    trace = request.headers.get("x-tc-traceid")
    if trace is None:
        return HttpResponse(200, (_CONTENT_TYPE,), body)
    return HttpResponse(200, (_CONTENT_TYPE, ("X-TC-TraceId", printable(trace, 128))), body)

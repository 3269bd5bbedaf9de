"""The response to a call as bytes.

As in 353 recorded responses of tencentcloudapi.com (cassettes of cloud-custodian, tools/c7n_tencentcloud): status 200
whatever the outcome, Content-Type without a charset, compact JSON in plain UTF-8, and in a refusal ``Error`` and then
``RequestId`` alone.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import Any

import msgspec

from mockvod.call.admitted import Admitted, Call
from mockvod.call.outcome import Answer, Ending, Lost
from mockvod.http import HttpRequest, HttpResponse, printable

_encode = msgspec.json.Encoder().encode
_encode_anything = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_CONTENT_TYPE = ("Content-Type", "application/json")

#: A header of our own, which the service does not have: why a call was refused, in plain words.
EXPLAIN_HEADER = "X-Mockvod-Explain"


def render(call: Call, ending: Ending) -> HttpResponse:
    """Makes the response to a call; for a lost call, one with an empty body."""
    request, request_id = call.request, call.request_id
    if isinstance(ending, Answer):
        # RequestId comes last, as in most published examples; clients must not depend on the order.
        return _respond(request, {**ending.content, "RequestId": request_id})
    if isinstance(ending, Lost):
        return HttpResponse(200, (_CONTENT_TYPE,), b"")
    refusal = ending.refusal
    reply = refusal.reply(call.common.language if isinstance(call, Admitted) else call.language)
    error = {"Code": reply.code, "Message": reply.message}
    response = _respond(request, {"Error": error, "RequestId": request_id})
    if not refusal.explanation:
        return response
    header = (EXPLAIN_HEADER, printable(refusal.explanation, 1000))
    return HttpResponse(response.status, (*response.headers, header), response.body)


def _respond(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    try:
        body = _encode({"Response": content})
    except UnicodeEncodeError:
        # msgspec refuses lone surrogates, which a request can bring as a JSON escape and which UTF-8 cannot encode.
        body = _encode_anything({"Response": content}).encode("utf-8", "replace")
    trace = request.headers.get("x-tc-traceid")
    if trace is None:
        return HttpResponse(200, (_CONTENT_TYPE,), body)
    return HttpResponse(200, (_CONTENT_TYPE, ("X-TC-TraceId", printable(trace, 128))), body)

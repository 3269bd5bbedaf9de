"""What an answer looks like on the wire.

Recorded in 353 replies: status 200 whatever the outcome, Content-Type without a charset, compact
JSON in raw UTF-8, ``Error`` before ``RequestId`` and nothing else in a refusal.
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

#: Ours, not the service's: says in plain words why a call was refused.
EXPLAIN_HEADER = "X-Mockvod-Explain"


def render(call: Call, ending: Ending) -> HttpResponse:
    """The answer to a call on the wire. That of a call which was neither done nor answered is empty."""
    request, request_id = call.request, call.request_id
    if isinstance(ending, Answer):
        # RequestId comes last, as in most published examples (order is no promise).
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
        # A lone surrogate, which can come in through a JSON escape, has no UTF-8 form; msgspec refuses it.
        body = _encode_anything({"Response": content}).encode("utf-8", "replace")
    trace = request.headers.get("x-tc-traceid")
    if trace is None:
        return HttpResponse(200, (_CONTENT_TYPE,), body)
    return HttpResponse(200, (_CONTENT_TYPE, ("X-TC-TraceId", printable(trace, 128))), body)

"""The refusals of those faults that refuse a call, with the service's own texts where they are known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockvod.call.admitted import Admitted
from mockvod.errors import ApiError
from mockvod.gateway.authenticate import MAX_SKEW
from mockvod.validators.replies import meaning, reply, reply_keys, reply_values

Details = Mapping[str, Any]


class HitCall(NamedTuple):
    """A call that a fault hits."""

    call: Admitted
    #: Which of the fault's hits this is, from 1.
    number: int
    #: The time by the machine's clock, UNIX seconds.
    wall: float
    #: How many calls per second are allowed; None for any number.
    rate: int | None


def error(details: Details, hit: HitCall) -> ApiError:
    """Refuses with the fault's code; the text is the fault's message, the known text, or the meaning of the code."""
    code, message = details["code"], details["message"]
    if message is not None:
        return ApiError("message", code=code, message=message)
    key = _text_of(code)
    if key is not None:
        return ApiError(key)
    text = meaning(code)
    return ApiError("message", code=code, message=f"{text[:1].upper()}{text[1:]}.")


def _text_of(code: str) -> str | None:
    """The key of a text for a code that takes no values: the only one, or the one named like the code; else None."""
    keys = [each for each in sorted(reply_keys()) if not reply_values(each) and reply(each).code == code]
    named = re.sub(r"(?<!^)(?=[A-Z])", "_", code.rpartition(".")[2]).lower()
    if named in keys:
        return named
    return keys[0] if len(keys) == 1 else None


def rate_limit(details: Details, hit: HitCall) -> ApiError:
    """Refuses as for the first call beyond the limit of a second, and the calls after it."""
    if hit.rate is None:
        return ApiError("rate_limit_no_numbers")
    # Recorded: the count rises beyond the limit as more calls come.
    return ApiError("rate_limit", count=hit.rate + hit.number, limit=hit.rate)


def clock_skew(details: Details, hit: HitCall) -> ApiError | None:
    """Refuses as a server whose clock is `seconds` ahead; None where that is within the allowed five minutes."""
    call, seconds = hit.call, details["seconds"]
    timestamp = call.common.timestamp
    # As in the gateway, the caller may sign by the mock's clock or by the machine's.
    nearer = min(call.now, hit.wall, key=lambda moment: abs(moment - timestamp))
    server = int(nearer + seconds)
    if not call.signed or abs(server - timestamp) <= MAX_SKEW:
        return None
    explanation = f"a fault of the test: the server's clock is {seconds} s off, and {MAX_SKEW} are allowed"
    return ApiError("signature_expire", server_time=server, explanation=explanation)

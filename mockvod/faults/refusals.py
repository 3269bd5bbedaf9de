"""What the faults that refuse a call answer, in the service's own words where they are known."""

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
    #: What the machine's clock says, UNIX seconds.
    wall: float
    #: The calls per second that are allowed, None for no limit.
    rate: int | None


def error(details: Details, hit: HitCall) -> ApiError:
    """The code that was ordered, with the message that was, or the text that is known, or the code's meaning."""
    code, message = details["code"], details["message"]
    if message is not None:
        return ApiError("message", code=code, message=message)
    key = _text_of(code)
    if key is not None:
        return ApiError(key)
    text = meaning(code)
    return ApiError("message", code=code, message=f"{text[:1].upper()}{text[1:]}.")


def _text_of(code: str) -> str | None:
    """The key of the one text of a code that takes no values, or of the one named like it; None when unclear."""
    keys = [each for each in sorted(reply_keys()) if not reply_values(each) and reply(each).code == code]
    named = re.sub(r"(?<!^)(?=[A-Z])", "_", code.rpartition(".")[2]).lower()
    if named in keys:
        return named
    return keys[0] if len(keys) == 1 else None


def rate_limit(details: Details, hit: HitCall) -> ApiError:
    """As for the first call too many of a second, and the next ones."""
    if hit.rate is None:
        return ApiError("rate_limit_no_numbers")
    # Recorded: the count runs on past the limit while the storm lasts.
    return ApiError("rate_limit", count=hit.rate + hit.number, limit=hit.rate)


def clock_skew(details: Details, hit: HitCall) -> ApiError | None:
    """As by a server whose clock is `seconds` ahead; None where that is within the five minutes."""
    call, seconds = hit.call, details["seconds"]
    timestamp = call.common.timestamp
    # As the gateway: the caller has signed by the mock's clock or by the machine's, whichever is nearer.
    nearer = min(call.now, hit.wall, key=lambda moment: abs(moment - timestamp))
    server = int(nearer + seconds)
    if not call.signed or abs(server - timestamp) <= MAX_SKEW:
        return None
    explanation = f"a fault of the test: the server's clock is {seconds} s off, and {MAX_SKEW} are allowed"
    return ApiError("signature_expire", server_time=server, explanation=explanation)

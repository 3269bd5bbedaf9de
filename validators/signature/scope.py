"""What is wrong with an Authorization header before its signature is looked at.

The order is that of the gateway: timestamp, form of the header, scope (source: recorded answers; that the timestamp
comes first is inferred from expired requests with fictitious keys).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date as calendar_date

from mockvod.validators.signature.explanation import LineDifference
from mockvod.validators.signature.services import accepted_services
from mockvod.validators.signature.tc3 import (
    REQUIRED_HEADERS,
    Authorization,
    AuthorizationError,
    RequestParts,
    parse_authorization,
    utc_date,
)

# The year 5138: nobody sends it in seconds, and everybody who sends milliseconds is beyond it.
_MILLISECONDS = 10**11


@dataclass(frozen=True, slots=True)
class Problem:
    """A cause with the detail of its message, and what differs if that can be said."""

    cause: str
    detail: str
    differences: tuple[LineDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What the server computes with: where the client's part is unusable, the documented one stands in.

    `timestamp` is None when X-TC-Timestamp gives no time.
    """

    authorization: Authorization
    timestamp: int | None
    problem: Problem | None


def read(request: RequestParts, services: Collection[str] | None = None) -> Scope:
    """Read timestamp and Authorization header, and say what is wrong with them; `services` overrides the accepted ones."""
    header = request.headers.get("authorization", "")
    right = tuple(services or accepted_services(request.headers.get("host", "")))
    timestamp, date, problem = _timestamp(request.headers.get("x-tc-timestamp"))
    try:
        authorization = parse_authorization(header)
    except AuthorizationError as error:
        stand_in = Authorization("", date, right[0], REQUIRED_HEADERS, "")
        return Scope(stand_in, timestamp, problem or _malformed(header, error))
    corrected = Authorization(
        authorization.secret_id,
        date or authorization.date,
        authorization.service if authorization.service in right else right[0],
        authorization.signed_headers,
        authorization.signature,
    )
    if problem is None and authorization.service not in right:
        detail = f"The service in Credential is {authorization.service!r}"
        differs = LineDifference("StringToSign: service", right[0], authorization.service)
        problem = Problem("wrong_service", detail, (differs,))
    if problem is None and authorization.date != date:
        detail = f"The date in Credential is {authorization.date}, {_compared(authorization.date, date)}"
        differs = LineDifference("StringToSign: date", date, authorization.date)
        problem = Problem("wrong_date", detail, (differs,))
    return Scope(corrected, timestamp, problem)


def _timestamp(sent: str | None) -> tuple[int | None, str, Problem | None]:
    if sent is None:
        return None, "", Problem("timestamp_invalid", "but the header is missing")
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 20):
        return None, "", Problem("timestamp_invalid", f"not {sent[:40]!r}")
    seconds = int(sent)
    if seconds >= _MILLISECONDS:
        differs = LineDifference("StringToSign: timestamp", str(seconds // 1000), sent)
        return None, "", Problem("timestamp_milliseconds", sent, (differs,))
    return seconds, utc_date(seconds), None


def _malformed(header: str, error: AuthorizationError) -> Problem:
    if header.strip() == "SKIP":
        return Problem("authorization_skipped", "")
    cause = "signed_headers_incomplete" if error.field == "SignedHeaders" else "authorization_malformed"
    return Problem(cause, str(error))


def _compared(sent: str, right: str) -> str:
    try:
        off = (calendar_date.fromisoformat(sent) - calendar_date.fromisoformat(right)).days
    except ValueError:
        return f"which is no day; X-TC-Timestamp is on {right}"
    where = {1: "the day after", -1: "the day before"}.get(off)
    if where is None:
        return f"but X-TC-Timestamp is on {right} in UTC"
    return f"{where} the UTC date {right} of X-TC-Timestamp, as a local clock may give it"

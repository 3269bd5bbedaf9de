"""Finds what is wrong with an Authorization header apart from its signature.

The order is that of the gateway: timestamp, form of the header, scope (recorded answers). That the timestamp comes first
is inferred: the sample request of the "Signature" page, with its fictitious SecretId, is said to be answered as expired.
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

#: Timestamps from here on are milliseconds: in seconds it is the year 5138, in milliseconds March 1973.
_MILLISECONDS = 10**11


@dataclass(frozen=True, slots=True)
class Problem:
    """A cause with the detail that its message takes, and the lines that differ where they can be named."""

    cause: str
    detail: str
    differences: tuple[LineDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What the server computes the signature with, and what is wrong with what the client sent.

    A part of the Authorization header that cannot be used is replaced by the documented one. `timestamp` is None where
    X-TC-Timestamp is missing or no time.
    """

    authorization: Authorization
    timestamp: int | None
    problem: Problem | None


def read(request: RequestParts, services: Collection[str] | None = None) -> Scope:
    """Reads X-TC-Timestamp and the Authorization header.

    Args:
        request: The request.
        services: The services that Credential may name, the right one first; by default those of the Host header.
    """
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

"""TC3-HMAC-SHA256, the signature of version 3: parse, sign, verify.

What is signed, in two texts (source: "Signature v3" page of the API documentation, its 2019 vectors included):

    CanonicalRequest  method, "/", query, one `name:value` line a signed header, blank line, SignedHeaders, hash of payload
    StringToSign      algorithm, X-TC-Timestamp, date/service/tc3_request, hash of CanonicalRequest

Rules:

1. GET signs the raw query and an empty payload; POST signs an empty query, even if the URL carries one, and its body.
2. Header values are trimmed and lower-cased; names are lower-cased and stand in ASCII order, however the client lists them
   (that a client may list them in another order is assumed).
3. `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` puts that text in the place of the payload (source: recorded SDK behaviour).
4. The query is never decoded and encoded again: SDKs differ in order and in how they write a blank (recorded).
5. The Host header counts as received; a port may be missing from the signed value (the Node SDK signs so: recorded).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from functools import lru_cache
from typing import Protocol

from mockvod.validators.errors import MockvodError

ALGORITHM = "TC3-HMAC-SHA256"
TERMINATOR = "tc3_request"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
REQUIRED_HEADERS = ("content-type", "host")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = calendar_date(1970, 1, 1).toordinal()
_DAY = 86_400


class RequestParts(Protocol):
    """What of an HTTP request a signature covers; values are as received, nothing decoded."""

    @property
    def method(self) -> str: ...
    @property
    def query(self) -> str:
        """The raw query string, without the question mark."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case names; values exactly as received."""
        ...

    @property
    def body(self) -> bytes: ...


class AuthorizationError(MockvodError, ValueError):
    """An Authorization header the gateway would refuse before it looks at the signature.

    `field` names the part at fault: Algorithm, Credential, Service, Date, Terminator, SignedHeaders or Signature.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Authorization:
    """A parsed Authorization header; `signed_headers` and `signature` are as the client wrote them."""

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with the texts it was made from; version 1 leaves `canonical_request` and `authorization` empty."""

    canonical_request: str
    string_to_sign: str
    signature: str
    authorization: str


def parse_authorization(value: str) -> Authorization:
    """Take apart `TC3-HMAC-SHA256 Credential=id/date/service/tc3_request, SignedHeaders=a;b, Signature=hex`.

    Raises AuthorizationError, whose `field` says which part is malformed. The three parts are wanted in this order, and
    blanks around their commas are let pass (both assumed). Whether the service and the date fit the request is for the
    gateway to say; the form of the signature is not looked at, as a wrong one simply does not match.
    """
    algorithm, _, rest = value.strip().partition(" ")
    if algorithm != ALGORITHM:
        raise AuthorizationError("Algorithm", f"Authorization must begin with {ALGORITHM!r}, not {algorithm!r}")
    parts = rest.split(",")
    credential = _part(parts, 0, "Credential")
    scope = credential.split("/")
    if len(scope) != 4 or not scope[0]:
        raise AuthorizationError(
            "Credential", f"Credential must be SecretId/date/service/{TERMINATOR}, not {credential!r}"
        )
    secret_id, date, service, terminator = scope
    if not _DATE.fullmatch(date):
        raise AuthorizationError("Date", f"the date in Credential must be written YYYY-MM-DD, not {date!r}")
    if not service:
        raise AuthorizationError("Service", "the service in Credential is empty")
    if terminator != TERMINATOR:
        raise AuthorizationError("Terminator", f"Credential must end in {TERMINATOR!r}, not {terminator!r}")
    listed = _part(parts, 1, "SignedHeaders")
    signed_headers = tuple(listed.split(";"))
    names, _ = in_order(signed_headers)
    missing = [name for name in REQUIRED_HEADERS if name not in names]
    if missing:
        raise AuthorizationError("SignedHeaders", f"SignedHeaders {listed!r} lacks {' and '.join(missing)}")
    signature = _part(parts, 2, "Signature")
    if len(parts) > 3:
        raise AuthorizationError("Signature", f"Authorization has text after its Signature: {','.join(parts[3:])!r}")
    return Authorization(secret_id, date, service, signed_headers, signature)


def _part(parts: list[str], position: int, label: str) -> str:
    name, _, value = parts[position].strip().partition("=") if position < len(parts) else ("", "", "")
    if name != label or not value:
        raise AuthorizationError(label, f"part {position + 1} of Authorization must be {label}=…")
    return value


@lru_cache(maxsize=256)
def in_order(signed_headers: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Give the names a signature covers, lower-cased and in ASCII order, as a tuple and as the SignedHeaders line."""
    names = tuple(sorted({name.lower() for name in signed_headers}))
    return names, ";".join(names)


def canonical_request(request: RequestParts, signed_headers: Iterable[str], *, host: str | None = None) -> str:
    """Write the CanonicalRequest; `host` takes the place of the Host header's value.

    A signed header that the request lacks counts as empty (assumed).
    """
    names, listed = in_order(tuple(signed_headers))
    headers = request.headers if host is None else {**request.headers, "host": host}
    value = headers.get
    lines = "".join([f"{name}:{value(name, '').strip().lower()}\n" for name in names])
    method = request.method
    query, payload = (request.query, b"") if method == "GET" else ("", request.body)
    if value("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
        payload = UNSIGNED_PAYLOAD.encode()
    return f"{method}\n/\n{query}\n{lines}\n{listed}\n{hashlib.sha256(payload).hexdigest()}"


def string_to_sign(canonical: str, timestamp: int | str, date: str, service: str) -> str:
    """Write the StringToSign; `timestamp` is X-TC-Timestamp in seconds, `date` is YYYY-MM-DD."""
    digest = hashlib.sha256(encoded(canonical)).hexdigest()
    return f"{ALGORITHM}\n{timestamp}\n{date}/{service}/{TERMINATOR}\n{digest}"


@lru_cache(maxsize=1024)
def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """Derive the key of one day and one service; remembered, as a client signs with the same one all day."""
    of_date = hmac.digest(encoded("TC3" + secret_key), encoded(date), "sha256")
    of_service = hmac.digest(of_date, encoded(service), "sha256")
    return hmac.digest(of_service, TERMINATOR.encode(), "sha256")


def utc_date(timestamp: int) -> str:
    """Give the UTC date, YYYY-MM-DD, of a UNIX time in seconds; raises ValueError outside the years 1 to 9999."""
    try:
        return calendar_date.fromordinal(_EPOCH + timestamp // _DAY).isoformat()
    except (ValueError, OverflowError):
        raise ValueError(f"timestamp {timestamp} is no UNIX time in seconds") from None


def sign(
    request: RequestParts,
    *,
    secret_id: str,
    secret_key: str,
    service: str,
    timestamp: int,
    signed_headers: Iterable[str] = REQUIRED_HEADERS,
) -> Signed:
    """Sign a request as the documentation prescribes.

    Raises ValueError when a header to be signed is not in the request, or `timestamp` is not in seconds.
    """
    names, listed = in_order(tuple(signed_headers))
    missing = [name for name in names if name not in request.headers]
    if missing:
        raise ValueError(f"cannot sign {', '.join(missing)}: the request has no such header")
    date = utc_date(timestamp)
    canonical = canonical_request(request, names)
    text = string_to_sign(canonical, timestamp, date, service)
    signature = hmac.digest(signing_key(secret_key, date, service), encoded(text), "sha256").hex()
    scope = f"{secret_id}/{date}/{service}/{TERMINATOR}"
    return Signed(
        canonical_request=canonical,
        string_to_sign=text,
        signature=signature,
        authorization=f"{ALGORITHM} Credential={scope}, SignedHeaders={listed}, Signature={signature}",
    )


def verify(request: RequestParts, authorization: Authorization, secret_key: str, timestamp: int) -> bool:
    """Say whether the signature was made from this request with this key; compares in constant time.

    Scope and age of the signature are not its business: the gateway checks them first, as the real one does.
    """
    if _matches(request, authorization, secret_key, timestamp, None):
        return True
    host = without_port(request.headers.get("host", ""))
    return host is not None and _matches(request, authorization, secret_key, timestamp, host)


def without_port(host: str) -> str | None:
    """Give the host without its `:port`, or None when it has none."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else None


def _matches(
    request: RequestParts, authorization: Authorization, secret_key: str, timestamp: int, host: str | None
) -> bool:
    canonical = canonical_request(request, authorization.signed_headers, host=host)
    text = string_to_sign(canonical, timestamp, authorization.date, authorization.service)
    mac = _keyed(secret_key, authorization.date, authorization.service).copy()
    mac.update(encoded(text))
    # Bytes, because compare_digest refuses text outside ASCII and a client may send any.
    return hmac.compare_digest(mac.hexdigest().encode(), encoded(authorization.signature))


@lru_cache(maxsize=1024)
def _keyed(secret_key: str, date: str, service: str) -> hmac.HMAC:
    """Begin an HMAC with the signing key, to be copied.

    Not hmac.digest: that lets go of the interpreter's lock at every call, and a server of several threads then spends
    more time handing the lock around than computing.
    """
    return hmac.new(signing_key(secret_key, date, service), digestmod="sha256")


def encoded(text: str) -> bytes:
    """Encode as UTF-8, lone surrogates too: a hostile header must fail to match, not raise."""
    return text.encode("utf-8", "surrogatepass")

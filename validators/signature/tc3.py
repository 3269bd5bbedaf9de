"""TC3-HMAC-SHA256, the signature of version 3: parses, signs and verifies.

Two texts are signed (source: the page "Signature v3" of the API documentation, with its test vectors of 2019):

    CanonicalRequest  method, "/", query, one `name:value` line a signed header, blank line, SignedHeaders, hash of payload
    StringToSign      algorithm, X-TC-Timestamp, date/service/tc3_request, hash of CanonicalRequest

Rules:

1. For GET the raw query and an empty payload are signed; for POST the body, and an empty query even if the URL has one.
2. Values of headers are trimmed and put in lower case. Names are put in lower case and ASCII order, whatever order the
   client lists them in (that it may list them in another order is assumed).
3. With `X-TC-Content-SHA256: UNSIGNED-PAYLOAD`, that text is signed in place of the payload (recorded from the SDKs).
4. The query is never decoded and encoded again: SDKs differ in its order and in how they encode a blank (recorded).
5. The Host header counts as received; its port may be missing from the signed value, as it is in what the Node SDK
   3.0.1426 signs (recorded).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from functools import lru_cache
from typing import NamedTuple, Protocol

from mockvod.validators.errors import MockvodError

ALGORITHM = "TC3-HMAC-SHA256"
TERMINATOR = "tc3_request"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
REQUIRED_HEADERS = ("content-type", "host")

#: With the names of more than forty headers.
_LONGEST_SCOPE = 1_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = calendar_date(1970, 1, 1).toordinal()
_DAY = 86_400


class RequestParts(Protocol):
    """The parts of an HTTP request that a signature covers, as received: nothing in them is decoded."""

    @property
    def method(self) -> str:
        """The HTTP method."""
        ...

    @property
    def query(self) -> str:
        """The raw query string, without the question mark."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers: names in lower case, values exactly as received."""
        ...

    @property
    def body(self) -> bytes:
        """The body, empty where there is none."""
        ...


class AuthorizationError(MockvodError, ValueError):
    """An Authorization header that the gateway would refuse before it compares the signature.

    `field` names the part that is wrong: Algorithm, Credential, Service, Date, Terminator, SignedHeaders or Signature.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Authorization(NamedTuple):
    """A parsed Authorization header. `signed_headers` and `signature` are as the client wrote them."""

    secret_id: str
    date: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with the texts that it was made from. Version 1 has neither `canonical_request` nor `authorization`."""

    canonical_request: str
    string_to_sign: str
    signature: str
    authorization: str


def parse_authorization(value: str) -> Authorization:
    """Parses `TC3-HMAC-SHA256 Credential=id/date/service/tc3_request, SignedHeaders=a;b, Signature=hex`.

    The three parts must have this order, and may have blanks around their commas (both assumed). Whether date and
    service fit the request is not checked here, nor the form of the signature, since a wrong one simply does not match.

    Raises:
        AuthorizationError: A part is missing or malformed; its `field` names the part.
    """
    scope, _, last = value.strip().rpartition(",")
    label, _, signature = last.strip().partition("=")
    # A long one is not kept: a caller decides what stands in it, and the cache has room for a thousand.
    if label == "Signature" and signature and len(scope) <= _LONGEST_SCOPE:
        try:
            # A client sends the same scope all day: it is parsed once.
            return Authorization(*_parsed_scope(scope), signature)
        except AuthorizationError:
            pass  # which fault comes first shows only in the whole
    return _parse(value)


@lru_cache(maxsize=1024)
def _parsed_scope(text: str) -> tuple[str, str, str, tuple[str, ...]]:
    """All of the header that stands before its signature."""
    return _parse(f"{text},Signature=0")[:4]


def _parse(value: str) -> Authorization:
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
    """The names of signed headers in lower case and ASCII order: as a tuple, and as the line SignedHeaders."""
    names = tuple(sorted({name.lower() for name in signed_headers}))
    return names, ";".join(names)


def payload_hash(request: RequestParts) -> str:
    """HashedRequestPayload: the hash of what is signed as the payload, in lower-case hex."""
    payload = b"" if request.method == "GET" else request.body
    if request.headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
        payload = UNSIGNED_PAYLOAD.encode()
    return hashlib.sha256(payload).hexdigest()


def canonical_request(
    request: RequestParts, signed_headers: Iterable[str], *, host: str | None = None, payload: str = ""
) -> str:
    """The CanonicalRequest. A signed header that the request does not have counts as empty (assumed).

    Args:
        request: The request.
        signed_headers: The names of the signed headers, in any order and case.
        host: Used in place of the value of the Host header, if given.
        payload: The HashedRequestPayload, if it has been computed before; the body may be long.
    """
    names, listed = in_order(signed_headers if isinstance(signed_headers, tuple) else tuple(signed_headers))
    headers = request.headers if host is None else {**request.headers, "host": host}
    value = headers.get
    lines = "".join([f"{name}:{value(name, '').strip().lower()}\n" for name in names])
    method = request.method
    query = request.query if method == "GET" else ""
    return f"{method}\n/\n{query}\n{lines}\n{listed}\n{payload or payload_hash(request)}"


def string_to_sign(canonical: str, timestamp: int | str, date: str, service: str) -> str:
    """The StringToSign.

    Args:
        canonical: The CanonicalRequest.
        timestamp: X-TC-Timestamp, in seconds.
        date: The date of the scope, YYYY-MM-DD.
        service: The service of the scope.
    """
    digest = hashlib.sha256(encoded(canonical)).hexdigest()
    return f"{ALGORITHM}\n{timestamp}\n{date}/{service}/{TERMINATOR}\n{digest}"


@lru_cache(maxsize=1024)
def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """The signing key of one day and one service; cached, because a client uses the same one all day."""
    of_date = hmac.digest(encoded("TC3" + secret_key), encoded(date), "sha256")
    of_service = hmac.digest(of_date, encoded(service), "sha256")
    return hmac.digest(of_service, TERMINATOR.encode(), "sha256")


def utc_date(timestamp: int) -> str:
    """The UTC date, YYYY-MM-DD, of a UNIX time in seconds.

    Raises:
        ValueError: The time is outside the years 1 to 9999.
    """
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
    """Signs a request as the documentation prescribes.

    Args:
        request: The request, without an Authorization header.
        secret_id: The SecretId, which the Authorization header names.
        secret_key: The SecretKey, which the signing key is derived from.
        service: The service of the scope, "vod" for VOD.
        timestamp: X-TC-Timestamp, in seconds; its UTC date is that of the scope.
        signed_headers: The names of the headers to sign, in any order and case.

    Raises:
        ValueError: The request does not have a header that is to be signed, or the timestamp is not in seconds.
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


def verify(
    request: RequestParts, authorization: Authorization, secret_key: str, timestamp: int, *, payload: str = ""
) -> bool:
    """Whether the signature was made from this request with this key; compared in constant time.

    Neither the scope nor the age of the signature is checked: the gateway does that first.

    Args:
        request: The request.
        authorization: Its parsed Authorization header.
        secret_key: The SecretKey of the account that the header names.
        timestamp: X-TC-Timestamp, in seconds.
        payload: The HashedRequestPayload, if it has been computed before; the body may be long.
    """
    payload = payload or payload_hash(request)
    if _matches(request, authorization, secret_key, timestamp, None, payload):
        return True
    host = without_port(request.headers.get("host", ""))
    return host is not None and _matches(request, authorization, secret_key, timestamp, host, payload)


def without_port(host: str) -> str | None:
    """The host without its `:port`; None when it has none."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else None


def _matches(
    request: RequestParts, authorization: Authorization, secret_key: str, timestamp: int, host: str | None, payload: str
) -> bool:
    canonical = canonical_request(request, authorization.signed_headers, host=host, payload=payload)
    text = string_to_sign(canonical, timestamp, authorization.date, authorization.service)
    keyed = _keyed(secret_key, authorization.date, authorization.service)
    inner, outer = keyed[0].copy(), keyed[1].copy()
    inner.update(encoded(text))
    outer.update(inner.digest())
    signature = authorization.signature
    # compare_digest refuses text outside ASCII, and a client may send any; no signature has such text.
    return signature.isascii() and hmac.compare_digest(outer.hexdigest(), signature)


class _Hash(Protocol):
    """What is used of a hashlib object, whose class has no public name."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...
    def copy(self) -> "_Hash": ...


@lru_cache(maxsize=1024)
def _keyed(secret_key: str, date: str, service: str) -> tuple[_Hash, _Hash]:
    """The inner and the outer hash of an HMAC (RFC 2104) that have been given the signing key, to be copied.

    hmac.digest would be shorter, but it releases the interpreter's lock at every call, and a server with several
    threads then spends more time on passing the lock around than on computing; an hmac.HMAC takes twice as long to copy.
    """
    key = signing_key(secret_key, date, service).ljust(64, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in key)), hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def encoded(text: str) -> bytes:
    """The text in UTF-8, lone surrogates included: a hostile header must fail to match and not raise an exception."""
    return text.encode("utf-8", "surrogatepass")

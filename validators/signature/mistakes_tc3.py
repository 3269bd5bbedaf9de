"""The mistakes that clients make with TC3 signatures, each a generator of changes to the documented draft.

Sources: what the official SDKs do differently (recorded against a local endpoint), public issue threads about
AuthFailure.SignatureFailure, and the steps of the page "Signature v3" of the API documentation, each of which can go
wrong. A wrong guess does no harm, because a mistake is named only if it reproduces the signature that was sent.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import timedelta
from itertools import chain, islice
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

from mockvod.validators.signature import candidates
from mockvod.validators.signature.draft_tc3 import NAMES, Tc3Draft
from mockvod.validators.signature.search import Change, Changes
from mockvod.validators.signature.services import bare_host
from mockvod.validators.signature.tc3 import UNSIGNED_PAYLOAD, RequestParts, encoded


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about a signature that does not match; `base` is the draft that the server computes."""

    request: RequestParts
    secret_id: str
    signed_headers: tuple[str, ...]
    base: Tc3Draft
    other_keys: Mapping[str, str] = field(repr=False)
    #: The hash of the body, which may be long; of one that is signed in its place, each change has its own.
    body_hash: str


Mistake = Callable[[Situation], Iterator[Change]]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


#: What it costs to write a byte of a body or a query anew, in the unit of `search.MOST`.
_PER_BYTE = 10
#: A client with more headers than this does not get them in another order, or some of them, by mistake.
_MOST_HEADERS = 32


def body_reserialised(given: Situation) -> Iterator[Change]:
    sent = given.request.body
    if given.request.method != "GET":
        for detail, body in candidates.bodies(sent):
            if body != sent:
                yield Change("body_reserialised", detail, {"payload": _sha256(body)}, cost=_PER_BYTE * len(body))


def payload_unsigned(given: Situation) -> Iterator[Change]:
    if given.request.headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD:
        payload = _sha256(b"") if given.request.method == "GET" else given.body_hash
        detail = "The body was signed although X-TC-Content-SHA256 says UNSIGNED-PAYLOAD"
        yield Change("payload_unsigned", detail, {"payload": payload})
    else:
        detail = "UNSIGNED-PAYLOAD was signed, but the header that says so was not sent"
        yield Change("payload_unsigned", detail, {"payload": _sha256(UNSIGNED_PAYLOAD.encode())})


def payload_written(given: Situation) -> Iterator[Change]:
    yield Change("payload_hash_uppercase", "", {"payload": given.base.payload.upper()})
    yield Change("payload_not_hashed", "the text UNSIGNED-PAYLOAD", {"payload": UNSIGNED_PAYLOAD})
    body = b"" if given.request.method == "GET" else given.request.body
    if len(body) <= candidates.MAX_BODY:
        text = body.decode("utf-8", "replace")
        yield Change("payload_not_hashed", "the payload itself", {"payload": text}, cost=_PER_BYTE * len(body))


def payload_signed_for_get(given: Situation) -> Iterator[Change]:
    if given.request.method == "GET":
        for detail, payload in (
            ("the body", given.body_hash),
            ("the query", _sha256(encoded(given.request.query))),
            ("an empty JSON object", _sha256(b"{}")),
            ("the JSON value null", _sha256(b"null")),
        ):
            yield Change("payload_signed_for_get", detail, {"payload": payload})


_CHARSETS = ("", "; charset=utf-8", ";charset=utf-8")


def content_type_changed(given: Situation) -> Iterator[Change]:
    sent = given.base.content_type.strip().lower()
    media = sent.partition(";")[0].strip()
    types = (media, "application/json", "application/x-www-form-urlencoded", "text/plain")
    for value in dict.fromkeys((*(each + charset for charset in _CHARSETS for each in types), "")):
        if value != sent:
            yield Change("content_type_changed", repr(value), {"content_type": value})


def host_other(given: Situation) -> Iterator[Change]:
    for cause, detail, host in candidates.hosts(given.base.host, given.base.service):
        yield Change(cause, detail, {"host": host})


def header_values(given: Situation) -> Iterator[Change]:
    yield Change("header_value_case", "", {"value_style": "raw case"})
    yield Change("header_not_trimmed", "", {"value_style": "not trimmed"})
    yield Change("header_value_case", "", {"value_style": "as received"})
    yield Change("header_separator", "'name: value'", {"separator": ": "})
    yield Change("header_separator", "'name=value'", {"separator": "="})


def header_names(given: Situation) -> Iterator[Change]:
    names = given.base.names
    as_sent = ";".join(given.signed_headers)
    for style, write in NAMES.items():
        written = [write(name) for name in names]
        for listed in dict.fromkeys((as_sent, ";".join(written), ";".join(names))):
            detail = ";".join(written) if style != "lower" else listed
            yield Change("header_name_case", detail, {"name_style": style, "listed": listed})
    for mark in (",", ", ", "; "):
        listed = mark.join(names)
        yield Change("signed_headers_line", repr(listed), {"listed": listed})


def unsorted_headers(given: Situation) -> Iterator[Change]:
    names = given.base.names
    as_sent = tuple(dict.fromkeys(name.lower() for name in given.signed_headers))
    turns = range(1, min(len(names), _MOST_HEADERS))
    for order in dict.fromkeys((as_sent, names[::-1], *(names[turn:] + names[:turn] for turn in turns))):
        for listed in dict.fromkeys((";".join(order), ";".join(names))):
            yield Change("unsorted_headers", ";".join(order), {"names": order, "listed": listed})


def unsigned_headers(given: Situation) -> Iterator[Change]:
    base, present = given.base, sorted(given.request.headers.keys() - {"authorization"})
    required = {"content-type", "host"}
    own = {name for name in present if name.startswith("x-tc-")}
    sets = [required, {"host"}, {"content-type"}, required | {"x-tc-action"}, required | own, set(present)]
    sets += [required | {name} for name in present[:16]]
    sets += [set(base.names) - {name} for name in islice(base.names, _MOST_HEADERS)]
    for names in dict.fromkeys(tuple(sorted(each)) for each in sets):
        if names != base.names:
            for listed in (base.listed, ";".join(names)):
                yield Change("unsigned_headers", ";".join(names), {"names": names, "listed": listed})


def layout(given: Situation) -> Iterator[Change]:
    yield Change("missing_final_newline", "", {"blank_line": False})
    yield Change("line_endings", "a newline at the end of the CanonicalRequest", {"ending": "\n"})
    yield Change("line_endings", "a newline at the end of the StringToSign", {"text_ending": "\n"})
    yield Change("line_endings", "CRLF in the CanonicalRequest", {"newline": "\r\n"})
    yield Change("line_endings", "a backslash and an n in the CanonicalRequest", {"newline": "\\n"})


def canonical_uri(given: Situation) -> Iterator[Change]:
    host, query = given.base.host, given.request.query
    for uri in ("", "/?", f"/?{query}", "//", "/v2/index.php", host, f"{host}/", f"https://{host}", f"https://{host}/"):
        yield Change("canonical_uri", repr(uri), {"uri": uri})


def query(given: Situation) -> Iterator[Change]:
    raw = given.request.query
    if given.request.method != "GET":
        yield Change("query_signed_for_post", "", {"query": raw})
        yield Change("query_signed_for_post", "", {"query": f"?{raw}"})
        return
    yield Change("query_missing_for_get", "", {"query": ""})
    yield Change("query_reencoded", "with its question mark", {"query": f"?{raw}"})
    if candidates.is_long(raw):
        return
    written = _PER_BYTE * len(raw)
    yield Change("query_reencoded", "decoded", {"query": unquote_plus(raw)}, cost=written)
    yield Change("query_reencoded", "decoded, with + kept", {"query": unquote(raw)}, cost=written)
    twice = quote(raw, safe="=&", errors="surrogatepass")
    yield Change("query_reencoded", "encoded twice", {"query": twice}, cost=written)
    in_order = "&".join(sorted(raw.split("&")))
    yield Change("query_reencoded", "sorted, encoded as it was sent", {"query": in_order}, cost=written)
    pairs = parse_qsl(raw, keep_blank_values=True)
    for order, ordered in (("in the order sent", pairs), ("sorted", sorted(pairs))):
        for style, encode in _ENCODINGS.items():
            text = "&".join([f"{encode(name)}={encode(value)}" for name, value in ordered])
            yield Change("query_reencoded", f"{order}, {style}", {"query": text}, cost=written)


_ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "with a blank as %20": lambda text: quote(text, safe="", errors="surrogatepass"),
    "with a blank as +": lambda text: quote_plus(text, safe="", errors="surrogatepass"),
    "with a blank as %20 and slashes kept": lambda text: quote(text, safe="/", errors="surrogatepass"),
    "as encodeURIComponent writes it": lambda text: quote(text, safe="!'()*", errors="surrogatepass"),
    "decoded": str,
}


def method(given: Situation) -> Iterator[Change]:
    sent = given.request.method
    for written in dict.fromkeys((sent.upper(), sent.lower(), sent.title())):
        if written != sent:
            yield Change("method_case", written, {"method": written})
    other = "GET" if sent == "POST" else "POST"
    yield Change("method", other, {"method": other})
    if other == "POST":
        yield Change("method", other, {"method": other, "query": "", "payload": given.body_hash})
    else:
        yield Change("method", other, {"method": other, "query": given.request.query, "payload": _sha256(b"")})


def timestamp(given: Situation) -> Iterator[Change]:
    sent = given.base.timestamp
    raw = given.request.headers.get("x-tc-timestamp", "")
    seconds = int(sent)
    for detail in (raw, f"{sent}000", f"{sent}.0", str(seconds // 1000)):
        yield Change("wrong_timestamp", detail, {"timestamp": detail})
    for off in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5):
        shown = f"{seconds + off}, {off:+} s from the header"
        yield Change("wrong_timestamp", shown, {"timestamp": str(seconds + off)})


def scope_date(given: Situation) -> Iterator[Change]:
    right = given.base.date
    day = calendar_date.fromisoformat(right)
    for written, hint in (
        # There is always a next day, because scope.py accepts no time after the year 5138.
        ((day + timedelta(days=1)).isoformat(), "the day after, as in a time zone east of UTC"),
        ((day - timedelta(days=1)).isoformat(), "the day before, as in one west of UTC"),
        (right.replace("-", ""), "written without dashes"),
        (right.replace("-", "/"), "written with slashes"),
        (f"{day.year}-{day.month}-{day.day}", "written without leading zeros"),
        ("", "empty"),
    ):
        yield from _in_text_and_key("wrong_date", f"The date signed was {written!r}, {hint}", "date", right, written)


def scope_service(given: Situation) -> Iterator[Change]:
    right = given.base.service
    label = bare_host(given.base.host).partition(".")[0]
    for written in dict.fromkeys(("vod", label, given.base.host, right.upper(), "cvm", "sts", "vod.intl", "")):
        if written != right:
            yield from _in_text_and_key(
                "wrong_service", f"The service signed was {written!r}", "service", right, written
            )


def _in_text_and_key(cause: str, detail: str, name: str, right: str, written: str) -> Iterator[Change]:
    """A wrong part of the scope: in both the StringToSign and the signing key, and in either of them alone."""
    yield Change(cause, detail, {name: written})
    yield Change(cause, f"{detail}, in the StringToSign only", {name: written, f"key_{name}": right})
    yield Change(cause, f"{detail}, in the signing key only", {f"key_{name}": written})


def terminator(given: Situation) -> Iterator[Change]:
    for written in ("tc3", "aws4_request", "TC3_REQUEST", ""):
        yield Change("wrong_terminator", repr(written), {"terminator": written})


def canonical_request_hash(given: Situation) -> Iterator[Change]:
    yield Change("canonical_request_hash", "its hash in upper-case hex", {"hash_style": "upper-case hex"})
    yield Change("canonical_request_hash", "the CanonicalRequest itself", {"hash_style": "the CanonicalRequest itself"})


def key(given: Situation) -> Iterator[Change]:
    for cause, detail, value in candidates.keys(given.secret_id, given.base.key, given.other_keys):
        yield Change(cause, detail, {"key": value})


def derivation(given: Situation) -> Iterator[Change]:
    for prefix, detail in (("", "nothing"), ("AWS4", "AWS4"), ("tc3", "tc3 in lower case")):
        yield Change("missing_tc3_prefix", detail, {"prefix": prefix})
    for style, detail in (
        ("swapped", "in every HMAC"),
        ("swapped while deriving", "in the derivation of the signing key"),
        ("swapped while signing", "in the last HMAC"),
    ):
        yield Change("hmac_arguments_swapped", detail, {"derivation": style})
        yield Change("hmac_arguments_swapped", f"{detail}, and TC3 forgotten", {"derivation": style, "prefix": ""})
    yield Change("hmac_hex_between_steps", "", {"derivation": "hex between steps"})
    yield Change("key_not_derived", "the SecretKey itself", {"derivation": "none", "prefix": ""})
    yield Change("key_not_derived", "TC3 and the SecretKey", {"derivation": "none"})


#: Mistakes that also occur in pairs, as with a library that writes body and headers its own way; the likeliest first.
COMBINABLE: tuple[Mistake, ...] = (
    body_reserialised,
    payload_unsigned,
    payload_signed_for_get,
    host_other,
    content_type_changed,
    query,
    header_values,
    unsorted_headers,
    layout,
    method,
)
ALONE: tuple[Mistake, ...] = (
    payload_written,
    header_names,
    unsigned_headers,
    canonical_uri,
    timestamp,
    scope_date,
    scope_service,
    terminator,
    canonical_request_hash,
    key,
    derivation,
)


def changes(given: Situation) -> Changes:
    """Every mistake that the client may have made."""
    return Changes(
        combinable=chain.from_iterable(mistake(given) for mistake in COMBINABLE),
        alone=chain.from_iterable(mistake(given) for mistake in ALONE),
    )

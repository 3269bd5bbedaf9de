"""A client of our own makes every mistake, and the explanation must name it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.validators.signature import Explanation, LineDifference, explain_signature
from mockvod.validators.signature.causes import CAUSES

SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
OTHER_ID, OTHER_KEY = "AKIDotherother", "otherotherotherotherotherother11"
NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
HOST = "vod.intl.tencentcloudapi.com"
BODY = json.dumps({"SubAppId": 1500000001, "FileIds": ["387702292285462759", "中 文/<a>"]}).encode()
VALUE = json.loads(BODY)
QUERY = "SubAppId=1500000001&Name=a+b%2Fc%7e&Filters.0=basicInfo"


@dataclass(frozen=True)
class Request:
    method: str
    query: str
    headers: dict[str, str]
    body: bytes


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def derived(
    key: str, date: str, service: str, *, step: Callable[[bytes, str], bytes] = mac, prefix: str = "TC3"
) -> bytes:
    return step(step(step((prefix + key).encode(), date), service), "tc3_request")


@dataclass
class Client:
    """A client that signs in version 3 as documented; a mistake is another value of a field, or another step."""

    method: str = "POST"
    query: str = ""
    body: bytes = BODY
    host: str = HOST
    content_type: str = "application/json"
    more: Mapping[str, str] = field(default_factory=dict)  # headers that are sent
    signed_more: tuple[str, ...] = ()  # those of them that are signed
    timestamp: str = str(NOW)
    date: str = "2025-01-01"
    service: str = "vod"
    key: str = SECRET_KEY
    # Steps, each given what the book says.
    payload: Callable[[bytes], bytes] = lambda body: body
    hash_payload: Callable[[bytes], str] = sha
    header_lines: Callable[[dict[str, str]], Iterable[str]] = lambda headers: [
        f"{name}:{headers[name].strip().lower()}" for name in sorted(headers)
    ]
    listed: Callable[[list[str]], str] = lambda names: ";".join(sorted(names))
    listed_sent: Callable[[list[str]], str] | None = None
    canonical: Callable[[list[str]], str] = lambda lines: "\n".join(lines)
    hash_canonical: Callable[[str], str] = lambda text: sha(text.encode())
    signing_key: Callable[[str, str, str], bytes] = derived
    last: Callable[[bytes, str], bytes] = mac
    write: Callable[[bytes], str] = bytes.hex
    signs: dict[str, str] = field(default_factory=dict)  # method, uri, query, host, … signed otherwise than sent

    def request(self) -> Request:
        headers = {"content-type": self.content_type, "host": self.host, "x-tc-timestamp": self.timestamp, **self.more}
        signed = {"content-type": self.content_type, "host": self.host} | {n: headers[n] for n in self.signed_more}
        signed |= {name: value for name, value in self.signs.items() if name in ("content-type", "host")}
        names = list(signed)
        says = {"method": self.method, "uri": "/", "query": self.query if self.method == "GET" else "", **self.signs}
        lines = [says["method"], says["uri"], says["query"], *self.header_lines(signed), "", self.listed(names)]
        digest = self.hash_canonical(self.canonical([*lines, self.hash_payload(self.payload(self.body))]))
        date, service = says.get("date", self.date), says.get("service", self.service)
        text = f"TC3-HMAC-SHA256\n{says.get('timestamp', self.timestamp)}\n{date}/{service}/tc3_request\n{digest}"
        signature = self.write(self.last(self.signing_key(self.key, date, service), text))
        scope = f"{SECRET_ID}/{self.date}/{self.service}/tc3_request"
        listed = (self.listed_sent or self.listed)(names)
        headers["authorization"] = f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders={listed}, Signature={signature}"
        return Request(self.method, self.query, headers, self.body)


def get(**mistakes: Any) -> Client:
    return Client(
        **{
            "method": "GET",
            "query": QUERY,
            "body": b"",
            "content_type": "application/x-www-form-urlencoded",
            **mistakes,
        }
    )


def swapped(key: bytes, text: str) -> bytes:
    return hmac.new(text.encode(), key, hashlib.sha256).digest()


def joined_without(number: int) -> Callable[[list[str]], str]:
    return lambda lines: "\n".join(lines[:number] + lines[number + 1 :])


def titled(headers: dict[str, str]) -> list[str]:
    return [f"{name.title()}:{headers[name].lower()}" for name in sorted(headers)]


def as_given(headers: dict[str, str]) -> list[str]:
    return [f"{name}:{headers[name]}" for name in sorted(headers)]


def reverse(headers: dict[str, str]) -> list[str]:
    return [f"{name}:{headers[name].lower()}" for name in sorted(headers, reverse=True)]


def without_action(headers: dict[str, str]) -> list[str]:
    return [f"{name}:{headers[name].lower()}" for name in sorted(headers) if name != "x-tc-action"]


def dumps(**options: Any) -> Callable[[bytes], bytes]:
    return lambda body: json.dumps(json.loads(body), **options).encode()


LOCAL = "127.0.0.1:4577"
ACTION = {"more": {"x-tc-action": "DescribeMediaInfos"}, "signed_more": ("x-tc-action",)}
UNSIGNED = {"x-tc-content-sha256": "UNSIGNED-PAYLOAD"}
COMPACT = (",", ":")
SORTED_QUERY = urlencode(sorted(parse_qsl(QUERY)))

V3_MISTAKES = {
    "body-compact": ("body_reserialised", Client(payload=dumps(separators=COMPACT))),
    "body-compact-utf8": ("body_reserialised", Client(payload=dumps(separators=COMPACT, ensure_ascii=False))),
    "body-utf8": ("body_reserialised", Client(payload=dumps(ensure_ascii=False))),
    "body-sorted": ("body_reserialised", Client(payload=dumps(sort_keys=True))),
    "body-indented": ("body_reserialised", Client(payload=dumps(indent=4))),
    "body-default-but-sent-compact": (
        "body_reserialised",
        Client(body=json.dumps(VALUE, separators=COMPACT).encode(), payload=dumps()),
    ),
    "body-as-php-writes-it": (
        "body_reserialised",
        Client(payload=lambda body: json.dumps(VALUE, separators=COMPACT).replace("/", "\\/").encode()),
    ),
    "body-python-repr": ("body_reserialised", Client(payload=lambda body: str(VALUE).encode())),
    "body-and-newline": ("body_reserialised", Client(payload=lambda body: body + b"\n")),
    "body-stripped": ("body_reserialised", Client(body=BODY + b"  \n", payload=bytes.strip)),
    "body-empty": ("body_reserialised", Client(payload=lambda body: b"")),
    "body-in-gbk": (
        "body_reserialised",
        Client(body='{"a": "中"}'.encode(), payload=lambda body: body.decode().encode("gbk")),
    ),
    "unsigned-payload-header-forgotten": ("payload_unsigned", Client(payload=lambda body: b"UNSIGNED-PAYLOAD")),
    "unsigned-payload-but-body-signed": ("payload_unsigned", Client(more=UNSIGNED)),
    "payload-hash-in-upper-case": ("payload_hash_uppercase", Client(hash_payload=lambda body: sha(body).upper())),
    "payload-itself": ("payload_not_hashed", Client(hash_payload=bytes.decode)),
    "unsigned-payload-not-hashed": (
        "payload_not_hashed",
        Client(more=UNSIGNED, hash_payload=lambda body: "UNSIGNED-PAYLOAD"),
    ),
    "get-signs-empty-object": ("payload_signed_for_get", get(payload=lambda body: b"{}")),
    "get-signs-query-as-payload": ("payload_signed_for_get", get(payload=lambda body: QUERY.encode())),
    "content-type-gets-charset": (
        "content_type_changed",
        Client(content_type="application/json; charset=utf-8", signs={"content-type": "application/json"}),
    ),
    "content-type-set-by-library": ("content_type_changed", get(signs={"content-type": "application/json"})),
    "host-with-https-port": ("host_port", Client(signs={"host": f"{HOST}:443"})),
    "host-with-scheme": ("host_scheme", Client(host=LOCAL, signs={"host": f"http://{LOCAL}"})),
    "host-sent-with-scheme": ("host_scheme", Client(host=f"http://{LOCAL}", signs={"host": LOCAL})),
    "host-official-sent-to-mock": ("host_other", Client(host=LOCAL, signs={"host": HOST})),
    "host-china-site": ("host_other", Client(signs={"host": "vod.tencentcloudapi.com"})),
    "host-regional": ("host_other", Client(signs={"host": "vod.ap-singapore.tencentcloudapi.com"})),
    "host-localhost-for-loopback": ("host_other", Client(host=LOCAL, signs={"host": "localhost:4577"})),
    "header-values-in-upper-case": ("header_value_case", Client(**ACTION, header_lines=as_given)),
    "header-values-not-trimmed": (
        "header_not_trimmed",
        Client(content_type="application/json ", header_lines=as_given),
    ),
    "header-names-in-upper-case": ("header_name_case", Client(header_lines=titled)),
    "signed-headers-in-upper-case": ("header_name_case", Client(listed=lambda names: "Content-Type;Host")),
    "header-with-blank-after-colon": (
        "header_separator",
        Client(header_lines=lambda headers: [f"{name}: {headers[name]}" for name in sorted(headers)]),
    ),
    "headers-not-sorted": ("unsorted_headers", Client(header_lines=reverse, listed=lambda names: "host;content-type")),
    "headers-not-sorted-but-listed-so": ("unsorted_headers", Client(header_lines=reverse)),
    "listed-header-not-canonicalised": ("unsigned_headers", Client(**ACTION, header_lines=without_action)),
    "canonicalised-header-not-listed": (
        "unsigned_headers",
        Client(**ACTION, listed_sent=lambda names: "content-type;host"),
    ),
    "signed-headers-by-comma": (
        "signed_headers_line",
        Client(listed=lambda names: ",".join(sorted(names)), listed_sent=lambda names: ";".join(sorted(names))),
    ),
    "blank-line-missing": ("missing_final_newline", Client(canonical=joined_without(5))),
    "newline-at-the-end": ("line_endings", Client(canonical=lambda lines: "\n".join(lines) + "\n")),
    "crlf": ("line_endings", Client(canonical="\r\n".join)),
    "method-in-lower-case": ("method_case", Client(signs={"method": "post"})),
    "method-of-another-request": ("method", Client(signs={"method": "GET"})),
    "uri-empty": ("canonical_uri", Client(signs={"uri": ""})),
    "uri-of-version-2": ("canonical_uri", Client(signs={"uri": "/v2/index.php"})),
    "post-signs-its-query": ("query_signed_for_post", Client(query="a=1", signs={"query": "a=1"})),
    "get-without-its-query": ("query_missing_for_get", get(signs={"query": ""})),
    "query-sorted": ("query_reencoded", get(signs={"query": SORTED_QUERY})),
    "query-decoded": ("query_reencoded", get(signs={"query": "&".join(f"{k}={v}" for k, v in parse_qsl(QUERY))})),
    "query-with-percent-20": ("query_reencoded", get(signs={"query": urlencode(parse_qsl(QUERY), quote_via=quote)})),
    "service-in-text": ("wrong_service", Client(signs={"service": "cvm"})),
    "service-in-key": ("wrong_service", Client(signing_key=lambda key, date, service: derived(key, date, "cvm"))),
    "date-is-local": ("wrong_date", Client(signs={"date": "2025-01-02"})),
    "date-in-key": ("wrong_date", Client(signing_key=lambda key, date, service: derived(key, "2024-12-31", service))),
    "timestamp-in-milliseconds-signed": ("wrong_timestamp", Client(signs={"timestamp": f"{NOW}000"})),
    "timestamp-read-twice": ("wrong_timestamp", Client(signs={"timestamp": str(NOW - 1)})),
    "terminator-of-aws": (
        "wrong_terminator",
        Client(
            last=lambda key, text: mac(
                mac(mac(mac(f"TC3{SECRET_KEY}".encode(), "2025-01-01"), "vod"), "aws4_request"),
                text.replace("tc3_request", "aws4_request"),
            )
        ),
    ),
    "canonical-request-not-hashed": ("canonical_request_hash", Client(hash_canonical=str)),
    "key-of-another-account": ("key_of_another_account", Client(key=OTHER_KEY)),
    "secret-id-as-key": ("secret_id_as_key", Client(key=SECRET_ID)),
    "key-with-newline": ("secret_whitespace", Client(key=SECRET_KEY + "\n")),
    "key-with-blank": ("secret_whitespace", Client(key=SECRET_KEY + " ")),
    "key-is-none": ("secret_missing", Client(key="None")),
    "key-is-empty": ("secret_missing", Client(key="")),
    "tc3-prefix-forgotten": ("missing_tc3_prefix", Client(signing_key=lambda *scope: derived(*scope, prefix=""))),
    "hmac-arguments-swapped": (
        "hmac_arguments_swapped",
        Client(signing_key=lambda *scope: derived(*scope, step=swapped), last=swapped),
    ),
    "hex-between-steps": (
        "hmac_hex_between_steps",
        Client(signing_key=lambda *scope: derived(*scope, step=lambda key, text: mac(key, text).hex().encode())),
    ),
    "key-not-derived": ("key_not_derived", Client(signing_key=lambda key, date, service: key.encode())),
    "signature-in-base64": ("signature_encoding", Client(write=lambda raw: base64.b64encode(raw).decode())),
    "signature-in-upper-case": ("signature_encoding", Client(write=lambda raw: raw.hex().upper())),
    "signature-cut-off": ("signature_format", Client(write=lambda raw: raw.hex()[:40])),
    "key-unknown": ("wrong_secret_key", Client(key="nobody knows this key")),
    # The scope, before any signature.
    "scope-of-another-service": ("wrong_service", Client(service="cvm")),
    "scope-of-a-local-date": ("wrong_date", Client(date="2025-01-02")),
    "scope-of-no-date": ("wrong_date", Client(date="2025-02-30")),
    "timestamp-in-milliseconds": ("timestamp_milliseconds", Client(timestamp=f"{NOW}123")),
    "timestamp-as-float": ("timestamp_invalid", Client(timestamp=f"{NOW}.5")),
    "content-type-not-signed": ("signed_headers_incomplete", Client(listed=lambda names: "host")),
    "by-the-book": ("valid", Client()),
    "by-the-book-get": ("valid", get()),
    "by-the-book-node": ("valid", Client(host=LOCAL, service="127", signs={"host": "127.0.0.1"})),
}


def explained(request: Request, **known: Any) -> Explanation:
    return explain_signature(request, SECRET_KEY, other_keys={OTHER_ID: OTHER_KEY, SECRET_ID: SECRET_KEY}, **known)


@pytest.mark.parametrize(("cause", "client"), [pytest.param(*case, id=name) for name, case in V3_MISTAKES.items()])
def test_a_v3_mistake_is_named(cause: str, client: Client) -> None:
    found = explained(client.request())
    assert (found.scheme, found.cause, found.causes) == ("v3", cause, (cause,))
    assert found.valid is (cause == "valid")


@pytest.mark.parametrize(
    ("causes", "client"),
    [
        pytest.param(
            ("body_reserialised", "host_other"),
            Client(host=LOCAL, payload=dumps(separators=COMPACT), signs={"host": HOST}),
            id="body-and-host",
        ),
        pytest.param(
            ("body_reserialised", "content_type_changed"),
            Client(
                content_type="application/json; charset=utf-8",
                payload=dumps(indent=2),
                signs={"content-type": "application/json"},
            ),
            id="body-and-content-type",
        ),
        pytest.param(
            ("body_reserialised", "signature_encoding"),
            Client(payload=dumps(sort_keys=True), write=lambda raw: base64.b64encode(raw).decode()),
            id="body-and-encoding",
        ),
        pytest.param(
            ("body_reserialised",),
            Client(host=LOCAL, payload=dumps(indent=2), signs={"host": "127.0.0.1"}),
            id="host-without-port-is-no-mistake",
        ),
    ],
)
def test_mistakes_come_in_pairs(causes: tuple[str, ...], client: Client) -> None:
    assert explained(client.request()).causes == causes


@pytest.mark.parametrize(
    ("client", "differences"),
    [
        pytest.param(
            Client(payload=lambda body: b""),
            (LineDifference("HashedRequestPayload", sha(BODY), sha(b"")),),
            id="body",
        ),
        pytest.param(
            Client(host=LOCAL, signs={"host": HOST}),
            (LineDifference("CanonicalHeaders: host", f"host:{LOCAL}", f"host:{HOST}"),),
            id="host",
        ),
        pytest.param(Client(signs={"method": "post"}), (LineDifference("HTTP method", "POST", "post"),), id="method"),
        pytest.param(Client(signs={"uri": ""}), (LineDifference("CanonicalURI", "/", ""),), id="uri"),
        pytest.param(
            Client(query="a=1", signs={"query": "a=1"}),
            (LineDifference("CanonicalQueryString", "", "a=1"),),
            id="query",
        ),
        pytest.param(
            Client(header_lines=reverse, listed=lambda names: "host;content-type"),
            (
                LineDifference("SignedHeaders", "content-type;host", "host;content-type"),
                LineDifference("CanonicalHeaders: order", "content-type, host", "host, content-type"),
            ),
            id="order",
        ),
        pytest.param(
            Client(canonical=joined_without(5)),
            (LineDifference("blank line after the headers", "", "(no such line)"),),
            id="blank-line",
        ),
        pytest.param(
            Client(signs={"timestamp": str(NOW - 1)}),
            (LineDifference("StringToSign: timestamp", str(NOW), str(NOW - 1)),),
            id="timestamp",
        ),
        pytest.param(
            Client(signing_key=lambda key, date, service: derived(key, "2024-12-31", service)),
            (LineDifference("signing key: date", "2025-01-01", "2024-12-31"),),
            id="date-in-key",
        ),
        pytest.param(
            Client(date="2025-01-02"),
            (LineDifference("StringToSign: date", "2025-01-01", "2025-01-02"),),
            id="scope-date",
        ),
        pytest.param(
            Client(service="cvm"), (LineDifference("StringToSign: service", "vod", "cvm"),), id="scope-service"
        ),
        pytest.param(
            Client(timestamp=f"{NOW}123"),
            (LineDifference("StringToSign: timestamp", str(NOW), f"{NOW}123"),),
            id="milliseconds",
        ),
        pytest.param(Client(key=OTHER_KEY), (), id="key"),
    ],
)
def test_the_lines_that_differ_are_given(client: Client, differences: tuple[LineDifference, ...]) -> None:
    assert explained(client.request()).differences == differences


def test_the_local_date_is_recognised() -> None:
    assert explained(Client(date="2025-01-02").request()).message == (
        "The date in Credential is 2025-01-02, the day after the UTC date 2025-01-01 of X-TC-Timestamp, as a local clock "
        "may give it: take the UTC date of X-TC-Timestamp for Credential, StringToSign and signing key alike."
    )


def test_the_other_account_is_named_but_not_its_key() -> None:
    assert explained(Client(key=OTHER_KEY).request()).message == (
        f"The signature was made with the key of {OTHER_ID}: use SecretId and SecretKey of one pair."
    )


def test_the_server_shows_what_it_computes() -> None:
    found = explained(Client(key="nobody knows this key").request())
    canonical = f"POST\n/\n\ncontent-type:application/json\nhost:{HOST}\n\ncontent-type;host\n{sha(BODY)}"
    assert found.canonical_request == canonical
    assert found.string_to_sign == (f"TC3-HMAC-SHA256\n{NOW}\n2025-01-01/vod/tc3_request\n{sha(canonical.encode())}")


@pytest.mark.parametrize(
    ("authorization", "cause"),
    [
        pytest.param("SKIP", "authorization_skipped", id="skip"),
        pytest.param("AWS4-HMAC-SHA256 Credential=a", "authorization_malformed", id="aws"),
        pytest.param("TC3-HMAC-SHA256 Credential=AKID", "authorization_malformed", id="cut-off"),
    ],
)
def test_a_malformed_header_is_named(authorization: str, cause: str) -> None:
    request = Client().request()
    request.headers["authorization"] = authorization
    assert explained(request).cause == cause


def test_a_missing_timestamp_is_named() -> None:
    request = Client().request()
    del request.headers["x-tc-timestamp"]
    found = explained(request)
    assert (found.cause, found.string_to_sign) == ("timestamp_invalid", "")


def test_a_header_lost_on_the_way_is_named() -> None:
    request = Client(**ACTION).request()
    del request.headers["x-tc-action"]
    found = explained(request)
    assert (found.cause, "x-tc-action" in found.message) == ("signed_header_missing", True)


def test_a_long_body_is_searched_less_and_says_so() -> None:
    body = json.dumps({"a": ["x" * 100] * 1000}).encode()
    found = explained(Client(body=body, payload=dumps(separators=COMPACT)).request())
    assert (found.cause, "a body this long is not serialised again" in found.message) == ("wrong_secret_key", True)


@pytest.mark.parametrize(("services", "valid"), [(None, True), (["vod"], False)], ids=["by-host", "vod-only"])
def test_the_accepted_services_can_be_given(services: list[str] | None, valid: bool) -> None:
    assert explained(Client(host=LOCAL, service="127").request(), services=services).valid is valid


def test_the_clients_own_canonical_request_is_compared() -> None:
    own = f"POST\n/\n\nhost:{LOCAL}\ncontent-type:application/json\n\ncontent-type;host\n{sha(BODY)}"
    found = explained(Client(key="nobody knows this key").request(), canonical_request=own)
    assert (found.cause, found.differences) == (
        "canonical_request_differs",
        (
            LineDifference("CanonicalHeaders: host", f"host:{HOST}", f"host:{LOCAL}"),
            LineDifference("CanonicalHeaders: order", "content-type, host", "host, content-type"),
        ),
    )


def test_the_clients_own_canonical_request_leaves_a_known_cause_known() -> None:
    own = f"POST\n/\n\ncontent-type:application/json\nhost:{HOST}\n\ncontent-type;host\n{sha(b'')}"
    found = explained(Client(payload=lambda body: b"").request(), canonical_request=own)
    assert (found.cause, [each.line for each in found.differences]) == ("body_reserialised", ["HashedRequestPayload"])


# Version 1

PARAMS = {
    "Action": "DescribeMediaInfos",
    "FileIds.0": "a b/中+",
    **{f"FileIds.{number}": str(number) for number in range(1, 12)},
    "subAppId": "1",
    "Nonce": "11886",
    "SecretId": SECRET_ID,
    "SignatureMethod": "HmacSHA256",
    "Timestamp": str(NOW),
    "Token": "TOKENEXAMPLE",
    "Version": "2018-07-17",
}


def by_number(name: str) -> tuple[str, int]:
    head, _, number = name.partition(".")
    return head, int(number or -1)


def stray(text: str) -> str:
    """Sets a bit that the padding of base64 leaves unused, which most decoders accept."""
    digits = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    return text[:-2] + digits[digits.index(text[-2]) + 1] + "="


@dataclass
class OldClient:
    """A client that signs in version 1 as documented; a mistake is another value of a field, or another step."""

    method: str = "POST"
    host: str = HOST
    params: Mapping[str, str] = field(default_factory=lambda: dict(PARAMS))
    key: str = SECRET_KEY
    sort: Callable[[Iterable[str]], list[str]] = sorted
    value: Callable[[str], str] = str
    signs: dict[str, str] = field(default_factory=dict)  # method, host, path, or a parameter, otherwise than sent
    leaves_out: tuple[str, ...] = ()
    hash: str = "sha256"
    mac: Callable[[bytes, bytes, str], bytes] = hmac.digest
    write: Callable[[bytes], str] = lambda raw: base64.b64encode(raw).decode()

    def request(self) -> Request:
        says = {"method": self.method, "host": self.host, "path": "/?", **self.signs}
        head = says.pop("method") + says.pop("host") + says.pop("path")
        signed = {name: value for name, value in {**self.params, **says}.items() if name not in self.leaves_out}
        text = head + "&".join(f"{name}={self.value(signed[name])}" for name in self.sort(signed))
        signature = self.write(self.mac(self.key.encode(), text.encode(), self.hash))
        form = urlencode({**self.params, "Signature": signature})
        if self.method == "GET":
            return Request("GET", form, {"host": self.host}, b"")
        return Request("POST", "", {"host": self.host}, form.encode())


# One whose signature holds the + that clients forget to escape.
WITH_PLUS = next(
    params
    for params in ({**PARAMS, "Nonce": str(nonce)} for nonce in range(100))
    if b"%2B" in OldClient(params=params).request().body.rpartition(b"Signature=")[2]
)
SHA1 = {name: value for name, value in PARAMS.items() if name != "SignatureMethod"}

V1_MISTAKES = {
    "sorted-without-case": ("order_case_insensitive", OldClient(sort=lambda names: sorted(names, key=str.lower))),
    "sorted-by-number": ("order_natural", OldClient(sort=lambda names: sorted(names, key=by_number))),
    "not-sorted": ("order_unsorted", OldClient(sort=list)),
    "values-quoted": ("values_encoded", OldClient(value=lambda text: quote(text, safe=""))),
    "values-quoted-plus": ("values_encoded", OldClient(value=quote_plus)),
    "value-with-plus-not-escaped": (
        "plus_not_escaped",
        OldClient(params={**PARAMS, "FileIds.0": "a b/"}, signs={"FileIds.0": "a+b/"}),
    ),
    "signature-in-hex": ("signature_encoding", OldClient(write=bytes.hex)),
    "signature-in-url-safe-base64": (
        "signature_encoding",
        OldClient(params=WITH_PLUS, write=lambda raw: base64.urlsafe_b64encode(raw).decode()),
    ),
    "signature-escaped-twice": (
        "signature_encoding",
        OldClient(write=lambda raw: quote(base64.b64encode(raw).decode(), safe="")),
    ),
    "signature-with-blanks": (
        "plus_not_escaped",
        OldClient(params=WITH_PLUS, write=lambda raw: base64.b64encode(raw).decode().replace("+", " ")),
    ),
    "signature-of-the-ruby-sdk": (
        "signature_line_feed",
        OldClient(write=lambda raw: base64.b64encode(raw).decode() + "\n"),
    ),
    "text-ends-with-a-line-feed": (
        "line_endings",
        OldClient(mac=lambda key, text, name: hmac.digest(key, text + b"\n", name)),
    ),
    "signature-cut-off": ("signature_format", OldClient(write=lambda raw: raw.hex()[:30])),
    "signature-with-stray-bits": (
        "signature_format",
        OldClient(write=lambda raw: stray(base64.b64encode(raw).decode())),
    ),
    "sha1-for-sha256": ("signature_method", OldClient(hash="sha1")),
    "sha256-without-method": ("signature_method", OldClient(params=SHA1)),
    "method": ("method", OldClient(signs={"method": "GET"})),
    "method-of-get": ("method", OldClient(method="GET", signs={"method": "POST"})),
    "method-case": ("method_case", OldClient(signs={"method": "post"})),
    "host-port": ("host_port", OldClient(signs={"host": f"{HOST}:443"})),
    "host-other": ("host_other", OldClient(host=LOCAL, signs={"host": HOST})),
    "host-scheme": ("host_scheme", OldClient(signs={"host": f"https://{HOST}"})),
    "path-missing": ("missing_path", OldClient(signs={"path": "?"})),
    "question-mark-missing": ("missing_path", OldClient(signs={"path": "/"})),
    "signature-included": ("signature_included", OldClient(signs={"Signature": ""})),
    "token-missing": ("token_missing", OldClient(leaves_out=("Token",))),
    "parameter-added-after-signing": ("parameter_unsigned", OldClient(leaves_out=("subAppId",))),
    "timestamp-read-twice": ("wrong_timestamp", OldClient(signs={"Timestamp": str(NOW + 2)})),
    "timestamp-in-milliseconds": ("wrong_timestamp", OldClient(signs={"Timestamp": f"{NOW}000"})),
    "key-of-another-account": ("key_of_another_account", OldClient(key=OTHER_KEY)),
    "secret-id-as-key": ("secret_id_as_key", OldClient(key=SECRET_ID)),
    "key-with-newline": ("secret_whitespace", OldClient(key=SECRET_KEY + "\n")),
    "key-is-undefined": ("secret_missing", OldClient(key="undefined")),
    "hmac-arguments-swapped": (
        "hmac_arguments_swapped",
        OldClient(mac=lambda key, text, name: hmac.digest(text, key, name)),
    ),
    "key-unknown": ("wrong_secret_key", OldClient(key="nobody knows this key")),
    "by-the-book": ("valid", OldClient()),
    "by-the-book-get-sha1": ("valid", OldClient(method="GET", params=SHA1, hash="sha1")),
}


@pytest.mark.parametrize(("cause", "client"), [pytest.param(*case, id=name) for name, case in V1_MISTAKES.items()])
def test_a_v1_mistake_is_named(cause: str, client: OldClient) -> None:
    found = explained(client.request())
    assert (found.scheme, found.cause, found.causes) == ("v1", cause, (cause,))
    assert found.valid is (cause == "valid")


def test_v1_lines_that_differ_are_given() -> None:
    found = explained(OldClient(signs={"host": f"{HOST}:443"}, leaves_out=("Token",)).request())
    assert found.causes == ("host_port", "token_missing")
    assert found.differences == (
        LineDifference("host", HOST, f"{HOST}:443"),
        LineDifference("parameter Token", "Token=(secret)", "(no such line)"),
    )


def test_the_line_feed_of_the_ruby_sdk_is_named() -> None:
    assert explained(OldClient(write=lambda raw: base64.encodebytes(raw).decode()).request()).message == (
        "The signature was sent with a line feed at its end, as Base64.encode64 of Ruby writes it and "
        "tencentcloud-sdk-ruby sends it: sign with version 3, or send it as Base64.strict_encode64 does."
    )


def test_v1_order_is_shown() -> None:
    params = {"b": "1", "A": "2", "SignatureMethod": "HmacSHA256"}
    (found,) = explained(OldClient(params=params, sort=list).request()).differences
    assert found == LineDifference("order", "A, SignatureMethod, b", "b, A, SignatureMethod")


def test_v1_parameters_can_be_given() -> None:
    request = OldClient().request()
    params = dict(parse_qsl(request.body.decode()))
    assert explained(replace(request, body=b""), params=params).valid


def test_a_request_without_any_signature_says_so() -> None:
    assert explained(Request("POST", "", {"host": HOST}, b"{}")).cause == "signature_missing"


# What holds for every explanation


def texts(found: Explanation) -> str:
    return repr(found) + str(found)


@pytest.mark.parametrize(
    "client",
    [pytest.param(client, id=name) for name, (_, client) in {**V3_MISTAKES, **V1_MISTAKES}.items()],
)
def test_no_key_is_told(client: Client | OldClient) -> None:
    told = texts(explained(client.request()))
    assert SECRET_KEY not in told and OTHER_KEY not in told


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Client(service=SECRET_KEY).request(), id="in-the-scope"),
        pytest.param(Client(signs={"host": HOST}, host=f"{SECRET_KEY}.example").request(), id="in-the-host"),
        pytest.param(OldClient(params={**PARAMS, "SecretKey": SECRET_KEY}, key="x").request(), id="as-a-parameter"),
    ],
)
def test_a_key_that_the_client_sent_is_blanked_out(request_: Request) -> None:
    told = texts(explained(request_))
    assert SECRET_KEY not in told and "(secret)" in told


def test_every_cause_can_be_found() -> None:
    found = {cause for cause, _ in (*V3_MISTAKES.values(), *V1_MISTAKES.values())}
    elsewhere = {
        *("signature_missing", "authorization_skipped", "authorization_malformed"),
        *("signed_header_missing", "canonical_request_differs"),
    }
    assert found | elsewhere == set(CAUSES)


anything = st.one_of(st.text(max_size=30), st.sampled_from(["TC3-HMAC-SHA256", "host", "1735689600", "\ud800", "é"]))
authorizations = st.one_of(
    anything,
    st.builds(
        "TC3-HMAC-SHA256 Credential={}/{}/{}/tc3_request, SignedHeaders=content-type;host{}, Signature={}".format,
        anything,
        st.one_of(anything, st.just("2025-01-01")),
        st.one_of(anything, st.just("vod")),
        st.sampled_from(["", ";x-tc-action", ";X", ";"]),
        st.one_of(anything, st.just("ab" * 32), st.just("QUJD" * 8)),
    ),
)
any_headers = st.fixed_dictionaries(
    {},
    optional={
        "authorization": authorizations,
        "host": st.one_of(anything, st.just(HOST), st.just(LOCAL)),
        "content-type": anything,
        "x-tc-timestamp": st.one_of(anything, st.integers().map(str), st.just(str(NOW))),
        "x-tc-content-sha256": st.sampled_from(["UNSIGNED-PAYLOAD", "", "x"]),
    },
)
any_bodies = st.one_of(
    st.binary(max_size=50),
    st.recursive(st.none() | st.text(max_size=5) | st.floats() | st.integers(), st.lists, max_leaves=5).map(
        lambda value: json.dumps(value).encode()
    ),
    st.dictionaries(anything.filter(str.isascii), st.sampled_from(["", "ab" * 32, "QUJD" * 8])).map(
        lambda pairs: urlencode({**pairs, "Signature": "A" * 27 + "="}).encode()
    ),
)
any_requests = st.builds(Request, st.sampled_from(["GET", "POST", "get", ""]), anything, any_headers, any_bodies)


@given(any_requests, anything, st.none() | anything)
def test_nothing_makes_it_raise(request_: Request, key: str, canonical: str | None) -> None:
    found = explain_signature(request_, key, canonical_request=canonical)
    assert found.message and found.cause in CAUSES


@given(any_requests, st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=16, max_size=40))
def test_no_key_is_told_whatever_is_sent(request_: Request, key: str) -> None:
    assert key not in texts(explain_signature(request_, key, other_keys={"AKID": key[::-1]}))


def test_deep_nesting_does_not_raise() -> None:
    body = b"[" * 20_000 + b"]" * 20_000
    assert explained(Client(body=body, payload=lambda body: b"?").request()).cause == "wrong_secret_key"


@pytest.mark.parametrize("depth", [300, 900])
def test_some_nesting_does_not_raise(depth: int) -> None:
    body = b"[" * depth + b"]" * depth
    assert explained(Client(body=body, payload=lambda body: b"?").request()).cause == "wrong_secret_key"


def test_the_dates_of_this_module_agree() -> None:
    assert datetime.fromtimestamp(NOW, timezone.utc).strftime("%Y-%m-%d") == Client().date

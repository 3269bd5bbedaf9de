"""Signing and verifying: the golden vectors, the official Python SDK, and what must not verify."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mockvod.validators.signature import AuthorizationError, explain_signature, parse_authorization, tc3, v1

SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
SCOPE = f"{SECRET_ID}/2025-01-01/vod/tc3_request"

GOLDEN = json.loads((files("mockvod.fixtures") / "golden" / "signatures.json").read_text(encoding="utf-8"))["cases"]


@dataclass(frozen=True)
class Request:
    method: str = "POST"
    query: str = ""
    headers: dict[str, str] = field(
        default_factory=lambda: {"content-type": "application/json", "host": "vod.intl.tencentcloudapi.com"}
    )
    body: bytes = b"{}"


def cases(kind: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in GOLDEN if c["kind"] == kind])


def golden_request(inputs: dict[str, Any]) -> Request:
    return Request(inputs["method"], inputs["query"], inputs["headers"], inputs["body"].encode())


@cases("v3")
def test_golden_v3_is_signed(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    signed = tc3.sign(
        golden_request(inputs),
        **{name: inputs[name] for name in ("secret_id", "secret_key", "service", "timestamp")},
        signed_headers=inputs["signed_headers"],
    )
    wanted = tc3.Signed(
        expected["canonical_request"], expected["string_to_sign"], expected["signature"], expected["authorization"]
    )
    assert (signed == wanted) is expected["documented"]


@cases("v3")
def test_golden_v3_is_judged(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    authorization = parse_authorization(expected["authorization"])
    assert authorization.date == expected["date"] == tc3.utc_date(inputs["timestamp"])
    verdict = tc3.verify(golden_request(inputs), authorization, inputs["secret_key"], inputs["timestamp"])
    assert verdict is (expected["cause"] == "valid")


@cases("v3")
def test_golden_v3_is_explained(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    request = golden_request(inputs)
    request.headers.update({"authorization": expected["authorization"], "x-tc-timestamp": str(inputs["timestamp"])})
    assert explain_signature(request, inputs["secret_key"]).cause == expected["cause"]


@cases("v1")
def test_golden_v1_is_signed(case: dict[str, Any]) -> None:
    inputs, expected = case["inputs"], case["expected"]
    signed = v1.sign(inputs["method"], inputs["host"], inputs["params"], inputs["secret_key"])
    wanted = tc3.Signed("", expected["string_to_sign"], expected["signature"], "")
    assert (signed == wanted) is expected["documented"]


@cases("v1")
def test_golden_v1_verifies(case: dict[str, Any]) -> None:
    inputs = case["inputs"]
    params = {**inputs["params"], "Signature": case["expected"]["signature"]}
    assert v1.verify(inputs["method"], inputs["host"], params, inputs["secret_key"])
    assert not v1.verify(inputs["method"], inputs["host"], params, inputs["secret_key"] + "x")


def test_golden_ids_are_unique() -> None:
    assert len({case["id"] for case in GOLDEN}) == len(GOLDEN)


# Authorization header


def header(credential: str = SCOPE, signed: str = "content-type;host", signature: str = "a" * 64) -> str:
    return f"TC3-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}"


def test_authorization_is_taken_apart() -> None:
    assert parse_authorization(header(signed="host;Content-Type", signature="f0")) == tc3.Authorization(
        SECRET_ID, "2025-01-01", "vod", ("host", "Content-Type"), "f0"
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(header().replace(", ", ","), id="no-blanks"),
        pytest.param(f"  {header().replace(', ', '  ,  ')} ", id="more-blanks"),
    ],
)
def test_blanks_around_the_parts_do_not_matter(value: str) -> None:
    assert parse_authorization(value) == parse_authorization(header())


@pytest.mark.parametrize(
    ("value", "field"),
    [
        pytest.param("", "Algorithm", id="empty"),
        pytest.param("SKIP", "Algorithm", id="skip"),
        pytest.param(header().replace("TC3-HMAC-SHA256", "TC3-HMAC-SHA1"), "Algorithm", id="other-algorithm"),
        pytest.param(header().replace("TC3-HMAC-SHA256", "tc3-hmac-sha256"), "Algorithm", id="lower-case-algorithm"),
        pytest.param("TC3-HMAC-SHA256", "Credential", id="nothing-else"),
        pytest.param(header().replace("Credential=", "credential="), "Credential", id="lower-case-credential"),
        pytest.param(header(credential=""), "Credential", id="empty-credential"),
        pytest.param(header(credential=SECRET_ID), "Credential", id="no-scope"),
        pytest.param(header(credential=f"/{SCOPE}"), "Credential", id="five-parts"),
        pytest.param(header(credential="/2025-01-01/vod/tc3_request"), "Credential", id="empty-secret-id"),
        pytest.param(header(credential="A/20250101/vod/tc3_request"), "Date", id="date-without-dashes"),
        pytest.param(header(credential="A/٢٠٢٥-01-01/vod/tc3_request"), "Date", id="date-in-other-digits"),
        pytest.param(header(credential="A/2025-01-01//tc3_request"), "Service", id="empty-service"),
        pytest.param(header(credential="A/2025-01-01/vod/aws4_request"), "Terminator", id="aws-terminator"),
        pytest.param(header(signed=""), "SignedHeaders", id="no-signed-headers"),
        pytest.param(header(signed="host"), "SignedHeaders", id="no-content-type"),
        pytest.param(header(signed="content-type"), "SignedHeaders", id="no-host"),
        pytest.param(header().replace("SignedHeaders", "Headers"), "SignedHeaders", id="misspelt-signed-headers"),
        pytest.param(header(signature=""), "Signature", id="empty-signature"),
        pytest.param(header().partition(", Signature")[0], "Signature", id="no-signature"),
        pytest.param(header() + ", Extra=1", "Signature", id="text-after-signature"),
    ],
)
def test_malformed_authorization_names_the_part(value: str, field: str) -> None:
    with pytest.raises(AuthorizationError) as caught:
        parse_authorization(value)
    assert caught.value.field == field


# Rules of TC3


def signed(request: Request, **changes: Any) -> tc3.Authorization:
    arguments = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "service": "vod", "timestamp": NOW, **changes}
    return parse_authorization(tc3.sign(request, **arguments).authorization)


def verifies(request: Request, authorization: tc3.Authorization, timestamp: int = NOW) -> bool:
    return tc3.verify(request, authorization, SECRET_KEY, timestamp)


@pytest.mark.parametrize(
    ("seen", "accepted"),
    [
        pytest.param({"query": "a=1"}, True, id="post-ignores-the-query"),
        pytest.param({"body": b"{} "}, False, id="post-signs-the-body"),
        pytest.param({"method": "GET"}, False, id="method-is-signed"),
    ],
)
def test_what_post_signs(seen: dict[str, Any], accepted: bool) -> None:
    assert verifies(replace(Request(), **seen), signed(Request())) is accepted


@pytest.mark.parametrize(
    ("seen", "accepted"),
    [
        pytest.param({"body": b"ignored"}, True, id="get-ignores-the-body"),
        pytest.param({"query": "b=2&a=1%20x"}, True, id="get-takes-the-same-query"),
        pytest.param({"query": "a=1%20x&b=2"}, False, id="get-does-not-sort-the-query"),
        pytest.param({"query": "b=2&a=1+x"}, False, id="get-does-not-decode-the-query"),
    ],
)
def test_what_get_signs(seen: dict[str, Any], accepted: bool) -> None:
    request = Request(method="GET", query="b=2&a=1%20x", body=b"")
    assert verifies(replace(request, **seen), signed(request)) is accepted


def test_header_values_are_trimmed_and_lowered() -> None:
    sloppy = replace(Request(), headers={"content-type": "  Application/JSON ", "host": "VOD.intl.tencentcloudapi.com"})
    assert verifies(sloppy, signed(Request()))


def test_signed_headers_count_in_ascii_order_however_listed() -> None:
    authorization = signed(Request())._replace(signed_headers=("Host", "Content-Type"))
    assert verifies(Request(), authorization)


def with_host(host: str) -> Request:
    return replace(Request(), headers={**Request().headers, "host": host})


@pytest.mark.parametrize(
    ("received", "signed_as", "accepted"),
    [
        pytest.param("127.0.0.1:4577", "127.0.0.1:4577", True, id="with-port"),
        pytest.param("127.0.0.1:4577", "127.0.0.1", True, id="node-signs-without-port"),
        pytest.param("http://127.0.0.1:4577", "http://127.0.0.1:4577", True, id="tccli-puts-the-scheme-in"),
        pytest.param("127.0.0.1", "127.0.0.1:80", False, id="port-that-was-not-sent"),
        pytest.param("[::1]", "[:", False, id="bare-ipv6-has-no-port"),
    ],
)
def test_port_may_be_missing_from_the_signed_host(received: str, signed_as: str, accepted: bool) -> None:
    assert verifies(with_host(received), signed(with_host(signed_as))) is accepted


def test_host_argument_overrides_the_header() -> None:
    names = ("content-type", "host")
    assert tc3.canonical_request(with_host("a:1"), names, host="b") == tc3.canonical_request(with_host("b"), names)


def test_unsigned_payload_leaves_the_body_free() -> None:
    request = replace(Request(), headers={**Request().headers, "x-tc-content-sha256": "UNSIGNED-PAYLOAD"})
    assert verifies(replace(request, body=b"anything"), signed(request))


@pytest.mark.parametrize("timestamp", [10**12 * 1000, -(10**20)], ids=["microseconds", "before-the-calendar"])
def test_no_date_outside_the_calendar(timestamp: int) -> None:
    with pytest.raises(ValueError, match=f"timestamp {timestamp} is no UNIX time in seconds"):
        tc3.utc_date(timestamp)


def test_signing_an_absent_header_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot sign x-tc-action: the request has no such header"):
        signed(Request(), signed_headers=("content-type", "host", "x-tc-action"))


def test_signature_outside_ascii_is_simply_wrong() -> None:
    assert not verifies(Request(), signed(Request())._replace(signature="é" * 64))


# Rules of version 1

PARAMS = {
    "Action": "DescribeAllClass",
    "Nonce": "1",
    "SecretId": SECRET_ID,
    "Timestamp": str(NOW),
    "Version": "2018-07-17",
}


def test_parameters_stand_in_byte_order() -> None:
    text = v1.string_to_sign("GET", "h", {"b": "1", "A.2": "2", "A.12": "3", "a": "4", "Signature": "x"})
    assert text == "GETh/?A.12=3&A.2=2&a=4&b=1"


@pytest.mark.parametrize(
    ("method", "name"),
    [("HmacSHA256", "sha256"), ("HmacSHA1", "sha1"), ("hmacsha256", "sha1"), ("", "sha1"), (None, "sha1")],
)
def test_signature_method_selects_the_hash(method: str | None, name: str) -> None:
    assert v1.digest_name({} if method is None else {"SignatureMethod": method}) == name


@pytest.mark.parametrize("host", ["127.0.0.1:4577", "127.0.0.1"])
@pytest.mark.parametrize("key", ["A_B", "A.B"])
def test_v1_takes_the_variants_of_the_sdks(host: str, key: str) -> None:
    signature = v1.sign("POST", host, {**PARAMS, key: "1"}, SECRET_KEY).signature
    assert v1.verify("POST", "127.0.0.1:4577", {**PARAMS, "A_B": "1", "Signature": signature}, SECRET_KEY)


def test_v1_without_signature_does_not_verify() -> None:
    assert not v1.verify("POST", "h", PARAMS, SECRET_KEY)


# The official Python SDK


def _sdk_request(sign_method: str, method: str, params: dict[str, Any]) -> Request:
    from tencentcloud.common import credential
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.http.request import RequestInternal
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    settings = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint="127.0.0.1:4577", reqMethod=method))
    settings.signMethod = sign_method
    client = CommonClient("vod", "2018-07-17", credential.Credential(SECRET_ID, SECRET_KEY), "ap-singapore", settings)
    request = RequestInternal("127.0.0.1:4577", method, "/")
    client._build_req_inter("DescribeMediaInfos", params, request)
    data = request.data if isinstance(request.data, bytes) else request.data.encode()
    headers = {str(name).lower(): str(value) for name, value in request.header.items()} | {"host": "127.0.0.1:4577"}
    return Request(method, data.decode() if method == "GET" else "", headers, b"" if method == "GET" else data)


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("sign_method", ["TC3-HMAC-SHA256", "HmacSHA1", "HmacSHA256"])
def test_the_official_sdk_signs_alike(method: str, sign_method: str) -> None:
    pytest.importorskip("tencentcloud.common", reason="pip install tencentcloud-sdk-python-intl-en")
    request = _sdk_request(sign_method, method, {"FileIds": ["1", "中 文&+"], "SubAppId": 1})
    found = explain_signature(request, SECRET_KEY)
    assert (found.scheme, found.cause) == ("v3" if sign_method.startswith("TC3") else "v1", "valid")


# Properties

header_values = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST"]),
    query=st.text(max_size=40),
    headers=st.fixed_dictionaries(
        {"content-type": header_values, "host": header_values}, optional={"x-tc-action": header_values}
    ),
    body=st.binary(max_size=200),
)


@given(requests, st.text(min_size=1, max_size=40), st.integers(0, 4_000_000_000))
def test_what_is_signed_verifies(request: Request, key: str, timestamp: int) -> None:
    text = tc3.sign(
        request, secret_id="AKID", secret_key=key, service="vod", timestamp=timestamp, signed_headers=request.headers
    ).authorization
    assert tc3.verify(request, parse_authorization(text), key, timestamp)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_flipped_bit_of_the_body_does_not_verify(body: bytes, data: st.DataObject) -> None:
    authorization = signed(replace(Request(), body=body))
    at = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = bytearray(body)
    flipped[at // 8] ^= 1 << at % 8
    assert not verifies(replace(Request(), body=bytes(flipped)), authorization)


@given(st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_a_changed_digit_of_the_signature_does_not_verify(at: int, digit: str) -> None:
    authorization = signed(Request())
    changed = authorization.signature[:at] + digit + authorization.signature[at + 1 :]
    assume(changed != authorization.signature)
    assert not verifies(Request(), authorization._replace(signature=changed))


@given(st.sampled_from(["content-type", "host"]), header_values)
def test_a_changed_header_does_not_verify(name: str, value: str) -> None:
    request = Request()
    assume(value.strip().lower() != request.headers[name])
    changed = replace(request, headers={**request.headers, name: value})
    assume(tc3.without_port(value.strip().lower()) != request.headers[name])
    assert not verifies(changed, signed(request))


@pytest.mark.parametrize("change", [{"date": "2025-01-02"}, {"service": "cvm"}], ids=["date", "service"])
def test_the_scope_is_signed(change: dict[str, str]) -> None:
    assert not verifies(Request(), signed(Request())._replace(**change))


def test_the_timestamp_is_signed() -> None:
    assert not verifies(Request(), signed(Request()), NOW + 1)


values = st.text(max_size=12)


@given(st.dictionaries(values, values, max_size=6), st.text(min_size=1, max_size=40), st.sampled_from(["GET", "POST"]))
def test_what_v1_signs_verifies(params: dict[str, str], key: str, method: str) -> None:
    signature = v1.sign(method, "h", params, key).signature
    assert v1.verify(method, "h", {**params, "Signature": signature}, key)


@given(st.sampled_from(sorted(PARAMS)), values)
def test_a_changed_parameter_does_not_verify(name: str, value: str) -> None:
    assume(value != PARAMS[name])
    signature = v1.sign("POST", "h", PARAMS, SECRET_KEY).signature
    assert not v1.verify("POST", "h", {**PARAMS, name: value, "Signature": signature}, SECRET_KEY)

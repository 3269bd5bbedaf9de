"""Signatures of requests that hardly any client sends."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from mockvod.validators.signature import explain_signature, v1

SECRET_ID, SECRET_KEY = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
HOST = "vod.intl.tencentcloudapi.com"


@dataclass(frozen=True)
class Request:
    method: str
    query: str
    headers: dict[str, str]
    body: bytes


def v3(date: str = "2025-01-01", body: bytes = b"{}") -> Request:
    scope = f"{SECRET_ID}/{date}/vod/tc3_request"
    authorization = f"TC3-HMAC-SHA256 Credential={scope}, SignedHeaders=content-type;host, Signature={'0' * 64}"
    headers = {
        "content-type": "application/json",
        "host": HOST,
        "x-tc-timestamp": "1735689600",
        "authorization": authorization,
    }
    return Request("POST", "", headers, body)


@pytest.mark.parametrize(
    ("date", "told"),
    [
        pytest.param("2025-02-30", "which is no day; X-TC-Timestamp is on 2025-01-01", id="no-day"),
        pytest.param("2025-01-02", "the day after the UTC date 2025-01-01", id="after"),
        pytest.param("2024-12-31", "the day before the UTC date 2025-01-01", id="before"),
        pytest.param("2025-01-03", "but X-TC-Timestamp is on 2025-01-01 in UTC", id="other"),
    ],
)
def test_the_date_is_told_apart_from_the_timestamp(date: str, told: str) -> None:
    found = explain_signature(v3(date), SECRET_KEY)

    assert found.cause == "wrong_date"
    assert told in found.report()


@pytest.mark.parametrize("depth", [300, 900, 5000], ids=["read-and-written", "hardly", "not-read"])
def test_a_body_that_is_nested_deeply_is_looked_at_as_far_as_it_can_be(depth: int) -> None:
    body = b"[" * depth + b"]" * depth

    assert explain_signature(v3(body=body), SECRET_KEY).cause == "wrong_secret_key"


@pytest.mark.parametrize("signed_host", [HOST, f"{HOST}:443"], ids=["bare", "with-port"])
@pytest.mark.parametrize("dotted", [False, True], ids=["underscores", "dots"])
def test_v1_names_with_underscores_may_be_signed_with_dots(signed_host: str, dotted: bool) -> None:
    """A mistake on top of it is found from either form."""
    sent = {
        "Action": "DescribeMediaInfos",
        "FileIds_0": "7",
        "Nonce": "11886",
        "SecretId": SECRET_ID,
        "Timestamp": "1735689600",
        "Version": "2018-07-17",
    }
    signed = {name.replace("_", "."): value for name, value in sent.items()} if dotted else sent
    signature = v1.sign("POST", signed_host, signed, f"{SECRET_KEY}\n").signature
    request = Request("POST", "", {"host": f"{HOST}:443", "content-type": "application/x-www-form-urlencoded"}, b"")

    found = explain_signature(request, SECRET_KEY, params={**sent, "Signature": signature})

    assert (found.scheme, found.cause) == ("v1", "secret_whitespace")


def test_deep_json_is_read_by_this_python() -> None:
    """Or the test of nested bodies would not say what it means to."""
    assert json.loads(b"[" * 300 + b"]" * 300)

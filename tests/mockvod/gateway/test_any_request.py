"""Whatever comes in, a well-formed envelope with a catalogued code goes out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.http import HttpRequest
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY, Settings
from mockvod.validators.replies import error_codes
from mockvod.validators.signature import tc3, v1

NOW = 1_735_689_600
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
HEADERS = [
    "authorization",
    "content-type",
    "host",
    "x-tc-action",
    "x-tc-version",
    "x-tc-timestamp",
    "x-tc-region",
    "x-tc-language",
    "x-tc-token",
    "x-tc-content-sha256",
    "x-tc-traceid",
    "x-tc-requestclient",
]
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "application/json",
            "application/x-www-form-urlencoded",
            "CreateAigcVideoTask",
            "DescribeTaskDetail",
            "2018-07-17",
            str(NOW),
            "vod.intl.tencentcloudapi.com",
            "http://127.0.0.1:5000",
            "SKIP",
            f"TC3-HMAC-SHA256 Credential={DOCUMENTED_SECRET_ID}/2025-01-01/vod/tc3_request, "
            "SignedHeaders=content-type;host, Signature=" + "0" * 64,
        ]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
    max_leaves=8,
)
BODIES = st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode())
ANY = st.builds(
    HttpRequest,
    method=st.sampled_from(["GET", "POST", "PUT", "", "get"]) | st.text(max_size=8),
    query=st.text(max_size=60),
    headers=st.dictionaries(st.sampled_from(HEADERS) | st.text(max_size=10), VALUES, max_size=14),
    body=BODIES,
    peer=st.text(max_size=15),
)
MEMBERS = [
    "SubAppId",
    "ModelName",
    "ModelVersion",
    "FileInfos",
    "OutputConfig",
    "TasksPriority",
    "TaskId",
    "SubjectName",
]
PARAMS = st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=8), JSON, max_size=8)
ACTIONS = st.sampled_from(["CreateAigcVideoTask", "CreateAigcSubject", "DescribeTaskDetail", "ApplyUpload", "Nope"])


@pytest.fixture(scope="module")
def tolerant() -> MockVod:
    return MockVod(Settings(rate_limit="off"), clock=VirtualClock(NOW, tick=0))


def check(mock: MockVod, request: HttpRequest) -> dict[str, Any]:
    response = mock.handle(request)

    content = json.loads(response.body)
    assert response.status == 200
    assert response.headers[0] == ("Content-Type", "application/json")
    assert all(value.isascii() and value.isprintable() for _, value in response.headers)
    assert list(content) == ["Response"]
    answer: dict[str, Any] = content["Response"]
    assert UUID4.fullmatch(answer["RequestId"])
    if "Error" in answer:
        assert list(answer) == ["Error", "RequestId"]
        assert set(answer["Error"]) == {"Code", "Message"}
        assert answer["Error"]["Code"] in error_codes()
        assert answer["Error"]["Message"]
        # An internal error would be a bug of ours: nothing that a client sends may cause one.
        assert answer["Error"]["Code"] != "InternalError"
    return answer


@given(ANY)
def test_any_request(tolerant: MockVod, sent: HttpRequest) -> None:
    check(tolerant, sent)


@given(ACTIONS, PARAMS)
def test_any_signed_json(tolerant: MockVod, action: str, params: dict[str, Any]) -> None:
    headers = {
        "content-type": "application/json",
        "host": "vod.intl.tencentcloudapi.com",
        "x-tc-action": action,
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(NOW),
    }
    request = HttpRequest("POST", "", headers, json.dumps(params).encode())
    headers["authorization"] = tc3.sign(
        request, secret_id=DOCUMENTED_SECRET_ID, secret_key=DOCUMENTED_SECRET_KEY, service="vod", timestamp=NOW
    ).authorization

    answer = check(tolerant, request)

    assert not answer.get("Error", {}).get("Code", "").startswith("AuthFailure")


@given(ACTIONS, st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=6))
def test_any_signed_fields(tolerant: MockVod, action: str, fields: dict[str, str]) -> None:
    from urllib.parse import urlencode

    signed = {
        **fields,
        "Action": action,
        "Version": "2018-07-17",
        "Timestamp": str(NOW),
        "Nonce": "1",
        "SecretId": DOCUMENTED_SECRET_ID,
    }
    signed["Signature"] = v1.sign("GET", "vod.intl.tencentcloudapi.com", signed, DOCUMENTED_SECRET_KEY).signature
    request = HttpRequest("GET", urlencode(signed), {"host": "vod.intl.tencentcloudapi.com"}, b"")

    answer = check(tolerant, request)

    assert not answer.get("Error", {}).get("Code", "").startswith("AuthFailure.Sig")

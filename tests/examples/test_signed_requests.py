"""A client without SDK: it signs by itself and sends with requests."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import requests

HOST = "vod.intl.tencentcloudapi.com"


def call(secret_id: str, secret_key: str, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The client under test: one call, signed with TC3-HMAC-SHA256."""
    body, timestamp = json.dumps(params), int(time.time())
    date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    headers = f"content-type:application/json\nhost:{HOST}\n"
    canonical = f"POST\n/\n\n{headers}\ncontent-type;host\n{hashlib.sha256(body.encode()).hexdigest()}"
    scope = f"{date}/vod/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    key = f"TC3{secret_key}".encode()
    for part in (date, "vod", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    answer = requests.post(
        f"https://{HOST}/",
        data=body.encode(),
        headers={
            "Content-Type": "application/json",
            "X-TC-Action": action,
            "X-TC-Version": "2018-07-17",
            "X-TC-Timestamp": str(timestamp),
            "Authorization": f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, "
            f"SignedHeaders=content-type;host, Signature={signature}",
        },
        timeout=10,
    )
    response: dict[str, Any] = answer.json()["Response"]
    return response


SUBJECT = {"SubjectName": "cat", "SubjectImages": ["http://example.com/cat.png"]}


def test_the_signature_is_right(mockvod: Any) -> None:
    assert call(mockvod.secret_id, mockvod.secret_key, "CreateAigcSubject", SUBJECT)["TaskId"]


def test_a_wrong_key_is_refused_and_explained(mockvod: Any) -> None:
    answer = call(mockvod.secret_id, f"{mockvod.secret_key} ", "CreateAigcSubject", SUBJECT)

    assert answer["Error"]["Code"] == "AuthFailure.SignatureFailure"
    assert "a blank at its end" in mockvod.calls.last.explanation


def test_a_connection_that_drops_is_an_exception(mockvod: Any) -> None:
    mockvod.fault("drop", action="CreateAigcSubject")

    with pytest.raises(requests.ConnectionError):
        call(mockvod.secret_id, mockvod.secret_key, "CreateAigcSubject", SUBJECT)

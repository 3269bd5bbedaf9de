"""What the gateway lets in although it looks at it: hashes of the body, regions, and who else has an account."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

NOW = 1_735_689_600
SUBJECT = "CreateAigcSubject"
BODY = b'{"SubjectImages": ["http://example.com/cat.png"]}'
HASH = hashlib.sha256(BODY).hexdigest()


def code_of(caller: Any, request: Any) -> str:
    code: str = caller.send(request).get("Error", {}).get("Code", "")
    return code


@pytest.mark.parametrize(
    ("claimed", "code"),
    [
        pytest.param(HASH, "", id="right"),
        pytest.param(HASH.upper(), "", id="in-capitals"),
        pytest.param(HASH[:-1], "InvalidParameterValue", id="cut"),
        pytest.param("", "InvalidParameterValue", id="empty"),
        pytest.param("unsigned-payload", "InvalidParameterValue", id="unsigned-in-small-letters"),
    ],
)
def test_the_hash_of_the_body(caller: Any, claimed: str, code: str) -> None:
    assert code_of(caller, caller.post(SUBJECT, body=BODY, headers={"x-tc-content-sha256": claimed})) == code


def test_an_unsigned_body(caller: Any) -> None:
    """The signature is of the words UNSIGNED-PAYLOAD then, so that any body fits it."""
    request = caller.post(SUBJECT, body=BODY, signed={"x-tc-content-sha256": "UNSIGNED-PAYLOAD"})

    assert code_of(caller, request) == ""
    assert code_of(caller, replace(request, body=BODY.replace(b"cat", b"dog"))) == ""


def test_v1_has_no_hash(caller: Any) -> None:
    request = caller.v1(SUBJECT)

    assert code_of(caller, replace(request, headers={**request.headers, "x-tc-content-sha256": "x"})) == ""


@pytest.mark.parametrize(
    ("regions", "region", "code"),
    [
        pytest.param(None, "ap-jakarta", "", id="any"),
        pytest.param({"ap-singapore"}, "ap-singapore", "", id="served"),
        pytest.param({"ap-singapore"}, None, "", id="none-named"),
        pytest.param({"ap-singapore"}, "ap-jakarta", "UnsupportedRegion", id="not-served"),
    ],
)
def test_regions(make_caller: Any, regions: Any, region: str | None, code: str) -> None:
    mock = MockVod(Settings(regions=regions), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock)

    assert code_of(caller, caller.post(SUBJECT, headers={} if region is None else {"x-tc-region": region})) == code


def test_who_has_an_account_is_told(make_caller: Any) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other)), clock=VirtualClock(NOW, tick=0))

    response = mock.handle(make_caller(mock).post(SUBJECT, secret_id="AKIDnobody"))

    assert dict(response.headers)["X-Mockvod-Explain"] == (
        f"'AKIDnobody' is not an account here; there is {DEFAULT_ACCOUNT.secret_id}, AKIDother"
    )


def test_another_product_is_named(mock: MockVod, caller: Any) -> None:
    response = mock.handle(caller.post(SUBJECT, host="cvm.tencentcloudapi.com", service="cvm"))

    assert "cvm" in json.loads(response.body)["Response"]["Error"]["Message"]


# --- Authorization -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        pytest.param("TC3-HMAC-SHA256", "TC2-HMAC-SHA256", "Algorithm", id="method"),
        pytest.param("2025-01-01", "2025-01-02", "Date", id="day-after"),
        pytest.param("2025-01-01", "2024-12-31", "Date", id="day-before"),
        pytest.param("/vod/", "/cvm/", "Service", id="service"),
    ],
)
def test_what_is_wrong_with_the_header_is_named(caller: Any, old: str, new: str, field: str) -> None:
    request = caller.post(SUBJECT)
    header = request.headers["authorization"]
    assert old in header

    response = caller.mock.handle(
        replace(request, headers={**request.headers, "authorization": header.replace(old, new)})
    )

    error = json.loads(response.body)["Response"]["Error"]
    assert error["Code"] == "AuthFailure.InvalidAuthorization"
    assert f"`{field}`" in error["Message"]
    assert dict(response.headers)["X-Mockvod-Explain"]


@pytest.mark.parametrize("seconds", [0, 86_399], ids=["first", "last"])
def test_the_date_is_that_of_the_timestamp_to_the_second(make_caller: Any, seconds: int) -> None:
    caller = make_caller(MockVod(Settings(), clock=VirtualClock(NOW + seconds, tick=0)))

    assert code_of(caller, caller.post(SUBJECT)) == ""


def test_a_call_without_a_host(caller: Any) -> None:
    request = caller.post(SUBJECT)
    headers = {name: value for name, value in request.headers.items() if name != "host"}

    assert code_of(caller, replace(request, headers=headers)) == "AuthFailure.SignatureFailure"


class TwoTimes(VirtualClock):
    """Stands at NOW, while the machine's clock is a day ahead."""

    def wall(self) -> float:
        return NOW + 86_400


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        pytest.param(86_400, "", id="the-machines"),
        pytest.param(86_400 - 300, "", id="five-minutes-behind-it"),
        pytest.param(86_400 + 300, "", id="five-minutes-ahead-of-it"),
        pytest.param(86_400 - 301, "AuthFailure.SignatureExpire", id="more-behind"),
        pytest.param(86_400 + 301, "AuthFailure.SignatureExpire", id="more-ahead"),
        pytest.param(300, "", id="the-mocks"),
    ],
)
def test_a_client_may_go_by_the_machines_clock(make_caller: Any, seconds: int, code: str) -> None:
    caller = make_caller(MockVod(Settings(), clock=TwoTimes(NOW, tick=0)))

    assert code_of(caller, caller.post(SUBJECT, timestamp=NOW + seconds)) == code

"""Strategies for signed requests: right ones are accepted, wrong ones refused with the code that comes with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.gateway.order import CHECKS
from mockvod.http import HttpRequest
from mockvod.settings import Account, Settings
from mockvod.validators.signature import explain_signature, parse_authorization, tc3, v1
from mockvod.validators.strategies import (
    SignedHttpRequest,
    mutated_signed_http_requests,
    mutations,
    signed_http_requests,
)

ID, KEY = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
NOW = 1_735_689_600  # 2025-01-01T00:00:00Z: the day before is a second away
CREDENTIALS: dict[str, Any] = {"secret_id": ID, "secret_key": KEY, "timestamp": NOW}
SCHEMES = pytest.mark.parametrize("scheme", ["v3", "v1"])
MUTATIONS = pytest.mark.parametrize(
    ("scheme", "mutation"),
    [pytest.param(scheme, name, id=f"{scheme}-{name}") for scheme in ("v3", "v1") for name in mutations(scheme)],
)
#: Mistakes that can be seen only by whoever knows the time, the accounts and their tokens.
OUTSIDE = {"expired_timestamp", "future_timestamp", "unknown_secret_id", "wrong_token"}
few = settings(max_examples=8, deadline=None)
some = settings(max_examples=50, deadline=None)


def answer(request: SignedHttpRequest, account: Account | None = None) -> dict[str, Any]:
    """What a new mock answers at NOW, so that no call has been made before."""
    accounts = (account or Account(ID, KEY),)
    options = Settings(accounts=accounts, rate_limit="off", concurrency="off", magic_prompts=False)
    mock = MockVod(options, clock=VirtualClock(NOW, tick=0))
    response = mock.handle(HttpRequest(request.method, request.query, request.headers, request.body))
    inside: dict[str, Any] = json.loads(response.body)["Response"]
    return inside


def fields(request: SignedHttpRequest) -> dict[str, str]:
    """The decoded fields of a version 1 call."""
    return dict(parse_qsl(request.query or request.body.decode(), keep_blank_values=True))


def any_of(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool]) -> Any:
    """An example that meets a condition; fails if 3,000 draws have none."""
    looking = settings(max_examples=3000, database=None, phases=[Phase.generate], deadline=None)
    return find(strategy, wanted, settings=looking)


# Right ones


@some
@given(signed_http_requests(**CREDENTIALS, scheme="v3"))
def test_v3_verifies(request: SignedHttpRequest) -> None:
    authorization = parse_authorization(request.headers["authorization"])

    assert tc3.verify(request, authorization, KEY, NOW)


@some
@given(signed_http_requests(**CREDENTIALS, scheme="v1"))
def test_v1_verifies(request: SignedHttpRequest) -> None:
    assert v1.verify(request.method, request.headers["host"], fields(request), KEY)


@SCHEMES
@some
@given(data=st.data())
def test_any_time_is_signed_rightly(data: st.DataObject, scheme: str) -> None:
    request = data.draw(signed_http_requests(secret_id=ID, secret_key=KEY, scheme=scheme))

    assert explain_signature(request, KEY).cause == "valid"


@SCHEMES
@pytest.mark.parametrize(
    "action", ["CreateAigcVideoTask", "CreateAigcSubject", "CreateAigcHunyuan3DTask", "CreateSceneAigcImageTask"]
)
@few
@given(data=st.data())
def test_call_is_let_in_and_makes_a_task(data: st.DataObject, action: str, scheme: str) -> None:
    request = data.draw(signed_http_requests(action, **CREDENTIALS, scheme=scheme))

    assert list(answer(request)) == ["TaskId", "RequestId"]


@some
@given(signed_http_requests(**CREDENTIALS))
def test_no_check_of_the_gateway_refuses_any_call(request: SignedHttpRequest) -> None:
    # InvalidParameterValue may be the service's: for a handle that nobody was given, for one.
    refusals = {code for check in CHECKS for code in check.codes} - {"InvalidParameterValue"}

    assert answer(request).get("Error", {"Code": ""})["Code"] not in refusals


@SCHEMES
@few
@given(data=st.data())
def test_temporary_credentials_come_with_their_token(data: st.DataObject, scheme: str) -> None:
    request = data.draw(signed_http_requests("CreateAigcSubject", **CREDENTIALS, scheme=scheme, token="tok+en/="))

    assert list(answer(request, Account(ID, KEY, token="tok+en/="))) == ["TaskId", "RequestId"]


@SCHEMES
@few
@given(data=st.data())
def test_host_is_the_given_one(data: st.DataObject, scheme: str) -> None:
    request = data.draw(signed_http_requests(**CREDENTIALS, scheme=scheme, host="localhost:8080"))

    assert request.headers["host"] == "localhost:8080"


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        pytest.param("v3", lambda each: each.method == "GET", id="v3-get"),
        pytest.param("v3", lambda each: each.method == "POST" and each.query, id="v3-post-with-query"),
        pytest.param("v3", lambda each: not each.body.isascii(), id="v3-unicode"),
        pytest.param("v3", lambda each: b"\\u" in each.body, id="v3-escaped-unicode"),
        pytest.param(
            "v3",
            lambda each: each.headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD",
            id="v3-unsigned-payload",
        ),
        pytest.param("v3", lambda each: len(each.headers.get("x-tc-content-sha256", "")) == 64, id="v3-payload-hash"),
        pytest.param("v3", lambda each: ";x-tc-action;" in each.headers["authorization"], id="v3-more-headers-signed"),
        pytest.param("v3", lambda each: each.headers["content-type"].endswith("UTF-8"), id="v3-capital-charset"),
        pytest.param("v3", lambda each: each.headers["host"] == "127.0.0.1:4577", id="v3-host-with-port"),
        pytest.param("v3", lambda each: "+" in each.query, id="v3-blank-as-plus"),
        pytest.param("v3", lambda each: "%20" in each.query, id="v3-blank-as-percent"),
        pytest.param("v1", lambda each: each.method == "GET", id="v1-get"),
        pytest.param("v1", lambda each: each.method == "POST", id="v1-post"),
        pytest.param("v1", lambda each: fields(each).get("SignatureMethod") == "HmacSHA256", id="v1-sha256"),
        pytest.param("v1", lambda each: "SignatureMethod" not in fields(each), id="v1-no-method"),
        pytest.param("v1", lambda each: "%E" in each.query, id="v1-unicode"),
    ],
)
def test_way_to_sign_is_in_reach(scheme: str, wanted: Callable[[SignedHttpRequest], bool]) -> None:
    any_of(signed_http_requests(**CREDENTIALS, scheme=scheme), lambda each: bool(wanted(each)))


def test_plainest_call_has_nothing_that_it_can_do_without() -> None:
    plain = find(
        signed_http_requests("CreateAigcSubject", **CREDENTIALS, scheme="v3"),
        lambda _: True,
        settings=settings(database=None, deadline=None),
    )
    signed = tc3.sign(plain, secret_id=ID, secret_key=KEY, service="vod", timestamp=NOW)

    assert plain.headers == {
        "content-type": "application/json",
        "host": "vod.intl.tencentcloudapi.com",
        "x-tc-action": "CreateAigcSubject",
        "x-tc-version": "2018-07-17",
        "x-tc-timestamp": str(NOW),
        "authorization": signed.authorization,
    }


@some
@given(signed_http_requests("CreateAigcAudioClone", **CREDENTIALS, scheme="v3"))
def test_get_is_not_longer_than_allowed(request: SignedHttpRequest) -> None:
    assert len(request.query) <= 32 * 1024


@some
@given(signed_http_requests("CreateAigcAudioClone", **CREDENTIALS, scheme="v1"))
def test_v1_is_not_longer_than_allowed(request: SignedHttpRequest) -> None:
    assert len(request.query) <= 32 * 1024 and len(request.body) <= 1024 * 1024


# Wrong ones


@MUTATIONS
@few
@given(data=st.data())
def test_wrong_request_is_refused_as_foretold(data: st.DataObject, scheme: str, mutation: str) -> None:
    request, _, code = data.draw(mutated_signed_http_requests(**CREDENTIALS, scheme=scheme, mutation=mutation))

    assert answer(request)["Error"]["Code"] == code


@MUTATIONS
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_wrong_request_is_explained(data: st.DataObject, scheme: str, mutation: str) -> None:
    request, name, _ = data.draw(mutated_signed_http_requests(**CREDENTIALS, scheme=scheme, mutation=mutation))

    assert explain_signature(request, KEY).valid is (name in OUTSIDE)


@pytest.mark.parametrize(("scheme", "count"), [("v3", 1200), ("v1", 600)])
def test_any_wrong_request_may_have_any_mutation(scheme: str, count: int) -> None:
    names = set()

    @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None)
    @given(mutated_signed_http_requests("DescribeTaskDetail", **CREDENTIALS, scheme=scheme))
    def draw(case: tuple[SignedHttpRequest, str, str]) -> None:
        names.add(case[1])

    draw()
    assert names == set(mutations(scheme))


@some
@given(mutated_signed_http_requests("DescribeSubAppIds", **CREDENTIALS))
def test_call_that_may_go_without_parameters_is_refused_too(case: tuple[SignedHttpRequest, str, str]) -> None:
    request, _, code = case

    assert answer(request)["Error"]["Code"] == code


@SCHEMES
@some
@given(data=st.data())
def test_wrong_token_is_wrong_beside_a_right_one(data: st.DataObject, scheme: str) -> None:
    request, _, code = data.draw(
        mutated_signed_http_requests(**CREDENTIALS, scheme=scheme, token="token", mutation="wrong_token")
    )

    assert answer(request, Account(ID, KEY, token="token"))["Error"]["Code"] == code == "AuthFailure.TokenFailure"


@few
@given(mutated_signed_http_requests(**CREDENTIALS, scheme="v3", mutation="body_byte_flipped"))
def test_flipped_byte_leaves_an_object_with_as_many_members(case: tuple[SignedHttpRequest, str, str]) -> None:
    request, _, _ = case
    flipped = json.loads(request.body)

    assert [name[0].islower() for name in flipped] == [True] + [False] * (len(flipped) - 1)


# Arguments


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: signed_http_requests(**CREDENTIALS, scheme="v2"), "scheme='v2' is none of v3, v1", id="scheme"
        ),
        pytest.param(lambda: signed_http_requests("PullEvent", **CREDENTIALS), "did you mean PullEvents", id="action"),
        pytest.param(
            lambda: signed_http_requests(secret_id="", secret_key=KEY), "secret_id and secret_key", id="empty-id"
        ),
        pytest.param(lambda: mutations("v2"), "scheme='v2' is none of v3, v1", id="scheme-of-mutations"),
        pytest.param(
            lambda: mutated_signed_http_requests(**CREDENTIALS, scheme="v2"), "scheme='v2'", id="scheme-of-wrong-ones"
        ),
        pytest.param(
            lambda: mutated_signed_http_requests(**CREDENTIALS, mutation="typo"),
            "mutation='typo' is none of wrong_key, ",
            id="mutation",
        ),
        pytest.param(
            lambda: mutated_signed_http_requests("DescribeSubAppIds", **CREDENTIALS, mutation="body_byte_flipped"),
            "or DescribeSubAppIds cannot have it",
            id="mutation-that-needs-parameters",
        ),
    ],
)
def test_argument_that_cannot_be_is_refused_at_once(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()

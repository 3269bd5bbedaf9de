"""What the gateway says in plain words of each refusal: the header X-Mockvod-Explain, text by text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

NOW = 1_735_689_600
SUBJECT = "CreateAigcSubject"
DEFAULTS = Settings()
FORM = "application/x-www-form-urlencoded"
TEMPORARY = Account("AKIDtemporary", "temporary-key", token="the-token", expires=NOW + 1)
EXPIRED = replace(TEMPORARY, expires=NOW)
LONG = "x" * 100
CUT = "x" * 80


@dataclass(frozen=True)
class Case:
    """What is sent, and what is said of it."""

    explanation: str
    send: Callable[[Any], HttpRequest]
    settings: Settings = DEFAULTS
    account: Account = DEFAULT_ACCOUNT
    #: Calls of the same kind that go before.
    before: int = 0


def sent_from(request: HttpRequest, peer: str) -> HttpRequest:
    return replace(request, peer=peer)


def sent_as(method: str, request: HttpRequest) -> HttpRequest:
    return replace(request, method=method)


def headed(request: HttpRequest, **headers: str) -> HttpRequest:
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(request, headers={**request.headers, **changed})


def with_body(request: HttpRequest, body: bytes) -> HttpRequest:
    return replace(request, body=body)


CASES = {
    # transport
    "blocked": Case(
        "10.0.0.1 is in the setting blocked_ips",
        lambda c: sent_from(c.post(SUBJECT), "10.0.0.1"),
        Settings(blocked_ips=frozenset({"10.0.0.1"})),
    ),
    "not-allowed": Case(
        "10.0.0.1 is not in the setting allowed_ips",
        lambda c: sent_from(c.post(SUBJECT), "10.0.0.1"),
        Settings(allowed_ips=frozenset({"10.0.0.2"})),
    ),
    "method": Case("PUT is not GET or POST", lambda c: sent_as("PUT", c.post(SUBJECT))),
    "v3-post-size": Case(
        "the body is larger than the limit of 10485760 bytes",
        lambda c: with_body(c.post(SUBJECT), b" " * 10_485_761),
    ),
    "v1-post-size": Case(
        "the body is larger than the limit of 1048576 bytes",
        lambda c: with_body(c.v1(SUBJECT), b" " * 1_048_577),
    ),
    "get-size": Case(
        "the query string is larger than the limit of 32768 bytes",
        lambda c: replace(c.get(SUBJECT), query=" " * 32_769),
    ),
    # parameters
    "multipart": Case(
        "no action of VOD takes multipart/form-data; send application/json",
        lambda c: headed(c.post(SUBJECT), content_type="Multipart/Form-Data; boundary=b"),
    ),
    "get-multipart": Case(
        f"no action of VOD takes multipart/form-data; send {FORM}",
        lambda c: headed(c.get(SUBJECT), content_type="multipart/form-data"),
    ),
    "no-content-type": Case(
        "send Content-Type: application/json", lambda c: c.post(SUBJECT, headers={"content-type": None})
    ),
    "content-type": Case(
        "a POST of this kind is sent as application/json, not text/plain",
        lambda c: headed(c.post(SUBJECT), content_type="Text/Plain; charset=utf-8"),
    ),
    "get-content-type": Case(
        f"a GET of this kind is sent as {FORM}, not application/json",
        lambda c: headed(c.get(SUBJECT), content_type="application/json"),
    ),
    "v1-content-type": Case(
        f"a POST of this kind is sent as {FORM}, not text/plain",
        lambda c: headed(c.v1(SUBJECT), content_type="text/plain"),
    ),
    "no-object": Case("the body is JSON, but not an object: list", lambda c: with_body(c.post(SUBJECT), b"[]")),
    "not-json": Case(
        "the body is not JSON: Expecting ',' delimiter: line 1 column 8 (char 7)",
        lambda c: with_body(c.post(SUBJECT), b'{"a": 1'),
    ),
    "constant": Case(
        "the body is not JSON: NaN is not JSON: line 1 column 1 (char 0)",
        lambda c: with_body(c.post(SUBJECT), b'{"a": NaN}'),
    ),
    "no-version": Case("send the header X-TC-Version", lambda c: c.post(SUBJECT, headers={"x-tc-version": None})),
    "no-timestamp": Case("send the header X-TC-Timestamp", lambda c: headed(c.post(SUBJECT), x_tc_timestamp="")),
    "v1-no-nonce": Case(
        "without an Authorization header the call is read as signature v1, which needs the field Nonce",
        lambda c: c.v1(SUBJECT, changed={"Nonce": None}),
    ),
    "v3-without-authorization": Case(
        "there are X-TC- headers but no Authorization header, so the call is read as signature v1",
        lambda c: headed(c.post(SUBJECT, body=b"", headers={"authorization": None}), content_type=FORM),
    ),
    "v1-nonce": Case(
        f"Nonce is '{'x' * 40}', not a positive integer", lambda c: c.v1(SUBJECT, changed={"Nonce": LONG})
    ),
    "v1-nonce-0": Case("Nonce is '0', not a positive integer", lambda c: c.v1(SUBJECT, changed={"Nonce": "0"})),
    "v1-timestamp": Case(
        f"Timestamp is '{'x' * 40}', not UNIX seconds", lambda c: c.v1(SUBJECT, changed={"Timestamp": LONG})
    ),
    "timestamp": Case(
        f"X-TC-Timestamp is '{CUT}': send UNIX seconds as a whole number",
        lambda c: headed(c.post(SUBJECT), x_tc_timestamp=LONG),
    ),
    "timestamp-of-20-digits": Case(
        "X-TC-Timestamp is '10000000000000000000': send UNIX seconds as a whole number",
        lambda c: headed(c.post(SUBJECT), x_tc_timestamp="10000000000000000000"),
    ),
    "region": Case(
        f"X-TC-Region is '{CUT}': leave it out or send a name like ap-singapore",
        lambda c: headed(c.post(SUBJECT), x_tc_region=LONG),
    ),
    "v1-region": Case(
        "Region is '': leave it out or send a name like ap-singapore",
        lambda c: c.v1(SUBJECT, changed={"Region": ""}),
    ),
    "language": Case(
        f"X-TC-Language is '{CUT}': send zh-CN or en-US", lambda c: headed(c.post(SUBJECT), x_tc_language=LONG)
    ),
    "v1-language": Case(
        "Language is 'de-DE': send zh-CN or en-US", lambda c: c.v1(SUBJECT, changed={"Language": "de-DE"})
    ),
    # flatten
    "no-equals": Case(f"the part '{CUT}' has no =", lambda c: c.get(SUBJECT, LONG)),
    "no-name": Case(f"the part '={'x' * 79}' has no name before the =", lambda c: c.get(SUBJECT, f"={LONG}")),
    # authenticate
    "ahead": Case(
        f"the timestamp {NOW + 301} is 301 s ahead of the server's clock, {NOW}",
        lambda c: c.post(SUBJECT, timestamp=NOW + 301),
    ),
    "behind": Case(
        f"the timestamp {NOW - 301} is 301 s behind the server's clock, {NOW}",
        lambda c: c.post(SUBJECT, timestamp=NOW - 301),
    ),
    "no-account": Case(
        f"'{CUT}' is not an account here; there is AKIDtemporary",
        lambda c: c.post(SUBJECT, secret_id=LONG),
        account=TEMPORARY,
    ),
    "invalid-secret-id": Case(
        "the account AKIDbad is set to answer so",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDbad", "k", suspended="AuthFailure.InvalidSecretId"),
    ),
    "mfa": Case(
        "the account AKIDbad is set to answer so",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDbad", "k", suspended="AuthFailure.MFAFailure"),
    ),
    "payload-hash": Case(
        f"X-TC-Content-SHA256 is '{CUT}', not the body's SHA-256",
        lambda c: headed(c.post(SUBJECT), x_tc_content_sha256=LONG),
    ),
    "stray-token": Case(
        "a token was sent, but this SecretId is a lasting key that has none",
        lambda c: headed(c.post(SUBJECT), x_tc_token="x"),
    ),
    "no-token": Case(
        "this SecretId is a temporary one: send its token (X-TC-Token, or the field Token in v1)",
        lambda c: c.post(SUBJECT, headers={"x-tc-token": None}),
        account=TEMPORARY,
    ),
    "wrong-token": Case(
        "the token sent is not the one that belongs to this SecretId",
        lambda c: headed(c.post(SUBJECT), x_tc_token="x"),
        account=TEMPORARY,
    ),
    "expired": Case(
        "the temporary credentials have expired; ask for new ones", lambda c: c.post(SUBJECT), account=EXPIRED
    ),
    # find
    "product": Case(
        "mockvod answers for vod only", lambda c: c.post(SUBJECT, host="cvm.tencentcloudapi.com", service="cvm")
    ),
    "version": Case("the version of the VOD API is 2018-07-17", lambda c: c.post(SUBJECT, version="2017-03-12")),
    "action": Case(
        "VOD has no action 'CreateAigcVideosTask'; near it are CreateAigcVideoTask, CreateSceneAigcVideoTask, "
        "CreateAigcVideoRedrawTask",
        lambda c: c.post("CreateAigcVideosTask"),
    ),
    "action-like-none": Case(f"VOD has no action '{CUT}'", lambda c: c.post(LONG)),
    "offline": Case(
        "CreateAigcSubject is in the setting offline_actions",
        lambda c: c.post(SUBJECT),
        Settings(offline_actions=frozenset({SUBJECT})),
    ),
    "region-not-served": Case(
        "ap-jakarta is not in the setting regions",
        lambda c: headed(c.post(SUBJECT), x_tc_region="ap-jakarta"),
        Settings(regions=frozenset({"ap-singapore"})),
    ),
    "policy": Case(
        "CreateAigcSubject is in the denied actions of AKIDdenied",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDdenied", "k", denied=frozenset({SUBJECT})),
    ),
    # throttle
    "rate": Case("call 4 of this second, 2 are allowed", lambda c: c.post(SUBJECT), Settings(rate_limit=2), before=3),
}


@pytest.mark.parametrize("name", CASES)
def test_the_explanation_of_a_refusal(make_caller: Any, name: str) -> None:
    case = CASES[name]
    mock = MockVod(replace(case.settings, accounts=(case.account,)), clock=VirtualClock(NOW, tick=0))
    request = case.send(make_caller(mock, case.account))
    for _ in range(case.before):
        mock.handle(request)

    assert dict(mock.handle(request).headers)["X-Mockvod-Explain"] == case.explanation


@pytest.mark.parametrize(
    ("send", "cause"),
    [
        pytest.param(lambda c: c.post(SUBJECT, secret_key=f"{c.account.secret_key}\n"), "secret_whitespace", id="key"),
        pytest.param(lambda c: c.v1(SUBJECT, changed={"Signature": "AAAA"}), "signature_format", id="v1"),
        pytest.param(lambda c: c.post(SUBJECT, service="cvm"), "wrong_service", id="service"),
        pytest.param(lambda c: headed(c.post(SUBJECT), authorization="x"), "authorization_malformed", id="header"),
        pytest.param(lambda c: c.post(SUBJECT, secret_key="other-key"), "key_of_another_account", id="key-of-another"),
    ],
)
def test_a_wrong_signature_is_explained_by_its_cause(make_caller: Any, send: Any, cause: str) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other)), clock=VirtualClock(NOW, tick=0))

    response = mock.handle(send(make_caller(mock)))

    assert dict(response.headers)["X-Mockvod-Explain"].split(":")[0] == cause


@pytest.mark.parametrize(("allowed", "cause"), [(True, "wrong_secret_key"), (False, "wrong_service")])
def test_an_explanation_knows_the_services_that_are_accepted(make_caller: Any, allowed: bool, cause: str) -> None:
    """Some SDKs take the first part of a local address for the service."""
    mock = MockVod(Settings(allow_host_service=allowed), clock=VirtualClock(NOW, tick=0))
    caller = make_caller(mock, host="127.0.0.1:4577")

    response = mock.handle(caller.post(SUBJECT, service="127", secret_key="nobody knows this key"))

    assert dict(response.headers)["X-Mockvod-Explain"].split(":")[0] == cause

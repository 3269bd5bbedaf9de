"""Every code that the gateway can answer, reached over HTTP, with its text in both languages."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.gateway import CHECKS
from mockvod.http import HttpRequest
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings

SUBJECT = "CreateAigcSubject"
TEMPORARY = Account("AKIDtemporary", "temporary-key", token="the-token", expires=1e12)
DEFAULTS = Settings()
EXPIRED = Account("AKIDexpired", "expired-key", token="the-token", expires=1.0)


def exchange(server: LiveServer, request: HttpRequest) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.endpoint, timeout=10)
    try:
        path = "/" + (f"?{request.query}" if request.query else "")
        connection.putrequest(request.method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        if request.body or request.method == "POST":
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Case:
    """What is sent, and what comes back. `en` and `zh` are patterns over the whole text."""

    code: str
    en: str
    send: Callable[[Any], HttpRequest]
    zh: str = ""
    settings: Settings = DEFAULTS
    account: Account = DEFAULT_ACCOUNT
    #: Calls of the same kind that go before.
    before: int = 0


def exactly(text: str) -> str:
    return re.escape(text)


CASES = {
    "blocked-ip": Case(
        "IpInBlacklist", ".+", lambda c: c.post(SUBJECT), settings=Settings(blocked_ips=frozenset({"127.0.0.1"}))
    ),
    "not-allowed-ip": Case(
        "IpNotInWhitelist", ".+", lambda c: c.post(SUBJECT), settings=Settings(allowed_ips=frozenset({"10.1.1.1"}))
    ),
    "method": Case("UnsupportedProtocol", ".+", lambda c: HttpRequest("PUT", "", c.post(SUBJECT).headers, b"{}")),
    "v3-post-size": Case(
        "RequestSizeLimitExceeded", ".+", lambda c: c.post(SUBJECT, body=b'"' + b"a" * 10 * 1024 * 1024 + b'"')
    ),
    "get-size": Case("RequestSizeLimitExceeded", ".+", lambda c: c.get(SUBJECT, "SubjectName=" + "a" * 32 * 1024)),
    "v1-post-size": Case(
        "AuthFailure.SignatureFailure",
        exactly(
            "The provided credentials could not be validated because of exceeding request size limit, "
            "please use new signature method `TC3-HMAC-SHA256`."
        ),
        lambda c: c.v1(SUBJECT, {"SubjectName": "a" * 1024 * 1024}),
    ),
    "no-equals": Case(
        "InvalidParameter",
        exactly("Url key and value should be splited by `=`."),
        lambda c: c.get(SUBJECT, "SubjectName"),
        exactly("参数错误，请求URL中参数key和value必须以 `=` 分隔。"),
    ),
    "no-name": Case(
        "InvalidParameter",
        exactly("The request has a parameter key which is empty string."),
        lambda c: c.get(SUBJECT, "=x"),
        exactly("参数错误，请求参数key不能为空字符串。"),
    ),
    "repeated": Case(
        "InvalidParameter",
        exactly("Parameter `SubjectName` input repeated."),
        lambda c: c.get(SUBJECT, "SubjectName=a&SubjectName=b"),
        exactly("参数 `SubjectName` 重复输入。"),
    ),
    "array-gap": Case(
        "InvalidParameter",
        exactly("Parameter `SubjectImages` invalid array format, array index must be continuous and starts with 0."),
        lambda c: c.get(SUBJECT, "SubjectImages.1=x"),
        exactly("参数 `SubjectImages` 是非法是数组格式，数组下标必须是连续的而且从0下标开始。"),
    ),
    "name-format": Case(
        "InvalidParameter",
        exactly("Parameter `SubjectName..x` format invalid."),
        lambda c: c.get(SUBJECT, "SubjectName..x=1"),
        exactly("参数 `SubjectName..x` 格式非法。"),
    ),
    "not-json": Case(
        "InvalidParameter",
        exactly("The request content not valid json format for specified content-type=application/json."),
        lambda c: c.post(SUBJECT, body=b'{"SubjectName": '),
        exactly("对于指定content-type=application/json协议下，请求内容不是合法的Json格式。"),
    ),
    "empty-body": Case(
        "InvalidParameter",
        exactly("The request content not valid json format for specified content-type=application/json."),
        lambda c: c.post(SUBJECT, body=b""),
    ),
    "json-but-no-object": Case(
        "InvalidParameter",
        exactly("The request content not valid json format for specified content-type=application/json."),
        lambda c: c.post(SUBJECT, body=b'""'),
    ),
    "nan": Case(
        "InvalidParameter",
        exactly("The request content not valid json format for specified content-type=application/json."),
        lambda c: c.post(SUBJECT, body=b'{"TasksPriority": NaN}'),
    ),
    "content-type": Case(
        "InvalidParameterValue",
        exactly("A value specified in `Content-Type` is not valid, is unsupported, or cannot be used."),
        lambda c: c.post(SUBJECT, signed={"content-type": "text/plain"}),
    ),
    "get-content-type": Case(
        "InvalidParameterValue",
        exactly("A value specified in `Content-Type` is not valid, is unsupported, or cannot be used."),
        lambda c: c.get(SUBJECT, signed={"content-type": "application/json"}),
    ),
    "no-content-type": Case(
        "MissingParameter",
        exactly("The request header is missing a required common parameter `Content-Type`."),
        lambda c: c.post(SUBJECT, headers={"content-type": None}),
    ),
    "multipart": Case(
        "InvalidRequest", ".+", lambda c: c.post(SUBJECT, signed={"content-type": "multipart/form-data; boundary=b"})
    ),
    "v3-missing-action": Case(
        "MissingParameter",
        exactly("The request header is missing a required common parameter `X-TC-Action`."),
        lambda c: c.post(SUBJECT, headers={"x-tc-action": None}),
    ),
    "another-clouds-authorization": Case(
        "MissingParameter",
        exactly("The request header is missing a required common parameter `X-TC-Action`."),
        lambda c: HttpRequest(
            "POST",
            "",
            {
                "host": c.host,
                "authorization": "AWS4-HMAC-SHA256 Credential=a/20250101/us-east-1/sts/aws4_request",
                "content-type": "application/json",
            },
            b"{}",
        ),
    ),
    "v1-bare": Case(
        "MissingParameter",
        exactly("The request is missing a required parameter `Timestamp`."),
        lambda c: HttpRequest("GET", "", {"host": c.host}, b""),
    ),
    "v1-missing-secret-id": Case(
        "MissingParameter",
        exactly("The request is missing a required parameter `SecretId`."),
        lambda c: c.v1(SUBJECT, changed={"SecretId": None}),
    ),
    "v1-nonce": Case(
        "InvalidParameter",
        exactly("Parameter `Nonce` type error."),
        lambda c: c.v1(SUBJECT, {"Nonce": "abc"}),
    ),
    "v3-empty-region": Case(
        "InvalidParameterValue",
        exactly("A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used."),
        lambda c: c.post(SUBJECT, headers={"x-tc-region": ""}),
    ),
    "v1-region": Case(
        "InvalidParameterValue",
        exactly("A value specified in `Region` is not valid, is unsupported, or cannot be used."),
        lambda c: c.v1(SUBJECT, {"Region": "Singapore"}),
    ),
    "language": Case(
        "InvalidParameterValue",
        exactly("A value specified in `X-TC-Language` is not valid, is unsupported, or cannot be used."),
        lambda c: c.post(SUBJECT, headers={"x-tc-language": "fr-FR"}),
    ),
    "timestamp": Case(
        "InvalidParameterValue",
        exactly("A value specified in `X-TC-Timestamp` is not valid, is unsupported, or cannot be used."),
        lambda c: c.post(SUBJECT, headers={"x-tc-timestamp": "now"}),
    ),
    "service": Case(
        "AuthFailure.InvalidAuthorization",
        exactly(
            "The request `Authorization` header does not conform to tencentcloud standards: "
            "`Service` in Credential not valid."
        ),
        lambda c: c.post(SUBJECT, service="cvm"),
    ),
    "authorization": Case(
        "AuthFailure.InvalidAuthorization",
        "The request `Authorization` header does not conform to tencentcloud standards: .+",
        lambda c: c.post(SUBJECT, headers={"authorization": "Bearer abc"}),
    ),
    "skip": Case(
        "AuthFailure.InvalidAuthorization",
        "The request `Authorization` header does not conform to tencentcloud standards: .+",
        lambda c: c.post(SUBJECT, headers={"authorization": "SKIP"}),
    ),
    "expired": Case(
        "AuthFailure.SignatureExpire",
        "Signature expired\\. Please use local time and enable NTP service for time synchronization to avoid a "
        "deviation between `Timestamp` and the server time [0-9]{10}\\.",
        lambda c: c.post(SUBJECT, timestamp=int(c.mock.clock.now()) - 302),
    ),
    "secret-id": Case(
        "AuthFailure.SecretIdNotFound",
        exactly("The SecretId is not found, please ensure that your SecretId is correct."),
        lambda c: c.post(SUBJECT, secret_id="undefined"),
        exactly("SecretId不存在，请输入正确的密钥。"),
    ),
    "not-an-api-key": Case(
        "AuthFailure.InvalidSecretId",
        ".+",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDconsole", "k", suspended="AuthFailure.InvalidSecretId"),
    ),
    "mfa": Case(
        "AuthFailure.MFAFailure",
        ".+",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDmfa", "k", suspended="AuthFailure.MFAFailure"),
    ),
    "content-sha256": Case(
        "InvalidParameterValue",
        exactly("The value specified in `X-TC-Content-SHA256` is not correct."),
        lambda c: c.post(SUBJECT, headers={"x-tc-content-sha256": "abc"}),
        exactly("参数 `X-TC-Content-SHA256` 计算值不正确。"),
    ),
    "signature": Case(
        "AuthFailure.SignatureFailure",
        exactly("The provided credentials could not be validated. Please check your signature is correct."),
        lambda c: c.post(SUBJECT, secret_key="wrong"),
        exactly("请求签名验证失败，请检查您的签名计算是否正确。"),
    ),
    "v1-signature": Case(
        "AuthFailure.SignatureFailure",
        exactly("The provided credentials could not be validated. Please check your signature is correct."),
        lambda c: c.v1(SUBJECT, changed={"Signature": "AAAA"}),
    ),
    "stray-token": Case(
        "AuthFailure.TokenFailure",
        ".*Token verification failed, please check if your Token is correct.*",
        lambda c: c.post(SUBJECT, headers={"x-tc-token": "x"}),
    ),
    "wrong-token": Case(
        "AuthFailure.TokenFailure",
        ".*Token verification failed, please check if your Token is correct.*",
        lambda c: c.post(SUBJECT, headers={"x-tc-token": "x"}),
        account=TEMPORARY,
    ),
    "expired-token": Case(
        "AuthFailure.TokenFailure",
        ".*Token verification failed, please check if your Token is correct.*",
        lambda c: c.post(SUBJECT),
        account=EXPIRED,
    ),
    "product": Case("NoSuchProduct", ".+", lambda c: c.post(SUBJECT, host="cvm.tencentcloudapi.com", service="cvm")),
    "version": Case(
        "NoSuchVersion",
        exactly("The specified api version=`2019-07-22` does not exist in service=`vod`."),
        lambda c: c.post(SUBJECT, version="2019-07-22"),
    ),
    "action": Case(
        "InvalidAction",
        exactly(
            "The request action=`CreateAigcMovie` is invalid or not found in service=`vod` and version=`2018-07-17`."
        ),
        lambda c: c.post("CreateAigcMovie"),
    ),
    "offline": Case(
        "ActionOffline", ".+", lambda c: c.post(SUBJECT), settings=Settings(offline_actions=frozenset({SUBJECT}))
    ),
    "region-not-served": Case(
        "UnsupportedRegion",
        exactly("The action not support this region."),
        lambda c: c.post(SUBJECT, headers={"x-tc-region": "ap-jakarta"}),
        settings=Settings(regions=frozenset({"ap-singapore"})),
    ),
    "rate": Case(
        "RequestLimitExceeded",
        "Your current request times equals to `2[0-9]` in a second, which exceeds the frequency limit `20` for a "
        "second\\. Please reduce the frequency of calls\\.",
        lambda c: c.post(SUBJECT),
        "您当前每秒请求 `2[0-9]` 次，超过了每秒频率上限 `20`，请稍后重试。",
        before=20,
    ),
    "rate-ip": Case(
        "RequestLimitExceeded.IPLimitExceeded",
        ".+",
        lambda c: c.post(SUBJECT),
        before=1,
        settings=Settings(ip_rate_limit=1),
    ),
    "rate-account": Case(
        "RequestLimitExceeded.UinLimitExceeded",
        ".+",
        lambda c: c.post(SUBJECT),
        before=1,
        settings=Settings(account_rate_limit=1),
    ),
    "rate-global": Case(
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        ".+",
        lambda c: c.post(SUBJECT),
        before=1,
        settings=Settings(global_rate_limit=1),
    ),
    "policy": Case(
        "AuthFailure.UnauthorizedOperation",
        "You are not authorized to perform this operation\\. Check your CAM policies, and ensure that you are using "
        "the correct access keys\\. \\[\\[request id:[0-9a-f-]{36}\\]you are not authorized to perform operation "
        "\\(vod:CreateAigcSubject\\)\nresource \\(\\*\\) has no permission\n\\]",
        lambda c: c.post(SUBJECT),
        account=Account("AKIDdenied", "k", denied=frozenset({SUBJECT})),
    ),
    "unknown-parameter": Case(
        "UnknownParameter",
        exactly("The parameter `$schema` is not recognized."),
        lambda c: c.post(SUBJECT, {"$schema": "x"}),
    ),
    "type": Case(
        "InvalidParameter",
        exactly("The value type of parameter `SubjectName` is not valid, input type should be `string`"),
        lambda c: c.post(SUBJECT, {"SubjectName": 1}),
        exactly("参数 `SubjectName` 取值类型错误。参数类型应为 `string`"),
    ),
    "missing": Case(
        "MissingParameter",
        exactly("The request is missing a required parameter `ModelName`."),
        lambda c: c.post("CreateAigcVideoTask", {"SubAppId": 1, "ModelVersion": "3.1"}),
    ),
}


@pytest.fixture
def ask(make_caller: Any) -> Callable[..., tuple[http.client.HTTPResponse, dict[str, Any]]]:
    """Sends a case to a server of its own, whose clock stands still so that all its calls fall in one window."""

    def ask_it(case: Case, **headers: str) -> tuple[http.client.HTTPResponse, dict[str, Any]]:
        settings = replace(case.settings, accounts=(case.account,))
        with LiveServer(settings, clock=VirtualClock(1_735_689_600, tick=0)) as server:
            request = case.send(make_caller(server.mock, case.account, server.endpoint))
            request = replace(request, headers={**request.headers, **headers})
            for _ in range(case.before):
                exchange(server, request)
            response, body = exchange(server, request)
        return response, json.loads(body)["Response"]

    return ask_it


@pytest.mark.parametrize("name", CASES)
def test_answers_code_and_english_text(name: str, ask: Any) -> None:
    case = CASES[name]

    response, answer = ask(case)

    assert answer["Error"]["Code"] == case.code
    assert re.fullmatch(case.en, answer["Error"]["Message"]), answer["Error"]["Message"]
    assert list(answer) == ["Error", "RequestId"]
    assert (response.status, response.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.zh])
def test_answers_chinese_text_when_asked(name: str, ask: Any) -> None:
    case = CASES[name]

    _, answer = ask(case, **{"x-tc-language": "zh-CN"})

    assert re.fullmatch(case.zh, answer["Error"]["Message"]), answer["Error"]["Message"]


def test_v1_asks_for_chinese_with_a_field(ask: Any) -> None:
    case = Case("MissingParameter", "", lambda c: c.v1("CreateAigcVideoTask", {"Language": "zh-CN", "SubAppId": "1"}))

    _, answer = ask(case)

    assert answer["Error"]["Message"] == "请求缺少必传参数 `ModelName`。"


def test_every_code_that_a_check_lists_is_reached() -> None:
    listed = {code for check in CHECKS for code in check.codes}

    assert listed == {case.code for case in CASES.values()}

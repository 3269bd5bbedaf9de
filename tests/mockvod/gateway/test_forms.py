"""The forms in which calls come: JSON, queries and forms of both signature families, and what they are called."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mockvod.app import MockVod
from mockvod.http import HttpRequest

APP = {"SubAppId": "7"}
FORM = "application/x-www-form-urlencoded"


def error_of(caller: Any, request: HttpRequest) -> dict[str, str]:
    error: dict[str, str] = caller.send(request).get("Error", {"Code": "", "Message": ""})
    return error


def typed(request: HttpRequest, kind: str | None) -> HttpRequest:
    headers = {name: value for name, value in request.headers.items() if name != "content-type"}
    return replace(request, headers=headers if kind is None else {**headers, "content-type": kind})


# --- types ---------------------------------------------------------------------------------------------------------


def test_numbers_of_a_query_are_text(caller: Any) -> None:
    assert error_of(caller, caller.get("DescribeTasks", "SubAppId=7&Limit=5"))["Code"] == ""
    assert error_of(caller, caller.get("DescribeTasks", "SubAppId=seven"))["Code"] == "InvalidParameter"


def test_numbers_of_json_are_numbers(caller: Any) -> None:
    assert error_of(caller, caller.post("DescribeTasks", {"SubAppId": 7, "Limit": 5}))["Code"] == ""
    assert error_of(caller, caller.post("DescribeTasks", {"SubAppId": "7"}))["Code"] == "InvalidParameter"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_numbers_of_v1_are_text(caller: Any, method: str) -> None:
    assert error_of(caller, caller.v1("DescribeTasks", {**APP, "Limit": "5"}, method=method))["Code"] == ""


@pytest.mark.parametrize("name", ["Region", "Action", "Language", "Nonce"])
def test_with_tc3_what_v1_has_among_the_fields_is_no_parameter(caller: Any, name: str) -> None:
    requests = [
        caller.post("DescribeTasks", {"SubAppId": 7, name: "x"}),
        caller.get("DescribeTasks", f"SubAppId=7&{name}=x"),
    ]

    assert [error_of(caller, each) for each in requests] == [
        {"Code": "UnknownParameter", "Message": f"The parameter `{name}` is not recognized."}
    ] * 2


# --- v1 with JSON: nobody documents it, so that every field is looked for at its top level -------------------------


def as_json(caller: Any, fields: Mapping[str, str] = {}, **changed: Any) -> HttpRequest:
    """The call with its fields as JSON. What is `changed` was not signed so."""
    request = caller.v1("DescribeAllClass", fields)
    content = {**dict(parse_qsl(request.body.decode())), **changed}
    content = {name: value for name, value in content.items() if value is not None}
    return typed(replace(request, body=json.dumps(content).encode()), "application/json")


def test_fields_of_json(caller: Any) -> None:
    assert error_of(caller, as_json(caller))["Code"] == ""


def test_numbers_among_the_fields_of_json_were_signed_as_text(caller: Any) -> None:
    now = int(caller.mock.clock.now())

    assert error_of(caller, as_json(caller, APP, Timestamp=now, Nonce=11886, SubAppId=7))["Code"] == ""
    assert error_of(caller, as_json(caller, APP, Nonce=11887))["Code"] == "AuthFailure.SignatureFailure"
    assert error_of(caller, as_json(caller, APP))["Code"] == "InvalidParameter"


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "SecretId", "Signature", "Action", "Version"])
def test_a_field_that_json_lacks_is_named(caller: Any, name: str) -> None:
    error = error_of(caller, as_json(caller, **{name: None}))

    assert error["Code"] == "MissingParameter"
    assert f"`{name}`" in error["Message"]


def test_common_fields_of_json_are_no_parameters_of_the_action(caller: Any) -> None:
    caller.send(as_json(caller, APP, SubAppId=7))

    [record] = caller.mock.journal
    assert record.params == {"SubAppId": 7}


# --- content types -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "kind", "code"),
    [
        pytest.param("POST", FORM, "", id="form"),
        pytest.param("POST", f"{FORM}; charset=utf-8", "", id="with-a-charset"),
        pytest.param("POST", FORM.upper(), "", id="in-capitals"),
        pytest.param("POST", None, "", id="none"),
        pytest.param("POST", FORM[:-1], "", id="misspelt-as-recorded"),
        pytest.param("POST", FORM[:-2], "InvalidParameterValue", id="otherwise-misspelt"),
        pytest.param("POST", "application/octet-stream", "InvalidParameterValue", id="other"),
        pytest.param("POST", "multipart/form-data", "InvalidParameterValue", id="multipart"),
        pytest.param("GET", None, "", id="get"),
        pytest.param("GET", "application/json", "", id="get-json"),
        pytest.param("GET", "text/plain", "", id="get-other"),
    ],
)
def test_content_types_of_v1(caller: Any, method: str, kind: str | None, code: str) -> None:
    request = caller.v1("DescribeTasks", APP, method=method)

    assert error_of(caller, typed(request, kind))["Code"] == code


def test_a_form_that_is_not_utf8_is_read_as_far_as_it_goes(caller: Any) -> None:
    request = caller.v1("DescribeTasks", APP)

    error = error_of(caller, replace(request, body=request.body + b"&FileId=\xff"))

    assert error["Code"] == "AuthFailure.SignatureFailure"


# --- the integers of v1 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        pytest.param("Nonce", "1" * 19, "", id="19-digits"),
        pytest.param("Nonce", "1" * 20, "InvalidParameter", id="20-digits"),
        pytest.param("Nonce", "-1", "InvalidParameter", id="negative"),
        pytest.param("Nonce", "٣", "InvalidParameter", id="other-digits"),
        pytest.param("Timestamp", "now", "InvalidParameter", id="timestamp"),
    ],
)
def test_integers_of_v1(caller: Any, name: str, value: str, code: str) -> None:
    error = error_of(caller, caller.v1("DescribeTasks", {**APP, name: value}))

    assert error["Code"] == code
    assert not code or f"`{name}`" in error["Message"]


# --- sizes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 1], ids=["at-the-limit", "over-it"])
@pytest.mark.parametrize(
    ("form", "limit", "code"),
    [
        pytest.param("v3-post", 10 * 2**20, "RequestSizeLimitExceeded", id="v3-post"),
        pytest.param("v3-get", 32 * 2**10, "RequestSizeLimitExceeded", id="v3-get"),
        pytest.param("v1-post", 2**20, "AuthFailure.SignatureFailure", id="v1-post"),
        pytest.param("v1-get", 32 * 2**10, "RequestSizeLimitExceeded", id="v1-get"),
    ],
)
def test_as_much_as_the_limit_is_read(caller: Any, form: str, limit: int, code: str, more: int) -> None:
    """Only what is larger is told that it is too large; blanks and ampersands fill it up."""
    if form == "v3-post":
        request = caller.post("DescribeTasks", body=b'{"SubAppId": 7}'.ljust(limit + more))
    elif form == "v3-get":
        request = caller.get("DescribeTasks", "SubAppId=7".ljust(limit + more, "&"))
    else:
        method = form[3:].upper()
        request = caller.v1("DescribeTasks", APP, method=method)
        request = replace(
            request,
            query=request.query.ljust(limit + more, "&") if method == "GET" else "",
            body=request.body.ljust(limit + more, b"&") if method == "POST" else b"",
        )

    error = error_of(caller, request)

    assert error["Code"] == (code if more else "")
    assert not more or "size" in error["Message"]


@pytest.mark.parametrize(
    ("body", "explanation"),
    [
        pytest.param(
            b"\xef\xbb\xbf{}",
            "the body is not JSON: it begins with a byte order mark (EF BB BF); write it in UTF-8 without one, and sign it so",
            id="byte-order-mark",
        ),
        pytest.param(
            "\ufeff{}".encode("utf-16-le"),
            "the body is not JSON: it is UTF-16 with a byte order mark; write it in UTF-8, and sign it so",
            id="utf-16",
        ),
        pytest.param(
            gzip.compress(b"{}"),
            "the body is not JSON: it is compressed with gzip; send it uncompressed, because the API "
            "decompresses no body (assumed)",
            id="gzip",
        ),
        pytest.param(
            b'{"SubAppId": 1e999}',
            "the body is not JSON: the number 1e999 is too large",
            id="number",
        ),
        pytest.param(
            b'{"SubAppId": -1e999}',
            "the body is not JSON: the number -1e999 is too large",
            id="negative-number",
        ),
    ],
)
def test_a_body_that_is_no_json_is_named(mock: MockVod, caller: Any, body: bytes, explanation: str) -> None:
    response = mock.handle(caller.post("DescribeAllClass", body=body))

    code = json.loads(response.body)["Response"]["Error"]["Code"]
    assert (code, dict(response.headers)["X-Mockvod-Explain"]) == ("InvalidParameter", explanation)

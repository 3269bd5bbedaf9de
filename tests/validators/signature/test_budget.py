"""However large a request is, explaining its signature takes no more work than it takes for an ordinary one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from mockvod.validators.signature import Explanation, explain_signature, tc3

NOW = 1_735_689_600
HOST = "vod.intl.tencentcloudapi.com"
KEY = "the right SecretKey"
NOBODYS = "a key that no account has"
#: Calls of functions, those in C included. An ordinary request takes a quarter of it.
MOST_CALLS = 300_000


@dataclass(frozen=True)
class Request:
    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def v3(
    body: bytes = b'{"a":1}', *, method: str = "POST", query: str = "", names: int = 0, sent: str = "", host: str = HOST
) -> Request:
    """A request signed with a key of nobody's; `names` further headers are signed, with `sent` as their value."""
    listed = tuple(f"x-{number}" for number in range(names))
    headers = {
        "host": host,
        "content-type": "application/json",
        "x-tc-timestamp": str(NOW),
        **dict.fromkeys(listed, sent),
    }
    request = Request(method, query, headers, body)
    signed = tc3.sign(
        request,
        secret_id="AKID",
        secret_key=NOBODYS,
        service="vod",
        timestamp=NOW,
        signed_headers=("content-type", "host", *listed),
    )
    return Request(method, query, {**headers, "authorization": signed.authorization}, body)


def v1(fields: Mapping[str, str]) -> Request:
    form = urlencode({"SecretId": "AKID", "Timestamp": str(NOW), "Signature": "A" * 27 + "=", **fields})
    return Request("POST", "", {"host": HOST}, form.encode())


def array(item: str, count: int) -> bytes:
    return f"[{','.join([item] * count)}]".encode()


ORDINARY = v3()
LARGE: Mapping[str, Request] = {
    "1000-signed-headers": v3(names=1000),
    "1000-signed-headers-of-20-bytes": v3(names=1000, sent="V " * 10),
    "header-of-60-KB": v3(names=1, sent="V " * 30_000),
    "host-of-60-KB": v3(host="a" * 60_000),
    "nested-500-deep": v3(array("[" * 500 + "]" * 500, 50)),
    "nested-in-objects": v3(array('{"a":' * 300 + "1" + "}" * 300, 30)),
    "20000-lists": v3(array("[]", 20_000)),
    "20000-numbers": v3(array("1.5", 15_000)),
    "9-MB": v3(array("1.5", 2_200_000)),
    "query-of-3300-parts": v3(b"", method="GET", query="&".join([f"F{number}=%20" for number in range(3300)])),
    "query-of-32-KB": v3(b"", method="GET", query="F=" + "%E4%B8%AD" * 3500),
    "v1-5000-fields": v1({f"F{number}": "v" for number in range(5000)}),
    "v1-300-KB": v1({"F": "é" * 150_000}),
}


def explained(request: Request, others: Mapping[str, str] | None = None) -> Explanation:
    # Of version 1 the gateway has read the parameters before.
    fields = dict(part.split("=", 1) for part in request.body.decode().split("&")) if "=" in str(request.body) else None
    return explain_signature(request, KEY, params=fields, other_keys=others or {})


@pytest.mark.parametrize("request_", [pytest.param(each, id=name) for name, each in LARGE.items()])
def test_a_large_request_takes_no_more_work(request_: Request, calls_of: Any) -> None:
    assert calls_of(lambda: explained(request_)) < MOST_CALLS


def test_an_ordinary_request_is_tried_to_the_end() -> None:
    found = explained(ORDINARY)

    assert (found.cause, "tried" in found.message) == ("wrong_secret_key", False)


def test_two_thousand_accounts_take_little_more_work(calls_of: Any) -> None:
    others = {f"AKID{number}": f"{number:032}" for number in range(2000)}

    assert calls_of(lambda: explained(ORDINARY, others)) < MOST_CALLS + 20 * len(others)


@pytest.mark.parametrize("name", ["1000-signed-headers", "header-of-60-KB", "v1-5000-fields"])
def test_a_search_that_is_given_up_says_what_was_tried(name: str) -> None:
    assert "this request is too large to try all)" in explained(LARGE[name]).message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("20000-lists", "a body of this many values is not serialised again"),
        ("9-MB", "a body this long is not serialised again"),
        ("query-of-32-KB", "a query this long is not encoded again"),
        ("v1-300-KB", "values this long are not encoded again"),
    ],
)
def test_what_is_left_out_for_its_size_is_told(name: str, told: str) -> None:
    assert told in explained(LARGE[name]).message


@pytest.mark.parametrize("name", ["header-of-60-KB", "v1-300-KB"])
def test_a_report_repeats_long_texts_in_part(name: str) -> None:
    found = explained(LARGE[name])

    assert (len(found.string_to_sign + found.canonical_request) > 50_000, len(found.report()) < 10_000) == (True, True)

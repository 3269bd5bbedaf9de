"""The mistakes that a client can make in a TC3 signature, each with what the gateway answers.

The error codes are recorded or documented for each kind of mistake. That the form of the Authorization header is checked
before the signature is recorded for the service of the scope, and assumed for its other parts.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from mockvod.validators.strategies.calls.calls_v3 import V3Call
from mockvod.validators.strategies.calls.http_calls import SignedHttpRequest
from mockvod.validators.strategies.calls.near_misses import (
    DAY,
    EXPIRED,
    FAILURE,
    MALFORMED,
    TOKEN,
    UNKNOWN,
    adjacent_second,
    other_host,
    other_key,
    outside_window,
    with_headers,
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake, and what comes of it."""

    #: The error code that the gateway answers with.
    code: str
    #: Makes the request with the mistake from a call that has not been signed yet.
    make: Callable[[V3Call], SignedHttpRequest]
    #: The method that the mistake needs; None for either.
    method: str | None = None
    #: Whether the call must have parameters.
    params: bool = False
    #: Whether the payload must be signed.
    covered: bool = False


def flipped(body: bytes) -> bytes:
    """The body with the case of the first letter in its first name changed, which leaves it a JSON object."""
    place = body.index(b'"') + 1
    return body[:place] + bytes([body[place] ^ 0x20]) + body[place + 1 :]


def _unsorted(call: V3Call) -> SignedHttpRequest:
    names = tuple(sorted(call.names, reverse=True))
    return call.signed_as(names=names, listed=";".join(names))


def _upper_case(call: V3Call) -> SignedHttpRequest:
    return call.signed_as(name_style="UPPER", listed=";".join(sorted(call.names)).upper())


def _signed_header_changed(call: V3Call) -> SignedHttpRequest:
    signed = call.with_headers({"x-tc-requestclient": "client/1"}, signed=True).signed()
    return with_headers(signed, {"x-tc-requestclient": "client/2"})


def _signed_header_missing(call: V3Call) -> SignedHttpRequest:
    signed = call.with_headers({"x-tc-requestclient": "client/1"}, signed=True).signed()
    headers = {name: value for name, value in signed.headers.items() if name != "x-tc-requestclient"}
    return replace(signed, headers=headers)


def _double_encoded(call: V3Call) -> SignedHttpRequest:
    # A letter may be percent-encoded although it need not be; then there is something to encode again.
    query = f"%{ord(call.request.query[0]):02X}{call.request.query[1:]}"
    changed = replace(call, request=replace(call.request, query=query))
    return changed.signed_as(query=quote(query, safe="=&"))


def _query_signed(call: V3Call) -> SignedHttpRequest:
    changed = replace(call, request=replace(call.request, query="trace=1"))
    return changed.signed_as(query="trace=1")


def _header_case(call: V3Call) -> SignedHttpRequest:
    # In this header, because the name of every action has capital letters.
    return call.with_headers({"x-tc-action": call.request.headers["x-tc-action"]}, signed=True).signed_as(
        value_style="raw case"
    )


def _signed_then(change: Callable[[SignedHttpRequest], SignedHttpRequest]) -> Callable[[V3Call], SignedHttpRequest]:
    """Signs the call as documented, then changes the request."""
    return lambda call: change(call.signed())


def _header_edited(old: str, new: str) -> Callable[[V3Call], SignedHttpRequest]:
    """Signs the call as documented, then replaces a text in the Authorization header."""

    def edit(request: SignedHttpRequest) -> SignedHttpRequest:
        return with_headers(request, {"authorization": request.headers["authorization"].replace(old, new, 1)})

    return _signed_then(edit)


def _signature(change: Callable[[str], str]) -> Callable[[V3Call], SignedHttpRequest]:
    """Signs the call as documented, then changes the signature."""

    def edit(request: SignedHttpRequest) -> SignedHttpRequest:
        before, mark, signature = request.headers["authorization"].partition("Signature=")
        return with_headers(request, {"authorization": f"{before}{mark}{change(signature)}"})

    return _signed_then(edit)


def _only_signed(name: str) -> Callable[[V3Call], SignedHttpRequest]:
    """Signs one header only."""
    return lambda call: call.signed_as(names=(name,), listed=name)


def _scope_date(days: int) -> Callable[[V3Call], SignedHttpRequest]:
    """Signs with the date of a day before or after, as a local clock may give it."""
    return lambda call: call.signed_as(date=call.at(call.caller.timestamp + days * DAY).date)


V3_MUTATIONS: dict[str, Mutation] = {
    # The key, and its use.
    "wrong_key": Mutation(FAILURE, lambda call: call.signed_as(key=other_key(call.caller.secret_key))),
    "key_without_prefix": Mutation(FAILURE, lambda call: call.signed_as(prefix="")),
    "key_not_derived": Mutation(FAILURE, lambda call: call.signed_as(derivation="none")),
    "hmac_arguments_swapped": Mutation(FAILURE, lambda call: call.signed_as(derivation="swapped")),
    "hmac_hex_between_steps": Mutation(FAILURE, lambda call: call.signed_as(derivation="hex between steps")),
    # What is signed.
    "upper_case_signed_headers": Mutation(FAILURE, _upper_case),
    "unsorted_signed_headers": Mutation(FAILURE, _unsorted),
    "header_value_case": Mutation(FAILURE, _header_case),
    "header_separator": Mutation(FAILURE, lambda call: call.signed_as(separator=": ")),
    "no_blank_line": Mutation(FAILURE, lambda call: call.signed_as(blank_line=False)),
    "line_endings": Mutation(FAILURE, lambda call: call.signed_as(newline="\r\n")),
    "empty_path": Mutation(FAILURE, lambda call: call.signed_as(uri="")),
    "method_in_lower_case": Mutation(FAILURE, lambda call: call.signed_as(method=call.request.method.lower())),
    "other_timestamp_signed": Mutation(
        FAILURE, lambda call: call.signed_as(timestamp=str(adjacent_second(call.caller.timestamp)))
    ),
    "double_encoded_query": Mutation(FAILURE, _double_encoded, "GET", params=True),
    "query_signed_for_post": Mutation(FAILURE, _query_signed, "POST"),
    "payload_signed_for_get": Mutation(
        FAILURE, lambda call: call.signed_as(payload=hashlib.sha256(b"{}").hexdigest()), "GET", covered=True
    ),
    # What changes after signing.
    "body_byte_flipped": Mutation(
        FAILURE,
        _signed_then(lambda request: replace(request, body=flipped(request.body))),
        "POST",
        params=True,
        covered=True,
    ),
    "body_extended": Mutation(
        FAILURE, _signed_then(lambda request: replace(request, body=request.body + b"\n")), "POST", covered=True
    ),
    "query_extended": Mutation(
        FAILURE, _signed_then(lambda request: replace(request, query=f"{request.query}&")), "GET"
    ),
    "payload_not_covered": Mutation(
        FAILURE,
        _signed_then(lambda request: with_headers(request, {"x-tc-content-sha256": "UNSIGNED-PAYLOAD"})),
        covered=True,
    ),
    "content_type_changed": Mutation(
        FAILURE,
        _signed_then(lambda request: with_headers(request, {"content-type": f"{request.headers['content-type']};v=1"})),
    ),
    "host_changed": Mutation(
        FAILURE, _signed_then(lambda request: with_headers(request, {"host": other_host(request.headers["host"])}))
    ),
    "signed_header_changed": Mutation(FAILURE, _signed_header_changed),
    "signed_header_missing": Mutation(FAILURE, _signed_header_missing),
    "timestamp_changed": Mutation(
        FAILURE,
        _signed_then(
            lambda request: with_headers(
                request, {"x-tc-timestamp": str(adjacent_second(int(request.headers["x-tc-timestamp"])))}
            )
        ),
    ),
    "signature_digit_changed": Mutation(
        FAILURE, _signature(lambda text: text[:-1] + ("1" if text[-1] == "0" else "0"))
    ),
    "signature_cut": Mutation(FAILURE, _signature(lambda text: text[:-1])),
    # The Authorization header.
    "wrong_service": Mutation(MALFORMED, lambda call: call.signed("cvm")),
    "wrong_date_before": Mutation(MALFORMED, _scope_date(-1)),
    "wrong_date_after": Mutation(MALFORMED, _scope_date(1)),
    "date_without_dashes": Mutation(MALFORMED, lambda call: call.signed_as(date=call.date.replace("-", ""))),
    "wrong_terminator": Mutation(MALFORMED, lambda call: call.signed_as(terminator="aws4_request")),
    "wrong_algorithm": Mutation(MALFORMED, _header_edited("TC3-HMAC-SHA256", "TC3-HMAC-SHA1")),
    "credential_in_lower_case": Mutation(MALFORMED, _header_edited("Credential=", "credential=")),
    "parts_without_commas": Mutation(MALFORMED, _header_edited(", ", " ")),
    "host_not_signed": Mutation(MALFORMED, _only_signed("content-type")),
    "content_type_not_signed": Mutation(MALFORMED, _only_signed("host")),
    "signature_empty": Mutation(MALFORMED, _signature(lambda text: "")),
    # Who calls, and when.
    "unknown_secret_id": Mutation(
        UNKNOWN, lambda call: replace(call, caller=replace(call.caller, secret_id=f"{call.caller.secret_id}X")).signed()
    ),
    "wrong_token": Mutation(TOKEN, lambda call: call.with_headers({"x-tc-token": f"{call.caller.token}X"}).signed()),
    "expired_timestamp": Mutation(
        EXPIRED, lambda call: call.at(outside_window(call.caller.timestamp, call.caller.amount)).signed()
    ),
    "future_timestamp": Mutation(
        EXPIRED, lambda call: call.at(outside_window(call.caller.timestamp, -1 - call.caller.amount)).signed()
    ),
}

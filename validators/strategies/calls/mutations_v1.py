"""The mistakes that a client can make in a signature of version 1, each with what the gateway answers."""

from collections.abc import Callable
from dataclasses import dataclass

from mockvod.validators.signature import v1
from mockvod.validators.strategies.calls.calls_v1 import V1Call
from mockvod.validators.strategies.calls.http_calls import SignedHttpRequest
from mockvod.validators.strategies.calls.near_misses import (
    EXPIRED,
    FAILURE,
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
    make: Callable[[V1Call], SignedHttpRequest]


def _signed_then(**changes: Callable[[V1Call], str]) -> Callable[[V1Call], SignedHttpRequest]:
    """Signs the call as documented, then changes fields."""

    def make(call: V1Call) -> SignedHttpRequest:
        return call.sent(
            **{"Signature": _right_signature(call), **{name: change(call) for name, change in changes.items()}}
        )

    return make


def _right_signature(call: V1Call) -> str:
    return v1.sign(call.method, call.caller.host, call.fields, call.caller.secret_key).signature


def _signed_at(timestamp: Callable[[V1Call], int]) -> Callable[[V1Call], SignedHttpRequest]:
    """Signs the call as documented, at another time."""
    return lambda call: call.with_fields(Timestamp=str(timestamp(call))).signed()


def _values_encoded(call: V1Call) -> SignedHttpRequest:
    # With a value that percent-encoding changes.
    return call.with_fields(RequestClient="client 1/2").signed_as(value_style="percent-encoded")


V1_MUTATIONS: dict[str, Mutation] = {
    # The key, and its use.
    "wrong_key": Mutation(FAILURE, lambda call: call.signed_as(key=other_key(call.caller.secret_key))),
    "hmac_arguments_swapped": Mutation(FAILURE, lambda call: call.signed_as(swapped=True)),
    "other_algorithm_signed": Mutation(
        FAILURE,
        lambda call: call.signed_as(algorithm="sha256" if v1.digest_name(call.fields) == "sha1" else "sha1"),
    ),
    # What is signed.
    "unsorted_parameters": Mutation(FAILURE, lambda call: call.signed_as(order="reversed")),
    "values_encoded": Mutation(FAILURE, _values_encoded),
    "other_method_signed": Mutation(
        FAILURE, lambda call: call.signed_as(method="GET" if call.method == "POST" else "POST")
    ),
    "path_missing": Mutation(FAILURE, lambda call: call.signed_as(path="?")),
    "parameter_not_signed": Mutation(FAILURE, lambda call: call.signed_as(left_out="Nonce")),
    "empty_signature_signed": Mutation(FAILURE, lambda call: call.signed_as(replaced={"Signature": ""})),
    # What changes after signing.
    "nonce_changed": Mutation(FAILURE, _signed_then(Nonce=lambda call: str(int(call.fields["Nonce"]) + 1))),
    "timestamp_changed": Mutation(
        FAILURE, _signed_then(Timestamp=lambda call: str(adjacent_second(call.caller.timestamp)))
    ),
    "parameter_added": Mutation(FAILURE, _signed_then(RequestClient=lambda call: "proxy")),
    "host_changed": Mutation(FAILURE, lambda call: with_headers(call.signed(), {"host": other_host(call.caller.host)})),
    # The base64 of 20 and of 32 bytes ends in one =, which is percent-encoded once on its way.
    "signature_escaped_twice": Mutation(
        FAILURE, _signed_then(Signature=lambda call: _right_signature(call).replace("=", "%3D"))
    ),
    "signature_cut": Mutation(FAILURE, _signed_then(Signature=lambda call: _right_signature(call)[:-1])),
    # Who calls, and when.
    "unknown_secret_id": Mutation(
        UNKNOWN, lambda call: call.with_fields(SecretId=f"{call.caller.secret_id}X").signed()
    ),
    "wrong_token": Mutation(TOKEN, lambda call: call.with_fields(Token=f"{call.caller.token}X").signed()),
    "expired_timestamp": Mutation(
        EXPIRED, _signed_at(lambda call: outside_window(call.caller.timestamp, call.caller.amount))
    ),
    "future_timestamp": Mutation(
        EXPIRED, _signed_at(lambda call: outside_window(call.caller.timestamp, -1 - call.caller.amount))
    ),
}

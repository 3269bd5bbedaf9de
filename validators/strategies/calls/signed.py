"""Strategies for signed requests, right and wrong ones, to test signers, proxies and gateways in any language."""

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.calls.calls_v1 import v1_calls
from mockvod.validators.strategies.calls.calls_v3 import v3_calls
from mockvod.validators.strategies.calls.http_calls import HOSTS, Caller, SignedHttpRequest, actions, needs_params
from mockvod.validators.strategies.calls.mutations_v1 import V1_MUTATIONS
from mockvod.validators.strategies.calls.mutations_v3 import V3_MUTATIONS
from mockvod.validators.strategies.choices import choices
from mockvod.validators.strategies.errors import InvalidArgument
from mockvod.validators.strategies.requests.valid import requests

SCHEMES = ("v3", "v1")
#: From 2018-01-01T00:00:00Z, the year of TC3, to 2038-01-19T03:14:07Z, the last second in 32 bits.
_timestamps = st.integers(1_514_764_800, 2**31 - 1)


def signed_http_requests(
    action: str | None = None,
    *,
    secret_id: str,
    secret_key: str,
    scheme: str | None = None,
    timestamp: int | None = None,
    token: str = "",
    host: str | None = None,
) -> st.SearchStrategy[SignedHttpRequest]:
    """Generates valid requests with a right signature, made in every way that clients make one.

    Those of version 3 are POST or GET, with JSON written as various languages write it, the payload signed or not, and
    any of the headers signed. Those of version 1 are GET or POST, with HmacSHA1 or HmacSHA256. Texts that would make a
    request larger than the gateway accepts are cut.

    Examples from this strategy shrink towards the smallest request of DescribeTaskDetail, or of the given action.

    Example::

        @given(signed_http_requests(secret_id=ID, secret_key=KEY, scheme="v3"))
        def test_our_verifier_accepts(request):
            assert verifier.accepts(request.method, request.query, request.headers, request.body)

    Args:
        action: The name of an action; by default any whose contract is kept by hand.
        secret_id: The SecretId that the requests name.
        secret_key: The SecretKey that they are signed with.
        scheme: "v3" or "v1"; by default either.
        timestamp: When they are signed, in UNIX seconds; by default any time from 2018 to 2038. Give the time of the
            server if it is to accept them.
        token: The token of temporary credentials; by default there is none.
        host: The Host header; by default an official host or 127.0.0.1:4577. Requests are always signed for vod.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        InvalidArgument: There is no such scheme, or `secret_id` or `secret_key` is empty.
    """
    callers = _callers(secret_id, secret_key, timestamp, token, host)
    named = st.sampled_from(actions(False)) if action is None else st.just(catalog().require(action).action)
    drawn = st.tuples(callers, named, choices("scheme", scheme, SCHEMES))
    return drawn.flatmap(lambda each: _signed(*each))


def mutations(scheme: str | None = None) -> tuple[str, ...]:
    """The names of the mistakes that a request can have in its signature.

    Args:
        scheme: "v3" or "v1"; by default those of either.

    Raises:
        InvalidArgument: There is no such scheme.
    """
    named: dict[str | None, tuple[str, ...]] = {"v3": tuple(V3_MUTATIONS), "v1": tuple(V1_MUTATIONS)}
    named[None] = tuple(dict.fromkeys((*V3_MUTATIONS, *V1_MUTATIONS)))
    if scheme not in named:
        raise InvalidArgument(f"scheme={scheme!r} is none of {', '.join(SCHEMES)}")
    return named[scheme]


def mutated_signed_http_requests(
    action: str | None = None,
    *,
    secret_id: str,
    secret_key: str,
    scheme: str | None = None,
    timestamp: int | None = None,
    token: str = "",
    host: str | None = None,
    mutation: str | None = None,
) -> st.SearchStrategy[tuple[SignedHttpRequest, str, str]]:
    """Generates triples of a request with one mistake in its signature, the name of the mistake, and the error code.

    The requests are those of `signed_http_requests` otherwise. Mistakes in time, SecretId and token can be seen only by a
    server; all others by whoever has the request and the key.

    Examples from this strategy shrink towards the first mistake of `mutations`, in the smallest request.

    Example::

        @given(mutated_signed_http_requests(secret_id=ID, secret_key=KEY, timestamp=NOW))
        def test_gateway_refuses(case):
            request, mutation, code = case
            assert gateway.answer(request, now=NOW)["Response"]["Error"]["Code"] == code

    Args:
        action: The name of an action; by default any whose contract is kept by hand.
        secret_id: The SecretId that the requests name.
        secret_key: The SecretKey that they are signed with.
        scheme: "v3" or "v1"; by default either.
        timestamp: The time of the server, in UNIX seconds; by default any time from 2018 to 2038. Requests that have
            expired, or are not valid yet, are so at this time.
        token: The token of temporary credentials; by default there is none.
        host: The Host header; by default an official host or 127.0.0.1:4577.
        mutation: A name of `mutations`; by default any.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        InvalidArgument: There is no such scheme or mutation, the action cannot have it, or `secret_id` or `secret_key`
            is empty.
    """
    callers = _callers(secret_id, secret_key, timestamp, token, host)
    if action is not None:
        action = catalog().require(action).action
    cases = [
        (each, name)
        for each in ([scheme] if scheme is not None else SCHEMES)
        for name in mutations(each)
        if (mutation is None or name == mutation) and (action is None or _has(each, name, action))
    ]
    if not cases:
        raise InvalidArgument(
            f"mutation={mutation!r} is none of {', '.join(mutations(scheme))}, or {action} cannot have it"
        )
    return st.tuples(callers, st.sampled_from(cases)).flatmap(lambda each: _mutated(each[0], action, *each[1]))


def _has(scheme: str, name: str, action: str) -> bool:
    return scheme == "v1" or not V3_MUTATIONS[name].params or needs_params(action)


def _callers(
    secret_id: str, secret_key: str, timestamp: int | None, token: str, host: str | None
) -> st.SearchStrategy[Caller]:
    if not secret_id or not secret_key:
        raise InvalidArgument("secret_id and secret_key must not be empty")
    return st.builds(
        Caller,
        secret_id=st.just(secret_id),
        secret_key=st.just(secret_key),
        token=st.just(token),
        host=st.sampled_from(HOSTS) if host is None else st.just(host),
        timestamp=_timestamps if timestamp is None else st.just(timestamp),
        amount=st.integers(0, 86_400),
    )


@st.composite
def _signed(draw: st.DrawFn, caller: Caller, action: str, scheme: str) -> SignedHttpRequest:
    params = draw(requests(action))
    if scheme == "v1":
        return draw(v1_calls(caller, action, params)).signed()
    return draw(v3_calls(caller, action, params)).signed()


@st.composite
def _mutated(
    draw: st.DrawFn, caller: Caller, action: str | None, scheme: str, name: str
) -> tuple[SignedHttpRequest, str, str]:
    if scheme == "v1":
        action = action or draw(st.sampled_from(actions(False)))
        wrong = V1_MUTATIONS[name]
        return wrong.make(draw(v1_calls(caller, action, draw(requests(action))))), name, wrong.code
    mutation = V3_MUTATIONS[name]
    action = action or draw(st.sampled_from(actions(mutation.params)))
    params = draw(requests(action))
    call = draw(v3_calls(caller, action, params, method=mutation.method, covered=mutation.covered))
    return mutation.make(call), name, mutation.code

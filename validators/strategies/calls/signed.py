"""Signed requests, right and wrong: for testing signers, proxies and gateways in any language."""

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
#: 2018-01-01T00:00:00Z, before which there was no TC3, to 2038-01-19T03:14:07Z, where 32 bits end.
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
    """Valid requests signed rightly, as clients of all kinds sign them; None stands for any.

    Version "v3" is TC3 by POST or GET, with JSON written in many ways, payload signed or not and up to all headers
    signed; "v1" is HmacSHA1 and HmacSHA256 by GET or POST. The action is one whose contract is kept by hand. `timestamp`
    is in UNIX seconds: give the server's time to one that is to accept them. `token` belongs to temporary credentials.
    A `host` that is not Tencent's is signed for vod. Shrinks to a call with nothing that it can do without.

    Example::

        @given(signed_http_requests(secret_id=ID, secret_key=KEY, scheme="v3"))
        def test_our_verifier_accepts(request):
            assert verifier.accepts(request.method, request.query, request.headers, request.body)

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: a scheme that does not exist, or an empty id or key.
    """
    callers = _callers(secret_id, secret_key, timestamp, token, host)
    named = st.sampled_from(actions(False)) if action is None else st.just(catalog().require(action).action)
    drawn = st.tuples(callers, named, choices("scheme", scheme, SCHEMES))
    return drawn.flatmap(lambda each: _signed(*each))


def mutations(scheme: str | None = None) -> tuple[str, ...]:
    """The names of what can be wrong with a request of that scheme, or of either for None.

    Raises:
        ValueError: a scheme that does not exist.
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
    """Requests with exactly one thing wrong about the signature, what that is, and the code that it is answered with.

    `mutation` is one of `mutations()`, or None for any. All but those of time, SecretId and token are wrong to whoever
    knows only the request and the key. Otherwise as signed_http_requests; a `timestamp` is the server's time, and what
    has expired, or is not valid yet, is so for it. Shrinks to a call with nothing that it can do without.

    Example::

        @given(mutated_signed_http_requests(secret_id=ID, secret_key=KEY, timestamp=NOW))
        def test_gateway_refuses(case):
            request, mutation, code = case
            assert gateway.answer(request, now=NOW)["Response"]["Error"]["Code"] == code

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: a scheme or mutation that does not exist, or that the action cannot have, or an empty id or key.
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

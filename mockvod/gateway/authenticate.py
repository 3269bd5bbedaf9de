"""Checks who is calling and whether they may: both signature families, and temporary credentials."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from mockvod.call.admitted import Common, Scheme
from mockvod.errors import ApiError
from mockvod.gateway.gate import Gate
from mockvod.gateway.parameters import Form
from mockvod.http import HttpRequest
from mockvod.settings import Account
from mockvod.validators.signature import Authorization, AuthorizationError, services, tc3, v1

#: How many seconds a timestamp may differ from the server's clock (documented: five minutes).
MAX_SKEW = 300
SKIP = "SKIP"
#: How many accounts a message names, and of how many the keys are tried where a signature is wrong, at 20 µs each.
_MOST_NAMED = 10
_MOST_TRIED = 200

#: The services that a request to a host may be signed for; the first one is the product of that host.
accepted_services: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=256)(services.accepted_services)


class Credential(Struct, frozen=True):
    """The account that a call names, and its proof."""

    secret_id: str
    #: False for a call that was accepted with SKIP in place of a signature.
    signed: bool
    #: v3 only.
    authorization: Authorization | None = None


def read_credential(request: HttpRequest, scheme: Scheme, form: Form, common: Common, gate: Gate) -> Credential:
    """Reads the credential of a call.

    Raises:
        ApiError: With v3, the header Authorization is malformed, or its scope has another service than this one or
            another day than the timestamp.
    """
    header = request.headers.get("authorization", "")
    if gate.settings.allow_skip and header.strip() == SKIP:
        # Such a call names no account, so it counts as one of the first.
        return Credential(next(iter(gate.accounts)), signed=False)
    if scheme == "v1":
        return Credential(form.fields["SecretId"], signed=True)
    try:
        authorization = tc3.parse_authorization(header)
    except AuthorizationError as error:
        raise _malformed(request, gate, error.field) from None
    if authorization.service not in _services(request, gate):
        raise _malformed(request, gate, "Service")
    if authorization.date != _utc_date(common.timestamp // 86_400):
        raise _malformed(request, gate, "Date")
    return Credential(authorization.secret_id, True, authorization)


def _malformed(request: HttpRequest, gate: Gate, field: str) -> ApiError:
    return ApiError("invalid_authorization", field=field, explanation=_explain(request, "", gate))


def check_age(credential: Credential, common: Common, now: float, gate: Gate) -> None:
    """Checks that the timestamp is within five minutes of the server's clock.

    A test that moves the mock's clock does not move its client's, so the machine's clock counts as well.

    Raises:
        ApiError: It is not; the text names the server's time.
    """
    timestamp, server_time = common.timestamp, int(now)
    if not credential.signed or abs(server_time - timestamp) <= MAX_SKEW:
        return
    if abs(gate.wall() - timestamp) > MAX_SKEW:
        seconds = timestamp - server_time
        direction = "ahead of" if seconds > 0 else "behind"
        raise ApiError(
            "signature_expire",
            server_time=server_time,
            explanation=f"the timestamp {timestamp} is {abs(seconds)} s {direction} the server's clock, {server_time}",
        )


def find_account(credential: Credential, gate: Gate) -> Account:
    """Finds the account of a SecretId.

    Raises:
        ApiError: There is no such account, or it is suspended.
    """
    secret_id = credential.secret_id
    account = gate.accounts.get(secret_id)
    if account is None:
        known = _named(gate)
        raise ApiError(
            "secret_id_not_found", explanation=f"{secret_id[:80]!r} is not an account here; there is {known}"
        )
    if account.suspended:
        key = {"AuthFailure.InvalidSecretId": "invalid_secret_id", "AuthFailure.MFAFailure": "mfa_failure"}
        raise ApiError(key[account.suspended], explanation=f"the account {secret_id} is set to answer so")
    return account


def _named(gate: Gate) -> str:
    """The accounts, for a message; of many, the first few."""
    # Copied to a list, because another thread may add an account meanwhile.
    names = list(gate.accounts)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def check_payload_hash(request: HttpRequest, scheme: Scheme) -> None:
    """Checks X-TC-Content-SHA256, where it is sent: UNSIGNED-PAYLOAD, or the body's hash (inferred from its error text).

    Raises:
        ApiError: It is neither.
    """
    claimed = request.headers.get("x-tc-content-sha256")
    if claimed is None or claimed == tc3.UNSIGNED_PAYLOAD or scheme == "v1":
        return
    if claimed.lower() != hashlib.sha256(request.body).hexdigest():
        raise ApiError("content_sha256", explanation=f"X-TC-Content-SHA256 is {claimed[:80]!r}, not the body's SHA-256")


def check_signature(
    request: HttpRequest, credential: Credential, common: Common, account: Account, form: Form, gate: Gate
) -> None:
    """Checks that the signature is the one that the account's key gives.

    The same signature may come again: TC3 has no nonce, and SDKs repeat a refused call unchanged.

    Raises:
        ApiError: The signature is another one.
    """
    if credential.authorization is not None:
        right = tc3.verify(request, credential.authorization, account.secret_key, common.timestamp)
    elif credential.signed:
        right = v1.verify(request.method, request.header("host"), form.fields, account.secret_key)
    else:
        return
    if not right:
        raise ApiError("signature_failure", explanation=_explain(request, account.secret_key, gate))


def _explain(request: HttpRequest, secret_key: str, gate: Gate) -> str:
    # Imported here, because it takes ten modules and is needed only when a signature is wrong.
    from mockvod.validators.signature import explain_signature

    # Copied to a list, because another thread may add an account meanwhile.
    others = {each.secret_id: each.secret_key for each in list(gate.accounts.values()) if each.secret_key != secret_key}
    tried, services = dict(islice(others.items(), _MOST_TRIED)), _services(request, gate)
    report = explain_signature(request, secret_key, other_keys=tried, services=services).report()
    if len(others) <= _MOST_TRIED:
        return report
    return f"{report}\n(of {len(others):,} other accounts, the keys of the first {_MOST_TRIED} were tried)"


def check_token(credential: Credential, common: Common, account: Account, now: float) -> None:
    """Checks that a temporary key comes with its token and has not expired, and that a permanent key comes without.

    Raises:
        ApiError: The token is missing or wrong (recorded: a wrong token is refused), or the key has expired.
    """
    if not credential.signed:
        return
    if common.token != account.token:
        raise ApiError("token_failure", explanation=_token_fault(account.token, common.token))
    if account.expires is not None and now >= account.expires:
        raise ApiError("token_failure", explanation="the temporary credentials have expired; ask for new ones")


def _token_fault(expected: str, sent: str) -> str:
    if not expected:
        return "a token was sent, but this SecretId is a lasting key that has none"
    if not sent:
        return "this SecretId is a temporary one: send its token (X-TC-Token, or the field Token in v1)"
    return "the token sent is not the one that belongs to this SecretId"


def _services(request: HttpRequest, gate: Gate) -> tuple[str, ...]:
    """The services that the scope of the Credential may name."""
    accepted = accepted_services(request.headers.get("host", ""))
    return accepted if gate.settings.allow_host_service else accepted[:1]


@lru_cache(maxsize=8)
def _utc_date(day: int) -> str:
    """The date of the `day`-th day since 1970-01-01; "" for one outside of the calendar."""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
    except (OverflowError, OSError, ValueError):
        return ""

"""Who is calling, and may they: both signature families, temporary credentials, the access policy."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache

from mockvod.errors import ApiError
from mockvod.gateway.admission import PRODUCT, Admission, Gate
from mockvod.validators.signature import AuthorizationError, services, tc3, v1

#: Seconds that a timestamp may be off the server's clock (documented: five minutes).
MAX_SKEW = 300
SKIP = "SKIP"


def read_authorization(admission: Admission, gate: Gate) -> None:
    """Sets `signed`, and `authorization` (v3): the header in form, for this service, for the day of the timestamp."""
    request = admission.request
    admission.signed = not (gate.settings.allow_skip and request.header("authorization").strip() == SKIP)
    if admission.scheme == "v1" or not admission.signed:
        return
    try:
        authorization = tc3.parse_authorization(request.header("authorization"))
    except AuthorizationError as error:
        raise _malformed(admission, gate, error.field) from None
    if authorization.service not in _services(admission, gate):
        raise _malformed(admission, gate, "Service")
    if authorization.date != _utc_date(admission.common.timestamp // 86_400):
        raise _malformed(admission, gate, "Date")
    admission.authorization = authorization


def _malformed(admission: Admission, gate: Gate, field: str) -> ApiError:
    return ApiError("invalid_authorization", field=field, explanation=_explain(admission, gate, ""))


def check_age(admission: Admission, gate: Gate) -> None:
    """The timestamp is within five minutes of the server's clock. Its text names the server's time.

    A test that has moved that clock has not moved its client's, so the machine's own will do, too.
    """
    if not admission.signed:
        return
    timestamp, now = admission.common.timestamp, int(admission.now)
    if abs(now - timestamp) > MAX_SKEW and abs(gate.wall() - timestamp) > MAX_SKEW:
        seconds = timestamp - now
        direction = "ahead of" if seconds > 0 else "behind"
        raise ApiError(
            "signature_expire",
            server_time=now,
            explanation=f"the timestamp {timestamp} is {abs(seconds)} s {direction} the server's clock, {now}",
        )


def find_account(admission: Admission, gate: Gate) -> None:
    """Sets `account` by SecretId."""
    if admission.scheme == "v1":
        secret_id = admission.fields["SecretId"]
    elif not admission.signed:
        secret_id = next(iter(gate.accounts))
    else:
        secret_id = admission.authorization.secret_id
    account = gate.accounts.get(secret_id)
    if account is None:
        known = ", ".join(gate.accounts)
        raise ApiError(
            "secret_id_not_found", explanation=f"{secret_id[:80]!r} is not an account here; there is {known}"
        )
    if account.suspended:
        key = {"AuthFailure.InvalidSecretId": "invalid_secret_id", "AuthFailure.MFAFailure": "mfa_failure"}
        raise ApiError(key[account.suspended], explanation=f"the account {secret_id} is set to answer so")
    admission.account = account


def check_payload_hash(admission: Admission, gate: Gate) -> None:
    """X-TC-Content-SHA256, when sent, is UNSIGNED-PAYLOAD or the body's hash (the latter inferred from its error text)."""
    request = admission.request
    claimed = request.headers.get("x-tc-content-sha256")
    if claimed is None or claimed == tc3.UNSIGNED_PAYLOAD or admission.scheme == "v1":
        return
    if claimed.lower() != hashlib.sha256(request.body).hexdigest():
        raise ApiError("content_sha256", explanation=f"X-TC-Content-SHA256 is {claimed[:80]!r}, not the body's SHA-256")


def check_signature(admission: Admission, gate: Gate) -> None:
    """The signature is the one that the account's key gives. A repeated signature is accepted: TC3 has no
    nonce, and SDKs send a refused call again as it was."""
    account, request = admission.account, admission.request
    if admission.scheme == "v1":
        right = v1.verify(request.method, request.header("host"), admission.fields, account.secret_key)
    elif not admission.signed:
        return
    else:
        right = tc3.verify(request, admission.authorization, account.secret_key, admission.common.timestamp)
    if not right:
        raise ApiError("signature_failure", explanation=_explain(admission, gate, account.secret_key))


def _explain(admission: Admission, gate: Gate, secret_key: str) -> str:
    # Here, because it is needed only when a signature is wrong, and takes ten modules.
    from mockvod.validators.signature import explain_signature

    # A list, as another thread may add an account meanwhile.
    others = {each.secret_id: each.secret_key for each in list(gate.accounts.values()) if each.secret_key != secret_key}
    return explain_signature(
        admission.request,
        secret_key,
        params=admission.fields if admission.scheme == "v1" else None,
        other_keys=others,
        services=_services(admission, gate),
    ).report()


def check_token(admission: Admission, gate: Gate) -> None:
    """Temporary credentials come with their token, lasting ones with none (a false token is refused: recorded)."""
    if not admission.signed:
        return
    account, token = admission.account, admission.common.token
    if token != account.token:
        raise ApiError("token_failure", explanation=_token_fault(account.token, token))
    if account.expires is not None and admission.now >= account.expires:
        raise ApiError("token_failure", explanation="the temporary credentials have expired; ask for new ones")


def _token_fault(expected: str, sent: str) -> str:
    if not expected:
        return "a token was sent, but this SecretId is a lasting key that has none"
    if not sent:
        return "this SecretId is a temporary one: send its token (X-TC-Token, or the field Token in v1)"
    return "the token sent is not the one that belongs to this SecretId"


def check_policy(admission: Admission, gate: Gate) -> None:
    """The account's access policy lets it call the action."""
    action = admission.contract.action
    if action in admission.account.denied:
        raise ApiError(
            "cam_denied",
            request_id=admission.request_id,
            action=f"{PRODUCT}:{action}",
            resource="*",
            explanation=f"{action} is in the denied actions of {admission.account.secret_id}",
        )


#: The services that a request to a host may be signed for; the first is the product that the host stands for.
accepted_services = lru_cache(maxsize=256)(services.accepted_services)


def _services(admission: Admission, gate: Gate) -> tuple[str, ...]:
    """What the Credential may name as its service."""
    accepted = accepted_services(admission.request.header("host"))
    return accepted if gate.settings.allow_host_service else accepted[:1]


@lru_cache(maxsize=8)
def _utc_date(day: int) -> str:
    """The date of the `day`-th day since 1970, or "" when that is outside of the calendar."""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(day * 86_400))
    except (OverflowError, OSError, ValueError):
        return ""

"""The order of the gateway's checks, which decides what a request with several mistakes is refused for.

No source has the whole order. `CHECKS` gives the evidence for the position of each check: "recorded" and "documented"
are facts; "inferred" follows from facts; "assumed" is the likeliest order where nothing is known, and contradicts no
fact. `admit` makes the checks in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockvod.call.admitted import Admitted, Common, Refused, Scheme
from mockvod.errors import ApiError
from mockvod.gateway.authenticate import (
    check_age,
    check_payload_hash,
    check_signature,
    check_token,
    find_account,
    read_credential,
)
from mockvod.gateway.find import check_policy, find_contract
from mockvod.gateway.gate import Gate
from mockvod.gateway.parameters import (
    NO_FORM,
    Form,
    check_findings,
    language_of,
    read_common,
    read_form,
    read_params,
    require_common,
)
from mockvod.gateway.throttle import SUB_CODES, check_rate
from mockvod.gateway.transport import check_address, check_method, check_size
from mockvod.http import HttpRequest
from mockvod.settings import Account
from mockvod.validators.findings import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One check that the gateway makes of a request."""

    #: The name of its function, which raises ApiError to refuse the request.
    name: str
    #: The codes that it refuses with.
    codes: tuple[str, ...]
    #: The evidence for its position.
    evidence: str


CHECKS: tuple[Check, ...] = (
    Check("check_address", ("IpInBlacklist", "IpNotInWhitelist"), "assumed: needs nothing but the connection"),
    Check("check_method", ("UnsupportedProtocol",), "assumed: decides how the rest is read"),
    Check(
        "check_size",
        ("RequestSizeLimitExceeded", "AuthFailure.SignatureFailure"),
        "assumed: before the body is parsed; the v1 text calls it a failed signature (recorded, sdk-python#42)",
    ),
    Check(
        "read_form",
        ("InvalidParameter", "InvalidParameterValue", "InvalidRequest", "MissingParameter"),
        "recorded: a query part without = is reported before missing common parameters",
    ),
    Check(
        "require_common",
        ("MissingParameter",),
        "recorded: with an Authorization header of another cloud the answer is a missing X-TC-Action, "
        "so presence comes before the header's format",
    ),
    Check(
        "read_common",
        ("InvalidParameter", "InvalidParameterValue"),
        "recorded: an empty X-TC-Region is refused even where no region is needed; before authentication is assumed",
    ),
    Check(
        "read_credential",
        ("AuthFailure.InvalidAuthorization",),
        "assumed: what the header says is needed by all that follows",
    ),
    Check(
        "check_age",
        ("AuthFailure.SignatureExpire",),
        "documented: the printed sample, with an invented key and an old timestamp, is said to have expired",
    ),
    Check(
        "find_account",
        ("AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure"),
        "inferred: the key is needed to compare signatures; recorded for Credential=undefined",
    ),
    Check("check_payload_hash", ("InvalidParameterValue",), "assumed: next to the signature that covers it"),
    Check("check_signature", ("AuthFailure.SignatureFailure",), "inferred: after the key is known"),
    Check(
        "check_token",
        ("AuthFailure.TokenFailure",),
        "recorded: a bad token with a right signature is a token failure, before any business validation",
    ),
    Check(
        "find_contract",
        ("NoSuchProduct", "NoSuchVersion", "InvalidAction", "ActionOffline", "UnsupportedRegion"),
        "assumed: nothing is known of the order against authentication; strangers learn nothing of the API",
    ),
    Check(
        "check_rate",
        ("RequestLimitExceeded", *SUB_CODES),
        "documented (1278/109059, 2025-04-15): the gateway counts by account and action before the backend sees the call",
    ),
    Check(
        "check_policy",
        ("AuthFailure.UnauthorizedOperation",),
        "assumed: the policy is the backend's first question",
    ),
    Check(
        "read_params",
        ("UnknownParameter", "InvalidParameter", "MissingParameter", "InvalidParameterValue"),
        "recorded: types are checked by the gateway, before the service",
    ),
)


def admit(request: HttpRequest, now: float, request_id: str, gate: Gate) -> Admitted | Refused:
    """Makes the checks in order, and refuses the call at the first one that fails."""
    scheme: Scheme = "v3" if "authorization" in request.headers else "v1"
    # What the journal shows of a refused call, as far as it was read.
    form: Form = NO_FORM
    common: Common | None = None
    account: Account | None = None
    findings: tuple[Finding, ...] = ()
    try:
        check_address(request.peer, gate)
        check_method(request)
        check_size(request, scheme)
        form = read_form(request, scheme)
        require_common(request, scheme, form)
        common = read_common(request, scheme, form)
        credential = read_credential(request, scheme, form, common, gate)
        check_age(credential, common, now, gate)
        account = find_account(credential, gate)
        check_payload_hash(request, scheme)
        check_signature(request, credential, common, account, form, gate)
        check_token(credential, common, account, now)
        contract = find_contract(request, common, gate)
        check_rate(request, account, contract, now, gate)
        check_policy(account, contract, request_id)
        params, findings = read_params(contract, form, gate)
        if findings:
            check_findings(findings)
    except ApiError as refusal:
        language = language_of(request, scheme, form)
        return Refused(request, now, request_id, scheme, common, account, form.sent, findings, language, refusal)
    return Admitted(
        request, now, request_id, scheme, common, credential.signed, account, contract, form.sent, params, findings
    )

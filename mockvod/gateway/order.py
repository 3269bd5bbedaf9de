"""The order of the gateway's checks: the one place that decides which fault of a faulty request is reported.

The evidence speaks in rows; no source prints the whole order. `evidence` says for each check why it
stands where it does: "recorded" and "documented" are facts, "assumed" is the likeliest reading
of what is left open, chosen so that all facts hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockvod.gateway import authenticate, find, parameters, throttle, transport
from mockvod.gateway.admission import Admission, Gate


@dataclass(frozen=True, slots=True)
class Check:
    """One question that the gateway asks of a request. `run` raises ApiError for a wrong answer."""

    run: Callable[[Admission, Gate], None]
    #: The codes it can answer.
    codes: tuple[str, ...]
    #: Why it stands where it stands.
    evidence: str

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.run.__name__


CHECKS: tuple[Check, ...] = (
    Check(transport.check_address, ("IpInBlacklist", "IpNotInWhitelist"), "assumed: needs nothing but the connection"),
    Check(transport.check_method, ("UnsupportedProtocol",), "assumed: decides how the rest is read"),
    Check(
        transport.check_size,
        ("RequestSizeLimitExceeded", "AuthFailure.SignatureFailure"),
        "assumed: before the body is parsed; the v1 text calls it a failed signature (recorded, sdk-python#42)",
    ),
    Check(
        parameters.read_fields,
        ("InvalidParameter", "InvalidParameterValue", "InvalidRequest", "MissingParameter"),
        "recorded: a query part without = is reported before missing common parameters",
    ),
    Check(
        parameters.require_common,
        ("MissingParameter",),
        "recorded: with an Authorization header of another cloud the answer is a missing X-TC-Action, "
        "so presence comes before the header's format",
    ),
    Check(
        parameters.read_common,
        ("InvalidParameter", "InvalidParameterValue"),
        "recorded: an empty X-TC-Region is refused even where no region is needed; before authentication is assumed",
    ),
    Check(
        authenticate.read_authorization,
        ("AuthFailure.InvalidAuthorization",),
        "assumed: what the header says is needed by all that follows",
    ),
    Check(
        authenticate.check_age,
        ("AuthFailure.SignatureExpire",),
        "documented: the printed sample, with an invented key and an old timestamp, is said to have expired",
    ),
    Check(
        authenticate.find_account,
        ("AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure"),
        "inferred: the key is needed to compare signatures; recorded for Credential=undefined",
    ),
    Check(
        authenticate.check_payload_hash,
        ("InvalidParameterValue",),
        "assumed: next to the signature that covers it",
    ),
    Check(authenticate.check_signature, ("AuthFailure.SignatureFailure",), "inferred: after the key is known"),
    Check(
        authenticate.check_token,
        ("AuthFailure.TokenFailure",),
        "recorded: a bad token with a right signature is a token failure, before any business validation",
    ),
    Check(
        find.find_contract,
        ("NoSuchProduct", "NoSuchVersion", "InvalidAction", "ActionOffline", "UnsupportedRegion"),
        "assumed: nothing is known of the order against authentication; strangers learn nothing of the API",
    ),
    Check(
        throttle.check_rate,
        ("RequestLimitExceeded",) + throttle.SUB_CODES,
        "documented 2025-04-15: the gateway counts by account and action before the backend sees the call",
    ),
    Check(
        authenticate.check_policy,
        ("AuthFailure.UnauthorizedOperation",),
        "assumed: the policy is the backend's first question",
    ),
    Check(
        parameters.read_params,
        ("UnknownParameter", "InvalidParameter", "MissingParameter", "InvalidParameterValue"),
        "recorded: types are checked by the gateway, before the service",
    ),
)


def admit(admission: Admission, gate: Gate) -> None:
    """Runs every check in order. Raises ApiError at the first that fails."""
    for check in CHECKS:
        check.run(admission, gate)

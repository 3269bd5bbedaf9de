"""Rate limits: calls are counted in windows of one second by their arrival, and refused calls count as well.

Documented: page 1278/109059, 2025-04-15. That refused calls count follows from the numbers in recorded texts, which rise
beyond the limit (6/5, 7/5, 23/20, 103/100).
"""

from __future__ import annotations

from mockvod.errors import ApiError
from mockvod.gateway.gate import Gate
from mockvod.http import HttpRequest
from mockvod.settings import Account
from mockvod.validators.contracts.catalog import Contract

SUB_CODES = (
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
)


def check_rate(request: HttpRequest, account: Account, contract: Contract, now: float, gate: Gate) -> None:
    """Counts a call for every limit that is set.

    Raises:
        ApiError: A limit is exceeded; of several, the action's own is reported first (assumed).
    """
    settings, secret_id = gate.settings, account.secret_id
    rate = contract.rate if settings.rate_limit == "documented" else settings.rate_limit
    limits = (
        ("rate_limit", f"action {secret_id} {contract.action}", rate if rate != "off" else None),
        ("rate_limit_ip", f"ip {request.peer}", settings.ip_rate_limit),
        ("rate_limit_uin", f"account {secret_id}", settings.account_rate_limit),
        # A mock is one access region, so the account's limits for one region and for all differ in their numbers only.
        ("rate_limit_global", f"global {secret_id}", settings.global_rate_limit),
    )
    window, exceeded = int(now), None
    for key, bucket, limit in limits:
        if limit is not None:
            count = gate.hit(bucket, window)
            if count > limit and exceeded is None:
                exceeded = key, count, limit
    if exceeded is not None:
        key, count, limit = exceeded
        raise ApiError(key, count=count, limit=limit, explanation=f"call {count} of this second, {limit} are allowed")

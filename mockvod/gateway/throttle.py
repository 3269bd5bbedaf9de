"""How often: windows of one second by arrival time, in which refused calls count too.

Source: the API 3.0 page on frequency limits, 2025-04-15. That refused calls count is read off the
numbers in recorded texts, which run on past the limit (6/5, 7/5, 23/20, 103/100).
"""

from __future__ import annotations

from mockvod.errors import ApiError
from mockvod.gateway.admission import Admission, Gate

SUB_CODES = (
    "RequestLimitExceeded.IPLimitExceeded",
    "RequestLimitExceeded.UinLimitExceeded",
    "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
)


def check_rate(admission: Admission, gate: Gate) -> None:
    """Counts the call in every limit that is set; all must hold, and the action's own is reported first (assumed)."""
    settings = gate.settings
    contract, account = admission.contract, admission.account.secret_id
    window = int(admission.now)
    rate = contract.rate if settings.rate_limit == "documented" else settings.rate_limit
    exceeded: list[tuple[str, int, int]] = []
    limits = (
        ("rate_limit", f"action {account} {contract.action}", rate if isinstance(rate, int) else None),
        ("rate_limit_ip", f"ip {admission.request.peer}", settings.ip_rate_limit),
        ("rate_limit_uin", f"account {account}", settings.account_rate_limit),
        # A mock is one access region, so the account's limit over all regions differs only in its figure.
        ("rate_limit_global", f"global {account}", settings.global_rate_limit),
    )
    for key, bucket, limit in limits:
        if limit is not None:
            count = gate.hit(bucket, window)
            if count > limit:
                exceeded.append((key, count, limit))
    if exceeded:
        key, count, limit = exceeded[0]
        raise ApiError(key, count=count, limit=limit, explanation=f"call {count} of this second, {limit} are allowed")

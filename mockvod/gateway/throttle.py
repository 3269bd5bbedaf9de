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
#: The limits that only a setting has: the key of the refusal, the setting and the bucket. A mock is one access region, so
#: the account's limits for one region and for all differ in their numbers only.
_SET_LIMITS = (
    ("rate_limit_ip", "ip_rate_limit", "ip {peer}"),
    ("rate_limit_uin", "account_rate_limit", "account {account}"),
    ("rate_limit_global", "global_rate_limit", "global {account}"),
)


def check_rate(request: HttpRequest, account: Account, contract: Contract, now: float, gate: Gate) -> None:
    """Counts a call for every limit that is set.

    Raises:
        ApiError: A limit is exceeded; of several, the action's own is reported first (assumed).
    """
    settings, window = gate.settings, int(now)
    rate = contract.rate if settings.rate_limit == "documented" else settings.rate_limit
    exceeded: ApiError | None = None
    if rate is not None and rate != "off":
        exceeded = _count("rate_limit", f"action {account.secret_id} {contract.action}", window, rate, gate)
    for key, setting, bucket in _SET_LIMITS:
        limit: int | None = getattr(settings, setting)
        if limit is not None:
            counted = _count(key, bucket.format(peer=request.peer, account=account.secret_id), window, limit, gate)
            exceeded = exceeded or counted
    if exceeded is not None:
        raise exceeded


def _count(key: str, bucket: str, window: int, limit: int, gate: Gate) -> ApiError | None:
    count = gate.hit(bucket, window)
    if count <= limit:
        return None
    return ApiError(key, count=count, limit=limit, explanation=f"call {count} of this second, {limit} are allowed")

"""Finds calls that paid twice for one intent, as a client does that retries carelessly, and says what to do instead."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from mockvod.billing.prices import prices
from mockvod.billing.usage import Purchase
from mockvod.validators.contracts.catalog import catalog

Reason = Literal["retry_without_session_id", "session_id_reused_after_window", "equal_request"]

#: Members that control or label a call and say nothing about the wanted result. The application is compared separately,
#: because SubAppId may be left out for the default one.
_NO_INTENT = frozenset({"SessionId", "SessionContext", "SubAppId", "TasksPriority"})


@dataclass(frozen=True, slots=True)
class DoubleCharge:
    """Two calls that paid for one intent, `apart` seconds from each other; `message` says what the client should do."""

    first: str
    second: str
    reason: Reason
    apart: float
    message: str


def double_charges(purchases: Iterable[Purchase], *, window: float) -> tuple[DoubleCharge, ...]:
    """Every call that repeats an earlier one, in the order of the calls, paired with the latest call that it repeats.

    Tasks that failed or were aborted are ignored, because nothing was paid for them (assumed). The cost is linear.

    Args:
        purchases: The billed calls, in any order.
        window: Seconds within which a call with equal parameters counts as the same intent.
    """
    found: list[DoubleCharge] = []
    by_session: dict[tuple[object, ...], Purchase] = {}
    by_intent: dict[tuple[object, ...], Purchase] = {}
    for each in sorted(purchases, key=lambda purchase: purchase.at):
        if not prices().billed(each.action) or each.outcome in ("failed", "aborted"):
            continue
        place, session, intent = (each.account, each.application, each.action), _session(each), _intent(each)
        first = by_session.get((*place, session)) if session else None
        if first is not None:
            found.append(_double(first, each, "session_id_reused_after_window"))
        elif intent is not None:
            first = by_intent.get((*place, intent))
            if first is not None and each.at - first.at <= window:
                neither = not session and not _session(first)
                found.append(_double(first, each, "retry_without_session_id" if neither else "equal_request"))
        if session:
            by_session[(*place, session)] = each
        if intent is not None:
            by_intent[(*place, intent)] = each
    return tuple(found)


def _session(purchase: Purchase) -> str:
    """The SessionId, "" if there is none; an empty SessionId counts as none (documented)."""
    session: str = purchase.params.get("SessionId") or ""
    return session


def _intent(purchase: Purchase) -> str | None:
    """The wanted result as text, equal for equal requests; None if the content of an input file is unknown."""
    infos: list[dict[str, Any]] = purchase.params.get("FileInfos") or []
    # The journal drops files that are sent inside a request, and two calls may differ only in those.
    if not all(info.get("FileId") or info.get("Url") or info.get("Base64") for info in infos):
        return None
    wanted = {name: value for name, value in purchase.params.items() if name not in _NO_INTENT}
    return json.dumps(wanted, sort_keys=True)


def _double(first: Purchase, second: Purchase, reason: Reason) -> DoubleCharge:
    apart = second.at - first.at
    hours = catalog().require(second.action).dedup
    if reason == "session_id_reused_after_window":
        message = (
            f"SessionId {_session(second)!r} was accepted again after {apart / 3600:g} hours, and both calls are paid. "
            f"It prevents a second task for {hours} hours only: later, query the first task instead of "
            "sending the call again, and use a new SessionId for new work."
        )
    elif hours is None:
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters, and both calls are paid. It has "
            "no SessionId to prevent that: after a lost answer, look for what the first call created before calling again."
        )
    elif reason == "retry_without_session_id":
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters and without SessionId, and both "
            f"calls are paid. Send a new SessionId with each piece of work and the same one with a retry: "
            f"for {hours} hours a second call with it is refused."
        )
    else:
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters but not with the SessionId of the "
            "first call, and both calls are paid. A retry needs the same SessionId; if two results are wanted, "
            "nothing is wrong."
        )
    return DoubleCharge(first.id, second.id, reason, apart, message)

"""Which calls paid twice for one intent: what a client does that retries carelessly, and what it should do instead."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from mockvod.billing.prices import prices
from mockvod.billing.usage import Purchase
from mockvod.validators.contracts.catalog import catalog

Reason = Literal["retry_without_session_id", "session_id_reused_after_window", "equal_request"]

#: They steer a call or mark it and say nothing of what is wanted. SubAppId is compared as the application, because it
#: may be left out for the default one.
_NO_INTENT = frozenset({"SessionId", "SessionContext", "SubAppId", "TasksPriority"})


@dataclass(frozen=True, slots=True)
class DoubleCharge:
    """Two calls that paid for one intent. `apart`: seconds; `message`: what happened, and what the client should do."""

    first: str
    second: str
    reason: Reason
    apart: float
    message: str


def double_charges(purchases: Iterable[Purchase], *, window: float) -> tuple[DoubleCharge, ...]:
    """Every call that repeats an earlier one, in the order of the calls; each is held against the latest it repeats.

    `window`: seconds within which a call with equal parameters is taken for the same intent. Calls that failed or were
    aborted are passed over, as nothing was paid for them (assumed). It takes one pass, however many calls there are.
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
    """ "" where there is none: an empty SessionId is documented to be none."""
    session: str = purchase.params.get("SessionId") or ""
    return session


def _intent(purchase: Purchase) -> str | None:
    """What was asked for, as text that equal requests share; None where the content of a file is not known."""
    infos: list[dict[str, Any]] = purchase.params.get("FileInfos") or []
    # A file inside of the request may have been taken out of it; two such calls can differ in just that.
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
            f"It keeps a call from being taken twice for {hours} hours only: later, ask for the first task instead of "
            "sending the call again, and take a new SessionId for new work."
        )
    elif hours is None:
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters, and both calls are paid. It has "
            "no SessionId to prevent that: after a lost answer, look for what the first call made before calling again."
        )
    elif reason == "retry_without_session_id":
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters and without SessionId, and both "
            f"calls are paid. Send a SessionId of its own with each piece of work and the same one when trying again: "
            f"for {hours} hours a second call with it is refused."
        )
    else:
        message = (
            f"{second.action} was called again after {apart:g} s with equal parameters but not with the SessionId of the "
            "first call, and both calls are paid. Trying again takes the same SessionId; if two results are wanted, "
            "nothing is wrong."
        )
    return DoubleCharge(first.id, second.id, reason, apart, message)

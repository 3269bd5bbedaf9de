"""Finds calls that paid twice for one intent, as a client does that retries carelessly, and says what to do instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, NamedTuple

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


class PaidCall(NamedTuple):
    """What has to be known of a call to tell whether a later one repeats it."""

    id: str
    at: float
    #: SessionId, "" if there is none.
    session: str


class Marks(NamedTuple):
    """Texts under which a call is remembered, and which equal those of a call that repeats it."""

    #: None for a call without SessionId.
    session: str | None
    #: None where the content of an input file is unknown.
    intent: str | None


def double_charges(
    purchases: Iterable[Purchase], *, window: float, earlier: Mapping[str, PaidCall] = {}
) -> tuple[DoubleCharge, ...]:
    """Every call that repeats an earlier one, in the order of the calls, paired with the latest call that it repeats.

    Tasks that failed or were aborted are ignored, because nothing was paid for them (assumed). The cost is linear.

    Args:
        purchases: The billed calls, in any order.
        window: Seconds within which a call with equal parameters counts as the same intent.
        earlier: Calls before these, by each of their marks.
    """
    found: list[DoubleCharge] = []
    known = dict(earlier)
    for each in sorted(purchases, key=lambda purchase: purchase.at):
        if not is_paid(each):
            continue
        marks = marks_of(each)
        double = double_charge(each, marks, known.get, window=window)
        if double is not None:
            found.append(double)
        known.update({mark: paid_call(each) for mark in marks if mark is not None})
    return tuple(found)


def is_paid(purchase: Purchase) -> bool:
    """Whether the call is paid, or will be if nothing goes wrong."""
    return prices().billed(purchase.action) and purchase.outcome not in ("failed", "aborted")


def paid_call(purchase: Purchase) -> PaidCall:
    """What is to be known of the call later."""
    return PaidCall(purchase.id, purchase.at, _session(purchase))


def marks_of(purchase: Purchase) -> Marks:
    """The marks of a call."""
    place, session, intent = f"{purchase.application}/{purchase.action}", _session(purchase), _intent(purchase)
    return Marks(
        f"session/{purchase.account}/{place}/{session}" if session else None,
        None if intent is None else f"intent/{purchase.account}/{place}/{sha256(intent.encode()).hexdigest()}",
    )


def double_charge(
    purchase: Purchase, marks: Marks, known: Callable[[str], PaidCall | None], *, window: float
) -> DoubleCharge | None:
    """The call with the latest that it repeats, if it repeats any; `known` gives the latest call of a mark."""
    first = known(marks.session) if marks.session is not None else None
    if first is not None and first.at <= purchase.at:
        return _double(first, purchase, "session_id_reused_after_window")
    first = known(marks.intent) if marks.intent is not None else None
    if first is None or not 0 <= purchase.at - first.at <= window:
        return None
    neither = not _session(purchase) and not first.session
    return _double(first, purchase, "retry_without_session_id" if neither else "equal_request")


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


def _double(first: PaidCall, second: Purchase, reason: Reason) -> DoubleCharge:
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

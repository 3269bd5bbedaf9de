"""Endpoints that only read: health, calls, bill, pushed events, files of the media library."""

from __future__ import annotations

from time import monotonic
from typing import Any, TypedDict, cast

from mockvod.billing.bill import Line, Total
from mockvod.billing.double_charges import DoubleCharge
from mockvod.call.journal import CallRecord
from mockvod.library import KeptFile, kept_files
from mockvod.service.events.push import Notification
from mockvod.surfaces.control.endpoint import ControlContext, Endpoint, require_account
from mockvod.surfaces.control.fields import DIGITS, TEXT, Member
from mockvod.version import __version__

#: The path that is open to everybody.
HEALTH = "/health"
#: How many calls ``GET /requests`` returns by default.
DEFAULT_LIMIT = 100


class Health(TypedDict):
    """The server answers. Whoever asks is told no more than this, because no token is needed to ask."""

    version: str
    #: Seconds since the mock was made.
    uptime: float


class Requests(TypedDict):
    """Calls, oldest first; `forgotten` counts those that have dropped out of the journal."""

    total: int
    forgotten: int
    calls: list[CallRecord]


class Bill(TypedDict):
    """What the accepted calls would have cost. Amounts are decimals as text; null means that no price is published."""

    about: str
    cny: str
    usd: str
    unknown: dict[str, int]
    by_action: dict[str, Total]
    by_specification: dict[str, Total]
    lines: list[Line]
    double_charges: list[DoubleCharge]


class Notifications(TypedDict):
    """Attempts to push an event, oldest first."""

    notifications: list[Notification]


class Media(TypedDict):
    """Files of the media library, oldest first."""

    files: list[KeptFile]


def health(context: ControlContext) -> Health:
    """Whether the server answers. Open to everybody, for the probes of containers."""
    return {"version": __version__, "uptime": round(monotonic() - context.core.started, 3)}


def list_requests(context: ControlContext, action: str | None = None, limit: str = str(DEFAULT_LIMIT)) -> Requests:
    """The latest calls of the API."""
    journal = context.core.journal
    records = [each for each in journal if action is None or each.action == action]
    newest = records[len(records) - min(int(limit), len(records)) :]
    calls = [each.as_json() for each in newest]
    return {"total": journal.total, "forgotten": journal.forgotten, "calls": cast(Any, calls)}


def show_bill(context: ControlContext, account: str | None = None) -> Bill:
    """What the calls would have cost."""
    core = context.core
    bill = core.bill if account is None else core.bill_of(require_account(core, account))
    return cast(Bill, bill.as_json())


def list_notifications(context: ControlContext) -> Notifications:
    """The attempts to push events."""
    return {"notifications": cast(Any, [each._asdict() for each in context.core.notifier.tries])}


def list_media(context: ControlContext, account: str | None = None) -> Media:
    """The media library."""
    core = context.core
    if account is not None:
        require_account(core, account)
    files = kept_files(core.store, core.clock, core.settings)
    return {"files": cast(Any, [file._asdict() for file in files if account in (None, file.account)])}


_ACCOUNT = Member("account", TEXT, "Only what belongs to this SecretId.")
_NO_ACCOUNT = {404: "no such account"}

ENDPOINTS = (
    Endpoint("GET", HEALTH, health),
    Endpoint(
        "GET",
        "/requests",
        list_requests,
        query=(
            Member("action", TEXT, "Only calls of this action."),
            Member("limit", DIGITS, f"How many of the newest calls, {DEFAULT_LIMIT} by default."),
        ),
    ),
    Endpoint("GET", "/bill", show_bill, query=(_ACCOUNT,), refusals=_NO_ACCOUNT),
    Endpoint("GET", "/notifications", list_notifications),
    Endpoint("GET", "/media", list_media, query=(_ACCOUNT,), refusals=_NO_ACCOUNT),
)

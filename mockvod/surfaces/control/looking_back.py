"""Control pages to look back: calls, bill, pushed events, files. They change nothing."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, cast

from mockvod.billing.bill import Line, Total
from mockvod.billing.double_charges import DoubleCharge
from mockvod.call.journal import CallRecord
from mockvod.library import KeptFile, kept_files
from mockvod.service.events.push import Notification
from mockvod.surfaces.control.fields import DIGITS, TEXT, Member
from mockvod.surfaces.control.page import Desk, Page, require_account
from mockvod.version import __version__

#: How many calls `requests` shows when it is not told.
SHOWN = 100


class Health(TypedDict):
    """That the server answers, and how many calls there have been."""

    status: Literal["ok"]
    version: str
    calls: int


class Requests(TypedDict):
    """Calls, oldest first; `forgotten` are those that the journal had no room for."""

    total: int
    forgotten: int
    calls: list[CallRecord]


class Bill(TypedDict):
    """What the accepted calls would have cost. Amounts are decimal texts; null is a price that nobody has published."""

    about: str
    cny: str
    usd: str
    unknown: dict[str, int]
    by_action: dict[str, Total]
    by_specification: dict[str, Total]
    lines: list[Line]
    double_charges: list[DoubleCharge]


class Notifications(TypedDict):
    """Tries to push an event, oldest first."""

    notifications: list[Notification]


class Media(TypedDict):
    """Files of the media library, oldest first."""

    files: list[KeptFile]


def health(desk: Desk) -> Health:
    """Whether the server answers."""
    return {"status": "ok", "version": __version__, "calls": desk.core.journal.total}


def list_requests(desk: Desk, action: str | None = None, limit: str = str(SHOWN)) -> Requests:
    """The last calls of the API."""
    journal = desk.core.journal
    records = [each for each in journal if action is None or each.action == action]
    shown = records[len(records) - min(int(limit), len(records)) :]
    calls = [each.as_json() for each in shown]
    return {"total": journal.total, "forgotten": journal.forgotten, "calls": cast(Any, calls)}


def show_bill(desk: Desk, account: str | None = None) -> Bill:
    """What the calls would have cost."""
    core = desk.core
    bill = core.bill if account is None else core.bill_of(require_account(core, account))
    return cast(Bill, bill.as_json())


def list_notifications(desk: Desk) -> Notifications:
    """Events that were pushed, or were to be."""
    return {"notifications": cast(Any, [each._asdict() for each in desk.core.notifier.tries])}


def list_media(desk: Desk, account: str | None = None) -> Media:
    """The media library."""
    core = desk.core
    if account is not None:
        require_account(core, account)
    files = kept_files(core.store, core.clock, core.settings)
    return {"files": cast(Any, [file._asdict() for file in files if account in (None, file.account)])}


_ACCOUNT = Member("account", TEXT, "Only those of this SecretId.")
_NO_ACCOUNT = {404: "no such account"}

PAGES = (
    Page("GET", "/health", health),
    Page(
        "GET",
        "/requests",
        list_requests,
        query=(
            Member("action", TEXT, "Only those of this action."),
            Member("limit", DIGITS, f"How many of the newest; {SHOWN} unless told otherwise."),
        ),
    ),
    Page("GET", "/bill", show_bill, query=(_ACCOUNT,), refusals=_NO_ACCOUNT),
    Page("GET", "/notifications", list_notifications),
    Page("GET", "/media", list_media, query=(_ACCOUNT,), refusals=_NO_ACCOUNT),
)

"""The purchases of tasks that were removed: sums, for the bill and for the usage statistics.

Calls that were paid for twice are kept one by one, the last 1,000 of each account. To find them, a few members of each
call are kept for some time after its task was removed: those with its SessionId for a week, the others for a day.

The bill has one line for all calls of one application, action and Specification. The statistics are kept for a year
(assumed; no document says how far back they go) in quarters of an hour, because every time zone begins its days at one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.state import LAST, Table, Transaction

if TYPE_CHECKING:
    from mockvod.billing.bill import DoubleCharge, Line
    from mockvod.billing.double_charges import PaidCall
    from mockvod.billing.usage import Purchase

_QUARTER_HOUR = 900
_KEPT_SECONDS = 366 * 86_400
_CLEARED = 2
_MOST_DOUBLES = 1000
_SESSION_KEPT_SECONDS = 7 * 86_400
_INTENT_KEPT_SECONDS = 86_400


class _LineRow(msgspec.Struct, array_like=True, tag=1):
    calls: int
    first: float
    application: int
    action: str
    specification: str
    unit: str
    quantity: Decimal
    cny: Decimal | None
    usd: Decimal | None


class UsedRow(msgspec.Struct, array_like=True, tag=1):
    """What one action has made under one Specification in a quarter of an hour."""

    #: The beginning of the quarter, UNIX seconds.
    start: float
    action: str
    specification: str
    calls: int = 0
    #: Seconds, pictures or calls.
    usage: float = 0


class _CallRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A call that was paid for, under one of its marks: see mockvod/billing/double_charges.py."""

    id: str
    at: float
    session: str
    #: Until when the row is kept.
    until: float


class _DoubleRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A DoubleCharge."""

    first: str
    second: str
    reason: Literal["retry_without_session_id", "session_id_reused_after_window", "equal_request"]
    apart: float
    message: str


class _Sums(NamedTuple):
    lines: Table[_LineRow]
    used: Table[UsedRow]
    calls: Table[_CallRow]
    doubles: Table[_DoubleRow]


_SUMS = _Sums(
    Table("past_lines", _LineRow),
    Table("past_use", UsedRow),
    Table("past_calls", _CallRow),
    Table("past_doubles", _DoubleRow),
)


def remember(transaction: Transaction, tasks: Iterable[Task], settings: Settings) -> None:
    """Adds the purchases of tasks that are being removed to the sums."""
    # Imported here, because the price list is slow to import, and tasks are not removed before a week has passed.
    from mockvod.billing.bill import price
    from mockvod.billing.double_charges import is_paid
    from mockvod.billing.prices import prices
    from mockvod.service.account.purchase import purchase_of

    for task in tasks:
        purchase = purchase_of(task, settings)
        if is_paid(purchase):
            _add_to_calls(transaction, purchase, task.now, settings.double_charge_seconds)
        if prices().billed(task.action):
            _add_to_bill(transaction, task.account, price(purchase))
        if purchase.outcome == "finished":
            _add_to_use(transaction, task, purchase)


def past_lines(transaction: Transaction, account: str) -> list[Line]:
    """Lists the lines of the bill for calls whose tasks were removed."""
    from mockvod.billing.bill import Line

    return [
        Line(
            id="",
            action=row.action,
            at=row.first,
            application=row.application,
            specification=row.specification,
            quantity=row.quantity,
            unit=row.unit,
            cny=row.cny,
            usd=row.usd,
            note=f"{row.calls} calls whose tasks are forgotten by now, the first of them at this time",
            calls=row.calls,
        )
        for _, row in transaction.items(_SUMS.lines.within(account))
    ]


def past_doubles(transaction: Transaction, account: str) -> list[DoubleCharge]:
    """Lists the double charges by calls whose tasks were removed, in the order of the second calls."""
    from mockvod.billing.bill import DoubleCharge

    table = _SUMS.doubles.within(account)
    entries = transaction.entries(_doubles_index(account), _MOST_DOUBLES)
    rows = [transaction.get(table, key) for _, key in entries]
    return [DoubleCharge(row.first, row.second, row.reason, row.apart, row.message) for row in rows if row]


def past_calls(transaction: Transaction, account: str) -> Iterator[tuple[str, PaidCall]]:
    """Yields the marks of calls whose tasks were removed, with what is still known of the calls."""
    from mockvod.billing.double_charges import PaidCall

    for mark, row in transaction.items(_SUMS.calls.within(account)):
        yield mark, PaidCall(row.id, row.at, row.session)


def past_use(transaction: Transaction, account: str, application: int, start: float, end: float) -> Iterator[UsedRow]:
    """Yields the usage between two moments by tasks that were removed."""
    table, index = _SUMS.used.within(f"{account}/{application}"), _index(account, application)
    after = (start - _QUARTER_HOUR, LAST)
    while entries := transaction.entries(index, 256, after=after, before=(end, LAST)):
        for _, key in entries:
            row = transaction.get(table, key)
            assert row is not None  # what is in the index is in the table
            yield row
        after = entries[-1]


def _add_to_calls(transaction: Transaction, purchase: Purchase, now: float, window: float) -> None:
    """Stores a call under its marks, and a double charge if it repeats another call."""
    from mockvod.billing.double_charges import PaidCall, double_charge, marks_of, paid_call

    account = purchase.account
    table, index, marks, call = (
        _SUMS.calls.within(account),
        f"past_calls/{account}",
        marks_of(purchase),
        paid_call(purchase),
    )

    def known(mark: str) -> PaidCall | None:
        row = transaction.get(table, mark)
        return None if row is None else PaidCall(row.id, row.at, row.session)

    double = double_charge(purchase, marks, known, window=window)
    if double is not None:
        _add_double(transaction, account, purchase.at, double)
    for mark, seconds in ((marks.session, _SESSION_KEPT_SECONDS), (marks.intent, _INTENT_KEPT_SECONDS)):
        if mark is None:
            continue
        before = transaction.get(table, mark)
        if before is not None:
            transaction.discard(index, (before.until, mark))
        transaction.put(table, mark, _CallRow(*call, now + seconds))
        transaction.add(index, (now + seconds, mark))
        for entry in transaction.entries(index, _CLEARED, before=(now, "")):
            transaction.discard(index, entry)
            transaction.delete(table, entry[1])


def _add_double(transaction: Transaction, account: str, at: float, double: DoubleCharge) -> None:
    table, index = _SUMS.doubles.within(account), _doubles_index(account)
    row = _DoubleRow(double.first, double.second, double.reason, double.apart, double.message)
    transaction.put(table, double.second, row)
    transaction.add(index, (at, double.second))
    if transaction.size(index) > _MOST_DOUBLES:
        [oldest] = transaction.entries(index, 1)
        transaction.discard(index, oldest)
        transaction.delete(table, oldest[1])


def _doubles_index(account: str) -> str:
    return f"past_doubles/{account}"


def _add_to_bill(transaction: Transaction, account: str, line: Line) -> None:
    table = _SUMS.lines.within(account)
    known = "".join("y" if amount is not None else "n" for amount in (line.cny, line.usd))
    key = f"{line.application}/{line.action}/{line.specification}/{line.unit}/{known}"
    row = transaction.get(table, key) or _LineRow(
        0,
        line.at,
        line.application,
        line.action,
        line.specification,
        line.unit,
        Decimal(),
        None if line.cny is None else Decimal(),
        None if line.usd is None else Decimal(),
    )
    row.calls += 1
    row.first = min(row.first, line.at)
    row.quantity += line.quantity
    if row.cny is not None and line.cny is not None:
        row.cny += line.cny
    if row.usd is not None and line.usd is not None:
        row.usd += line.usd
    transaction.put(table, key, row)


def _add_to_use(transaction: Transaction, task: Task, purchase: Purchase) -> None:
    from mockvod.billing.usage import specification, usage

    table, index = _SUMS.used.within(f"{task.account}/{task.application}"), _index(task.account, task.application)
    start, name = task.ends - task.ends % _QUARTER_HOUR, specification(purchase)
    key = f"{start:.0f}/{task.action}/{name}"
    row = transaction.get(table, key)
    if row is None:
        row = UsedRow(start, task.action, name)
        transaction.add(index, (start, key))
        for entry in transaction.entries(index, _CLEARED, before=(task.now - _KEPT_SECONDS, "")):
            transaction.discard(index, entry)
            transaction.delete(table, entry[1])
    row.calls += 1
    row.usage += usage(purchase)
    transaction.put(table, key, row)


def _index(account: str, application: int) -> str:
    return f"past_use/{account}/{application}"

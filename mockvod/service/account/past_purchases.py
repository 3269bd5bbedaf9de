"""What tasks have bought that were cleared away since: sums, for the bill and for the statistics of use.

The bill has one line for all calls of one application, action and Specification. The statistics count by quarters of an
hour, which fit the days of every time zone, for a year (assumed: how far back they reach is not documented).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from mockvod.service.tasks.model import Task
from mockvod.settings import Settings
from mockvod.state import LAST, Table, Transaction

if TYPE_CHECKING:
    from mockvod.billing.bill import Line
    from mockvod.billing.usage import Purchase

_QUARTER = 900
_KEPT_SECONDS = 366 * 86_400
_CLEARED = 2


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
    """What one action has made under one Specification during a quarter of an hour."""

    #: When it began, UNIX seconds.
    start: float
    action: str
    specification: str
    calls: int = 0
    #: Seconds, pictures or calls.
    usage: float = 0


class _Sums(NamedTuple):
    lines: Table[_LineRow]
    used: Table[UsedRow]


_SUMS = _Sums(Table("past_lines", _LineRow), Table("past_use", UsedRow))


def remember(transaction: Transaction, tasks: Iterable[Task], settings: Settings) -> None:
    """Adds what the tasks have bought to the sums, as they are about to be forgotten."""
    # Here, because the price list takes its time to import, and tasks are forgotten after a week.
    from mockvod.billing.bill import price
    from mockvod.billing.prices import prices
    from mockvod.service.account.purchases import purchase_of

    for task in tasks:
        purchase = purchase_of(task, settings)
        if prices().billed(task.action):
            _add_to_bill(transaction, task.account, price(purchase))
        if purchase.outcome == "finished":
            _add_to_use(transaction, task, purchase)


def past_lines(transaction: Transaction, account: str) -> list[Line]:
    """The lines of the bill for calls that are forgotten."""
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


def past_use(transaction: Transaction, account: str, application: int, start: float, end: float) -> Iterator[UsedRow]:
    """What is known of the use between two moments of tasks that are forgotten."""
    table, index = _SUMS.used.within(f"{account}/{application}"), _index(account, application)
    after = (start - _QUARTER, LAST)
    while entries := transaction.entries(index, 256, after=after, before=(end, LAST)):
        for _, key in entries:
            row = transaction.get(table, key)
            assert row is not None  # what is in the index is in the table
            yield row
        after = entries[-1]


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
    start, name = task.ends - task.ends % _QUARTER, specification(purchase)
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

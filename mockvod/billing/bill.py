"""The bill: what calls would have cost. An estimate, because contracts/prices.json holds copies of the price list.

No document says so, but it is assumed that a task that failed or was aborted costs nothing. A running task is billed as if
it will succeed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Context, Decimal, localcontext
from typing import Any, Literal

from mockvod.billing.double_charges import DoubleCharge, PaidCall, double_charges
from mockvod.billing.prices import ANY, CURRENCIES, EVERY_SIZE, Currency, Row, prices
from mockvod.billing.usage import IMAGE, VIDEO, Purchase, modes, specification

__all__ = ["Bill", "DoubleCharge", "Line", "Purchase", "Total", "bill_of", "double_charges", "price", "specification"]

#: Precise enough for every product and sum to be exact, whatever the decimal context of the calling program.
_EXACT = Context(prec=100)
_FREE = Decimal()
_KINDS: Mapping[str, Literal["video", "image"]] = {VIDEO: "video", IMAGE: "image"}
_UNITS = {"video": "second", "image": "image"}
_ENDED = {"failed": "failed", "aborted": "was aborted"}
#: Tier -> how many units of it.
_Amounts = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """What one call costs. `cny` and `usd` are None if no price is known, and 0 if nothing is charged."""

    id: str
    action: str
    #: UNIX seconds.
    at: float
    #: SubAppId.
    application: int
    specification: str
    quantity: Decimal
    #: second, image or call.
    unit: str
    cny: Decimal | None
    usd: Decimal | None
    #: Which price was applied and how, or why none is known.
    note: str
    #: How many calls it stands for: more than one for those whose tasks are forgotten by now.
    calls: int = 1


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of the calls with a known price, and the number of calls without one."""

    #: How many calls it is the sum of.
    lines: int
    cny: Decimal
    usd: Decimal
    unknown_cny: int
    unknown_usd: int


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines, in the order in which the calls were accepted, and their sums."""

    lines: tuple[Line, ...]
    double_charges: tuple[DoubleCharge, ...]

    @property
    def cny(self) -> Decimal:
        """The sum of the lines that have a price in CNY."""
        return self.total.cny

    @property
    def usd(self) -> Decimal:
        """The sum of the lines that have a price in USD. Not a conversion of `cny`: other lines may have a price in CNY."""
        return self.total.usd

    @property
    def unknown(self) -> dict[str, int]:
        """How many lines have no known price, by currency: ``{"cny": 1, "usd": 2}``."""
        total = self.total
        return {"cny": total.unknown_cny, "usd": total.unknown_usd}

    @property
    def total(self) -> Total:
        """The sum of all lines."""
        return _total(self.lines)

    @property
    def by_action(self) -> dict[str, Total]:
        """The sum of the lines of each action."""
        return _totals(self.lines, lambda line: line.action)

    @property
    def by_specification(self) -> dict[str, Total]:
        """The sum of the lines of each Specification, the names of DescribeAigcUsageData."""
        return _totals(self.lines, lambda line: line.specification)

    def as_json(self) -> dict[str, Any]:
        """The bill as a JSON object. Amounts and quantities are decimals as text; null means that no price is published."""
        total = _plain(self.total)
        return {
            "about": f"an estimate from third parties' copies of the price list, checked {prices().checked}",
            "cny": total["cny"],
            "usd": total["usd"],
            "unknown": self.unknown,
            "by_action": {name: _plain(each) for name, each in self.by_action.items()},
            "by_specification": {name: _plain(each) for name, each in self.by_specification.items()},
            "lines": [_plain(each) for each in self.lines],
            "double_charges": [_plain(each) for each in self.double_charges],
        }


def bill_of(
    purchases: Iterable[Purchase],
    *,
    window: float = 600,
    past: Iterable[Line] = (),
    past_doubles: Iterable[DoubleCharge] = (),
    earlier: Mapping[str, PaidCall] = {},
) -> Bill:
    """The bill for these calls.

    Args:
        purchases: The billed calls, in any order.
        window: Seconds, as for `double_charges`. No SDK retries for as long as ten minutes (assumed).
        past: Lines for calls whose tasks are forgotten by now.
        past_doubles: Those of them that repeated another, in their order.
        earlier: What is known of them, as for `double_charges`.
    """
    ordered = sorted(purchases, key=lambda each: each.at)
    lines = (*sorted(past, key=lambda each: each.at), *(price(each) for each in ordered))
    return Bill(lines, (*past_doubles, *double_charges(ordered, window=window, earlier=earlier)))


def price(purchase: Purchase) -> Line:
    """The line for one call. Seconds, with their fractions, and images are counted from its files."""
    rows = prices().find(purchase.action, purchase.model, purchase.version, modes(purchase), off_peak=purchase.off_peak)
    kind = None if rows and rows[0].unit == "call" else _KINDS.get(purchase.action)
    with localcontext(_EXACT):
        made = _made(purchase, kind, rows[0] if rows else None)
        quantity = sum(made.values(), Decimal())
        if purchase.outcome in _ENDED and prices().billed(purchase.action):
            quantity = Decimal()
        cny, usd, note = _cost(purchase, rows, made)
    return Line(
        id=purchase.id,
        action=purchase.action,
        at=purchase.at,
        application=purchase.application,
        specification=specification(purchase),
        quantity=quantity,
        unit=_UNITS[kind] if kind else "call",
        cny=cny,
        usd=usd,
        note=f"if it finishes: {note}" if purchase.outcome == "running" else note,
    )


def _cost(purchase: Purchase, rows: tuple[Row, ...], made: _Amounts) -> tuple[Decimal | None, Decimal | None, str]:
    """CNY, USD and the note of the line."""
    if not prices().billed(purchase.action):
        return _FREE, _FREE, "no document says that this action costs anything"
    if purchase.outcome in _ENDED:
        return _FREE, _FREE, f"nothing is charged, as the task {_ENDED[purchase.outcome]} (assumed)"
    if not rows:
        used = f"{purchase.model} {purchase.version} as {modes(purchase)[0]}" if purchase.model else purchase.action
        return None, None, f"no price is published for {used}"
    if any(each.unit == "input_second" for each in rows):
        return None, None, "seconds of input are charged, but a mock does not know how long the input is"
    if not made:
        return None, None, "it is unknown what was made"
    parts = [(row, tier, amount) for row in rows for tier, amount in _amounts(purchase, row, made).items()]
    cny, usd = (_sum(currency, parts) for currency in CURRENCIES)
    return cny, usd, "; ".join(_explained(*each) for each in parts)


def _made(purchase: Purchase, kind: Literal["video", "image"] | None, row: Row | None) -> _Amounts:
    """The seconds, images or calls that the purchase is for, by the tier at which they are charged."""
    if kind is None:
        return {EVERY_SIZE: Decimal(1)}
    made: dict[str, Decimal] = {}
    for file in purchase.files:
        if file.kind == kind:
            tier = prices().tier_of(row, kind, purchase.short_side(file)) if row else EVERY_SIZE
            # Through its text: 5.2 seconds are charged, not the binary fraction nearest to it.
            amount = Decimal(str(file.seconds)) if kind == "video" else Decimal(1)
            made[tier] = made.get(tier, Decimal()) + amount
    return made


def _amounts(purchase: Purchase, row: Row, made: _Amounts) -> _Amounts:
    if row.unit != "input_image":
        return made
    count = len(purchase.params.get("FileInfos") or [])
    return {EVERY_SIZE: Decimal(count)} if count else {}


def _sum(currency: Currency, parts: Iterable[tuple[Row, str, Decimal]]) -> Decimal | None:
    """The sum of all parts; None if one figure is unknown, because the sum of the others would look like the price."""
    total = Decimal()
    for row, tier, amount in parts:
        figure = row.figure(currency, tier)
        if figure is None:
            return None
        total += amount * figure
    return total


def _explained(row: Row, tier: str, amount: Decimal) -> str:
    """The note for one price, such as ``Kling 3.0 silent, 720P: 5 at CNY 0.6 (cn-video), USD 0.084 (intl) per second``."""
    parts = (row.model, "/".join(row.versions), row.mode)
    name = row.action if row.model == ANY else " ".join(each for each in parts if each != ANY)
    size = "" if tier == EVERY_SIZE else f", {tier}"
    off_peak = ", off-peak" if row.off_peak else ""
    figures = ", ".join(
        f"{currency} unknown" if figure is None else f"{currency} {_text(figure)} ({row.sources[currency]})"
        for currency in CURRENCIES
        for figure in (row.figure(currency, tier),)
    )
    note = f" ({row.note})" if row.note else ""
    return f"{name}{size}{off_peak}: {_text(amount)} at {figures} per {row.unit.replace('_', ' ')}{note}"


def _totals(lines: Iterable[Line], name: Callable[[Line], str]) -> dict[str, Total]:
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(name(line), []).append(line)
    return {each: _total(grouped[each]) for each in sorted(grouped)}


def _total(lines: Sequence[Line]) -> Total:
    cny = [line.cny for line in lines if line.cny is not None]
    usd = [line.usd for line in lines if line.usd is not None]
    with localcontext(_EXACT):
        sums = sum(cny, Decimal()), sum(usd, Decimal())
    return Total(
        sum(line.calls for line in lines),
        *sums,
        unknown_cny=sum(line.calls for line in lines if line.cny is None),
        unknown_usd=sum(line.calls for line in lines if line.usd is None),
    )


def _plain(value: Line | Total | DoubleCharge) -> dict[str, Any]:
    return {name: _text(each) if isinstance(each, Decimal) else each for name, each in asdict(value).items()}


def _text(amount: Decimal) -> str:
    """The amount as text, without exponent and trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

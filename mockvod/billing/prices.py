"""The price list: contracts/prices.json, loaded on first use, and lookups in it.

Every figure is a third party's copy of the official page, so that bills are estimates. Figures are decimals as the file
writes them and never pass through a float.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from mockvod.validators.contracts.task_kinds import task_kinds

if TYPE_CHECKING:
    from decimal import Decimal

Currency = Literal["CNY", "USD"]
CURRENCIES: tuple[Currency, ...] = ("CNY", "USD")
#: The unit that a figure is for. The units of input are charged in addition to what is made.
Unit = Literal["second", "image", "call", "input_second", "input_image"]
#: As a version or a mode: any. As a model: the action has none.
ANY = "*"
#: The tier of a figure that applies to every size.
EVERY_SIZE = "any"


@dataclass(frozen=True, slots=True)
class Row:
    """What one model costs in one mode."""

    action: str
    model: str
    versions: tuple[str, ...]
    mode: str
    unit: Unit
    off_peak: bool
    #: Currency -> tier -> figure. Without an entry, no price is known.
    figures: Mapping[Currency, Mapping[str, Decimal]]
    #: Currency -> the copy that the figures are from, a key of `Prices.sources`.
    sources: Mapping[Currency, str]
    note: str

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that have a figure in at least one currency."""
        return tuple(dict.fromkeys(tier for each in self.figures.values() for tier in each))

    def figure(self, currency: Currency, tier: str) -> Decimal | None:
        """What one unit costs; None if no price is known."""
        return self.figures.get(currency, {}).get(tier)


@dataclass(frozen=True, slots=True)
class Prices:
    """The price list; `prices()` returns that of contracts/prices.json."""

    #: Action -> its rows. An action with an empty tuple costs something unknown; an action without an entry costs nothing.
    rows: Mapping[str, tuple[Row, ...]]
    #: "video", or "video" and a model with tiers of its own -> tier -> its longest short side; None: no limit.
    tiers: Mapping[str, Mapping[str, int | None]]
    #: Name of a copy -> what it is, and its date.
    sources: Mapping[str, str]
    #: The date on which the copies were last checked, such as 2026-11-20.
    checked: str

    def billed(self, action: str) -> bool:
        """Whether calls of this action cost something, known or not: it has rows, or its tasks count as usage."""
        kind = task_kinds().by_action.get(action)
        return action in self.rows or (kind is not None and kind.usage is not None)

    def find(
        self, action: str, model: str, version: str, modes: Iterable[str], *, off_peak: bool = False
    ) -> tuple[Row, ...]:
        """The rows that apply together; the row for what is made comes first. Empty if no price is known.

        Args:
            modes: Names of the mode, most specific first; the first one that the model has a price for counts.
            off_peak: Whether the call asked to run off-peak. It makes no difference for models without off-peak prices
                (only Vidu has them); for models with them, a mode without one has no known price.
        """
        of_model = [each for each in self.rows.get(action, ()) if each.model in (ANY, model)]
        off_peak = off_peak and any(each.off_peak for each in of_model)
        fitting = [
            each
            for each in of_model
            if each.off_peak == off_peak and (version in each.versions or ANY in each.versions)
        ]
        mode = next((mode for mode in modes if any(each.mode == mode for each in fitting)), None)
        if mode is None:
            return ()
        found = [each for each in fitting if each.mode in (mode, ANY)]
        return tuple(sorted(found, key=lambda each: each.unit.startswith("input_")))

    def tier(self, kind: Literal["video", "image"], model: str, short_side: int) -> str:
        """The tier of a file made by this model; `short_side` is in pixels."""
        ends = self.tiers.get(f"{kind} {model}", self.tiers[kind])
        return next(tier for tier, end in ends.items() if end is None or short_side <= end)

    def tier_of(self, row: Row, kind: Literal["video", "image"], short_side: int) -> str:
        """The tier of `row` at which a file is charged.

        A file below the row's lowest tier is charged at that tier (assumed: nothing cheaper is published).
        """
        if EVERY_SIZE in row.tiers:
            return EVERY_SIZE
        ends = list(self.tiers.get(f"{kind} {row.model}", self.tiers[kind]))
        tier = self.tier(kind, row.model, short_side)
        lowest = min(row.tiers, key=ends.index)
        return max(tier, lowest, key=ends.index)


@cache
def prices() -> Prices:
    """The price list of contracts/prices.json."""
    # Imported here, because they are slow to import and few programs need a price.
    from decimal import Decimal
    from importlib.resources import files

    text = (files("mockvod.contracts") / "prices.json").read_text(encoding="utf-8")
    document = json.loads(text, parse_float=Decimal)
    return Prices(
        rows={action: tuple(_row(action, each, Decimal) for each in rows) for action, rows in document["rows"].items()},
        tiers=document["tiers"],
        sources={name: f"{each['what']}, {each['date']}" for name, each in document["sources"].items()},
        checked=document["checked"],
    )


def _row(action: str, entry: Mapping[str, Any], exact: type[Decimal]) -> Row:
    return Row(
        action=action,
        model=entry.get("model", ANY),
        versions=tuple(entry.get("versions", [ANY])),
        mode=entry["mode"],
        unit=entry["unit"],
        off_peak=entry.get("off_peak", False),
        figures={
            currency: {tier: exact(figure) for tier, figure in entry[currency].items()}
            for currency in CURRENCIES
            if currency in entry
        },
        sources=entry["sources"],
        note=entry.get("note", ""),
    )

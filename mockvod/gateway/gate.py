"""What requests are checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockvod.settings import Account, Settings
from mockvod.validators.contracts.catalog import Catalog

#: The only product that this gateway fronts, and the scope that its calls are signed for.
PRODUCT = "vod"


@dataclass(frozen=True, slots=True)
class Gate:
    """What requests are checked against."""

    settings: Settings
    accounts: Mapping[str, Account]
    catalog: Catalog
    #: Counts a call in a bucket and window and returns the count: ``Store.hit``.
    hit: Callable[[str, int], int]
    #: What callers' clocks say: ``Clock.wall``.
    wall: Callable[[], float]

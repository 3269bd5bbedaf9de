"""What the gateway checks requests against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockvod.settings import Account, Settings
from mockvod.validators.contracts.catalog import Catalog

#: The only product behind this gateway, and the service in the scope of its signatures.
PRODUCT = "vod"


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything that the checks of the gateway read besides the request."""

    settings: Settings
    accounts: Mapping[str, Account]
    catalog: Catalog
    #: ``Store.hit``: counts a call in a bucket and window, and returns the count.
    hit: Callable[[str, int], int]
    #: ``Clock.wall``: the time by the machine's clock, which callers sign by.
    wall: Callable[[], float]

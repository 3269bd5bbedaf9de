"""All traps, by topic."""

from __future__ import annotations

from collections.abc import Mapping

from mockvod.traps.calls import TRAPS as CALLS
from mockvod.traps.elements import TRAPS as ELEMENTS
from mockvod.traps.endings import TRAPS as ENDINGS
from mockvod.traps.events import TRAPS as EVENTS
from mockvod.traps.polling import TRAPS as POLLING
from mockvod.traps.results import TRAPS as RESULTS
from mockvod.traps.trap import Trap
from mockvod.traps.trying_again import TRAPS as TRYING_AGAIN

GROUPS: Mapping[str, tuple[Trap, ...]] = {
    "endings": ENDINGS,
    "polling": POLLING,
    "calls": CALLS,
    "trying-again": TRYING_AGAIN,
    "results": RESULTS,
    "elements": ELEMENTS,
    "events": EVENTS,
}
TRAPS: tuple[Trap, ...] = tuple(trap for group in GROUPS.values() for trap in group)

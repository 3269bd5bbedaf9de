"""What an action has to work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mockvod.ids import Ids
from mockvod.settings import Settings
from mockvod.state import Transaction
from mockvod.validators.contracts.catalog import Contract

#: One table for all accounts: a result file is found by its URL alone, which whoever has it may fetch (recorded).
TASKS = "tasks"


class Context(NamedTuple):
    """One call of one account, inside its transaction."""

    transaction: Transaction
    account: str
    #: When the call arrived, UNIX seconds.
    now: float
    ids: Ids
    settings: Settings
    contract: Contract
    vod_activated: bool = True

    def table(self, name: str) -> str:
        """The account's own table of that name."""
        return f"{self.account}/{name}"


#: Takes checked parameters and gives the result without RequestId; raises ApiError to refuse.
Handler = Callable[[Context, dict[str, Any]], dict[str, Any]]

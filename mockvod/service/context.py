"""What an action has to work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from mockvod.call.outcome import Outcome
from mockvod.ids import Ids
from mockvod.service.media.made import MadeFiles
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import Settings
from mockvod.state import Table, Transaction
from mockvod.state.tables import Row
from mockvod.validators.contracts.catalog import Contract


class Context(Struct, frozen=True):
    """One call of one account, inside its transaction."""

    transaction: Transaction
    account: str
    #: When the call arrived, UNIX seconds.
    now: float
    ids: Ids
    settings: Settings
    contract: Contract
    vod_activated: bool
    #: Files that the answer tells of. Where one is missing, the call is tried again once it is made.
    made: MadeFiles

    @property
    def tasks(self) -> TaskBook:
        """The tasks of all accounts, as they are when the call arrived."""
        return TaskBook(self.transaction, self.now)

    def own(self, table: Table[Row]) -> Table[Row]:
        """The account's own table of that name."""
        return table.within(self.account)

    def application(self, params: Mapping[str, Any]) -> int:
        """The application (SubAppId) that a call belongs to; the default one where the action lets it be left out."""
        given: int = params.get("SubAppId") or self.settings.default_sub_app_id
        return given


#: Takes checked parameters and gives the outcome: a dict is the result without RequestId. Raises ApiError to refuse.
Handler = Callable[[Context, dict[str, Any]], dict[str, Any] | Outcome]

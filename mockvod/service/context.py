"""What an action needs to perform a call."""

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
    #: Those of the mock; `media_url` is what the URLs in this answer begin with.
    settings: Settings
    contract: Contract
    vod_activated: bool
    #: The files that the answer describes. Where one is missing, the call is tried again once it has been made.
    made: MadeFiles

    @property
    def tasks(self) -> TaskBook:
        """The tasks of all accounts, as they are when the call arrives."""
        return TaskBook(self.transaction, self.now)

    def own(self, table: Table[Row]) -> Table[Row]:
        """Returns the account's own table of that kind."""
        return table.within(self.account)

    def application(self, params: Mapping[str, Any]) -> int:
        """Returns the application (SubAppId) that a call belongs to: the default one where it names none."""
        given: int = params.get("SubAppId") or self.settings.default_sub_app_id
        return given


#: Performs a call with valid parameters and returns its outcome; a dictionary is the result without RequestId. Raises
#: ApiError to refuse the call.
Handler = Callable[[Context, dict[str, Any]], dict[str, Any] | Outcome]

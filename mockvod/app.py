"""MockVod: what a mock is made of."""

from __future__ import annotations

from mockvod.call.drivers import HeldCalls, until_made
from mockvod.call.journal import Journal
from mockvod.call.life import Life
from mockvod.call.outcome import Make
from mockvod.clock import Clock, SystemClock
from mockvod.controls import Controls
from mockvod.faults.collection import Faults
from mockvod.gateway import Gate
from mockvod.http import HttpRequest, HttpResponse
from mockvod.ids import Ids
from mockvod.service.events.push import Notifier
from mockvod.service.media.bucket import put_object
from mockvod.service.media.downloads import download
from mockvod.service.media.files import MediaFile
from mockvod.service.tasks.book import TaskBook
from mockvod.settings import Account, Settings
from mockvod.state import Store, open_store
from mockvod.tasks import Tasks
from mockvod.validators.contracts.catalog import catalog


class MockVod(Controls):
    """A mock of the service: requests in, responses out, and everything that happened to look back on.

    Safe to share between threads.

    Args:
        held_calls: how many calls at a time may be held until there is something to answer (PullEvents): fewer than the
            threads that handle calls, or nobody would be left to make it happen. Further ones are answered at once.

    Raises:
        SettingsError: settings that cannot be.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        store: str | Store = "memory://",
        held_calls: int = 64,
    ):
        self.settings: Settings = settings or Settings()
        self.clock: Clock = clock or SystemClock()
        self.store: Store = open_store(store) if isinstance(store, str) else store
        self.journal: Journal = Journal(self.settings.journal_size)
        self.accounts: dict[str, Account] = {each.secret_id: each for each in self.settings.accounts}
        self.tasks: Tasks = Tasks(self.store, self.clock)
        self.notifier: Notifier = Notifier(self.store, self.clock, self.settings)
        self.faults: Faults = Faults(self.accounts)
        self.ids: Ids = Ids(self.settings.seed)
        gate = Gate(self.settings, self.accounts, catalog(), self.store.hit, self.clock.wall)
        #: The places for calls that are held.
        self.held_calls: HeldCalls = HeldCalls(held_calls)
        self._life = Life(gate, self.store, self.clock, self.ids, self.faults, self.journal, self.held_calls)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers one API request. Raises nothing: a fault of the caller's and one of ours both get a documented code."""
        return self._life.run(request)

    async def handle_async(self, request: HttpRequest) -> HttpResponse:
        """As `handle`, in an event loop, which goes on while a call is held or a file is made."""
        return await self._life.run_in_loop(request)

    def media(self, path: str) -> MediaFile | None:
        """The file at `path` of a URL that an answer named, or None when there is none, or none any more."""
        return until_made(lambda: self._download(path))

    def _download(self, path: str) -> MediaFile | Make | None:
        with self.store.transaction() as transaction:
            return download(TaskBook(transaction, self.clock.now()), path, self.settings)

    def put_object(self, path: str, request: HttpRequest) -> HttpResponse:
        """Answers a PUT to the bucket of an upload; `path` is not quoted. Its errors are the bucket's, not the API's."""
        return put_object(self.store, self.ids, self.clock.now(), path, request)

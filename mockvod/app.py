"""MockVod puts the parts of a mock together: gateway, service, state, faults and journal."""

from __future__ import annotations

from collections.abc import Awaitable
from time import monotonic

from mockvod.call.addresses import Addresses
from mockvod.call.drivers import HeldCalls, until_made
from mockvod.call.journal import Journal
from mockvod.call.life import Life
from mockvod.call.outcome import Make
from mockvod.call.secrets import Secrets
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
    """A mock of the service: it answers requests and remembers what happened. Safe to share between threads.

    Args:
        settings: How the mock behaves; by default, as documented.
        clock: The clock that everything in the mock reads; by default, the machine's.
        store: Where state is kept: a store, or its URL.
        held_calls: How many calls may be held at the same time until there is something to answer (PullEvents). It must
            be lower than the number of threads that handle calls, so that one is left for the call that ends the wait.
            A call beyond that number is answered at once.
        url: Scheme, host and port of the server that serves it, for URLs that follow no call: those of pushed events.

    Raises:
        SettingsError: `store` is a URL that names no store.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        store: str | Store = "memory://",
        held_calls: int = 64,
        url: str = "",
    ):
        addresses = Addresses(settings or Settings(), url)
        self.settings: Settings = addresses.settings
        self.clock: Clock = clock or SystemClock()
        #: When it was made, by the monotonic clock.
        self.started: float = monotonic()
        self.store: Store = open_store(store) if isinstance(store, str) else store
        self.accounts: dict[str, Account] = {each.secret_id: each for each in self.settings.accounts}
        secrets = Secrets(self.accounts)
        self.journal: Journal = Journal(self.settings.journal_size, secrets)
        self.tasks: Tasks = Tasks(self.store, self.clock)
        self.notifier: Notifier = Notifier(self.store, self.clock, self.settings)
        self.faults: Faults = Faults(self.accounts)
        self.ids: Ids = Ids(self.settings.seed)
        gate = Gate(self.settings, self.accounts, catalog(), self.store.hit, self.clock.wall)
        #: Limits how many calls are held at the same time.
        self.held_calls: HeldCalls = HeldCalls(held_calls)
        self._life = Life(
            gate,
            self.store,
            self.clock,
            self.ids,
            self.faults,
            self.journal,
            self.held_calls,
            addresses,
            secrets,
        )

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers one API request, and never raises: mistakes of the caller and bugs of ours both get a documented code."""
        return self._life.run(request)

    async def handle_async(self, request: HttpRequest) -> HttpResponse:
        """Does the same as `handle` without blocking the event loop while a call is held or a file is made."""
        answer = self.answer(request)
        return answer if isinstance(answer, HttpResponse) else await answer

    def answer(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Does the same as `handle` for an event loop: what it returns is the answer, or is to be awaited in the loop."""
        return self._life.run_in_loop(request)

    def release(self) -> None:
        """Has all calls that are held now answered at once, as if there were nothing to answer."""
        self.held_calls.release()

    def media(self, path: str) -> MediaFile | None:
        """Returns the file at the path of a URL from an answer; None when no file is there, or it has expired."""
        return until_made(lambda: self._download(path))

    def _download(self, path: str) -> MediaFile | Make | None:
        with self.store.transaction() as transaction:
            return download(TaskBook(transaction, self.clock.now()), path, self.settings)

    def put_object(self, path: str, request: HttpRequest) -> HttpResponse:
        """Answers a PUT to the bucket of an upload, with the bucket's errors instead of the API's.

        Args:
            path: The path of the request's URL, already unquoted.
        """
        return put_object(self.store, self.ids, self.clock.now(), path, request)

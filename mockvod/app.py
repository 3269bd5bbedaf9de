"""The life of a call, whichever way it came in."""

from __future__ import annotations

import logging
import threading
from time import sleep
from typing import Any

from mockvod.call.journal import Journal
from mockvod.clock import Clock, SystemClock
from mockvod.controls import Toolkit
from mockvod.errors import ApiError
from mockvod.faults.collection import Faults
from mockvod.faults.fault import Strike
from mockvod.gateway import Admission, Gate, admit, failure, success
from mockvod.http import HttpRequest, HttpResponse, printable
from mockvod.ids import Ids
from mockvod.service.account.preconditions import enter
from mockvod.service.context import Context
from mockvod.service.events.push import Notifier
from mockvod.service.later import Later, Nothing
from mockvod.service.media.bucket import put_object
from mockvod.service.media.downloads import download
from mockvod.service.media.files import MediaFile
from mockvod.service.registry import handler_for, is_generated
from mockvod.settings import Account, Settings
from mockvod.state import Store, open_store
from mockvod.tasks import Tasks
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.response import response_matches

log = logging.getLogger("mockvod")

#: Documented: PullEvents is held for so long at most while there is no event.
HELD_SECONDS = 5
#: How often is looked again meanwhile. Counted, too, as the clock of a test may be made to stand still.
_AGAIN_SECONDS = 0.02
_MOST_LOOKS = int(HELD_SECONDS / _AGAIN_SECONDS)


class AnswerError(Exception):
    """An answer of our own that breaks the contract: a bug of mockvod's, answered with InternalError and logged."""


class MockVod(Toolkit):
    """A mock of the service: requests in, responses out, and everything that happened to look back on.

    Safe to share between threads. Raises SettingsError at construction for settings that cannot be.
    `held_calls` is how many calls at a time may be held until there is something to answer (PullEvents): fewer than
    the threads that handle calls, or nobody would be left to make it happen. Further ones are answered at once.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        store: str | Store = "memory://",
        held_calls: int = 64,
    ):
        self.settings = settings or Settings()
        self.clock = clock or SystemClock()
        self.store = open_store(store) if isinstance(store, str) else store
        self.journal = Journal(self.settings.journal_size)
        self.accounts: dict[str, Account] = {each.secret_id: each for each in self.settings.accounts}
        self.tasks = Tasks(self.store, self.clock)
        self.notifier = Notifier(self.store, self.clock, self.settings)
        self.faults = Faults(self.accounts)
        self.ids = Ids(self.settings.seed)
        #: For calls that are held.
        self.places = threading.Semaphore(held_calls)
        self._gate = Gate(self.settings, self.accounts, catalog(), self.store.hit, self.clock.wall)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers one API request. Raises nothing: a fault of the caller's and one of ours both get a documented code."""
        admission = Admission(request, self.clock.arrival(), self.ids.request_id())
        try:
            admit(admission, self._gate)
            if self.faults and (strike := self.faults.strike(admission)) is not None:
                return self._befall(strike, admission)
            answer = self._perform(admission)
        except ApiError as refusal:
            return self._refuse(admission, refusal)
        except Exception:
            log.exception("mockvod failed on %s: please report it", printable(request.header("x-tc-action"), 80))
            return self._refuse(admission, ApiError("internal_error", explanation="a bug in mockvod: see its log"))
        self.journal.add(admission, answer, generated=is_generated(admission.contract.action))
        return success(request, admission.request_id, answer)

    def _befall(self, strike: Strike, admission: Admission) -> HttpResponse:
        """The rest of the life of a call that a fault befalls."""
        fault, number = strike
        response: HttpResponse | None = None
        try:
            fault.refuse(admission, number, self.clock.wall(), self.settings)
            if fault.works:
                answer = self._perform(admission)
                self.journal.add(admission, answer, generated=is_generated(admission.contract.action), fault=fault.kind)
                response = success(admission.request, admission.request_id, answer)
            else:
                self.journal.add(admission, None, explanation=fault.explanation, fault=fault.kind)
        except ApiError as refusal:
            response = self._refuse(admission, refusal, fault.kind)
        return fault.change(response)

    def _perform(self, admission: Admission) -> dict[str, Any]:
        """What the service does. A call that needs something to be made, or to come about, is tried anew after that."""
        now, held, looks = admission.now, False, 0
        try:
            while True:
                try:
                    return self._try(admission, now)
                except Later as later:
                    later.work()
                except Nothing as nothing:
                    looks += 1
                    # A clock that stands still would never end the wait.
                    if not self.clock.passes or now >= admission.now + HELD_SECONDS or looks > _MOST_LOOKS:
                        raise nothing.refusal from None
                    held = held or self.places.acquire(blocking=False)
                    if not held:
                        raise nothing.refusal from None
                    sleep(_AGAIN_SECONDS)
                    now = self.clock.now()
        finally:
            if held:
                self.places.release()

    def _try(self, admission: Admission, now: float) -> dict[str, Any]:
        """One transaction: the call is done and answered in full, or leaves no trace. Raises Later and Nothing."""
        contract = admission.contract
        handler = handler_for(contract.action)
        with self.store.transaction() as transaction:
            context = Context(
                transaction,
                admission.account.secret_id,
                now,
                self.ids,
                self.settings,
                contract,
                admission.account.vod_activated,
            )
            enter(context, admission.params)
            try:
                answer = handler(context, admission.params)
            except Nothing as nothing:
                empty: Exception = nothing if nothing.waits else nothing.refusal
            else:
                if not response_matches(contract, answer):
                    raise AnswerError(f"{contract.action} would answer {answer!r}, which its contract does not allow")
                return answer
        raise empty

    def _refuse(self, admission: Admission, refusal: ApiError, fault: str = "") -> HttpResponse:
        reply = refusal.reply(admission.language())
        self.journal.add(admission, None, reply.code, reply.message, refusal.explanation, fault=fault)
        action = printable(admission.request.header("x-tc-action"), 80) or "a call"
        log.info("refused %s: %s: %s", action, reply.code, printable(refusal.explanation or reply.message, 1000))
        return failure(admission.request, admission.request_id, reply, refusal.explanation)

    def media(self, path: str) -> MediaFile | None:
        """The file at `path` of a URL that an answer named, or None when there is none, or none any more."""
        while True:
            try:
                with self.store.transaction() as transaction:
                    return download(transaction, path, self.clock.now(), self.settings)
            except Later as later:
                later.work()

    def put_object(self, path: str, request: HttpRequest) -> HttpResponse:
        """Answers a PUT to the bucket of an upload; `path` is not quoted. Its errors are the bucket's, not the API's."""
        return put_object(self.store, self.ids, self.clock.now(), path, request)

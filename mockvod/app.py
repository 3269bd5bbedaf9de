"""The life of a call, whichever way it came in."""

from __future__ import annotations

import logging
from typing import Any

from mockvod.clock import Clock, SystemClock
from mockvod.errors import ApiError
from mockvod.gateway import Admission, Gate, admit, failure, success
from mockvod.http import HttpRequest, HttpResponse, printable
from mockvod.ids import Ids
from mockvod.journal import Journal
from mockvod.service.context import Context
from mockvod.service.entry import enter
from mockvod.service.media import MediaFile, find_media
from mockvod.service.registry import handler_for, is_generated
from mockvod.settings import Account, Settings
from mockvod.state import Store, open_store
from mockvod.validators.catalog import catalog
from mockvod.validators.response import response_matches

log = logging.getLogger("mockvod")


class AnswerError(Exception):
    """An answer of our own that breaks the contract: a bug of mockvod's, answered with InternalError and logged."""


class MockVod:
    """A mock of the service: requests in, responses out, and everything that happened to look back on.

    Safe to share between threads. Raises SettingsError at construction for settings that cannot be.
    """

    def __init__(
        self, settings: Settings | None = None, *, clock: Clock | None = None, store: str | Store = "memory://"
    ):
        self.settings = settings or Settings()
        self.clock = clock or SystemClock()
        self.store = open_store(store) if isinstance(store, str) else store
        self.journal = Journal(self.settings.journal_size)
        self.accounts: dict[str, Account] = {each.secret_id: each for each in self.settings.accounts}
        self._ids = Ids(self.settings.seed)
        self._gate = Gate(self.settings, self.accounts, catalog(), self.store.hit)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answers one API request. Raises nothing: a fault of the caller's and one of ours both get a documented code."""
        admission = Admission(request, self.clock.arrival(), self._ids.request_id())
        try:
            admit(admission, self._gate)
            answer = self._perform(admission)
        except ApiError as refusal:
            return self._refuse(admission, refusal)
        except Exception:
            log.exception("mockvod failed on %s: please report it", printable(request.header("x-tc-action"), 80))
            return self._refuse(admission, ApiError("internal_error", explanation="a bug in mockvod: see its log"))
        self.journal.add(admission, answer, generated=is_generated(admission.contract.action))
        return success(request, admission.request_id, answer)

    def _perform(self, admission: Admission) -> dict[str, Any]:
        """What the service does, as one transaction: it is done and answered in full, or leaves no trace."""
        contract = admission.contract
        handler = handler_for(contract.action)
        with self.store.transaction() as transaction:
            context = Context(
                transaction,
                admission.account.secret_id,
                admission.now,
                self._ids,
                self.settings,
                contract,
                admission.account.vod_activated,
            )
            enter(context, admission.params)
            answer = handler(context, admission.params)
            if not response_matches(contract, answer):
                raise AnswerError(f"{contract.action} would answer {answer!r}, which its contract does not allow")
        return answer

    def _refuse(self, admission: Admission, refusal: ApiError) -> HttpResponse:
        reply = refusal.reply(admission.language())
        self.journal.add(admission, None, reply.code, reply.message, refusal.explanation)
        action = printable(admission.request.header("x-tc-action"), 80) or "a call"
        log.info("refused %s: %s: %s", action, reply.code, printable(refusal.explanation or reply.message, 1000))
        return failure(admission.request, admission.request_id, reply, refusal.explanation)

    def media(self, path: str) -> MediaFile | None:
        """The result file at `path` of a result URL, or None when there is none or it has expired."""
        with self.store.transaction() as transaction:
            return find_media(transaction, path, self.clock.now())

    def reset(self) -> None:
        """Forgets all tasks, counts and calls. Accounts, settings and the clock stay."""
        self.store.clear()
        self.journal.clear()

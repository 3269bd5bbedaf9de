"""The life of a call: admit, perform, apply a fault, record, render. See admitted.py and outcome.py for its values."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from functools import partial
from time import perf_counter

from mockvod.call.addresses import Addresses
from mockvod.call.admitted import Admitted, Call, Refused
from mockvod.call.drivers import HeldCalls, drive, drive_in_loop
from mockvod.call.envelope import render
from mockvod.call.journal import Journal
from mockvod.call.line import action_of, log_call
from mockvod.call.outcome import Answer, Ending, Lost, Make, Outcome, Refuse, Wait
from mockvod.call.secrets import Secrets
from mockvod.clock import Clock
from mockvod.errors import ApiError
from mockvod.faults.collection import Faults
from mockvod.faults.fault import Hit
from mockvod.gateway import Gate, admit
from mockvod.http import HeldAnswer, HttpRequest, HttpResponse
from mockvod.ids import Ids
from mockvod.service.account.preconditions import enter
from mockvod.service.context import Context
from mockvod.service.media.made import MadeFiles
from mockvod.service.registry import handler_for, is_generated
from mockvod.settings import Settings
from mockvod.state import Store
from mockvod.validators.response import response_matches

log: logging.Logger = logging.getLogger("mockvod")
_BUG = "mockvod failed on %s: please report it"


class Life:
    """Answers calls from every surface. Safe to share between threads."""

    def __init__(
        self,
        gate: Gate,
        store: Store,
        clock: Clock,
        ids: Ids,
        faults: Faults,
        journal: Journal,
        held_calls: HeldCalls,
        addresses: Addresses,
        secrets: Secrets,
    ) -> None:
        self._gate = gate
        self._settings: Settings = gate.settings
        self._store = store
        self._clock = clock
        self._ids = ids
        self._faults = faults
        self._journal = journal
        self._held_calls = held_calls
        self._addresses = addresses
        self._secrets = secrets

    def run(self, request: HttpRequest) -> HttpResponse:
        """Answers a request in a thread that may block, and never raises."""
        started = perf_counter()
        call, hit, ending = self._begin(request)
        if ending is None:
            assert isinstance(call, Admitted)
            try:
                ending = drive(partial(self._perform, call), call.now, self._clock, self._held_calls)
            except Exception:
                log.exception(_BUG, action_of(request, self._secrets))
                ending = Refuse(_our_fault())
        return self._end(call, hit, ending, started)

    def run_in_loop(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Answers a request at once or, where it is held or a file has to be made, later in an event loop."""
        started = perf_counter()
        call, hit, ending = self._begin(request)
        if ending is None:
            assert isinstance(call, Admitted)
            try:
                outcome = self._perform(call, call.now)
            except Exception:
                log.exception(_BUG, action_of(request, self._secrets))
                outcome = Refuse(_our_fault())
            if not isinstance(outcome, Answer | Refuse):
                later = self._end_later(call, hit, outcome, started)
                return HeldAnswer(later) if isinstance(outcome, Wait) else later
            ending = outcome
        return self._end(call, hit, ending, started)

    async def _end_later(self, call: Admitted, hit: Hit | None, first: Outcome, started: float) -> HttpResponse:
        ending: Ending
        attempt, clock = partial(self._perform, call), self._clock
        try:
            ending = await drive_in_loop(attempt, call.now, clock, self._held_calls, first)
        except Exception:
            log.exception(_BUG, action_of(call.request, self._secrets))
            ending = Refuse(_our_fault())
        except BaseException:
            self._end(call, hit, Lost("the caller hung up while the call was held"), started)
            raise
        return self._end(call, hit, ending, started)

    def _begin(self, request: HttpRequest) -> tuple[Call, Hit | None, Ending | None]:
        """Admits a call and picks its fault; the ending is None where the service still has to perform the call."""
        now, request_id = self._clock.arrival(), self._ids.request_id()
        try:
            call = admit(request, now, request_id, self._gate)
        except Exception:
            log.exception(_BUG, action_of(request, self._secrets))
            call = Refused(request, now, request_id, "v3", None, None, {}, (), "en-US", _our_fault())
        if isinstance(call, Refused):
            return call, None, Refuse(call.refusal)
        if not self._faults:
            return call, None, None
        try:
            hit = self._faults.hit(call)
        except ApiError as refusal:
            return call, None, Refuse(refusal)
        if hit is None:
            return call, None, None
        return call, hit, hit.fault.outcome(call, hit.number, self._clock.wall(), self._settings)

    def _perform(self, call: Admitted, now: float) -> Outcome:
        """Has the service perform a call in one transaction, which is committed as a whole or leaves no trace."""
        contract, account, made = call.contract, call.account, MadeFiles()
        try:
            with self._store.transaction() as transaction:
                context = Context(
                    transaction,
                    account.secret_id,
                    now,
                    self._ids,
                    self._addresses.settings_for(call.request),
                    contract,
                    account.vod_activated,
                    made,
                )
                enter(context, call.params)
                content = handler_for(contract.action)(context, call.params)
                if made.missing:
                    transaction.undo()
                    return Make(made.make_missing)
                if isinstance(content, Refuse) and not content.keep:
                    transaction.undo()
                if not isinstance(content, dict):
                    return content
                if not response_matches(contract, content):
                    raise AnswerError(f"{contract.action} would answer {content!r}, which its contract does not allow")
                return Answer(content, is_generated(contract.action))
        except ApiError as refusal:
            return Refuse(refusal)

    def _end(self, call: Call, hit: Hit | None, ending: Ending, started: float) -> HttpResponse:
        """Renders the response, records the call and logs it; nothing else does any of them.

        An explanation repeats what was sent, which may be a key in the wrong place, and it is shown in three places.
        """
        if isinstance(ending, Refuse):
            ending.refusal.explanation = self._secrets.redaction(call.sent).text(ending.refusal.explanation)
        response = render(call, ending)
        fault = "" if hit is None else hit.fault.kind
        self._journal.add(call, ending, response.body, fault)
        log_call(call, ending, fault, started, self._secrets)
        return response if hit is None else hit.fault.change(response)


class AnswerError(Exception):
    """An answer of ours that violates its contract: a bug in mockvod, which is logged and answered with InternalError."""


def _our_fault() -> ApiError:
    return ApiError("internal_error", explanation="a bug in mockvod: see its log")

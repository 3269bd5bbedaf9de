"""The rules of the state machine: what can happen to a client, in any order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from mockvod.machine.checks import CheckedHooks
from mockvod.machine.inputs import FAILURE_CODE, FAULTS, HIT_PATTERNS, HOUR, PROMPTS, TIME_STEPS
from mockvod.machine.oracle import Intent

#: More intents would only make runs longer.
_MOST_INTENTS = 5
#: The client may finish its work this long before a deadline, once for all deadlines within the hour after it.
_LEAD_SECONDS, _GROUPED_SECONDS = 2 * HOUR, HOUR


class VodMachine(CheckedHooks):
    """A state machine that calls the hooks of the client under test and makes between them whatever can go wrong happen.

    A user writes the hooks in a subclass. Each run has a new mock, in process, and a new client. A hook may raise
    anything if its API calls met a fault or were refused; anything raised otherwise is a failure of the client.
    """

    def __init__(self) -> None:
        super().__init__()
        #: Deadlines up to this moment have been dealt with; UNIX seconds.
        self._covered = 0.0

    @precondition(lambda self: len(self._intents) < _MOST_INTENTS)
    @rule(prompt=st.sampled_from(tuple(PROMPTS)))
    def create_task(self, prompt: str) -> None:
        if PROMPTS[prompt]:
            self.mock.tasks.script(self.action, PROMPTS[prompt])
        self._intents.append(Intent(len(self._intents) + 1, prompt))
        self._create(self._intents[-1])

    @precondition(lambda self: any(not intent.known for intent in self._intents))
    @rule()
    def create_again(self) -> None:
        """Tries the oldest intent again whose create() raised."""
        self._create(next(intent for intent in self._intents if not intent.known))

    @precondition(lambda self: self._unfinished())
    @rule()
    def poll(self) -> None:
        for intent in self._unfinished():
            self._look(intent)

    @rule(by=st.sampled_from(tuple(TIME_STEPS)))
    def advance(self, by: str) -> None:
        """Moves the clock; the client may finish its work before an event is dropped, a task is too old or a result expires."""
        until = self._oracle.now + TIME_STEPS[by]
        while due := [
            each for each in self._oracle.deadlines(self._intents) if self._covered < each <= until + _LEAD_SECONDS
        ]:
            self.mock.clock.set(max(self._oracle.now, min(due) - _LEAD_SECONDS))
            self._covered = min(due) + _GROUPED_SECONDS
            self._let_client_finish()
        self.mock.clock.set(max(self._oracle.now, until))

    @precondition(lambda self: len(self.mock.faults) < 2)
    @rule(kind=st.sampled_from(tuple(FAULTS)), calls=st.sampled_from(tuple(HIT_PATTERNS)))
    def fault(self, kind: str, calls: str) -> None:
        """Adds a fault for calls of any action."""
        (name, details), (nth, times) = FAULTS[kind], HIT_PATTERNS[calls]
        self.mock.fault(name, nth=nth, times=times, **details)

    @precondition(lambda self: self._oracle.running())
    @rule(last=st.booleans())
    def finish_task(self, last: bool) -> None:
        self._oracle.running()[-1 if last else 0].finish()

    @precondition(lambda self: self._oracle.running())
    @rule(last=st.booleans())
    def fail_task(self, last: bool) -> None:
        self._oracle.running()[-1 if last else 0].fail(FAILURE_CODE)

    @precondition(lambda self: self._has("pump"))
    @rule()
    def pull_and_confirm(self) -> None:
        self._call(self.pump)

    @precondition(lambda self: self._has("fetch") and self._done())
    @rule()
    def fetch_results(self) -> None:
        for intent in self._done():
            self._fetch(intent)

    @precondition(lambda self: self._has("delete") and self._done())
    @rule()
    def delete_result(self) -> None:
        intent = self._done()[0]
        if self._call(self.delete, intent.key).error is None and self._oracle.is_kept(intent):
            raise AssertionError(f"the client says that it has deleted the result of {intent}, which still exists")
        # Even after an error it may be deleted: the answer may have been lost.
        intent.deleted = not self._oracle.is_kept(intent)

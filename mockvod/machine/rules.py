"""What can happen to a client, in any order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from mockvod.machine.checks import Judged
from mockvod.machine.inputs import FAILURE, FAULTS, HITS, HOUR, SPANS, WISHES
from mockvod.machine.oracle import Intent

#: More would only make a run longer.
_MOST_INTENTS = 5
#: A client gets a turn so long before a deadline, which does for what is due within an hour of it.
_AHEAD, _TOGETHER = 2 * HOUR, HOUR


class VodMachine(Judged):
    """Calls the hooks, which a user writes for the client under test, and breaks what can break between them.

    For each run there are a new mock, in process, and a new client. A hook may raise what it likes where a fault was put
    into its way or the mock refused it; anywhere else that is a failure of the client.
    """

    def __init__(self) -> None:
        super().__init__()
        #: Until when deadlines have had their turn, UNIX seconds.
        self._covered = 0.0

    @precondition(lambda self: len(self._intents) < _MOST_INTENTS)
    @rule(prompt=st.sampled_from(tuple(WISHES)))
    def create_task(self, prompt: str) -> None:
        if WISHES[prompt]:
            self.mock.tasks.script(self.action, WISHES[prompt])
        self._intents.append(Intent(len(self._intents) + 1, prompt))
        self._create(self._intents[-1])

    @precondition(lambda self: any(not intent.known for intent in self._intents))
    @rule()
    def create_again(self) -> None:
        """The oldest one that has raised."""
        self._create(next(intent for intent in self._intents if not intent.known))

    @precondition(lambda self: self._open())
    @rule()
    def poll(self) -> None:
        for intent in self._open():
            self._look(intent)

    @rule(by=st.sampled_from(tuple(SPANS)))
    def advance(self, by: str) -> None:
        """Before an event is dropped, a task cannot be asked for or a result goes, the client gets a turn."""
        until = self._truth.now + SPANS[by]
        while due := [each for each in self._truth.deadlines(self._intents) if self._covered < each <= until + _AHEAD]:
            self.mock.clock.set(max(self._truth.now, min(due) - _AHEAD))
            self._covered = min(due) + _TOGETHER
            self._turn()
        self.mock.clock.set(max(self._truth.now, until))

    @precondition(lambda self: len(self.mock.faults) < 2)
    @rule(kind=st.sampled_from(tuple(FAULTS)), calls=st.sampled_from(tuple(HITS)))
    def fault(self, kind: str, calls: str) -> None:
        """Of whatever is called, whoever calls it."""
        (name, details), (nth, times) = FAULTS[kind], HITS[calls]
        self.mock.fault(name, nth=nth, times=times, **details)

    @precondition(lambda self: self._truth.running())
    @rule(last=st.booleans())
    def finish_task(self, last: bool) -> None:
        self._truth.running()[-1 if last else 0].finish()

    @precondition(lambda self: self._truth.running())
    @rule(last=st.booleans())
    def fail_task(self, last: bool) -> None:
        self._truth.running()[-1 if last else 0].fail(FAILURE)

    @precondition(lambda self: self._has("pump"))
    @rule()
    def pull_and_confirm(self) -> None:
        self._called(self.pump)

    @precondition(lambda self: self._has("fetch") and self._done())
    @rule()
    def fetch_results(self) -> None:
        for intent in self._done():
            self._fetch(intent)

    @precondition(lambda self: self._has("delete") and self._done())
    @rule()
    def delete_result(self) -> None:
        intent = self._done()[0]
        if self._called(self.delete, intent.key).error is None and self._truth.is_kept(intent):
            raise AssertionError(f"the client says that it has deleted the result of {intent}, which is still there")
        # It may be, in spite of an error: the answer can have been lost.
        intent.deleted = not self._truth.is_kept(intent)

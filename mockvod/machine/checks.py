"""Calls the client's hooks and compares the outcome with the oracle. A wrong step raises AssertionError, which says why."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from mockvod.machine.hooks import Belief, ClientHooks, Outcome
from mockvod.machine.oracle import Intent, Oracle
from mockvod.service.events.outbox import INVISIBLE_SECONDS

_STATES: Mapping[str, str] = MappingProxyType(
    {"none": "was never created", "running": "is running", "done": "is done", "failed": "has failed"}
)
#: (What the client believes, what is true) -> the likely mistake.
_HINTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("done", "failed"): "failed tasks end with FINISH too: only ErrCode 0 is success",
        (
            "done",
            "running",
        ): "the outer Status and Progress say nothing about success: only the task's own Status and ErrCode do",
        ("failed", "running"): "a refused DescribeTaskDetail does not mean that the task failed",
    }
)


class CheckedHooks(ClientHooks):
    """Calls the hooks, and checks after each call what the client has done."""

    def __init__(self) -> None:
        super().__init__()
        self._intents: list[Intent] = []
        self._oracle = Oracle(self.mock)

    def teardown(self) -> None:
        """Lets the remaining tasks end and the client finish its work."""
        try:
            if sys.exc_info()[0] is None:  # a failure that is on its way would be hidden
                self.mock.clock.advance(60)
                self._let_client_finish()
        finally:
            super().teardown()

    def _unfinished(self) -> list[Intent]:
        return [intent for intent in self._intents if intent.known and intent.belief in ("", "running")]

    def _done(self) -> list[Intent]:
        return [intent for intent in self._intents if intent.belief == "done" and not intent.deleted]

    def _let_client_finish(self) -> None:
        """Lets the client do all its work without faults; afterwards it has no excuse for not knowing better."""
        self.mock.faults.clear()
        self.mock.clock.advance(INVISIBLE_SECONDS + 1)
        for intent in self._intents:
            if not intent.known:
                self._create(intent)
        if self._has("pump"):
            self._pump_all()
        for intent in self._intents:
            if intent.known:
                self._look(intent, excused=False)
        if self._has("fetch"):
            for intent in self._done():
                if intent.content is None:
                    self._fetch(intent)

    def _pump_all(self) -> None:
        while waiting := self._oracle.unconfirmed():
            if error := self._try(self.pump).error:
                raise error
            if self._oracle.unconfirmed() >= waiting:
                left = _joined(waiting)
                raise AssertionError(
                    f"pump() confirms nothing: every {INVISIBLE_SECONDS} s the same event comes back, of {left}"
                )

    def _create(self, intent: Intent) -> None:
        outcome = self._call(self.create, intent.prompt)
        if outcome.error is None:
            intent.key, intent.known = outcome.value, True
        elif outcome.disturbance != "fault" and self._oracle.paid(intent):
            raise AssertionError(f"{intent} is paid for, but the client does not find its task") from outcome.error

    def _look(self, intent: Intent, *, excused: bool = True) -> None:
        """Asks the client about an intent and checks the answer.

        Args:
            excused: Whether the client may still say "running" when the task has ended.
        """
        before = self._oracle.state(intent)
        outcome = self._try(self.look, intent.key)
        after = self._oracle.state(intent)
        lost = not self._oracle.is_queryable(intent)
        if outcome.error is not None:
            if outcome.disturbance == "fault" or lost or (outcome.disturbance and (excused or before == "running")):
                return
            raise outcome.error
        belief = outcome.value
        if belief not in get_args(Belief):
            raise TypeError(f"look() returned {belief!r}, which is none of {', '.join(get_args(Belief))}")
        if belief not in (before, after) and (belief != "running" or not (excused or lost)):
            self._report_wrong_belief(intent, belief, after)
        intent.belief = belief

    def _report_wrong_belief(self, intent: Intent, belief: str, state: str) -> None:
        if state == "none" and (belief == "failed" or self._oracle.running()):
            return  # refused, or held back by the client until another task has ended
        hint = _HINTS.get((belief, state), "")
        raise AssertionError(
            f"the client believes that {intent} is {belief}, but it {_STATES[state]}{hint and '; '}{hint}"
        )

    def _fetch(self, intent: Intent) -> None:
        outcome = self._try(self.fetch, intent.key)
        there = self._oracle.content(intent)
        if outcome.error is not None:
            if outcome.disturbance == "fault" or there is None:
                return
            raise AssertionError(f"the result of {intent} exists, but the client cannot fetch it") from outcome.error
        wanted = intent.content if there is None else there
        if wanted is not None and outcome.value != wanted:
            raise AssertionError(f"what the client fetched for {intent} is not its result")
        intent.content = outcome.value

    def _call(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        """Calls a hook; raises its error unless a fault or a refusal explains it."""
        outcome = self._try(hook, *args)
        if outcome.error is not None and not outcome.disturbance:
            raise outcome.error
        return outcome

    def _try(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        # Here and not as @invariant, which would print a line for each invariant after each step of an example.
        outcome = super()._try(hook, *args)
        self._check_payments()
        if self._has("pump") and self._has("handled"):
            self._check_events()
        return outcome

    def _check_payments(self) -> None:
        for intent in self._intents:
            paid = [task.task_id for task in self._oracle.paid(intent)]
            if len(paid) > 1:
                why = "".join(f"\n{each.message}" for each in self.mock.bill.double_charges if each.second in paid)
                raise AssertionError(f"{intent} is paid {len(paid)} times, by the tasks {', '.join(paid)}{why}")

    def _check_events(self) -> None:
        handled = Counter(self.handled())
        if lost := self._oracle.confirmed() - set(handled):
            raise AssertionError(
                f"confirmed but not handled, so that it never comes again: the event of {_joined(lost)}"
            )
        if repeated := [task_id for task_id, times in handled.items() if times > 1]:
            raise AssertionError(f"handled more than once, though an event may come again: that of {_joined(repeated)}")


def _joined(task_ids: Iterable[str]) -> str:
    return ", ".join(sorted(task_ids))

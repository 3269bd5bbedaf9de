"""A client whose every step is held against the truth. What it does wrong is an AssertionError that says why."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from mockvod.machine.hooks import Belief, Hooks, Outcome
from mockvod.machine.oracle import Intent, Truth
from mockvod.service.events.outbox import INVISIBLE_SECONDS

_STATES: Mapping[str, str] = MappingProxyType(
    {"none": "was never asked for", "running": "is running", "done": "is done", "failed": "has failed"}
)
#: What is believed and what is true -> the likely mistake.
_HINTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("done", "failed"): "FINISH is the end of a failed task, too: only ErrCode 0 is success",
        ("done", "running"): "the outer Status and Progress tell of no success: the task's own Status and ErrCode do",
        ("failed", "running"): "a refused DescribeTaskDetail is no failed task",
    }
)


class Judged(Hooks):
    """Calls the hooks, and judges what comes of it."""

    def __init__(self) -> None:
        super().__init__()
        self._intents: list[Intent] = []
        self._truth = Truth(self.mock)

    def teardown(self) -> None:
        """What is left ends, and the client has a last turn."""
        try:
            if sys.exc_info()[0] is None:  # what has failed already would only be hidden
                self.mock.clock.advance(60)
                self._turn()
        finally:
            super().teardown()

    def _open(self) -> list[Intent]:
        return [intent for intent in self._intents if intent.known and intent.belief in ("", "running")]

    def _done(self) -> list[Intent]:
        return [intent for intent in self._intents if intent.belief == "done" and not intent.deleted]

    def _turn(self) -> None:
        """The client does all that it has to do, and nothing is in its way; from then on, nothing excuses it."""
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
        while waiting := self._truth.unconfirmed():
            if error := self._try(self.pump).error:
                raise error
            if self._truth.unconfirmed() >= waiting:
                left = _listed(waiting)
                raise AssertionError(
                    f"pump() confirms nothing, and every {INVISIBLE_SECONDS} s comes the event of {left}"
                )

    def _create(self, intent: Intent) -> None:
        outcome = self._called(self.create, intent.prompt)
        if outcome.error is None:
            intent.key, intent.known = outcome.value, True
        elif outcome.trouble != "fault" and self._truth.paid(intent):
            raise AssertionError(f"{intent} is paid for, and the client does not find its task") from outcome.error

    def _look(self, intent: Intent, *, excused: bool = True) -> None:
        """`excused`: whether it may say "running" of what it could know better."""
        before = self._truth.state(intent)
        outcome = self._try(self.look, intent.key)
        after = self._truth.state(intent)
        lost = not self._truth.can_be_asked(intent)
        if outcome.error is not None:
            if outcome.trouble == "fault" or lost or (outcome.trouble and (excused or before == "running")):
                return
            raise outcome.error
        belief = outcome.value
        if belief not in get_args(Belief):
            raise TypeError(f"look() returned {belief!r}, which is none of {', '.join(get_args(Belief))}")
        if belief not in (before, after) and (belief != "running" or not (excused or lost)):
            self._disagree(intent, belief, after)
        intent.belief = belief

    def _disagree(self, intent: Intent, belief: str, state: str) -> None:
        if state == "none" and (belief == "failed" or self._truth.running()):
            return  # refused, or kept back by the client until there is room
        hint = _HINTS.get((belief, state), "")
        raise AssertionError(
            f"the client believes that {intent} is {belief}, and it {_STATES[state]}{hint and '; '}{hint}"
        )

    def _fetch(self, intent: Intent) -> None:
        outcome = self._try(self.fetch, intent.key)
        there = self._truth.content(intent)
        if outcome.error is not None:
            if outcome.trouble == "fault" or there is None:
                return
            raise AssertionError(f"the result of {intent} is there, and the client cannot fetch it") from outcome.error
        wanted = intent.content if there is None else there
        if wanted is not None and outcome.value != wanted:
            raise AssertionError(f"what the client fetched of {intent} is not its result")
        intent.content = outcome.value

    def _called(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        """What came of it. An error for which there is no excuse is raised."""
        outcome = self._try(hook, *args)
        if outcome.error is not None and not outcome.trouble:
            raise outcome.error
        return outcome

    def _try(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        # After each call of a hook, and not as @invariant: that prints a line for each of them after each step.
        outcome = super()._try(hook, *args)
        self._check_payments()
        if self._has("pump") and self._has("handled"):
            self._check_events()
        return outcome

    def _check_payments(self) -> None:
        for intent in self._intents:
            paid = [task.task_id for task in self._truth.paid(intent)]
            if len(paid) > 1:
                why = "".join(f"\n{each.message}" for each in self.mock.bill.double_charges if each.second in paid)
                raise AssertionError(f"{intent} is paid {len(paid)} times, by the tasks {', '.join(paid)}{why}")

    def _check_events(self) -> None:
        handled = Counter(self.handled())
        if lost := self._truth.confirmed() - set(handled):
            raise AssertionError(f"confirmed and not handled, and never to come again: the event of {_listed(lost)}")
        if repeated := [task_id for task_id, times in handled.items() if times > 1]:
            raise AssertionError(f"handled more than once, as an event may come again: that of {_listed(repeated)}")


def _listed(task_ids: Iterable[str]) -> str:
    return ", ".join(sorted(task_ids))

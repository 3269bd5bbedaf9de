"""What a user of the machine says of the client under test, and how the machine calls that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Literal, NamedTuple

from hypothesis import currently_in_test_context, note
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.errors import MockvodError
from mockvod.history.calls import one_line
from mockvod.settings import Settings
from mockvod.surfaces.intercept.in_process import mock_vod

Belief = Literal["running", "done", "failed"]
Trouble = Literal["fault", "refused", ""]


class Outcome(NamedTuple):
    """What came of one call of a hook, and the worst that befell what it sent: a fault, a refusal, or nothing ("")."""

    value: Any
    error: Exception | None
    trouble: Trouble


class Hooks(RuleBasedStateMachine):
    """One client and the mock that it calls, both new in each run."""

    #: What `create` calls, for scripts of its tasks.
    action: ClassVar[str] = "CreateAigcVideoTask"
    #: Of each run's mock. Tasks end after a minute. The seed has a failure come again the same way.
    mock_settings: ClassVar[Settings] = Settings(task_seconds=60, concurrency="off", seed=1)

    mock: MockVod
    #: What `make_client` has made.
    client: Any

    def __init__(self) -> None:
        super().__init__()
        # Quarters of a second are exact as floats, whatever the day: no run may hang on how a moment is rounded.
        self._block = mock_vod(settings=self.mock_settings, clock=VirtualClock(int(time.time()), tick=0.25))
        self.mock = self._block.__enter__()
        try:
            self.client = self.make_client(self.mock)
        except BaseException:
            self._block.__exit__(None, None, None)
            raise

    def teardown(self) -> None:
        self._block.__exit__(None, None, None)

    def make_client(self, mock: MockVod) -> Any:
        """A new client, which keeps nothing of former ones. It is found as `self.client`."""
        raise NotImplementedError("make_client(mock) is to return the client under test")

    def create(self, prompt: str) -> Any:
        """Has one result made, asking for `prompt`, and returns what the client calls it.

        The same prompt again is the same intent, tried again because this has raised: it must not be paid twice.
        """
        raise NotImplementedError("create(prompt) is to call the client")

    def look(self, key: Any) -> Belief:
        """What the client believes has become of it: "running", "done" or "failed"."""
        raise NotImplementedError("look(key) is to call the client")

    def fetch(self, key: Any) -> bytes:
        """The result file, the first if there are several. Optional, as are the hooks below."""
        raise NotImplementedError

    def pump(self) -> None:
        """Has the client pull, handle and confirm events, one batch."""
        raise NotImplementedError

    def handled(self) -> Iterable[str]:
        """The TaskIds of the events that the client has dealt with, as often as it has."""
        raise NotImplementedError

    def delete(self, key: Any) -> None:
        """Has the client delete the result."""
        raise NotImplementedError

    def _has(self, hook: str) -> bool:
        """Whether that hook is the user's."""
        return getattr(type(self), hook) is not getattr(Hooks, hook)

    def _try(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        before = self.mock.calls[-1].number if self.mock.calls else 0
        value, error = None, None
        try:
            value = hook(*args)
        except (AssertionError, NotImplementedError, MockvodError, HypothesisException):
            raise
        except Exception as raised:  # noqa: BLE001  # what a client raises is its own affair, and judged elsewhere
            error = raised
            if currently_in_test_context():  # or else somebody goes through the steps of a failure by hand
                note(f"# {hook.__name__}() raised {type(raised).__name__}: {one_line(str(raised), 80)}")
        return Outcome(value, error, self._trouble_after(before))

    def _trouble_after(self, number: int) -> Trouble:
        """What befell the calls after the one of that number."""
        calls = [call for call in self.mock.calls if call.number > number]
        if any(call.fault for call in calls):
            return "fault"
        # That there is no event is told by a refusal, too, and is no trouble.
        return "refused" if any(call.code and call.action != "PullEvents" for call in calls) else ""

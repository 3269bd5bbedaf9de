"""The hooks through which a user connects the client under test, and how the machine calls them."""

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
Disturbance = Literal["fault", "refused", ""]


class Outcome(NamedTuple):
    """What one call of a hook returned or raised, and the worst that happened to its API calls: a fault, a refusal, or ""."""

    value: Any
    error: Exception | None
    disturbance: Disturbance


class ClientHooks(RuleBasedStateMachine):
    """A client and the mock that it calls, both new in each run."""

    #: The action that `create` calls, so that its tasks can be scripted.
    action: ClassVar[str] = "CreateAigcVideoTask"
    #: The settings of each run's mock. Tasks end after a minute; the seed makes failures repeatable.
    mock_settings: ClassVar[Settings] = Settings(task_seconds=60, concurrency="off", seed=1)

    mock: MockVod
    #: The client that `make_client` returned.
    client: Any

    def __init__(self) -> None:
        super().__init__()
        # A quarter of a second is exact as a float on any day, so that no run depends on rounding.
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
        """Returns a new client, which shares no state with earlier ones. It becomes `self.client`."""
        raise NotImplementedError("make_client(mock) must return the client under test")

    def create(self, prompt: str) -> Any:
        """Starts one result for `prompt` and returns the key by which the client knows it.

        The same prompt again is the same intent, tried again because this raised: it must not be paid for twice.
        """
        raise NotImplementedError("create(prompt) must call the client")

    def look(self, key: Any) -> Belief:
        """Returns what the client believes about the result: "running", "done" or "failed"."""
        raise NotImplementedError("look(key) must call the client")

    def fetch(self, key: Any) -> bytes:
        """Returns the result file, the first if there are several. Optional, like the hooks below."""
        raise NotImplementedError

    def pump(self) -> None:
        """Pulls, handles and confirms one batch of events."""
        raise NotImplementedError

    def handled(self) -> Iterable[str]:
        """Returns the TaskIds of the events that the client has handled, each as often as it was handled."""
        raise NotImplementedError

    def delete(self, key: Any) -> None:
        """Deletes the result."""
        raise NotImplementedError

    def _has(self, hook: str) -> bool:
        """Whether the user has written that hook."""
        return getattr(type(self), hook) is not getattr(ClientHooks, hook)

    def _try(self, hook: Callable[..., Any], *args: Any) -> Outcome:
        before = self.mock.calls[-1].number if self.mock.calls else 0
        value, error = None, None
        try:
            value = hook(*args)
        except (AssertionError, NotImplementedError, MockvodError, HypothesisException):
            raise
        except Exception as raised:  # noqa: BLE001  # a client may raise anything; the callers decide whether it may here
            error = raised
            if currently_in_test_context():  # not where someone replays the steps of a failure by hand
                note(f"# {hook.__name__}() raised {type(raised).__name__}: {one_line(str(raised), 80)}")
        return Outcome(value, error, self._disturbance_after(before))

    def _disturbance_after(self, number: int) -> Disturbance:
        """The worst that happened to the calls after that number."""
        calls = [call for call in self.mock.calls if call.number > number]
        if any(call.fault for call in calls):
            return "fault"
        # PullEvents answers an empty queue with a refusal, which disturbs nothing.
        return "refused" if any(call.code and call.action != "PullEvents" for call in calls) else ""

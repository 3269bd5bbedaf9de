"""A mock inside the process: what `requests` and `httpx` send to Tencent's hosts is answered without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, final, overload

from mockvod.app import MockVod
from mockvod.clock import Clock, VirtualClock
from mockvod.errors import MockvodError, SettingsError
from mockvod.settings import Settings, with_fields
from mockvod.surfaces.intercept.scope import Interception, Others, Scope

if TYPE_CHECKING:
    from responses import RequestsMock

#: Seconds that a call takes on the clock of its own that a block gets.
TICK = 0.15

Target = TypeVar("Target", bound=Callable[..., Any])


@final
class InProcess:
    """What `mock_vod` returns: a context manager, sync and async, and a decorator."""

    def __init__(self, settings: Settings, clock: Clock | None, tick: float, scope: Scope) -> None:
        self._settings = settings
        self._clock = clock
        self._tick = tick
        self._scope = scope
        self._entered: Interception | None = None

    def again(self) -> InProcess:
        """One more of the same."""
        return InProcess(self._settings, self._clock, self._tick, self._scope)

    def __enter__(self) -> MockVod:
        if self._entered is not None:
            raise MockvodError("this block is entered already; each needs a mock_vod() of its own")
        clock = VirtualClock(tick=self._tick) if self._clock is None else self._clock
        self._entered = Interception(MockVod(self._settings, clock=clock), self._scope)
        self._entered.enter()
        return self._entered.mock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._entered is not None:
            entered, self._entered = self._entered, None
            entered.leave()

    async def __aenter__(self) -> MockVod:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __call__(self, target: Target) -> Target:
        """Puts a function, or each test of a class, into a block of its own."""
        from mockvod.surfaces.intercept.decorator import decorated

        return decorated(target, self.again)


@overload
def mock_vod(target: Target, /) -> Target: ...
@overload
def mock_vod(
    *,
    settings: Settings | None = None,
    clock: Clock | None = None,
    tick: float | None = None,
    hosts: Iterable[str] = (),
    others: Others = "pass",
    **fields: Any,
) -> InProcess: ...
def mock_vod(
    target: Any = None,
    /,
    *,
    settings: Settings | None = None,
    clock: Clock | None = None,
    tick: float | None = None,
    hosts: Iterable[str] = (),
    others: Others = "pass",
    **fields: Any,
) -> Any:
    """Answers calls of `requests` and `httpx` to Tencent's hosts by a new MockVod: a decorator and context manager.

    Functions get it as `mockvod` if they have such a parameter. `fields` are fields of `settings`. The clock is a
    VirtualClock, on which each call takes `tick` seconds (0.15). `hosts` are answered besides Tencent's; calls to all
    `others` pass or are refused with UnmockedHostError. Raises SettingsError for what cannot be.
    """
    if clock is not None and tick is not None:
        raise SettingsError(f"tick={tick!r} is for the clock that a block makes itself; set it on the clock given")
    seconds = _checked_tick(TICK if tick is None else tick)
    block = InProcess(with_fields(settings or Settings(), fields), clock, seconds, Scope.of(hosts, others))
    return block if target is None else block(target)


def register(mock: MockVod, rsps: RequestsMock, *, hosts: Iterable[str] = ()) -> None:
    """Has a registry of the library `responses` (`responses.mock` or a RequestsMock) ask `mock` for Tencent's hosts.

    For tests that use that library anyway, where it answers all that `requests` sends; others need `mock_vod` only.
    `hosts` are answered besides Tencent's. Raises SettingsError for what cannot be.
    """
    from mockvod.surfaces.intercept import for_responses as intercept_responses  # needs the library

    intercept_responses.register(mock, rsps, hosts)


def _checked_tick(tick: Any) -> float:
    if isinstance(tick, bool) or not isinstance(tick, int | float) or not tick >= 0:
        raise SettingsError(f"tick: {tick!r} is not a number of seconds, 0 or more")
    return float(tick)

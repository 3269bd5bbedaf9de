"""`mock_vod`: calls of `requests` and `httpx` to Tencent's hosts are answered in this process, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, final, overload

from mockvod.app import MockVod
from mockvod.clock import Clock, VirtualClock
from mockvod.errors import MockvodError, SettingsError
from mockvod.settings import Settings, with_fields
from mockvod.surfaces.intercept.interception import Interception, Others, Scope

if TYPE_CHECKING:
    from responses import RequestsMock

#: Seconds that each call takes on the VirtualClock that a block has by default.
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

    def copy(self) -> InProcess:
        """A block with the same arguments that has not been entered."""
        return InProcess(self._settings, self._clock, self._tick, self._scope)

    def __enter__(self) -> MockVod:
        if self._entered is not None:
            raise MockvodError("this block is entered already; call mock_vod() once for each block")
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
        """Wraps a function, or each test of a class, in a block of its own."""
        from mockvod.surfaces.intercept.decorator import decorated

        return decorated(target, self.copy)


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
    """Answers calls of `requests` and `httpx` to Tencent's hosts with a new MockVod; a decorator and a context manager.

    A decorated function that has a parameter `mockvod` is given the MockVod.

    Args:
        target: The function or class to decorate, where the decorator is used without arguments.
        settings: The mock's settings; by default, those of `Settings()`.
        clock: The mock's clock; by default, a new VirtualClock.
        tick: Seconds that each call takes on that VirtualClock, 0.15 by default. Not allowed together with `clock`.
        hosts: Hosts that are answered as the API in addition to Tencent's.
        others: What becomes of calls to all other hosts: "pass" sends them, "refuse" raises UnmockedHostError.
        fields: Fields of Settings, which replace those of `settings`.

    Raises:
        SettingsError: an argument is wrong.
    """
    if clock is not None and tick is not None:
        raise SettingsError(f"tick={tick!r} belongs to the clock that a block makes itself; set it on the given clock")
    seconds = _checked_tick(TICK if tick is None else tick)
    block = InProcess(with_fields(settings or Settings(), fields), clock, seconds, Scope.of(hosts, others))
    return block if target is None else block(target)


def add_to_responses(mock: MockVod, rsps: RequestsMock, *, hosts: Iterable[str] = ()) -> None:
    """Adds `mock` to a registry of the library `responses`, so that it answers calls to Tencent's hosts.

    For tests that use `responses` for other hosts: it intercepts everything that `requests` sends. Tests that do not
    use it need only `mock_vod`.

    Args:
        mock: What answers.
        rsps: The registry: `responses.mock`, or a RequestsMock of the test's own.
        hosts: Hosts that are answered as the API in addition to Tencent's.

    Raises:
        SettingsError: `hosts` holds something that is no host name.
    """
    from mockvod.surfaces.intercept.responses_registry import add  # here, because it imports the library

    add(mock, rsps, hosts)


def _checked_tick(tick: Any) -> float:
    if isinstance(tick, bool) or not isinstance(tick, int | float) or not tick >= 0:
        raise SettingsError(f"tick: {tick!r} is not a number of seconds, 0 or more")
    return float(tick)

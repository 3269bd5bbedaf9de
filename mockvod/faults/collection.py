"""The faults of a mock, which hit the same calls in every run.

mock.fail_next("CreateAigcVideoTask", "InternalError", times=2)
mock.fault("drop_after_commit", action="CreateAigcVideoTask", nth=3)
mock.fault("latency", seconds=2, times=None, probability=0.1, seed=7)
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from mockvod.call.admitted import Admitted
from mockvod.errors import SettingsError
from mockvod.faults.fault import CallView, Fault, Hit, When
from mockvod.validators.contracts.catalog import UnknownAction, catalog

__all__ = ["Fault", "Faults"]

#: How many used-up faults are remembered.
_MOST_USED = 1000


class Faults(Collection[Fault]):
    """The faults that may still hit a call, oldest first. Safe to share between threads.

    Each fault counts the calls that match it; the first fault that is due hits the call. `used` has the last 1,000 faults
    that have had all their hits.
    """

    def __init__(self, accounts: Collection[str]) -> None:
        self._accounts = accounts
        self._lock = threading.Lock()
        # Replaced and never changed, because it is read without the lock.
        self._active: tuple[Fault, ...] = ()
        self._used: deque[Fault] = deque(maxlen=_MOST_USED)
        self._count = 0
        self._cleared = threading.Event()

    def add(
        self,
        kind: str,
        *,
        action: str | None = None,
        account: str | None = None,
        nth: int | None = None,
        times: int | None = 1,
        when: When | None = None,
        probability: float | None = None,
        seed: int | None = None,
        details: Mapping[str, Any] = MappingProxyType({}),
    ) -> Fault:
        """Adds a fault; `MockVod.fault` explains the arguments.

        Raises:
            SettingsError: An argument is not valid.
        """
        from mockvod.faults.kinds import checked, kind_named  # needed only by mocks that have faults

        fault_kind = kind_named(kind)
        if account is not None and account not in tuple(self._accounts):
            raise SettingsError(f"account: {account!r} is not an account here; there is {', '.join(self._accounts)}")
        _check_counts(nth=nth, times=times)
        _check_probability(probability, seed)
        if when is not None and not callable(when):
            raise SettingsError(f"when: {when!r} is not a predicate, such as lambda call: call.params['ModelName']")
        action, details = _known_action(action), checked(kind, details)
        with self._lock:
            self._count += 1
            fault = Fault(
                self.take_out,
                self._count,
                kind,
                action,
                account,
                nth,
                times,
                when,
                probability,
                seed,
                details,
                fault_kind,
            )
            self._active = (*self._active, fault)
        return fault

    def hit(self, call: Admitted) -> Hit | None:
        """Finds the fault that hits a call, and counts the hit; None when no fault does.

        Raises:
            ApiError: The predicate of a fault raises an exception.
        """
        asked = CallView(call.account.secret_id, call.contract.action, call.params)
        # Outside of the lock, because a predicate may use the faults itself.
        meant = [each for each in self._active if each.wants(asked)]
        with self._lock:
            still = set(self._active)
            due = [each for each in meant if each in still and each.counts()]
            if not due:
                return None
            fault = due[0]
            fault.hits += 1
            if fault.hits == fault.times:
                self._active = tuple(each for each in self._active if each is not fault)
                self._used.append(fault)
            return Hit(fault, fault.hits)

    @property
    def used(self) -> tuple[Fault, ...]:
        """The faults that have had all their hits, in the order of their last hits."""
        with self._lock:
            return tuple(self._used)

    def clear(self) -> None:
        """Removes all faults, used-up ones as well, and ends all calls of `wait`."""
        with self._lock:
            self._active = ()
            self._used.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def wait(self, seconds: float) -> None:
        """Waits for that long, or until the faults are cleared."""
        self._cleared.wait(seconds)

    def __len__(self) -> int:
        return len(self._active)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._active)

    def __contains__(self, fault: object) -> bool:
        return fault in self._active

    def snapshot(self) -> object:
        """Returns the faults and their counts, for `restore`."""
        with self._lock:
            states = {each: each.state() for each in (*self._active, *self._used)}
            return self._active, tuple(self._used), states

    def restore(self, snapshot: Any) -> None:
        """Returns to the faults and counts of a snapshot."""
        with self._lock:
            self._active, used, states = snapshot
            self._used = deque(used, maxlen=_MOST_USED)
            for fault, state in states.items():
                fault.put_back(state)

    def take_out(self, fault: Fault) -> None:
        """Removes a fault, for `Fault.remove`."""
        with self._lock:
            self._active = tuple(each for each in self._active if each is not fault)


def _check_counts(**counts: int | None) -> None:
    for name, value in counts.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            meaning = "until it is removed" if name == "times" else "from the first call on"
            raise SettingsError(f"{name}: {value!r} is not a whole number above 0; None means {meaning}")


def _check_probability(probability: float | None, seed: int | None) -> None:
    if probability is None:
        if seed is not None:
            raise SettingsError(f"seed: {seed!r} is of no use without probability")
        return
    if isinstance(probability, bool) or not isinstance(probability, int | float) or not 0 < probability <= 1:
        raise SettingsError(f"probability: {probability!r} is not above 0 and at most 1")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise SettingsError(
            f"seed: {seed!r} is not a whole number; probability needs one, or no run would be like another"
        )


def _known_action(action: str | None) -> str | None:
    """The action as the catalogue spells it.

    Raises:
        SettingsError: VOD has no such action.
    """
    if action is None:
        return None
    try:
        return catalog().require(action).action
    except (UnknownAction, TypeError) as error:
        raise SettingsError(f"action: {error}; None means any") from None

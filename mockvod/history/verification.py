"""`mock.verify`: checks that a client made certain calls; if not, reports the nearest calls and what differs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from heapq import nsmallest
from typing import Any, NamedTuple

from mockvod.call.journal import CallRecord
from mockvod.clock import iso
from mockvod.errors import SettingsError, VerificationError
from mockvod.history.calls import Calls, one_line
from mockvod.history.criteria import Wanted
from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.findings import shown

#: How many calls a report shows, and how many differences of each.
_MAX_CALLS = 3
_MAX_DIFFERENCES = 10


def verify(
    calls: Calls,
    action: str,
    times: int | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    account: str | None = None,
    code: str | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
    forgotten: int = 0,
) -> Calls:
    """Implements `MockVod.verify`, which documents the arguments and exceptions.

    Args:
        forgotten: How many older calls have dropped out of the journal, for the report.
    """
    __tracebackhide__ = True  # so that pytest shows the line of the test
    if not isinstance(action, str):
        raise SettingsError(f"action={shown(action)}: name the action whose calls are counted")
    bounds = _Bounds.of(times, at_least, at_most)
    wanted = Wanted(action, account, code, params)
    found = calls(action, account=account, code=code, params=params)
    unknown = _unknown_action(action, calls)
    # A name that VOD does not have is a mistake; with times=0, it would make a test that cannot fail.
    if bounds.hold(len(found)) and not unknown:
        return found
    lines = [f"wanted {bounds}: {wanted}", f"came {_times(len(found))} among {_times(len(calls), 'call')}"]
    if forgotten:
        lines[-1] += f"; {forgotten} older ones are no longer in the journal (setting journal_size)"
    lines += unknown
    if len(found) > bounds.most:
        lines += [
            f"the last {min(_MAX_CALLS, len(found))} of them:",
            *_report((each, []) for each in found[-_MAX_CALLS:]),
        ]
    else:
        lines += _nearest(wanted, calls, {each.number for each in found})
    raise VerificationError("\n".join(lines))


class _Bounds(NamedTuple):
    least: int
    most: float

    @classmethod
    def of(cls, times: int | None, at_least: int | None, at_most: int | None) -> _Bounds:
        """Reads the bounds.

        Raises:
            SettingsError: they are negative, no whole numbers, or contradict each other.
        """
        for name, value in (("times", times), ("at_least", at_least), ("at_most", at_most)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                raise SettingsError(f"{name}={shown(value)}: not a whole number from 0")
        if times is not None:
            if at_least is not None or at_most is not None:
                other = "at_least" if at_most is None else "at_most"
                raise SettingsError(f"times={times} says exactly how often; leave {other} out")
            return cls(times, times)
        if at_most is None:
            return cls(1 if at_least is None else at_least, float("inf"))
        if at_least is not None and at_least > at_most:
            raise SettingsError(f"at_least={at_least} is more than at_most={at_most}")
        return cls(at_least or 0, at_most)

    def hold(self, number: int) -> bool:
        return self.least <= number <= self.most

    def __str__(self) -> str:
        if self.least == self.most:
            return "exactly " + _times(self.least) if self.least else "never"
        if self.most == float("inf"):
            return f"at least {_times(self.least)}"
        if not self.least:
            return f"at most {_times(int(self.most))}"
        return f"{self.least} to {int(self.most)} times"


def _times(number: int, noun: str = "time") -> str:
    if noun == "time" and number < 2:
        return ("never", "once")[number]
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _unknown_action(action: str, calls: Calls) -> list[str]:
    """A line about an action that VOD does not have, unless a client called it all the same."""
    if catalog().contract(action) is not None or any(each.action == action for each in calls):
        return []
    near = catalog().near(action)
    return [f"VOD has no action {shown(action)}" + (f"; near it are {', '.join(near)}" if near else "")]


def _nearest(wanted: Wanted, calls: Calls, found: set[int]) -> list[str]:
    @functools.cache
    def likeness(action: str) -> float:
        return SequenceMatcher(None, wanted.action or "", action).ratio()

    others = [(each, _differences(wanted, each)) for each in calls if each.number not in found]
    nearest = nsmallest(_MAX_CALLS, others, key=lambda pair: (-likeness(pair[0].action), len(pair[1]), -pair[0].number))
    return ["nearest:", *_report(nearest)] if nearest else []


def _differences(wanted: Wanted, record: CallRecord) -> list[str]:
    found: list[str] = []
    try:
        for each in wanted.differences(record):
            found.append(str(each))
    # The function got a value that it does not expect, in a call that does not match anyway.
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        found.append(f"(params): a function in them raised {type(error).__name__}: {one_line(str(error))}")
    return found


def _report(calls: Iterable[tuple[CallRecord, list[str]]]) -> Iterator[str]:
    for record, differences in calls:
        outcome = f"refused: {record.code}: {one_line(record.message)}" if record.code else "accepted"
        yield f"#{record.number} {one_line(record.action) or 'a call'} at {iso(record.time)}, {outcome}"
        if record.explanation:
            yield f"    why: {one_line(record.explanation)}"
        for each in differences[:_MAX_DIFFERENCES]:
            yield f"    {each}"
        if len(differences) > _MAX_DIFFERENCES:
            yield f"    and {len(differences) - _MAX_DIFFERENCES} more"

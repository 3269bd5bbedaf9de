"""What tasks are to show call by call, instead of what the clock would have them show.

    from mockvod import scripts

    mock.tasks.script("CreateAigcVideoTask", [scripts.progress(80), scripts.progress(40), scripts.finish(events=2)])

A step that is no end lasts for `polls`, which are calls of DescribeTaskDetail that ask for the task (one unless told), or
for `seconds` of the mock's clock; the last step of a script stays for ever. `finish` and `fail` are ends: the task ends
when they are entered, which is with the last call that the step before them is shown to, or when its seconds are over.

A step as JSON is an object of the same names: ``{"step": "progress", "percent": 80, "polls": 2}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from mockvod.errors import ScriptError
from mockvod.service.tasks.failures import FAILED
from mockvod.service.tasks.scripted import ENDS
from mockvod.validators.replies import error_codes

#: Longer than any task can be asked for, and short enough to be a moment of the calendar.
_MOST_SECONDS = 365 * 86_400
_MOST_EVENTS = 100

Output = Literal["whole", "missing", "empty"]
File = Literal["whole", "expired", "broken", "gone"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as the functions of this module make it. What its members say is checked when the script is given."""

    name: str
    members: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The same as an object."""
        return {"step": self.name, **self.members}


@dataclass(frozen=True, slots=True)
class PendingScript:
    """A script that has not been used up: the next `times` tasks of the action follow it, of any account for None."""

    action: str
    steps: tuple[Step, ...]
    account: str | None
    times: int

    def as_json(self) -> dict[str, Any]:
        """The same as an object."""
        steps = [step.as_json() for step in self.steps]
        return {"action": self.action, "steps": steps, "account": self.account, "times": self.times}


def progress(percent: int, polls: int | None = None, *, seconds: float | None = None) -> Step:
    """PROCESSING with that Progress, 0 to 100; it may go back (100 before the end was seen in live answers)."""
    return _step("progress", percent=percent, polls=polls, seconds=seconds)


def waiting(polls: int | None = None, *, seconds: float | None = None) -> Step:
    """WAITING outside; it can be aborted, and counts among the tasks at a time as a running one does (assumed)."""
    return _step("waiting", polls=polls, seconds=seconds)


def outer_finish(polls: int | None = None, *, seconds: float | None = None) -> Step:
    """FINISH outside and PROCESSING inside, without a result: it has not ended, and has no FinishTime (assumed)."""
    return _step("outer_finish", polls=polls, seconds=seconds)


def describe_error(code: str, polls: int | None = None, *, seconds: float | None = None) -> Step:
    """DescribeTaskDetail itself is refused with `code`, any that VOD or its gateway has; nothing is wrong with the task."""
    return _step("describe_error", code=code, polls=polls, seconds=seconds)


def finish(output: Output = "whole", file: File = "whole", events: int = 1, event_delay: float = 0) -> Step:
    """Ends well, at least in name.

    `output`: "missing" tells no Output, "empty" the one of a task that runs still.
    `file`: of each result, "expired" has an ExpireTime of now and cannot be fetched, "gone" cannot be fetched whatever it
    says, and of a "broken" one the second half is missing.
    `events`: how often the event of the end is there, 0 to 100; `event_delay`: how many seconds later.
    """
    return _step("finish", output=output, file=file, events=events, event_delay=event_delay)


def fail(ext: str, message: str | None = None, code: int = FAILED, events: int = 1, event_delay: float = 0) -> Step:
    """Fails with that ErrCodeExt, Message (None: the usual one) and ErrCode; any ErrCodeExt goes. Events as of `finish`."""
    return _step("fail", ext=ext, message=message, code=code, events=events, event_delay=event_delay)


def read_steps(steps: Any) -> list[dict[str, Any]]:
    """The steps of a script as JSON, with every member in its place. Raises ScriptError for a script that cannot be."""
    if not isinstance(steps, Sequence) or isinstance(steps, (str, bytes)):
        raise ScriptError(f"steps is {_shown(steps)}, not a list of steps; put it into brackets")
    if not steps:
        raise ScriptError("steps is empty; a script needs at least one step, such as finish()")
    read: list[dict[str, Any]] = []
    for number, step in enumerate(steps, 1):
        if read and read[-1]["step"] in ENDS:
            end = read[-1]["step"]
            raise ScriptError(f"step {number} comes after the end, which is step {number - 1} ({end}); leave it out")
        read.append(_read_step(number, step))
    return read


def written_step(step: Mapping[str, Any]) -> Step:
    """The step that `read_steps` gave as JSON."""
    return Step(step["step"], {name: value for name, value in step.items() if name != "step"})


class _Member(NamedTuple):
    """What a member of a step takes, in words and as a test; without it, the default."""

    takes: str
    fits: Callable[[Any], bool]
    default: Any = None
    optional: bool = True


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _one_of(*values: str) -> _Member:
    # A list among the values would fail where a set looked for it.
    return _Member(f"one of {', '.join(values)}", lambda value: value in values, values[0])


_LASTING = {
    "polls": _Member("a whole number from 1", lambda value: value is None or (_is_whole(value) and value >= 1)),
    "seconds": _Member(
        "a number above 0, of a year at most",
        lambda value: value is None or (_is_number(value) and 0 < value <= _MOST_SECONDS),
    ),
}
_EVENTS = {
    "events": _Member(
        f"a whole number from 0 to {_MOST_EVENTS}", lambda value: _is_whole(value) and 0 <= value <= _MOST_EVENTS, 1
    ),
    "event_delay": _Member(
        "a number of seconds from 0, of a year at most",
        lambda value: _is_number(value) and 0 <= value <= _MOST_SECONDS,
        0,
    ),
}
#: Step -> its members in order.
_STEPS: Mapping[str, Mapping[str, _Member]] = {
    "progress": {
        "percent": _Member(
            "a whole number from 0 to 100", lambda value: _is_whole(value) and 0 <= value <= 100, optional=False
        ),
        **_LASTING,
    },
    "waiting": _LASTING,
    "outer_finish": _LASTING,
    "describe_error": {
        "code": _Member(
            "a code that VOD or its gateway has, such as InternalError",
            lambda value: _is_text(value) and value in error_codes(),
            optional=False,
        ),
        **_LASTING,
    },
    "finish": {
        "output": _one_of("whole", "missing", "empty"),
        "file": _one_of("whole", "expired", "broken", "gone"),
        **_EVENTS,
    },
    "fail": {
        "ext": _Member("text, the ErrCodeExt", _is_text, optional=False),
        "message": _Member("text", lambda value: value is None or _is_text(value)),
        "code": _Member(
            "a whole number of 64 bits but 0, which means success",
            lambda value: _is_whole(value) and value != 0 and -(2**63) <= value < 2**63,
            FAILED,
        ),
        **_EVENTS,
    },
}


def _step(name: str, **members: Any) -> Step:
    if "polls" in members and members["polls"] is None and members["seconds"] is None:
        members["polls"] = 1
    return Step(name, members)


def _read_step(number: int, step: Any) -> dict[str, Any]:
    given = step.as_json() if isinstance(step, Step) else step
    if not isinstance(given, Mapping):
        way_out = 'use the functions of mockvod.scripts, or objects like {"step": "progress", "percent": 80}'
        raise ScriptError(f"step {number} is {_shown(step)}, not a step; {way_out}")
    name = given.get("step")
    if not isinstance(name, str) or name not in _STEPS:
        raise ScriptError(f"step {number}: there is no step {_shown(name)}; there are {', '.join(_STEPS)}")
    known, where = _STEPS[name], f"step {number} ({name})"
    for member in given:
        if member != "step" and member not in known:
            raise ScriptError(f"{where} has no member {_shown(member)}; it has {', '.join(known)}")
    for member, rule in known.items():
        if member not in given and not rule.optional:
            raise ScriptError(f"{where}: {member} is missing; it is {rule.takes}")
        if member in given and not rule.fits(given[member]):
            raise ScriptError(f"{where}: {member} is {_shown(given[member])}, not {rule.takes}")
    if given.get("polls") is not None and given.get("seconds") is not None:
        raise ScriptError(f"{where}: polls and seconds are both given; a step lasts for one of them")
    return _step(name, **{member: given.get(member, rule.default) for member, rule in known.items()}).as_json()


def _shown(value: Any) -> str:
    return repr(value)[:80]

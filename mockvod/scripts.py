"""Steps of task scripts: what a task reports from call to call, instead of what follows from the clock.

    from mockvod import scripts

    mock.tasks.script("CreateAigcVideoTask", [scripts.progress(80), scripts.progress(40), scripts.finish(events=2)])

`finish` and `fail` end the task. Every other step lasts for `polls` calls of DescribeTaskDetail about the task (one by
default), or for `seconds` by the mock's clock; the last step of a script lasts for ever. The task ends when its end step
begins: with the last call that sees the step before it, or when the seconds of that step are over.

As JSON, a step is an object with the same names: ``{"step": "progress", "percent": 80, "polls": 2}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from mockvod.errors import ScriptError
from mockvod.narrowing import is_list_like, is_mapping
from mockvod.service.tasks.failures import FAILED
from mockvod.service.tasks.scripted import ENDS
from mockvod.validators.replies import error_codes

#: A year: longer than any task can be queried, and short enough for every clock to represent the end.
_MOST_SECONDS = 365 * 86_400
_MOST_EVENTS = 100

Output = Literal["whole", "missing", "empty"]
File = Literal["whole", "expired", "broken", "gone"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step, made by the functions of this module. Its members are checked when the script is added."""

    name: str
    members: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The step as a JSON object."""
        return {"step": self.name, **self.members}


@dataclass(frozen=True, slots=True)
class PendingScript:
    """A script that is not used up: the next `times` tasks of `action` follow it; an `account` of None means any."""

    action: str
    steps: tuple[Step, ...]
    account: str | None
    times: int

    def as_json(self) -> dict[str, Any]:
        """The script as a JSON object."""
        steps = [step.as_json() for step in self.steps]
        return {"action": self.action, "steps": steps, "account": self.account, "times": self.times}


def progress(percent: int, polls: int | None = None, *, seconds: float | None = None) -> Step:
    """PROCESSING with that Progress, 0 to 100. It may be lower than before, and 100 is seen before the end (observed)."""
    return _step("progress", percent=percent, polls=polls, seconds=seconds)


def waiting(polls: int | None = None, *, seconds: float | None = None) -> Step:
    """The outer Status is WAITING; the task can be aborted, and counts towards the concurrency limit (assumed)."""
    return _step("waiting", polls=polls, seconds=seconds)


def outer_finish(polls: int | None = None, *, seconds: float | None = None) -> Step:
    """The outer Status is FINISH, the inner one PROCESSING: there is no result and no FinishTime yet (assumed)."""
    return _step("outer_finish", polls=polls, seconds=seconds)


def describe_error(code: str, polls: int | None = None, *, seconds: float | None = None) -> Step:
    """DescribeTaskDetail itself is refused; nothing is wrong with the task.

    Args:
        code: Any code of VOD or its gateway, such as InternalError.
    """
    return _step("describe_error", code=code, polls=polls, seconds=seconds)


def finish(output: Output = "whole", file: File = "whole", events: int = 1, event_delay: float = 0) -> Step:
    """The task ends with FINISH and ErrCode 0.

    Args:
        output: "whole"; "missing": Output is null; "empty": Output is that of a task that is still running.
        file: Each result file is "whole"; "expired": its ExpireTime is now and it cannot be fetched; "gone": it cannot
            be fetched, whatever its ExpireTime; "broken": its second half is missing.
        events: How many events tell of the end, 0 to 100.
        event_delay: Seconds from the end to the events.
    """
    return _step("finish", output=output, file=file, events=events, event_delay=event_delay)


def fail(ext: str, message: str | None = None, code: int = FAILED, events: int = 1, event_delay: float = 0) -> Step:
    """The task ends with FINISH and a failure.

    Args:
        ext: ErrCodeExt; any text, also one that the service is not known to use.
        message: Message; None: the usual one of the ErrCodeExt.
        code: ErrCode; not 0, which means success.
        events: How many events tell of the end, 0 to 100.
        event_delay: Seconds from the end to the events.
    """
    return _step("fail", ext=ext, message=message, code=code, events=events, event_delay=event_delay)


def read_steps(steps: Any) -> list[dict[str, Any]]:
    """Checks a script.

    Returns:
        Its steps as JSON objects, with defaults filled in.

    Raises:
        ScriptError: the script is empty, or a step or its place is wrong.
    """
    if not is_list_like(steps):
        raise ScriptError(f"steps is {_quoted(steps)}, not a list of steps; put it in brackets")
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
    """The step that `read_steps` gave as a JSON object."""
    return Step(step["step"], {name: value for name, value in step.items() if name != "step"})


class _Member(NamedTuple):
    """What a member of a step accepts, in words and as a test, and its default."""

    wanted: str
    fits: Callable[[Any], bool]
    default: Any = None
    optional: bool = True


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_polls(value: Any) -> bool:
    return value is None or (_is_whole(value) and value >= 1)


def _is_duration(value: Any) -> bool:
    return value is None or (_is_number(value) and 0 < value <= _MOST_SECONDS)


def _is_event_count(value: Any) -> bool:
    return _is_whole(value) and 0 <= value <= _MOST_EVENTS


def _is_delay(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= _MOST_SECONDS


def _is_percent(value: Any) -> bool:
    return _is_whole(value) and 0 <= value <= 100


def _is_known_code(value: Any) -> bool:
    return _is_text(value) and value in error_codes()


def _is_failure_code(value: Any) -> bool:
    return _is_whole(value) and value != 0 and -(2**63) <= value < 2**63


def _one_of(*values: str) -> _Member:
    def fits(value: Any) -> bool:
        # A tuple, because a set would raise for a value that cannot be hashed.
        return value in values

    return _Member(f"one of {', '.join(values)}", fits, values[0])


_LASTING = {
    "polls": _Member("a whole number from 1", _is_polls),
    "seconds": _Member("a number above 0, of a year at most", _is_duration),
}
_EVENTS = {
    "events": _Member(f"a whole number from 0 to {_MOST_EVENTS}", _is_event_count, 1),
    "event_delay": _Member("a number of seconds from 0, of a year at most", _is_delay, 0),
}
#: Step -> its members, in order.
_STEPS: Mapping[str, Mapping[str, _Member]] = {
    "progress": {"percent": _Member("a whole number from 0 to 100", _is_percent, optional=False), **_LASTING},
    "waiting": _LASTING,
    "outer_finish": _LASTING,
    "describe_error": {
        "code": _Member("a code that VOD or its gateway has, such as InternalError", _is_known_code, optional=False),
        **_LASTING,
    },
    "finish": {
        "output": _one_of("whole", "missing", "empty"),
        "file": _one_of("whole", "expired", "broken", "gone"),
        **_EVENTS,
    },
    "fail": {
        "ext": _Member("text, the ErrCodeExt", _is_text, optional=False),
        "message": _Member("text", _is_text_or_none),
        "code": _Member("a whole number of 64 bits but 0, which means success", _is_failure_code, FAILED),
        **_EVENTS,
    },
}


def _step(name: str, **members: Any) -> Step:
    if "polls" in members and members["polls"] is None and members["seconds"] is None:
        members["polls"] = 1
    return Step(name, members)


def _read_step(number: int, step: Any) -> dict[str, Any]:
    given = step.as_json() if isinstance(step, Step) else step
    if not is_mapping(given):
        way_out = 'use the functions of mockvod.scripts, or objects like {"step": "progress", "percent": 80}'
        raise ScriptError(f"step {number} is {_quoted(step)}, not a step; {way_out}")
    name = given.get("step")
    if not isinstance(name, str) or name not in _STEPS:
        raise ScriptError(f"step {number}: there is no step {_quoted(name)}; there are {', '.join(_STEPS)}")
    known, where = _STEPS[name], f"step {number} ({name})"
    for member in given:
        if member != "step" and member not in known:
            raise ScriptError(f"{where} has no member {_quoted(member)}; it has {', '.join(known)}")
    for member, rule in known.items():
        if member not in given and not rule.optional:
            raise ScriptError(f"{where}: {member} is missing; it is {rule.wanted}")
        if member in given and not rule.fits(given[member]):
            raise ScriptError(f"{where}: {member} is {_quoted(given[member])}, not {rule.wanted}")
    if given.get("polls") is not None and given.get("seconds") is not None:
        raise ScriptError(f"{where}: polls and seconds are both given; a step lasts for one of them")
    return _step(name, **{member: given.get(member, rule.default) for member, rule in known.items()}).as_json()


def _quoted(value: Any) -> str:
    return repr(value)[:80]

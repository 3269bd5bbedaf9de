"""Directives in a prompt, for clients that cannot be given anything but a request.

    [[fail:CODE]]     the task ends with ErrCode 70000 and this ErrCodeExt
    [[slow:SECONDS]]  the task takes so long: 90s, 5m or 1h
    [[stuck]]         the task never ends
    [[reject:CODE]]   the call itself is refused with this code, any that VOD or its gateway has

They stand anywhere in Prompt, ElementDescription or SubjectName. The service knows nothing of them; the setting
`magic_prompts` switches them off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockvod.errors import ApiError
from mockvod.service.tasks.failures import FAILURES, Failure
from mockvod.validators.replies import error_codes, meaning

#: Where directives are looked for.
MEMBERS = ("Prompt", "ElementDescription", "SubjectName")
_DIRECTIVE = re.compile(r"\[\[(fail|slow|stuck|reject)(?::([^\]]*))?\]\]")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smh])")
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Directives:
    """What a prompt asks of its task."""

    failure: Failure | None = None
    #: How long the task takes; None for as long as any.
    seconds: float | None = None


NO_DIRECTIVES = Directives()


def read_directives(params: Mapping[str, Any]) -> Directives:
    """The directives in `params`. Raises ApiError where one rejects the call, or says what cannot be."""
    failure, seconds = None, None
    for member in MEMBERS:
        text = params.get(member)
        if not text or "[[" not in text:
            continue
        for word, argument in _DIRECTIVE.findall(text):
            if word == "fail":
                failure = Failure.of(_known_code(member, word, argument, FAILURES.keys()))
            elif word == "slow":
                seconds = _seconds(member, argument)
            elif word == "stuck":
                seconds = float("inf")
            else:
                code = _known_code(member, word, argument, error_codes())
                # Whatever text the service has, a client is not to depend on it (documented): the meaning will do.
                explanation = f"{member} says [[reject:{code}]]"
                raise ApiError("message", code=code, message=meaning(code), explanation=explanation)
    return NO_DIRECTIVES if failure is None and seconds is None else Directives(failure, seconds)


def _known_code(member: str, word: str, argument: str, known: Any) -> str:
    if argument not in known:
        some = ", ".join(sorted(known)[:20])
        raise _invalid(member, f"[[{word}:{argument[:60]}]]", f"there are {some}")
    return argument


def _seconds(member: str, argument: str) -> float:
    match = _DURATION.fullmatch(argument)
    if match is None:
        raise _invalid(member, f"[[slow:{argument[:60]}]]", "write 90s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def _invalid(member: str, directive: str, way_out: str) -> ApiError:
    explanation = f"{member}: the directive {directive} is not one that mockvod knows; {way_out}"
    return ApiError("invalid_parameter_value", name=member, value=directive, explanation=explanation)

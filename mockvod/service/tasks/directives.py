"""Directives in a prompt, for tests that control nothing but the request.

    [[fail:CODE]]     the task ends with ErrCode 70000 and this ErrCodeExt
    [[slow:SECONDS]]  the task takes this long: 90s, 5m or 1h
    [[stuck]]         the task never ends
    [[reject:CODE]]   the call itself is refused with this code, which can be any code of VOD or of its gateway

They can be anywhere in Prompt, ElementDescription or SubjectName. The real service has no such thing. The setting
`magic_prompts` turns them off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockvod.errors import ApiError
from mockvod.service.tasks.failures import FAILURES, Failure
from mockvod.validators.replies import error_codes, meaning

#: The members of a request that can have directives.
MEMBERS = ("Prompt", "ElementDescription", "SubjectName")
_DIRECTIVE = re.compile(r"\[\[(fail|slow|stuck|reject)(?::([^\]]*))?\]\]")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smh])")
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Directives:
    """What the directives of a request say about its task."""

    failure: Failure | None = None
    #: How long the task takes, infinity for one that never ends; None for as long as usual.
    seconds: float | None = None


NO_DIRECTIVES = Directives()


def read_directives(params: Mapping[str, Any]) -> Directives:
    """Reads the directives in a request.

    Raises:
        ApiError: A directive refuses the call, or is not valid.
    """
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
                # The meaning of the code is enough of a text: clients must not depend on texts (documented).
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

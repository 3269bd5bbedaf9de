"""Directives in a prompt, for clients that cannot be given anything but a request.

    [[fail:CODE]]     the task ends with ErrCode 70000 and this ErrCodeExt
    [[slow:SECONDS]]  the task takes so long: 90s, 5m or 1h
    [[stuck]]         the task never ends
    [[reject:CODE]]   the call itself is refused with this code, one that the action may answer

They stand anywhere in Prompt, ElementDescription or SubjectName. The service knows nothing of them; the setting
`magic_prompts` switches them off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockvod.errors import ApiError
from mockvod.validators.replies import error_codes, meaning

#: Where directives are looked for.
MEMBERS = ("Prompt", "ElementDescription", "SubjectName")
#: The code that every failed task has (published example; recorded).
FAILED = 70000
#: ErrCodeExt -> a Message. The codes are the published ones, and the other spelling of one that live answers show.
#: Messages are shaped after recorded and published ones where there are any, and ours elsewhere.
FAILURES: Mapping[str, str] = {
    "ContentModerationFailed": "ContentModerationFailed: content blocked by moderation",
    "FailedOperation": "task failed with status: FAIL, message: the model is busy",
    "InternalError": "task failed with status: FAIL, message: create gen_video task failed",
    "InvalidParameter": "task failed with status: FAIL, message: invalid params",
    "InvalidParameter.MediaFormat": "Image pixel is invalid",
    "InvalidParameter.ViolationContent": "Input Prompt violates policy",
    "InvalidParameter.VoilationContent": "Input Prompt violates policy",
    "InvalidParameterValue": "task failed with status: FAIL, message: invalid value",
    "ModelGenerateFailed": "task failed with status: FAIL, message: the model gave no result",
    "OperationCanceled": "task canceled",
    "RequestLimitExceeded": "process return rsp err:{RequestLimitExceeded reached the maximum concurrency}",
    "ResourceInsufficient": "task failed with status: FAIL, message: not enough resources",
    "ResourceNotFound": "media download failed (HTTP 404)",
    "TaskTimeout": "task timeout",
}
_DIRECTIVE = re.compile(r"\[\[(fail|slow|stuck|reject)(?::([^\]]*))?\]\]")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smh])")
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Script:
    """What a prompt asks of its task."""

    #: ErrCodeExt of the failure, "" for a success.
    failure: str = ""
    #: How long the task takes; None for as long as any.
    seconds: float | None = None


def read_script(params: Mapping[str, Any]) -> Script:
    """The directives in `params`. Raises ApiError where one rejects the call, or says what cannot be."""
    failure, seconds = "", None
    for member in MEMBERS:
        text = params.get(member)
        if not text or "[[" not in text:
            continue
        for word, argument in _DIRECTIVE.findall(text):
            if word == "fail":
                failure = _known(member, word, argument, FAILURES.keys())
            elif word == "slow":
                seconds = _seconds(member, argument)
            elif word == "stuck":
                seconds = float("inf")
            else:
                code = _known(member, word, argument, error_codes())
                # Whatever text the service has, a client is not to depend on it (documented): the meaning will do.
                raise ApiError("", code=code, text=meaning(code), explanation=f"{member} says [[reject:{code}]]")
    return Script(failure, seconds)


def _known(member: str, word: str, argument: str, known: Any) -> str:
    if argument not in known:
        some = ", ".join(sorted(known)[:20])
        raise _wrong(member, f"[[{word}:{argument[:60]}]]", f"there are {some}")
    return argument


def _seconds(member: str, argument: str) -> float:
    match = _DURATION.fullmatch(argument)
    if match is None:
        raise _wrong(member, f"[[slow:{argument[:60]}]]", "write 90s, 5m or 1h")
    return float(match[1]) * _UNITS[match[2]]


def _wrong(member: str, directive: str, way_out: str) -> ApiError:
    explanation = f"{member}: the directive {directive} is not one that mockvod knows; {way_out}"
    return ApiError("invalid_parameter_value", name=member, value=directive, explanation=explanation)

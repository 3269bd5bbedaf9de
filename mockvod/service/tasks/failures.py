"""How tasks fail: Status is FINISH as ever, and ErrCode, ErrCodeExt and Message tell (recorded 2026-08-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: The code that every failed task has (published example; recorded).
FAILED = 70000
#: A failure took so long from creation to its end (recorded).
FAILURE_SECONDS = 4
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


class Failure(NamedTuple):
    """What a failed task says of itself."""

    #: ErrCode: 40000 for bad input, 60000 for a faulty source file, 70000 for the rest (documented).
    code: int
    #: ErrCodeExt.
    ext: str
    message: str

    @classmethod
    def of(cls, ext: str) -> Failure:
        """The usual failure with that ErrCodeExt."""
        return cls(FAILED, ext, FAILURES[ext])

"""How tasks fail, for clients that must tell the ways apart: only ErrCode, ErrCodeExt and Message tell.

Codes are the published ones, and the other spelling of one that live answers show. A Message marked observed is shaped
after one that a user of the service has reported under that code, or under none; the rest are ours.
"""

from collections.abc import Mapping

#: Documented: 70000 for a failure inside, 40000 for bad input, 60000 for a faulty source file. Recorded: the first.
ERR_CODES = (70000, 40000, 60000)

_FAILED = "task failed with status: FAIL, message: "
_REFUSED = "process return rsp err:"

#: ErrCodeExt -> Messages.
FAILURES: Mapping[str, tuple[str, ...]] = {
    # Recorded: a fault of any other kind can come under this code, so that the Message alone tells.
    "InternalError": (
        f"{_FAILED}create gen_video task failed. ret:2013,msg:invalid params, model does not support this mode",
        f"{_FAILED}content[0].text too long: 13836 > 7000 characters (2013)",
        f"{_FAILED}code:OutputAudioSensitiveContentDetected",
        f"{_FAILED}JsonDecode response failed",
        "create aigc subject result SubjectId is empty",  # published sample
    ),
    "RequestLimitExceeded": (f"{_REFUSED}{{RequestLimitExceeded reached the maximum concurrency}}",),  # observed
    # Two spellings: the first is published, the second was seen live.
    "InvalidParameter.VoilationContent": (
        f"{_REFUSED}{{InvalidParameter.VoilationContent Input Prompt violates policy}}",
    ),
    "InvalidParameter.ViolationContent": (
        f"{_REFUSED}{{InvalidParameter.ViolationContent Input Prompt violates policy}}",
    ),
    "InvalidParameter": (f"{_FAILED}invalid params",),
    "InvalidParameterValue": (
        f"{_FAILED}invalid value",
        "Create asset failed: Aspect ratio must be between 0.4 and 2.5.",  # observed
    ),
    "InvalidParameter.MediaFormat": ("Image pixel is invalid",),  # observed
    "ContentModerationFailed": (
        "ContentModerationFailed: content blocked by moderation",  # observed
        f"{_FAILED}Your request was blocked by our moderation system",  # observed
    ),
    "FailedOperation": (f"{_FAILED}the model is busy", "Video URL is invalid"),  # the second: published sample
    "ResourceInsufficient": (f"{_FAILED}not enough resources",),
    "ModelGenerateFailed": (f"{_FAILED}the model gave no result",),
    "ResourceNotFound": ("media download failed (HTTP 412)",),  # observed
    "OperationCanceled": ("task canceled",),
    "TaskTimeout": ("task timeout",),
}

"""Traps about what a client sends: actions, parameters and sizes."""

from __future__ import annotations

from mockvod.call.journal import CallRecord
from mockvod.traps.stage import IMAGE, PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: Smaller than the 10 MiB that a request may have, but larger in base64.
_PICTURE = b"\xff\xd8\xff\xe0" + bytes(8 * 1024 * 1024)
_UNICODE = "一只橘猫沿着墙走🐈，然后跳下来。" * 20


def _action_exists(stage: Stage) -> None:
    stage.round()
    wrong = sorted({each.action for each in stage.calls() if each.code == "InvalidAction"})
    stage.require(not wrong, f"it called {', '.join(wrong)}, which does not exist")


def _sub_app_id(stage: Stage) -> None:
    seen = stage.round()
    without = sorted({each.action for each in stage.calls() if not each.params.get("SubAppId")})
    stage.require(not without, f"it left SubAppId out of {', '.join(without)}")
    stage.expect_file(seen)


def _types(stage: Stage) -> None:
    seen = stage.round()
    wrong = _findings(stage.calls(), "type")
    stage.require(not wrong, f"it sent values of wrong types: {wrong}")
    refused = [each.explanation for each in stage.calls() if each.code == "InvalidParameter"]
    stage.require(not refused, f"it sent values of wrong types: {'; '.join(refused)}")
    stage.expect_file(seen)


def _category(stage: Stage) -> None:
    seen = stage.round("create_image", PROMPT, stage.picture)
    stage.require(stage.calls(IMAGE), f"it started no image: {seen.error:.300}")
    wrong = _findings(stage.calls(IMAGE), "unknown")
    stage.require(not wrong, f"it sent members that the image task does not have: {wrong}")


def _findings(calls: list[CallRecord], rule: str) -> str:
    """The findings of one rule of the validators in the parameters of these calls."""
    found = {f"{call.action}: {each.message}": None for call in calls for each in call.findings if each.rule == rule}
    return "; ".join(found)


def _too_large(stage: Stage) -> None:
    seen = stage.round("create_from_bytes", PROMPT, _PICTURE)
    refused = [each for each in stage.calls() if each.code == "RequestSizeLimitExceeded"]
    stage.require(not refused, f"it sent more than 10 MiB, {len(refused)} times")
    stage.expect_no_crash(seen)
    stage.require(
        seen.ok or not stage.calls(VIDEO),
        f"it started the video without uploading the picture properly: {seen.error:.300}",
    )


def _unicode(stage: Stage) -> None:
    seen = stage.round("create", _UNICODE)
    sent = [each.params.get("Prompt") for each in stage.calls(VIDEO)]
    stage.require(sent[:1] == [_UNICODE], "the prompt did not arrive as it was given")
    stage.expect_file(seen)


def _clock_skew(stage: Stage) -> None:
    stage.mock.fault("clock_skew", action=VIDEO, seconds=600, times=None)
    seen = stage.round()
    number = len(stage.calls(VIDEO))
    stage.require(number <= _MOST_CALLS, f"it called {number} times, and was refused each time")
    stage.expect_reported_failure(seen, "SignatureExpire")


def _quota(stage: Stage) -> None:
    stage.mock.fail_next(VIDEO, "LimitExceeded.Quota", times=None)
    seen = stage.round()
    number = len(stage.calls(VIDEO))
    stage.require(number <= _MOST_CALLS, f"it called {number} times, and was refused each time")
    stage.expect_reported_failure(seen, "LimitExceeded.Quota")


#: How often a client may repeat a call that will always be refused.
_MOST_CALLS = 3

TRAPS = (
    Trap(
        "action-exists",
        "The client calls an action that does not exist",
        "Has DescribeTaskDetail for all tasks; refuses DescribeAigcVideoTask and the like with InvalidAction.",
        "Calls only actions that exist.",
        "documented: the list of actions; public clients call Describe...AigcVideoTask",
        _action_exists,
    ),
    Trap(
        "sub-app-id",
        "The client leaves out SubAppId",
        "Refuses every call without SubAppId, as the account was opened after 2023-12-25.",
        "Sends SubAppId with every call, even where it is documented as optional.",
        "documented: newer customers must send it, although the table of parameters says that it is optional",
        _sub_app_id,
        settings={"newer_customer": True},
    ),
    Trap(
        "parameter-types",
        "The client sends numbers as text, or text as numbers",
        "Refuses a SubAppId in quotation marks and a TaskId without; accepts TasksPriority as text with a warning.",
        "Sends each parameter with its documented type.",
        "documented: the types of parameters; the published example has TasksPriority as text",
        _types,
    ),
    Trap(
        "image-task-category",
        "The client sends Category with an image task",
        "Refuses FileInfos.0.Category in CreateAigcImageTask with UnknownParameter.",
        "Sends Category only with video tasks.",
        "observed: the refusal; documented: AigcImageTaskInputFileInfo has no such member",
        _category,
        ("create_image",),
    ),
    Trap(
        "body-too-large",
        "The client puts a picture of any size into the request",
        "Refuses requests of over 10 MiB with RequestSizeLimitExceeded; a picture of 8 MiB exceeds that in base64.",
        "Uploads the picture, or reports that it is too large, before it sends anything.",
        "observed: the refusal at 10,485,760 bytes",
        _too_large,
        ("create_from_bytes",),
    ),
    Trap(
        "unicode-prompt",
        "The prompt does not arrive as it was written",
        f"Accepts {len(_UNICODE)} characters of Chinese with emoji, in UTF-8.",
        "Sends the prompt unchanged: neither cut off nor with characters replaced.",
        "documented: requests are UTF-8; that clients cut or replace text is assumed",
        _unicode,
    ),
    Trap(
        "clock-skew",
        "The client drops the reason for a refused signature",
        "Refuses each signature with AuthFailure.SignatureExpire, as the client's clock is ten minutes slow.",
        "Reports the code, so that someone sets the clock; calling again does not help.",
        "documented: five minutes are allowed",
        _clock_skew,
    ),
    Trap(
        "quota-reached",
        "The client keeps calling against a used-up quota",
        "Refuses each call with LimitExceeded.Quota.",
        "Reports the code, and stops calling.",
        "documented: CreateAigcQuota; the code is listed for the action",
        _quota,
    ),
)

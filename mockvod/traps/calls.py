"""What a client sends: actions, parameters and sizes."""

from __future__ import annotations

from mockvod.call.journal import CallRecord
from mockvod.traps.stage import IMAGE, PROMPT, VIDEO, Stage
from mockvod.traps.trap import Trap

#: In base64 more than the 10 MiB that a request may have, though less by itself.
_PICTURE = b"\xff\xd8\xff\xe0" + bytes(8 * 1024 * 1024)
_UNICODE = "一只橘猫沿着墙走🐈，然后跳下来。" * 20


def _action_exists(stage: Stage) -> None:
    stage.round()
    wrong = sorted({each.action for each in stage.calls() if each.code == "InvalidAction"})
    stage.require(not wrong, f"it called {', '.join(wrong)}, which there is not")


def _sub_app_id(stage: Stage) -> None:
    seen = stage.round()
    without = sorted({each.action for each in stage.calls() if not each.params.get("SubAppId")})
    stage.require(not without, f"it left SubAppId out of {', '.join(without)}")
    stage.expect_file(seen)


def _types(stage: Stage) -> None:
    seen = stage.round()
    wrong = _slips(stage.calls(), "type")
    stage.require(not wrong, f"it sent values of wrong types: {wrong}")
    refused = [each.explanation for each in stage.calls() if each.code == "InvalidParameter"]
    stage.require(not refused, f"it sent values of wrong types: {'; '.join(refused)}")
    stage.expect_file(seen)


def _category(stage: Stage) -> None:
    seen = stage.round("create_image", PROMPT, stage.picture)
    stage.require(stage.calls(IMAGE), f"it asked for no picture: {seen.error:.300}")
    wrong = _slips(stage.calls(IMAGE), "unknown")
    stage.require(not wrong, f"it sent what the picture task does not know: {wrong}")


def _slips(calls: list[CallRecord], rule: str) -> str:
    """What is wrong with the parameters of calls, by that rule of the validators."""
    found = {f"{call.action}: {each.message}": None for call in calls for each in call.findings if each.rule == rule}
    return "; ".join(found)


def _too_large(stage: Stage) -> None:
    seen = stage.round("create_from_bytes", PROMPT, _PICTURE)
    refused = [each for each in stage.calls() if each.code == "RequestSizeLimitExceeded"]
    stage.require(not refused, f"it sent more than 10 MiB, {len(refused)} times")
    stage.expect_no_crash(seen)
    stage.require(seen.ok or not stage.calls(VIDEO), f"its picture was not uploaded as it should be: {seen.error:.300}")


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


#: How often a call may be repeated that is refused for good.
_MOST_CALLS = 3

TRAPS = (
    Trap(
        "action-exists",
        "An action is made up",
        "Knows DescribeTaskDetail for all tasks, and refuses DescribeAigcVideoTask and the like with InvalidAction.",
        "Calls only actions that there are.",
        "documented: the list of actions; clients were seen to call Describe...AigcVideoTask",
        _action_exists,
    ),
    Trap(
        "sub-app-id",
        "SubAppId is left out",
        "Refuses every call without SubAppId, as the account was opened after 2023-12-25.",
        "Sends SubAppId with every call, also those where it is optional.",
        "documented: newer customers must fill it in, whatever the parameter's table says",
        _sub_app_id,
        settings={"newer_customer": True},
    ),
    Trap(
        "parameter-types",
        "Numbers are sent as text, or text as numbers",
        "Refuses SubAppId in quotation marks and a TaskId without, and warns of TasksPriority as text.",
        "Sends each parameter as its type says.",
        "documented: types of parameters; the published example has TasksPriority as text",
        _types,
    ),
    Trap(
        "image-task-category",
        "Category is sent to the picture task",
        "Refuses FileInfos.0.Category in CreateAigcImageTask with UnknownParameter.",
        "Sends Category with videos only.",
        "observed: the refusal; documented: AigcImageTaskInputFileInfo has no such member",
        _category,
        ("create_image",),
    ),
    Trap(
        "body-too-large",
        "A picture is put into the request whatever its size",
        "Refuses requests of over 10 MiB with RequestSizeLimitExceeded; a picture of 8 MiB is larger than that in base64.",
        "Uploads the picture, or says that it is too large, before it sends anything.",
        "observed: the refusal at 10,485,760 bytes",
        _too_large,
        ("create_from_bytes",),
    ),
    Trap(
        "unicode-prompt",
        "A prompt does not arrive as it was written",
        f"Takes {len(_UNICODE)} characters of Chinese with pictograms, in UTF-8.",
        "Sends what it was given: neither cut by bytes nor with question marks.",
        "documented: requests are UTF-8; that clients cut or replace is assumed",
        _unicode,
    ),
    Trap(
        "clock-skew",
        "The reason of a refused signature is dropped",
        "Refuses each signature with AuthFailure.SignatureExpire, as the client's clock is ten minutes slow.",
        "Says so, for somebody to set the clock; calling again does not help.",
        "documented: five minutes are allowed",
        _clock_skew,
    ),
    Trap(
        "quota-reached",
        "A quota is called against",
        "Refuses each call with LimitExceeded.Quota.",
        "Says so, and does not call on.",
        "documented: CreateAigcQuota; the code is among those of the action",
        _quota,
    ),
)

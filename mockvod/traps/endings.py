"""Traps about the end of tasks: FINISH says that a task has ended, and nothing else."""

from __future__ import annotations

from functools import partial

from mockvod.scripts import fail, finish, outer_finish, progress, waiting
from mockvod.traps.stage import DETAIL, Stage
from mockvod.traps.trap import Trap

_MODE = "task failed with status: FAIL, message: create gen_video task failed. ret:2013"
_PIXEL = "Image pixel is invalid"
_DOWNLOAD = "media download failed (HTTP 412)"
#: How often a client may query a task whose first answer is final.
_MOST_ASKED = 3


def _finish_with_failure(stage: Stage) -> None:
    stage.script(progress(50), fail("InternalError", _MODE), times=5)
    stage.expect_reported_failure(stage.round())


def _failure_reason(stage: Stage) -> None:
    stage.script(progress(50), fail("InternalError", _PIXEL), times=5)
    stage.expect_reported_failure(stage.round(), _PIXEL)


def _failure_without_ext(stage: Stage) -> None:
    stage.script(progress(50), fail("", _DOWNLOAD, code=60000), times=5)
    stage.expect_reported_failure(stage.round(), _DOWNLOAD)


def _outer_finish_first(stage: Stage) -> None:
    stage.script(progress(50), outer_finish(2), finish())
    stage.expect_file(stage.round())


def _progress_100_early(stage: Stage) -> None:
    stage.script(progress(100, 3), finish())
    stage.expect_file(stage.round())


def _progress_goes_back(stage: Stage) -> None:
    stage.script(progress(80), progress(40), progress(60), finish())
    stage.expect_file(stage.round())


def _waiting_first(stage: Stage) -> None:
    stage.script(waiting(3), progress(50), finish())
    stage.expect_file(stage.round())


def _aborted(stage: Stage) -> None:
    stage.script(waiting(), times=5)
    handle = stage.client.create("a cat that nobody waits for")
    [task] = stage.mock.tasks
    stage.call("ManageTask", OperationType="Abort", TaskId=task.id)
    seen = stage.finish(handle)
    asked = len(stage.calls(DETAIL))
    stage.require(asked <= _MOST_ASKED, f"it queried {asked} times a task that had been aborted")
    stage.expect_reported_failure(seen)


def _missing_output(stage: Stage) -> None:
    stage.script(progress(50), finish(output="missing"), times=5)
    stage.expect_reported_failure(stage.round())


def _empty_file_infos(stage: Stage) -> None:
    stage.script(progress(50), finish(output="empty"), times=5)
    stage.expect_reported_failure(stage.round())


#: Name -> ErrCodeExt and evidence.
_VIOLATIONS = {
    "violation-misspelled": (
        "InvalidParameter.VoilationContent",
        "documented: spelled this way in the list of ErrCodeExt",
    ),
    "violation-spelled-right": ("InvalidParameter.ViolationContent", "observed: spelled this way in live answers"),
    "content-moderated": ("ContentModerationFailed", "documented: in the list of ErrCodeExt"),
}


def _refused_for_content(stage: Stage, code: str) -> None:
    stage.script(fail(code), times=20)
    seen = stage.round()
    stage.expect_tasks(1, "it sent the request again although its content was refused")
    stage.expect_reported_failure(seen)


TRAPS = (
    Trap(
        "finish-with-failure",
        "The client takes FINISH for success",
        "The task ends with Status FINISH inside and outside, Progress 100 and ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt, and reports the failure.",
        "observed: failures recorded on 2026-08-05 have FINISH and Progress 100",
        _finish_with_failure,
    ),
    Trap(
        "failure-reason",
        "The client drops the reason for a failure",
        "The task fails with the general ErrCodeExt InternalError; only Message says that a picture is the cause.",
        "Shows Message to whoever has to act.",
        "observed: the same cause comes with different ErrCodeExt, and only Message identifies it",
        _failure_reason,
    ),
    Trap(
        "failure-without-ext",
        "The client looks only at ErrCodeExt",
        "The task fails with ErrCode 60000 and an empty ErrCodeExt.",
        "Treats every ErrCode except 0 as a failure, and shows Message.",
        "documented: the access guide lists ErrCode 40000, 60000 and 70000; that ErrCodeExt is empty is assumed",
        _failure_without_ext,
    ),
    Trap(
        "outer-finish-first",
        "The client looks only at the outer Status",
        "For two calls the outer Status is FINISH and the inner one PROCESSING, without a result; then the task succeeds.",
        "Waits until the task's own Status is FINISH.",
        "documented: each task has a Status of its own; that the outer one can be ahead of it is assumed",
        _outer_finish_first,
    ),
    Trap(
        "progress-100-early",
        "The client takes Progress 100 for the end",
        "For three calls Progress is 100 while Status is PROCESSING and FileInfos is empty; then the task succeeds.",
        "Waits for Status FINISH, whatever Progress says.",
        "observed: users report it shortly before the end",
        _progress_100_early,
    ),
    Trap(
        "progress-goes-back",
        "The client takes Progress that goes back for an error",
        "Progress is 80, then 40, then 60, and the task succeeds.",
        "Uses Progress for display only.",
        "assumed: no document promises that Progress only grows",
        _progress_goes_back,
    ),
    Trap(
        "waiting-first",
        "The client does not know WAITING",
        "For three calls Status is WAITING; then the task runs and succeeds.",
        "Keeps waiting, as for PROCESSING.",
        "documented: Status is WAITING, PROCESSING, FINISH or ABORTED; public clients check for states that do not exist",
        _waiting_first,
    ),
    Trap(
        "aborted",
        "The client keeps waiting after ABORTED",
        "The task is aborted before it begins, for example in the console: Status stays ABORTED.",
        "Reports that there will be no result.",
        "documented: Status is WAITING, PROCESSING, FINISH or ABORTED; ManageTask aborts tasks that wait",
        _aborted,
    ),
    Trap(
        "missing-output",
        "The client relies on Output being there",
        "The task ends with ErrCode 0, and its Output is null.",
        "Reports that there is no result, instead of crashing.",
        "observed: recorded answers have null for absent objects; public clients crash on it",
        _missing_output,
    ),
    Trap(
        "empty-file-infos",
        "The client relies on FileInfos having a file",
        "The task ends with ErrCode 0, and FileInfos is empty.",
        "Reports that there is no result, instead of crashing.",
        "documented: FileInfos is a list; public clients take its first item without looking",
        _empty_file_infos,
    ),
    *(
        Trap(
            name,
            f"The client retries after {code}",
            f"The task fails with ErrCodeExt {code} each time.",
            "Does not send the same prompt again, and reports the failure.",
            why,
            partial(_refused_for_content, code=code),
        )
        for name, (code, why) in _VIOLATIONS.items()
    ),
)

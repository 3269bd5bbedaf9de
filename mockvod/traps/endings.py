"""How tasks end: FINISH says that one has, and nothing else."""

from __future__ import annotations

from functools import partial

from mockvod.scripts import fail, finish, outer_finish, progress, waiting
from mockvod.traps.stage import DETAIL, Stage
from mockvod.traps.trap import Trap

_MODE = "task failed with status: FAIL, message: create gen_video task failed. ret:2013"
_PIXEL = "Image pixel is invalid"
_DOWNLOAD = "media download failed (HTTP 412)"
#: How often a client may ask for a task of which the first answer has said all.
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
    stage.require(asked <= _MOST_ASKED, f"it asked {asked} times for a task that had been aborted")
    stage.expect_reported_failure(seen)


def _missing_output(stage: Stage) -> None:
    stage.script(progress(50), finish(output="missing"), times=5)
    stage.expect_reported_failure(stage.round())


def _empty_file_infos(stage: Stage) -> None:
    stage.script(progress(50), finish(output="empty"), times=5)
    stage.expect_reported_failure(stage.round())


#: Name -> ErrCodeExt and evidence.
_VIOLATIONS = {
    "violation-misspelled": ("InvalidParameter.VoilationContent", "documented: so spelled in the list of ErrCodeExt"),
    "violation-spelled-right": ("InvalidParameter.ViolationContent", "observed: so spelled in live answers"),
    "content-moderated": ("ContentModerationFailed", "documented: in the list of ErrCodeExt"),
}


def _refused_for_content(stage: Stage, code: str) -> None:
    stage.script(fail(code), times=20)
    seen = stage.round()
    stage.expect_tasks(1, "it sent again what was refused for its content")
    stage.expect_reported_failure(seen)


TRAPS = (
    Trap(
        "finish-with-failure",
        "FINISH is taken for success",
        "The task ends with Status FINISH inside and outside, Progress 100 and ErrCode 70000.",
        "Decides by ErrCode and ErrCodeExt, and reports the failure.",
        "observed: recorded failures of 2026-08-05 have FINISH and Progress 100",
        _finish_with_failure,
    ),
    Trap(
        "failure-reason",
        "The reason of a failure is dropped",
        "The task fails with the general ErrCodeExt InternalError; only Message tells that a picture is at fault.",
        "Shows Message to whoever has to act.",
        "observed: one fault comes with different ErrCodeExt, and Message alone tells it from others",
        _failure_reason,
    ),
    Trap(
        "failure-without-ext",
        "Only ErrCodeExt is looked at",
        "The task fails with ErrCode 60000 and an empty ErrCodeExt.",
        "Takes every ErrCode but 0 for a failure, and shows Message.",
        "documented: the access guide lists ErrCode 40000, 60000 and 70000; that ErrCodeExt is empty is assumed",
        _failure_without_ext,
    ),
    Trap(
        "outer-finish-first",
        "The outer Status alone is looked at",
        "For two calls Status is FINISH outside and PROCESSING inside, with no result yet; then the task ends well.",
        "Waits until the task's own Status is FINISH.",
        "documented: each task has a Status of its own; that the outer one can be ahead is assumed",
        _outer_finish_first,
    ),
    Trap(
        "progress-100-early",
        "Progress 100 is taken for the end",
        "For three calls Progress is 100 while Status is PROCESSING and FileInfos empty; then the task ends well.",
        "Waits for Status FINISH, whatever Progress says.",
        "observed: users saw this shortly before the end",
        _progress_100_early,
    ),
    Trap(
        "progress-goes-back",
        "Progress that goes back is taken for a fault",
        "Progress goes 80, 40, 60, and the task ends well.",
        "Uses Progress for display only.",
        "assumed: no document promises that Progress only grows",
        _progress_goes_back,
    ),
    Trap(
        "waiting-first",
        "WAITING is not known",
        "For three calls Status is WAITING; then the task runs and ends well.",
        "Goes on waiting, as for PROCESSING.",
        "documented: Status is WAITING, PROCESSING, FINISH or ABORTED; clients were seen to invent other states",
        _waiting_first,
    ),
    Trap(
        "aborted",
        "ABORTED is waited through",
        "The task is aborted before it begins, from the console, say: Status is ABORTED for good.",
        "Reports that there will be no result.",
        "documented: Status is WAITING, PROCESSING, FINISH or ABORTED; ManageTask aborts tasks that wait",
        _aborted,
    ),
    Trap(
        "missing-output",
        "Output is taken for granted",
        "The task ends with ErrCode 0, and its Output is null.",
        "Reports that there is no result, instead of crashing.",
        "observed: recorded answers have null for what is not there; clients were seen to crash over it",
        _missing_output,
    ),
    Trap(
        "empty-file-infos",
        "FileInfos is taken to have a file",
        "The task ends with ErrCode 0, and FileInfos is empty.",
        "Reports that there is no result, instead of crashing.",
        "documented: FileInfos is a list; clients were seen to take its first item unseen",
        _empty_file_infos,
    ),
    *(
        Trap(
            name,
            f"{code} is tried again",
            f"The task fails with ErrCodeExt {code}, as often as it is tried.",
            "Sends the same prompt no more, and reports the failure.",
            why,
            partial(_refused_for_content, code=code),
        )
        for name, (code, why) in _VIOLATIONS.items()
    ),
)

"""Traps about result files: where they are, for how long, and whether they are complete."""

from __future__ import annotations

from typing import Any

from mockvod.scripts import finish, progress
from mockvod.traps.adapters import Observed, read_outcome
from mockvod.traps.stage import PROMPT, Stage
from mockvod.traps.trap import Trap


def _input_url(stage: Stage) -> None:
    seen = stage.round("create_from_url", PROMPT, stage.picture)
    stage.require(seen.url != stage.picture, "it took the URL of the input for that of the result")
    stage.expect_file(seen)


def _http_only(stage: Stage) -> None:
    stage.expect_file(stage.round())


def _without_keys(stage: Stage) -> None:
    seen = stage.round()
    named = [
        name
        for headers in stage.host.fetched
        for name, value in headers.items()
        if name == "authorization" or stage.server.secret_id in value
    ]
    stage.require(not named, f"it sent {', '.join(named)} to the host of the results, which is not the API")
    stage.expect_file(seen)


def _file_name(stage: Stage) -> None:
    outcome, _ = _waited(stage)
    name = stage.client.file_name(outcome)
    stage.require(str(name).endswith(".mp4"), f"it would store a video as {name!r}")


def _metadata(stage: Stage) -> None:
    stage.expect_file(stage.round("create_image", PROMPT, stage.picture))


def _expired(stage: Stage) -> None:
    outcome, seen = _waited(stage)
    file = stage.mock.media(seen.url.partition(stage.host.url)[2])
    stage.advance(days=8)
    fetched = stage.fetch(outcome, seen)
    stage.expect_no_crash(fetched)
    # The client may have copied the result before it expired.
    copied = file is not None and fetched.content == file.content
    stage.require(
        not fetched.content or copied, f"it took {len(fetched.content or b'')} bytes of an error answer for the result"
    )


def _waited(stage: Stage) -> tuple[Any, Observed]:
    """The outcome of a video that succeeds: as the client returned it, and as it was read."""
    outcome = stage.client.wait(stage.client.create(PROMPT))
    seen = read_outcome(outcome)
    stage.require(seen.ok, f"it reported a failure although the task succeeded: {seen.error:.300}")
    return outcome, seen


def _broken(stage: Stage) -> None:
    stage.script(progress(50), finish(file="broken"), times=5)
    seen = stage.round()
    stage.expect_no_crash(seen)
    stage.require(not seen.ok, f"it took {len(seen.content or b'')} bytes for the result, which is larger")


def _cut(stage: Stage) -> None:
    stage.host.downloads.append("cut")
    seen = stage.round()
    if seen.ok:
        stage.expect_file(seen)
    stage.expect_no_crash(seen)
    stage.expect_tasks(1, "it started another video because of a failed download")


def _page(stage: Stage) -> None:
    stage.host.downloads.append("page")
    seen = stage.round()
    stage.expect_tasks(1, "it started another video because of a failed download")
    stage.expect_file(seen)


TRAPS = (
    Trap(
        "input-url",
        "The client takes the input for the result",
        "Repeats the request in Input, so that the first Url in the answer is that of the input picture.",
        "Takes FileUrl from Output.FileInfos.",
        "observed: recorded answers repeat the request; public clients search for the first URL",
        _input_url,
        ("create_from_url",),
    ),
    Trap(
        "http-only",
        "The client refuses a result over http",
        "Answers with a URL that begins with http.",
        "Fetches it as it is.",
        "observed: recorded URLs of Temporary results begin with http",
        _http_only,
    ),
    Trap(
        "download-without-keys",
        "The client sends keys with a download",
        "Serves results to anyone who knows their URL.",
        "Sends neither signature nor SecretId to the host of the results.",
        "observed: results are fetched without a signature",
        _without_keys,
    ),
    Trap(
        "file-type-empty",
        "The client takes FileType for the file name extension",
        "FileType and MediaName are empty.",
        "Takes the extension from the URL.",
        "observed: both are empty in recorded Temporary results",
        _file_name,
        ("file_name",),
    ),
    Trap(
        "picture-without-metadata",
        "The client relies on MetaData being there",
        "MetaData of an image is null.",
        "Does not need it.",
        "documented: the guide's sample of an image task",
        _metadata,
        ("create_image",),
    ),
    Trap(
        "result-expired",
        "The client fetches a result after seven days",
        "Answers with 404 and a short text, eight days after the end.",
        "Reports that the result has expired, or has copied it in time.",
        "documented: Temporary results are kept for seven days; the status is assumed",
        _expired,
    ),
    Trap(
        "broken-file",
        "The client takes half a file for the result",
        "Serves the first half of the file as if it were all; MetaData.Size has the true size.",
        "Compares the size, and reports that the result is broken.",
        "documented: MetaData.Size; that files are broken is assumed",
        _broken,
    ),
    Trap(
        "download-cut",
        "The client takes a download that was cut off for the result",
        "The connection ends in the middle of the first download, before Content-Length is reached.",
        "Downloads it again, or reports the failure.",
        "assumed: networks do this",
        _cut,
    ),
    Trap(
        "download-503",
        "The client takes an error page of a load balancer for the result",
        "Answers the first download with HTTP 503 and HTML.",
        "Checks the HTTP status, and downloads it again.",
        "assumed: load balancers do this",
        _page,
    ),
)

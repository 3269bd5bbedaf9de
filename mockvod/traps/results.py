"""Results: where they are, for how long, and whether they are whole."""

from __future__ import annotations

from typing import Any

from mockvod.scripts import finish, progress
from mockvod.traps.adapters import Observed, read_outcome
from mockvod.traps.stage import PROMPT, Stage
from mockvod.traps.trap import Trap


def _input_url(stage: Stage) -> None:
    seen = stage.round("create_from_url", PROMPT, stage.picture)
    stage.require(seen.url != stage.picture, "it took the address of the input for that of the result")
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
    stage.require(not named, f"it sent {', '.join(named)} to where the results are, which is another host")
    stage.expect_file(seen)


def _file_name(stage: Stage) -> None:
    outcome, _ = _waited(stage)
    name = stage.client.file_name(outcome)
    stage.require(str(name).endswith(".mp4"), f"it would keep a video as {name!r}")


def _metadata(stage: Stage) -> None:
    stage.expect_file(stage.round("create_image", PROMPT, stage.picture))


def _expired(stage: Stage) -> None:
    outcome, seen = _waited(stage)
    file = stage.mock.media(seen.url.partition(stage.host.url)[2])
    stage.advance(days=8)
    fetched = stage.fetch(outcome, seen)
    stage.expect_no_crash(fetched)
    # A client may have copied the result in time.
    copied = file is not None and fetched.content == file.content
    stage.require(not fetched.content or copied, f"it took the {len(fetched.content or b'')} bytes of an error for it")


def _waited(stage: Stage) -> tuple[Any, Observed]:
    """The outcome of a video that ends well, as the client gives it and as it is read."""
    outcome = stage.client.wait(stage.client.create(PROMPT))
    seen = read_outcome(outcome)
    stage.require(seen.ok, f"it reported a failure where there was none: {seen.error:.300}")
    return outcome, seen


def _broken(stage: Stage) -> None:
    stage.script(progress(50), finish(file="broken"), times=5)
    seen = stage.round()
    stage.expect_no_crash(seen)
    stage.require(not seen.ok, f"it took {len(seen.content or b'')} bytes for the result, which has more")


def _cut(stage: Stage) -> None:
    stage.host.downloads.append("cut")
    seen = stage.round()
    if seen.ok:
        stage.expect_file(seen)
    stage.expect_no_crash(seen)
    stage.expect_tasks(1, "it made another video because of a download")


def _page(stage: Stage) -> None:
    stage.host.downloads.append("page")
    seen = stage.round()
    stage.expect_tasks(1, "it made another video because of a download")
    stage.expect_file(seen)


TRAPS = (
    Trap(
        "input-url",
        "The input is taken for the result",
        "Repeats the request in Input, where the first Url of the answer is that of the picture.",
        "Takes FileUrl of Output.FileInfos.",
        "observed: recorded answers repeat the request; clients were seen to search for the first url",
        _input_url,
        ("create_from_url",),
    ),
    Trap(
        "http-only",
        "A result over http is refused",
        "Gives an address with http.",
        "Fetches it as it is.",
        "observed: recorded addresses of Temporary results are http",
        _http_only,
    ),
    Trap(
        "download-without-keys",
        "Keys are sent along with a download",
        "Hands results out to everybody who knows their address.",
        "Sends neither signature nor SecretId to the host of the results.",
        "observed: results are fetched without a signature",
        _without_keys,
    ),
    Trap(
        "file-type-empty",
        "FileType is taken for the ending",
        "FileType is empty, as is MediaName.",
        "Takes the ending from the address.",
        "observed: both are empty in recorded Temporary results",
        _file_name,
        ("file_name",),
    ),
    Trap(
        "picture-without-metadata",
        "MetaData is taken for granted",
        "MetaData of a picture is null.",
        "Does without it.",
        "documented: the guide's sample of a picture task",
        _metadata,
        ("create_image",),
    ),
    Trap(
        "result-expired",
        "A result is fetched after seven days",
        "Answers with 404 and a short text, eight days after the end.",
        "Says that the result is gone, or has copied it in time.",
        "documented: Temporary results are kept for seven days; the status is assumed",
        _expired,
    ),
    Trap(
        "broken-file",
        "Half a file is taken for the result",
        "Serves the first half of the file as if it were all; MetaData.Size tells better.",
        "Compares the size, and says that the result is broken.",
        "documented: MetaData.Size; that files are broken is assumed",
        _broken,
    ),
    Trap(
        "download-cut",
        "A download that is cut off is taken for the result",
        "The connection ends amid the first download, and Content-Length is not reached.",
        "Fetches it again, or says that it could not.",
        "assumed: what networks do",
        _cut,
    ),
    Trap(
        "download-503",
        "A page of a load balancer is taken for the result",
        "Answers the first download with HTTP 503 and HTML.",
        "Looks at the status, and fetches it again.",
        "assumed: what balancers do",
        _page,
    ),
)

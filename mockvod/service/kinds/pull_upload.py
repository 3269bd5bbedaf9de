"""Tasks of PullUpload, which fetch a file into the library.

Nothing is downloaded: a file of this mock is copied, and any other is replaced by an ordinary file of the same type. The
processing that Procedure would start is not modelled.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.media.downloads import content_at
from mockvod.service.media.library import add_result, expiry
from mockvod.service.media.made import MadeFiles
from mockvod.service.media.media_types import COVERS, KINDS, ending_of, stand_in
from mockvod.service.media.stored_files import StoredFile, made_content, objects_of
from mockvod.service.media.uploads import described_by
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.model import Task, task_key
from mockvod.service.tasks.results import finished_output
from mockvod.settings import Settings, is_web_address
from mockvod.state import Value


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts a task that fetches a file, which is in the library from the task's end on.

    The task fails for a URL of this mock at which there is no file.

    Raises:
        ApiError: A URL is malformed, or the type of the media or of the cover is not supported.
    """
    application, url = context.application(params), params["MediaUrl"]
    path = _path_of(url, "MediaUrl", "invalid_media_url")
    ending = (params.get("MediaType") or ending_of(path)).lower()
    if ending not in KINDS:
        explanation = f"{ending!r}, of MediaType or else of MediaUrl, is no ending that VOD takes"
        raise ApiError("unsupported_media_type", explanation=explanation)
    cover_url, cover_type = params.get("CoverUrl") or "", ""
    if cover_url:
        cover_type = ending_of(_path_of(cover_url, "CoverUrl", "invalid_cover_url"))
        if cover_type not in COVERS:
            raise ApiError("unsupported_cover_type", explanation=f"CoverUrl: {cover_type!r} is not gif, jpg or png")
    content = _content_of_source(context, url, ending)
    cover = _content_of_source(context, cover_url, cover_type) if cover_url else None
    file = StoredFile(
        file_id=context.ids.file_id(),
        application=application,
        name=params.get("MediaName") or path.rpartition("/")[2],
        type=ending,
        kind=KINDS[ending],
        content=content or {},
        cover=cover,
        cover_type=cover_type,
        **described_by(params),
    )
    failure = Failure.of("ResourceNotFound", "source") if content is None else None
    answer = create_task(context, params, {"file": file.as_row()}, failure, lives_on=True)
    part, objects = task_key(answer["TaskId"]), objects_of(content, cover)
    add_result(context, application, file.file_id, part, 0, expiry(params.get("ExpireTime")), objects)
    return answer


def output(task: Task, settings: Settings, made: MadeFiles) -> dict[str, Any]:
    """Describes the file, even after it was deleted (assumed: tasks describe what they once made)."""
    file = StoredFile(**task.result["file"])
    return finished_output(
        task,
        settings,
        made,
        file_id=lambda: file.file_id,
        basic_info=lambda: file.basic_info(settings, task.ends),
        metadata=lambda: file.metadata(made),
        url=lambda: file.url(settings),
    )


def _path_of(url: str, name: str, key: str) -> str:
    """The path of a URL, unquoted.

    Raises:
        ApiError: The URL is malformed.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or not is_web_address(url) or not parts.netloc:
        raise ApiError(key, explanation=f"{name}: {url[:80]!r} is not like http://host/path (assumed to be refused)")
    return unquote(parts.path)


def _content_of_source(context: Context, url: str, ending: str) -> Value | None:
    """The content that stands for the file at a URL; None for a URL of this mock without a file.

    A file of this mock is known by its path, because it may have been told to somebody who calls the mock by another name.
    """
    settings = context.settings
    found = content_at(context.tasks, unquote(urlsplit(url).path), settings)
    if found is not None or url.startswith(f"{settings.media_url}/"):
        return found
    return made_content(stand_in(ending, f"{settings.seed} {url}"))


KIND = TaskBehaviour("PullUpload", create, output)

"""Bringing files into the library: PullUpload, which fetches one, and ApplyUpload and CommitUpload around a PUT.

Nothing is fetched from anywhere: a file that this mock serves is taken over as it is; for any other stands a usual one of
the same kind. What Procedure would start is not modelled.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.media.basic_info import NEVER, REGION
from mockvod.service.media.downloads import content_at
from mockvod.service.media.library import add_result, add_upload, expiry
from mockvod.service.media.media_infos import notify
from mockvod.service.media.media_types import COVERS, KINDS, ending_of, stand_in
from mockvod.service.media.stored_files import StoredFile, directory, made_content, object_content, objects_of, place
from mockvod.service.media.upload_sessions import COVER, MEDIA, Upload, find_upload, open_upload, save
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.failures import Failure
from mockvod.service.tasks.kind import Kind
from mockvod.service.tasks.model import Task, task_key
from mockvod.settings import Settings, is_web_address
from mockvod.state import Value

#: Documented: 60000 is for a faulty source file. The text is that of failed inputs of other tasks (observed).
_NOT_THERE = Failure(60000, "ResourceNotFound", "media download failed (HTTP 404)")
#: What a fetch shows until it has ended well.
_NOTHING = {
    "FileId": "",
    "MediaBasicInfo": None,
    "MetaData": None,
    "FileUrl": "",
    "ProcedureTaskId": "",
    "ReviewAudioVideoTaskId": "",
}


def pull_upload(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts the fetching of a file, which is in the library from the task's end on.

    Of an address of this mock at which there is nothing, the task fails.
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
    content = _fetched(context, url, ending)
    cover = _fetched(context, cover_url, cover_type) if cover_url else None
    file = StoredFile(
        file_id=context.ids.file_id(),
        application=application,
        name=params.get("MediaName") or path.rpartition("/")[2],
        type=ending,
        kind=KINDS[ending],
        content=content or {},
        cover=cover,
        cover_type=cover_type,
        **_asked(params),
    )
    failure = _NOT_THERE if content is None else None
    answer = create_task(context, params, {"file": file.as_row()}, failure, lives_on=True)
    part, objects = task_key(answer["TaskId"]), objects_of(content, cover)
    add_result(context, application, file.file_id, part, 0, expiry(params.get("ExpireTime")), objects)
    return answer


def _path_of(url: str, name: str, key: str) -> str:
    """The path of an address, not quoted. Raises ApiError for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or not is_web_address(url) or not parts.netloc:
        raise ApiError(key, explanation=f"{name}: {url[:80]!r} is not like http://host/path (assumed to be refused)")
    return unquote(parts.path)


def _fetched(context: Context, url: str, ending: str) -> Value | None:
    """What stands for the file at `url`; None for one of ours that is not there."""
    settings = context.settings
    if url.startswith(f"{settings.media_url}/"):
        return content_at(context.tasks, unquote(urlsplit(url).path), settings)
    return made_content(stand_in(ending, f"{settings.seed} {url}"))


def _asked(params: dict[str, Any]) -> dict[str, Any]:
    """What both ways of bringing a file let a caller say of it, for StoredFile."""
    return {
        "class_id": params.get("ClassId") or 0,
        "expires": params.get("ExpireTime") or NEVER,
        "region": params.get("StorageRegion") or REGION,
        "source_context": params.get("SourceContext") or "",
        "storage_path": params.get("MediaStoragePath") or "",
    }


def _tells(task: Task, succeeded: bool, settings: Settings) -> dict[str, Any]:
    """A task goes on telling of a file that was deleted: assumed, it says what once was brought."""
    if not succeeded:
        return _NOTHING
    file = StoredFile(**task.result["file"])
    return {
        **_NOTHING,
        "Message": "SUCCESS",  # published sample of the event
        "FileId": file.file_id,
        "MediaBasicInfo": file.basic_info(settings, task.ends),
        "MetaData": file.metadata(),
        "FileUrl": file.url(settings),
    }


PULL = Kind(_tells)


def apply_upload(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Opens an upload: where to put the media and, for a CoverType, the cover, and a temporary key for that alone."""
    ending, cover_type = params["MediaType"].lower(), (params.get("CoverType") or "").lower()
    if ending not in KINDS:
        raise ApiError("invalid_media_type", explanation=f"MediaType {ending[:80]!r} is no ending that VOD takes")
    if cover_type and KINDS.get(cover_type) != "image":
        raise ApiError("invalid_cover_type", explanation=f"CoverType {cover_type[:80]!r} is no ending of a picture")
    application, file_id = context.application(params), context.ids.file_id()
    media = params.get("MediaStoragePath") or place(application, file_id, f"f0.{ending}")
    cover = place(application, file_id, f"cover.{cover_type}") if cover_type else ""
    # COS has the number of an account in the name of a bucket; the application's stands for it.
    bucket = f"{directory(application)}-{application}"
    upload = open_upload(context, application, params, file_id, bucket, media, cover)
    return {
        "StorageBucket": bucket,
        "StorageRegion": params.get("StorageRegion") or REGION,
        "VodSessionKey": upload.session_key,
        "MediaStoragePath": media,
        "CoverStoragePath": cover,
        "TempCertificate": {
            "SecretId": upload.row["secret_id"],
            "SecretKey": upload.row["secret_key"],
            "Token": upload.row["token"],
            "ExpiredTime": upload.row["expires"],
        },
    }


def commit_upload(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Takes what was put into the library. A session is committed once: assumed."""
    upload = find_upload(context.transaction, params["VodSessionKey"])
    if upload is None or upload.row["account"] != context.account or upload.row["committed"]:
        state = "has been committed" if upload and upload.row["committed"] else "is not one that ApplyUpload answered"
        raise ApiError("invalid_session_key", explanation=f"VodSessionKey {params['VodSessionKey'][:80]!r} {state}")
    application = upload.row["SubAppId"]
    if context.application(params) != application:
        raise ApiError("invalid_sub_app_id", explanation=f"the upload belongs to the application {application}")
    if upload.puts(MEDIA) is None:
        explanation = "nothing was put at MediaStoragePath of this upload's bucket yet"
        raise ApiError("nothing_uploaded", explanation=explanation)
    file = _uploaded(upload)
    row, contents = file.as_row(), objects_of(file.content, file.cover)
    add_upload(context, application, file.file_id, row, expiry(upload.row["params"].get("ExpireTime")), contents)
    save(context.transaction, Upload(upload.session_key, {**upload.row, "committed": True}))
    told = {
        "FileId": file.file_id,
        "MediaBasicInfo": file.basic_info(context.settings, context.now),
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "MetaData": file.metadata(),
    }
    # Of fetched files there is PullComplete instead: inferred from the page 266/33950, which names uploads only.
    notify(context, application, "UploadMediaCompleteEventSwitch", "NewFileUpload", "FileUploadEvent", told)
    settings = context.settings
    return {"FileId": file.file_id, "MediaUrl": file.url(settings), "CoverUrl": file.cover_url(settings)}


def _uploaded(upload: Upload) -> StoredFile:
    """The file of an upload whose media was put. A cover that was announced and not put is left out: assumed."""
    params, ending = upload.row["params"], upload.row["params"]["MediaType"].lower()
    media, cover = (
        object_content(upload.object_key(part), put["metadata"]) if (put := upload.puts(part)) else None
        for part in (MEDIA, COVER)
    )
    assert media  # the caller has seen to it
    storage_path = params.get("MediaStoragePath") or f"/f0.{ending}"
    return StoredFile(
        file_id=upload.row["file_id"],
        application=upload.row["SubAppId"],
        name=params.get("MediaName") or storage_path.rpartition("/")[2],
        type=ending,
        kind=KINDS[ending],
        content=media,
        cover=cover,
        cover_type=(params.get("CoverType") or "").lower(),
        **_asked(params),
    )

"""ApplyUpload and CommitUpload, which together with a PUT bring a file into the library.

PullUpload is a kind of task: see mockvod/service/kinds/pull_upload.py. The processing that Procedure would start is not
modelled.
"""

from __future__ import annotations

from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.media.basic_info import NEVER, REGION
from mockvod.service.media.library import add_upload, expiry
from mockvod.service.media.media_infos import notify
from mockvod.service.media.media_types import KINDS
from mockvod.service.media.stored_files import StoredFile, directory, object_content, objects_of, place
from mockvod.service.media.upload_sessions import COVER, MEDIA, Upload, find_upload, open_upload, save


def described_by(params: dict[str, Any]) -> dict[str, Any]:
    """Reads the members that requests of both kinds of uploads have in common, as arguments of StoredFile."""
    return {
        "class_id": params.get("ClassId") or 0,
        "expires": params.get("ExpireTime") or NEVER,
        "region": params.get("StorageRegion") or REGION,
        "source_context": params.get("SourceContext") or "",
        "storage_path": params.get("MediaStoragePath") or "",
    }


def apply_upload(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Opens an upload, and returns the bucket and paths for the media and the cover, with a temporary key for them.

    Raises:
        ApiError: MediaType or CoverType is not supported.
    """
    ending, cover_type = params["MediaType"].lower(), (params.get("CoverType") or "").lower()
    if ending not in KINDS:
        raise ApiError("invalid_media_type", explanation=f"MediaType {ending[:80]!r} is no ending that VOD takes")
    if cover_type and KINDS.get(cover_type) != "image":
        raise ApiError("invalid_cover_type", explanation=f"CoverType {cover_type[:80]!r} is no ending of a picture")
    application, file_id = context.application(params), context.ids.file_id()
    media = params.get("MediaStoragePath") or place(application, file_id, f"f0.{ending}")
    cover = place(application, file_id, f"cover.{cover_type}") if cover_type else ""
    # The name of a COS bucket ends with the number of an account; here with that of the application instead.
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
    """Adds the media that was put to the library. A session can be committed once (assumed).

    Raises:
        ApiError: VodSessionKey is unknown or committed already, the application is another one, or no media was put.
    """
    upload = find_upload(context.transaction, params["VodSessionKey"], context.now)
    if upload is None or upload.row["account"] != context.account or upload.row["committed"]:
        state = (
            "has been committed" if upload and upload.row["committed"] else "is not one of ApplyUpload's, or is over"
        )
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
    uploaded = {
        "FileId": file.file_id,
        "MediaBasicInfo": file.basic_info(context.settings, context.now),
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "MetaData": file.content["metadata"],
    }
    # Only uploads have this event (inferred from page 266/33950, which names them only); fetched files have PullComplete.
    notify(context, application, "UploadMediaCompleteEventSwitch", "NewFileUpload", "FileUploadEvent", uploaded)
    settings = context.settings
    return {"FileId": file.file_id, "MediaUrl": file.url(settings), "CoverUrl": file.cover_url(settings)}


def _uploaded(upload: Upload) -> StoredFile:
    """The file of an upload whose media was put. An announced cover that was not put is left out (assumed)."""
    params, ending = upload.row["params"], upload.row["params"]["MediaType"].lower()
    media, cover = (
        object_content(upload.object_key(part), put["metadata"]) if (put := upload.puts(part)) else None
        for part in (MEDIA, COVER)
    )
    assert media  # the caller has checked it
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
        **described_by(params),
    )

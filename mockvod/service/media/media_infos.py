"""DescribeMediaInfos and DeleteMedia, and the events of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.events.config import event_config
from mockvod.service.events.outbox import application_key, post
from mockvod.service.media.basic_info import NEVER, basic_info
from mockvod.service.media.library import LibraryFile, delete_file, delete_original, find_file
from mockvod.service.media.made import MadeFiles
from mockvod.service.media.stored_files import stored
from mockvod.service.tasks.model import Task
from mockvod.service.tasks.results import files_of, result_url
from mockvod.settings import Settings
from mockvod.validators.contracts.catalog import catalog

#: Makes one member of MediaInfo for a file of an application.
_Block = Callable[[Settings, LibraryFile, int, MadeFiles], dict[str, Any] | None]


def describe_media_infos(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Describes files in the order of the request. Unknown ones are listed, and are no reason to refuse the call.

    Assumed: a FileId that the request has twice is described once.
    """
    application = context.application(params)
    wanted = params.get("Filters") or BLOCKS
    infos: list[dict[str, Any]] = []
    unknown: list[str] = []
    for file_id in dict.fromkeys(params["FileIds"]):
        file = find_file(context, application, file_id)
        if file is None:
            unknown.append(file_id)
            continue
        blocks = {
            member: block(context.settings, file, application, context.made)
            for name, (member, block) in BLOCKS.items()
            if name in wanted
        }
        infos.append({**_empty_info(), "FileId": file_id, **blocks})
    return {"MediaInfoSet": infos, "NotExistFileIdSet": unknown}


def delete_media(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes a file, or those of its parts that the request names.

    Files here have no other part than the original. Assumed: without its original, a file is still known but cannot be
    downloaded, and to delete a part that does not exist is no mistake.

    Raises:
        ApiError: The application has no such file.
    """
    application, file_id = context.application(params), params["FileId"]
    file = find_file(context, application, file_id)
    if file is None:
        explanation = f"the application {application} has no file {file_id[:80]!r}: never made, deleted, or expired"
        raise ApiError("unknown_media", explanation=explanation)
    parts = [
        {"Type": part["Type"], "Definition": part.get("Definition") or 0} for part in params.get("DeleteParts") or ()
    ]
    if not parts:
        delete_file(context, file)
    elif any(part["Type"] == "OriginalFiles" for part in parts):
        delete_original(context.transaction, file)
    # In the published sample the event lists the parts; for a whole file, the list is assumed to be empty.
    deleted = {"FileIdSet": [file_id], "FileDeleteResultInfo": [{"FileId": file_id, "DeleteParts": parts}]}
    notify(context, application, "DeleteMediaCompleteEventSwitch", "FileDeleted", "FileDeleteEvent", deleted)
    return {}


def notify(context: Context, application: int, switch: str, event_type: str, field: str, content: Any) -> None:
    """Adds an event of a file to the outbox, if the application has switched such events on."""
    key = application_key(context.account, application)
    if event_config(context.transaction, context.settings, key).is_on(switch):
        event = {"EventType": event_type, field: content}
        # Each event has a random name, because a file can have several events at one moment.
        post(context.transaction, context.account, application, context.now, context.ids.hex(16), event)


def basic_info_of(settings: Settings, file: LibraryFile, application: int) -> dict[str, Any]:
    """Makes the MediaBasicInfo of a file of the library."""
    known = stored(file, application)
    if known is not None:
        return known.basic_info(settings, file.created, has_original=file.has_original)
    task, index = _made_by(file)
    spec = files_of(task, settings)[index]
    config: Mapping[str, Any] = task.params.get("OutputConfig") or {}
    url = result_url(task, settings, index, spec)
    path = url.removeprefix(settings.media_url)
    return basic_info(
        name=config.get("MediaName") or path.rpartition("/")[2],
        created=file.created,
        expires=config.get("ExpireTime") or NEVER,
        class_id=config.get("ClassId") or 0,
        file_type=spec.format,
        kind=spec.kind,
        media_url=url if file.has_original else "",
        storage_path=path,
        # Assumed: the published value for files that VOD itself has made.
        source_type="VideoProcessing",
    )


def _basic_info(settings: Settings, file: LibraryFile, application: int, _: MadeFiles) -> dict[str, Any]:
    return basic_info_of(settings, file, application)


def _metadata(settings: Settings, file: LibraryFile, application: int, made: MadeFiles) -> dict[str, Any] | None:
    known = stored(file, application)
    if known is not None:
        return known.metadata(made)
    task, index = _made_by(file)
    return made.metadata(files_of(task, settings)[index])


def _made_by(file: LibraryFile) -> tuple[Task, int]:
    """The task of a result, and which of its results it is."""
    assert file.task is not None  # what no task made is a StoredFile
    return file.task, file.row["index"]


#: Filter -> the member of MediaInfo, and the function that makes it. The other filters are for the results of processing,
#: which is not modelled, so their members are null.
BLOCKS: Mapping[str, tuple[str, _Block]] = {
    "basicInfo": ("BasicInfo", _basic_info),
    "metaData": ("MetaData", _metadata),
}


def _empty_info() -> dict[str, None]:
    """The members that all published answers have, each of them null."""
    return {member.name: None for member in catalog().type("MediaInfo").members if member.output_required}

"""MediaBasicInfo: what DescribeMediaInfos, the detail of a fetched file and the event of an upload say of a file."""

from __future__ import annotations

from typing import Any

from mockvod.clock import iso
from mockvod.media import FileKind
from mockvod.validators.contracts.task_kinds import task_kinds

#: Documented: what stands there for a file that stays.
NEVER = task_kinds().never
#: Where files are when no StorageRegion is asked for (published samples of events).
REGION = "ap-chongqing"


def basic_info(
    *,
    name: str,
    created: float,
    expires: str,
    class_id: int,
    file_type: str,
    kind: FileKind,
    media_url: str,
    storage_path: str,
    source_type: str,
    source_context: str = "",
    cover_url: str = "",
    region: str = REGION,
) -> dict[str, Any]:
    """A whole MediaBasicInfo; `created` in UNIX seconds, `expires` as it is to stand there."""
    # Published samples call the class 0 so. The names of others are not known here: assumed empty.
    class_name = "Other" if class_id == 0 else ""
    return {
        "Name": name,
        "Description": "",
        "CreateTime": iso(created),
        "UpdateTime": iso(created),
        "ExpireTime": expires,
        "ClassId": class_id,
        "ClassName": class_name,
        "ClassPath": class_name,
        "CoverUrl": cover_url,
        "Type": file_type,
        "MediaUrl": media_url,
        "SourceInfo": {
            "SourceType": source_type,
            "SourceContext": source_context,
            "LiveRecordInfo": None,
            "TrtcRecordInfo": None,
            "WebPageRecordInfo": None,
        },
        "StorageRegion": region,
        "StoragePath": storage_path,
        "TagSet": [],
        "Vid": "",
        "Category": kind.capitalize(),
        "Status": "Normal",
        "StorageClass": "STANDARD",
    }

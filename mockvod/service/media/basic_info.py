"""MediaBasicInfo, which describes a file in DescribeMediaInfos, in the detail of PullUpload, and in events of uploads."""

from __future__ import annotations

from typing import Any

from mockvod.clock import iso
from mockvod.media import FileKind
from mockvod.validators.contracts.task_kinds import task_kinds

#: Documented: the ExpireTime of a file that never expires.
NEVER = task_kinds().never
#: The StorageRegion of files whose request names none (published samples of events).
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
    """Makes a complete MediaBasicInfo; `created` is in UNIX seconds, `expires` is the text of ExpireTime."""
    # Published samples have this name for class 0. Assumed: the names of other classes, which are not known, are empty.
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

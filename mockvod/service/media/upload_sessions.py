"""Uploads that were applied for: where they may put what, with which temporary key."""

from __future__ import annotations

from typing import Any, NamedTuple

from mockvod.service.context import Context
from mockvod.state import Transaction, Value, json_table

#: VodSessionKey -> an upload; the place of an object -> its upload. Those who put objects have no account.
_SESSIONS = json_table("upload_sessions")
_PLACES = json_table("upload_places")
#: How long the temporary key holds; assumed.
KEY_SECONDS = 4 * 3600
#: The objects of an upload.
MEDIA, COVER = "media", "cover"


class Upload(NamedTuple):
    """An upload that was applied for."""

    session_key: str
    row: Value

    def puts(self, part: str) -> Value | None:
        """What was put for MEDIA or COVER: the MediaMetaData. None when nothing was."""
        put: Value | None = self.row["put"].get(part)
        return put

    def object_key(self, part: str) -> str:
        """Of the table OBJECTS."""
        return f"{self.session_key}/{part}"


def open_upload(
    context: Context, application: int, params: dict[str, Any], file_id: str, bucket: str, media: str, cover: str
) -> Upload:
    """Starts an upload into `bucket`, its media under the path `media` and its cover, if any, under `cover`."""
    session_key = context.ids.hex(64)
    row: Value = {
        "account": context.account,
        "SubAppId": application,
        "params": params,
        "file_id": file_id,
        "bucket": bucket,
        "secret_id": f"AKID{context.ids.hex(32)}",
        "secret_key": context.ids.hex(32),
        "token": context.ids.hex(96),
        "expires": int(context.now) + KEY_SECONDS,
        "put": {},
        "committed": False,
    }
    upload = Upload(session_key, row)
    save(context.transaction, upload)
    for part, path in ((MEDIA, media), (COVER, cover)):
        if path:
            place: Value = {"session_key": session_key, "part": part, "path": path}
            context.transaction.put(_PLACES, bucket + path, place)
    return upload


def find_upload(transaction: Transaction, session_key: str) -> Upload | None:
    """The upload of that VodSessionKey."""
    row = transaction.get(_SESSIONS, session_key)
    return None if row is None else Upload(session_key, row)


def find_place(transaction: Transaction, host: str, path: str) -> tuple[Upload, str, str] | None:
    """The upload that may put an object there, the part of it, and the object's path.

    The bucket is the first part of the host's name, or of the path as with other stand-ins for object storage.
    """
    for key in (host.partition(".")[0] + path, path.removeprefix("/")):
        place = transaction.get(_PLACES, key)
        upload = find_upload(transaction, place["session_key"]) if place else None
        if place and upload:
            return upload, place["part"], place["path"]
    return None


def save(transaction: Transaction, upload: Upload) -> None:
    """Keeps an upload as it is."""
    transaction.put(_SESSIONS, upload.session_key, upload.row)

"""Uploads that ApplyUpload has opened: their buckets, paths and temporary keys.

Assumed: an upload expires a day after it was opened, with its paths and with objects that were put and not committed.
Each new upload removes up to two expired ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from mockvod.service.context import Context
from mockvod.service.media.library import delete_unheld
from mockvod.state import LAST, Entry, Transaction, Value, json_table

#: VodSessionKey -> upload, and bucket with path -> upload. A PUT to a bucket names no account, so the tables have none.
_SESSIONS = json_table("upload_sessions")
_PLACES = json_table("upload_places")
#: How long the temporary key is valid (assumed).
KEY_SECONDS = 4 * 3600
#: How long an upload can be committed; assumed. Longer than the key holds, as what was put with it may take its time.
KEPT_SECONDS = 86_400
#: VodSessionKeys by the moment at which their upload is over.
_ENDS = "upload_sessions/ends"
_CLEARED = 2
#: The objects of an upload.
MEDIA, COVER = "media", "cover"


class Upload(NamedTuple):
    """An upload that ApplyUpload has opened."""

    session_key: str
    row: Value

    def puts(self, part: str) -> Value | None:
        """Returns the object that was put for MEDIA or COVER: its MediaMetaData. None when none was put."""
        put: Value | None = self.row["put"].get(part)
        return put

    def object_key(self, part: str) -> str:
        """Makes the key of MEDIA or COVER in the table OBJECTS."""
        return f"{self.session_key}/{part}"


def open_upload(
    context: Context, application: int, params: dict[str, Any], file_id: str, bucket: str, media: str, cover: str
) -> Upload:
    """Opens an upload into a bucket; `media` and `cover` are the paths of its objects, "" for no cover."""
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
        "ends": context.now + KEPT_SECONDS,
        "put": {},
        "committed": False,
        "places": [bucket + path for path in (media, cover) if path],
    }
    upload, transaction = Upload(session_key, row), context.transaction
    for entry in transaction.entries(_ENDS, _CLEARED, before=(context.now, LAST)):
        _forget(transaction, entry)
    save(transaction, upload)
    transaction.add(_ENDS, (row["ends"], session_key))
    for part, path in ((MEDIA, media), (COVER, cover)):
        if path:
            place: Value = {"session_key": session_key, "part": part, "path": path}
            transaction.put(_PLACES, bucket + path, place)
    return upload


def find_upload(transaction: Transaction, session_key: str, now: float) -> Upload | None:
    """Finds the upload of a VodSessionKey; None when there is none, or it has expired."""
    row = transaction.get(_SESSIONS, session_key)
    return None if row is None or now >= row["ends"] else Upload(session_key, row)


def find_place(transaction: Transaction, host: str, path: str, now: float) -> tuple[Upload, str, str] | None:
    """Finds the upload that an object belongs to, its part (MEDIA or COVER), and the path of the object.

    The bucket is the first label of the host's name or, as with other local object storages, the first part of the path.
    """
    for key in (host.partition(".")[0] + path, path.removeprefix("/")):
        place = transaction.get(_PLACES, key)
        upload = find_upload(transaction, place["session_key"], now) if place else None
        if place and upload:
            return upload, place["part"], place["path"]
    return None


def save(transaction: Transaction, upload: Upload) -> None:
    """Stores an upload."""
    transaction.put(_SESSIONS, upload.session_key, upload.row)


def _forget(transaction: Transaction, entry: Entry) -> None:
    """Removes an expired upload. Committed files are in the library, and stay."""
    session_key = entry[1]
    row = transaction.get(_SESSIONS, session_key)
    assert row is not None  # what is in the index is in the table
    transaction.discard(_ENDS, entry)
    transaction.delete(_SESSIONS, session_key)
    for key in row["places"]:
        place = transaction.get(_PLACES, key)
        # A later upload can have the same MediaStoragePath; the path then belongs to that one.
        if place is not None and place["session_key"] == session_key:
            transaction.delete(_PLACES, key)
    for part in row["put"]:
        delete_unheld(transaction, Upload(session_key, row).object_key(part))

"""A stand-in for the bucket of an upload, which accepts PUT Object and nothing else.

As documented for COS (pages 436/7749 and 436/7730), it checks the signature and the token of the temporary key, returns
an ETag, and has errors in XML. Objects are put at the real host, or at ``/{bucket}{path}`` of this server, as with other
local object storages. Multipart uploads, presigned URLs and POST Object are not modelled. The texts of errors are ours.
"""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple
from urllib.parse import parse_qs

from mockvod.http import HttpRequest, HttpResponse, printable
from mockvod.ids import Ids
from mockvod.service.media.cos_signature import is_signed, read_authorization
from mockvod.service.media.library import OBJECTS
from mockvod.service.media.upload_metadata import metadata_of_upload
from mockvod.service.media.upload_sessions import Upload, find_place, save
from mockvod.state import Store, Transaction

#: A limit of ours, because objects are kept in memory; COS accepts 5 GB at a time (documented).
MOST_BYTES = 64 * 2**20


class Refusal(Exception):
    """An error of COS: its HTTP status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class _Place(NamedTuple):
    upload: Upload
    part: str


def put_object(store: Store, ids: Ids, now: float, path: str, request: HttpRequest) -> HttpResponse:
    """Answers a request to a bucket, and never raises; `path` is unquoted."""
    request_id = ids.hex(32)
    try:
        etag = _put(store, now, path, request)
    except Refusal as refusal:
        return _refuse(refusal, request_id, path)
    return HttpResponse(200, (("ETag", f'"{etag}"'), ("x-cos-request-id", request_id)), b"")


def _put(store: Store, now: float, path: str, request: HttpRequest) -> str:
    query = parse_qs(request.query, keep_blank_values=True)
    if request.method != "PUT" or "uploadId" in query:
        raise Refusal(501, "NotImplemented", "mockvod takes whole objects by PUT; multipart uploads are not modelled")
    with store.transaction() as transaction:
        _place(transaction, now, path, request)
    if len(request.body) > MOST_BYTES:
        raise Refusal(400, "EntityTooLarge", f"mockvod takes objects of at most {MOST_BYTES} bytes")
    digest = hashlib.md5(request.body, usedforsecurity=False)
    if request.header("content-md5") not in ("", base64.b64encode(digest.digest()).decode()):
        raise Refusal(400, "BadDigest", "Content-MD5 is not the base64 of the body's MD5")
    metadata = metadata_of_upload(request.body)
    row = {
        "content": base64.b64encode(request.body).decode(),
        # Documented: an object is served with the Content-Type that it was put with.
        "content_type": printable(request.header("content-type"), 200) or "application/octet-stream",
    }
    with store.transaction() as transaction:
        # Checked again, because the upload can have changed since: measuring takes time, outside of a transaction.
        upload, part = _place(transaction, now, path, request)
        transaction.put(OBJECTS, upload.object_key(part), row)
        upload.row["put"][part] = {"metadata": metadata}
        save(transaction, upload)
    return digest.hexdigest()


def _place(transaction: Transaction, now: float, path: str, request: HttpRequest) -> _Place:
    """The upload that a request puts an object for; raises Refusal where it may not."""
    found = find_place(transaction, request.header("host"), path, now)
    if found is None:
        raise _denied("no ApplyUpload has named this bucket and path")
    upload, part, object_path = found
    row, claim = upload.row, read_authorization(request.header("authorization"))
    if row["committed"]:
        raise _denied("this upload has been committed")
    if claim.secret_id != row["secret_id"]:
        raise _denied("q-ak in Authorization is not the SecretId of this upload's TempCertificate")
    if request.header("x-cos-security-token") != row["token"]:
        raise _denied("x-cos-security-token is not the Token of this upload's TempCertificate")
    if now >= row["expires"]:
        raise _denied("the TempCertificate has expired")
    start, end = claim.period
    if not start <= now <= end:
        raise _denied(f"q-sign-time does not hold now, at {int(now)}")
    if not is_signed(request, (object_path, path), row["secret_key"], claim):
        raise Refusal(403, "SignatureDoesNotMatch", "q-signature is not what the SecretKey gives for this request")
    return _Place(upload, part)


def _denied(message: str) -> Refusal:
    return Refusal(403, "AccessDenied", message)


def _refuse(refusal: Refusal, request_id: str, path: str) -> HttpResponse:
    from xml.sax.saxutils import escape  # slow to import, and needed for errors only

    members = {
        "Code": refusal.code,
        "Message": refusal.message,
        "Resource": printable(path, 1000),
        "RequestId": request_id,
        "TraceId": request_id,
    }
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in members.items())
    body = f"<?xml version='1.0' encoding='utf-8' ?>\n<Error>{inside}</Error>"
    headers = (("Content-Type", "application/xml"), ("x-cos-request-id", request_id))
    return HttpResponse(refusal.status, headers, body.encode())

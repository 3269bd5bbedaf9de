"""The HMAC-SHA1 signature of a request to object storage (COS), as documented on page 436/7778."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from itertools import product
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from mockvod.http import HttpRequest


class Authorization(NamedTuple):
    """The fields of the header Authorization; missing ones are empty."""

    algorithm: str
    secret_id: str
    #: The first and the last moment at which it is valid, UNIX seconds; (0, 0) where it cannot be read.
    period: tuple[int, int]
    sign_time: str
    key_time: str
    headers: tuple[str, ...]
    parameters: tuple[str, ...]
    signature: str


def read_authorization(text: str) -> Authorization:
    """Reads a header such as ``q-sign-algorithm=sha1&q-ak=…``, and never raises."""
    fields = {name: value for name, _, value in (field.partition("=") for field in text.split("&"))}
    sign_time = fields.get("q-sign-time", "")
    return Authorization(
        fields.get("q-sign-algorithm", ""),
        fields.get("q-ak", ""),
        _period(sign_time),
        sign_time,
        fields.get("q-key-time", ""),
        _names(fields.get("q-header-list", "")),
        _names(fields.get("q-url-param-list", "")),
        fields.get("q-signature", ""),
    )


def is_signed(request: HttpRequest, paths: tuple[str, ...], secret_key: str, claim: Authorization) -> bool:
    """Whether the signature is right for the request with one of `paths`, which are unquoted.

    Observed with cos-python-sdk-v5 1.9.44: the official Python SDK signs the path of the object, whatever the path of the
    URL is, and the host without its port.
    """
    if claim.algorithm != "sha1":
        return False
    host = request.header("host")
    found = (
        _signature(request, path, {"host": each}, secret_key, claim)
        for path, each in product(paths, (host, host.rpartition(":")[0] or host))
    )
    return any(hmac.compare_digest(each, claim.signature.encode()) for each in found)


def _signature(
    request: HttpRequest, path: str, replaced: Mapping[str, str], secret_key: str, claim: Authorization
) -> bytes:
    parameters = {name.lower(): value for name, value in parse_qsl(request.query, keep_blank_values=True)}
    headers = {name: replaced.get(name, request.header(name)) for name in claim.headers}
    listed = {name: parameters.get(name, "") for name in claim.parameters}
    text = f"{request.method.lower()}\n{path}\n{_pairs(listed)}\n{_pairs(headers)}\n"
    digest = hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    key = _hmac(secret_key.encode(), claim.key_time)
    return _hmac(key, f"sha1\n{claim.sign_time}\n{digest}\n")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha1).hexdigest().encode()


def _pairs(values: Mapping[str, str]) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(values.items()))


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~", errors="replace")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.lower() for name in text.split(";") if name)


def _period(text: str) -> tuple[int, int]:
    start, _, end = text.partition(";")
    try:
        return int(start), int(end)
    except ValueError:
        return 0, 0

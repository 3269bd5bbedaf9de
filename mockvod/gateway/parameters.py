"""Reads the parameters of a request: its body or query string, the common parameters, and those of the action."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import msgspec

from mockvod.call.admitted import Common, Scheme
from mockvod.errors import ApiError
from mockvod.gateway.flatten import read_fields, unflatten
from mockvod.gateway.gate import Gate
from mockvod.gateway.json_body import read_object
from mockvod.http import HttpRequest
from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.findings import MORE, Finding
from mockvod.validators.request import read_request

# When several are missing, the first of these is named. Recorded: X-TC-Action and Timestamp come first; the rest of the
# order is assumed.
V3_REQUIRED = ("X-TC-Action", "X-TC-Timestamp", "X-TC-Version")
V1_REQUIRED = ("Timestamp", "Nonce", "SecretId", "Signature", "Action", "Version")
#: The fields of v1 that do not belong to the action. All of them but Signature are signed.
V1_COMMON = frozenset((*V1_REQUIRED, "SignatureMethod", "Region", "Token", "Language", "RequestClient"))

LANGUAGES = ("zh-CN", "en-US")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
#: Documented regions look like ap-singapore, na-siliconvalley or ap-shanghai-fsi. Assumed: other names in that form are
#: accepted.
_REGION = re.compile(r"[a-z]{2,4}(-[a-z0-9]+)+")


class Form(msgspec.Struct, frozen=True):
    """The content of a request, read but not checked."""

    #: With v1, every field, decoded, as it was signed; with v3, empty.
    fields: dict[str, str]
    #: The action's own parameters, nested.
    sent: dict[str, Any]
    #: Whether every value in `sent` is text, because the format has no other type.
    textual: bool


#: The content of a request that was refused before it was read.
NO_FORM = Form({}, {}, False)


def read_form(request: HttpRequest, scheme: Scheme) -> Form:
    """Reads the query string (GET) or the body (POST).

    The query string of a POST and the body of a GET are ignored, because they are not signed.

    Raises:
        ApiError: The Content-Type is wrong, or the content is malformed.
    """
    if _json_expected(request, scheme):
        content = read_object(request.body)
        if scheme == "v3":
            return Form({}, content, False)
        # No document has JSON with v1. Its top level is read as fields, so that the refusal names the missing one.
        fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in content.items()}
        return Form(fields, _without_common(content), False)
    text = request.query if request.method == "GET" else request.body.decode("utf-8", "replace")
    fields = read_fields(text)
    if scheme == "v3":
        return Form({}, unflatten(fields), True)
    return Form(fields, unflatten(_without_common(fields)), True)


def _without_common(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in V1_COMMON}


def _json_expected(request: HttpRequest, scheme: Scheme) -> bool:
    """Whether the body is JSON and not a form.

    Raises:
        ApiError: The Content-Type is not one that VOD accepts.
    """
    # Documented: a POST with TC3 has JSON, a GET with TC3 has the content type of a form, and v1 has forms only.
    wanted = _JSON if request.method == "POST" and scheme == "v3" else _FORM
    kind = _media_type(request.headers.get("content-type", ""))
    if kind == wanted:
        return kind == _JSON
    if scheme == "v1":
        # Most SDKs send a GET with v1 without a content type, some clients a form without one, and a misspelt type of a
        # form was read as a form (recorded). With JSON, the refusal names the first missing field (assumed).
        if request.method == "GET" or not kind or kind.startswith(_FORM[:-1]):
            return False
        if kind == _JSON:
            return True
    elif kind == "multipart/form-data":
        raise ApiError("invalid_request", explanation=f"no action of VOD takes multipart/form-data; send {wanted}")
    elif not kind:
        raise ApiError("missing_header_parameter", name="Content-Type", explanation=f"send Content-Type: {wanted}")
    raise ApiError(
        "common_value",
        name="Content-Type",
        explanation=f"a {request.method} of this kind is sent as {wanted}, not {kind}",
    )


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> str:
    """The media type without its parameters; a charset is allowed (documented)."""
    return content_type.split(";", 1)[0].strip().lower()


def require_common(request: HttpRequest, scheme: Scheme, form: Form) -> None:
    """Checks that the common parameters which every call needs are there.

    Raises:
        ApiError: One is missing, or empty (assumed to count as missing).
    """
    if scheme == "v3":
        headers = request.headers
        for name, header in _V3_REQUIRED_HEADERS:
            if not headers.get(header):
                raise ApiError("missing_header_parameter", name=name, explanation=f"send the header {name}")
    else:
        for name in V1_REQUIRED:
            if not form.fields.get(name):
                raise ApiError("missing_parameter", name=name, explanation=_hint_v1(request, name))


def _hint_v1(request: HttpRequest, name: str) -> str:
    if "x-tc-action" in request.headers:
        return "there are X-TC- headers but no Authorization header, so the call is read as signature v1"
    return f"without an Authorization header the call is read as signature v1, which needs the field {name}"


def read_common(request: HttpRequest, scheme: Scheme, form: Form) -> Common:
    """Reads the common parameters.

    Raises:
        ApiError: A value is not valid.
    """
    if scheme == "v3":
        prefix, names, get = "X-TC-", _V3_COMMON, request.headers.get
    else:
        prefix, names, get = "", _COMMON, form.fields.get
    action, version, timestamp, language, region, token, client = map(get, names)
    moment = _read_timestamp(timestamp or "", prefix)
    if scheme == "v1":
        _check_nonce(form.fields["Nonce"])
    # Recorded: an empty value is refused, although the action needs no region (tencentcloud-sdk-nodejs, issue 56).
    if region is not None and not _is_region(region):
        raise _bad_common(f"{prefix}Region", region, "leave it out or send a name like ap-singapore")
    if language is not None and language not in LANGUAGES:
        raise _bad_common(f"{prefix}Language", language, "send zh-CN or en-US")
    return Common(action or "", version or "", moment, language or "en-US", region or "", token or "", client or "")


def language_of(request: HttpRequest, scheme: Scheme, form: Form) -> str:
    """The language to answer in: Chinese where it is requested, otherwise English (recorded).

    It also works for a request that was refused before its other parameters were read.
    """
    asked = request.header("x-tc-language") if scheme == "v3" else form.fields.get("Language", "")
    return "zh-CN" if asked == "zh-CN" else "en-US"


@lru_cache(maxsize=256)
def _is_region(name: str) -> bool:
    return _REGION.fullmatch(name) is not None


#: The names of the common parameters with v1, and their headers with v3.
_COMMON = ("Action", "Version", "Timestamp", "Language", "Region", "Token", "RequestClient")
_V3_COMMON = tuple(f"x-tc-{name.lower()}" for name in _COMMON)
_V3_REQUIRED_HEADERS = tuple((name, name.lower()) for name in V3_REQUIRED)


def _check_nonce(nonce: str) -> None:
    if not _is_number(nonce) or int(nonce) == 0:
        # Recorded for a text in place of the number; assumed for 0.
        raise ApiError("nonce_type", name="Nonce", explanation=f"Nonce is {nonce[:40]!r}, not a positive integer")


def _read_timestamp(text: str, prefix: str) -> int:
    if _is_number(text):
        return int(text)
    if prefix:
        raise _bad_common(f"{prefix}Timestamp", text, "send UNIX seconds as a whole number")
    # Assumed to be as recorded for Nonce, the other integer of v1.
    raise ApiError("nonce_type", name="Timestamp", explanation=f"Timestamp is {text[:40]!r}, not UNIX seconds")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


def _bad_common(name: str, value: str, way_out: str) -> ApiError:
    return ApiError("common_value", name=name, explanation=f"{name} is {value[:80]!r}: {way_out}")


def read_params(contract: Contract, form: Form, gate: Gate) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Validates the action's own parameters; validators/request.py says what is returned."""
    return read_request(contract, form.sent, textual=form.textual, profile=gate.settings.profile)


def check_findings(findings: tuple[Finding, ...]) -> None:
    """Refuses a call whose parameters have a finding that is not only a warning.

    Raises:
        ApiError: There is such a finding.
    """
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise ApiError.from_findings((*errors, *(each for each in findings[-1:] if each.rule == MORE)))

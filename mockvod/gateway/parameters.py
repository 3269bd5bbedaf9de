"""From bytes to parameters: the wire forms, the common parameters, and the action's own against its contract."""

from __future__ import annotations

import json
import re
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

import orjson

from mockvod.errors import ApiError
from mockvod.gateway.admission import Admission, Common, Gate
from mockvod.gateway.flatten import read_fields as read_pairs
from mockvod.gateway.flatten import unflatten
from mockvod.http import HttpRequest
from mockvod.validators.request import read_request

# Which one is named when several are missing: X-TC-Action first and Timestamp first are recorded, the rest is assumed.
V3_REQUIRED = ("X-TC-Action", "X-TC-Timestamp", "X-TC-Version")
V1_REQUIRED = ("Timestamp", "Nonce", "SecretId", "Signature", "Action", "Version")
#: Fields of v1 that are not the action's own. All but Signature are signed.
V1_COMMON = frozenset((*V1_REQUIRED, "SignatureMethod", "Region", "Token", "Language", "RequestClient"))

LANGUAGES = ("zh-CN", "en-US")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
#: Documented regions look like ap-singapore, na-siliconvalley, ap-shanghai-fsi; which exist is not checked (assumed).
_REGION = re.compile(r"[a-z]{2,4}(-[a-z0-9]+)+")


def _no_constant(name: str) -> NoReturn:
    raise JSONDecodeError(f"{name} is not JSON", name, 0)


#: The standard library's, made strict: slower than orjson, but without its bounds on numbers and escapes.
_decode = JSONDecoder(parse_constant=_no_constant).decode


def read_fields(admission: Admission, gate: Gate) -> None:
    """Sets `fields`, `tree` and `textual` from the query string (GET) or the body (POST).

    A POST's query string and a GET's body are ignored: neither is signed.
    """
    request = admission.request
    if _json_expected(admission):
        content = _read_object(request.body)
        admission.textual = False
        if admission.scheme == "v3":
            admission.fields, admission.tree = {}, content
        else:
            # Nobody documents v1 with JSON. Its top level is read as fields, so that what is missing gets named.
            admission.fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in content.items()}
            admission.tree = _without_common(content)
        return
    text = request.query if request.method == "GET" else request.body.decode("utf-8", "replace")
    fields = read_pairs(text)
    admission.textual = True
    if admission.scheme == "v3":
        admission.fields, admission.tree = {}, unflatten(fields)
    else:
        admission.fields, admission.tree = fields, unflatten(_without_common(fields))


def _without_common(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in V1_COMMON}


def _json_expected(admission: Admission) -> bool:
    """Whether the body is JSON and not a form; raises ApiError for a content type that VOD takes in no form."""
    request = admission.request
    kind = _content_type(request)
    # Documented: JSON is for a POST with TC3, and a GET with TC3 has the form's type. What v1 sends is a form.
    wanted = _JSON if request.method == "POST" and admission.scheme == "v3" else _FORM
    if kind == wanted:
        return kind == _JSON
    if admission.scheme == "v1":
        # Most SDKs send a v1 GET without a type, curl sends a form without saying so, and a misspelt form type was
        # read as one (recorded). With JSON the fields cannot be there, and the answer says which is missing (assumed).
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


def _content_type(request: HttpRequest) -> str:
    """The media type without its parameters; a charset suffix is allowed (documented)."""
    return request.header("content-type").split(";", 1)[0].strip().lower()


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = _decode_slowly(body)
    if not isinstance(value, dict):
        raise ApiError("body_not_json", explanation=f"the body is JSON, but not an object: {type(value).__name__}")
    return value


def _decode_slowly(body: bytes) -> Any:
    try:
        return _decode(body.decode())
    # ValueError: not JSON, not UTF-8, or a number of more digits than Python reads.
    except (ValueError, RecursionError) as error:
        raise ApiError("body_not_json", explanation=f"the body is not JSON: {error}") from None


def require_common(admission: Admission, gate: Gate) -> None:
    """The common parameters that every call needs. Empty counts as missing (assumed)."""
    if admission.scheme == "v3":
        headers = admission.request.headers
        for name, header in _V3_REQUIRED_HEADERS:
            if not headers.get(header):
                raise ApiError("missing_header_parameter", name=name, explanation=f"send the header {name}")
    else:
        fields = admission.fields
        for name in V1_REQUIRED:
            if not fields.get(name):
                raise ApiError("missing_parameter", name=name, explanation=_hint_v1(admission, name))


def _hint_v1(admission: Admission, name: str) -> str:
    if "x-tc-action" in admission.request.headers:
        return "there are X-TC- headers but no Authorization header, so the call is read as signature v1"
    return f"without an Authorization header the call is read as signature v1, which needs the field {name}"


def read_common(admission: Admission, gate: Gate) -> None:
    """Sets `common`. Raises ApiError for a value that cannot be."""
    if admission.scheme == "v3":
        prefix, values = "X-TC-", map(admission.request.headers.get, _V3_COMMON)
    else:
        prefix, values = "", map(admission.fields.get, _COMMON)
    action, version, timestamp, language, region, token, client = values
    moment = _read_timestamp(timestamp or "", prefix)
    if admission.scheme == "v1":
        _check_nonce(admission.fields["Nonce"])
    # An empty value is refused even though VOD needs no region (recorded).
    if region is not None and not _REGION.fullmatch(region):
        raise _bad_common(f"{prefix}Region", region, "leave it out or send a name like ap-singapore")
    if language is not None and language not in LANGUAGES:
        raise _bad_common(f"{prefix}Language", language, "send zh-CN or en-US")
    admission.common = Common(
        action or "", version or "", moment, language or "en-US", region or "", token or "", client or ""
    )


#: As v1 names them, and as the headers of v3 do.
_COMMON = ("Action", "Version", "Timestamp", "Language", "Region", "Token", "RequestClient")
_V3_COMMON = tuple(f"x-tc-{name.lower()}" for name in _COMMON)
_V3_REQUIRED_HEADERS = tuple((name, name.lower()) for name in V3_REQUIRED)


def _check_nonce(nonce: str) -> None:
    if not _is_number(nonce) or int(nonce) == 0:
        # Recorded for text in place of the number; for 0 it is assumed.
        raise ApiError("nonce_type", name="Nonce", explanation=f"Nonce is {nonce[:40]!r}, not a positive integer")


def _read_timestamp(text: str, prefix: str) -> int:
    if _is_number(text):
        return int(text)
    if prefix:
        raise _bad_common(f"{prefix}Timestamp", text, "send UNIX seconds as a whole number")
    # As recorded for Nonce, the other integer of v1.
    raise ApiError("nonce_type", name="Timestamp", explanation=f"Timestamp is {text[:40]!r}, not UNIX seconds")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19


def _bad_common(name: str, value: str, way_out: str) -> ApiError:
    return ApiError("common_value", name=name, explanation=f"{name} is {value[:80]!r}: {way_out}")


def read_params(admission: Admission, gate: Gate) -> None:
    """Sets `params` and `findings`: the action's own parameters held against its contract."""
    params, findings = read_request(
        admission.contract, admission.tree, textual=admission.textual, profile=gate.settings.profile
    )
    admission.params = params
    admission.findings = findings
    if findings:
        errors = tuple(finding for finding in findings if finding.severity == "error")
        if errors:
            raise ApiError.from_findings(errors)

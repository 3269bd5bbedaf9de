"""Reads a body as JSON: whatever JSON it is, and what it is where it is none."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

import msgspec

from mockvod.errors import ApiError
from mockvod.narrowing import is_object


def _no_constant(name: str) -> NoReturn:
    raise JSONDecodeError(f"{name} is not JSON", name, 0)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        # Assumed to be refused: as a double it would be infinite, for which JSON has no number.
        raise ValueError(f"the number {text[:40]} is too large")
    return number


_decode = msgspec.json.Decoder().decode
#: The decoder of the standard library without NaN and Infinity. It is slower than msgspec, but reads numbers that msgspec
#: refuses.
_decode_strictly = JSONDecoder(parse_constant=_no_constant).decode
#: The same without numbers beyond a double, which takes some time for each number.
_decode_finite = JSONDecoder(parse_constant=_no_constant, parse_float=_finite).decode

#: An escaped backslash or a pair of surrogates, to be kept; or half of such a pair.
_HALF = re.compile(r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")

#: What a body begins with that is no JSON as it stands -> what that is, and the way out.
_NO_JSON: Mapping[bytes, str] = {
    b"\xef\xbb\xbf": "it begins with a byte order mark (EF BB BF); write it in UTF-8 without one, and sign it so",
    b"\xff\xfe": "it is UTF-16 with a byte order mark; write it in UTF-8, and sign it so",
    b"\xfe\xff": "it is UTF-16 with a byte order mark; write it in UTF-8, and sign it so",
    b"\x1f\x8b": "it is compressed with gzip; send it uncompressed, because the API decompresses no body (assumed)",
}


def read_object(body: bytes) -> dict[str, Any]:
    """Reads a body that has to be a JSON object.

    Raises:
        ApiError: It is not; the explanation says what it is.
    """
    try:
        value = _decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        value = _decode_slowly(body, error)
    if not is_object(value):
        raise ApiError("body_not_json", explanation=f"the body is JSON, but not an object: {type(value).__name__}")
    return value


def _decode_slowly(body: bytes, error: Exception) -> Any:
    for beginning, way_out in _NO_JSON.items():
        if body.startswith(beginning):
            raise ApiError("body_not_json", explanation=f"the body is not JSON: {way_out}")
    try:
        text = body.decode()
        whole = _without_halves(text)
        if whole is not text:
            try:
                return _decode(whole)
            except (msgspec.DecodeError, RecursionError) as other:
                error = other
        # msgspec says "Number out of range" of integers beyond 64 bits too, and is the first to give up at a depth.
        malformed = isinstance(error, msgspec.DecodeError) and "out of range" not in str(error)
        return _decode_strictly(whole) if malformed else _decode_finite(whole)
    # ValueError: it is not JSON, not UTF-8, or has a number with more digits than Python reads.
    except (ValueError, RecursionError) as fault:
        raise ApiError("body_not_json", explanation=f"the body is not JSON: {fault}") from None


def _without_halves(text: str) -> str:
    """A JSON text with U+FFFD in the place of half a surrogate pair, which no text in UTF-8 can have.

    Assumed: so reads Go's encoding/json. Nothing that comes after has to think of halves.
    """
    if "\\u" not in text:
        return text
    whole, changed = _HALF.subn(lambda found: found[1] or "\\ufffd", text)
    return whole if changed else text

"""Reads the values of a request that determine its result files. Values that cannot be read give the default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mockvod.media.sizes import fit, ratio, side, written_size
from mockvod.narrowing import is_mapping

#: Seconds. A shorter video would have no frame, and no model makes longer ones.
SHORTEST, LONGEST = 0.1, 60.0
_FORMATS = {"JPEG": "jpg", "JPG": "jpg", "MP3": "mp3", "PNG": "png", "WAV": "wav"}
#: A bound above all that members allow, which keeps arithmetic within the range of floats.
_MANY = 2**32


def inside(params: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    """The object in that member; empty if there is none."""
    value = params.get(member)
    return value if is_mapping(value) else {}


def seconds(value: Any, default: float) -> float:
    """A Duration, limited to SHORTEST and LONGEST. 0 counts as absent, because recorded answers write it that way."""
    given = value if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else default
    return float(min(max(given, SHORTEST), LONGEST))


def count(value: Any, most: int) -> int:
    """How many files, 1 to `most`."""
    return min(_whole(value) or 1, most)


def file_format(value: Any, default: str, *known: str) -> str:
    """The extension for a format such as "JPEG", if it is among `known`; otherwise `default`."""
    found = _FORMATS.get(value.upper(), "") if isinstance(value, str) else ""
    return found if found in known else default


def shape(value: Any, default: str) -> tuple[int, int]:
    """Width and height of an AspectRatio."""
    return ratio(value) or ratio(default) or (1, 1)


def short_side(value: Any, default: str, sides: Mapping[str, int]) -> int:
    """The short side of a Resolution; that of `default` if `sides` does not have it."""
    return side(value, sides) or sides[default.upper()]


def sides(width: Any, height: Any, of: tuple[int, int]) -> tuple[int, int] | None:
    """The size for ImageWidth and ImageHeight; if one is missing, it follows from the shape `of` (documented)."""
    across, down = _whole(width), _whole(height)
    if not across and not down:
        return None
    return fit(across or down * of[0] / of[1], down or across * of[1] / of[0])


def size_in_ext_info(params: Mapping[str, Any]) -> tuple[int, int] | None:
    """The size of an image given in ExtInfo, in whose JSON AdditionalParameters is itself JSON text (documented)."""
    more = _read(_read(params.get("ExtInfo")).get("AdditionalParameters"))
    return written_size(more.get("size"))


def _read(text: Any) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return value if is_mapping(value) else {}


def _whole(value: Any) -> int:
    return min(value, _MANY) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

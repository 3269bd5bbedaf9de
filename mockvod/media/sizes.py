"""Reads Resolution, AspectRatio and sizes, and computes pixels from them.

Unknown and malformed values read as None, and the caller takes a default: the lenient profile accepts such values, and the
result file needs a size all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Resolution -> short side of a video in pixels, by which it is billed (documented). 2K and 4K are assumed.
VIDEO_SIDES: Mapping[str, int] = {
    "360P": 360,
    "480P": 480,
    "540P": 540,
    "720P": 720,
    "768P": 768,
    "1080P": 1080,
    "2K": 1440,
    "4K": 2160,
}
#: Resolution -> short side of an image. Documented up to 2K, by the price list; 3K and 4K are extrapolated (assumed).
IMAGE_SIDES: Mapping[str, int] = {
    "512": 512,
    "512P": 512,
    "720P": 720,
    "1080P": 1080,
    "1K": 1024,
    "2K": 2048,
    "3K": 3072,
    "4K": 4096,
}
#: The longest and the shortest side of a file that is made. Few decoders accept more; less would show nothing.
MOST = 4096
LEAST = 16

_RATIO = re.compile("([1-9][0-9]{0,3}):([1-9][0-9]{0,3})", re.ASCII)
#: Documented in three spellings: 1024x1024, 1024:1024 and 1024*1024 (descriptions of OutputConfig.Resolution).
_SIZE = re.compile("([1-9][0-9]{0,4})[x:*]([1-9][0-9]{0,4})", re.ASCII)


def side(resolution: Any, sides: Mapping[str, int]) -> int | None:
    """The short side in pixels. Case is ignored (assumed, because the documents use both)."""
    return sides.get(resolution.upper()) if isinstance(resolution, str) else None


def ratio(text: Any) -> tuple[int, int] | None:
    """Width and height of an AspectRatio such as "16:9"; None for "auto", whose result is unknown."""
    return _pair(_RATIO, text)


def written_size(text: Any) -> tuple[int, int] | None:
    """Width and height of a size in pixels, such as "1024x768"."""
    return _pair(_SIZE, text)


def box(short: int, shape: tuple[int, int]) -> tuple[int, int]:
    """The size with that short side and shape, in even numbers; smaller if the long side would exceed MOST."""
    scale = short / min(shape)
    return fit(shape[0] * scale, shape[1] * scale, step=2)


def fit(width: float, height: float, *, step: int = 1) -> tuple[int, int]:
    """The nearest size between LEAST and MOST whose sides are multiples of `step`, of the same shape if possible."""
    scale = min(1, MOST / max(width, height))
    return _rounded(width * scale, step), _rounded(height * scale, step)


def _rounded(pixels: float, step: int) -> int:
    return max(LEAST, step * round(pixels / step))


def _pair(pattern: re.Pattern[str], text: Any) -> tuple[int, int] | None:
    found = pattern.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None

"""What a request leaves open: the defaults of models, from contracts/models.json, and what holds for every kind.

Sizes and lengths that would follow from an input file are not known, because nothing fetches it: such results take the
defaults here (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from mockvod.media.file_spec import FileSpec
from mockvod.validators.contracts.documents import read

#: Assumed wherever no text names a default. Most models that have one for a video take these.
SECONDS = 5
VIDEO_RESOLUTION, VIDEO_RATIO = "720P", "16:9"
IMAGE_RESOLUTION, IMAGE_RATIO = "1K", "1:1"

#: A voice that speaks. Format and length are assumed.
SPEECH = FileSpec("audio", "mp3", seconds=float(SECONDS))
#: In the place of a video that follows one of the caller's.
PLAIN_VIDEO = FileSpec("video", "mp4", 1280, 720, float(SECONDS))


def usual(family: str, params: Mapping[str, Any], limit: str, otherwise: Any) -> Any:
    """The default of the request's model for `limit`.

    Args:
        limit: A key of the table of models, such as "resolution".
        otherwise: The default if the table names none. If the model has a list of values without it, the first value of
            the list is taken instead (assumed).
    """
    for entry in _body(family, params.get("ModelName")).get(limit, ()):
        if params.get("ModelVersion") not in entry.get("versions", (params.get("ModelVersion"),)):
            continue
        if "default" in entry:
            return entry["default"]
        listed = entry.get("enum", ())
        if listed and str(otherwise).upper() not in (str(value).upper() for value in listed):
            return listed[0]
    return otherwise


def _body(family: str, name: Any) -> Mapping[str, Any]:
    return _bodies(family).get(name, {}) if isinstance(name, str) else {}


@cache
def _bodies(family: str) -> Mapping[str, Mapping[str, Any]]:
    """Every spelling of a model's name -> what the table says of the model."""
    models = read("models.json")[family]
    return {name: body for model, body in models.items() for name in body.get("names") or (model,)}

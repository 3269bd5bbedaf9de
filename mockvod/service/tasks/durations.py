"""How long tasks take, from their acceptance to their end.

The seconds are those of runs that a user recorded on 2026-08-05, of one clip each; a model that nobody recorded takes
the usual time of the recorded ones. The setting `time_factor` scales them: a test need not wait a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mockvod.service.tasks.failures import FAILURE_SECONDS
from mockvod.settings import Settings


class Recorded(NamedTuple):
    """A recording. An empty text stands for any value."""

    action: str
    model: str
    version: str
    seconds: float
    #: Further seconds for each second of the clip.
    per_second: float = 0
    scene: str = ""


#: The first row that fits holds.
RECORDED = (
    Recorded("CreateAigcVideoTask", "Kling", "", 480, scene="motion_control"),  # published guide: about 8 min
    Recorded("CreateAigcVideoTask", "Kling", "2.6", 50),
    Recorded("CreateAigcVideoTask", "Kling", "3.0", 169),
    Recorded("CreateAigcVideoTask", "Kling", "3.0-Omni", 95),  # 61 to 129
    Recorded("CreateAigcVideoTask", "Vidu", "q2", 47),  # 46 to 48 from text; 144 from references, 1080P, 8 s
    Recorded("CreateAigcVideoTask", "OS", "2.0", 42, per_second=8),  # 74 for 4 s, 106 for 8 s
    Recorded("CreateAigcVideoTask", "Hailuo", "H3", 192),
    Recorded("CreateAigcVideoTask", "", "", 60),
    Recorded("CreateSceneAigcVideoTask", "", "", 60),  # assumed: as a video from a prompt
    Recorded("CreateAigcVideoRedrawTask", "", "", 60),  # assumed: likewise
    Recorded("CreateAigcHunyuan3DTask", "", "", 60),  # assumed: likewise
    Recorded("", "", "", 19),  # a picture; assumed of every other kind
)
#: What a clip takes whose length is left to the model: the length of most recorded ones.
_USUAL_CLIP = 5


def usual_seconds(action: str, params: Mapping[str, Any]) -> float:
    """What the service takes for such a request, in seconds of its own."""
    row = _row(action, params.get("ModelName"), params.get("ModelVersion"), params.get("SceneType"))
    if not row.per_second:
        return row.seconds
    config: Mapping[str, Any] = params.get("OutputConfig") or {}
    clip: float = config.get("Duration") or _USUAL_CLIP
    return row.seconds + row.per_second * clip


# A lenient mock is sent any model, so the cache is bounded.
@lru_cache(maxsize=256)
def _row(*given: str | None) -> Recorded:
    for row in RECORDED:
        wanted = (row.action, row.model, row.version, row.scene)
        if all(want in ("", value) for want, value in zip(wanted, given, strict=True)):
            return row
    raise AssertionError("the last row fits everything")


def task_seconds(settings: Settings, action: str, params: Mapping[str, Any]) -> float | None:
    """How long the task of such a request takes here; None for one that ends when it is told to."""
    if settings.progression == "manual":
        return None
    if settings.progression == "immediate":
        return 0
    if settings.task_seconds is not None:
        return settings.task_seconds
    return settings.time_factor * usual_seconds(action, params)


def failure_seconds(settings: Settings) -> float:
    """How long a task takes that fails for want of a place."""
    if settings.task_seconds is not None:
        return min(FAILURE_SECONDS, settings.task_seconds)
    return 0 if settings.progression == "immediate" else settings.time_factor * FAILURE_SECONDS

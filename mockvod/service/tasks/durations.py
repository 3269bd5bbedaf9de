"""How long tasks take, from the call to their end.

The times are those of tasks with one clip that a user recorded on 2026-08-05; a model that was not recorded takes the
usual time of the others. The setting `time_factor` shortens them, so that tests need not wait for minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mockvod.service.tasks.failures import FAILURE_SECONDS
from mockvod.settings import Settings


class Recorded(NamedTuple):
    """A recorded time. An empty text matches any value."""

    action: str
    model: str
    version: str
    seconds: float
    #: Further seconds for each second of the clip's length.
    per_second: float = 0
    scene: str = ""


#: The first row that matches applies.
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
#: The length of a clip in seconds where the model determines it: that of most recorded clips.
_USUAL_CLIP = 5


def usual_seconds(action: str, params: Mapping[str, Any]) -> float:
    """How many seconds the real service takes for such a request."""
    row = _row(action, params.get("ModelName"), params.get("ModelVersion"), params.get("SceneType"))
    if not row.per_second:
        return row.seconds
    config: Mapping[str, Any] = params.get("OutputConfig") or {}
    clip: float = config.get("Duration") or _USUAL_CLIP
    return row.seconds + row.per_second * clip


# Bounded, because a lenient mock accepts any text as a model.
@lru_cache(maxsize=256)
def _row(*given: str | None) -> Recorded:
    for row in RECORDED:
        wanted = (row.action, row.model, row.version, row.scene)
        if all(want in ("", value) for want, value in zip(wanted, given, strict=True)):
            return row
    raise AssertionError("the last row fits everything")


def task_seconds(settings: Settings, action: str, params: Mapping[str, Any]) -> float | None:
    """How many seconds a task takes here; None where a test ends it."""
    if settings.progression == "manual":
        return None
    if settings.progression == "immediate":
        return 0
    if settings.task_seconds is not None:
        return settings.task_seconds
    return settings.time_factor * usual_seconds(action, params)


def failure_seconds(settings: Settings) -> float:
    """How many seconds a task takes that fails because too many are running."""
    if settings.task_seconds is not None:
        return min(FAILURE_SECONDS, settings.task_seconds)
    return 0 if settings.progression == "immediate" else settings.time_factor * FAILURE_SECONDS

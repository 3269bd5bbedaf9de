"""What a run is put together from: prompts, lives of tasks, faults and spans of time. Few of each, for short examples."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockvod import scripts

HOUR, DAY = 3600, 86_400

#: Prompt -> what the task then does, where it does more than the prompt tells. The first of each table is what an example
#: shrinks to, and one table for each rule is what makes it shrink well: every further argument is one more thing to try.
WISHES: Mapping[str, tuple[scripts.Step, ...]] = MappingProxyType(
    {
        "a cat": (),
        "a cat [[fail:InvalidParameter.VoilationContent]]": (),
        "a cat [[stuck]]": (),
        'ein "Kätzchen" & 猫': (),
        "a cat that fails after FINISH": (scripts.outer_finish(seconds=60), scripts.fail("TaskTimeout")),
        "a cat whose end is told twice": (scripts.progress(50, seconds=60), scripts.finish(events=2)),
        "a cat that goes back from 100": (
            scripts.progress(100, seconds=30),
            scripts.progress(40, seconds=30),
            scripts.finish(),
        ),
        "a cat that is not told of": (scripts.describe_error("InternalError", seconds=60), scripts.finish()),
    }
)
FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "drop_after_commit": ("drop_after_commit", {}),
        "drop": ("drop", {}),
        "timeout": ("timeout", {}),
        "timeout, committed": ("timeout", {"committed": True}),
        "http_error": ("http_error", {}),
        "http_error, committed": ("http_error", {"committed": True}),
        "rate_limit": ("rate_limit", {}),
        "InternalError": ("error", {"code": "InternalError"}),
        "truncate": ("truncate", {}),
        "malformed_json": ("malformed_json", {}),
    }
)
#: The calls that are hit: from which on, and how many. Four are more than most clients try.
HITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"next": (1, 1), "2nd": (2, 1), "3rd": (3, 1), "next 4": (1, 4), "4 from the 2nd": (2, 4)}
)
#: 31 seconds bring back an event; after three days a task cannot be asked for and a SessionId counts no more, after
#: four an event is dropped, after seven a result is gone.
SPANS: Mapping[str, float] = MappingProxyType(
    {"60s": 60, "1s": 1, "31s": 31, "1h": HOUR, "1d": DAY, "3d": 3 * DAY, "7d": 7 * DAY}
)
#: The spelling that the published list does not have and live answers do; the list's own is among the wishes.
FAILURE = "InvalidParameter.ViolationContent"

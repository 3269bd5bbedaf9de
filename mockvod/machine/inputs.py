"""The values that the rules draw from: prompts with task scripts, faults, and steps of time.

There are few of each, so that failures shrink to short examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockvod import scripts

HOUR, DAY = 3600, 86_400

#: Prompt -> the script of its task; empty where the task does what the prompt itself says. Hypothesis shrinks towards the
#: first entry of a table, and shrinks well because each rule draws from one table: every further argument would be one
#: more thing to try.
PROMPTS: Mapping[str, tuple[scripts.Step, ...]] = MappingProxyType(
    {
        "a cat": (),
        "a cat [[fail:InvalidParameter.VoilationContent]]": (),
        "a cat [[stuck]]": (),
        'ein "Kätzchen" & 猫': (),
        "a cat that fails after FINISH": (scripts.outer_finish(seconds=60), scripts.fail("TaskTimeout")),
        "a cat whose event comes twice": (scripts.progress(50, seconds=60), scripts.finish(events=2)),
        "a cat that goes back from 100": (
            scripts.progress(100, seconds=30),
            scripts.progress(40, seconds=30),
            scripts.finish(),
        ),
        "a cat whose query fails": (scripts.describe_error("InternalError", seconds=60), scripts.finish()),
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
#: Name -> `nth` and `times` of a fault. Four hits are more than most clients try.
HIT_PATTERNS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"next": (1, 1), "2nd": (2, 1), "3rd": (3, 1), "next 4": (1, 4), "4 from the 2nd": (2, 4)}
)
#: After 31 seconds an unconfirmed event comes back; after three days a task cannot be queried and a SessionId can be used
#: again; after four days an event is dropped; after seven days a result has expired.
TIME_STEPS: Mapping[str, float] = MappingProxyType(
    {"60s": 60, "1s": 1, "31s": 31, "1h": HOUR, "1d": DAY, "3d": 3 * DAY, "7d": 7 * DAY}
)
#: The spelling of live answers; that of the published list of ErrCodeExt ("Voilation") is among the prompts.
FAILURE_CODE = "InvalidParameter.ViolationContent"

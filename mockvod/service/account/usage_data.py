"""Statistics of use, day by day, that add up to what was made.

Documented: counts and amounts by Specification. Assumed: what ended well counts, at its end; seconds for videos and sound,
pictures for pictures, calls for the rest; days are those of StartTime's offset, from its day to that of EndTime, and only
Specifications that were used are listed. Published answers also have a day before the first, which is left out here, and
shorter spans than a day may come in steps of five minutes, which is not modelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from mockvod.clock import instant
from mockvod.media import Asked
from mockvod.service.context import Context
from mockvod.service.tasks.model import find_task, random_part, sub_app_id

if TYPE_CHECKING:
    from mockvod.billing.usage import Purchase

#: AigcType -> the actions that it counts. Of subjects, faces and elements the type is assumed: they are for videos.
_ACTIONS: Mapping[str, frozenset[str]] = {
    "Video": frozenset(
        {
            "CreateAigcAdvancedCustomElement",
            "CreateAigcSubject",
            "CreateAigcVideoRedrawTask",
            "CreateAigcVideoTask",
            "DescribeAigcFaceInfoAsync",
        }
    ),
    "Image": frozenset({"CreateAigcImageTask"}),
    "Audio": frozenset({"CreateAigcAudioClone", "CreateAigcAudioTask", "CreateAigcCustomVoice"}),
    "SceneAigcVideo": frozenset({"CreateSceneAigcVideoTask"}),
    "SceneAigcImage": frozenset({"CreateSceneAigcImageTask"}),
}


def describe_aigc_usage_data(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Count and Usage of each day and Specification. An API token has none: no action of VOD's takes one."""
    # Here, because the price list takes its time to import, and few ask for it.
    from mockvod.billing.usage import specification

    start, end = instant(params["StartTime"]), instant(params["EndTime"])
    used: dict[str, dict[datetime, list[Purchase]]] = {}
    if not params.get("APIKey") and not params.get("APIKeys"):
        for ended, purchase in _ended(context, params):
            if start <= ended <= end:
                day = _midnight(ended.astimezone(start.tzinfo))
                used.setdefault(specification(purchase), {}).setdefault(day, []).append(purchase)
    days = [_midnight(start) + timedelta(days=day) for day in range((_midnight(end) - _midnight(start)).days + 1)]
    return {
        "AigcUsageDataSet": [
            {"Specification": name, "DataSet": [_day(day, used[name].get(day, ())) for day in days]}
            for name in sorted(used)
        ],
        "AigcTextDetails": None,
    }


def _ended(context: Context, params: Mapping[str, Any]) -> Iterable[tuple[datetime, Purchase]]:
    from mockvod.service.account.purchases import purchases  # as above

    application, actions = sub_app_id(context, params), _ACTIONS.get(params["AigcType"], frozenset())
    for purchase in purchases(context.transaction, context.account, context.now, context.settings):
        if purchase.application == application and purchase.action in actions and purchase.outcome == "finished":
            task = find_task(context.transaction, random_part(purchase.id))
            assert task  # purchases come from tasks; the quick elements are of no AigcType
            yield datetime.fromtimestamp(task.ends).astimezone(), purchase


def _day(day: datetime, bought: Iterable[Purchase]) -> dict[str, Any]:
    bought = tuple(bought)
    return {"Time": day.isoformat(), "Count": len(bought), "Usage": ceil(sum(map(_usage, bought)))}


def _usage(purchase: Purchase) -> float:
    """Seconds, pictures, or one for what is neither."""
    return sum(map(_amount, purchase.files)) if purchase.files else 1


def _amount(file: Asked) -> float:
    return 1 if file.kind == "image" else file.seconds


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)

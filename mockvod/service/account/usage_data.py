"""DescribeAigcUsageData: statistics by day of what was made.

Documented: counts and amounts for each Specification. Assumed: successful tasks count, at their end; the amounts are
seconds for video and sound, pictures for images, and calls for the rest; the days are those of StartTime's offset from
UTC, from the day of StartTime to that of EndTime; only Specifications that were used are listed. Published answers also
have the day before the first, which is left out here. Shorter periods may come in steps of five minutes, which is not
modelled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from mockvod.clock import instant
from mockvod.service.context import Context
from mockvod.state import LAST
from mockvod.validators.contracts.task_kinds import task_kinds


class _Usage(NamedTuple):
    """The calls that ended at one moment, or in one quarter of an hour."""

    specification: str
    moment: float
    calls: int
    usage: float


def describe_aigc_usage_data(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Returns Count and Usage of each day and Specification; none for an API token, which no action of VOD accepts."""
    start, end = instant(params["StartTime"]), instant(params["EndTime"])
    used: dict[str, dict[datetime, list[_Usage]]] = {}
    if not params.get("APIKey") and not params.get("APIKeys"):
        for each in _usage_between(context, params, start.timestamp(), end.timestamp()):
            day = _midnight(datetime.fromtimestamp(each.moment).astimezone(start.tzinfo))
            used.setdefault(each.specification, {}).setdefault(day, []).append(each)
    days = [_midnight(start) + timedelta(days=day) for day in range((_midnight(end) - _midnight(start)).days + 1)]
    return {
        "AigcUsageDataSet": [
            {"Specification": name, "DataSet": [_day(day, used[name].get(day, ())) for day in days]}
            for name in sorted(used)
        ],
        "AigcTextDetails": None,
    }


def _usage_between(context: Context, params: Mapping[str, Any], start: float, end: float) -> Iterator[_Usage]:
    """The usage by tasks that ended successfully between two moments."""
    # Imported here, because the price list is slow to import, and few calls need it.
    from mockvod.billing.usage import specification, usage
    from mockvod.service.account.past_purchases import past_use
    from mockvod.service.account.purchase import purchase_of

    application, actions = context.application(params), task_kinds().counted_as(params["AigcType"])
    ended = context.tasks.in_order(context.account, application, "ended", after=(start, ""), before=(end, LAST))
    for task in ended:
        if task.action in actions and task.succeeded:
            purchase = purchase_of(task, context.settings)
            yield _Usage(specification(purchase), task.ends, 1, usage(purchase))
    for row in past_use(context.transaction, context.account, application, start, end):
        if row.action in actions:
            yield _Usage(row.specification, row.start, row.calls, row.usage)


def _day(day: datetime, used: Iterable[_Usage]) -> dict[str, Any]:
    used = tuple(used)
    return {
        "Time": day.isoformat(),
        "Count": sum(each.calls for each in used),
        "Usage": ceil(sum(each.usage for each in used)),
    }


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)

"""Identifiers, moments and addresses in the service's forms."""

from datetime import datetime, timezone
from functools import cache
from uuid import UUID

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.task_kinds import TaskKind, task_kinds

#: What stands for a file that stays.
NEVER = task_kinds().never
#: What an unfinished task shows in place of a time.
NO_TIME = task_kinds().no_time
#: 2026-01-01T00:00:00Z
_FIRST = 1_767_225_600
_YEAR = 365 * 86_400
#: Recorded result addresses of Temporary files.
_TEMPORARY_HOSTS = ("store.vod-qcloud.com", "251000800.vod2.myqcloud.com")

#: A lower-case UUID of version 4, as in every recorded answer.
request_ids: st.SearchStrategy[str] = st.integers(0, 2**128 - 1).map(lambda bits: str(UUID(int=bits, version=4)))
#: New applications have ten digits that begin with 15, published samples nine.
applications: st.SearchStrategy[int] = st.sampled_from([1_500_000_001, 251_007_502]) | st.integers(
    1_500_000_002, 1_500_099_999
)
#: UNIX seconds within 2026.
moments: st.SearchStrategy[int] = st.integers(_FIRST, _FIRST + _YEAR - 1)
#: The part of a TaskId, and of addresses, that tells one task from another.
random_parts: st.SearchStrategy[str] = st.integers(0, 16**32 - 1).map(lambda number: f"{number:032x}")
#: 19 digits, as the sample 5145403720640671256; further files of a task count on from it.
file_ids: st.SearchStrategy[str] = st.integers(10**18, 10**19 - 100).map(str)
#: 18 digits, as in published samples, and always odd: above 2^53, so that no double holds one.
element_ids: st.SearchStrategy[str] = st.integers(10**17 // 2, 10**18 // 2 - 1).map(lambda half: str(2 * half + 1))


def iso(moment: int) -> str:
    """UNIX seconds as answers show them: UTC, to the second, with Z."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def task_contracts() -> dict[str, Contract]:
    """TaskType -> the contract of the action that makes such tasks; videos and pictures first, then by name."""
    made = [catalog().require(action) for action in task_kinds().by_action]
    first = {"video": 0, "image": 1}
    made.sort(key=lambda each: (first.get(each.models or "", 2), each.task_type))
    return {each.task_type: each for each in made if each.task_type}


def task_ids(kind: TaskKind, application: int, part: str) -> st.SearchStrategy[str]:
    """TaskIds of an application with that random part, in every form that was seen."""
    return st.sampled_from([f"{application}-{name}-{part}{kind.id_end}" for name in kind.id_names])


def temporary_urls(part: str, name: str, number: int = 0) -> st.SearchStrategy[str]:
    """Where a task's Temporary result of that number may lie: two hosts were recorded for one account, never https."""
    path = f"{task_kinds().directory}/{part}{number:04}/{name}"
    return st.sampled_from([f"http://{host}/{path}" for host in _TEMPORARY_HOSTS])


def permanent_urls(application: int, part: str, file_id: str, name: str) -> st.SearchStrategy[str]:
    """Where a file of the library may lie, by either scheme: recorded."""
    path = f"{application}.vod-qcloud.com/{part[:8]}vodcq{application}/{part[8:16]}{file_id}/{name}"
    return st.sampled_from([f"http://{path}", f"https://{path}"])

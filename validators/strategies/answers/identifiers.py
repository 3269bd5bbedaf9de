"""Identifiers, moments and URLs in the service's formats."""

from datetime import datetime, timezone
from functools import cache
from uuid import UUID

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.task_kinds import TaskKind, task_kinds

#: The ExpireTime of a file that never expires.
NEVER = task_kinds().never
#: What an unfinished task has in place of a time.
NO_TIME = task_kinds().no_time
#: 2026-01-01T00:00:00Z
_FIRST = 1_767_225_600
_YEAR = 365 * 86_400
#: The hosts in recorded URLs of Temporary files.
_TEMPORARY_HOSTS = ("store.vod-qcloud.com", "251000800.vod2.myqcloud.com")

#: A lower-case UUID of version 4, as in every recorded answer.
request_ids: st.SearchStrategy[str] = st.integers(0, 2**128 - 1).map(lambda bits: str(UUID(int=bits, version=4)))
#: Numbers of applications: new ones have ten digits that begin with 15, those in published samples nine.
applications: st.SearchStrategy[int] = st.sampled_from([1_500_000_001, 251_007_502]) | st.integers(
    1_500_000_002, 1_500_099_999
)
#: UNIX seconds within 2026.
moments: st.SearchStrategy[int] = st.integers(_FIRST, _FIRST + _YEAR - 1)
#: The digits that identify a task, in its TaskId and in the URLs of its results.
random_parts: st.SearchStrategy[str] = st.integers(0, 16**32 - 1).map(lambda number: f"{number:032x}")
#: 19 digits, as in the published sample 5145403720640671256. The files of a task have consecutive numbers.
file_ids: st.SearchStrategy[str] = st.integers(10**18, 10**19 - 100).map(str)
#: 18 digits, as in published samples. They are odd and above 2^53, so no double-precision number can hold one.
element_ids: st.SearchStrategy[str] = st.integers(10**17 // 2, 10**18 // 2 - 1).map(lambda half: str(2 * half + 1))


def iso(moment: int) -> str:
    """Writes UNIX seconds as answers do: UTC, in whole seconds, with a Z."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def task_contracts() -> dict[str, Contract]:
    """Maps TaskTypes to the contracts of the actions that make such tasks: videos and pictures first, then by name."""
    made = [catalog().require(action) for action in task_kinds().by_action]
    first = {"video": 0, "image": 1}
    made.sort(key=lambda each: (first.get(each.models or "", 2), each.task_type))
    return {each.task_type: each for each in made if each.task_type}


def task_ids(kind: TaskKind, application: int, part: str) -> st.SearchStrategy[str]:
    """Generates TaskIds of an application with those digits, in every form that was seen."""
    return st.sampled_from([f"{application}-{name}-{part}{kind.id_end}" for name in kind.id_names])


def temporary_urls(part: str, name: str, number: int = 0) -> st.SearchStrategy[str]:
    """Generates URLs of a Temporary result. Recorded: one account had results on two hosts, always with http."""
    path = f"{task_kinds().directory}/{part}{number:04}/{name}"
    return st.sampled_from([f"http://{host}/{path}" for host in _TEMPORARY_HOSTS])


def permanent_urls(application: int, part: str, file_id: str, name: str) -> st.SearchStrategy[str]:
    """Generates URLs of a file in the library. Recorded: some have http, others https."""
    path = f"{application}.vod-qcloud.com/{part[:8]}vodcq{application}/{part[8:16]}{file_id}/{name}"
    return st.sampled_from([f"http://{path}", f"https://{path}"])

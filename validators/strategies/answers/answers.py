"""Answers about tasks in the service's form, to test programs that read them, in any language."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.answers.identifiers import NO_TIME, iso, request_ids, task_contracts
from mockvod.validators.strategies.answers.tasks import OUTCOMES, STATUS, tasks
from mockvod.validators.strategies.choices import choices

#: Members of recorded answers that no document has. They are null, like the members of all other kinds of tasks.
_UNPUBLISHED = {"FastClipMediaTask": None, "CreateAigcMaterialTask": None}


def task_types() -> tuple[str, ...]:
    """Lists the TaskTypes that `task_details` knows: those with an entry in contracts/tasks.json."""
    return tuple(task_contracts())


def task_details(
    task_type: str | None = None, outcome: str | None = None, *, unknown_members: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """Generates answers of DescribeTaskDetail, without the `Response` around them.

    A failed task has Status FINISH, and a task in progress can have Progress 100 and no file yet (both recorded). Members
    of other kinds of tasks are null, as recorded, or absent in one of ten answers. Examples shrink towards a task whose
    request has few members, and towards no unpublished members.

    Example::

        @given(task_details("AigcVideoTask", "failed"))
        def test_failed_video_is_reported(answer):
            with pytest.raises(GenerationFailed):
                read_video_url(answer)

    Args:
        task_type: A TaskType of `task_types`; None for any.
        outcome: "waiting", "processing", "finished", "failed" or "aborted"; None for any.
        unknown_members: Whether members that recorded answers have and no document has may appear.

    Raises:
        ValueError: The TaskType or the outcome does not exist.
    """
    drawn = st.tuples(choices("task_type", task_type, task_types()), choices("outcome", outcome, OUTCOMES))
    return drawn.flatmap(lambda pair: _task_detail(*pair, unknown_members))


@st.composite
def _task_detail(draw: st.DrawFn, task_type: str, outcome: str, unknown_members: bool) -> dict[str, Any]:
    contract = task_contracts()[task_type]
    task, created, ended = draw(tasks(task_type, outcome, unknown_members))
    names = _names()
    if not draw(st.sampled_from(_NINE_OF_TEN)):
        names = tuple(name for name in names if name not in _siblings())
    answer: dict[str, Any] = dict.fromkeys(names)
    if unknown_members and draw(st.booleans()):
        answer |= _UNPUBLISHED
    begun = created + draw(st.integers(0, 1))  # recorded: at once, or a second later
    outer, _ = STATUS[outcome]
    answer |= {
        "TaskType": task_type,
        "Status": outer,
        "CreateTime": iso(created),
        "BeginProcessTime": NO_TIME if outer in ("WAITING", "ABORTED") else iso(begun),
        "FinishTime": iso(ended) if outer == "FINISH" else NO_TIME,
        str(contract.result_field): task,
        "RequestId": draw(request_ids),
    }
    return answer


_NINE_OF_TEN = (True,) * 9 + (False,)


@cache
def _names() -> tuple[str, ...]:
    return tuple(member.name for member in catalog().require("DescribeTaskDetail").response.members)


@cache
def _siblings() -> frozenset[str]:
    """The members of the answer that each describe one kind of task."""
    members = catalog().require("DescribeTaskDetail").response.members
    return frozenset(member.name for member in members if not member.primitive)

"""Answers about tasks, as the service gives them: for testing whatever reads them, in any language."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.answers.identifiers import NO_TIME, iso, request_ids, task_contracts
from mockvod.validators.strategies.answers.tasks import OUTCOMES, STATUS, tasks
from mockvod.validators.strategies.choices import choices

#: Members of live answers that no publication knows (recorded). Null, like all that are of another kind of task.
_UNPUBLISHED = {"FastClipMediaTask": None, "CreateAigcMaterialTask": None}


def task_types() -> tuple[str, ...]:
    """The TaskTypes that answers are made of: every one whose action has a contract kept by hand."""
    return tuple(task_contracts())


def task_details(
    task_type: str | None = None, outcome: str | None = None, *, unknown_members: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """What DescribeTaskDetail answers about a task, without the `Response` around it; None stands for any.

    `outcome` is one of waiting, processing, finished, failed and aborted. A failed task has Status FINISH, and one that
    is processed may have Progress 100 and no file yet (observed). Members of the other kinds of tasks are null as
    recorded, or absent in one of ten; live members that are not published come too, unless `unknown_members` is
    false. Shrinks to a task with as little asked for as can be and no member unknown.

    Example::

        @given(task_details("AigcVideoTask", "failed"))
        def test_failed_video_is_reported(answer):
            with pytest.raises(GenerationFailed):
                read_video_url(answer)

    Raises:
        ValueError: a type or an outcome that does not exist.
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
    """The members of the answer of which each tells of one kind of task."""
    members = catalog().require("DescribeTaskDetail").response.members
    return frozenset(member.name for member in members if not member.primitive)

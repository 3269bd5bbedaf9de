"""Tasks as answers and events describe them."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.task_kinds import TaskKind, task_kinds
from mockvod.validators.strategies.answers.identifiers import (
    applications,
    file_ids,
    moments,
    random_parts,
    task_contracts,
    task_ids,
)
from mockvod.validators.strategies.answers.inputs import inputs
from mockvod.validators.strategies.answers.outputs import finished_output
from mockvod.validators.strategies.answers.result_files import Done

#: The states that a task can be in.
OUTCOMES = ("waiting", "processing", "finished", "failed", "aborted")
#: Outcome -> Status of the answer, and Status inside the task, which has two values only (both published).
STATUS = {
    "waiting": ("WAITING", "PROCESSING"),
    "processing": ("PROCESSING", "PROCESSING"),
    "finished": ("FINISH", "FINISH"),
    "failed": ("FINISH", "FINISH"),  # recorded: FINISH says that the task has ended, not that it has succeeded
    "aborted": ("ABORTED", "PROCESSING"),  # assumed: the Status inside the task has no value for it
}
#: ErrCodeExt and Message in one draw: the number of messages differs by code, which would impair shrinking.
_failures = st.sampled_from(
    [(ext, message) for ext, messages in task_kinds().failure_messages.items() for message in messages]
)
_err_codes = st.sampled_from(tuple(task_kinds().failure_codes.values()))
_sessions = st.sampled_from(["", "job-42", "mysession"]) | st.text(max_size=50)
_contexts = st.sampled_from(["", "job-42", '{"user": "小明"}']) | st.text(max_size=20)


@st.composite
def tasks(draw: st.DrawFn, task_type: str, outcome: str, unknown_members: bool) -> tuple[dict[str, Any], int, int]:
    """Draws a task, the moment of its creation, and that of its end (or again of its creation, if it has not ended)."""
    contract = task_contracts()[task_type]
    kind = contract.task
    assert kind is not None  # task_contracts() has only actions that make tasks
    application, part, created = draw(applications), draw(random_parts), draw(moments)
    succeeded, failed = outcome == "finished", outcome == "failed"
    ended = created + (task_kinds().failure_seconds if failed else draw(st.integers(2, 600)) if succeeded else 0)
    asked = draw(_inputs(task_type)) if kind.nested else {}
    output = draw(_unfinished(kind))
    if succeeded:
        done = Done(kind, application, part, draw(file_ids), created, ended, asked, unknown_members)
        output = finished_output(draw, done)
    known = {
        "TaskId": draw(task_ids(kind, application, part)),
        "Status": STATUS[outcome][1],
        "ErrCode": 0,
        "ErrCodeExt": "",
        "Message": "",
        "Progress": draw(_progress[outcome]),
        "SessionId": draw(_sessions),
        "SessionContext": draw(_contexts),
        **({"Input": asked, "Output": output} if kind.nested else output),
    }
    if failed:
        ext, message = draw(_failures)
        known |= {"ErrCode": draw(_err_codes), "ErrCodeExt": ext, "Message": message}
    # Only the members of the published type: some kinds have no ErrCodeExt or no Progress.
    return {name: known[name] for name in _members(contract)}, created, ended


_ended = st.just(100)
_progress: dict[str, st.SearchStrategy[int]] = {
    "waiting": st.just(0),
    # Recorded: 100 for a while, with Status PROCESSING and no file yet.
    "processing": st.sampled_from([0, 100]) | st.integers(1, 99),
    "finished": _ended,
    "failed": _ended,
    "aborted": st.just(0),  # documented: only waiting tasks can be stopped
}


@cache
def _inputs(task_type: str) -> st.SearchStrategy[dict[str, Any]]:
    return inputs(task_contracts()[task_type])


def _unfinished(kind: TaskKind) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from([kind.unfinished, *kind.unfinished_besides]).map(dict)


@cache
def _members(contract: Contract) -> tuple[str, ...]:
    """The members of the published type of such tasks, in order."""
    answer = catalog().require("DescribeTaskDetail").response
    return tuple(member.name for member in catalog().type(answer.by_name[str(contract.result_field)].type).members)

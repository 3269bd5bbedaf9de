"""Tasks as answers and events tell of them."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.strategies.answers.failures import ERR_CODES, FAILURES
from mockvod.validators.strategies.answers.identifiers import (
    applications,
    file_ids,
    moments,
    random_parts,
    task_contracts,
    task_ids,
)
from mockvod.validators.strategies.answers.inputs import inputs, result_type
from mockvod.validators.strategies.answers.outputs import KINDS
from mockvod.validators.strategies.answers.result_files import Done

#: How a task can stand.
OUTCOMES = ("waiting", "processing", "finished", "failed", "aborted")
#: Outcome -> Status around the task, and of the task itself, which knows two only (both published).
STATUS = {
    "waiting": ("WAITING", "PROCESSING"),
    "processing": ("PROCESSING", "PROCESSING"),
    "finished": ("FINISH", "FINISH"),
    "failed": ("FINISH", "FINISH"),  # FINISH means ended, never succeeded: recorded
    "aborted": ("ABORTED", "PROCESSING"),  # assumed: the task itself has no word for it
}
#: Recorded of a failed task.
_FAILURE_SECONDS = 4

#: ErrCodeExt and Message in one draw: what a second one would be drawn from would differ in size, which spoils shrinking.
_failures = st.sampled_from([(ext, message) for ext, messages in FAILURES.items() for message in messages])
_sessions = st.sampled_from(["", "job-42", "mysession"]) | st.text(max_size=50)
_contexts = st.sampled_from(["", "job-42", '{"user": "小明"}']) | st.text(max_size=20)


@st.composite
def tasks(draw: st.DrawFn, task_type: str, outcome: str, unknown_members: bool) -> tuple[dict[str, Any], int, int]:
    """A task, when it was created, and when it ended if it has."""
    contract, kind = task_contracts()[task_type], KINDS[task_type]
    application, part, created = draw(applications), draw(random_parts), draw(moments)
    succeeded, failed = outcome == "finished", outcome == "failed"
    ended = created + (_FAILURE_SECONDS if failed else draw(st.integers(2, 600)) if succeeded else 0)
    asked = draw(_inputs(task_type)) if kind.nested else {}
    output = dict(kind.unfinished)
    if succeeded:
        done = Done(application, part, draw(file_ids), created, ended, asked, unknown_members)
        output |= kind.finished(draw, done)
    known = {
        "TaskId": draw(task_ids(task_type, application, part)),
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
        known |= {"ErrCode": draw(st.sampled_from(ERR_CODES)), "ErrCodeExt": ext, "Message": message}
    # Not all kinds have an ErrCodeExt or a Progress: each tells just what its published type has.
    return {name: known[name] for name in _members(contract)}, created, ended


_ended = st.just(100)
_progress: dict[str, st.SearchStrategy[int]] = {
    "waiting": st.just(0),
    # Observed: 100 for a while, with Status PROCESSING and no file yet.
    "processing": st.sampled_from([0, 100]) | st.integers(1, 99),
    "finished": _ended,
    "failed": _ended,
    "aborted": st.just(0),  # documented: only a task that waits can be stopped
}


@cache
def _inputs(task_type: str) -> st.SearchStrategy[dict[str, Any]]:
    return inputs(task_contracts()[task_type])


@cache
def _members(contract: Contract) -> tuple[str, ...]:
    return tuple(member.name for member in catalog().type(result_type(contract)).members)

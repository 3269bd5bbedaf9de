"""Elements for Kling: the quick kind, which is there at once, and the advanced kind, which takes a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockvod.clock import iso
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.tasks.create import create_task
from mockvod.service.tasks.directives import read_directives
from mockvod.service.tasks.kind import TaskBehaviour
from mockvod.service.tasks.model import Task, task_key
from mockvod.service.tasks.results import finished_output
from mockvod.state import Table, Transaction, Value, json_table

_ELEMENTS = json_table("elements")
#: Application -> how many advanced elements were ever begun in it; its elements have a table of their own below that.
_ADVANCED = json_table("advanced_elements")
_ACTION = "CreateAigcAdvancedCustomElement"
#: Documented: what DescribeAigcAdvancedCustomElements takes Limit for where there is none.
_PAGE = 10


def create_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Makes an element from pictures and answers with its id at once; of the directives, only [[reject]] applies."""
    if context.settings.magic_prompts:
        read_directives(params)
    element_id = context.ids.element_id()
    context.transaction.put(context.own(_ELEMENTS), element_id, {"params": params, "created": context.now})
    return {"ElementId": element_id}


def quick_elements(transaction: Transaction, account: str) -> Iterator[tuple[str, Value]]:
    """The elements of the quick kind that the account has made: ElementId, and its `params` and moment `created`."""
    return transaction.items(_ELEMENTS.within(account))


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts an element task; the ElementId is in its detail, and the element itself is there from its end on."""
    application, element_id = context.application(params), context.ids.element_id()
    transaction, counts = context.transaction, context.own(_ADVANCED)
    number = (transaction.get(counts, str(application)) or {"begun": 0})["begun"] + 1
    transaction.put(counts, str(application), {"begun": number})
    # Elements that come to be at the same moment stand in the order of their calls.
    answer = create_task(context, params, {"id": element_id}, lives_on=True, ranked=f"{number:015}")
    transaction.put(_advanced(context, application), element_id, {"task": task_key(answer["TaskId"])})
    return answer


def describe_advanced_custom_elements(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One page of an application's advanced elements. No order is documented; newest first is assumed.

    The quick kind is not among them: assumed, because that kind belongs to no application.
    """
    offset, limit = params.get("Offset") or 0, params.get("Limit") or _PAGE
    found = context.tasks.results(context.account, context.application(params), _ACTION, offset, limit)
    return {"ElementSet": [_element(task) for task in found.page], "TotalCount": found.total}


def delete_advanced_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes an advanced element for good. Its task goes on telling of it: assumed, a task says what once was made."""
    application, element_id = context.application(params), params["ElementId"]
    table = _advanced(context, application)
    row = context.transaction.get(table, element_id)
    if row is None or _task_of_existing(context, row) is None:
        named = f"the application {application} has no advanced element {element_id[:80]!r}"
        raise ApiError("unknown_element", explanation=f"{named}: never made, deleted, or its task has not ended")
    context.transaction.delete(table, element_id)
    context.tasks.release(row["task"])
    return {}


def _advanced(context: Context, application: int) -> Table[Value]:
    return _ADVANCED.within(f"{context.account}/{application}")


def _task_of_existing(context: Context, row: dict[str, Any]) -> Task | None:
    """The task that made the element of a row; None as long as it has not, which follows from the time, or failed."""
    task = context.tasks.get(row["task"])
    return task if task is not None and task.succeeded else None


def _element(task: Task) -> dict[str, Any]:
    params = task.params
    element = {
        "Id": task.result["id"],
        "Name": params.get("ElementName") or "",
        "Description": params.get("ElementDescription") or "",
        # Not said whether the task's begin or end is meant; assumed its end, from which on the element is there.
        "CreateTime": iso(task.ends),
    }
    # Documented: only elements made from a film take a voice. The published example leaves the member out for none.
    if params.get("ElementVoiceId") and params.get("ReferenceType") == "video_refer":
        element["VoiceId"] = params["ElementVoiceId"]
    return element


def forget(context: Context, task: Task) -> None:
    """Removes the row of an element that never came to be; that of one which was deleted is gone."""
    context.transaction.delete(_advanced(context, task.application), task.result["id"])


KIND = TaskBehaviour(_ACTION, create, finished_output, forget=forget)

"""Elements for Kling: quick ones, which exist at once, and advanced ones, which take a task to make."""

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

_QUICK_ELEMENTS = json_table("elements")
#: Application -> how many advanced elements were ever begun in it. `_elements_of` has the elements themselves.
_ADVANCED_ELEMENTS = json_table("advanced_elements")
_ACTION = "CreateAigcAdvancedCustomElement"
#: Documented: the default of Limit in DescribeAigcAdvancedCustomElements.
_DEFAULT_LIMIT = 10


def create_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Makes a quick element and answers with its ElementId; of the directives, only [[reject]] has an effect."""
    if context.settings.magic_prompts:
        read_directives(params)
    element_id = context.ids.element_id()
    context.transaction.put(context.own(_QUICK_ELEMENTS), element_id, {"params": params, "created": context.now})
    return {"ElementId": element_id}


def quick_elements(transaction: Transaction, account: str) -> Iterator[tuple[str, Value]]:
    """Yields the quick elements of an account: the ElementId, and a row with the request and the moment of creation."""
    return transaction.items(_QUICK_ELEMENTS.within(account))


def create(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts an element task; its detail has the ElementId, and the element exists from its end on."""
    application, element_id = context.application(params), context.ids.element_id()
    transaction, counts = context.transaction, context.own(_ADVANCED_ELEMENTS)
    number = (transaction.get(counts, str(application)) or {"begun": 0})["begun"] + 1
    transaction.put(counts, str(application), {"begun": number})
    # Elements of the same moment are in the order of their calls.
    answer = create_task(context, params, {"id": element_id}, lives_on=True, ranked=f"{number:015}")
    transaction.put(_elements_of(context, application), element_id, {"task": task_key(answer["TaskId"])})
    return answer


def describe_advanced_custom_elements(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Returns one page of an application's advanced elements, newest first (assumed; no order is documented).

    Quick elements are not among them, because they belong to no application (assumed).
    """
    offset, limit = params.get("Offset") or 0, params.get("Limit") or _DEFAULT_LIMIT
    found = context.tasks.results(context.account, context.application(params), _ACTION, offset, limit)
    return {"ElementSet": [_element(task) for task in found.page], "TotalCount": found.total}


def delete_advanced_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes an advanced element. Its task still describes it (assumed: tasks describe what they once made)."""
    application, element_id = context.application(params), params["ElementId"]
    table = _elements_of(context, application)
    row = context.transaction.get(table, element_id)
    if row is None or _task_of_existing(context, row) is None:
        named = f"the application {application} has no advanced element {element_id[:80]!r}"
        raise ApiError("unknown_element", explanation=f"{named}: never made, deleted, or its task has not ended")
    context.transaction.delete(table, element_id)
    context.tasks.release(row["task"])
    return {}


def _elements_of(context: Context, application: int) -> Table[Value]:
    return _ADVANCED_ELEMENTS.within(f"{context.account}/{application}")


def _task_of_existing(context: Context, row: dict[str, Any]) -> Task | None:
    """The task that made the element of a row; None while it runs, and when it has failed."""
    task = context.tasks.get(row["task"])
    return task if task is not None and task.succeeded else None


def _element(task: Task) -> dict[str, Any]:
    params = task.params
    element = {
        "Id": task.result["id"],
        "Name": params.get("ElementName") or "",
        "Description": params.get("ElementDescription") or "",
        # Assumed: the end of the task, from which on the element exists. No document says which moment is meant.
        "CreateTime": iso(task.ends),
    }
    # Documented: only elements made from a video have a voice. The published example lacks the member for the others.
    if params.get("ElementVoiceId") and params.get("ReferenceType") == "video_refer":
        element["VoiceId"] = params["ElementVoiceId"]
    return element


def forget(context: Context, task: Task) -> None:
    """Removes the row of an element that was never made; the row of a deleted one is gone already."""
    context.transaction.delete(_elements_of(context, task.application), task.result["id"])


KIND = TaskBehaviour(_ACTION, create, finished_output, forget=forget)

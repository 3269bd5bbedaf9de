"""Elements for Kling: the quick kind, which is there at once, and the advanced kind, which takes a task."""

from __future__ import annotations

import json
from typing import Any

from mockvod.service.context import Context
from mockvod.service.tasks import Kind, Task, create_task
from mockvod.settings import Settings

_TABLE = "elements"


def create_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Makes an element from pictures and answers with its id at once."""
    element_id = context.ids.element_id()
    context.transaction.put(context.table(_TABLE), element_id, {"params": params, "created": context.now})
    return {"ElementId": element_id}


def create_advanced_custom_element(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Starts an element task; the ElementId is in its detail."""
    return create_task(context, params, {"id": context.ids.element_id()})


def _output(task: Task, settings: Settings) -> dict[str, Any]:
    params, element_id = task.params, task.result["id"]
    # ElementInfo is JSON inside a text. Its element_id is a number that JavaScript cannot hold exactly: as in the
    # published sample, and a trap for clients.
    info = {
        "element_id": int(element_id),
        "element_name": params.get("ElementName") or "",
        "element_type": params.get("ReferenceType") or "",
        "element_image_list": _embedded(params.get("ElementImageList")),
        "element_video_list": _embedded(params.get("ElementVideoList")),
        "owned_by": "",
        "status": "succeed",
    }
    return {"InfoList": [{"ElementId": element_id, "ElementInfo": json.dumps(info, ensure_ascii=False)}]}


ADVANCED = Kind("CreateAigcAdvancedCustomElementInput", {"InfoList": []}, _output)


def _embedded(text: str | None) -> Any:
    """The JSON inside a text member, or the text itself where it is none."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text

"""Which function answers which action."""

from __future__ import annotations

from mockvod.errors import ApiError
from mockvod.service import aigc, elements, subjects, task_detail, task_list
from mockvod.service.context import Handler

HANDLERS: dict[str, Handler] = {
    "CreateAigcAdvancedCustomElement": elements.create_advanced_custom_element,
    "CreateAigcCustomElement": elements.create_custom_element,
    "CreateAigcImageTask": aigc.create_image_task,
    "CreateAigcSubject": subjects.create_subject,
    "CreateAigcVideoTask": aigc.create_video_task,
    "DescribeTaskDetail": task_detail.describe_task_detail,
    "DescribeTasks": task_list.describe_tasks,
}


def handler_for(action: str) -> Handler:
    """The function for `action`. Raises ApiError for an action of VOD's that this version does not answer."""
    try:
        return HANDLERS[action]
    except KeyError:
        known = ", ".join(sorted(HANDLERS))
        raise ApiError(
            "not_modelled", explanation=f"VOD has {action}, but this version of mockvod answers only {known}"
        ) from None

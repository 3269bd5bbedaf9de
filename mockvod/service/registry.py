"""Which function answers which action."""

from __future__ import annotations

from mockvod.service import (
    aigc,
    elements,
    generic,
    quotas,
    subjects,
    task_control,
    task_detail,
    task_list,
    tokens,
)
from mockvod.service.context import Handler

HANDLERS: dict[str, Handler] = {
    "CreateAigcAdvancedCustomElement": elements.create_advanced_custom_element,
    "CreateAigcApiToken": tokens.create_api_token,
    "CreateAigcCustomElement": elements.create_custom_element,
    "CreateAigcImageTask": aigc.create_image_task,
    "CreateAigcQuota": quotas.create_quota,
    "CreateAigcSubject": subjects.create_subject,
    "CreateAigcVideoTask": aigc.create_video_task,
    "DeleteAigcAdvancedCustomElement": elements.delete_advanced_custom_element,
    "DeleteAigcApiToken": tokens.delete_api_token,
    "DeleteAigcQuota": quotas.delete_quota,
    "DescribeAigcAdvancedCustomElements": elements.describe_advanced_custom_elements,
    "DescribeAigcApiTokens": tokens.describe_api_tokens,
    "DescribeAigcQuotas": quotas.describe_quotas,
    "DescribeTaskDetail": task_detail.describe_task_detail,
    "DescribeTasks": task_list.describe_tasks,
    "ManageTask": task_control.manage_task,
    "ModifyAigcQuota": quotas.modify_quota,
    "UpdateAigcApiToken": tokens.update_api_token,
}


def handler_for(action: str) -> Handler:
    """The function for `action`; the one that answers from the contract alone where nobody has written one."""
    return HANDLERS.get(action, generic.answer)


def is_generated(action: str) -> bool:
    """Whether answers to `action` are made from its contract alone: of the right shape, but nothing is behind them."""
    return action not in HANDLERS

"""Which function answers which action."""

from __future__ import annotations

from mockvod.service import generated as generic
from mockvod.service.account import quotas, tokens, usage_data
from mockvod.service.context import Handler
from mockvod.service.events import config as event_config
from mockvod.service.events import pull as events
from mockvod.service.kinds import advanced_element as elements
from mockvod.service.kinds import face_info
from mockvod.service.media import media_infos, uploads
from mockvod.service.tasks import control as task_control
from mockvod.service.tasks import detail as task_detail
from mockvod.service.tasks import listing as task_list
from mockvod.service.tasks.kind import behaviours

HANDLERS: dict[str, Handler] = {
    "ApplyUpload": uploads.apply_upload,
    "CommitUpload": uploads.commit_upload,
    "ConfirmEvents": events.confirm_events,
    "CreateAigcApiToken": tokens.create_api_token,
    "CreateAigcCustomElement": elements.create_custom_element,
    "CreateAigcQuota": quotas.create_quota,
    "DeleteAigcAdvancedCustomElement": elements.delete_advanced_custom_element,
    "DeleteAigcApiToken": tokens.delete_api_token,
    "DeleteAigcQuota": quotas.delete_quota,
    "DeleteMedia": media_infos.delete_media,
    "DescribeAigcAdvancedCustomElements": elements.describe_advanced_custom_elements,
    "DescribeAigcApiTokens": tokens.describe_api_tokens,
    "DescribeAigcFaceInfo": face_info.describe_face_info,
    "DescribeAigcQuotas": quotas.describe_quotas,
    "DescribeAigcUsageData": usage_data.describe_aigc_usage_data,
    "DescribeEventConfig": event_config.describe_event_config,
    "DescribeMediaInfos": media_infos.describe_media_infos,
    "DescribeTaskDetail": task_detail.describe_task_detail,
    "DescribeTasks": task_list.describe_tasks,
    "ManageTask": task_control.manage_task,
    "ModifyAigcQuota": quotas.modify_quota,
    "ModifyEventConfig": event_config.modify_event_config,
    "PullEvents": events.pull_events,
    "UpdateAigcApiToken": tokens.update_api_token,
    **{action: kind.create for action, kind in behaviours().items()},
}


def handler_for(action: str) -> Handler:
    """The function for `action`; the one that answers from the contract alone where nobody has written one."""
    return HANDLERS.get(action, generic.answer)


def is_generated(action: str) -> bool:
    """Whether answers to `action` are made from its contract alone: of the right shape, but nothing is behind them."""
    return action not in HANDLERS

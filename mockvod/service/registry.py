"""The function that answers each action."""

from __future__ import annotations

from mockvod.service import generated
from mockvod.service.account import quotas, tokens, usage_data
from mockvod.service.context import Handler
from mockvod.service.events import config, pull
from mockvod.service.kinds import advanced_element, face_info
from mockvod.service.media import media_infos, uploads
from mockvod.service.tasks import control, detail, listing
from mockvod.service.tasks.kind import behaviours

HANDLERS: dict[str, Handler] = {
    "ApplyUpload": uploads.apply_upload,
    "CommitUpload": uploads.commit_upload,
    "ConfirmEvents": pull.confirm_events,
    "CreateAigcApiToken": tokens.create_api_token,
    "CreateAigcCustomElement": advanced_element.create_custom_element,
    "CreateAigcQuota": quotas.create_quota,
    "DeleteAigcAdvancedCustomElement": advanced_element.delete_advanced_custom_element,
    "DeleteAigcApiToken": tokens.delete_api_token,
    "DeleteAigcQuota": quotas.delete_quota,
    "DeleteMedia": media_infos.delete_media,
    "DescribeAigcAdvancedCustomElements": advanced_element.describe_advanced_custom_elements,
    "DescribeAigcApiTokens": tokens.describe_api_tokens,
    "DescribeAigcFaceInfo": face_info.describe_face_info,
    "DescribeAigcQuotas": quotas.describe_quotas,
    "DescribeAigcUsageData": usage_data.describe_aigc_usage_data,
    "DescribeEventConfig": config.describe_event_config,
    "DescribeMediaInfos": media_infos.describe_media_infos,
    "DescribeTaskDetail": detail.describe_task_detail,
    "DescribeTasks": listing.describe_tasks,
    "ManageTask": control.manage_task,
    "ModifyAigcQuota": quotas.modify_quota,
    "ModifyEventConfig": config.modify_event_config,
    "PullEvents": pull.pull_events,
    "UpdateAigcApiToken": tokens.update_api_token,
    **{action: kind.create for action, kind in behaviours().items()},
}


def handler_for(action: str) -> Handler:
    """Finds the function that answers an action: where it has none of its own, the one that generates answers."""
    return HANDLERS.get(action, generated.answer)


def is_generated(action: str) -> bool:
    """Whether answers to an action are generated from its contract alone: valid, but without any effect."""
    return action not in HANDLERS

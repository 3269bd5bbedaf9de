"""Quotas: limits of pictures, seconds of video, or tokens of text for one application.

A quota for Text can apply to one API token only. Without a quota there is no limit.
"""

from __future__ import annotations

from typing import Any, Literal

from mockvod.errors import ApiError
from mockvod.service.account.tokens import require_token, tokens_of
from mockvod.service.context import Context
from mockvod.state import json_table

QuotaType = Literal["Image", "Video", "Text"]
#: API token -> its quota; the empty text stands for the whole application.
_Quotas = dict[str, dict[str, int]]

#: Application and QuotaType -> their quotas, in the order in which they were set.
_TABLE = json_table("quotas")
#: Documented: the default of Limit in DescribeAigcQuotas.
_DEFAULT_LIMIT = 10


def charge(context: Context, application: int, quota_type: QuotaType, amount: int) -> None:
    """Charges a quota of an application, if it has one, with pictures, seconds or tokens.

    Documented (266/81192, 2026-09-22): a quota is not exact, because tasks end later. So the call that exceeds it passes,
    and the calls after it are refused. It has to be charged in the transaction of the call, before anything is made, so
    that calls which are refused for other reasons are not charged. The quotas of API tokens are never charged, because no
    action of VOD makes text.

    Raises:
        ApiError: The quota is used up.
    """
    quotas = _load(context, application, quota_type)
    quota = quotas.get("")
    if quota is None:
        return
    if quota["Usage"] >= quota["QuotaLimit"]:
        shown = f"{quota['Usage']} of {quota['QuotaLimit']} used, {quota_type}, application {application}"
        raise ApiError("quota_reached", explanation=f"{shown}; ModifyAigcQuota raises it, DeleteAigcQuota lifts it")
    quota["Usage"] += amount
    _save(context, application, quota_type, quotas)


def create_quota(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Sets a quota and starts counting. A second quota for the same application and type is refused (assumed)."""
    application, quota_type, token = _quota_key(context, params)
    if token:
        require_token(tokens_of(context, application), application, token)
    quotas = _load(context, application, quota_type)
    if token in quotas:
        explanation = f"{_describe(application, quota_type, token)} has a quota; ModifyAigcQuota changes it"
        raise ApiError("quota_exists", explanation=explanation)
    quotas[token] = {"QuotaLimit": params["QuotaLimit"], "Usage": 0}
    _save(context, application, quota_type, quotas)
    return {}


def modify_quota(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Changes the limit of a quota. Its Usage stays (assumed, because only the removal is said to reset it)."""
    application, quota_type, token = _quota_key(context, params)
    quotas = _load_with(context, application, quota_type, token)
    quotas[token]["QuotaLimit"] = params["QuotaLimit"]
    _save(context, application, quota_type, quotas)
    return {}


def describe_quotas(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Returns one page of the quotas of a type, or that of an ApiToken, in the order in which they were set (assumed)."""
    application, quota_type, token = _quota_key(context, params)
    # The published example has no ApiToken for a quota of the whole application.
    quotas = [
        {"QuotaType": quota_type, **({"ApiToken": each} if each else {}), **quota}
        for each, quota in _load(context, application, quota_type).items()
        if not token or each == token
    ]
    offset, limit = params.get("Offset") or 0, params.get("Limit") or _DEFAULT_LIMIT
    return {"QuotaSet": quotas[offset : offset + limit], "TotalCount": len(quotas)}


def delete_quota(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes a quota and its Usage: when it is set again, it starts from 0 (documented)."""
    application, quota_type, token = _quota_key(context, params)
    quotas = _load_with(context, application, quota_type, token)
    del quotas[token]
    _save(context, application, quota_type, quotas)
    return {}


def _quota_key(context: Context, params: dict[str, Any]) -> tuple[int, QuotaType, str]:
    """The application, type and API token of a call. The token counts for Text only.

    Source: A-QUOTA-TEXT in contracts/actions/CreateAigcQuota.json.
    """
    quota_type: QuotaType = params["QuotaType"]
    return context.application(params), quota_type, (params.get("ApiToken") or "") if quota_type == "Text" else ""


def _load(context: Context, application: int, quota_type: QuotaType) -> _Quotas:
    row = context.transaction.get(_TABLE, f"{context.account}/{application}/{quota_type}")
    quotas: _Quotas = {} if row is None else row["quotas"]
    # Documented: the quota of a token is removed with the token, which cannot come back.
    if quotas.keys() - {""}:
        tokens = tokens_of(context, application)
        quotas = {token: quota for token, quota in quotas.items() if not token or token in tokens}
    return quotas


def _load_with(context: Context, application: int, quota_type: QuotaType, token: str) -> _Quotas:
    """The quotas, among them that of `token`.

    Raises:
        ApiError: The token has no quota, or does not exist (assumed to be refused alike).
    """
    quotas = _load(context, application, quota_type)
    if token not in quotas:
        explanation = f"{_describe(application, quota_type, token)} has no quota; CreateAigcQuota sets one"
        raise ApiError("unknown_quota", explanation=explanation)
    return quotas


def _save(context: Context, application: int, quota_type: QuotaType, quotas: _Quotas) -> None:
    context.transaction.put(_TABLE, f"{context.account}/{application}/{quota_type}", {"quotas": quotas})


def _describe(application: int, quota_type: QuotaType, token: str) -> str:
    return f"{quota_type} of the application {application}" + (f", token {token[:80]!r}," if token else "")

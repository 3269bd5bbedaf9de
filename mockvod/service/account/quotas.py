"""Quotas of usage: pictures, seconds of video, or tokens of text, for one application and kind.

A quota for Text can be one API token's own. Without a quota there is no limit.
"""

from __future__ import annotations

from typing import Any, Literal

from mockvod.errors import ApiError
from mockvod.service.account.tokens import require_token, tokens_of
from mockvod.service.context import Context
from mockvod.state import json_table

QuotaType = Literal["Image", "Video", "Text"]
#: By API token; the empty one stands for the quota of the whole application.
_Quotas = dict[str, dict[str, int]]

#: Application and QuotaType -> their quotas, in the order in which they were set.
_TABLE = json_table("quotas")
#: Documented: what DescribeAigcQuotas takes Limit for where there is none.
_DEFAULT_LIMIT = 10


def charge(context: Context, application: int, quota_type: QuotaType, amount: int) -> None:
    """Counts `amount` (pictures, seconds or tokens) for the application. Raises ApiError if its quota is used up.

    Documented: a quota is not exact, because tasks end later. So the call that goes beyond it passes, and
    those after it are refused. Call it before anything is made, in the transaction of the call: what is
    refused later in that call is not counted.
    Tokens' own quotas are not charged: no action of VOD's makes text, so their Usage stays 0.
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
    """Sets a quota where there is none and starts counting. A second one for the same is refused (assumed)."""
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
    """Changes the figure of a quota. What was counted stays: assumed, as only its removal is said to start anew."""
    application, quota_type, token = _quota_key(context, params)
    quotas = _load_with(context, application, quota_type, token)
    quotas[token]["QuotaLimit"] = params["QuotaLimit"]
    _save(context, application, quota_type, quotas)
    return {}


def describe_quotas(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """One page of the quotas of a kind: all of them, or the one of an ApiToken.

    No order is documented; that in which they were set is assumed.
    """
    application, quota_type, token = _quota_key(context, params)
    # The published example has no ApiToken where the quota is not a token's.
    quotas = [
        {"QuotaType": quota_type, **({"ApiToken": each} if each else {}), **quota}
        for each, quota in _load(context, application, quota_type).items()
        if not token or each == token
    ]
    offset, limit = params.get("Offset") or 0, params.get("Limit") or _DEFAULT_LIMIT
    return {"QuotaSet": quotas[offset : offset + limit], "TotalCount": len(quotas)}


def delete_quota(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes a quota and its count: set again, it starts from 0 (documented)."""
    application, quota_type, token = _quota_key(context, params)
    quotas = _load_with(context, application, quota_type, token)
    del quotas[token]
    _save(context, application, quota_type, quotas)
    return {}


def _quota_key(context: Context, params: dict[str, Any]) -> tuple[int, QuotaType, str]:
    """Application, kind and token that a call names. The token counts for Text alone (A-QUOTA-TEXT)."""
    quota_type: QuotaType = params["QuotaType"]
    return context.application(params), quota_type, (params.get("ApiToken") or "") if quota_type == "Text" else ""


def _load(context: Context, application: int, quota_type: QuotaType) -> _Quotas:
    row = context.transaction.get(_TABLE, f"{context.account}/{application}/{quota_type}")
    quotas: _Quotas = {} if row is None else row["quotas"]
    # Documented: a token's quota goes with the token, which never comes back.
    if quotas.keys() - {""}:
        tokens = tokens_of(context, application)
        quotas = {token: quota for token, quota in quotas.items() if not token or token in tokens}
    return quotas


def _load_with(context: Context, application: int, quota_type: QuotaType, token: str) -> _Quotas:
    """The quotas, that of `token` among them. Raises ApiError where it is not, an unknown token included (assumed)."""
    quotas = _load(context, application, quota_type)
    if token not in quotas:
        explanation = f"{_describe(application, quota_type, token)} has no quota; CreateAigcQuota sets one"
        raise ApiError("unknown_quota", explanation=explanation)
    return quotas


def _save(context: Context, application: int, quota_type: QuotaType, quotas: _Quotas) -> None:
    context.transaction.put(_TABLE, f"{context.account}/{application}/{quota_type}", {"quotas": quotas})


def _describe(application: int, quota_type: QuotaType, token: str) -> str:
    return f"{quota_type} of the application {application}" + (f", token {token[:80]!r}," if token else "")

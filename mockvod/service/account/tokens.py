"""Tokens for the AIGC call API, each of one application.

Documented: what becomes of a token shows about half a minute later. Here it shows at once, lest every test
have to wait (A-TOKEN).
"""

from __future__ import annotations

import json
import string
from typing import Any

from mockvod.errors import ApiError
from mockvod.narrowing import is_object
from mockvod.service.context import Context
from mockvod.state import json_table

#: Application -> its tokens, oldest first, each with its ExtInfo.
_TABLE = json_table("api_tokens")
_CHARACTERS = string.ascii_letters + string.digits
#: Of the published lengths, 16 and 32, the one of most examples (A-TOKEN).
_LENGTH = 32
#: LimitExceeded is documented for the making of a token, its figure is not: assumed, and more than a test makes.
MOST_TOKENS = 100


def create_api_token(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Makes a token of 32 letters and digits."""
    application = context.application(params)
    tokens = tokens_of(context, application)
    if len(tokens) >= MOST_TOKENS:
        raise ApiError("api_token_limit", explanation=f"the application {application} has {len(tokens)} tokens")
    token = _new_token(context)
    # A new token's ExtInfo is not documented; assumed empty, as recorded answers show texts that nobody gave.
    _save(context, application, {**tokens, token: ""})
    return {"ApiToken": token}


def describe_api_tokens(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """All tokens of an application and their ExtInfos. No order is documented; that of their making is assumed."""
    tokens = tokens_of(context, context.application(params))
    return {"ApiTokens": list(tokens), "ExtInfos": list(tokens.values())}


def update_api_token(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Joins ExtInfo to a token's own by its top-level keys, or with Overwrite puts it in its place.

    Assumed: without an ExtInfo, whichever the ActionType, nothing changes.
    """
    application, token = context.application(params), params["ApiToken"]
    tokens = tokens_of(context, application)
    require_token(tokens, application, token)
    given = params.get("ExtInfo") or ""
    if given:
        overwrite = params.get("ActionType") == "Overwrite"
        _save(context, application, {**tokens, token: given if overwrite else _merge_ext_info(tokens[token], given)})
    return {}


def delete_api_token(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes a token. Its quota goes with it, as documented: quotas.py drops those whose token is gone."""
    application, token = context.application(params), params["ApiToken"]
    tokens = tokens_of(context, application)
    require_token(tokens, application, token)
    _save(context, application, {each: info for each, info in tokens.items() if each != token})
    return {}


def tokens_of(context: Context, application: int) -> dict[str, str]:
    """The application's tokens, oldest first, each with its ExtInfo."""
    row = context.transaction.get(_TABLE, f"{context.account}/{application}")
    tokens: dict[str, str] = {} if row is None else row["tokens"]
    return tokens


def require_token(tokens: dict[str, str], application: int, token: str) -> None:
    """Raises ApiError unless `token` is one of the application's `tokens`."""
    if token not in tokens:
        shown = f"the application {application} has no token {token[:80]!r}"
        raise ApiError("unknown_api_token", explanation=f"{shown}; its tokens: {len(tokens)}")


def _save(context: Context, application: int, tokens: dict[str, str]) -> None:
    context.transaction.put(_TABLE, f"{context.account}/{application}", {"tokens": tokens})


def _new_token(context: Context) -> str:
    # 256 bits for 191: the bias of the remainder is nothing that a test could see.
    rest, token = int(context.ids.hex(64), 16), ""
    for _ in range(_LENGTH):
        rest, index = divmod(rest, len(_CHARACTERS))
        token += _CHARACTERS[index]
    return token


def _merge_ext_info(old: str, new: str) -> str:
    """`old` with the keys of `new` put in; `new` alone where one of them is no JSON object."""
    before, after = _json_object(old or "{}"), _json_object(new)
    if before is None or after is None:
        return new
    joined = {**before, **after}
    text = json.dumps(joined, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates, which came in as \uXXXX and can go out only so
        return json.dumps(joined, separators=(",", ":"))
    return text


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if is_object(value) else None

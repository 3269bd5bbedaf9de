"""API tokens of AIGC, each of which belongs to one application.

Documented: a change takes effect about half a minute later (A-TOKEN in contracts/actions/CreateAigcApiToken.json). Here
it takes effect at once, so that tests need not wait.
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
#: Published examples have 16 or 32 characters, most of them 32 (A-TOKEN).
_LENGTH = 32
#: LimitExceeded is documented for CreateAigcApiToken, the number is not; assumed, and more than tests need.
MOST_TOKENS = 100


def create_api_token(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Makes a token of 32 letters and digits.

    Raises:
        ApiError: The application has too many tokens.
    """
    application = context.application(params)
    tokens = tokens_of(context, application)
    if len(tokens) >= MOST_TOKENS:
        raise ApiError("api_token_limit", explanation=f"the application {application} has {len(tokens)} tokens")
    token = _new_token(context)
    # Assumed: the ExtInfo of a new token is empty, like texts in recorded answers that were not given.
    _save(context, application, {**tokens, token: ""})
    return {"ApiToken": token}


def describe_api_tokens(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Lists the tokens of an application and their ExtInfos, oldest first (assumed; no order is documented)."""
    tokens = tokens_of(context, context.application(params))
    return {"ApiTokens": list(tokens), "ExtInfos": list(tokens.values())}


def update_api_token(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Merges ExtInfo into that of a token by its top-level keys, or replaces it with ActionType Overwrite.

    Assumed: without an ExtInfo, nothing changes, whatever the ActionType is.
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
    """Removes a token and with it its quota (documented); quotas.py ignores quotas whose token is gone."""
    application, token = context.application(params), params["ApiToken"]
    tokens = tokens_of(context, application)
    require_token(tokens, application, token)
    _save(context, application, {each: info for each, info in tokens.items() if each != token})
    return {}


def tokens_of(context: Context, application: int) -> dict[str, str]:
    """Returns the tokens of an application, oldest first, each with its ExtInfo."""
    row = context.transaction.get(_TABLE, f"{context.account}/{application}")
    tokens: dict[str, str] = {} if row is None else row["tokens"]
    return tokens


def require_token(tokens: dict[str, str], application: int, token: str) -> None:
    """Checks that a token is one of `tokens`, those of the application.

    Raises:
        ApiError: It is not.
    """
    if token not in tokens:
        shown = f"the application {application} has no token {token[:80]!r}"
        raise ApiError("unknown_api_token", explanation=f"{shown}; its tokens: {len(tokens)}")


def _save(context: Context, application: int, tokens: dict[str, str]) -> None:
    context.transaction.put(_TABLE, f"{context.account}/{application}", {"tokens": tokens})


def _new_token(context: Context) -> str:
    # 256 bits where 191 are needed: the bias of the remainders is below 1e-19.
    rest, token = int(context.ids.hex(64), 16), ""
    for _ in range(_LENGTH):
        rest, index = divmod(rest, len(_CHARACTERS))
        token += _CHARACTERS[index]
    return token


def _merge_ext_info(old: str, new: str) -> str:
    """Merges the keys of `new` into `old`; returns `new` where one of them is no JSON object."""
    before, after = _json_object(old or "{}"), _json_object(new)
    if before is None or after is None:
        return new
    joined = {**before, **after}
    text = json.dumps(joined, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates, which can only be written as \uXXXX
        return json.dumps(joined, separators=(",", ":"))
    return text


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if is_object(value) else None

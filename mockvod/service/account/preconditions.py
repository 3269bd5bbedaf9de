"""The checks before every action: the service is activated, the identifiers exist, the call is no repetition.

The order is assumed: from the account to the call. A refusal undoes the transaction, so that only accepted calls count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mockvod.errors import ApiError
from mockvod.narrowing import is_array, is_object
from mockvod.service.context import Context
from mockvod.service.media.library import find_file
from mockvod.state import Table

#: The index of the SessionIds of accepted calls, in the order of those calls.
_ORDER = "sessions"
#: How many expired ones each new one removes.
_CLEARED = 2
#: Members that name a file of the library, on any level of the request.
_FILE_MEMBERS = frozenset({"FileId", "LastFrameFileId"})
_FILE_CODE = "InvalidParameterValue.FileId"
_SESSION_CODE = "InvalidParameterValue.SessionId"


class _SessionRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    #: When the call was accepted, UNIX seconds.
    at: float


_SESSIONS = Table("sessions", _SessionRow)


def enter(context: Context, params: Mapping[str, Any]) -> None:
    """Makes all the checks of a call.

    Raises:
        ApiError: One of them fails.
    """
    if not context.vod_activated:
        raise ApiError("vod_not_active", explanation=f"the account {context.account} has VOD not activated")
    check_application(context, params)
    check_files(context, params)
    check_session(context, params)


def check_application(context: Context, params: Mapping[str, Any]) -> None:
    """Checks SubAppId: any exists unless the settings list them, and newer customers must send it.

    Source: A-SUBAPP in contracts/actions/CreateAigcVideoTask.json.

    Raises:
        ApiError: It does not exist, or is missing.
    """
    settings, given = context.settings, params.get("SubAppId")
    if "SubAppId" not in context.contract.request.by_name:
        return
    if given is None:
        if settings.newer_customer:
            raise ApiError(
                "invalid_sub_app_id", explanation="customers since 2023-12-25 must send SubAppId (newer_customer)"
            )
    elif given == 0 or (settings.sub_app_ids is not None and given not in settings.sub_app_ids):
        known = "any above 0" if settings.sub_app_ids is None else ", ".join(map(str, sorted(settings.sub_app_ids)))
        raise ApiError("invalid_sub_app_id", explanation=f"SubAppId {given} is not known here; there is {known}")


def check_files(context: Context, params: Mapping[str, Any]) -> None:
    """Checks FileIds, for actions that have a code for unknown ones: any exists unless the settings list them.

    The files in the library of the application exist as well.

    Raises:
        ApiError: A FileId does not exist.
    """
    known = context.settings.file_ids
    if known is None or _FILE_CODE not in context.contract.error_codes:
        return
    application = context.application(params)
    for file_id in _file_ids(params):
        if find_file(context, application, file_id) is None:
            explanation = f"FileId {file_id[:80]!r} is neither in the setting file_ids nor in the application's library"
            raise ApiError("unknown_file_id", explanation=explanation)


def _file_ids(value: Any) -> Iterator[str]:
    if is_array(value):
        for each in value:
            yield from _file_ids(each)
    elif is_object(value):
        for name, each in value.items():
            if name in _FILE_MEMBERS and each:
                yield each
            else:
                yield from _file_ids(each)


def check_session(context: Context, params: Mapping[str, Any]) -> None:
    """Checks that no call accepted in the last three days had the same SessionId; an empty one counts as absent.

    Documented: X-SESS-WINDOW in contracts/actions/CreateAigcVideoTask.json has the sources. Assumed: only calls of the
    same account, application and action count, which is the narrowest reading.

    Raises:
        ApiError: An accepted call had it.
    """
    session_id = params.get("SessionId")
    hours = context.contract.dedup
    if not session_id or not hours:
        return
    transaction, now, seconds = context.transaction, context.now, hours * 3600
    key = f"{context.account}/{context.application(params)}/{context.contract.action}/{session_id}"
    seen = transaction.get(_SESSIONS, key)
    if seen is not None:
        if now - seen.at < seconds:
            raise _repeated(context, session_id, now - seen.at)
        transaction.discard(_ORDER, (seen.at, key))
    transaction.put(_SESSIONS, key, _SessionRow(now))
    transaction.add(_ORDER, (now, key))
    for entry in transaction.entries(_ORDER, _CLEARED, before=(now - seconds, "")):
        transaction.discard(_ORDER, entry)
        transaction.delete(_SESSIONS, entry[1])


def _repeated(context: Context, session_id: str, ago: float) -> ApiError:
    explanation = f"SessionId {session_id!r} was accepted {ago:.0f} s ago; this call would have been paid twice"
    if context.settings.documented_codes_only and _SESSION_CODE not in _documented_codes(context):
        return ApiError(
            "value_fault", code="InvalidParameter", explanation=explanation, name="SessionId", value=session_id
        )
    return ApiError("session_id_repeated", explanation=explanation)


def _documented_codes(context: Context) -> set[str]:
    """The codes on the page of the action; its contract has further ones, from the pages of similar actions."""
    groups = context.contract.document["errors"]
    return {code for group in groups if group["evidence"]["kind"] == "documented" for code in group["codes"]}

"""What every action asks before it does anything: is the service open to the caller, are the ids known, is it a repeat.

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

#: The SessionIds that accepted calls have used, in the order of those calls.
_ORDER = "sessions"
#: How many expired ones each new one clears away.
_CLEARED = 2
#: Members that name a stored file, wherever they stand.
_FILE_MEMBERS = frozenset({"FileId", "LastFrameFileId"})
_FILE_CODE = "InvalidParameterValue.FileId"
_SESSION_CODE = "InvalidParameterValue.SessionId"


class _SessionRow(msgspec.Struct, frozen=True, array_like=True, tag=1):
    #: When the call was accepted, UNIX seconds.
    at: float


_SESSIONS = Table("sessions", _SessionRow)


def enter(context: Context, params: Mapping[str, Any]) -> None:
    """Lets a call in. Raises ApiError for one that the service would refuse whatever the action does."""
    if not context.vod_activated:
        raise ApiError("vod_not_active", explanation=f"the account {context.account} has VOD not activated")
    check_application(context, params)
    check_files(context, params)
    check_session(context, params)


def check_application(context: Context, params: Mapping[str, Any]) -> None:
    """SubAppId: any is known unless the settings list them; newer customers may not leave it out (A-SUBAPP)."""
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
    """FileIds: any is known unless the settings list them; refused where the action documents a code for it.

    What the application has in its library is known, too.
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
    """SessionId: one that an accepted call has used is refused for three days (documented; see X-SESS-WINDOW).

    The key is account, application, action and SessionId, the narrowest reading (A-SESS-SCOPE). Empty means none.
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
    """The codes that the action's page lists; the contract has some more that follow from sister actions."""
    groups = context.contract.document["errors"]
    return {code for group in groups if group["evidence"]["kind"] == "documented" for code in group["codes"]}

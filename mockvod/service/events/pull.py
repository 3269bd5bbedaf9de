"""Fetching events: the mode that VOD calls reliable."""

from __future__ import annotations

from functools import cache
from typing import Any

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.events.config import event_config
from mockvod.service.events.outbox import (
    INVISIBLE_SECONDS,
    Event,
    application_key,
    due,
    handle_of,
    is_hidden,
    key_of,
    postpone,
    remove,
)
from mockvod.service.later import Nothing
from mockvod.service.tasks.concurrency import advance_all
from mockvod.service.tasks.detail import detail
from mockvod.service.tasks.model import find_task, sub_app_id
from mockvod.settings import Settings
from mockvod.state import Transaction
from mockvod.validators.contracts.catalog import catalog

#: Documented: so many events at most are handed out at once.
MOST_EVENTS = 16


def pull_events(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Hands out what has come about and hides it for 30 seconds.

    Raises Nothing where there is no event, for the call to be held: at most five seconds (documented), then
    ResourceNotFound (observed, see A-EVENTS-EMPTY).
    """
    transaction, account, now = context.transaction, context.account, context.now
    application = sub_app_id(context, params)
    key = application_key(account, application)
    if event_config(transaction, context.settings, key).shown["Mode"] != "PULL":
        explanation = f"events of the application {application} are pushed; ModifyEventConfig sets Mode to PULL"
        raise ApiError("no_event", explanation=explanation)
    advance_all(transaction, account, now)
    events = due(transaction, account, application, now, MOST_EVENTS)
    if not events:
        explanation = f"the application {application} has no event that waits: an empty queue is no fault"
        raise Nothing(ApiError("no_event", explanation=explanation))
    told = []
    for event in events:
        content = content_of(transaction, event, now, context.settings)
        hidden = postpone(transaction, account, application, event, now + INVISIBLE_SECONDS)
        # The published example of a fetched event has the members of all other kinds, as null.
        told.append({"EventHandle": handle_of(hidden), **_empty_event(), **content})
    return {"EventSet": told}


def confirm_events(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes events for good: all that are named, or none where one is unknown or came back.

    Documented: after 30 seconds an event can no longer be confirmed. That an unknown handle is refused is assumed.
    """
    transaction, account = context.transaction, context.account
    application = sub_app_id(context, params)
    for handle in params["EventHandles"]:
        key = key_of(handle)
        if not is_hidden(transaction, account, application, key, context.now):
            shown = handle[:80]
            raise ApiError(
                "invalid_parameter_value",
                name="EventHandles",
                value=shown,
                explanation=f"EventHandle {shown!r} is unknown, was confirmed, or over {INVISIBLE_SECONDS} s old",
            )
        remove(transaction, account, application, key)
    return {}


def content_of(transaction: Transaction, event: Event, now: float, settings: Settings) -> dict[str, Any]:
    """EventType and the one member that tells of the event."""
    if "content" in event.row:
        content: dict[str, Any] = event.row["content"]
        return content
    task = find_task(transaction, event.row["task"])
    # Tasks are not deleted, and only those whose kind has an event were announced.
    assert task and task.contract.event_type and task.contract.event_field
    return {"EventType": task.contract.event_type, task.contract.event_field: detail(task, now, settings)}


@cache
def _empty_event() -> dict[str, None]:
    """The members that tell of an event, of which each event has one."""
    members = catalog().type("EventContent").members
    return {member.name: None for member in members if not member.primitive}

"""Pulling events, which VOD calls reliable notification: PullEvents and ConfirmEvents."""

from __future__ import annotations

from functools import cache
from typing import Any

from mockvod.call.outcome import Wait
from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.events.config import event_config
from mockvod.service.events.content import content_of
from mockvod.service.events.outbox import (
    INVISIBLE_SECONDS,
    application_key,
    due,
    entry_of,
    handle_of,
    is_hidden,
    postpone,
    remove,
)
from mockvod.validators.contracts.catalog import catalog

#: Documented: the largest number of events in one answer.
MOST_EVENTS = 16
#: Documented: how long a call is held at most while there is no event.
HELD_SECONDS = 5


def pull_events(context: Context, params: dict[str, Any]) -> dict[str, Any] | Wait:
    """Returns the visible events and hides them for 30 seconds.

    While there is no event, the call is held for up to five seconds (documented), and then refused with ResourceNotFound
    (observed 2026-08-05).

    Raises:
        ApiError: The events of the application are pushed.
    """
    transaction, account, now = context.transaction, context.account, context.now
    application = context.application(params)
    key = application_key(account, application)
    if event_config(transaction, context.settings, key).shown["Mode"] != "PULL":
        explanation = f"events of the application {application} are pushed; ModifyEventConfig sets Mode to PULL"
        raise ApiError("no_event", explanation=explanation)
    context.tasks.settle_queues(account)
    told: list[dict[str, Any]] = []
    for event in due(transaction, account, application, now, MOST_EVENTS):
        content = content_of(context.tasks, event, context.settings, context.made)
        hidden = postpone(transaction, account, application, event, now + INVISIBLE_SECONDS)
        # In the published example, a pulled event has the members of all other kinds of events as null.
        told.append({"EventHandle": handle_of(hidden), **_empty_event(), **content})
    if told:
        return {"EventSet": told}
    explanation = f"the application {application} has no event that waits: an empty queue is no fault"
    return Wait(context.now + HELD_SECONDS, ApiError("no_event", explanation=explanation))


def confirm_events(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Removes the named events; none of them where one is unknown or visible again.

    Documented: after 30 seconds an event can no longer be confirmed. Assumed: an unknown handle is refused.

    Raises:
        ApiError: An EventHandle is unknown, or its event was confirmed or is visible again.
    """
    transaction, account = context.transaction, context.account
    application = context.application(params)
    for handle in params["EventHandles"]:
        entry = entry_of(handle)
        if entry is None or not is_hidden(transaction, account, application, entry, context.now):
            value = handle[:80]
            raise ApiError(
                "invalid_parameter_value",
                name="EventHandles",
                value=value,
                explanation=f"EventHandle {value!r} is unknown, was confirmed, or over {INVISIBLE_SECONDS} s old",
            )
        remove(transaction, account, application, entry)
    return {}


@cache
def _empty_event() -> dict[str, None]:
    """The members that describe events, one of which each event has."""
    members = catalog().type("EventContent").members
    return {member.name: None for member in members if not member.primitive}

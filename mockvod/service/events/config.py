"""How an application wants to hear of events: fetched or pushed, and which."""

from __future__ import annotations

from typing import Any, NamedTuple

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.events.outbox import APPLICATIONS, application_key
from mockvod.settings import Settings, is_web_address
from mockvod.state import Transaction

#: Documented: off until they are switched on. The end of a task needs no switch.
_SWITCHES = {
    "UploadMediaCompleteEventSwitch": "OFF",
    "DeleteMediaCompleteEventSwitch": "OFF",
    "PersistenceCompleteEventSwitch": "OFF",
}
_MEMBERS = ("Mode", "NotificationUrl", *_SWITCHES, "SignKey")


class EventConfig(NamedTuple):
    """What holds for one application: what it has set, and the settings' word where it has not."""

    shown: dict[str, Any]
    sign_key: str

    @property
    def push_url(self) -> str:
        """Where events are pushed; "" where they are not."""
        url: str = self.shown["NotificationUrl"]
        return url if self.shown["Mode"] == "PUSH" else ""

    def is_on(self, switch: str) -> bool:
        """Whether events of that switch are wanted."""
        return bool(self.shown[switch] == "ON")


def event_config(transaction: Transaction, settings: Settings, key: str) -> EventConfig:
    """The configuration of the application of that key."""
    given = transaction.get(APPLICATIONS, key) or {}
    url = settings.notification_url
    # Which mode a new application has is not documented. Assumed to be the one that needs no address, if there is none.
    default = {"Mode": "PUSH" if url else "PULL", "NotificationUrl": url, **_SWITCHES}
    return EventConfig({**default, **{k: v for k, v in given.items() if k in default}}, given.get("SignKey", ""))


def describe_event_config(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """How events are delivered. SignKey is never told (documented: it is not in the answer)."""
    key = application_key(context.account, context.application(params))
    return event_config(context.transaction, context.settings, key).shown


def modify_event_config(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Changes what is given; the rest stays as it was (assumed). An empty NotificationUrl clears it (documented).

    The mode holds for events that wait, too: assumed, as an application has one mode and not one for each event.
    """
    url = params.get("NotificationUrl")
    if url and not is_web_address(url):
        raise ApiError(
            "value_fault",
            code="InvalidParameter",
            name="NotificationUrl",
            value=url[:80],
            explanation=f"NotificationUrl: {url[:80]!r} is not like http://host:port/path (assumed to be refused)",
        )
    key = application_key(context.account, context.application(params))
    before = context.transaction.get(APPLICATIONS, key) or {}
    given = {name: params[name] for name in _MEMBERS if params.get(name) is not None}
    context.transaction.put(APPLICATIONS, key, {**before, **given})
    return {}

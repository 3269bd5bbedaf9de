"""The event configuration of an application: whether events are pulled or pushed, where to, and which."""

from __future__ import annotations

from typing import Any, NamedTuple

from mockvod.errors import ApiError
from mockvod.service.context import Context
from mockvod.service.events.outbox import APPLICATIONS, application_key
from mockvod.settings import Settings, is_web_address
from mockvod.state import Transaction

#: Documented: these are off until they are switched on. The events of tasks have no switch.
_SWITCHES = {
    "UploadMediaCompleteEventSwitch": "OFF",
    "DeleteMediaCompleteEventSwitch": "OFF",
    "PersistenceCompleteEventSwitch": "OFF",
}
_MEMBERS = ("Mode", "NotificationUrl", *_SWITCHES, "SignKey")


class EventConfig(NamedTuple):
    """The configuration of one application: what it has set, and otherwise the settings."""

    #: The members of the answer of DescribeEventConfig.
    shown: dict[str, Any]
    sign_key: str

    @property
    def push_url(self) -> str:
        """The URL to push events to; "" where they are not pushed."""
        url: str = self.shown["NotificationUrl"]
        return url if self.shown["Mode"] == "PUSH" else ""

    def is_on(self, switch: str) -> bool:
        """Whether a switch is on."""
        return bool(self.shown[switch] == "ON")


def event_config(transaction: Transaction, settings: Settings, key: str) -> EventConfig:
    """Reads the configuration of an application; see `application_key` for the key."""
    given = transaction.get(APPLICATIONS, key) or {}
    url = settings.notification_url
    # Assumed: without an address, a new application has the mode that needs none. No document says.
    default = {"Mode": "PUSH" if url else "PULL", "NotificationUrl": url, **_SWITCHES}
    return EventConfig({**default, **{k: v for k, v in given.items() if k in default}}, given.get("SignKey", ""))


def describe_event_config(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Returns the configuration, without SignKey (documented: the answer has no such member)."""
    key = application_key(context.account, context.application(params))
    return event_config(context.transaction, context.settings, key).shown


def modify_event_config(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Changes the given members and keeps the others (assumed). An empty NotificationUrl removes it (documented).

    The mode also applies to events that wait (assumed, because an application has one mode and not one for each event).

    Raises:
        ApiError: NotificationUrl is no URL (assumed).
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

"""Control pages for accounts: one for each test keeps tests that share a server apart."""

from __future__ import annotations

from typing import Any, TypedDict, get_args

from mockvod.settings import Account, Suspension
from mockvod.surfaces.control.fields import FLAG, LAST_MOMENT, TEXT, ControlError, Member, array_of, number, one_of
from mockvod.surfaces.control.page import DONE, Desk, Done, Page, require_account


class AccountShown(TypedDict):
    """An account, but for its key and token."""

    secret_id: str
    #: Whether its key is a temporary one, that comes with a token.
    temporary: bool
    #: UNIX seconds.
    expires: float | None
    denied: list[str]
    suspended: str
    vod_activated: bool


class AccountMade(AccountShown):
    """A new account, with what calls are signed with."""

    secret_key: str
    token: str


class Accounts(TypedDict):
    """All accounts, in the order in which they came."""

    accounts: list[AccountShown]


def _shown(account: Account) -> AccountShown:
    return {
        "secret_id": account.secret_id,
        "temporary": bool(account.token),
        "expires": account.expires,
        "denied": sorted(account.denied),
        "suspended": account.suspended,
        "vod_activated": account.vod_activated,
    }


def list_accounts(desk: Desk) -> Accounts:
    """The accounts, without their keys."""
    return {"accounts": [_shown(each) for each in list(desk.core.accounts.values())]}


def add_account(desk: Desk, **given: Any) -> AccountMade:
    """A new account, with state, limits and bill of its own."""
    if given.get("secret_id") in desk.core.accounts:
        raise ControlError(f"{given['secret_id']} is an account already; DELETE it first", 409)
    account = desk.core.add_account(**given)
    return {**_shown(account), "secret_key": account.secret_key, "token": account.token}


def remove_account(desk: Desk, secret_id: str) -> Done:
    """Lets the account in no more; its tasks stay."""
    if len(desk.core.accounts) == 1:
        require_account(desk.core, secret_id)
        raise ControlError(f"{secret_id} is the only account; add another one before it goes", 409)
    desk.core.remove_account(require_account(desk.core, secret_id))
    return DONE


PAGES = (
    Page("GET", "/accounts", list_accounts),
    Page(
        "POST",
        "/accounts",
        add_account,
        members=(
            Member("secret_id", TEXT, "Drawn if it is left out."),
            Member("secret_key", TEXT, "Drawn if it is left out."),
            Member("token", TEXT, "Makes the key a temporary one, which calls have to send with this token."),
            Member("expires", number(0, LAST_MOMENT), "When a temporary key ends, UNIX seconds."),
            Member("denied", array_of(TEXT), "Actions that the access policy forbids."),
            Member("suspended", one_of(*get_args(Suspension)), "The code that every call is answered with."),
            Member("vod_activated", FLAG, "Whether the VOD service is switched on."),
        ),
        refusals={409: "there is such an account already"},
        examples={
            "drawn": {},
            "given": {"secret_id": "AKIDexample", "secret_key": "a-key-of-my-own"},
            "temporary": {"token": "a-token", "expires": 4_102_444_800},
            "limited": {"denied": ["DeleteMedia"], "vod_activated": False},
            "suspended": {"suspended": "AuthFailure.MFAFailure"},
        },
    ),
    Page(
        "DELETE",
        "/accounts/<secret_id>",
        remove_account,
        refusals={404: "no such account", 409: "it is the only one"},
    ),
)

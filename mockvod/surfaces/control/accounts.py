"""Endpoints for accounts: an account for each test keeps tests apart that share a server."""

from __future__ import annotations

from typing import Any, TypedDict, get_args

from mockvod.settings import Account, Suspension
from mockvod.surfaces.control.endpoint import DONE, ControlContext, Done, Endpoint, require_account
from mockvod.surfaces.control.fields import FLAG, LAST_MOMENT, TEXT, ControlError, Member, array_of, number, one_of


class AccountView(TypedDict):
    """An account, without its key and token."""

    secret_id: str
    #: Whether its key is a temporary one, which comes with a token.
    temporary: bool
    #: When a temporary key ends, UNIX seconds.
    expires: float | None
    denied: list[str]
    suspended: str
    vod_activated: bool


class NewAccount(AccountView):
    """A new account, with the key and token that calls are signed with."""

    secret_key: str
    token: str


class Accounts(TypedDict):
    """All accounts, in the order in which they were added."""

    accounts: list[AccountView]


def _view(account: Account) -> AccountView:
    return {
        "secret_id": account.secret_id,
        "temporary": bool(account.token),
        "expires": account.expires,
        "denied": sorted(account.denied),
        "suspended": account.suspended,
        "vod_activated": account.vod_activated,
    }


def list_accounts(context: ControlContext) -> Accounts:
    """The accounts, without their keys."""
    return {"accounts": [_view(each) for each in list(context.core.accounts.values())]}


def add_account(context: ControlContext, **given: Any) -> NewAccount:
    """Adds an account, with state, limits and bill of its own."""
    if given.get("secret_id") in context.core.accounts:
        raise ControlError(f"{given['secret_id']} is an account already; DELETE it first", 409)
    account = context.core.add_account(**given)
    return {**_view(account), "secret_key": account.secret_key, "token": account.token}


def remove_account(context: ControlContext, secret_id: str) -> Done:
    """Removes an account: its calls are refused from now on; its tasks stay."""
    if len(context.core.accounts) == 1:
        require_account(context.core, secret_id)
        raise ControlError(f"{secret_id} is the only account; add another one before it goes", 409)
    context.core.remove_account(require_account(context.core, secret_id))
    return DONE


ENDPOINTS = (
    Endpoint("GET", "/accounts", list_accounts),
    Endpoint(
        "POST",
        "/accounts",
        add_account,
        members=(
            Member("secret_id", TEXT, "Random if it is left out."),
            Member("secret_key", TEXT, "Random if it is left out."),
            Member("token", TEXT, "Makes the key a temporary one: calls have to send this token as well."),
            Member("expires", number(0, LAST_MOMENT), "When a temporary key ends, UNIX seconds."),
            Member("denied", array_of(TEXT), "Actions that the access policy forbids."),
            Member("suspended", one_of(*get_args(Suspension)), "The code that refuses every call."),
            Member("vod_activated", FLAG, "Whether the VOD service is activated."),
        ),
        refusals={409: "the account exists already"},
        examples={
            "random": {},
            "given": {"secret_id": "AKIDexample", "secret_key": "a-key-of-my-own"},
            "temporary": {"token": "a-token", "expires": 4_102_444_800},
            "limited": {"denied": ["DeleteMedia"], "vod_activated": False},
            "suspended": {"suspended": "AuthFailure.MFAFailure"},
        },
    ),
    Endpoint(
        "DELETE",
        "/accounts/<secret_id>",
        remove_account,
        refusals={404: "no such account", 409: "it is the only one"},
    ),
)

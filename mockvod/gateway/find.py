"""Finds the contract that a call is for, and checks that the account may call the action."""

from __future__ import annotations

from mockvod.call.admitted import Common
from mockvod.errors import ApiError
from mockvod.gateway.authenticate import accepted_services
from mockvod.gateway.gate import PRODUCT, Gate
from mockvod.http import HttpRequest
from mockvod.settings import Account
from mockvod.validators.contracts.catalog import Catalog, Contract


def find_contract(request: HttpRequest, common: Common, gate: Gate) -> Contract:
    """Finds the contract of an action: by the product of the host, the version and the action, in this order.

    Raises:
        ApiError: One of them is not known, or the settings have the action offline or the region unsupported.
    """
    settings = gate.settings
    product = accepted_services(request.headers.get("host", ""))[0]
    if product != PRODUCT:
        raise ApiError("no_such_product", product=product, explanation=f"mockvod answers for {PRODUCT} only")
    if common.version != gate.catalog.version:
        raise ApiError(
            "no_such_version",
            version=common.version,
            service=PRODUCT,
            explanation=f"the version of the VOD API is {gate.catalog.version}",
        )
    contract = gate.catalog.contract(common.action)
    if contract is None:
        raise ApiError(
            "invalid_action",
            action=common.action,
            service=PRODUCT,
            version=common.version,
            explanation=_nearest(common.action[:80], gate.catalog),
        )
    if contract.action in settings.offline_actions:
        raise ApiError("action_offline", explanation=f"{contract.action} is in the setting offline_actions")
    if settings.regions is not None and common.region and common.region not in settings.regions:
        raise ApiError("unsupported_region", explanation=f"{common.region} is not in the setting regions")
    return contract


def check_policy(account: Account, contract: Contract, request_id: str) -> None:
    """Checks that the access policy of the account allows the action.

    Raises:
        ApiError: The account has the action among its denied ones.
    """
    action = contract.action
    if action in account.denied:
        raise ApiError(
            "cam_denied",
            request_id=request_id,
            action=f"{PRODUCT}:{action}",
            resource="*",
            explanation=f"{action} is in the denied actions of {account.secret_id}",
        )


def _nearest(action: str, catalog: Catalog) -> str:
    near = ", ".join(catalog.near(action))
    return f"VOD has no action {action!r}" + (f"; near it are {near}" if near else "")

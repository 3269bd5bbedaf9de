"""Which contract a call is for."""

from __future__ import annotations

from mockvod.errors import ApiError
from mockvod.gateway.admission import PRODUCT, Admission, Gate
from mockvod.gateway.authenticate import accepted_services
from mockvod.validators.contracts.catalog import Catalog


def find_contract(admission: Admission, gate: Gate) -> None:
    """Sets `contract`: product by host, then version, then action, then what the settings say of it."""
    common, settings = admission.common, gate.settings
    product = accepted_services(admission.request.header("host"))[0]
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
    admission.contract = contract


def _nearest(action: str, catalog: Catalog) -> str:
    near = ", ".join(catalog.near(action))
    return f"VOD has no action {action!r}" + (f"; near it are {near}" if near else "")

"""What the gateway makes of a request: an admitted call, with everything that the service needs, or a refused one."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from mockvod.errors import ApiError
from mockvod.http import HttpRequest
from mockvod.settings import Account
from mockvod.validators.contracts.catalog import Contract
from mockvod.validators.findings import Finding

#: "v3" signs headers (TC3-HMAC-SHA256), "v1" signs fields (HmacSHA1, HmacSHA256).
Scheme = Literal["v3", "v1"]


class Common(Struct, frozen=True):
    """The common parameters, read from headers (v3) or from fields (v1)."""

    action: str
    version: str
    timestamp: int
    language: str
    region: str
    token: str
    #: X-TC-RequestClient or RequestClient: how the client identifies itself, such as ``SDK_PYTHON_3.1.193``.
    client: str


class Admitted(Struct, frozen=True):
    """A call that has passed every check of the gateway."""

    request: HttpRequest
    #: When the call arrived, UNIX seconds.
    now: float
    request_id: str
    scheme: Scheme
    common: Common
    #: False for a call that was accepted with SKIP in place of a signature.
    signed: bool
    account: Account
    contract: Contract
    #: The action's own parameters as they were sent, nested.
    sent: dict[str, Any]
    #: The same parameters, valid, with text converted to the types of the contract.
    params: dict[str, Any]
    #: Violations that were accepted with a warning.
    findings: tuple[Finding, ...]


class Refused(Struct, frozen=True):
    """A call that failed a check of the gateway. What the gateway had not read by then is None or empty."""

    request: HttpRequest
    #: When the call arrived, UNIX seconds.
    now: float
    request_id: str
    scheme: Scheme
    common: Common | None
    account: Account | None
    #: The action's own parameters as they were sent, nested.
    sent: dict[str, Any]
    findings: tuple[Finding, ...]
    #: The language to answer in.
    language: str
    refusal: ApiError


Call = Admitted | Refused

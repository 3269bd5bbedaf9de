"""What the gateway knows of a call while it checks it, and what it checks it against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from mockvod.http import HttpRequest
from mockvod.settings import Account, Settings
from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.findings import Finding
from mockvod.validators.signature import Authorization

Scheme = Literal["v3", "v1"]

#: The only product that this gateway fronts, and the scope that its calls are signed for.
PRODUCT = "vod"


@dataclass(frozen=True, slots=True)
class Gate:
    """What requests are checked against."""

    settings: Settings
    accounts: Mapping[str, Account]
    catalog: Catalog
    #: Counts a call in a bucket and window and returns the count: ``Store.hit``.
    hit: Callable[[str, int], int]
    #: What callers' clocks say: ``Clock.wall``.
    wall: Callable[[], float]


class Common(NamedTuple):
    """The common parameters, read from headers (v3) or from fields (v1)."""

    action: str
    version: str
    timestamp: int
    language: str
    region: str
    token: str
    #: What the client says it is, such as ``SDK_PYTHON_3.1.193``.
    client: str


class Admission:
    """One call on its way through the checks.

    Each check reads what those before it have set and sets what it finds out itself, so that after a
    refusal the journal can tell how far the call came. Attributes below `request_id` exist only
    once their check has passed: `reached` asks.
    """

    __slots__ = (
        "account",
        "authorization",
        "common",
        "contract",
        "fields",
        "findings",
        "now",
        "params",
        "request",
        "request_id",
        "scheme",
        "signed",
        "textual",
        "tree",
    )

    request: HttpRequest
    #: When the call arrived, UNIX seconds.
    now: float
    request_id: str

    #: "v3" signs headers (TC3-HMAC-SHA256), "v1" signs fields (HmacSHA1, HmacSHA256).
    scheme: Scheme
    #: v1: every field, decoded, as it was signed. v3: empty.
    fields: dict[str, str]
    #: The action's own parameters as sent, nested.
    tree: dict[str, Any]
    #: Whether every leaf of `tree` is text, because the wire form has no other type.
    textual: bool
    common: Common
    #: False for a call that was let in with SKIP in place of a signature.
    signed: bool
    #: v3 only, and only when `signed`.
    authorization: Authorization
    account: Account
    contract: Contract
    #: `tree` once it keeps the contract, with text turned into the contract's types.
    params: dict[str, Any]
    #: What was let pass with a warning.
    findings: tuple[Finding, ...]

    def __init__(self, request: HttpRequest, now: float, request_id: str) -> None:
        self.request = request
        self.now = now
        self.request_id = request_id
        self.scheme = "v3" if "authorization" in request.headers else "v1"

    def reached(self, attribute: str) -> bool:
        """Whether the check that sets `attribute` has passed."""
        return hasattr(self, attribute)

    def language(self) -> str:
        """The language to answer in. English unless Chinese is asked for, as recorded; also before `common` is read."""
        if self.scheme == "v3":
            asked = self.request.header("x-tc-language")
        else:
            asked = getattr(self, "fields", {}).get("Language", "")
        return "zh-CN" if asked == "zh-CN" else "en-US"

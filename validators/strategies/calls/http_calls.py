"""What calls in both signature versions have in common: the request as a value, hosts, and the form of parameters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import VERSION, Contract, catalog
from mockvod.validators.contracts.compile import Structure
from mockvod.validators.contracts.rules import ITEM

#: Documented: with and without the nearest place, and Tencent's two sites. The last is a server of one's own.
HOSTS = (
    "vod.intl.tencentcloudapi.com",
    "vod.tencentcloudapi.com",
    "vod.ap-singapore.tencentcloudapi.com",
    "127.0.0.1:4577",
)
FORM = "application/x-www-form-urlencoded"
#: Documented: the longest query string of a GET.
GET_LIMIT = 32 * 1024
#: Documented: the largest body of a version 1 POST.
V1_POST_LIMIT = 1024 * 1024
#: Five such texts stay below it, each character of which may take nine bytes.
_LONGEST = 600
REGIONS = ("ap-singapore", "ap-guangzhou", "na-siliconvalley")
LANGUAGES = ("en-US", "zh-CN")
#: Both are seen for a blank: SDKs differ (recorded), and nobody decodes before the signature is checked.
ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: quote(text, safe=""),
    lambda text: quote_plus(text, safe=""),
)


@dataclass(frozen=True, slots=True)
class SignedHttpRequest:
    """A request to the API as it goes over the wire; `explain_signature` takes it as it is."""

    method: str
    #: The query string, encoded, without the question mark.
    query: str
    #: Names in lower case.
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs, when, and for which host; `amount` is a number for a mutation to vary by."""

    secret_id: str
    secret_key: str
    token: str
    host: str
    #: UNIX seconds.
    timestamp: int
    amount: int = 0


def flattened(action: str, params: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of an action as form and query carry them: `Filters.0.Name`.

    An object without members cannot be written, and may be needed where it stands: it gets the first text it can have.
    """
    contract = catalog().require(action)
    return dict(_leaves(contract, contract.request, params, ""))


def _leaves(contract: Contract, structure: Structure, value: Any, path: str) -> Iterator[tuple[str, str]]:
    for name, each in (value or _first_text(contract, structure, path)).items():
        member = structure.by_name[name]
        here = f"{path}.{name}" if path else name
        items = [(f"{here}.{index}", item) for index, item in enumerate(each)] if member.list else [(here, each)]
        for place, item in items:
            if not member.primitive:
                yield from _leaves(contract, catalog().type(member.type), item, place)
            else:
                yield place, ("true" if item else "false") if isinstance(item, bool) else str(item)


def _first_text(contract: Contract, structure: Structure, path: str) -> dict[str, str]:
    name = next((member.name for member in structure.members if member.type == "string" and not member.list), "")
    if not path or not name:
        return {}
    steps = tuple(ITEM if step.isdecimal() else step for step in (*path.split("."), name))
    listed = [rule.value[0] for rule in contract.rules if rule.keyword == "enum" and rule.path == steps]
    return {name: listed[0] if listed else "http://example.com/cat.png" if name.endswith("Url") else "cat"}


def shortened(fields: Mapping[str, str]) -> dict[str, str]:
    """Fields for a request that texts at their limits made too long."""
    return {name: value[:_LONGEST] for name, value in fields.items()}


def encoded(fields: Mapping[str, str], encode: Callable[[str], str]) -> str:
    """Fields as a query string or a form."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in fields.items())


@st.composite
def fields_in_order(draw: st.DrawFn, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as given or backwards: no order is prescribed for sending them."""
    return dict(list(fields.items())[::-1]) if draw(st.booleans()) else dict(fields)


@cache
def actions(with_params: bool) -> tuple[str, ...]:
    """The actions that calls are made of when none is named; `with_params`: those that never go without parameters."""
    kept = sorted(catalog().hand_kept, key=lambda action: (action != "DescribeTaskDetail", action))
    return tuple(action for action in kept if not with_params or needs_params(action))


def needs_params(action: str) -> bool:
    """Whether no call of the action goes without parameters."""
    return any(member.required for member in catalog().require(action).request.members)


def common(action: str) -> dict[str, str]:
    """The common parameters that every call has, as version 1 names them."""
    return {"Action": action, "Version": VERSION}

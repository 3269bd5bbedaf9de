"""What calls of both signature versions share: the request as a value, hosts, and parameters as a form has them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import VERSION, Contract, catalog
from mockvod.validators.contracts.compile import Structure
from mockvod.validators.contracts.rules import ITEM

#: The hosts of Tencent's two sites and of a region (documented), and a server on this machine.
HOSTS = (
    "vod.intl.tencentcloudapi.com",
    "vod.tencentcloudapi.com",
    "vod.ap-singapore.tencentcloudapi.com",
    "127.0.0.1:4577",
)
FORM = "application/x-www-form-urlencoded"
#: The longest query of a GET (documented).
GET_LIMIT = 32 * 1024
#: The largest body of a POST in version 1 (documented).
V1_POST_LIMIT = 1024 * 1024
#: To this length texts are cut: five of them fit into a GET, even if percent-encoding makes nine bytes of a character.
_LONGEST = 600
REGIONS = ("ap-singapore", "ap-guangzhou", "na-siliconvalley")
LANGUAGES = ("en-US", "zh-CN")
#: Both ways to percent-encode a blank: SDKs differ in it (recorded), and nothing is decoded before the signature is
#: checked.
ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: quote(text, safe=""),
    lambda text: quote_plus(text, safe=""),
)


@dataclass(frozen=True, slots=True)
class SignedHttpRequest:
    """A request to the API as it is sent, in a form that `explain_signature` accepts."""

    method: str
    #: The query string, percent-encoded, without the question mark.
    query: str
    #: Names in lower case.
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signs, when, and for which host."""

    secret_id: str
    secret_key: str
    token: str
    host: str
    #: In UNIX seconds.
    timestamp: int
    #: By how many seconds a mistake in time goes beyond the limit.
    amount: int = 0


def flattened(action: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of an action as a query or a form has them, with names such as `Filters.0.Name`.

    An object without members cannot be written that way, but may be required, so it gets a text for its first member.
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
    """The fields with texts cut, for a request that would be too large."""
    return {name: value[:_LONGEST] for name, value in fields.items()}


def encoded(fields: Mapping[str, str], encode: Callable[[str], str]) -> str:
    """The fields as a query or a form."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in fields.items())


@st.composite
def fields_in_order(draw: st.DrawFn, fields: Mapping[str, str]) -> dict[str, str]:
    """Generates the fields in their order or in reverse, because no order is prescribed for sending them.

    Examples from this strategy shrink towards the order as given.
    """
    return dict(list(fields.items())[::-1]) if draw(st.booleans()) else dict(fields)


@cache
def actions(with_params: bool) -> tuple[str, ...]:
    """The actions that are called when none is named, DescribeTaskDetail first.

    Args:
        with_params: Whether to leave out actions that can be called without parameters.
    """
    kept = sorted(catalog().hand_kept, key=lambda action: (action != "DescribeTaskDetail", action))
    return tuple(action for action in kept if not with_params or needs_params(action))


def needs_params(action: str) -> bool:
    """Whether every call of the action has parameters."""
    return any(member.required for member in catalog().require(action).request.members)


def common(action: str) -> dict[str, str]:
    """The common parameters that every call has, under their names in version 1."""
    return {"Action": action, "Version": VERSION}

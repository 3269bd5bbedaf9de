"""A version 1 signature as a client may have made it: each choice in making one is a field, by default as documented."""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, quote_plus

from mockvod.validators.signature.search import Draft, Lines
from mockvod.validators.signature.tc3 import encoded

_NUMBER = re.compile(r"([0-9]+)")


def _natural(name: str) -> list[tuple[int, str]]:
    # A number of ten digits or more is no index. It is compared as text, because int() refuses very long numbers.
    return [(int(part), "") if part.isdecimal() and len(part) < 10 else (-1, part) for part in _NUMBER.split(name)]


Names = Sequence[str]
ORDERS: Mapping[str, Callable[[Names, Mapping[str, str]], Names]] = MappingProxyType(
    {
        "ASCII": lambda names, _: sorted(names),
        "case-insensitive": lambda names, _: sorted(names, key=str.lower),
        "natural": lambda names, _: sorted(names, key=_natural),
        "case-insensitive and natural": lambda names, _: sorted(names, key=lambda name: _natural(name.lower())),
        "as sent": lambda names, _: names,
        "reversed": lambda names, _: sorted(names, reverse=True),
        "by name=value": lambda names, params: sorted(names, key=lambda name: f"{name}={params[name]}"),
        "by value": lambda names, params: sorted(names, key=lambda name: params[name]),
    }
)
VALUES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "plain": str,
        "percent-encoded": lambda value: quote(value, safe="", errors="surrogatepass"),
        "percent-encoded, a blank as +": lambda value: quote_plus(value, safe="", errors="surrogatepass"),
        "percent-encoded, slashes kept": lambda value: quote(value, safe="/", errors="surrogatepass"),
        "encoded as encodeURIComponent does": lambda value: quote(value, safe="!'()*", errors="surrogatepass"),
        "+ for a blank": lambda value: value.replace(" ", "+"),
    }
)


@dataclass(frozen=True)  # without slots, for `changed`
class V1Draft(Draft):
    """What goes into one signature. `params` has decoded values in the order in which they were sent, without Signature."""

    method: str
    host: str
    params: Mapping[str, str]
    algorithm: str
    key: str = field(repr=False)
    path: str = "/?"
    order: str = "ASCII"
    value_style: str = "plain"
    left_out: str | None = None
    replaced: Mapping[str, str] = field(default_factory=dict[str, str])
    swapped: bool = False
    ending: str = ""

    def size(self) -> tuple[int, int]:
        """How many lines are signed, and about how many bytes."""
        return len(self.params), sum(map(len, self.params)) + sum(map(len, self.params.values()))

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the parameters, as they are signed."""
        value_of = VALUES[self.value_style]
        params = {name: value for name, value in self.params.items() if name != self.left_out} | dict(self.replaced)
        return [(name, value_of(params[name])) for name in ORDERS[self.order](list(params), params)]

    def string_to_sign(self) -> str:
        """The StringToSign of this draft."""
        pairs = "&".join([f"{name}={value}" for name, value in self.pairs()])
        return f"{self.method}{self.host}{self.path}{pairs}{self.ending}"

    def digest(self) -> bytes:
        """The HMAC that is the signature, before it is written in base64."""
        key, text = encoded(self.key), encoded(self.string_to_sign())
        return hmac.digest(text, key, self.algorithm) if self.swapped else hmac.digest(key, text, self.algorithm)

    def lines(self) -> Lines:
        """Everything that is signed, each line with its name, to compare with another draft."""
        pairs = self.pairs()
        return [
            ("method", self.method),
            ("host", self.host),
            ("path", self.path),
            *((f"parameter {name}", f"{name}={value}") for name, value in pairs),
            ("end", repr(self.ending)),
        ]

"""A TC3 signature as a client may have made it: each choice in making one is a field, by default as documented."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from mockvod.validators.signature.search import Lines
from mockvod.validators.signature.tc3 import ALGORITHM, TERMINATOR, encoded

NAMES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "lower": str,
        "Title": str.title,
        "documented": lambda name: name.title().replace("X-Tc-", "X-TC-"),
        "UPPER": str.upper,
    }
)
VALUES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "documented": lambda value: value.strip().lower(),
        "raw case": str.strip,
        "not trimmed": str.lower,
        "as received": str,
    }
)
HASHES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "lower-case hex": lambda text: hashlib.sha256(encoded(text)).hexdigest(),
        "upper-case hex": lambda text: hashlib.sha256(encoded(text)).hexdigest().upper(),
        "the CanonicalRequest itself": str,
    }
)


@dataclass(frozen=True, slots=True)
class Tc3Draft:
    """What goes into one signature. `headers` has raw values; those of `names` are signed."""

    method: str
    query: str
    host: str
    content_type: str
    headers: Mapping[str, str]
    names: tuple[str, ...]
    listed: str
    payload: str
    timestamp: str
    date: str
    service: str
    key: str = field(repr=False)
    uri: str = "/"
    name_style: str = "lower"
    value_style: str = "documented"
    separator: str = ":"
    blank_line: bool = True
    newline: str = "\n"
    ending: str = ""
    hash_style: str = "lower-case hex"
    text_ending: str = ""
    terminator: str = TERMINATOR
    key_date: str | None = None
    key_service: str | None = None
    prefix: str = "TC3"
    derivation: str = "documented"

    def changed(self, fields: Mapping[str, Any]) -> "Tc3Draft":
        """The draft with other values in these fields."""
        return replace(self, **fields)

    def canonical_lines(self) -> list[tuple[str, str]]:
        """The lines of the CanonicalRequest, each with its name."""
        name_of, value_of = NAMES[self.name_style], VALUES[self.value_style]
        lines = [("HTTP method", self.method), ("CanonicalURI", self.uri), ("CanonicalQueryString", self.query)]
        for name in self.names:
            if name == "host":
                value = self.host
            elif name == "content-type":
                value = self.content_type
            else:
                value = self.headers.get(name, "")
            lines.append((f"CanonicalHeaders: {name}", f"{name_of(name)}{self.separator}{value_of(value)}"))
        if self.blank_line:
            lines.append(("blank line after the headers", ""))
        lines.append(("SignedHeaders", self.listed))
        lines.append(("HashedRequestPayload", self.payload))
        return lines

    def canonical_request(self) -> str:
        """The CanonicalRequest of this draft."""
        return self.newline.join([text for _, text in self.canonical_lines()]) + self.ending

    def string_to_sign(self) -> str:
        """The StringToSign of this draft."""
        digest = HASHES[self.hash_style](self.canonical_request())
        scope = f"{self.date}/{self.service}/{self.terminator}"
        return f"{ALGORITHM}\n{self.timestamp}\n{scope}\n{digest}{self.text_ending}"

    def digest(self) -> bytes:
        """The HMAC that is the signature, before it is written in hex."""
        scope = (
            self.date if self.key_date is None else self.key_date,
            self.service if self.key_service is None else self.key_service,
            self.terminator,
        )
        key, last = _key(self.derivation, self.prefix + self.key, scope)
        return last(key, encoded(self.string_to_sign()))

    def lines(self) -> Lines:
        """Everything that is signed, each line with its name, to compare with another draft."""
        return [
            *self.canonical_lines(),
            ("CanonicalRequest: line ending", repr(self.newline)),
            ("CanonicalRequest: end", repr(self.ending)),
            ("StringToSign: timestamp", self.timestamp),
            ("StringToSign: date", self.date),
            ("StringToSign: service", self.service),
            ("StringToSign: terminator", self.terminator),
            ("StringToSign: HashedCanonicalRequest", self.hash_style),
            ("StringToSign: end", repr(self.text_ending)),
            ("signing key: date", self.date if self.key_date is None else self.key_date),
            ("signing key: service", self.service if self.key_service is None else self.key_service),
        ]


Step = Callable[[bytes, bytes], bytes]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _swapped(key: bytes, message: bytes) -> bytes:
    return hmac.digest(message, key, "sha256")


def _hex(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256").hex().encode()


#: Derivation -> the step by which the signing key is derived (None: it is not), and the step that signs.
DERIVATIONS: Mapping[str, tuple[Step | None, Step]] = MappingProxyType(
    {
        "documented": (_hmac, _hmac),
        "swapped": (_swapped, _swapped),
        "swapped while deriving": (_swapped, _hmac),
        "swapped while signing": (_hmac, _swapped),
        "hex between steps": (_hex, _hmac),
        "none": (None, _hmac),
    }
)


@lru_cache(maxsize=256)
def _key(derivation: str, secret: str, scope: tuple[str, ...]) -> tuple[bytes, Step]:
    step, last = DERIVATIONS[derivation]
    key = encoded(secret)
    if step is not None:
        for part in scope:
            key = step(key, encoded(part))
    return key, last

"""A TC3 signature as a client may have made it: each choice in making one is a field, by default as documented."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from mockvod.validators.signature.search import Draft, Lines
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


@dataclass(frozen=True)  # without slots, for `changed`
class Tc3Draft(Draft):
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

    def size(self) -> tuple[int, int]:
        """How many lines are signed, and about how many bytes."""
        texts = sum(len(name) + len(self.headers.get(name, "")) for name in self.names) + len(self.query)
        return len(self.names), 2 * texts

    def canonical_lines(self) -> list[tuple[str, str]]:
        """The lines of the CanonicalRequest, each with its name."""
        names = ["HTTP method", "CanonicalURI", "CanonicalQueryString"]
        names += [f"CanonicalHeaders: {name}" for name in self.names]
        if self.blank_line:
            names.append("blank line after the headers")
        return list(zip([*names, "SignedHeaders", "HashedRequestPayload"], self._texts(), strict=True))

    def _texts(self) -> list[str]:
        """The lines of the CanonicalRequest."""
        name_of, value_of, separator = NAMES[self.name_style], VALUES[self.value_style], self.separator
        given = {"host": self.host, "content-type": self.content_type}
        texts = [self.method, self.uri, self.query]
        for name in self.names:
            value = given[name] if name in given else self.headers.get(name, "")
            texts.append(f"{name_of(name)}{separator}{value_of(value)}")
        return [*texts, "", self.listed, self.payload] if self.blank_line else [*texts, self.listed, self.payload]

    def canonical_request(self) -> str:
        """The CanonicalRequest of this draft."""
        return self.newline.join(self._texts()) + self.ending

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

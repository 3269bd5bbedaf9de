"""The mistakes clients make with version 1 signatures, as a table of generators of changes to the documented draft.

Sources: the steps of the "Signature" page, each of which can be got wrong, its warnings (sorting, encoding, the + in
base64), and public issue threads. A guess is harmless: it is only named if it reproduces the signature that was sent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from mockvod.validators.signature import candidates
from mockvod.validators.signature.draft_v1 import VALUES, V1Draft
from mockvod.validators.signature.search import Change, Changes


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a version 1 signature does not match: `base` is the draft that the server computes."""

    base: V1Draft
    other_keys: Mapping[str, str] = field(repr=False)


Mistake = Callable[[Situation], Iterator[Change]]

_ORDERS = (
    ("order_case_insensitive", "", "case-insensitive"),
    ("order_natural", "", "natural"),
    ("order_unsorted", "in the order they were sent", "as sent"),
    ("order_unsorted", "sorted without regard to case, and by number", "case-insensitive and natural"),
    ("order_unsorted", "sorted by name=value", "by name=value"),
    ("order_unsorted", "in reverse order", "reversed"),
    ("order_unsorted", "sorted by value", "by value"),
)


def order(given: Situation) -> Iterator[Change]:
    for cause, detail, name in _ORDERS:
        yield Change(cause, detail, {"order": name})


def values(given: Situation) -> Iterator[Change]:
    for style in VALUES:
        if style == "+ for a blank":
            # The client did not encode at all, so the server read a blank where it signed a plus.
            detail = "A value was signed with + and arrived with a blank"
            yield Change("plus_not_escaped", detail, {"value_style": style})
        elif style != "plain":
            yield Change("values_encoded", style, {"value_style": style})


def method(given: Situation) -> Iterator[Change]:
    sent = given.base.method
    other = "GET" if sent == "POST" else "POST"
    yield Change("method", other, {"method": other})
    for written in dict.fromkeys((sent.lower(), sent.title(), other.lower(), "")):
        yield Change("method_case" if written else "method", written or "no method", {"method": written})


def host(given: Situation) -> Iterator[Change]:
    for cause, detail, value in candidates.hosts(given.base.host, "vod"):
        yield Change(cause, detail, {"host": value})


def path(given: Situation) -> Iterator[Change]:
    for value in ("?", "", "/", "/v2/index.php?", "/?&"):
        yield Change("missing_path", repr(value), {"path": value})


def algorithm(given: Situation) -> Iterator[Change]:
    asked = given.base.params.get("SignatureMethod")
    other = "sha1" if given.base.algorithm == "sha256" else "sha256"
    shown = "HmacSHA1" if other == "sha1" else "HmacSHA256"
    said = "no SignatureMethod was sent" if asked is None else f"SignatureMethod is {asked!r}"
    yield Change("signature_method", f"{shown} while {said}", {"algorithm": other})


def signature_included(given: Situation) -> Iterator[Change]:
    yield Change("signature_included", "", {"replaced": {"Signature": ""}})


def left_out(given: Situation) -> Iterator[Change]:
    for name in ("Token", *given.base.params):
        yield Change("token_missing" if name == "Token" else "parameter_unsigned", name, {"left_out": name})


def timestamp(given: Situation) -> Iterator[Change]:
    sent = given.base.params.get("Timestamp", "")
    if sent.isascii() and sent.isdecimal() and len(sent) < 20:
        seconds = int(sent)
        for written in (f"{sent}000", f"{sent}.0", str(seconds // 1000)):
            yield Change("wrong_timestamp", written, {"replaced": {"Timestamp": written}})
        for off in (1, -1, 2, -2, 3, -3, 4, -4, 5, -5):
            shown = f"{seconds + off}, {off:+} s from the one sent"
            yield Change("wrong_timestamp", shown, {"replaced": {"Timestamp": str(seconds + off)}})


def key(given: Situation) -> Iterator[Change]:
    secret_id = given.base.params.get("SecretId", "")
    for cause, detail, value in candidates.keys(secret_id, given.base.key, given.other_keys):
        yield Change(cause, detail, {"key": value})


def swapped(given: Situation) -> Iterator[Change]:
    yield Change("hmac_arguments_swapped", "in the HMAC", {"swapped": True})


# Mistakes that come in pairs, likeliest first.
COMBINABLE: tuple[Mistake, ...] = (
    order,
    values,
    algorithm,
    method,
    path,
    signature_included,
    host,
    left_out,
)
ALONE: tuple[Mistake, ...] = (timestamp, key, swapped)


def changes(given: Situation) -> Changes:
    """Give every guess at what the client did."""
    return Changes(
        combinable=[change for mistake in COMBINABLE for change in mistake(given)],
        alone=chain.from_iterable(mistake(given) for mistake in ALONE),
    )

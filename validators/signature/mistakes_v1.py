"""The mistakes that clients make with signatures of version 1, each a generator of changes to the documented draft.

Sources: the steps of the page "Signature" of the API documentation, each of which can go wrong, its warnings (about
sorting, encoding and the + in base64), and public issue threads. A wrong guess does no harm, because a mistake is named
only if it reproduces the signature that was sent.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from mockvod.validators.signature import candidates
from mockvod.validators.signature.draft_v1 import VALUES, V1Draft
from mockvod.validators.signature.search import Change, Changes


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about a signature that does not match; `base` is the draft that the server computes."""

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
    many = len(given.base.params) > candidates.MAX_PARTS
    for cause, detail, name in _ORDERS:
        if not (many and "natural" in name):
            yield Change(cause, detail, {"order": name})


def is_long(draft: V1Draft) -> bool:
    """Whether the values are so long that they are not encoded again."""
    return sum(map(len, draft.params.values())) > candidates.MAX_QUERY


def values(given: Situation) -> Iterator[Change]:
    long = is_long(given.base)
    for style in VALUES:
        if style == "+ for a blank":
            # The client did not percent-encode, so the server has read a blank where the client signed a plus.
            detail = "A value was signed with + and arrived with a blank"
            yield Change("plus_not_escaped", detail, {"value_style": style})
        elif style != "plain" and not long:
            yield Change("values_encoded", style, {"value_style": style})


def method(given: Situation) -> Iterator[Change]:
    sent = given.base.method
    other = "GET" if sent == "POST" else "POST"
    yield Change("method", other, {"method": other})
    for written in dict.fromkeys((sent.lower(), sent.title(), other.lower(), "")):
        yield Change("method_case" if written else "method", written or "no method", {"method": written})


def ending(given: Situation) -> Iterator[Change]:
    yield Change("line_endings", "a line feed at the end of the text", {"ending": "\n"})


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


#: Mistakes that also occur in pairs, the likeliest first.
COMBINABLE: tuple[Mistake, ...] = (
    order,
    values,
    algorithm,
    method,
    path,
    ending,
    signature_included,
    host,
    left_out,
)
ALONE: tuple[Mistake, ...] = (timestamp, key, swapped)


def changes(given: Situation) -> Changes:
    """Every mistake that the client may have made."""
    return Changes(
        combinable=chain.from_iterable(mistake(given) for mistake in COMBINABLE),
        alone=chain.from_iterable(mistake(given) for mistake in ALONE),
    )

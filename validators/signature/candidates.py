"""What clients sign in place of the right body, host or key, for both signature versions.

Each generator yields (cause, detail, value) or (detail, value), the likeliest first.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mockvod.validators.json_values import is_array, is_object
from mockvod.validators.signature.services import OFFICIAL_DOMAIN, bare_host
from mockvod.validators.signature.tc3 import encoded

#: Longer bodies are not serialised again, which takes about 1 ms for 100 KB and each way to do it. No call to VOD has a
#: body of that length.
MAX_BODY = 64 * 1024
#: Nor is a longer query encoded again, or one of more parts.
MAX_QUERY = 8 * 1024
MAX_PARTS = 200
#: Nor are bodies of more values, each counted once for itself and once for each level that it is nested in: that many
#: steps it takes to write it with indents. A request with a hundred files takes 1,000.
MAX_STEPS = 4_000

_COMPACT = (",", ":")
_GO_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

SERIALISERS: Mapping[str, Callable[[Any], str]] = {
    "the body as json.dumps writes it": json.dumps,
    "the body without blanks": lambda value: json.dumps(value, separators=_COMPACT, ensure_ascii=False),
    "the body without blanks, escaped to ASCII": lambda value: json.dumps(value, separators=_COMPACT),
    "the body with blanks, not escaped to ASCII": lambda value: json.dumps(value, ensure_ascii=False),
    "the body with sorted keys": lambda value: json.dumps(value, sort_keys=True),
    "the body with sorted keys, not escaped to ASCII": lambda value: json.dumps(
        value, sort_keys=True, ensure_ascii=False
    ),
    "the body with sorted keys, without blanks": lambda value: json.dumps(
        value, sort_keys=True, separators=_COMPACT, ensure_ascii=False
    ),
    "the body with sorted keys, without blanks, escaped to ASCII": lambda value: json.dumps(
        value, sort_keys=True, separators=_COMPACT
    ),
    "the body indented by 2": lambda value: json.dumps(value, indent=2, ensure_ascii=False),
    "the body indented by 2, escaped to ASCII": lambda value: json.dumps(value, indent=2),
    "the body indented by 4": lambda value: json.dumps(value, indent=4, ensure_ascii=False),
    "the body indented by 4, escaped to ASCII": lambda value: json.dumps(value, indent=4),
    "the body with slashes escaped, as PHP writes it": lambda value: json.dumps(value, separators=_COMPACT).replace(
        "/", "\\/"
    ),
    "the body with <, > and & escaped, as Go writes it": lambda value: json.dumps(
        value, separators=_COMPACT, ensure_ascii=False
    ).translate(_GO_ESCAPES),
    "the text of a Python object": str,
}


def bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Bodies that may have been signed in place of the one sent: empty, serialised again, or in another charset."""
    yield "an empty body", b""
    yield "an empty JSON object", b"{}"
    yield "the JSON value null", b"null"
    if len(body) > MAX_BODY:
        return
    yield "the body and a newline", body + b"\n"
    yield "the body and a CRLF", body + b"\r\n"
    yield "the body without the white space around it", body.strip()
    yield "the body with a byte order mark", b"\xef\xbb\xbf" + body
    yield "the body without its byte order mark", body.removeprefix(b"\xef\xbb\xbf")
    text, value = _read(body)
    if value is None:
        return
    yield "the body encoded as GBK", text.encode("gbk", "replace")
    yield "the body encoded as Latin-1", text.encode("latin-1", "replace")
    if _is_small(value):
        for detail, serialise in SERIALISERS.items():
            yield detail, encoded(serialise(value))


def is_long(query: str) -> bool:
    """Whether a query is so long that it is not encoded again."""
    return len(query) > MAX_QUERY or query.count("&") > MAX_PARTS


def why_not_serialised(body: bytes) -> str:
    """Why a body is not serialised again, for a message; empty where it is, or is no JSON."""
    if len(body) > MAX_BODY:
        return "a body this long is not serialised again"
    return "" if _is_small(_read(body)[1]) else "a body of this many values is not serialised again"


def _read(body: bytes) -> tuple[str, Any]:
    """A body as text and as JSON; None for what is no JSON."""
    try:
        text = body.decode()
        return text, json.loads(text)
    except (ValueError, RecursionError):
        return "", None


def _is_small(value: Any) -> bool:
    """Whether a body has so few values, and so little nesting, that it is serialised again."""
    steps, nesting, level = 0, 1, [value]
    while level:
        steps += nesting * len(level)
        if steps > MAX_STEPS:
            return False
        nesting += 1
        level = [inner for each in level for inner in _inner(each)]
    return True


def _inner(value: Any) -> Iterable[Any]:
    if is_object(value):
        return value.values()
    return value if is_array(value) else ()


# Source: the page on endpoints of VOD (266/34112, 2025-10-30), and the list of regions of other products (1128/51562).
_REGIONS = (
    *("ap-guangzhou", "ap-singapore", "ap-shanghai", "ap-beijing", "ap-hongkong", "ap-nanjing", "ap-chengdu"),
    *("ap-chongqing", "ap-jakarta", "ap-bangkok", "ap-mumbai", "ap-seoul", "ap-tokyo", "na-ashburn"),
    *("na-siliconvalley", "na-toronto", "sa-saopaulo", "eu-frankfurt", "eu-moscow"),
)
_LOOPBACK = ("127.0.0.1", "localhost", "0.0.0.0", "[::1]")


def hosts(host: str, service: str) -> Iterator[tuple[str, str, str]]:
    """Hosts that may have been signed in place of the Host header that was received."""
    scheme, mark, name = host.rpartition("://")
    bare = bare_host(host)
    port = name[len(bare) :]
    schemes = ("",) if mark else ("http://", "https://")
    others = [each for each in _LOOPBACK if each != bare] if bare in _LOOPBACK else []
    ports = dict.fromkeys(("", port, ":80", ":443"))
    for each in schemes:
        yield "host_scheme", repr(each + name), each + name
    for suffix in ports:
        if suffix != port:
            yield "host_port", repr(scheme + mark + bare + suffix), scheme + mark + bare + suffix
    for each in (f"{service}.intl.{OFFICIAL_DOMAIN}", f"{service}.{OFFICIAL_DOMAIN}"):
        if each != bare:
            yield "host_other", each, each
    for each in others:
        for suffix in dict.fromkeys((port, "")):
            yield "host_other", each + suffix, each + suffix
    for region in _REGIONS:
        each = f"{service}.{region}.{OFFICIAL_DOMAIN}"
        yield "host_other", each, each


def keys(secret_id: str, secret_key: str, other_keys: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Keys that may have been used in place of the right one; the details name accounts and characters, never a key."""
    for owner, key in other_keys.items():
        if key != secret_key:
            yield "key_of_another_account", owner, key
    yield "secret_id_as_key", "", secret_id
    for detail, key in (
        ("a newline at its end", secret_key + "\n"),
        ("a CRLF at its end", secret_key + "\r\n"),
        ("a blank at its end", secret_key + " "),
        ("a blank before it", " " + secret_key),
        ("blanks around it", f" {secret_key} "),
        ("a tab at its end", secret_key + "\t"),
        ("double quotes around it", f'"{secret_key}"'),
        ("single quotes around it", f"'{secret_key}'"),
    ):
        yield "secret_whitespace", detail, key
    for detail, key in (("an empty text", ""), ("None", "None"), ("undefined", "undefined"), ("null", "null")):
        yield "secret_missing", detail, key

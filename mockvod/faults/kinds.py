"""The kinds of faults: the arguments of each, what it does to a call, and what the client sees.

A new kind is an entry of KINDS and its row in fixtures/README.md, which a test compares with `documented`. The control
API, its OpenAPI document and the checks of `MockVod.fault` read the table.

No document of the service promises any of these: they are what networks, load balancers and clocks do to its clients.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Literal

from msgspec.structs import replace

from mockvod.errors import ApiError, SettingsError
from mockvod.faults.refusals import Details, HitCall, clock_skew, error, rate_limit
from mockvod.http import Effect, HttpResponse
from mockvod.validators.replies import error_codes

_CONTENT_TYPE = "Content-Type"
#: Longer than clients wait.
_HOUR = 3600
_MOST_SECONDS = 7 * 86_400


#: The default of a detail that has none and must be given.
REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class Detail:
    """An argument of `MockVod.fault` that belongs to one kind of fault."""

    #: What `fits` accepts, for messages.
    wanted: str
    fits: Callable[[Any], bool]
    #: What `fits` accepts as JSON Schema, at least its type; for the OpenAPI document.
    schema: Mapping[str, Any]
    default: Any = REQUIRED


def _no_details() -> Mapping[str, Detail]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way in which a call can fail."""

    #: What it does to a call, for the explanation in the journal.
    does: str
    #: What the client sees, for the table in the README.
    seen: str
    details: Mapping[str, Detail] = field(default_factory=_no_details)
    #: Makes the refusal that takes the place of the work; None for no refusal.
    refuse: Callable[[Details, HitCall], ApiError | None] = lambda details, hit: None
    #: Whether the service does the work.
    works: Callable[[Details], bool] = lambda details: True
    #: Changes the response, whose body is empty where the work is not done.
    change: Callable[[Details, HttpResponse], HttpResponse] = lambda details, response: response


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seconds(default: Any = REQUIRED) -> Detail:
    return Detail(
        f"a number from 0 to {_MOST_SECONDS}",
        lambda value: _is_number(value) and 0 <= value <= _MOST_SECONDS,
        {"type": "number", "minimum": 0, "maximum": _MOST_SECONDS},
        default,
    )


#: Where an answer can stop, in the words of users -> in those of Effect.
_STOPS: Mapping[str, Literal["drop", "headers", "truncate"]] = MappingProxyType(
    {"start": "drop", "headers": "headers", "body": "truncate"}
)


def _choice(names: Sequence[str], default: str) -> Detail:
    return Detail(f"one of {', '.join(names)}", lambda value: value in names, {"enum": list(names)}, default)


def _flag(meaning: str) -> Detail:
    return Detail(f"True ({meaning}) or False", lambda value: isinstance(value, bool), {"type": "boolean"}, False)


_DROP_DETAILS: Mapping[str, Detail] = MappingProxyType(
    {"at": _choice(tuple(_STOPS), "start"), "reset": _flag("the connection is reset instead of closed")}
)


def _drop_after_delay(details: Details, response: HttpResponse) -> HttpResponse:
    return replace(response, effect=Effect(delay=details["seconds"], end="drop"))


def _drop(details: Details, response: HttpResponse) -> HttpResponse:
    return replace(response, effect=Effect(end=_STOPS[details["at"]], reset=details["reset"]))


def _stall(details: Details, response: HttpResponse) -> HttpResponse:
    return replace(response, effect=Effect(end=_STOPS[details["at"]], stall=details["seconds"]))


_COMMITTED = _flag("the work is done all the same")


def _halve_body(details: Details, response: HttpResponse) -> HttpResponse:
    return replace(response, body=response.body[: len(response.body) // 2])


def _change_content_type(details: Details, response: HttpResponse) -> HttpResponse:
    others = tuple(each for each in response.headers if each[0] != _CONTENT_TYPE)
    return replace(response, headers=((_CONTENT_TYPE, details["content_type"]), *others))


def _error_page(details: Details, response: HttpResponse) -> HttpResponse:
    # Assumed: no page of the service's own load balancer has been recorded.
    status = HTTPStatus(details["status"])
    title = f"{status.value} {status.phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return HttpResponse(status.value, ((_CONTENT_TYPE, "text/html"),), page.encode())


_STATUSES = (500, 502, 503, 504)
#: Only characters that do not end a header.
_MEDIA_TYPE = re.compile(r"[!-~]+/[ -~]+")

KINDS: Mapping[str, FaultKind] = MappingProxyType(
    {
        "error": FaultKind(
            "refused with the code",
            "a refusal with any code of the service",
            {
                "code": Detail("a code of the catalogue", lambda value: value in error_codes(), {"type": "string"}),
                "message": Detail(
                    "text or None",
                    lambda value: value is None or isinstance(value, str),
                    {"type": ["string", "null"]},
                    None,
                ),
            },
            refuse=error,
        ),
        "rate_limit": FaultKind(
            "refused as one call too many", "RequestLimitExceeded, as for one call too many", refuse=rate_limit
        ),
        "clock_skew": FaultKind(
            "judged by a clock that is off",
            "AuthFailure.SignatureExpire, as from a server whose clock is `seconds` ahead",
            {
                "seconds": Detail(
                    f"a number from -{_MOST_SECONDS} to {_MOST_SECONDS}",
                    lambda value: _is_number(value) and abs(value) <= _MOST_SECONDS,
                    {"type": "number", "minimum": -_MOST_SECONDS, "maximum": _MOST_SECONDS},
                )
            },
            refuse=clock_skew,
        ),
        "latency": FaultKind(
            "answered late",
            "the answer, `seconds` late",
            {"seconds": _seconds()},
            change=lambda details, response: replace(response, effect=Effect(delay=details["seconds"])),
        ),
        "timeout": FaultKind(
            "not answered, and dropped at last",
            "no answer; the connection ends after `seconds`",
            {"seconds": _seconds(_HOUR), "committed": _COMMITTED},
            works=lambda details: details["committed"] is True,
            change=_drop_after_delay,
        ),
        "drop": FaultKind(
            "dropped before the work",
            "a lost connection, `at` the start, after the headers or amid the body; the work was not done",
            _DROP_DETAILS,
            works=lambda details: False,
            change=_drop,
        ),
        "drop_after_commit": FaultKind(
            "dropped after the work", "the same, but the work was done", _DROP_DETAILS, change=_drop
        ),
        "stall": FaultKind(
            "left hanging amid the answer",
            "an answer that stops after the headers or amid the body; the connection ends after `seconds`",
            {"at": _choice(("headers", "body"), "body"), "seconds": _seconds(_HOUR)},
            change=_stall,
        ),
        "truncate": FaultKind(
            "cut off amid the answer",
            "a connection that ends halfway through the answer",
            change=lambda details, response: replace(response, effect=Effect(end="truncate")),
        ),
        "trickle": FaultKind(
            "answered in small pieces",
            "the answer in small pieces, over `seconds`",
            {"seconds": _seconds()},
            change=lambda details, response: replace(
                response, effect=Effect(end="trickle", seconds=details["seconds"])
            ),
        ),
        "garbage": FaultKind(
            "answered with garbage first",
            "`text` and then the answer, as from a port that something else listens on",
            {
                "text": Detail(
                    "a text of Latin-1, not empty",
                    lambda value: isinstance(value, str) and bool(value) and max(value) <= "\xff",
                    {"type": "string", "minLength": 1},
                    "SSH-2.0-OpenSSH_9.2\r\n",
                )
            },
            change=lambda details, response: replace(
                response, effect=Effect(garbage=details["text"].encode("latin-1"))
            ),
        ),
        "content_length": FaultKind(
            "answered with a wrong Content-Length",
            "the answer with a Content-Length that is one byte `longer` or `shorter` than it, or `missing`",
            {"length": _choice(("longer", "shorter", "missing"), "longer")},
            change=lambda details, response: replace(response, effect=Effect(length=details["length"])),
        ),
        "close": FaultKind(
            "answered, and the connection closed",
            "the answer; then the connection is closed, which the answer does not announce",
            change=lambda details, response: replace(response, effect=Effect(close=True)),
        ),
        "wrong_content_type": FaultKind(
            "answered with another Content-Type",
            "the answer under another Content-Type",
            {
                "content_type": Detail(
                    "a media type",
                    lambda value: isinstance(value, str) and bool(_MEDIA_TYPE.fullmatch(value)),
                    {"type": "string"},
                    "text/html",
                )
            },
            change=_change_content_type,
        ),
        "http_error": FaultKind(
            "answered with a page of a load balancer",
            "an HTML page with that HTTP status, as from a load balancer",
            {
                "status": Detail(
                    f"one of {', '.join(map(str, _STATUSES))}",
                    lambda value: value in _STATUSES,
                    {"enum": list(_STATUSES)},
                    _STATUSES[1],
                ),
                "committed": _COMMITTED,
            },
            works=lambda details: details["committed"] is True,
            change=_error_page,
        ),
        "malformed_json": FaultKind(
            "answered with half of the JSON", "the first half of the JSON, as if it were all", change=_halve_body
        ),
    }
)


def documented() -> list[str]:
    """Returns the rows for the table in fixtures/README.md: kind, details with their defaults, what the client sees."""
    return [
        f"| `{name}` | {', '.join(_documented_detail(*each) for each in kind.details.items())} | {kind.seen} |"
        for name, kind in KINDS.items()
    ]


def _documented_detail(name: str, detail: Detail) -> str:
    return f"`{name}`" if detail.default is REQUIRED else f"`{name}={detail.default!r}`"


def kind_named(name: str) -> FaultKind:
    """Finds the kind of that name.

    Raises:
        SettingsError: There is none; the message lists the kinds.
    """
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise SettingsError(f"kind: {name!r} is no kind of fault; there are {', '.join(KINDS)}")
    return kind


def checked(name: str, given: Details) -> Details:
    """Checks the details of a fault of the kind `name`, and fills in the defaults.

    Raises:
        SettingsError: A detail is unknown, missing or out of range.
    """
    known = kind_named(name).details
    for each, value in given.items():
        detail = known.get(each)
        if detail is None:
            takes = f"takes {', '.join(known)}" if known else "takes no details"
            raise SettingsError(f"{each}={value!r}: a fault of kind {name!r} {takes}")
        if not _fits(detail, value):
            raise SettingsError(
                f"{each}={value!r}: a fault of kind {name!r} wants {detail.wanted}{_nearest_codes(each, value)}"
            )
    for each, detail in known.items():
        if each not in given and detail.default is REQUIRED:
            raise SettingsError(f"{each}: a fault of kind {name!r} needs it, {detail.wanted}")
    return MappingProxyType({**{each: detail.default for each, detail in known.items()}, **given})


def _fits(detail: Detail, value: Any) -> bool:
    try:
        return detail.fits(value)
    except TypeError:  # an unhashable value, which is no member of a set
        return False


def _nearest_codes(name: str, value: Any) -> str:
    if name != "code":
        return ""
    import difflib  # slow to import, and needed for errors only

    near = difflib.get_close_matches(str(value), error_codes(), n=3)
    return f"; near it are {', '.join(near)}" if near else ", such as InternalError or RequestLimitExceeded"

"""What the mutations of both signature versions share: error codes, and values that are nearly right."""

from collections.abc import Mapping
from dataclasses import replace

from mockvod.validators.strategies.calls.http_calls import HOSTS, SignedHttpRequest

FAILURE = "AuthFailure.SignatureFailure"
MALFORMED = "AuthFailure.InvalidAuthorization"
EXPIRED = "AuthFailure.SignatureExpire"
UNKNOWN = "AuthFailure.SecretIdNotFound"
TOKEN = "AuthFailure.TokenFailure"

DAY = 86_400
#: By how many seconds a timestamp may differ from the clock of the server (documented).
_WINDOW = 300


def outside_window(timestamp: int, amount: int) -> int:
    """A time at which a request is no longer valid, or for a negative amount not yet; at most a day beyond the window."""
    distance = _WINDOW + 1 + abs(amount) % DAY
    return timestamp - distance if amount >= 0 else timestamp + distance


def adjacent_second(timestamp: int) -> int:
    """The second after a time, or the second before it where that is on the next day."""
    return timestamp + 1 if (timestamp + 1) % DAY else timestamp - 1


def other_key(secret_key: str) -> str:
    """A key that differs in its last character."""
    return secret_key[:-1] + ("A" if secret_key[-1:] != "A" else "B")


def other_host(host: str) -> str:
    """Another host of the same service."""
    return next(each for each in HOSTS if each != host)


def with_headers(request: SignedHttpRequest, changes: Mapping[str, str]) -> SignedHttpRequest:
    """The request with these headers added, or in place of those of the same name."""
    return replace(request, headers={**request.headers, **changes})

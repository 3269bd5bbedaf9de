"""What the mutations of both signature versions share: codes, and values that are nearly right."""

from collections.abc import Mapping
from dataclasses import replace

from mockvod.validators.strategies.calls.http_calls import HOSTS, SignedHttpRequest

FAILURE = "AuthFailure.SignatureFailure"
MALFORMED = "AuthFailure.InvalidAuthorization"
EXPIRED = "AuthFailure.SignatureExpire"
UNKNOWN = "AuthFailure.SecretIdNotFound"
TOKEN = "AuthFailure.TokenFailure"

DAY = 86_400
#: Documented: a timestamp may be so many seconds off the server's clock.
_WINDOW = 300


def outside_window(timestamp: int, amount: int) -> int:
    """A time too long before the given one, or too long after it for a negative amount; at most by a day."""
    distance = _WINDOW + 1 + abs(amount) % DAY
    return timestamp - distance if amount >= 0 else timestamp + distance


def adjacent_second(timestamp: int) -> int:
    """A second before or after, on the same day."""
    return timestamp + 1 if (timestamp + 1) % DAY else timestamp - 1


def other_key(secret_key: str) -> str:
    """A key that differs in its last character."""
    return secret_key[:-1] + ("A" if secret_key[-1:] != "A" else "B")


def other_host(host: str) -> str:
    """Another host of the same service."""
    return next(each for each in HOSTS if each != host)


def with_headers(request: SignedHttpRequest, changes: Mapping[str, str]) -> SignedHttpRequest:
    """The request with these headers in the place of its own."""
    return replace(request, headers={**request.headers, **changes})

"""The adapter that a user writes to run a client through the traps: a few lines.

    def make_client(server):  # called for each trap; see Server
        return MyAdapter(MyClient(server.endpoint, server.secret_id, server.secret_key), ...)

    class MyAdapter:
        def create(self, prompt): ...  # starts a video and returns a handle, whatever identifies it
        def wait(self, handle): ...    # returns an outcome when the video has ended, or raises
        def fetch(self, outcome): ...  # returns the bytes of the result

An outcome is an object or a mapping with `ok` (whether there is a result), `url` (where) and `error` (why not). Raising
counts as an outcome that is not `ok`, with the text of the exception as its `error`; but exceptions that only a bug in the
client raises (TypeError, KeyError and the like) count as a crash. All other methods are optional, and each makes further
traps applicable: see OPTIONAL_METHODS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mockvod.narrowing import is_iterable, is_list_like, is_mapping


class Client(Protocol):
    """The methods that every adapter has."""

    def create(self, prompt: str) -> Any:
        """Starts a video and returns its handle."""
        ...

    def wait(self, handle: Any) -> Any:
        """Waits until what `handle` identifies has ended, and returns its outcome."""
        ...

    def fetch(self, outcome: Any) -> bytes:
        """Returns the bytes of the result."""
        ...


#: Method -> what it takes and returns. A trap that needs a method that the adapter lacks is reported as not applicable.
OPTIONAL_METHODS: Mapping[str, str] = {
    "create_from_url": "create_from_url(prompt, url) starts a video from the picture at `url`; returns a handle",
    "create_from_bytes": "create_from_bytes(prompt, content) starts a video from the bytes of a picture; returns a handle",
    "create_image": "create_image(prompt, url) starts a picture with the one at `url` as reference; returns a handle",
    "create_element": "create_element(name, description, url) starts an element for Kling; returns a handle",
    "wait_element": "wait_element(handle) returns the ElementId as text, or raises",
    "create_with_element": "create_with_element(prompt, element_id) starts a video that shows the element; returns a handle",
    "create_subject": "create_subject(name, url) starts a subject for Vidu; returns a handle",
    "wait_subject": "wait_subject(handle) returns the SubjectId as text, or raises",
    "file_name": "file_name(outcome) returns the name under which the client would keep the result",
    "hear": "hear() pulls events once and returns a pair (handle, outcome) for each task that it has not reported before",
    "handle_callback": "handle_callback(body) takes a pushed event as bytes and returns such a pair, or None if there is nothing to report",
}

#: Exceptions that a client raises because of a bug and not on purpose.
_BUGS = (AttributeError, IndexError, KeyError, NameError, RecursionError, TypeError, UnboundLocalError)


@dataclass(frozen=True, slots=True)
class Server:
    """What the adapter's factory is given: the live server of one trap."""

    #: With scheme, such as ``http://127.0.0.1:4577``.
    url: str
    #: Host and port, as the official SDKs take it.
    endpoint: str
    secret_id: str
    secret_key: str
    #: The application that the client is to use.
    sub_app_id: int
    #: Seconds after which the client should give up on an answer; shorter than it would be for the real service.
    timeout: float
    #: To be called instead of time.sleep: advances the server's clock and returns at once. A client that does not call
    #: it is judged as well, if it keeps within its time.
    sleep: Callable[[float], None]
    #: To be called instead of time.time and time.monotonic: UNIX seconds by the server's clock.
    now: Callable[[], float]


class AdapterError(Exception):
    """The adapter breaks the rules of this module; the message says which."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a client reported about a task."""

    #: Whether there is a result, and it could be fetched.
    ok: bool
    url: str = ""
    error: str = ""
    #: Whether `wait` reported a result.
    claimed: bool = False
    #: Whether the error is a bug in the client.
    crashed: bool = False
    #: The bytes that were fetched; None if none were.
    content: bytes | None = None

    @classmethod
    def raised(cls, error: Exception) -> Observed:
        """The report that an exception amounts to."""
        return cls(False, error=described(error), crashed=type(error) in _BUGS)


def described(error: BaseException) -> str:
    """An exception with its type, as text."""
    return f"{type(error).__name__}: {error}"


def read_outcome(outcome: Any) -> Observed:
    """Reads an outcome.

    Raises:
        AdapterError: it has no `ok`.
    """
    if is_mapping(outcome):
        found = {name: outcome.get(name) for name in ("ok", "url", "error")}
    else:
        found = {name: getattr(outcome, name, None) for name in ("ok", "url", "error")}
    if not isinstance(found["ok"], bool):
        raise AdapterError(f"an outcome has `ok`, which is True or False; this one is {outcome!r:.200}")
    return Observed(found["ok"], str(found["url"] or ""), str(found["error"] or ""), claimed=found["ok"])


def read_news(pairs: Any) -> list[tuple[Any, Observed]]:
    """Reads what `hear` returned.

    Raises:
        AdapterError: it is no collection of pairs.
    """
    if not is_iterable(pairs):
        raise AdapterError(f"hear() returns pairs of handle and outcome; this is {pairs!r:.200}")
    return [read_pair(each) for each in pairs]


def read_pair(pair: Any) -> tuple[Any, Observed]:
    """Reads a pair of handle and outcome.

    Raises:
        AdapterError: it is none.
    """
    if not is_list_like(pair) or len(pair) != 2:
        raise AdapterError(f"news are a pair of handle and outcome; this is {pair!r:.200}")
    return pair[0], read_outcome(pair[1])

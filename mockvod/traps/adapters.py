"""The few lines that a stranger writes to put a client through the traps.

    def make_client(server):  # called anew for each trap; see Server
        return MyAdapter(MyClient(server.endpoint, server.secret_id, server.secret_key), ...)

    class MyAdapter:
        def create(self, prompt): ...  # starts a video and returns whatever tells it from others
        def wait(self, handle): ...    # returns, when it is over, what has `ok`, `url` and `error`; or raises
        def fetch(self, outcome): ...  # returns the bytes of the result, given what wait returned

An outcome is an object or a mapping. `ok` says whether there is a result, `url` where, `error` why not. To raise is as good
as an outcome that is not `ok`: the text of the exception is its `error`. But what only a slip in the client raises
(TypeError, KeyError and the like) counts as a crash. All else is optional, and each part opens further traps: see PARTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Client(Protocol):
    """What every adapter has."""

    def create(self, prompt: str) -> Any:
        """Starts a video."""

    def wait(self, handle: Any) -> Any:
        """The outcome of what any of the methods that start something has returned."""

    def fetch(self, outcome: Any) -> bytes:
        """The result itself."""


#: Optional part -> what it takes and returns. A trap whose part is absent is reported as not applicable.
PARTS: Mapping[str, str] = {
    "create_from_url": "create_from_url(prompt, url) starts a video from the picture at `url`; returns a handle",
    "create_from_bytes": "create_from_bytes(prompt, content) starts a video from a picture at hand; returns a handle",
    "create_image": "create_image(prompt, url) starts a picture after the one at `url`; returns a handle",
    "create_element": "create_element(name, description, url) starts an element for Kling; returns a handle",
    "wait_element": "wait_element(handle) returns its ElementId as text, or raises",
    "create_with_element": "create_with_element(prompt, element_id) starts a video that shows it; returns a handle",
    "create_subject": "create_subject(name, url) starts a subject for Vidu; returns a handle",
    "wait_subject": "wait_subject(handle) returns its SubjectId as text, or raises",
    "file_name": "file_name(outcome) returns the name under which the client would keep the result",
    "hear": "hear() asks for events once; returns a pair (handle, outcome) for each task it has not told of before",
    "handle_callback": "handle_callback(body) takes a pushed event as bytes; returns such a pair, or None for no news",
}

#: What is raised by a slip in the client and not on purpose.
_SLIPS = (AttributeError, IndexError, KeyError, NameError, RecursionError, TypeError, UnboundLocalError)


@dataclass(frozen=True, slots=True)
class Server:
    """What the adapter's factory is given: the live server of one trap."""

    #: With scheme, ``http://127.0.0.1:4577``.
    url: str
    #: Host and port alone, as the official SDKs want it.
    endpoint: str
    secret_id: str
    secret_key: str
    #: The application that the client is to use.
    sub_app_id: int
    #: Seconds after which the client is to take an answer for lost: it would wait longer for the real service.
    timeout: float
    #: To be called instead of time.sleep: moves the server's clock on and takes no time. A client that does without
    #: is judged as well, as long as it does not take more than its time.
    sleep: Callable[[float], None]
    #: To be called instead of time.time or time.monotonic: seconds by the server's clock.
    now: Callable[[], float]


class AdapterError(Exception):
    """The adapter does not do what is said above; the text says what."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client made of a task."""

    #: Whether there is a result, and it could be fetched.
    ok: bool
    url: str = ""
    error: str = ""
    #: Whether `wait` said that there is one.
    claimed: bool = False
    #: Whether the error is a slip in the client.
    crashed: bool = False
    #: What was fetched, None where nothing was.
    content: bytes | None = None

    @classmethod
    def raised(cls, error: Exception) -> Seen:
        """As told by an exception."""
        return cls(False, error=described(error), crashed=type(error) in _SLIPS)


def described(error: BaseException) -> str:
    """An exception in one line."""
    return f"{type(error).__name__}: {error}"


def read_outcome(outcome: Any) -> Seen:
    """What `outcome` says. Raises AdapterError for one that says nothing."""
    if isinstance(outcome, Mapping):
        found = {name: outcome.get(name) for name in ("ok", "url", "error")}
    else:
        found = {name: getattr(outcome, name, None) for name in ("ok", "url", "error")}
    if not isinstance(found["ok"], bool):
        raise AdapterError(f"an outcome has `ok`, which is True or False; this one is {outcome!r:.200}")
    return Seen(found["ok"], str(found["url"] or ""), str(found["error"] or ""), claimed=found["ok"])


def read_news(pairs: Any) -> list[tuple[Any, Seen]]:
    """What `hear` returned. Raises AdapterError for what are no pairs."""
    if not isinstance(pairs, Iterable):
        raise AdapterError(f"hear() returns pairs of handle and outcome; this is {pairs!r:.200}")
    return [read_pair(each) for each in pairs]


def read_pair(pair: Any) -> tuple[Any, Seen]:
    """One handle and outcome. Raises AdapterError for what is no pair."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise AdapterError(f"news are a pair of handle and outcome; this is {pair!r:.200}")
    return pair[0], read_outcome(pair[1])

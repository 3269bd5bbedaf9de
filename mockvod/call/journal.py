"""The journal: what was requested and answered. Its records hold no secrets: no key, token or signature."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from msgspec import Struct

from mockvod.call.admitted import Call, Refused, Scheme
from mockvod.call.outcome import Answer, Ending, Lost
from mockvod.errors import ApiError
from mockvod.http import HttpRequest
from mockvod.narrowing import is_array, is_object
from mockvod.validators.findings import Finding

#: Of requests with more bytes than this, long texts are shortened: 10,000 requests of 10 MB would not fit in memory.
WHOLE_UP_TO = 64 * 1024
_KEPT_LENGTH = 256
#: Deeper than the parameters of any action; a hostile body may be nested as deep as Python reads.
_KEPT_DEPTH = 32


class CallRecord(NamedTuple):
    """One call. What had not been read of a refused call is "" or empty."""

    #: Its number among all calls of this MockVod, from 1.
    number: int
    #: UNIX seconds.
    time: float
    request_id: str
    method: str
    host: str
    peer: str
    #: How the client identifies itself: RequestClient, or else User-Agent.
    client: str
    #: "v3" or "v1".
    scheme: str
    #: SecretId, once its account was found.
    account: str
    action: str
    params: dict[str, Any]
    #: Violations that were accepted with a warning, or for which the call was refused.
    findings: tuple[Finding, ...]
    #: The code of a refusal, "" for a result.
    code: str
    message: str
    #: Our own words: why it was refused.
    explanation: str
    #: The result without its envelope; None for a refused or lost call.
    answer: dict[str, Any] | None
    #: Whether the answer was generated from the contract alone, without any effect.
    generated: bool
    #: The kind of the fault that hit it, "" for none. A call for which the work was not done has no answer.
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        """Returns the record as JSON values, findings included."""
        return {**self._asdict(), "findings": [asdict(finding) for finding in self.findings]}


class _Entry(Struct, frozen=True, gc=False):
    """A call as it is kept, in few objects; a CallRecord is made of it when somebody looks.

    Members with the names of members of CallRecord are the same.
    """

    time: float
    request_id: str
    method: str
    host: str
    peer: str
    client: str
    scheme: Scheme
    account: str
    action: str
    #: The body, if it is the parameters as JSON, which are read when somebody looks; otherwise the parameters.
    sent: bytes | dict[str, Any]
    findings: tuple[Finding, ...]
    #: The body of the response, the refusal and its language, or that the call was lost.
    ending: bytes | _Refusal | Lost
    generated: bool
    fault: str


class _Refusal(Struct, frozen=True):
    refusal: ApiError
    language: str


class Journal:
    """The last `size` calls; `forgotten` counts the earlier ones. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        self._entries: deque[_Entry] = deque(maxlen=size)
        self._lock = threading.Lock()
        self._count = 0

    def add(self, call: Call, ending: Ending, answer: bytes, fault: str = "") -> None:
        """Remembers how a call ended.

        Args:
            call: The call.
            ending: How it ended.
            answer: The body of the response.
            fault: The kind of the fault that hit it, "" for none.
        """
        request, common, sent = call.request, call.common, call.sent
        kept: bytes | dict[str, Any] = sent
        if len(request.body) > WHOLE_UP_TO:
            kept = _shortened(sent)
        elif isinstance(ending, Answer) and call.scheme == "v3" and request.method == "POST" and sent:
            # Only what keeps its contract: what is nested very deep might be read once and not again.
            kept = request.body
        if common is not None:
            client, action = common.client or request.header("user-agent"), common.action
        else:
            client, action = request.header("user-agent"), _action_of(request)
        outcome: bytes | _Refusal | Lost
        if isinstance(ending, Answer):
            outcome = answer
        elif isinstance(ending, Lost):
            outcome = ending
        else:
            outcome = _Refusal(ending.refusal, call.language if isinstance(call, Refused) else call.common.language)
        entry = _Entry(
            call.now,
            call.request_id,
            request.method,
            request.header("host"),
            request.peer,
            client,
            call.scheme,
            "" if call.account is None else call.account.secret_id,
            action,
            kept,
            call.findings,
            outcome,
            isinstance(ending, Answer) and ending.generated,
            fault,
        )
        with self._lock:
            self._count += 1
            self._entries.append(entry)

    @property
    def total(self) -> int:
        """How many calls there were since the start or the last `clear`."""
        return self._count

    @property
    def forgotten(self) -> int:
        """How many of them are no longer held."""
        with self._lock:
            return self._count - len(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[CallRecord]:
        """The calls held, oldest first."""
        with self._lock:
            entries, count = list(self._entries), self._count
        return (_record(number, entry) for number, entry in enumerate(entries, count - len(entries) + 1))

    def clear(self) -> None:
        """Removes all calls and sets the counts to 0."""
        with self._lock:
            self._entries.clear()
            self._count = 0

    def snapshot(self) -> JournalSnapshot:
        """Returns the total and the calls held, for `restore`."""
        with self._lock:
            return JournalSnapshot(self._count, tuple(self._entries))

    def restore(self, snapshot: JournalSnapshot) -> None:
        """Returns to the total and the calls of a snapshot."""
        with self._lock:
            self._count = snapshot.total
            self._entries = deque(snapshot.entries, maxlen=self._entries.maxlen)


class JournalSnapshot(NamedTuple):
    """What a journal held at one moment."""

    total: int
    entries: tuple[_Entry, ...]


def _record(number: int, entry: _Entry) -> CallRecord:
    sent, ending = entry.sent, entry.ending
    code = message = explanation = ""
    answer: dict[str, Any] | None = None
    if isinstance(ending, bytes):
        answer = json.loads(ending)["Response"]
        assert answer is not None  # it is an answer of our own
        del answer["RequestId"]
    elif isinstance(ending, Lost):
        explanation = ending.explanation
    else:
        reply, explanation = ending.refusal.reply(ending.language), ending.refusal.explanation
        code, message = reply.code, reply.message
    params = json.loads(sent) if isinstance(sent, bytes) else sent
    return CallRecord(
        number=number,
        time=entry.time,
        request_id=entry.request_id,
        method=entry.method,
        host=entry.host,
        peer=entry.peer,
        client=entry.client,
        scheme=entry.scheme,
        account=entry.account,
        action=entry.action,
        params=params,
        findings=entry.findings,
        code=code,
        message=message,
        explanation=explanation,
        answer=answer,
        generated=entry.generated,
        fault=entry.fault,
    )


def _action_of(request: HttpRequest) -> str:
    """The action in the header of a call that was refused before its common parameters were read."""
    return request.header("x-tc-action")[:80]


def _shortened(value: Any, depth: int = 0) -> Any:
    if depth > _KEPT_DEPTH and isinstance(value, dict | list):
        return "… (nested deeper)"
    if is_object(value):
        return {name: _shortened(each, depth + 1) for name, each in value.items()}
    if is_array(value):
        return [_shortened(each, depth + 1) for each in value[:_KEPT_LENGTH]]
    if isinstance(value, str) and len(value) > _KEPT_LENGTH:
        return f"{value[:_KEPT_LENGTH]}… ({len(value)} characters)"
    return value

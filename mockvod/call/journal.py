"""The journal: what was requested and answered. Its records hold no secrets: no key, token or signature.

Every entry is kept in a few texts, each of a length that kept.py bounds, and all of them together in `MOST_BYTES`. Secrets
are taken out when somebody looks, so that a call does not have to wait for that.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from msgspec import Struct

from mockvod.call.admitted import Call, Refused, Scheme
from mockvod.call.kept import KEPT_HEADER, KEPT_MESSAGE, KEPT_NAME, WHOLE_UP_TO, read, shortened, written
from mockvod.call.outcome import Answer, Ending, Lost
from mockvod.call.secrets import Secrets, clean_findings, read_json
from mockvod.http import HttpRequest
from mockvod.validators.findings import Finding
from mockvod.validators.redaction import Redaction

#: How many bytes all entries may have together. Older calls are forgotten before their number is reached, if the calls are
#: large; 10,000 ordinary ones take a third of it.
MOST_BYTES = 64 * 1024 * 1024
#: What an entry takes besides its texts, and a finding besides its own: measured, and rounded up.
_ENTRY_BYTES = 1_200
_FINDING_BYTES = 800


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
    #: The parameters as JSON, which is the body where it can be.
    sent: bytes
    findings: tuple[Finding, ...]
    #: The body of the response, the refusal and its language, or that the call was lost.
    ending: bytes | _Refusal | Lost
    generated: bool
    fault: str
    #: How many bytes this entry counts for.
    size: int


class _Refusal(Struct, frozen=True):
    """What is told of a refusal, and not the exception: that would keep alive what its traceback refers to."""

    code: str
    message: str
    explanation: str


class Journal:
    """The last `size` calls, or fewer if they are large; `forgotten` counts the earlier ones. Safe to share between threads.

    Args:
        size: How many calls are kept.
        secrets: What is taken out of records.
        most_bytes: How many bytes they may have together.
    """

    def __init__(self, size: int, secrets: Secrets, most_bytes: int = MOST_BYTES) -> None:
        self._entries: deque[_Entry] = deque()
        self._size = size
        self._secrets = secrets
        self._most_bytes = most_bytes
        #: How many bytes the entries have together.
        self._bytes = 0
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
        client = request.header("user-agent") if common is None else common.client or request.header("user-agent")
        action = _action_of(request) if common is None else common.action
        outcome: bytes | _Refusal | Lost
        if isinstance(ending, Answer):
            outcome = answer
            if len(answer) > WHOLE_UP_TO:
                outcome = written({"Response": {**ending.content, "RequestId": call.request_id}}, whole=False)
            length = len(outcome)
        elif isinstance(ending, Lost):
            outcome, length = ending, 0
        else:
            language = call.language if isinstance(call, Refused) else call.common.language
            reply, explanation = ending.refusal.reply(language), ending.refusal.explanation
            outcome = _Refusal(reply.code, shortened(reply.message, KEPT_MESSAGE), shortened(explanation, KEPT_MESSAGE))
            length = len(outcome.message) + len(outcome.explanation)
        if len(request.body) > WHOLE_UP_TO:
            kept = written(sent, whole=False)
        elif isinstance(ending, Answer) and call.scheme == "v3" and request.method == "POST" and sent:
            # Only what keeps its contract: what is nested very deep might be read once and not again.
            kept = request.body
        else:
            kept = written(sent, whole=True)
        size = _ENTRY_BYTES + len(kept) + length
        for each in call.findings:
            size += _FINDING_BYTES + len(each.message) + 2 * len(each.path)
        entry = _Entry(
            call.now,
            call.request_id,
            request.method[:KEPT_NAME],
            request.headers.get("host", "")[:KEPT_HEADER],
            request.peer[:KEPT_NAME],
            client[:KEPT_HEADER],
            call.scheme,
            "" if call.account is None else call.account.secret_id,
            action[:KEPT_NAME],
            kept,
            call.findings,
            outcome,
            isinstance(ending, Answer) and ending.generated,
            fault,
            size,
        )
        with self._lock:
            self._count += 1
            self._bytes += size
            self._entries.append(entry)
            while len(self._entries) > self._size or (self._bytes > self._most_bytes and len(self._entries) > 1):
                self._bytes -= self._entries.popleft().size

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
        redaction = self._secrets.redaction()
        return (_record(number, entry, redaction) for number, entry in enumerate(entries, count - len(entries) + 1))

    def clear(self) -> None:
        """Removes all calls and sets the counts to 0."""
        with self._lock:
            self._entries.clear()
            self._count = self._bytes = 0

    def snapshot(self) -> JournalSnapshot:
        """Returns the total and the calls held, for `restore`."""
        with self._lock:
            return JournalSnapshot(self._count, tuple(self._entries))

    def restore(self, snapshot: JournalSnapshot) -> None:
        """Returns to the total and the calls of a snapshot."""
        with self._lock:
            self._count = snapshot.total
            self._entries = deque(snapshot.entries)
            self._bytes = sum(each.size for each in snapshot.entries)


class JournalSnapshot(NamedTuple):
    """What a journal held at one moment."""

    total: int
    entries: tuple[_Entry, ...]


def _record(number: int, entry: _Entry, redaction: Redaction) -> CallRecord:
    ending = entry.ending
    params, redaction = read_json(read(entry.sent), redaction)
    clean = redaction.text
    code = message = explanation = ""
    answer: dict[str, Any] | None = None
    if isinstance(ending, bytes):
        answer = read_json(read(ending), redaction)[0]["Response"]
        assert answer is not None  # it is an answer of our own
        answer.pop("RequestId", None)  # which a very long answer has been cut before
    elif isinstance(ending, Lost):
        explanation = ending.explanation
    else:
        code, message, explanation = ending.code, clean(ending.message), clean(ending.explanation)
    return CallRecord(
        number=number,
        time=entry.time,
        request_id=entry.request_id,
        method=clean(entry.method),
        host=clean(entry.host),
        peer=entry.peer,
        client=clean(entry.client),
        scheme=entry.scheme,
        account=entry.account,
        action=clean(entry.action),
        params=params,
        findings=clean_findings(entry.findings, redaction) if entry.findings else (),
        code=code,
        message=message,
        explanation=explanation,
        answer=answer,
        generated=entry.generated,
        fault=entry.fault,
    )


def _action_of(request: HttpRequest) -> str:
    """The action in the header of a call that was refused before its common parameters were read."""
    return request.header("x-tc-action")

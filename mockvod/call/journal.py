"""What was asked and answered, for looking back. Holds no secret: no key, token or signature is ever put in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from mockvod.gateway.admission import Admission
from mockvod.http import HttpRequest
from mockvod.validators.findings import Finding

#: Requests above this many bytes are remembered with their long texts cut: 10,000 calls of 10 MB would not fit.
WHOLE_UP_TO = 64 * 1024
_CUT_AT = 256


class CallRecord(NamedTuple):
    """One call. What a refused call never came to say is "" or empty."""

    #: Counts all calls of this MockVod, from 1.
    number: int
    #: UNIX seconds.
    time: float
    request_id: str
    method: str
    host: str
    peer: str
    #: What the client says it is.
    client: str
    #: "v3" or "v1".
    scheme: str
    #: The account, once its SecretId was found.
    account: str
    action: str
    params: dict[str, Any]
    #: What was let pass with a warning.
    findings: tuple[Finding, ...]
    #: The code of a refusal, "" for a result.
    code: str
    message: str
    #: Ours: why it was refused, in plain words.
    explanation: str
    #: The result without its envelope; None for a refusal.
    answer: dict[str, Any] | None
    #: Whether the answer was made from the contract alone, with nothing behind it.
    generated: bool
    #: The kind of the fault that befell it by order, "" for none. A call whose work was not done has no answer.
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        """The record as JSON values, findings included."""
        return {**self._asdict(), "findings": [asdict(finding) for finding in self.findings]}


class Journal:
    """The last `size` calls. `forgotten` counts those that had to make room."""

    def __init__(self, size: int) -> None:
        self._records: deque[CallRecord] = deque(maxlen=size)
        self._lock = threading.Lock()
        self._count = 0

    def add(
        self,
        admission: Admission,
        answer: dict[str, Any] | None,
        code: str = "",
        message: str = "",
        explanation: str = "",
        generated: bool = False,
        fault: str = "",
    ) -> None:
        """Remembers how `admission` ended."""
        request = admission.request
        common = admission.common if admission.reached("common") else None
        params: dict[str, Any] = admission.tree if admission.reached("tree") else {}
        if len(request.body) > WHOLE_UP_TO:
            params = _cut(params)
        with self._lock:
            self._count += 1
            self._records.append(
                CallRecord(
                    self._count,
                    admission.now,
                    admission.request_id,
                    request.method,
                    request.header("host"),
                    request.peer,
                    (common.client if common else "") or request.header("user-agent"),
                    admission.scheme,
                    admission.account.secret_id if admission.reached("account") else "",
                    common.action if common else _action_of(request),
                    params,
                    admission.findings if admission.reached("findings") else (),
                    code,
                    message,
                    explanation,
                    answer,
                    generated,
                    fault,
                )
            )

    @property
    def total(self) -> int:
        """How many calls there have been since the start or the last `clear`."""
        return self._count

    @property
    def forgotten(self) -> int:
        """How many of them are no longer held."""
        with self._lock:
            return self._count - len(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[CallRecord]:
        """The calls held, oldest first."""
        with self._lock:
            return iter(list(self._records))

    def clear(self) -> None:
        """Forgets all, also the counts."""
        with self._lock:
            self._records.clear()
            self._count = 0

    def snapshot(self) -> tuple[int, tuple[CallRecord, ...]]:
        """The total and the calls held, for `restore`."""
        with self._lock:
            return self._count, tuple(self._records)

    def restore(self, total: int, records: tuple[CallRecord, ...]) -> None:
        """Holds these calls instead."""
        with self._lock:
            self._count = total
            self._records = deque(records, maxlen=self._records.maxlen)


def _action_of(request: HttpRequest) -> str:
    """The action that a call names which was refused before its common parameters were read."""
    return request.header("x-tc-action")[:80]


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each) for each in value[:_CUT_AT]]
    if isinstance(value, str) and len(value) > _CUT_AT:
        return f"{value[:_CUT_AT]}… ({len(value)} characters)"
    return value

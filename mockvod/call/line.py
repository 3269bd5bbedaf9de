"""The line that the log has of a call."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from mockvod.call.admitted import Admitted, Call
from mockvod.call.outcome import Answer, Ending, Lost
from mockvod.http import HttpRequest, printable

log: logging.Logger = logging.getLogger("mockvod")
#: An explanation may quote what the caller sent.
_MOST_LETTERS = 1000


def log_call(call: Call, ending: Ending, fault: str, started: float) -> None:
    """Logs a call: at INFO if it was not simply answered, or with findings; at DEBUG otherwise.

    Args:
        call: The call.
        ending: How it ended.
        fault: The kind of the fault that hit it, "" for none.
        started: When work on it began, by `time.perf_counter`.
    """
    level = logging.DEBUG if isinstance(ending, Answer) and not call.findings and not fault else logging.INFO
    if not log.isEnabledFor(level):
        return
    outcome, code, why = _outcome(ending)
    facts: dict[str, Any] = {
        "outcome": outcome,
        "action": _action(call),
        "code": code,
        "request_id": call.request_id,
        "milliseconds": round((perf_counter() - started) * 1000, 2),
        "findings": len(call.findings),
        "peer": printable(call.request.peer, 80),
        "fault": fault,
    }
    said = ": ".join(filter(None, (f"{outcome} {facts['action']}", code, printable(why, _MOST_LETTERS))))
    aside = ", ".join(
        filter(
            None,
            (
                facts["request_id"],
                f"{facts['milliseconds']} ms",
                _counted(facts["findings"]),
                f"fault {fault}" if fault else "",
                f"from {facts['peer']}",
            ),
        )
    )
    log.log(level, "%s (%s)", said, aside, extra={"call": facts})


def action_of(request: HttpRequest) -> str:
    """The action that a request names in its header, in a form that can be logged."""
    return printable(request.header("x-tc-action"), 80) or "a call"


def _action(call: Call) -> str:
    if isinstance(call, Admitted):
        return call.contract.action
    return action_of(call.request) if call.common is None else printable(call.common.action, 80) or "a call"


def _outcome(ending: Ending) -> tuple[str, str, str]:
    """What became of a call, the code of a refusal, and why."""
    if isinstance(ending, Answer):
        return "answered", "", ""
    if isinstance(ending, Lost):
        return "lost", "", ending.explanation
    reply = ending.refusal.reply("en-US")
    return "refused", reply.code, ending.refusal.explanation or reply.message


def _counted(findings: int) -> str:
    return f"{findings} finding{'' if findings == 1 else 's'}" if findings else ""

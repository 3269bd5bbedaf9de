"""The line that the log has of a call."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from mockvod.call.admitted import Admitted, Call
from mockvod.call.outcome import Answer, Ending, Lost
from mockvod.call.secrets import Secrets
from mockvod.http import HttpRequest, printable

log: logging.Logger = logging.getLogger("mockvod")
#: An explanation may quote what the caller sent.
_MOST_LETTERS = 1000
#: How much of a name is shown, and how much is searched for secrets.
_MOST_NAMED = 80
_MOST_READ = 200
_NO_NAME = "a call"


def log_call(call: Call, ending: Ending, fault: str, started: float, secrets: Secrets) -> None:
    """Logs a call: at INFO if it was not simply answered, or with findings; at DEBUG otherwise.

    Args:
        call: The call.
        ending: How it ended.
        fault: The kind of the fault that hit it, "" for none.
        started: When work on it began, by `time.perf_counter`.
        secrets: What no line shows, such as a key that was sent for an action.
    """
    level = logging.DEBUG if isinstance(ending, Answer) and not call.findings and not fault else logging.INFO
    if not log.isEnabledFor(level):
        return
    clean = secrets.redaction(call.sent).text
    outcome, code, why = _outcome(ending)
    facts: dict[str, Any] = {
        "outcome": outcome,
        "action": printable(clean(_action(call)), _MOST_NAMED) or _NO_NAME,
        "code": code,
        "request_id": call.request_id,
        "milliseconds": round((perf_counter() - started) * 1000, 2),
        "findings": len(call.findings),
        "peer": printable(call.request.peer, 80),
        "fault": fault,
    }
    said = ": ".join(filter(None, (f"{outcome} {facts['action']}", code, printable(clean(why), _MOST_LETTERS))))
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


def action_of(request: HttpRequest, secrets: Secrets) -> str:
    """The action that a request names in its header, in a form that can be logged."""
    return printable(secrets.redaction().text(_named(request)), _MOST_NAMED) or _NO_NAME


def _named(request: HttpRequest) -> str:
    return request.header("x-tc-action")[:_MOST_READ]


def _action(call: Call) -> str:
    if isinstance(call, Admitted):
        return call.contract.action
    return _named(call.request) if call.common is None else call.common.action[:_MOST_READ]


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

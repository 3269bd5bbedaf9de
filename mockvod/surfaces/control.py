"""The control pages under ``/_mockvod``: what happened so far, and what is to happen, as JSON. For this machine only."""

from __future__ import annotations

import ipaddress
from typing import Any

from flask import Blueprint, Response, jsonify, request

from mockvod.app import MockVod
from mockvod.errors import TaskError
from mockvod.tasks import TaskHandle
from mockvod.version import __version__

CONTROL = "/_mockvod"
#: How many calls `requests` shows when it is not told.
SHOWN = 100

Answer = tuple[Response, int] | Response


class ControlError(Exception):
    """A request to a control page that cannot be met; the message says why."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def control(core: MockVod) -> Blueprint:
    """The pages of `core`."""
    pages = Blueprint("control", __name__, url_prefix=CONTROL)

    # Of the application, so that a stranger does not learn either which pages there are not.
    @pages.before_app_request
    def refuse_strangers() -> Answer | None:
        if request.path.startswith(CONTROL) and not _is_loopback(request.remote_addr or ""):
            return jsonify(error="the control pages answer callers on this machine only"), 403
        return None

    @pages.errorhandler(ControlError)
    def refuse(error: ControlError) -> Answer:
        return jsonify(error=str(error)), error.status

    @pages.get("/health")
    def health() -> Answer:
        return jsonify(status="ok", version=__version__, calls=core.journal.total)

    @pages.get("/requests")
    def requests() -> Answer:
        asked = _query("action", "limit")
        limit = asked.get("limit", str(SHOWN))
        if not (limit.isascii() and limit.isdigit() and len(limit) < 10):
            raise ControlError(f"limit is {limit[:40]!r}, not a whole number of at most nine digits")
        action = asked.get("action")
        records = [each for each in core.journal if action is None or each.action == action]
        shown = records[len(records) - min(int(limit), len(records)) :]
        return jsonify(
            total=core.journal.total,
            forgotten=core.journal.forgotten,
            calls=[each.as_json() for each in shown],
        )

    @pages.post("/reset")
    def reset() -> Answer:
        core.reset()
        return jsonify(status="ok")

    @pages.get("/tasks")
    def tasks() -> Answer:
        _query()
        return jsonify(tasks=[_task(each) for each in core.tasks])

    @pages.post("/tasks/<task_id>/progress")
    def progress(task_id: str) -> Answer:
        given = _fields("percent", required=("percent",))
        return _told(core, task_id, lambda task: task.progress(given["percent"]))

    @pages.post("/tasks/<task_id>/finish")
    def finish(task_id: str) -> Answer:
        _fields()
        return _told(core, task_id, lambda task: task.finish())

    @pages.post("/tasks/<task_id>/fail")
    def fail(task_id: str) -> Answer:
        given = _fields("ext", "message", "code")
        return _told(core, task_id, lambda task: task.fail(**given))

    @pages.get("/bill")
    def bill() -> Answer:
        account = _query("account").get("account")
        if account is not None and account not in core.accounts:
            raise ControlError(f"there is no account {account[:80]!r}; there are {', '.join(core.accounts)}", 404)
        return jsonify((core.bill if account is None else core.bill_of(account)).as_json())

    @pages.get("/notifications")
    def notifications() -> Answer:
        _query()
        return jsonify(notifications=[each._asdict() for each in core.notifier.tries])

    return pages


def _told(core: MockVod, task_id: str, tell: Any) -> Answer:
    try:
        task = core.tasks[task_id]
    except TaskError as error:
        raise ControlError(str(error), 404) from None
    try:
        tell(task)
    except TaskError as error:
        raise ControlError(str(error), 409) from None
    return jsonify(_task(task))


def _task(task: TaskHandle) -> dict[str, str]:
    return {"id": task.id, "action": task.action, "status": task.status}


def _query(*known: str) -> dict[str, str]:
    """The parameters of the address. Raises ControlError for one that the page does not have."""
    _only(request.args, known, "parameter")
    return request.args.to_dict()


def _fields(*known: str, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The members of the JSON body, none for no body. Raises ControlError for one that the page does not have."""
    given = request.get_json(force=True, silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise ControlError("the body is not a JSON object")
    _only(given, known, "member")
    for name in required:
        if name not in given:
            raise ControlError(f"the body lacks the member {name!r}")
    return given


def _only(given: Any, known: tuple[str, ...], kind: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        there = f"there are {' and '.join(known)}" if known else "there are none"
        raise ControlError(f"unknown {kind} {unknown[0]!r}; {there}")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

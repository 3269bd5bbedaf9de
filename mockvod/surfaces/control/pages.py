"""The control pages under ``/_mockvod``: what happened so far, and what is to happen, as JSON.

For callers on this machine; with the setting `control_token`, for all who name the token, and nobody else.
"""

from __future__ import annotations

import hmac
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from mockvod.app import MockVod
from mockvod.service.events.push import is_this_machine
from mockvod.surfaces.control import accounts as control_accounts
from mockvod.surfaces.control import clock as control_clock
from mockvod.surfaces.control import faults as control_faults
from mockvod.surfaces.control import looking_back as control_look
from mockvod.surfaces.control import state as control_state
from mockvod.surfaces.control import tasks as control_tasks
from mockvod.surfaces.control.fields import ControlError, read_body, read_query
from mockvod.surfaces.control.openapi import document
from mockvod.surfaces.control.page import Desk, Page

CONTROL = "/_mockvod"

Answer = tuple[Response, int] | tuple[Response, int, dict[str, str]] | Response


def describe(desk: Desk) -> dict[str, Any]:
    """These pages as an OpenAPI document."""
    return document(PAGES, CONTROL)


PAGES = (
    *control_look.PAGES,
    *control_tasks.PAGES,
    *control_clock.PAGES,
    *control_accounts.PAGES,
    *control_faults.PAGES,
    *control_state.PAGES,
    Page("GET", "/openapi.json", describe),
)


def control(core: MockVod) -> Blueprint:
    """The pages of `core`."""
    pages = Blueprint("control", __name__, url_prefix=CONTROL)
    desk = Desk(core)

    # Of the application, so that a stranger does not learn either which pages there are not.
    @pages.before_app_request
    def refuse_strangers() -> Answer | None:
        if not request.path.startswith(CONTROL):
            return None
        token = core.settings.control_token
        if token:
            if _names(request.headers.get("Authorization", ""), token):
                return None
            error = "the control pages answer callers that send Authorization: Bearer with the control token"
            return jsonify(error=error), 401, {"WWW-Authenticate": "Bearer"}
        # A page of a stranger's in a browser on this machine is a stranger, too.
        origin = request.headers.get("Origin")
        if not is_this_machine(request.remote_addr or "") or (
            origin is not None and not is_this_machine(urlsplit(origin).hostname or "")
        ):
            return jsonify(error="the control pages answer callers on this machine only"), 403
        return None

    @pages.errorhandler(ControlError)
    def refuse(error: ControlError) -> Answer:
        return jsonify(error=str(error)), error.status

    for page in PAGES:
        view = partial(_view, desk, page)
        pages.add_url_rule(page.rule, page.handle.__name__, view, methods=[page.method])
    return pages


def _view(desk: Desk, page: Page, **variables: str) -> Answer:
    # Not request.data, which is empty for what curl -d calls a form.
    given = {**read_query(request.args, page.query), **read_body(request.get_data(), page.members)}
    return jsonify(page.answer(desk, variables, given))


def _names(header: str, token: str) -> bool:
    """Whether an Authorization header names `token`. Takes as long for a wrong one as for the right one."""
    scheme, _, named = header.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(named.strip().encode(), token.encode())

"""The control API under ``/_mockvod`` as a Flask blueprint: routes, access and errors.

It answers callers on this machine; with the setting `control_token`, it answers whoever sends the token, and no one else.
The health page is open to everybody.
"""

from __future__ import annotations

import hmac
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from mockvod.app import MockVod
from mockvod.service.events.receivers import is_loopback
from mockvod.surfaces.control import accounts as control_accounts
from mockvod.surfaces.control import clock as control_clock
from mockvod.surfaces.control import faults as control_faults
from mockvod.surfaces.control import inspection as control_inspection
from mockvod.surfaces.control import state as control_state
from mockvod.surfaces.control import tasks as control_tasks
from mockvod.surfaces.control.endpoint import ControlContext, Endpoint
from mockvod.surfaces.control.fields import MOST_BYTES, ControlError, read_body, read_query, too_large
from mockvod.surfaces.control.openapi import document

CONTROL = "/_mockvod"

Answer = tuple[Response, int] | tuple[Response, int, dict[str, str]] | Response


def describe(context: ControlContext) -> dict[str, Any]:
    """The control API as an OpenAPI document."""
    return _document()


@cache
def _document() -> dict[str, Any]:
    # Always the same, and slow to make.
    return document(ENDPOINTS, CONTROL)


ENDPOINTS = (
    *control_inspection.ENDPOINTS,
    *control_tasks.ENDPOINTS,
    *control_clock.ENDPOINTS,
    *control_accounts.ENDPOINTS,
    *control_faults.ENDPOINTS,
    *control_state.ENDPOINTS,
    Endpoint("GET", "/openapi.json", describe),
)


def control_blueprint(core: MockVod) -> Blueprint:
    """The control API of `core`."""
    blueprint = Blueprint("control", __name__, url_prefix=CONTROL)
    context = ControlContext(core)

    # For the whole application, so that unknown paths too are refused here: a stranger must not learn which exist.
    @blueprint.before_app_request
    def refuse_strangers() -> Answer | None:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        if not request.path.startswith(CONTROL) or request.path == CONTROL + control_inspection.HEALTH:
            return None
        token = core.settings.control_token
        if token:
            if _has_token(request.headers.get("Authorization", ""), token):
                return None
            error = (
                "the control API answers callers that send Authorization: Bearer TOKEN, with the token that was given to "
                "--control-token or MOCKVOD_CONTROL_TOKEN"
            )
            return jsonify(error=error), 401, {"WWW-Authenticate": "Bearer"}
        # A browser on this machine may run a stranger's page; its Origin gives it away.
        origin = request.headers.get("Origin")
        if is_loopback(request.remote_addr or "") and (origin is None or _is_local(origin)):
            return None
        error = (
            "the control API answers callers on this machine only, and no pages of other sites; "
            "with --control-token TOKEN it answers whoever sends Authorization: Bearer TOKEN"
        )
        return jsonify(error=error), 403

    @blueprint.errorhandler(ControlError)
    def refuse(error: ControlError) -> Answer:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        return jsonify(error=str(error)), error.status

    for endpoint in ENDPOINTS:
        view = partial(_view, context, endpoint)
        blueprint.add_url_rule(endpoint.rule, endpoint.handle.__name__, view, methods=[endpoint.method])
    return blueprint


def _view(context: ControlContext, endpoint: Endpoint, **variables: str) -> Answer:
    given = {**read_query(request.args, endpoint.query), **read_body(_body(), endpoint.members)}
    return jsonify(endpoint.answer(context, variables, given))


def _is_local(origin: str) -> bool:
    try:
        return is_loopback(urlsplit(origin).hostname or "")
    except ValueError:  # an address that is none
        return False


def _body() -> bytes:
    """The body, of which no more is read than may be sent.

    Raises:
        ControlError: It is too large.
    """
    if (request.content_length or 0) > MOST_BYTES:
        raise too_large()
    # The stream, because request.data is empty for a body that curl -d labels as a form.
    body = request.stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large()
    return body


def _has_token(header: str, token: str) -> bool:
    """Whether an Authorization header carries `token`; compared in constant time."""
    scheme, _, sent = header.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode())

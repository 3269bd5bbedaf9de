"""The Flask application: result files and the control pages. The API itself goes past it."""

from __future__ import annotations

import ipaddress
from io import BytesIO

from flask import Flask, Response, jsonify, request, send_file
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mockvod.app import MockVod
from mockvod.surfaces.wsgi import WsgiSurface
from mockvod.version import __version__

CONTROL = "/_mockvod"
#: How many calls `requests` shows when it is not told.
SHOWN = 100


def create_app(mock: MockVod | None = None) -> Flask:
    """A WSGI application for `mock`: the API at ``/``, control under ``/_mockvod/``, result files elsewhere."""
    core = mock or MockVod()
    app = Flask("mockvod", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # an attribute of Flask's default provider

    @app.before_request
    def refuse_strangers() -> tuple[Response, int] | None:
        if request.path.startswith(CONTROL) and not _is_loopback(request.remote_addr or ""):
            return jsonify(error="the control pages answer callers on this machine only"), 403
        return None

    @app.get(f"{CONTROL}/health")
    def health() -> Response:
        return jsonify(status="ok", version=__version__, calls=core.journal.total)

    @app.get(f"{CONTROL}/requests")
    def requests() -> tuple[Response, int] | Response:
        unknown = sorted(set(request.args) - {"action", "limit"})
        if unknown:
            return jsonify(error=f"unknown parameter {unknown[0]!r}; there are action and limit"), 400
        limit = request.args.get("limit", str(SHOWN))
        if not (limit.isascii() and limit.isdigit() and len(limit) < 10):
            return jsonify(error=f"limit is {limit[:40]!r}, not a whole number of at most nine digits"), 400
        action = request.args.get("action")
        records = [each for each in core.journal if action is None or each.action == action]
        shown = records[len(records) - min(int(limit), len(records)) :]
        return jsonify(
            total=core.journal.total,
            forgotten=core.journal.forgotten,
            calls=[each.as_json() for each in shown],
        )

    @app.post(f"{CONTROL}/reset")
    def reset() -> Response:
        core.reset()
        return jsonify(status="ok")

    # As deep as the URLs of results are, and no control page is.
    @app.get("/<directory>/<part>/<name>")
    def media(directory: str, part: str, name: str) -> tuple[Response, int] | Response:
        file = core.media(request.path)
        if file is None:
            return jsonify(error=f"no result file at {request.path}: never made, not ready yet, or expired"), 404
        return send_file(BytesIO(file.content), mimetype=file.content_type, download_name=file.name, conditional=True)

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
        hint = f"{request.method} {request.path}: {error.name}. The API is at /, control pages are under {CONTROL}/"
        allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
        return jsonify(error=hint), error.code or 500, {"Allow": ", ".join(sorted(allowed))} if allowed else {}

    app.wsgi_app = WsgiSurface(core, app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way to wrap
    return app


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

"""The Flask application: files, the bucket for uploads and the control pages. The API itself goes past it."""

from __future__ import annotations

from io import BytesIO

from flask import Flask, Response, jsonify, request, send_file
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mockvod.app import MockVod
from mockvod.http import HttpRequest
from mockvod.service.media.bucket import MOST_BYTES
from mockvod.surfaces.control.pages import CONTROL, control
from mockvod.surfaces.wsgi import EnvironHeaders, WsgiSurface


def create_app(mock: MockVod | None = None) -> Flask:
    """A WSGI application for `mock`: the API at ``/``, control under ``/_mockvod/``, files elsewhere."""
    core = mock or MockVod()
    app = Flask("mockvod", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # an attribute of Flask's default provider

    app.register_blueprint(control(core))

    @app.before_request
    def to_the_bucket() -> Response | None:
        # Not a route: one for all paths would have every unknown path answered with 405.
        wanted = request.method == "PUT" or (request.method == "POST" and "uploads" in request.args)
        if not wanted or request.path.startswith(CONTROL):
            return None
        # As much of the body as shows that it is too large.
        body = request.stream.read(MOST_BYTES + 1)
        query, headers = request.environ.get("QUERY_STRING", ""), EnvironHeaders(request.environ)
        sent = HttpRequest(request.method, query, headers, body, request.remote_addr or "")
        answer = core.put_object(request.path, sent)
        return Response(answer.body, answer.status, list(answer.headers))

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

"""The Flask application: result files, the bucket for uploads, and the control API. The API itself bypasses Flask."""

from __future__ import annotations

from io import BytesIO
from zlib import crc32

from flask import Flask, Response, jsonify, request, send_file
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mockvod.app import MockVod
from mockvod.http import HttpRequest
from mockvod.service.media.bucket import MOST_BYTES
from mockvod.surfaces.control.blueprint import CONTROL, control_blueprint
from mockvod.surfaces.wsgi import EnvironHeaders, WsgiSurface


def create_app(mock: MockVod | None = None) -> Flask:
    """A WSGI application: the API at ``/``, the control API under ``/_mockvod/``, files elsewhere.

    Args:
        mock: What answers; a new MockVod by default.
    """
    core = mock or MockVod()
    app = Flask("mockvod", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # an attribute of Flask's default provider

    app.register_blueprint(control_blueprint(core))

    @app.before_request
    def answer_as_bucket() -> Response | None:  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        # Not a route: a route for all paths would answer GET of an unknown path with 405 instead of 404.
        wanted = request.method == "PUT" or (request.method == "POST" and "uploads" in request.args)
        if not wanted or request.path.startswith(CONTROL):
            return None
        # One byte more than is allowed shows that the body is too large.
        body = request.stream.read(MOST_BYTES + 1)
        query, headers = request.environ.get("QUERY_STRING", ""), EnvironHeaders(request.environ)
        sent = HttpRequest(request.method, query, headers, body, request.remote_addr or "")
        answer = core.put_object(request.path, sent)
        return Response(answer.body, answer.status, list(answer.headers))

    # Result URLs have three segments.
    @app.get("/<directory>/<part>/<name>")
    def media(  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        directory: str, part: str, name: str
    ) -> tuple[Response, int] | Response:
        file = core.media(request.path)
        if file is None:
            return jsonify(
                error=f"no result file at {request.path}: it was never made, is not ready yet, or has expired"
            ), 404
        if "," in request.headers.get("Range", ""):
            # Several ranges at once may be ignored (RFC 9110, 14.2); werkzeug would refuse them.
            del request.environ["HTTP_RANGE"]
        etag = f"{crc32(file.content):08x}-{len(file.content):x}"
        return send_file(
            BytesIO(file.content),
            mimetype=file.content_type,
            download_name=file.name,
            conditional=True,
            etag=etag,
        )

    @app.errorhandler(HTTPException)
    def explain(  # pyright: ignore[reportUnusedFunction]  # Flask calls it
        error: HTTPException,
    ) -> tuple[Response, int, dict[str, str]]:
        path = request.environ["PATH_INFO"]  # request.path has one slash where several were sent
        hint = f"{request.method} {path}: {error.name}. The API is at /, the control API is under {CONTROL}/"
        if path.startswith("//"):
            hint += "; remove the slash at the end of the endpoint"
        # Such as Content-Range, of a range that is beyond the end.
        headers = {name: value for name, value in error.get_headers(request.environ) if name != "Content-Type"}
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return jsonify(error=hint), error.code or 500, headers

    app.wsgi_app = WsgiSurface(core, app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way to wrap
    return app

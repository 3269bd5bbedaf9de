"""What a server serves: the API, which is called directly, and a WSGI application for every other path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockvod.app import MockVod
from mockvod.http import HeldAnswer, HttpRequest, HttpResponse
from mockvod.surfaces.cors import Cors

#: Answers a request, or returns what is to be awaited for the answer.
Api = Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    WsgiApp = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Site:
    """The two halves of a site.

    Attributes:
        api: Answers a request to ``/`` at once, or returns what is to be awaited; None leaves those to `app` as well.
        app: Makes the WSGI application when it is needed first.
        release: Ends all waits of calls that are held, because the server stops.
    """

    api: Api | None
    app: Callable[[], WsgiApp]
    release: Callable[[], None]

    @classmethod
    def of(cls, mock: MockVod, app: WsgiApp | None = None) -> Site:
        """Makes the site of a mock: the API, the control pages, the files and the bucket.

        Args:
            mock: The mock.
            app: What `create_app` has made of it, where that was called already.
        """

        def make_app() -> WsgiApp:
            from mockvod.surfaces.flask_app import create_app  # slow to import, and the API does without

            return app or create_app(mock)

        cors = Cors(mock.settings.cors_origin)
        return cls(_with_cors(mock.answer, cors) if cors.origin else mock.answer, make_app, mock.release)


def _with_cors(api: Api, cors: Cors) -> Api:
    """The API for pages of an origin, which the browser lets read the answers."""

    async def later(answer: Awaitable[HttpResponse]) -> HttpResponse:
        return cors.added(await answer)

    def answer(request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        asked = cors.preflight(request.method, request.headers)
        if asked is not None:
            return asked
        told = api(request)
        if isinstance(told, HttpResponse):
            return cors.added(told)
        return HeldAnswer(later(told)) if isinstance(told, HeldAnswer) else later(told)

    return answer

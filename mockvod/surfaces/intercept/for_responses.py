"""The library `responses`: a user's own registry of it asks a mock for Tencent's hosts, and keeps the others."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from requests import PreparedRequest
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPResponse

from mockvod.app import MockVod
from mockvod.surfaces.intercept.for_requests import answered, place_of
from mockvod.surfaces.intercept.scope import Interception, Scope


class MockVodResponse(BaseResponse):
    """Matches what is meant for VOD, its files and its buckets."""

    def __init__(self, mock: MockVod, hosts: Iterable[str] = ()) -> None:
        # What it matches is not said by one method and address; these stand in reports.
        super().__init__("POST", "https://vod.intl.tencentcloudapi.com/")
        self._block = Interception(mock, Scope.of(hosts, "pass"))

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        taken = self._block.takes(request.method or "GET", place_of(urlsplit(request.url or "")))
        return taken, "" if taken else "not a host that this mock answers"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        timeout = getattr(request, "req_kwargs", {}).get("timeout")
        return answered(self._block, request, urlsplit(request.url or ""), timeout)


def register(mock: MockVod, rsps: RequestsMock, hosts: Iterable[str]) -> None:
    """See mockvod.surfaces.intercept.block.register."""
    rsps.add(MockVodResponse(mock, hosts))

"""The library `responses`: a registry that belongs to the user asks a mock for Tencent's hosts, and only for those."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from requests import PreparedRequest
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPResponse

from mockvod.app import MockVod
from mockvod.surfaces.intercept.interception import Interception, Scope
from mockvod.surfaces.intercept.requests_adapter import answered, authority_of


class MockVodResponse(BaseResponse):
    """Matches calls to VOD, to its files and to its buckets."""

    def __init__(self, mock: MockVod, hosts: Iterable[str] = ()) -> None:
        # Only for the library's reports; `matches` decides.
        super().__init__("POST", "https://vod.intl.tencentcloudapi.com/")
        self._block = Interception(mock, Scope.of(hosts, "pass"))

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        matched = self._block.handles(request.method or "GET", authority_of(urlsplit(request.url or "")))
        return matched, "" if matched else "not a host that this mock answers"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        timeout = getattr(request, "req_kwargs", {}).get("timeout")
        return answered(self._block, request, urlsplit(request.url or ""), timeout)


def add(mock: MockVod, rsps: RequestsMock, hosts: Iterable[str]) -> None:
    """See `mockvod.add_to_responses`."""
    rsps.add(MockVodResponse(mock, hosts))

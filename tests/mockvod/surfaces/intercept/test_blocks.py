"""What a block does to the libraries around it, and leaves behind."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from mockvod import mock_vod
from mockvod.errors import UnmockedHostError
from mockvod.surfaces.intercept import interception

API = "https://vod.intl.tencentcloudapi.com/"


def notifiers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "mockvod-notifier"]


def test_a_block_that_was_not_entered_can_be_left() -> None:
    mock_vod().__exit__(None, None, None)


def test_a_block_that_pushes_events_does_so_until_it_is_left() -> None:
    before = notifiers()
    with mock_vod(notification_url="http://127.0.0.1:9/"):
        assert len(notifiers()) == len(before) + 1

    assert notifiers() == before


def test_a_library_that_cannot_be_patched_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    send = HTTPAdapter.send
    broken = {**interception._LIBRARIES, "json": "mockvod.surfaces.intercept.for_nothing"}
    monkeypatch.setattr(interception, "_LIBRARIES", broken)

    with pytest.raises(ModuleNotFoundError, match="for_nothing"), mock_vod():
        pytest.fail("it was entered")

    assert HTTPAdapter.send is send


def test_a_context_that_outlives_its_block_falls_back_to_the_one_around_it() -> None:
    with mock_vod() as outer:
        with mock_vod() as inner:
            context = copy_context()
        context.run(requests.post, API, timeout=10)

        assert (len(outer.calls), len(inner.calls)) == (1, 0)


class Nowhere(HTTPAdapter):
    """A stranger's adapter, which answers by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        response = requests.Response()
        response.status_code, response.request, response.url = 299, request, request.url
        return response

    def close(self) -> None:
        self.closed = True


def test_a_strangers_adapter_goes_on_answering_for_its_own_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where somebody has put a mock of their own in the place of ours, inside of the block."""
    adapter = Nowhere()
    with requests.Session() as session:
        session.mount("https://", adapter)
        # Undone inside of the block, or it would put back our replacement when the block is long gone.
        with mock_vod(others="refuse") as mock, monkeypatch.context() as patches:
            patches.setattr(HTTPAdapter, "send", lambda *args, **options: pytest.fail("it was asked"))
            shortcut = session.get_adapter("https://example.com/")
            statuses = [session.get(url, timeout=10).status_code for url in ("https://example.com/", API)]
            shortcut.close()

    assert (statuses, len(mock.calls)) == ([299, 200], 1)
    assert adapter.closed


def test_what_is_not_mocked_is_refused_by_name() -> None:
    with mock_vod(others="refuse"), pytest.raises(UnmockedHostError, match=r"example\.com"):
        requests.get("https://example.com/", timeout=10)

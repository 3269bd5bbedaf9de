"""How the URLs in pushed events begin: nobody has called for those, so the settings and the server say it."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings

APP = {"SubAppId": 7}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
SERVED = "http://127.0.0.1:4577"


@pytest.mark.parametrize(
    ("fields", "base"),
    [
        pytest.param({}, SERVED, id="served"),
        pytest.param({"public_url": "https://vod.test"}, "https://vod.test", id="public"),
        pytest.param({"media_url": "http://files.test:81"}, "http://files.test:81", id="media"),
    ],
)
def test_urls_in_a_pushed_event(make_caller: Any, clock: VirtualClock, fields: dict[str, str], base: str) -> None:
    with HTTPServer(host="127.0.0.1") as receiver:
        receiver.expect_request("/hook").respond_with_data("")
        settings = Settings(task_seconds=2, notification_url=receiver.url_for("/hook"), **fields)
        mock = MockVod(settings, clock=clock, url=SERVED)
        make_caller(mock).call("CreateAigcVideoTask", VIDEO)
        clock.advance(2)

        assert mock.notifier.deliver() == 1
        [(request, _)] = receiver.log
        [file] = request.json["AigcVideoCompleteEvent"]["Output"]["FileInfos"]
        assert file["FileUrl"].startswith(f"{base}/")

"""The Flask application in WSGI servers that others wrote, with the official SDK as the client."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.vod.v20180717 import models, vod_client

from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY

SERVERS = {
    "waitress": (
        "import mockvod, mockvod.surfaces.flask_app as surface, waitress\n"
        "settings = mockvod.Settings(media_url='http://127.0.0.1:{port}', progression='immediate')\n"
        "waitress.serve(surface.create_app(mockvod.MockVod(settings)), host='127.0.0.1', port={port})"
    ),
    "gunicorn": (
        "import mockvod, mockvod.surfaces.flask_app as surface\n"
        "from gunicorn.app.base import BaseApplication\n"
        "settings = mockvod.Settings(media_url='http://127.0.0.1:{port}', progression='immediate')\n"
        "class Application(BaseApplication):\n"
        "    def load_config(self):\n"
        "        self.cfg.set('bind', '127.0.0.1:{port}')\n"
        "        self.cfg.set('threads', 4)\n"
        "    def load(self):\n"
        "        return surface.create_app(mockvod.MockVod(settings))\n"
        "Application().run()"
    ),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(params=SERVERS)
def endpoint(request: pytest.FixtureRequest, need: object) -> Iterator[str]:
    need(request.param, importlib.util.find_spec(request.param) is not None, f"pip install {request.param}")  # type: ignore[operator]
    port = free_port()
    command = [sys.executable, "-c", SERVERS[request.param].format(port=port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(500):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.02)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def test_round(endpoint: str) -> None:
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=endpoint))
    client = vod_client.VodClient(Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY), "ap-singapore", profile)
    request = models.CreateAigcVideoTaskRequest()
    request.SubAppId, request.ModelName, request.ModelVersion, request.Prompt = 7, "GV", "3.1", "a cat"
    wanted = models.DescribeTaskDetailRequest()
    wanted.SubAppId, wanted.TaskId = 7, client.CreateAigcVideoTask(request).TaskId

    url = client.DescribeTaskDetail(wanted).AigcVideoTask.Output.FileInfos[0].FileUrl
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as response:
        content = response.read()

    assert url.startswith(f"http://{endpoint}/")
    assert content[4:8] == b"ftyp"
    wanted.TaskId = "7-AigcVideoTask-" + "0" * 32 + "t"
    with pytest.raises(TencentCloudSDKException, match="TaskId"):
        client.DescribeTaskDetail(wanted)

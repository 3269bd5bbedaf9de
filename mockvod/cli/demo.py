"""`mockvod demo`: creates, polls and downloads a video through the official SDK, on a server of its own."""

from __future__ import annotations

import os
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mockvod.cli.files import FilePath, write
from mockvod.cli.options import Command
from mockvod.errors import MockvodError, NotInstalledError, SettingsError
from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY

#: The example request of the page of CreateAigcVideoTask, shortened.
REQUEST: dict[str, Any] = {
    "SubAppId": 251007502,
    "ModelName": "GV",
    "ModelVersion": "3.1-fast",
    "Prompt": "generate a car",
    "OutputConfig": {"StorageMode": "Temporary", "AspectRatio": "9:16"},
}
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 60


@click.command(cls=Command)
@click.option("-o", "--output", type=FilePath(), envvar="MOCKVOD_DEMO_OUTPUT", help="Where to save the video.")
def demo(output: Path | None) -> None:
    """Creates a video task, waits for it and downloads the result, through the official Python SDK."""
    if output and not output.parent.is_dir():
        raise SettingsError(f"-o: there is no folder {str(output.parent)!r}; make it first, or choose another")
    if output and output.is_dir():
        raise SettingsError(f"-o: {str(output)!r} is a folder; name a file in it")
    vod = _sdk()
    with _without_proxies(), _server() as url:
        click.echo(f"1. a mock is listening on {url}")
        client = _client(vod, url)
        task_id = _call(client, "CreateAigcVideoTask", REQUEST)["TaskId"]
        click.echo(f"2. CreateAigcVideoTask -> TaskId {task_id}")
        detail = _wait(client, task_id)
        file = detail["Output"]["FileInfos"][0]
        click.echo(f"3. DescribeTaskDetail -> FINISH, ErrCode {detail['ErrCode']}, {file['FileUrl']}")
        target = output or Path(tempfile.mkdtemp(prefix="mockvod-")) / "aigcVideoGenFile.mp4"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(file["FileUrl"]) as response:
            write(target, response.read())
        size, seconds = target.stat().st_size, file["MetaData"]["Duration"]
        click.echo(f"4. downloaded {size} bytes, {seconds:g} s of video -> {target}")


def _sdk() -> Any:
    try:
        from tencentcloud.vod.v20180717 import vod_client
    except ImportError:
        raise NotInstalledError("demo needs the official SDK; install it with: pip install 'mockvod[demo]'") from None
    return vod_client


@contextmanager
def _server() -> Generator[str, None, None]:
    """Serves a mock on a free port, in a thread, so that nothing is left of it however this process ends."""
    from mockvod.app import MockVod
    from mockvod.surfaces.server import Background, Site, listen

    sockets = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    server = Background(Site.of(MockVod(url=url)), sockets)
    server.start()
    try:
        yield url
    finally:
        server.stop()


@contextmanager
def _without_proxies() -> Generator[None, None, None]:
    """Hides the machine's proxies from the SDK, which would ask them for this machine, too."""
    found = {name: value for name, value in os.environ.items() if name.lower() in ("http_proxy", "all_proxy")}
    for name in found:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(found)


def _client(vod: Any, url: str) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=url.removeprefix("http://")))
    return vod.VodClient(Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY), "ap-singapore", profile)


def _call(client: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    try:
        response: dict[str, Any] = client.call_json(action, params)["Response"]
    except TencentCloudSDKException as error:
        raise MockvodError(f"{action} failed: {error.get_code()}: {error.get_message()}") from error
    return response


def _wait(client: Any, task_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = _call(client, "DescribeTaskDetail", {"TaskId": task_id, "SubAppId": REQUEST["SubAppId"]})
        detail: dict[str, Any] = answer["AigcVideoTask"]
        if answer["Status"] == "FINISH":
            if detail["ErrCode"]:
                raise MockvodError(f"{task_id} ended with ErrCode {detail['ErrCode']}: {detail['Message']}")
            return detail
        click.echo(f"   DescribeTaskDetail -> {answer['Status']}, Progress {detail['Progress']}")
        time.sleep(POLL_SECONDS)
    raise MockvodError(f"{task_id} had not ended after {PATIENCE_SECONDS} s")

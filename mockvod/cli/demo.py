"""`mockvod demo`: creates, polls and downloads a video through the official SDK, on a server of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

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


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to save the video.")
def demo(output: Path | None) -> None:
    """Creates a video task, waits for it and downloads the result, through the official Python SDK."""
    if output and not output.parent.is_dir():
        raise SettingsError(f"-o: there is no folder {str(output.parent)!r}; make it first, or choose another")
    vod = _sdk()
    with _server() as url:
        click.echo(f"1. mockvod serve is listening on {url}")
        client = _client(vod, url)
        task_id = _call(client, vod, "CreateAigcVideoTask", REQUEST)["TaskId"]
        click.echo(f"2. CreateAigcVideoTask -> TaskId {task_id}")
        detail = _wait(client, vod, task_id)
        file = detail["Output"]["FileInfos"][0]
        click.echo(f"3. DescribeTaskDetail -> FINISH, ErrCode {detail['ErrCode']}, {file['FileUrl']}")
        target = output or Path(tempfile.mkdtemp(prefix="mockvod-")) / "aigcVideoGenFile.mp4"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(file["FileUrl"]) as response:
            target.write_bytes(response.read())
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
    """Starts `mockvod serve` on a free port, as a user would; yields its URL."""
    command = [sys.executable, "-m", "mockvod", "serve", "-p", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().rpartition("listening on ")[2].strip()
            if not url:
                raise MockvodError("the server did not start; its own message is above")
            yield url
        finally:
            process.terminate()


def _client(vod: Any, url: str) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile

    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=url.removeprefix("http://")))
    return vod.VodClient(Credential(DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY), "ap-singapore", profile)


def _call(client: Any, vod: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = client.call_json(action, params)["Response"]
    return response


def _wait(client: Any, vod: Any, task_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = _call(client, vod, "DescribeTaskDetail", {"TaskId": task_id, "SubAppId": REQUEST["SubAppId"]})
        detail: dict[str, Any] = answer["AigcVideoTask"]
        if answer["Status"] == "FINISH":
            if detail["ErrCode"]:
                raise MockvodError(f"{task_id} ended with ErrCode {detail['ErrCode']}: {detail['Message']}")
            return detail
        click.echo(f"   DescribeTaskDetail -> {answer['Status']}, Progress {detail['Progress']}")
        time.sleep(POLL_SECONDS)
    raise MockvodError(f"{task_id} had not ended after {PATIENCE_SECONDS} s")

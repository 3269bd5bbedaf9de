"""Installs each extra of a wheel alone into a bare environment, and uses what it promises.

    python tests/tools/extras.py dist/mockvod-*.whl

What an extra forgets to declare, and a development environment happens to have, shows here.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

#: Extra -> a program that uses what it promises. The empty one stands for an installation without extras.
PROGRAMS: Mapping[str, str] = {
    "": """
import requests
from mockvod import MockVod, mock_vod
from mockvod.fixtures.server import LiveServer
from mockvod.validators import validate_request

with mock_vod():
    assert "Response" in requests.get("https://vod.intl.tencentcloudapi.com/").json()
with LiveServer() as server:
    assert "Response" in requests.get(server.url).json()
assert validate_request("CreateAigcVideoTask", {})
""",
    "pytest": """
from pathlib import Path
import pytest

Path("test_it.py").write_text("def test_it(mockvod, mockvod_clock): assert mockvod.secret_id")
assert pytest.main(["-q", "test_it.py"]) == 0  # the plugin is found by its entry point
""",
    "hypothesis": """
from hypothesis import HealthCheck, given, settings
from mockvod.machine import VodMachine
from mockvod.validators import strategies

@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.requests("CreateAigcSubject"))
def draws(request):
    assert isinstance(request, dict)

draws()
assert VodMachine
""",
    "httpx": """
import asyncio
import httpx
from mockvod import SystemClock, mock_vod

async def call():
    async with httpx.AsyncClient() as client:
        return await client.get("https://vod.intl.tencentcloudapi.com/")

with mock_vod(clock=SystemClock()):
    assert "Response" in httpx.get("https://vod.intl.tencentcloudapi.com/").json()
    assert "Response" in asyncio.run(call()).json()
""",
    "tls": """
import requests
from mockvod.fixtures.tls import TlsServer

with TlsServer() as server:
    assert "Response" in requests.get(server.url, verify=server.ca_path).json()
""",
    "media": """
from mockvod.media import FileSpec, content, make, metadata
from mockvod.media.produce import extra_installed

assert extra_installed()
for asked in (FileSpec("video", "mp4", 320, 240, 1.0, sound=True), FileSpec("image", "png", 320, 240)):
    make(asked)
    assert content(asked) and (metadata(asked)["Width"], metadata(asked)["Height"]) == (320, 240), asked
""",
    "demo": """
import subprocess, sys
import tencentcloud.vod.v20180717.vod_client

subprocess.run([sys.executable, "-m", "mockvod", "demo", "--help"], check=True, stdout=subprocess.DEVNULL)
""",
}
#: Extras for this project's own tests, which the rest of the continuous integration uses.
OWN = {"test"}


def check(wheel: Path, extra: str, folder: Path) -> str:
    """Installs one extra and runs its program.

    Returns:
        What went wrong; "" if nothing did.
    """
    # Without pip, which the environment of this script has: that saves most of the time.
    venv.create(folder, with_pip=False)
    python = str(folder / "bin" / "python")
    wanted = f"mockvod{f'[{extra}]' if extra else ''} @ {wheel.resolve().as_uri()}"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile", wanted]
    for command in (install, [python, "-W", "error", "-c", PROGRAMS[extra]]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{extra or 'no extra'}: {command[-1] if command is install else 'its program'} failed\n{done.stdout}{done.stderr}"
    return ""


def main(wheel: Path) -> int:
    """Checks every extra that the wheel declares; returns the exit code."""
    with ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(archive.read(name))
    declared = {"", *metadata.get_all("Provides-Extra", ())} - OWN
    if declared != PROGRAMS.keys():
        print(f"extras without a program, or programs without an extra: {sorted(declared ^ PROGRAMS.keys())}")
        return 1
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        failures = [
            each
            for each in pool.map(lambda extra: check(wheel, extra, Path(folder, extra or "none")), PROGRAMS)
            if each
        ]
    print("\n".join(failures) or f"{len(PROGRAMS)} installations work, each extra alone")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

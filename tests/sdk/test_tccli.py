"""tccli of the international site, by subprocess."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockvod.settings import DOCUMENTED_SECRET_ID, DOCUMENTED_SECRET_KEY


@pytest.fixture
def tccli(need: Any, tmp_path: Path, endpoint: str) -> Any:
    found = shutil.which("tccli", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    need("tccli", found is not None, "pip install tccli-intl-en")

    def run(action: str, params: dict[str, Any], key: str = DOCUMENTED_SECRET_KEY) -> subprocess.CompletedProcess[str]:
        given = tmp_path / "params.json"
        given.write_text(json.dumps(params))
        command = [str(found), "vod", action, "--cli-input-json", f"file://{given}"]
        command += ["--secretId", DOCUMENTED_SECRET_ID, "--secretKey", key, "--region", "ap-singapore"]
        # Only with the scheme in it does tccli leave https; the Host header then says http://, too.
        command += ["--endpoint", f"http://{endpoint}"]
        # A home of its own, because the first run writes settings there.
        env = {**os.environ, "HOME": str(tmp_path)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)

    return run


def test_creates_and_describes(tccli: Any, video: dict[str, Any]) -> None:
    # tccli checks types by itself and refuses the text that the page's example sends.
    created = tccli("CreateAigcVideoTask", {**video, "TasksPriority": 10})
    assert created.returncode == 0, created.stderr
    task_id = json.loads(created.stdout)["TaskId"]

    described = tccli("DescribeTaskDetail", {"TaskId": task_id})

    assert json.loads(described.stdout)["Status"] == "FINISH"


def test_refusal(tccli: Any) -> None:
    done = tccli("CreateAigcSubject", {"SubjectName": "cat"}, key="wrong")

    assert done.returncode == 255
    assert "code:AuthFailure.SignatureFailure" in done.stderr + done.stdout

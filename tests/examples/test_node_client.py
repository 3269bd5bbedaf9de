"""A client in another language against the live server, told what to do over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any


def test_a_node_client_hears_of_a_failed_task(mockvod_server: Any, node_modules: str) -> None:
    script = [{"step": "progress", "percent": 50}, {"step": "fail", "ext": "ContentModerationFailed"}]
    body = json.dumps({"action": "CreateAigcVideoTask", "steps": script}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(urllib.request.Request(f"{mockvod_server.url}/_mockvod/tasks/script", body), timeout=10).close()

    done = subprocess.run(
        ["node", str(Path(__file__).with_name("client.js")), mockvod_server.endpoint],
        env={**os.environ, "NODE_PATH": node_modules},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "50 %\nContentModerationFailed\n"), done.stderr

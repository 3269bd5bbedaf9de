"""What the READMEs show is run as it stands there, but for the port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockvod.cli.main import commands
from mockvod.cli.options import known_variables, variable
from mockvod.cli.serve import serve
from mockvod.fixtures.server import LiveServer
from mockvod.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [README, *((ROOT / folder / "README.md").read_text(encoding="utf-8") for folder in ("fixtures", "validators"))]
BLOCKS = re.findall(r"<!-- test: (\w+) -->\n```\w+\n(.*?)```", "\n".join(PAGES), re.DOTALL)
PORT = "4577"


@pytest.fixture
def server() -> Any:
    with LiveServer(Settings(progression="immediate")) as server:
        yield server


def examples(kind: str) -> Any:
    found = [text for each, text in BLOCKS if each == kind]
    assert found, f"the README shows no {kind} example"
    return pytest.mark.parametrize("text", found, ids=range(len(found)))


def moved(text: str, server: LiveServer) -> str:
    assert f"127.0.0.1:{PORT}" in text
    return text.replace(f"127.0.0.1:{PORT}", server.endpoint)


def run(command: list[str], cwd: Path | None = None, **env: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PATH": path, **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@examples("python")
def test_python(server: LiveServer, text: str) -> None:
    output = run([sys.executable, "-c", moved(text, server)])

    assert re.fullmatch(r"FINISH\n|\d+-CreateAigcSubject-[0-9a-f]{32}t\n", output)


@examples("pytest")
def test_the_test_works_in_an_empty_project(text: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")

    output = run([sys.executable, "-m", "pytest", "-q", "test_it.py"], cwd=tmp_path)

    # What is in it is counted, lest a test be missed.
    assert f"{text.count('def test_')} passed" in output


MY_CLIENT = """
import uuid

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.vod.v20180717 import vod_client


class MyClient:
    def __init__(self, secret_id, secret_key):
        self.sdk = vod_client.VodClient(Credential(secret_id, secret_key), "ap-singapore")
        self.sessions = {}

    def create(self, prompt):
        session = self.sessions.setdefault(prompt, %s)
        video = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": prompt, "SessionId": session}
        try:
            return self.sdk.call_json("CreateAigcVideoTask", video)["Response"]["TaskId"]
        except TencentCloudSDKException as error:
            if error.code != "InvalidParameterValue.SessionId":
                raise
            tasks = self.sdk.call_json("DescribeTasks", {"SubAppId": 1, "Limit": 100})["Response"]["TaskSet"]
            return next(task["TaskId"] for task in tasks if task["SessionId"] == session)

    def state(self, task_id):
        task = self.sdk.call_json("DescribeTaskDetail", {"SubAppId": 1, "TaskId": task_id})["Response"]
        if task["AigcVideoTask"]["Status"] != "FINISH":
            return "running"
        return "failed" if task["AigcVideoTask"]["ErrCode"] else "done"
"""
#: What a user's tests take half a minute for.
QUICK = """
from hypothesis import Phase, settings

settings.register_profile("quick", max_examples=20, stateful_step_count=15, derandomize=True, phases=[Phase.generate])
settings.load_profile("quick")
"""


@examples("machine")
@pytest.mark.parametrize(
    ("session", "outcome"), [("uuid.uuid4().hex", "1 passed"), ('""', "is paid 2 times")], ids=["careful", "careless"]
)
def test_the_machine_takes_a_client(text: str, tmp_path: Path, session: str, outcome: str) -> None:
    (tmp_path / "my_client.py").write_text(MY_CLIENT % session, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(QUICK, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    assert outcome in done.stdout


@examples("traps")
def test_the_adapter_is_put_through_traps(text: str, tmp_path: Path) -> None:
    (tmp_path / "mytraps.py").write_text(text, encoding="utf-8")

    command = [sys.executable, "-m", "pytest", "-q", "--mockvod-traps=mytraps:Adapter", "-k", "endings"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    # It is no careful client; that its score is told is the point.
    assert re.search(r"^survived \d+ of \d+, failed \d+, not applicable \d+$", done.stdout, re.MULTILINE)


@examples("round")
def test_the_whole_round(server: LiveServer, text: str, tmp_path: Path) -> None:
    output = run([sys.executable, "-c", moved(text, server)], cwd=tmp_path)

    assert output.count(" my job succeeded\n") == 3
    assert re.search(r"^SubjectId [0-9]{18}$", output, re.MULTILINE)
    starts = {path.name: path.read_bytes()[:8] for path in tmp_path.iterdir()}
    assert (starts["cat0.mp4"][4:], starts["cat0.png"][:4]) == (b"ftyp", b"\x89PNG")


@examples("validators")
def test_validators(text: str) -> None:
    output = run([sys.executable, "-c", text])

    assert "ModelVersion" in output and "Prompt" in output


@examples("shell")
def test_shell(server: LiveServer, text: str, tmp_path: Path) -> None:
    output = run(["bash", "-euc", moved(text, server)], HOME=str(tmp_path))

    assert re.search('"TaskId"|"canonical_request"', output)


@examples("node")
def test_node(server: LiveServer, text: str, node_modules: str) -> None:
    output = run(["node", "-e", moved(text, server)], NODE_PATH=node_modules)

    assert re.fullmatch(r"\d+-(CreateAigcSubject|AigcVideoTask)-[0-9a-f]{32}t\n", output)


def test_table_of_options_is_that_of_the_command() -> None:
    header = "| option | variable | what it is |\n| --- | --- | --- |\n"

    table = README.partition(header)[2].partition("\n\n")[0]
    assert table.splitlines() == [
        f"| `{', '.join(option.opts)}` | `{variable(option)}` | {(option.help or '').partition('. ')[0].rstrip('.')} |"
        for option in serve.options()
    ]


@pytest.mark.parametrize("name", known_variables(commands))
def test_readme_names_every_variable(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize(
    ("shell", "words", "offered"),
    [
        pytest.param("bash", {"COMP_WORDS": "mockvod ser", "COMP_CWORD": "1"}, "serve", id="bash"),
        pytest.param("fish", {"COMP_WORDS": "mockvod serve --prof", "COMP_CWORD": "--prof"}, "--profile", id="fish"),
        pytest.param("zsh", {"COMP_WORDS": "mockvod contracts sh", "COMP_CWORD": "2"}, "show", id="zsh"),
    ],
)
def test_shells_complete_as_the_readme_says(shell: str, words: dict[str, str], offered: str) -> None:
    assert f"_MOCKVOD_COMPLETE={shell}_source mockvod" in README
    source = run(["mockvod"], _MOCKVOD_COMPLETE=f"{shell}_source")
    answer = run(["mockvod"], _MOCKVOD_COMPLETE=f"{shell}_complete", **words)

    assert "_MOCKVOD_COMPLETE" in source
    assert re.search(rf"(^|,){offered}(\t|$)", answer, re.MULTILINE)


def test_ci_runs_the_command_that_the_readme_gives_for_tests() -> None:
    command = re.search(r"&& \.venv/bin/pip install (-e '\.\[test\]') && \.venv/bin/(pytest -n auto)\n", README)

    assert command
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [part in script for part in command.groups()] == [True, True]


def test_the_default_port_is_the_one_shown() -> None:
    from mockvod.cli.serve import DEFAULT_PORT

    assert str(DEFAULT_PORT) == PORT


def test_table_of_fault_kinds_is_that_of_the_code() -> None:
    from mockvod.faults.kinds import documented

    text = (ROOT / "fixtures" / "README.md").read_text(encoding="utf-8")
    header = "| kind | details | what the client sees |\n| --- | --- | --- |\n"

    table = text.partition(header)[2].partition("\n\n")[0]
    assert table.splitlines() == documented()

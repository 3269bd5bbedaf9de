"""What commands do when nobody reads what they print, or nothing can be written."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

FULL = Path("/dev/full")
BAD = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a car", "Mood": 1}

needs_full = pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A file with a request in it that breaks its contract."""
    place = tmp_path / "params.json"
    place.write_text(json.dumps(BAD), encoding="utf-8")
    return str(place)


def unread(command: list[str], env: dict[str, str], stream: str) -> tuple[int, bytes]:
    """The exit code of a command that has a stream which nobody reads, and what it prints on the other one."""
    reading, writing = os.pipe()
    os.close(reading)
    other = "stderr" if stream == "stdout" else "stdout"
    ends: dict[str, Any] = {stream: writing, other: subprocess.PIPE}
    try:
        with subprocess.Popen(command, env=env, **ends) as process:
            content = b"".join(filter(None, process.communicate(timeout=30)))
    finally:
        os.close(writing)
    return process.returncode, content


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["contracts", "list"], 0, id="list"),
        pytest.param(["contracts", "show", "CreateAigcVideoTask"], 0, id="show"),
        pytest.param(["contracts", "export", "--format", "openapi"], 0, id="export"),
        pytest.param(["validate", "CreateAigcVideoTask", "BAD"], 1, id="validate"),
        pytest.param(["--help"], 0, id="help"),
        pytest.param(["--version"], 0, id="version"),
    ],
)
def test_a_reader_that_leaves_does_not_change_how_a_command_ends(
    command: Any, environment: Any, bad: str, arguments: list[str], status: int
) -> None:
    given = [bad if each == "BAD" else each for each in arguments]

    assert unread(command(*given), environment(), "stdout") == (status, b"")


def test_head_gets_its_line(command: Any, environment: Any) -> None:
    line = " ".join([*command("contracts", "list"), "|", "head", "-n", "1"])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@needs_full
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["contracts", "list"], id="list"),
        pytest.param(["contracts", "export", "--format", "jsonschema"], id="export"),
        pytest.param(["validate", "CreateAigcVideoTask", "BAD"], id="validate"),
        pytest.param(["sign", "--secret-id", "a", "--secret-key", "b"], id="sign"),
        pytest.param(["--help"], id="help"),
        pytest.param([], id="nothing"),
    ],
)
def test_a_full_device_is_told_of_in_one_line(command: Any, environment: Any, bad: str, arguments: list[str]) -> None:
    given = [bad if each == "BAD" else each for each in arguments]
    with FULL.open("wb") as full:
        done = subprocess.run(
            command(*given), env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False
        )

    assert (done.returncode, done.stderr) == (
        2,
        "mockvod: standard output cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("broken", ["pipe", pytest.param("full", marks=needs_full)])
def test_errors_that_cannot_be_told_have_their_exit_code(command: Any, environment: Any, broken: str) -> None:
    if broken == "pipe":
        assert unread(command("server"), environment(), "stderr") == (2, b"")
        return
    with FULL.open("wb") as full:
        done = subprocess.run(command("server"), env=environment(), stderr=full, timeout=30, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("redirection", "status"),
    [
        pytest.param("contracts list >&-", 0, id="output"),
        pytest.param("server 2>&-", 2, id="errors"),
        pytest.param("validate PullUpload - <&-", 2, id="input"),
    ],
)
def test_closed_streams_are_no_reason_to_fail(command: Any, environment: Any, redirection: str, status: int) -> None:
    line = " ".join([*command(), redirection])
    done = subprocess.run(
        ["bash", "-c", line], env=environment(), capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, "Traceback" in done.stderr) == (status, False)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_line_that_the_terminal_cannot_show_has_escapes(run: Any, environment: Any, encoding: str) -> None:
    done = run(
        "contracts", "drift", "--package-file", "视é", env=environment(PYTHONIOENCODING=encoding), encoding=encoding
    )

    shown = "视é".encode(encoding, "backslashreplace").decode(encoding)
    assert (done.status, done.err) == (2, f"mockvod: {shown} cannot be read: No such file or directory\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_stays_json_whatever_the_terminal_can_show(run: Any, environment: Any, encoding: str) -> None:
    given = ["sign", "--version=v1", "--secret-id=a", "--secret-key=b", "--param=Prompt=视é😀"]

    done = run(*given, env=environment(PYTHONIOENCODING=encoding), encoding=encoding)

    assert (done.status, "Prompt=视é😀" in json.loads(done.out)["string_to_sign"]) == (0, True)


def test_argument_that_is_no_text_is_refused(command: Any, environment: Any) -> None:
    given = [*map(os.fsencode, command("sign")), b"--param=a=\xff"]
    done = subprocess.run(given, env=environment(), capture_output=True, text=True, timeout=30, check=False)

    assert (done.returncode, done.stderr) == (2, "mockvod: argument 2 is not text in utf-8: '--param=a=\\udcff'\n")

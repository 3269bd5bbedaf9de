"""The recipes in fixtures/recipes: their commands are those of the command line, and their steps work in an empty folder."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from mockvod.cli.main import commands
from mockvod.cli.options import known_variables

ROOT = Path(__file__).resolve().parents[2]
RECIPES = ROOT / "fixtures" / "recipes"
PORT = "4577"


def text(name: str) -> str:
    return (RECIPES / name).read_text(encoding="utf-8")


def parsed(name: str) -> Any:
    return yaml.safe_load(text(name))


def unit() -> configparser.ConfigParser:
    """The systemd unit, whose form is that of ini files, with capitals in names."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text("mockvod.service"))
    return parser


def instructions() -> list[tuple[str, str]]:
    """Those of the Containerfile."""
    lines = [line for line in text("Containerfile").splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def instruction(name: str) -> str:
    [rest] = [rest for each, rest in instructions() if each == name]
    return rest


def steps(name: str) -> list[str]:
    """The shell commands of a job for CI, but for those that run after a failure."""
    if name == "gitlab.yaml":
        job = parsed(name)["tests"]
        return [*job["before_script"], *job["script"]]
    return [step["run"] for step in parsed(name)["jobs"]["tests"]["steps"] if "run" in step and "if" not in step]


def commands_of(lines: list[str]) -> list[list[str]]:
    """The arguments of each `mockvod` in shell commands, without what the shell takes for itself."""
    found = re.findall(r"^mockvod ([^>&|\n]+)", "\n".join(lines), re.MULTILINE)
    return [shlex.split(each) for each in found]


def assignments() -> dict[str, str]:
    """What the systemd unit and the Containerfile set."""
    return dict(each.split("=", 1) for each in (unit()["Service"]["Environment"], instruction("ENV")))


CALLS: dict[str, tuple[list[str], Mapping[str, str]]] = {
    "Containerfile": (
        json.loads(instruction("CMD")),
        dict([instruction("ENV").split("=", 1)]),
    ),
    "compose.yaml": (["serve"], parsed("compose.yaml")["services"]["mockvod"]["environment"]),
    "github.yaml": (commands_of(steps("github.yaml"))[0], {}),
    "gitlab.yaml": (
        commands_of(steps("gitlab.yaml"))[0],
        {name: value for name, value in parsed("gitlab.yaml")["tests"]["variables"].items() if "MOCKVOD" in name},
    ),
    "mockvod.service": (
        shlex.split(unit()["Service"]["ExecStart"])[1:],
        dict([unit()["Service"]["Environment"].split("=", 1)]),
    ),
}


def accept(arguments: list[str], variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the command line read arguments and variables, without running the command.

    Raises:
        click.ClickException: It does not accept them.
    """
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    above = commands.make_context("mockvod", list(arguments), resilient_parsing=False)
    name, command, rest = commands.resolve_command(above, list(arguments))
    assert command is not None
    command.make_context(name, rest, parent=above)
    unknown = set(variables) - set(known_variables(commands))
    if unknown:
        raise click.UsageError(f"no option has the environment variable {unknown}")


@pytest.mark.parametrize("name", CALLS)
def test_command_line_accepts_what_the_recipe_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, variables = CALLS[name]

    accept(arguments, variables, monkeypatch)
    assert arguments[0] == "serve"


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["serv"], {}),
        (["serve", "--prot", "1"], {}),
        (["serve"], {"MOCKVOD_PORT": "x"}),
        (["serve"], {"MOCKVOD_X": "1"}),
    ],
    ids=["command", "option", "value", "variable"],
)
def test_what_is_wrong_would_be_noticed(
    arguments: list[str], variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(click.ClickException):
        accept(arguments, variables, monkeypatch)


def test_every_recipe_is_tested() -> None:
    assert {each.name for each in RECIPES.iterdir()} == set(CALLS)


def test_readme_names_every_recipe() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in CALLS if f"(fixtures/recipes/{name})" not in readme] == []


def test_compose_builds_the_containerfile_and_asks_for_health_as_it_does() -> None:
    service = parsed("compose.yaml")["services"]["mockvod"]
    context = (RECIPES / service["build"]["context"]).resolve()

    assert (context, (context / service["build"]["dockerfile"]).resolve()) == (ROOT, RECIPES / "Containerfile")
    assert service["healthcheck"]["test"] == ["CMD", *json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])]


def test_service_of_systemd_names_what_it_needs() -> None:
    service = unit()["Service"]

    assert service["WorkingDirectory"] == f"/etc/{service['ConfigurationDirectory']}"
    assert shlex.split(service["ExecStart"])[0] == "/opt/mockvod/bin/mockvod"


# --- the steps, carried out ----------------------------------------------------------------------------------------


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has Python, and where `mockvod` is that of this checkout."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, arguments in {"mockvod": "-m mockvod", "python": ""}.items():
        (tools / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKVOD_")}
    return {**kept, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.mark.parametrize("name", ["github.yaml", "gitlab.yaml"])
def test_job_starts_the_mock_and_reaches_it(tmp_path: Path, surroundings: dict[str, str], port: int, name: str) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    first, *others = steps(name)
    assert first == "pip install ./vendor/mockvod"
    script = "\n".join(others).replace(PORT, str(port))
    process = subprocess.Popen(
        ["bash", "-euc", script],
        cwd=folder,
        env={**surroundings, **CALLS[name][1], "MOCKVOD_PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with process:
            assert process.stdout is not None
            assert '"version":' in process.stdout.read()
        assert process.returncode == 0
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # the mock, which a machine for CI ends with the job


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the instructions COPY and RUN have been carried out."""
    folder = tmp_path_factory.mktemp("image")
    for name, rest in instructions():
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                if (ROOT / source).is_dir():
                    shutil.copytree(
                        ROOT / source, folder / target[1:], ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
                    )
                else:
                    (folder / target[1:]).mkdir(exist_ok=True)
                    shutil.copy(ROOT / source, folder / target[1:])
        elif name == "RUN":
            installer, *arguments = shlex.split(rest)
            assert (installer, arguments[0]) == ("pip", "install")
            # Into a folder of its own, with what this environment has: no network is needed.
            offline = ["--quiet", "--no-deps", "--no-build-isolation", "--target", str(folder / "site")]
            given = [str(folder / each[1:]) if each.startswith("/") else each for each in arguments[1:]]
            subprocess.run([sys.executable, "-m", "pip", "install", *offline, *given], check=True, timeout=120)
    yield folder


def test_image_serves_and_is_healthy(image: Path, tmp_path: Path, surroundings: dict[str, str]) -> None:
    command = [*json.loads(instruction("ENTRYPOINT")), *json.loads(instruction("CMD"))]
    health = json.loads(instruction("HEALTHCHECK").partition(" CMD ")[2])
    env = {**surroundings, **CALLS["Containerfile"][1], "PYTHONPATH": str(image / "site"), "MOCKVOD_PORT": "0"}
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("mockvod is listening on http://0.0.0.0:")
            asked = [each.replace(PORT, line.rpartition(":")[2].strip()) for each in health]
            assert subprocess.run(asked, env=env, timeout=30, check=False).returncode == 0
            assert instruction("EXPOSE") == PORT
        finally:
            process.terminate()


def test_image_has_what_it_is_built_from(image: Path) -> None:
    """That of the folder, and not of this checkout."""
    code = "import mockvod, mockvod.validators as v; print(mockvod.__file__, v.__file__)"
    env = {**os.environ, "PYTHONPATH": str(image / "site")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=image, env=env, capture_output=True, text=True, timeout=30, check=True
    )

    site = image / "site" / "mockvod"
    assert done.stdout.split() == [str(site / "__init__.py"), str(site / "validators" / "__init__.py")]

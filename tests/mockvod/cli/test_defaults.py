"""Defaults of `mockvod serve` from mockvod.toml and pyproject.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from mockvod.cli.defaults import Defaults, as_given, find
from mockvod.cli.exits import Refusal
from mockvod.cli.serve import serve


def write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def params(folder: Path, text: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the options are, with a file of this text in a folder above."""
    write(folder / "mockvod.toml", text)
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    return serve.make_context("serve", list(arguments)).params


# --- which file ----------------------------------------------------------------------------------------------------


def test_no_file_is_needed(tmp_path: Path) -> None:
    assert find(tmp_path) is None


@pytest.mark.parametrize(
    ("files", "place"),
    [
        pytest.param({"mockvod.toml": "seed=1"}, "mockvod.toml", id="own"),
        pytest.param({"pyproject.toml": "[tool.mockvod]\nseed=1"}, "pyproject.toml, [tool.mockvod]", id="shared"),
        pytest.param(
            {"mockvod.toml": "seed=1", "pyproject.toml": "[tool.mockvod]\nseed=2"},
            "mockvod.toml",
            id="own-before-shared",
        ),
        pytest.param(
            {"mockvod.toml": "seed=2", "a/pyproject.toml": "[tool.mockvod]\nseed=1"},
            "a/pyproject.toml, [tool.mockvod]",
            id="nearest",
        ),
        pytest.param(
            {"mockvod.toml": "seed=1", "a/pyproject.toml": "[tool.other]\nseed=2"}, "mockvod.toml", id="without-section"
        ),
    ],
)
def test_nearest_file_counts(tmp_path: Path, files: dict[str, str], place: str) -> None:
    for name, text in files.items():
        write(tmp_path / name, text)

    (tmp_path / "a" / "b").mkdir(parents=True)
    assert find(tmp_path / "a" / "b") == Defaults(f"{tmp_path}/{place}", {"seed": 1})


# --- what it says --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "option", "value"),
    [
        pytest.param("port = 7", "port", 7, id="number"),
        pytest.param("task-seconds = 1.5", "task_seconds", 1.5, id="fraction"),
        pytest.param("task_seconds = 1.5", "task_seconds", 1.5, id="underscore"),
        pytest.param("profile = 'lenient'", "profile", "lenient", id="text"),
        pytest.param("rate-limit = 7", "rate_limit", 7, id="limit"),
        pytest.param("allow-remote-notifications = true", "allow_remote_notifications", True, id="flag"),
        pytest.param("allow-remote-notifications = false", "allow_remote_notifications", False, id="flag-off"),
        pytest.param("account = ['A:a', 'B:b']", "accounts", ("A:a", "B:b"), id="list"),
        pytest.param("set = ['seed=1']", "others", ("seed=1",), id="set-list"),
        pytest.param("[set]\nsub_app_ids = [7]\nx = 'é'", "others", ("sub_app_ids=[7]", 'x="\\u00e9"'), id="set-table"),
    ],
)
def test_value_is_read_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, option: str, value: object
) -> None:
    assert params(tmp_path, text, monkeypatch=monkeypatch)[option] == value


@pytest.mark.parametrize(
    ("arguments", "variables", "seed"),
    [
        pytest.param(["--seed", "1"], {"MOCKVOD_SEED": "2"}, 1, id="command-line"),
        pytest.param([], {"MOCKVOD_SEED": "2"}, 2, id="environment"),
        pytest.param([], {}, 3, id="file"),
    ],
)
def test_nearer_to_the_call_counts_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], variables: dict[str, str], seed: int
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert params(tmp_path, "seed = 3", *arguments, monkeypatch=monkeypatch)["seed"] == seed


def test_a_server_follows_its_file(tmp_path: Path, serving: Any, make_caller: Any) -> None:
    write(tmp_path / "pyproject.toml", "[tool.mockvod]\nport = 0\nset = {newer_customer = true}\n")

    with serving(folder=tmp_path) as server:
        answer = server.call(make_caller, "DescribeEventConfig")

    assert answer["Error"]["Code"] == "InvalidParameterValue.SubAppId"


def test_an_option_beats_the_same_setting_in_the_file(tmp_path: Path, serving: Any, make_caller: Any) -> None:
    write(tmp_path / "mockvod.toml", "port = 0\nset = {profile = 'strict'}\n")

    with serving("--profile", "lenient", folder=tmp_path) as server:
        assert "TaskId" in server.call(make_caller, "CreateAigcSubject", {"Unknown": 1})


# --- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("prot = 5", "no option is called 'prot'; the nearest is 'port'", id="unknown-key"),
        pytest.param("accounts = []", "the nearest is 'account'", id="name-of-the-parameter"),
        pytest.param("port = 70000", "Invalid value for 'port' in FILE: 70000 is not in the range", id="value"),
        pytest.param(
            "port = true", "Invalid value for 'port' in FILE: 'true' is not a valid integer", id="flag-as-port"
        ),
        pytest.param("port = 1.5", "Invalid value for 'port' in FILE: '1.5' is not a valid integer", id="half-a-port"),
        pytest.param("port = [1]", "'port' in FILE is not a text, a number, true or false", id="list-as-port"),
        pytest.param("account = 'A:a'", "'account' in FILE is not a list", id="text-as-list"),
        pytest.param("[set]\nseed = 2020-01-01", "'set' in FILE holds a date", id="date"),
        pytest.param("[set]\nseed = 'x'", "seed: 'x' is not a whole number", id="setting"),
        pytest.param("[set]\nsed = 1", "there is no setting 'sed'; the nearest is 'seed'", id="unknown-setting"),
        pytest.param("rate-limit = 1\nrate_limit = 1", "is the same as another key there", id="twice"),
        pytest.param("profile = 'strict'\nset = {profile = 'lenient'}", "by --profile and by --set", id="two-ways"),
        pytest.param("port", "FILE is not TOML: ", id="no-toml"),
        pytest.param("x = " + "[" * 10_000, "FILE is n", id="too-deep"),
    ],
)
def test_mistake_in_a_file_gets_one_line(tmp_path: Path, refused: Any, text: str, reason: str) -> None:
    write(tmp_path / "mockvod.toml", text)

    assert reason.replace("FILE", str(tmp_path / "mockvod.toml")) in refused("serve", cwd=tmp_path)


def test_section_that_is_no_table_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool]\nmockvod = 1\n")

    with pytest.raises(Refusal, match=r"pyproject\.toml, \[tool\.mockvod\] is not a table"):
        find(tmp_path)


def test_help_is_shown_whatever_the_file_is_like(tmp_path: Path, run: Any) -> None:
    write(tmp_path / "mockvod.toml", "prot = 5")

    assert run("serve", "--help", cwd=tmp_path).status == 0


def test_other_commands_read_no_file(tmp_path: Path, run: Any) -> None:
    write(tmp_path / "mockvod.toml", "prot = 5")

    assert run("contracts", "list", cwd=tmp_path).status == 0


def test_flags_are_given_as_click_takes_them() -> None:
    option = click.Option(["--tls"], is_flag=True)

    assert as_given(Defaults("x", {"tls": True}), {"tls": option}) == {"tls": "true"}

"""`mockvod contracts`: list, show, sync."""

from importlib.metadata import PackageNotFoundError
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import mockvod.cli.contracts as command
from mockvod.cli.contracts import contracts

KEPT = files("mockvod.contracts") / "upstream" / "2018-07-17.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(contracts, arguments)


@pytest.fixture
def package(need: Any) -> None:
    """The package that sync reads is there, in the version that the repository was written from."""
    try:
        version = command._package().version
    except command.Refusal:
        version = ""
    need("tccli-intl-en", bool(version), "pip install tccli-intl-en")
    if f'"package_version": "{version}"' not in KEPT.read_text(encoding="utf-8"):
        pytest.skip(f"the repository was written from another version than the installed {version}")


def test_list_counts_the_actions() -> None:
    assert run("list").output.splitlines()[-1] == "241 actions, 6 of them kept by hand"


def test_list_gives_each_action_a_line() -> None:
    assert "CreateAigcVideoTask                          by hand    task   20/s" in run("list").output.splitlines()


def test_show_prints_facts_of_the_hand_kept_file() -> None:
    assert "  task         TaskType AigcVideoTask, result in AigcVideoTask" in run("show", "CreateAigcVideoTask").output


def test_show_prints_nested_types() -> None:
    assert "    ImageUrls                    list of string" in run("show", "CreateAigcVideoTask").output.splitlines()


def test_show_marks_required_members() -> None:
    assert "  * SubAppId                     uint64" in run("show", "CreateAigcVideoTask").output.splitlines()


def test_show_prints_conflicts() -> None:
    assert "X-SUBAPP-TASK (SubAppId): optional by the published flag /" in run("show", "DescribeTaskDetail").output


def test_show_serves_actions_without_a_file() -> None:
    first, *_ = run("show", "ApplyUpload").output.splitlines()

    assert first == "ApplyUpload  (version 2018-07-17, structure only)"


def test_show_of_an_unknown_action_names_near_ones() -> None:
    result = run("show", "describetaskdetail")

    assert result.exit_code == 2
    assert result.output.startswith(
        "Error: no action 'describetaskdetail' in version 2018-07-17; did you mean DescribeTaskDetail or "
    )


def test_sync_writes_what_the_repository_holds(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"

    assert run("sync", "--output", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == KEPT.read_text(encoding="utf-8")


def test_second_sync_changes_nothing(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"
    run("sync", "--output", str(target))

    assert run("sync", "--output", str(target)).output.startswith("unchanged  tccli-intl-en ")


def test_check_passes_on_the_repository(package: None) -> None:
    assert run("sync", "--check").exit_code == 0


def test_check_of_another_file_exits_with_drift(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"
    target.write_text("{}", encoding="utf-8")

    result = run("sync", "--check", "--output", str(target))

    assert (result.exit_code, target.read_text(encoding="utf-8")) == (3, "{}")


def test_sync_without_the_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(command, "distribution", absent)

    result = run("sync", "--check")

    assert (result.exit_code, result.output) == (
        2,
        "Error: tccli-intl-en is not installed; `pip install tccli-intl-en` brings it\n",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "No such file", id="no-file"),
        pytest.param("{", "Expecting", id="no-json"),
        pytest.param("{}", "not an API description", id="no-description"),
    ],
)
def test_sync_of_an_unreadable_package_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, reason: str
) -> None:
    class Broken:
        version = "0.0"

        def locate_file(self, path: str) -> Path:
            return tmp_path / "api.json"

    if content is not None:
        (tmp_path / "api.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(command, "distribution", lambda name: Broken())

    result = run("sync")

    assert result.exit_code == 2
    assert result.output.startswith("Error: tccli-intl-en 0.0 cannot be read: ")
    assert reason in result.output

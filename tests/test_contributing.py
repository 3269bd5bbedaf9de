"""CONTRIBUTING.md stays true: its files and tests exist, its recipes name what they touch, its checks are those of CI."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = ("CONTRIBUTING.md", "CHANGELOG.md", "DECISIONS.md", "SECURITY.md")
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
#: "[path](path), `NAME` and `NAME`": what of the file is meant.
NAMED = re.compile(r"\[[^\]]+\]\(([^)]+\.py)\),\s+(`\w+`(?: (?:and|or) `\w+`)*)")
WANTED = {
    "A model version",
    "An action without tasks",
    "An action that makes tasks",
    "An error code and its text",
    "A fault kind",
    "A trap",
    "A store",
    "A settings field",
    "A report format",
    "A correction of a contract",
}


def sections(text: str, level: str) -> dict[str, str]:
    parts = re.split(rf"^{level} (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


RECIPES = sections(sections(TEXT, "##")["Recipes"], "###")
CHECKS = [pytest.param(*each, id="::".join(each)) for each in sorted(set(TEST.findall(TEXT)))]
recipes = pytest.mark.parametrize("recipe", RECIPES)


def links(text: str) -> list[str]:
    return [link for link in LINK.findall(text) if not link.startswith("https://")]


def words(path: str) -> set[str]:
    return set(re.findall(r"\w+", (ROOT / path).read_text(encoding="utf-8")))


def test_there_is_a_recipe_for_each_thing_that_grows() -> None:
    assert set(RECIPES) == WANTED


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert [link for link in links(text) if not (ROOT / link.partition("#")[0]).exists()] == []


@recipes
def test_recipe_names_files_of_the_project_to_touch(recipe: str) -> None:
    bullets = RECIPES[recipe].strip().partition("\n\n")[0]

    assert [link for link in links(bullets) if re.match("contracts|fixtures|mockvod|validators", link)] != []


@recipes
def test_recipe_names_tests_that_check_it(recipe: str) -> None:
    assert "hecked by" in RECIPES[recipe]
    assert TEST.findall(RECIPES[recipe].partition("hecked by")[2]) != []


@recipes
def test_recipe_names_what_the_files_have(recipe: str) -> None:
    named = NAMED.findall(RECIPES[recipe])

    assert [
        f"{path}: {name}"
        for path, names in named
        for name in re.findall(r"\w+", names.replace("` and `", "` `"))
        if name not in {"and", "or"} and name not in words(path)
    ] == []


def test_names_are_found_in_the_recipes() -> None:
    """Or the test above would look at none."""
    assert len([each for text in RECIPES.values() for each in NAMED.findall(text)]) >= 14


@pytest.mark.parametrize(("path", "name"), CHECKS)
def test_named_test_exists(path: str, name: str) -> None:
    defined = ast.parse((ROOT / path).read_text(encoding="utf-8")).body

    assert name in {each.name for each in defined if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_paths_lead_somewhere() -> None:
    """Those that are no links; short ones, such as `service/kinds`, are inside of mockvod/."""
    paths = re.findall(r"`([\w.]+/[\w/]*(?:\.py)?)`", TEXT)

    assert [path for path in paths if not (ROOT / path).exists() and not (ROOT / "mockvod" / path).exists()] == []
    assert len(paths) >= 8


def test_the_map_has_every_package() -> None:
    table = re.findall(r"^\| `(mockvod[\w.]*)` \|", sections(TEXT, "##")["The map"], flags=re.MULTILINE)
    folders = {"mockvod": "mockvod", "validators": "mockvod.validators", "fixtures": "mockvod.fixtures"}
    packages = [
        ".".join([folders[folder], *path.parent.relative_to(ROOT / folder).parts])
        for folder in folders
        for path in (ROOT / folder).rglob("__init__.py")
    ]

    assert sorted(table) == sorted(packages)


def test_modules_of_the_life_of_a_task_exist() -> None:
    named = re.findall(r"`(\w+\.py)`", sections(TEXT, "##")["The life of a task"])

    assert [name for name in named if not (ROOT / "mockvod/service/tasks" / name).is_file()] == []
    assert named != []


def test_commands_are_those_of_ci() -> None:
    setup = sections(TEXT, "##")["Set up"]
    commands = setup.partition("```sh\n")[2].partition("```")[0].splitlines()[1:]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert commands == ["pytest -n auto", "ruff check .", "ruff format --check .", "mypy"]
    assert [command for command in commands if not any(command in line for line in ci)] == []


def test_pre_commit_runs_the_checks_of_ci() -> None:
    """All but the tests, which take minutes; and from no other repository, so with the versions that CI has."""
    config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert re.findall("repo: (.+)", config) == ["local"]
    entries = re.findall("entry: (.+)", config)
    assert entries == [line for line in ci if re.match("ruff |mypy", line)]


def test_changelog_has_the_sections_of_its_form() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert "[Unreleased]" in sections(changelog, "##")
    assert set(re.findall("^### (.+)$", changelog, flags=re.MULTILINE)) <= {
        "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"
    }  # fmt: skip


@pytest.mark.parametrize("number", range(1, 8))
def test_decision_has_its_three_parts_in_ten_lines(number: int) -> None:
    decisions = sections((ROOT / "DECISIONS.md").read_text(encoding="utf-8"), "##")
    [text] = [body.strip() for title, body in decisions.items() if title.startswith(f"{number}. ")]

    assert re.findall(r"^\*(\w+)\.\*", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 10

"""The form of docstrings, and sources that a reader of this repository can follow, in all three packages."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("mockvod", "validators", "fixtures")
#: In the order in which a docstring has them.
SECTIONS = ("Example::", "Args:", "Returns:", "Yields:", "Raises:")
#: Documents that are not in this repository.
ELSEWHERE = re.compile(r"\b(?:aigc|gateway|observed|tasks|spec-mismatch)\.md\b|\(facts, [A-Z]+-|\bfacts of 20")
#: The name of a file, with or without directories. A name in a URL or a pattern is no file of ours.
FILE = re.compile(r"(?<![\w./*{:-])(?:\.\./)*[\w-][\w./-]*\.(?:py|md|json|toml)\b(?![\w*{])")
#: The identifier of a conflict or an assumption that a contract explains.
ROW = re.compile(r"\b[AX]-(?!TC\b)[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*\b")
#: Files of the user's project, and of tccli.
OF_OTHERS = frozenset({"conftest.py", "mockvod.toml", "mytraps.py", "pyproject.toml", "api.json"})
#: Where files that are named without a directory may be, besides the place that names them.
DIRECTORIES = (ROOT, ROOT / "mockvod", ROOT / "contracts", ROOT / "contracts" / "actions")


class Text(NamedTuple):
    """A docstring or comment, and the file and line where it begins."""

    path: Path
    line: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def python_files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def docstrings(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node)
            if text:
                yield Text(path, getattr(node, "lineno", 1), text)


def comments(path: Path) -> Iterator[Text]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield Text(path, token.start[0], token.string)


DOCSTRINGS = [each for path in python_files() for each in docstrings(path)]
PROSE = [*DOCSTRINGS, *(each for path in python_files() for each in comments(path))]
DOCUMENTS = [
    path for path in sorted(ROOT.rglob("*.md")) if path.is_file() and not {".venv", "node_modules"} & set(path.parts)
]


def cited_files(text: str) -> set[str]:
    """The files that a text names; of a link, only the target counts."""
    text = re.sub(r"\[[^\]]*\](?=\()", "", text)
    return {each for each in FILE.findall(text) if each not in OF_OTHERS}


def exists(cited: str, place: Path) -> bool:
    """Whether there is such a file: from one of DIRECTORIES, beside `place`, or in one of the directories above it."""
    above = (each for each in place.parents if each.is_relative_to(ROOT))
    return any((each / cited).is_file() for each in (*above, *DIRECTORIES))


def rows_of_contracts() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "contracts").rglob("*.json")))


@pytest.mark.parametrize("text", [pytest.param(each.text, id=each.id) for each in DOCSTRINGS])
def test_summary_is_one_sentence_on_one_line(text: str) -> None:
    summary, _, rest = text.partition("\n")

    assert summary.endswith((".", ":", ">"))
    assert not rest or rest.startswith("\n")


@pytest.mark.parametrize("text", [pytest.param(each.text, id=each.id) for each in DOCSTRINGS])
def test_sections_are_in_order(text: str) -> None:
    found = [each for each in re.findall(r"^(\w[\w ]*:{1,2})$", text, re.MULTILINE) if each in SECTIONS]

    assert found == sorted(set(found), key=SECTIONS.index)


@pytest.mark.parametrize("text", [pytest.param(each.text, id=each.id) for each in DOCSTRINGS])
def test_exceptions_are_in_a_section(text: str) -> None:
    assert not re.search(
        r"(?:^|[.;] )[Rr]aises [A-Z]\w*(?:Error|Action|Argument|Installed)\b", text.split("Raises:")[0]
    )


def test_sources_are_in_this_repository() -> None:
    assert [each.id for each in PROSE if ELSEWHERE.search(each.text)] == []


def test_cited_files_exist() -> None:
    missing = {(each.id, name) for each in PROSE for name in cited_files(each.text) if not exists(name, each.path)}

    assert missing == set()


def test_files_that_contracts_and_documents_cite_exist() -> None:
    contracts = [*(ROOT / "contracts").glob("*.json"), *(ROOT / "contracts" / "actions").glob("*.json")]
    cited = {
        (path, name) for path in (*contracts, *DOCUMENTS) for name in cited_files(path.read_text(encoding="utf-8"))
    }
    # A document says in its own words where a file is that it names without a directory.
    with_directory = {(path, name) for path, name in cited if "/" in name or path.suffix == ".json"}

    assert {(str(path.relative_to(ROOT)), name) for path, name in with_directory if not exists(name, path)} == set()


def test_cited_rows_are_in_the_contracts() -> None:
    known = rows_of_contracts()

    assert {(each.id, row) for each in PROSE for row in ROW.findall(each.text) if f'"{row}' not in known} == set()


@pytest.mark.parametrize("path", [pytest.param(each, id=str(each.relative_to(ROOT))) for each in DOCUMENTS])
def test_links_of_documents_lead_to_files(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [each for each in links if not (path.parent / each).exists()] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("see mockvod/service/lanes.py for more", {"mockvod/service/lanes.py"}, id="with-directories"),
        pytest.param("see outcome.py.", {"outcome.py"}, id="alone"),
        pytest.param("from http://host/a/b.json", set(), id="url"),
        pytest.param("in a conftest.py", set(), id="of-others"),
    ],
)
def test_names_of_files_are_recognized(text: str, found: set[str]) -> None:
    assert cited_files(text) == found


def test_missing_file_is_noticed() -> None:
    assert not exists("service/lanes.py", ROOT / "mockvod" / "settings.py")

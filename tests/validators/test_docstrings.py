"""The form of the validators' docstrings: a summary, then sections for arguments, results and exceptions."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvod.validators import strategies

ROOT = Path(__file__).resolve().parents[2] / "validators"
#: In the order in which a docstring has them.
SECTIONS = ("Example::", "Args:", "Returns:", "Raises:")
#: What a docstring must not refer to: documents that are not in this repository.
ELSEWHERE = re.compile(r"\b(?:aigc|gateway|observed|tasks|spec-mismatch)\.md\b|\(facts, [A-Z]+-|\bfacts of 20")


def documented(path: Path) -> Iterator[tuple[str, str]]:
    """The name and the docstring of everything public in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            name = "module" if isinstance(node, ast.Module) else node.name
            yield name, ast.get_docstring(node) or ""


DOCSTRINGS = [
    pytest.param(text, id=f"{path.relative_to(ROOT)}:{name}")
    for path in sorted(ROOT.rglob("*.py"))
    for name, text in documented(path)
    if text
]
#: Strategies of requests and calls, and what belongs to them.
STRATEGIES = {name: getattr(strategies, name) for name in strategies.__all__}
GENERATORS = [name for name, each in STRATEGIES.items() if (inspect.getdoc(each) or "").startswith("Generates ")]


@pytest.mark.parametrize("text", DOCSTRINGS)
def test_summary_is_one_sentence_on_one_line(text: str) -> None:
    summary, _, rest = text.partition("\n")

    assert summary.endswith((".", ":", ">"))
    assert not rest or rest.startswith("\n")


@pytest.mark.parametrize("text", DOCSTRINGS)
def test_sections_are_known_and_in_order(text: str) -> None:
    found = re.findall(r"^(\w[\w ]*:{1,2})$", text, re.MULTILINE)

    assert [each for each in found if each in SECTIONS] == sorted(
        (each for each in found if each in SECTIONS), key=SECTIONS.index
    )
    assert "Args and Raises" not in text


@pytest.mark.parametrize("text", DOCSTRINGS)
def test_exceptions_stand_in_a_section(text: str) -> None:
    assert not re.search(
        r"(?:^|[.;] )[Rr]aises [A-Z]\w*(?:Error|Action|Argument|Installed)\b", text.split("Raises:")[0]
    )


@pytest.mark.parametrize("path", [pytest.param(each, id=each.name) for each in sorted(ROOT.rglob("*.py"))])
def test_sources_can_be_followed(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", GENERATORS)
def test_strategy_says_how_it_shrinks(name: str) -> None:
    text = inspect.getdoc(STRATEGIES[name]) or ""

    assert "shrink towards" in text or "`requests` says" in text


@pytest.mark.parametrize("name", ["requests", "boundary_requests", "broken_requests", "signed_http_requests"])
def test_strategy_says_what_it_raises(name: str) -> None:
    assert "InvalidArgument: " in (inspect.getdoc(STRATEGIES[name]) or "")

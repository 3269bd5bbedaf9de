"""What the docstrings of strategies say besides the form that tests/test_docstrings.py checks."""

from __future__ import annotations

import inspect

import pytest

from mockvod.validators import strategies

#: Strategies of requests and calls, and what belongs to them.
STRATEGIES = {name: getattr(strategies, name) for name in strategies.__all__}
GENERATORS = [name for name, each in STRATEGIES.items() if (inspect.getdoc(each) or "").startswith("Generates ")]


@pytest.mark.parametrize("name", GENERATORS)
def test_strategy_says_how_it_shrinks(name: str) -> None:
    text = inspect.getdoc(STRATEGIES[name]) or ""

    assert "shrink towards" in text or "`requests` says" in text


@pytest.mark.parametrize("name", ["requests", "boundary_requests", "broken_requests", "signed_http_requests"])
def test_strategy_says_what_it_raises(name: str) -> None:
    assert "InvalidArgument: " in (inspect.getdoc(STRATEGIES[name]) or "")

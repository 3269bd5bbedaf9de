"""Secrets are taken out of texts and JSON values, whole and cut, in any case."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.validators.redaction import Redaction

KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(KEY, "(secret)", id="alone"),
        pytest.param(f"AKID:{KEY}, twice {KEY}", "AKID:(secret), twice (secret)", id="inside"),
        pytest.param(KEY.lower(), "(secret)", id="in-lower-case"),
        pytest.param(f"'AKID:{KEY[:20]}'", "'AKID:(secret)'", id="cut-off"),
        pytest.param(KEY[:15], KEY[:15], id="less-than-half"),
        pytest.param("nothing to see", "nothing to see", id="none"),
        pytest.param("abc", "(secret)", id="short-and-alone"),
        pytest.param("abcd", "abcd", id="short-inside"),
        pytest.param(f"{KEY}+more and more", "(secret) and more", id="one-in-another"),
        pytest.param("long" * 99, "(secret)", id="long"),
    ],
)
def test_a_secret_is_taken_out_of_a_text(text: str, shown: str) -> None:
    secrets = (KEY, f"{KEY}+more", "abc", "", "long" * 99)

    assert Redaction(secrets).text(text) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param({KEY: [KEY, 1, None]}, {"(secret)": ["(secret)", 1, None]}, id="everywhere"),
        pytest.param(1.5, 1.5, id="number"),
        pytest.param(("a",), ["a"], id="tuple"),
    ],
)
def test_a_secret_is_taken_out_of_a_value(value: Any, shown: Any) -> None:
    assert Redaction((KEY,)).value(value) == shown

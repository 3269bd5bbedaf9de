"""Identifiers have the service's forms, whatever the seed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvod.ids import Ids

#: What is drawn -> how, and the form of it.
FORMS: dict[str, tuple[Callable[[Ids], str], str]] = {
    "request_id": (Ids.request_id, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "task_id": (
        lambda ids: ids.task_id(251007502, "AigcVideoTask"),
        r"251007502-AigcVideoTask-[0-9a-f]{32}t",
    ),
    "element_id": (Ids.element_id, r"[1-9][0-9]{17}"),
    "file_id": (Ids.file_id, r"[1-9][0-9]{18}"),
    "hex": (lambda ids: ids.hex(7), r"[0-9a-f]{7}"),
}
kinds = pytest.mark.parametrize("kind", FORMS)
seeds = st.integers()


def draw(ids: Ids, kind: str) -> str:
    return FORMS[kind][0](ids)


@kinds
@given(seed=seeds)
def test_form(kind: str, seed: int) -> None:
    assert re.fullmatch(FORMS[kind][1], draw(Ids(seed), kind))


@given(seed=seeds)
def test_request_id_is_a_random_uuid(seed: int) -> None:
    text = Ids(seed).request_id()
    read = uuid.UUID(text)

    assert (read.version, read.variant, str(read)) == (4, uuid.RFC_4122, text)


@given(seed=seeds)
def test_task_id_carries_application_and_kind(seed: int) -> None:
    assert Ids(seed).task_id(1, "CreateAigcSubject").startswith("1-CreateAigcSubject-")


@kinds
@given(seed=seeds)
def test_the_same_seed_draws_the_same(kind: str, seed: int) -> None:
    first, second = Ids(seed), Ids(seed)

    assert [draw(first, kind) for _ in range(3)] == [draw(second, kind) for _ in range(3)]


@pytest.mark.parametrize("kind", ["request_id", "task_id", "element_id", "file_id"])
@given(seed=seeds)
def test_identifiers_of_one_source_differ(kind: str, seed: int) -> None:
    ids = Ids(seed)

    assert len({draw(ids, kind) for _ in range(50)}) == 50


@given(pair=st.lists(st.integers(min_value=0), min_size=2, max_size=2, unique=True))
def test_other_seeds_draw_others(pair: list[int]) -> None:
    first, second = (Ids(seed).request_id() for seed in pair)

    assert first != second


def test_without_a_seed_two_sources_differ() -> None:
    assert Ids().request_id() != Ids().request_id()


@pytest.mark.parametrize("bit", [*range(48), *range(52, 64), *range(66, 128)])
def test_every_other_bit_of_a_request_id_is_random(bit: int) -> None:
    """All but the six bits that say version and variant; a mask that is off by one would freeze one of them."""
    ids = Ids(0)

    assert {uuid.UUID(ids.request_id()).int >> (127 - bit) & 1 for _ in range(64)} == {0, 1}

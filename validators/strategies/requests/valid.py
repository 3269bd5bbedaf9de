"""Strategies for requests that the service takes, and for those at a limit.

All edits of a request are one draw: a text over an alphabet that numbers the edits of its shape. The engine takes
letters out and lowers them when it shrinks, which leaves out members and takes simpler values, and one draw costs a
fifth of what a draw for each member does.
"""

import functools
from collections.abc import Mapping
from typing import Any, TypeGuard

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.errors import InvalidArgument
from mockvod.validators.strategies.requests.shapes import Shape, shapes

#: The letter for the first edit. The 20,000 behind it have one order in every version of Unicode, and no surrogates.
_FIRST_LETTER = 0x4E00
#: How many edits a request has at most; five is usual.
_MAX_EDITS = 24


def requests(action: str, **overrides: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Valid requests of any of the 241 actions, without common parameters; shrinks to the smallest one.

    Every member, every documented value and, where the action has models, every version with what it allows comes up.
    None breaks a rule; with a warning come only spellings that the documents list. Where nothing is kept by hand but the
    structure, that alone is followed.

    Example::

        @given(requests("CreateAigcVideoTask", SubAppId=251007502, ModelName=st.sampled_from(["GV", "Kling"])))
        def test_client_sends_what_it_is_given(params): ...

    Args:
        overrides: members at the top, by value or by strategy, laid over the request. The rest follows them as far as
            models and alternatives go; beyond that, they are for you to keep valid.

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: the action has no such member.
    """
    return _strategy(action, overrides, at_limit=False)


def boundary_requests(action: str, **overrides: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Valid requests with at least one member at a limit: the longest text, the greatest number, the fullest list.

    One step further would break a rule or a type. Where an action has no limit, as `requests`.

    Example::

        @given(boundary_requests("CreateAigcSubject"))
        def test_client_does_not_cut_texts(params): ...

    Args and Raises: as `requests`.
    """
    return _strategy(action, overrides, at_limit=True)


def _strategy(action: str, overrides: Mapping[str, Any], *, at_limit: bool) -> st.SearchStrategy[dict[str, Any]]:
    contract = catalog().require(action)
    for name in overrides:
        if name not in contract.request.by_name:
            raise InvalidArgument(
                f"{contract.action} has no member {name!r}; it has {', '.join(contract.request.by_name)}"
            )
    if not overrides:
        return _unconstrained(contract.action, at_limit)
    return _overridden(contract.action, dict(overrides), at_limit)


@functools.cache
def _unconstrained(action: str, at_limit: bool) -> st.SearchStrategy[dict[str, Any]]:
    found = _with_limits(shapes(action), at_limit)
    if len(found) == 1:
        return _of_shape(found[0], at_limit)
    return st.integers(0, len(found) - 1).flatmap(lambda number: _of_shape(found[number], at_limit))


@st.composite
def _overridden(draw: st.DrawFn, action: str, overrides: Mapping[str, Any], at_limit: bool) -> dict[str, Any]:
    given = {name: draw(value) if _is_strategy(value) else value for name, value in overrides.items()}
    narrowed = _shapes_without(action, frozenset(given))
    fitting = [each for each in narrowed if each.takes(given)] or narrowed
    found = _with_limits(tuple(fitting), at_limit)
    shape = found[draw(st.integers(0, len(found) - 1))]
    return {**draw(_of_shape(shape, at_limit)), **given}


def _is_strategy(value: object) -> TypeGuard[st.SearchStrategy[Any]]:
    return isinstance(value, st.SearchStrategy)


@functools.lru_cache(maxsize=256)
def _shapes_without(action: str, names: frozenset[str]) -> tuple[Shape, ...]:
    return tuple(each.without(names) for each in shapes(action))


def _with_limits(found: tuple[Shape, ...], at_limit: bool) -> tuple[Shape, ...]:
    return tuple(each for each in found if each.limits or not at_limit) or found


@functools.lru_cache(maxsize=4096)
def _of_shape(shape: Shape, at_limit: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _of_edits(shape, edit_letters(len(shape.edits)), at_limit and bool(shape.limits))


@st.composite
def _of_edits(draw: st.DrawFn, shape: Shape, picks: st.SearchStrategy[str], at_limit: bool) -> dict[str, Any]:
    text = functools.partial(_text, draw)
    chosen = edit_numbers(draw(picks))
    if at_limit:
        chosen.append(shape.limits[draw(st.integers(0, len(shape.limits) - 1))])
    return shape.filled(chosen, text)


@functools.cache
def edit_letters(count: int) -> st.SearchStrategy[str]:
    """Texts of up to `_MAX_EDITS` letters, each of which stands for a number below `count`."""
    if not count:
        return st.just("")
    return st.text(
        st.characters(min_codepoint=_FIRST_LETTER, max_codepoint=_FIRST_LETTER + count - 1), max_size=_MAX_EDITS
    )


def edit_numbers(text: str) -> list[int]:
    """What the letters stand for."""
    return [ord(each) - _FIRST_LETTER for each in text]


def _text(draw: st.DrawFn, most: int) -> str:
    return draw(_free_texts(most))


@functools.cache
def _free_texts(most: int) -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=most)

"""Strategies for requests that the service accepts, at a limit or anywhere within the limits.

All edits of a request are drawn at once, as a text with a letter for each edit. When Hypothesis shrinks the text, it
removes letters and replaces them by earlier ones, which removes members and chooses simpler values. One draw costs a
fifth of what a draw for each member would.
"""

import functools
from collections.abc import Mapping
from typing import Any, TypeGuard

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.strategies.errors import InvalidArgument
from mockvod.validators.strategies.requests.shapes import Shape, shapes

#: The letter of the first edit. The 20,000 letters from it on are the same in every version of Unicode, and none of them
#: is a surrogate.
_FIRST_LETTER = 0x4E00
#: The most edits of a request; five are usual.
_MAX_EDITS = 24


def requests(action: str, **overrides: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Generates valid requests of an action, as dicts of parameters without the common ones.

    Every member, every documented value and, where an action has models, everything that each version allows can come
    up. No request violates a rule; the only warnings are about spellings that some document lists. For an action without
    a contract that is kept by hand, requests fit the published structure and nothing more is known.

    Examples from this strategy shrink towards the request with the fewest members and their simplest values.

    Example::

        @given(requests("CreateAigcVideoTask", SubAppId=251007502, ModelName=st.sampled_from(["GV", "Kling"])))
        def test_client_sends_what_it_is_given(params): ...

    Args:
        action: The name of any of the 241 actions.
        overrides: Values, or strategies for values, of members at the top, which replace what would be generated. The
            model and the alternative that a request is made for are chosen to fit them; otherwise it is for you to see
            that they are valid.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        InvalidArgument: The action has no member of the name of an override.
    """
    return _strategy(action, overrides, at_limit=False)


def boundary_requests(action: str, **overrides: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Generates valid requests with at least one member at a limit: the longest text, the greatest number, a full list.

    One step further would violate a rule or a type. For an action without any limit it generates what `requests` does.

    Examples from this strategy shrink towards the smallest request with a single member at a limit.

    Example::

        @given(boundary_requests("CreateAigcSubject"))
        def test_client_does_not_cut_texts(params): ...

    Args:
        action: The name of any of the 241 actions.
        overrides: As for `requests`.

    Raises:
        UnknownAction: No action has this name; the message names the nearest ones.
        InvalidArgument: The action has no member of the name of an override.
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
    """Generates texts of up to `_MAX_EDITS` letters, each of which stands for a number below `count`.

    Examples from this strategy shrink towards the empty text.
    """
    if not count:
        return st.just("")
    return st.text(
        st.characters(min_codepoint=_FIRST_LETTER, max_codepoint=_FIRST_LETTER + count - 1), max_size=_MAX_EDITS
    )


def edit_numbers(text: str) -> list[int]:
    """The numbers that the letters of such a text stand for."""
    return [ord(each) - _FIRST_LETTER for each in text]


def _text(draw: st.DrawFn, most: int) -> str:
    return draw(_free_texts(most))


@functools.cache
def _free_texts(most: int) -> st.SearchStrategy[str]:
    return st.text(min_size=1, max_size=most)

"""Refusals, as the service words them: for testing what a client makes of them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from mockvod.validators.contracts.catalog import VERSION, catalog
from mockvod.validators.contracts.documents import read
from mockvod.validators.replies import CHINESE, error_codes, meaning, reply, reply_keys, reply_values
from mockvod.validators.strategies.answers.identifiers import moments, request_ids
from mockvod.validators.strategies.choices import choices

LANGUAGES = ("en-US", CHINESE)
#: Shown for a code that can come to any action.
_ANY_ACTION = "DescribeTaskDetail"
#: Any value that a text repeats: short, empty, not ASCII, and with what a log or a page might take for its own.
_any_text = st.sampled_from(["0", "", "中文 🐈", 'a`b"c', "<b>{name}</b>\n"])
_limits = st.integers(1, 100)


def error_responses(action: str, *, language: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """A whole envelope that refuses a call of that action: `{"Response": {"Error": …, "RequestId": …}}`.

    Codes are those that are listed for the action and the common ones of API 3.0. Texts are the known ones, with the
    action's members and other values in their places; for a code without one, its meaning in our words (assumed).
    `language` is "en-US", "zh-CN" or None for either; a text whose Chinese is not known comes in English. Shrinks to the
    first code by name, without values.

    Example::

        @given(error_responses("CreateAigcVideoTask"))
        def test_only_limits_are_tried_again(answer):
            assert is_temporary(answer) is answer["Response"]["Error"]["Code"].startswith("RequestLimitExceeded")

    Raises:
        UnknownAction: a ValueError that names the nearest actions.
        ValueError: a language that does not exist.
    """
    catalog().require(action)
    languages = choices("language", language, LANGUAGES)
    return st.tuples(st.sampled_from(sorted(_codes(action))), languages).flatmap(lambda drawn: _refusal(action, *drawn))


def api_errors(*, language: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """As error_responses, with any code of the catalogue, whichever action it belongs to.

    Example::

        @given(api_errors())
        def test_no_error_is_taken_for_a_failed_task(answer):
            assert read_status(answer) is Unknown

    Raises:
        ValueError: a language that does not exist.
    """
    languages = choices("language", language, LANGUAGES)
    drawn = st.tuples(st.sampled_from(sorted(error_codes())), languages)
    return drawn.flatmap(lambda pair: _refusal(_ANY_ACTION, *pair))


def codes_of(action: str) -> frozenset[str]:
    """The codes that a call of the action can be refused with."""
    return _codes(catalog().require(action).action)


@cache
def _codes(action: str) -> frozenset[str]:
    contract, listed = catalog().require(action), read("errors.json")
    of_page = listed["actions"].get(contract.action, {"codes": ()})["codes"]
    common = (code for code, facts in listed["codes"].items() if facts["common"])
    return frozenset((*contract.error_codes, *of_page, *common))


@cache
def _keys() -> Mapping[str, tuple[str, ...]]:
    """Code -> the keys of its texts."""
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted(reply_keys()):
        code = reply(key, **dict.fromkeys(reply_values(key), "")).code
        found[code] = (*found.get(code, ()), key)
    return found


@st.composite
def _refusal(draw: st.DrawFn, action: str, code: str, language: str) -> dict[str, Any]:
    request_id = draw(request_ids)
    keys = _keys().get(code)
    if keys is None:
        message = meaning(code)
    else:
        key = draw(st.sampled_from(keys))
        values: dict[str, Any] = {name: draw(_value(name, action, request_id)) for name in reply_values(key)}
        message = reply(key, language, **values).message
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": request_id}}


def _value(name: str, action: str, request_id: str) -> st.SearchStrategy[object]:
    """What may stand at that place of a text."""
    places: dict[str, st.SearchStrategy[object]] = {
        "action": st.just(action),
        "count": _limits.map(lambda limit: limit + 1),
        "field": st.sampled_from(["Service", "Date", "SignedHeaders"]),
        "limit": _limits,
        "name": st.sampled_from(
            [member.name for member in catalog().require(action).request.members] or ["X-TC-Action"]
        ),
        "product": st.just("vod"),
        "request_id": st.just(request_id),
        "resource": st.just("*"),
        "server_time": moments,
        "service": st.just("vod"),
        "type": st.sampled_from(["string", "int64", "uint64", "array"]),
        "version": st.just(VERSION),
    }
    return places.get(name, _any_text)

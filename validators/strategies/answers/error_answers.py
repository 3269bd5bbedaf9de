"""Refusals in the service's words, to test what a client makes of them."""

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
#: The action in texts for codes that any action can have.
_ANY_ACTION = "DescribeTaskDetail"
#: Values that a text repeats: short, empty, not ASCII, and with characters that logs and web pages must escape.
_any_text = st.sampled_from(["0", "", "中文 🐈", 'a`b"c', "<b>{name}</b>\n"])
_limits = st.integers(1, 100)


def error_responses(action: str, *, language: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Generates whole answers that refuse a call of an action: `{"Response": {"Error": …, "RequestId": …}}`.

    The codes are those that are listed for the action, and the common ones of API 3.0. The texts are the known ones, with
    members of the action and other values inserted; for a code without a known text, its meaning in our words (assumed).
    Examples shrink towards the first code by name, without values.

    Example::

        @given(error_responses("CreateAigcVideoTask"))
        def test_only_limits_are_tried_again(answer):
            assert is_temporary(answer) is answer["Response"]["Error"]["Code"].startswith("RequestLimitExceeded")

    Args:
        action: The name of the action.
        language: "en-US", "zh-CN", or None for either. A text whose Chinese is not known is in English.

    Raises:
        UnknownAction: VOD has no such action; a ValueError whose message names the nearest ones.
        ValueError: The language does not exist.
    """
    catalog().require(action)
    languages = choices("language", language, LANGUAGES)
    return st.tuples(st.sampled_from(sorted(_codes(action))), languages).flatmap(lambda drawn: _refusal(action, *drawn))


def api_errors(*, language: str | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Generates answers like those of `error_responses`, with any code of any action, and they shrink towards the same.

    Example::

        @given(api_errors())
        def test_no_error_is_taken_for_a_failed_task(answer):
            assert read_status(answer) is Unknown

    Args:
        language: As for `error_responses`.

    Raises:
        ValueError: The language does not exist.
    """
    languages = choices("language", language, LANGUAGES)
    drawn = st.tuples(st.sampled_from(sorted(error_codes())), languages)
    return drawn.flatmap(lambda pair: _refusal(_ANY_ACTION, *pair))


def codes_of(action: str) -> frozenset[str]:
    """Lists the codes that a call of the action can be refused with."""
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
    """The values that can be inserted for a name in a text."""
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

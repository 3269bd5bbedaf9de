"""Requests that strategies make: all valid, at limits where asked for, covering what is documented, and small.

`MOCKVOD_TESTS_EXAMPLES` sets how many requests of each kept action are made; CI sets 2000.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import Settings
from mockvod.validators import strategies
from mockvod.validators.contracts.catalog import Contract, catalog
from mockvod.validators.contracts.compile import Structure
from mockvod.validators.contracts.documents import read
from mockvod.validators.contracts.models import LIMITS
from mockvod.validators.contracts.rules import ITEM, parsed
from mockvod.validators.request import validate_request
from mockvod.validators.strategies.requests.shapes import shapes

VIDEO, IMAGE = "CreateAigcVideoTask", "CreateAigcImageTask"
SUBJECT, ELEMENT, ADVANCED = "CreateAigcSubject", "CreateAigcCustomElement", "CreateAigcAdvancedCustomElement"
SEEDS = (VIDEO, IMAGE, SUBJECT, ELEMENT, ADVANCED)
KEPT = sorted(catalog().hand_kept)
OTHERS = [action for action in catalog().actions if action not in catalog().hand_kept]

EXAMPLES = int(os.environ.get("MOCKVOD_TESTS_EXAMPLES", "50"))
#: Longer than the window in which a SessionId may not come again.
WINDOW = 73 * 3600

Check = Callable[[dict[str, Any]], None]


def each_of(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], count: int, number: int = 0) -> None:
    """Gives `count` values to `check`; `number` other than 0 fixes which."""
    # No deadline: a loaded machine must not fail a test. No database: runs do not depend on former ones.
    run = given(strategy)(lambda value: check(value))
    run = settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate, Phase.shrink])(run)
    (seed(number)(run) if number else run)()


def smallest(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    return find(strategy, wanted, random=random.Random(1), settings=settings(max_examples=5000, database=None))


def refused(action: str, params: dict[str, Any]) -> list[str]:
    return [each.message for each in validate_request(action, params) if each.severity == "error"]


def passes(action: str) -> Check:
    def check(params: dict[str, Any]) -> None:
        assert refused(action, params) == []

    return check


# --- validity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", KEPT)
def test_request_passes_the_strict_profile(action: str) -> None:
    each_of(strategies.requests(action), passes(action), EXAMPLES)


@pytest.mark.parametrize("action", KEPT)
def test_request_at_a_limit_passes_the_strict_profile(action: str) -> None:
    each_of(strategies.boundary_requests(action), passes(action), EXAMPLES)


@pytest.mark.parametrize("action", OTHERS)
def test_request_of_an_action_with_no_file_of_its_own_passes(action: str) -> None:
    each_of(strategies.requests(action), passes(action), 10)


@pytest.mark.parametrize("action", catalog().actions)
def test_each_edit_alone_leaves_the_smallest_request_valid(action: str) -> None:
    made = [
        (each, shape.filled((number,), lambda most: "a" * most))
        for shape in shapes(action)
        for number, each in enumerate(shape.edits)
    ]

    assert [edit for edit, params in made if refused(action, params)] == []


#: With these the service refuses a right call for what it names: in a new mock there is none, or there is by now.
BY_STATE: Mapping[str, str] = {
    "CommitUpload": "The VodSessionKey is not valid.",
    "CreateAigcApiToken": "The number of API tokens has reached its limit.",
    "CreateAigcQuota": "The API token does not exist. The quota exists already.",
    "DeleteAigcAdvancedCustomElement": "The element does not exist.",
    "DeleteAigcApiToken": "The API token does not exist.",
    "DeleteAigcQuota": "The quota does not exist.",
    "DeleteMedia": "The file does not exist.",
    "DescribeTaskDetail": "The task does not exist.",
    "ManageTask": "The task does not exist.",
    "ModifyAigcQuota": "The quota does not exist.",
    "PullEvents": "There is no event.",
    "UpdateAigcApiToken": "The API token does not exist.",
}
#: The same where the answer repeats a value that only the service can have given out.
GIVEN_OUT = {"ConfirmEvents": "EventHandles", "DescribeTasks": "ScrollToken"}


@pytest.fixture
def caller(make_caller: Any) -> Any:
    mock = MockVod(
        Settings(seed=1, concurrency="off", rate_limit="off", magic_prompts=False, task_seconds=2),
        clock=VirtualClock(1_735_689_600, tick=0),
    )
    return make_caller(mock)


def is_taken(action: str, answer: Mapping[str, Any]) -> bool:
    message = answer.get("Error", {}).get("Message", "")
    return message in BY_STATE.get(action, "") or f"`{GIVEN_OUT.get(action)}`" in message


def taken_by(caller: Any, action: str) -> Check:
    def check(params: dict[str, Any]) -> None:
        caller.mock.clock.advance(WINDOW)
        answer = caller.call(action, body=json.dumps(params).encode())
        assert is_taken(action, answer), answer

    return check


@pytest.mark.parametrize("action", KEPT)
def test_server_takes_the_request(action: str, caller: Any) -> None:
    each_of(strategies.requests(action), taken_by(caller, action), EXAMPLES)


@pytest.mark.parametrize("action", OTHERS)
def test_server_takes_the_request_of_an_action_with_no_file_of_its_own(action: str, caller: Any) -> None:
    each_of(strategies.requests(action), taken_by(caller, action), 5)


@pytest.mark.parametrize("action", KEPT)
def test_server_takes_the_request_at_a_limit(action: str, caller: Any) -> None:
    each_of(strategies.boundary_requests(action), taken_by(caller, action), EXAMPLES)


# --- coverage ------------------------------------------------------------------------------------------------------

DRAWS = 5000
ROUND = 500


def stated(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every place in a request with what stands there, list positions aside."""
    if path:
        yield path, value if not isinstance(value, list | dict) else None
    if isinstance(value, dict):
        for name, each in value.items():
            yield from stated(each, (*path, name))
    elif isinstance(value, list):
        for each in value:
            yield from stated(each, (*path, ITEM))


def missing(action: str, wanted: set[Any], seen_in: Callable[[dict[str, Any]], set[Any]]) -> set[Any]:
    """What of `wanted` did not come up within `DRAWS` requests."""
    left = set(wanted)

    def look(params: dict[str, Any]) -> None:
        left.difference_update(seen_in(params))

    for number in range(DRAWS // ROUND):
        if not left:
            break
        each_of(strategies.requests(action), look, ROUND, number + 1)
    return left


def leaves(contract: Contract, structure: Structure, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for member in structure.members:
        inside = (*path, member.name, *((ITEM,) if member.list else ()))
        if member.primitive:
            yield inside
        else:
            yield from leaves(contract, contract.types(member.type), inside)


@pytest.mark.parametrize("action", KEPT)
def test_every_member_comes_up(action: str) -> None:
    contract = catalog().require(action)
    wanted = set(leaves(contract, contract.request))

    assert missing(action, wanted, lambda params: {path for path, _ in stated(params)}) == set()


def documented(contract: Contract) -> set[tuple[tuple[str, ...], Any]]:
    """The listed values of every member, by rules and by the table of models."""
    found = {(rule.path, value) for rule in contract.rules if rule.keyword == "enum" for value in rule.value}
    for body in read("models.json").get(contract.models, {}).values() if contract.models else ():
        for limit, members in LIMITS.items():
            for entry in body.get(limit, ()):
                found |= {(parsed(member), value) for member in members for value in entry.get("enum", ())}
    return found


def test_documented_values_are_those_of_rules_and_models() -> None:
    found = documented(catalog().require(VIDEO))

    assert {value for path, value in found if path == ("SceneType",)} == {
        *("motion_control", "avatar_i2v", "lip_sync", "template_effect")
    }
    assert (("OutputConfig", "LogoAdd"), "Disabled") in found


@pytest.mark.parametrize("action", [each for each in KEPT if documented(catalog().require(each))])
def test_every_documented_value_comes_up(action: str) -> None:
    wanted = documented(catalog().require(action))

    assert missing(action, wanted, lambda params: set(stated(params))) == set()


def versions(family: str) -> set[tuple[str, str]]:
    return {
        (name, version)
        for model, body in read("models.json")[family].items()
        for name in body.get("names", {model: {}})
        for version in body["versions"]
    }


@pytest.mark.parametrize(("action", "family", "count"), [(VIDEO, "video", 46), (IMAGE, "image", 27)])
def test_every_version_of_every_model_comes_up(action: str, family: str, count: int) -> None:
    wanted = versions(family)

    assert len(wanted) == count
    assert missing(action, wanted, lambda params: {(params["ModelName"], params["ModelVersion"])}) == set()


@pytest.mark.parametrize(
    ("version", "member", "allowed"),
    [
        pytest.param(("Hailuo", "02"), "Duration", {6, 10}, id="listed-durations"),
        pytest.param(("Hailuo", "H3"), "Duration", set(range(4, 16)), id="whole-numbers"),
        pytest.param(("OS", "2.0"), "AspectRatio", {"16:9", "9:16"}, id="ratios"),
        pytest.param(("OS", "2.0"), "Resolution", {"720P", "720p", "2K", "2k", "4K", "4k"}, id="any-case"),
        pytest.param(("Hailuo", "02"), "AspectRatio", set(), id="nothing-that-is-warned-of"),
        pytest.param(("PixVerse", "v6"), "AudioGeneration", {"Disabled"}, id="no-sound"),
    ],
)
def test_version_gets_what_it_allows_and_nothing_else(version: tuple[str, str], member: str, allowed: set[Any]) -> None:
    shape = next(each for each in shapes(VIDEO) if (each.base["ModelName"], each.base["ModelVersion"]) == version)

    found = {value for edit in shape.edits for path, value in edit.sets if path == ("OutputConfig", member)}
    assert found == allowed


@pytest.mark.parametrize(
    ("action", "member", "wanted"),
    [
        pytest.param(VIDEO, "ExtInfo", lambda text: "AdditionalParameters" in text, id="json-in-json"),
        pytest.param(VIDEO, "ExtInfo", lambda text: text == "myextinfo", id="no-json"),
        pytest.param(ADVANCED, "ElementVideoList", lambda text: "\n" in text, id="json-with-line-ends"),
        pytest.param(ADVANCED, "ElementImageList", lambda text: "中" in text, id="unicode-as-it-is"),
        pytest.param(ADVANCED, "ElementImageList", lambda text: "\\u4e2d" in text, id="unicode-escaped"),
        pytest.param(ADVANCED, "TagList", lambda text: len(json.loads(text)) == 3, id="several-tags"),
        pytest.param(SUBJECT, "SessionId", lambda text: text == "\U0001f600" * 50, id="emoji-at-the-limit"),
        pytest.param(SUBJECT, "SessionContext", lambda text: text == "中" * 1000, id="chinese-at-the-limit"),
        pytest.param(ELEMENT, "ElementName", lambda text: text.isalpha() and not text.isascii(), id="any-letters"),
    ],
)
def test_text_comes_up(action: str, member: str, wanted: Callable[[str], bool]) -> None:
    def is_there(params: dict[str, Any]) -> bool:
        return member in params and wanted(params[member])

    assert is_there(smallest(strategies.requests(action), is_there))


# --- limits --------------------------------------------------------------------------------------------------------

#: Keyword -> the size of a value that it limits.
SIZES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), len),
    **dict.fromkeys(("minimum", "maximum"), lambda value: value),
}


def at(params: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path:
        yield params
    elif path[0] == ITEM:
        for each in params if isinstance(params, list) else ():
            yield from at(each, path[1:])
    elif isinstance(params, dict) and path[0] in params:
        yield from at(params[path[0]], path[1:])


def met(action: str, params: dict[str, Any]) -> set[str]:
    """The limits of rules that some value in a request is at."""
    return {
        f"{rule.where} {rule.keyword}"
        for rule in catalog().require(action).rules
        if rule.keyword in SIZES
        for value in at(params, rule.path)
        if SIZES[rule.keyword](value) == rule.value
    }


@pytest.mark.parametrize("action", SEEDS)
def test_every_limit_of_a_rule_is_met(action: str) -> None:
    left = {f"{rule.where} {rule.keyword}" for rule in catalog().require(action).rules if rule.keyword in SIZES}

    each_of(strategies.boundary_requests(action), lambda params: left.difference_update(met(action, params)), 2000, 1)

    assert left == set()


def test_every_request_at_a_limit_has_one() -> None:
    # All of this action's limits are those of rules.
    def check(params: dict[str, Any]) -> None:
        assert met(ELEMENT, params)

    each_of(strategies.boundary_requests(ELEMENT), check, EXAMPLES)


@pytest.mark.parametrize(
    ("action", "given_members", "wanted"),
    [
        pytest.param(
            VIDEO,
            {"ModelName": "Kling"},
            lambda params: params.get("OutputConfig", {}).get("Duration") == 15,
            id="longest-video",
        ),
        pytest.param(VIDEO, {"ModelName": "GV"}, lambda params: len(params.get("FileInfos", ())) == 3, id="most-files"),
        pytest.param(IMAGE, {"ModelName": "OG"}, lambda params: len(params.get("FileInfos", ())) == 16, id="pictures"),
        pytest.param(IMAGE, {"ModelName": "SI"}, lambda params: "4096x4096" in params.get("ExtInfo", ""), id="pixels"),
        pytest.param(
            ADVANCED,
            {},
            lambda params: len(json.loads(params.get("ElementImageList", "{}")).get("refer_images", ())) == 3,
            id="list-in-json",
        ),
        pytest.param(
            "DescribeAigcUsageData",
            {},
            lambda params: params["EndTime"] == "2026-04-01T00:00:00Z",
            id="ninety-days",
        ),
        pytest.param("DescribeSubAppIds", {}, lambda params: params.get("Offset") == 2**64 - 1, id="greatest-number"),
    ],
)
def test_limit_that_no_rule_says_is_met(
    action: str, given_members: dict[str, Any], wanted: Callable[[dict[str, Any]], bool]
) -> None:
    assert wanted(smallest(strategies.boundary_requests(action, **given_members), wanted))


def test_action_without_limits_has_its_plain_requests_at_them() -> None:
    assert smallest(strategies.boundary_requests("DescribeEventConfig")) == {}


# --- shrinking -----------------------------------------------------------------------------------------------------

FILE = {"FileId": "3704211000509819"}

#: What the smallest request has besides the members that are required, because a condition asks for it.
BESIDES: Mapping[str, dict[str, Any]] = {
    ADVANCED: {
        "ElementImageList": '{"frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]}',
    },
    "CreateAigcHunyuan3DTask": {"Prompt": "a"},
    IMAGE: {"Prompt": "a"},
    SUBJECT: {"SubjectImages": ["https://example.com/a.png"]},
    VIDEO: {"Prompt": "a"},
    "DescribeAigcFaceInfo": {"FileInfos": [FILE]},
    "DescribeAigcFaceInfoAsync": {"FileInfos": [FILE]},
}


@pytest.mark.parametrize("action", KEPT)
def test_smallest_request_has_what_is_required_and_no_more(action: str) -> None:
    contract = catalog().require(action)
    required = {each.name for each in contract.request.members if each.required}
    required |= {rule.path[0] for rule in contract.rules if rule.keyword == "required" and len(rule.path) == 1}

    found = smallest(strategies.requests(action))

    assert {name: value for name, value in found.items() if name not in required} == BESIDES.get(action, {})
    assert required - found.keys() == set()


@pytest.mark.parametrize("action", KEPT)
def test_smallest_request_can_do_without_none_of_its_members(action: str) -> None:
    found = smallest(strategies.requests(action))

    fewer = [{name: value for name, value in found.items() if name != left_out} for left_out in found]
    assert [params for params in fewer if not refused(action, params)] == []


def test_smallest_video_request() -> None:
    assert smallest(strategies.aigc_video_requests()) == {
        "SubAppId": 1000,
        "ModelName": "Kling",
        "ModelVersion": "1.6",
        "Prompt": "a",
    }


def test_other_members_go_when_one_is_wanted() -> None:
    found = smallest(
        strategies.requests(VIDEO, ModelName="OS"), lambda params: params.get("OutputConfig", {}).get("Duration") == 12
    )

    assert found == {
        "SubAppId": 1000,
        "ModelName": "OS",
        "ModelVersion": "2.0",
        "Prompt": "a",
        "OutputConfig": {"Duration": 12},
    }


def test_two_members_that_are_wanted_stay_alone() -> None:
    found = smallest(
        strategies.requests(SUBJECT), lambda params: "SessionId" in params and params.get("TasksPriority", 0) < 0
    )

    assert found == {"SubjectImages": ["https://example.com/a.png"], "SessionId": "a", "TasksPriority": -10}


# --- overriding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "overrides"),
    [
        pytest.param(VIDEO, {"ModelName": "GV"}, id="model"),
        pytest.param(VIDEO, {"ModelName": st.sampled_from(["OS", "Vidu"]), "Prompt": st.text(min_size=1)}, id="drawn"),
        pytest.param(VIDEO, {"SceneType": "lip_sync"}, id="value-of-one-model"),
        pytest.param(VIDEO, {"LastFrameFileId": "1", "FileInfos": [FILE]}, id="last-frame"),
        pytest.param(ADVANCED, {"ReferenceType": "video_refer"}, id="alternative"),
        pytest.param(ADVANCED, {"ElementVideoList": '{"refer_videos":[{"video_url":"a"}]}'}, id="its-member"),
        pytest.param(SUBJECT, {"VoiceId": "a"}, id="member-of-one-form"),
        pytest.param("CreateAigcQuota", {"QuotaType": "Text"}, id="fixed-member"),
        pytest.param("CreateAigcHunyuan3DTask", {"GenerateType": "Texture"}, id="form-of-its-own"),
        pytest.param("CreateSubAppId", {"Mode": "fileid+path"}, id="mode"),
    ],
)
def test_rest_of_the_request_follows_what_is_given(action: str, overrides: dict[str, Any]) -> None:
    each_of(strategies.requests(action, **overrides), passes(action), 100)


def test_given_value_is_in_every_request() -> None:
    def check(params: dict[str, Any]) -> None:
        assert params["SubAppId"] == 7

    each_of(strategies.aigc_image_requests(SubAppId=7), check, 100)


def test_drawn_value_is_in_the_request() -> None:
    wanted = strategies.requests(SUBJECT, SubjectName=st.sampled_from(["x", "y"]))

    assert smallest(wanted, lambda params: params["SubjectName"] == "y")["SubjectName"] == "y"


def test_model_decides_on_the_version_that_is_drawn() -> None:
    seen = set()
    each_of(strategies.requests(VIDEO, ModelName="GV"), lambda params: seen.add(params["ModelVersion"]), 200, 1)

    assert seen == {"3.1", "3.1-fast", "3.1-lite", "omni", "3.1-Fast"}


def test_null_can_be_given() -> None:
    assert smallest(strategies.requests("DescribeEventConfig", SubAppId=None)) == {"SubAppId": None}


def test_member_that_the_action_does_not_have_is_refused() -> None:
    with pytest.raises(
        strategies.InvalidArgument, match="CreateAigcCustomElement has no member 'SubAppId'; it has ElementName, "
    ):
        strategies.requests(ELEMENT, SubAppId=1)


def test_action_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean CreateAigcVideoTask"):
        strategies.requests("CreateAigcVideoTasks")


@pytest.mark.parametrize(
    ("named", "action"),
    [
        pytest.param(strategies.aigc_video_requests, VIDEO, id=VIDEO),
        pytest.param(strategies.aigc_image_requests, IMAGE, id=IMAGE),
        pytest.param(strategies.aigc_subject_requests, SUBJECT, id=SUBJECT),
        pytest.param(strategies.aigc_custom_element_requests, ELEMENT, id=ELEMENT),
        pytest.param(strategies.aigc_advanced_custom_element_requests, ADVANCED, id=ADVANCED),
    ],
)
def test_named_strategy_is_of_its_action(named: Callable[..., Any], action: str) -> None:
    assert smallest(named(SessionId="s") if action != ELEMENT else named()) == smallest(
        strategies.requests(action, SessionId="s") if action != ELEMENT else strategies.requests(action)
    )


# --- keeping to oneself --------------------------------------------------------------------------------------------


def test_requests_share_nothing() -> None:
    before = json.dumps([dict(each.base) for each in shapes(VIDEO)])

    def spoil(params: dict[str, Any]) -> None:
        for value in params.values():
            if isinstance(value, list | dict):
                value.clear()

    each_of(strategies.requests(VIDEO), spoil, EXAMPLES)
    each_of(strategies.requests(VIDEO), passes(VIDEO), EXAMPLES)

    assert json.dumps([dict(each.base) for each in shapes(VIDEO)]) == before


def test_without_hypothesis_the_error_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None; import mockvod.validators; import mockvod.validators.strategies"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr.splitlines()[-1].endswith("install it with: pip install 'mockvod[hypothesis]'")

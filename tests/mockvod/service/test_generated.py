"""Generated answers: each keeps its contract, is the same for the same call, and looks like what it stands for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockvod.clock import iso
from mockvod.ids import Ids
from mockvod.service import generated as generic
from mockvod.service.context import Context
from mockvod.service.generated import OWN_RULES, RULES, Rule, answer
from mockvod.service.media.made import MadeFiles
from mockvod.service.registry import is_generated
from mockvod.settings import DEFAULT_ACCOUNT, Settings
from mockvod.state import MemoryStore
from mockvod.validators import Structure, catalog, validate_response
from mockvod.validators.contracts.compile import PRIMITIVES
from mockvod.validators.response import response_matches

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APPLICATION = 251007502
SETTINGS = Settings(seed=1)
ACTIONS = catalog().actions
SAMPLES = {"string": "a", "integer": 1, "number": 0.5, "boolean": True}
COUNTED = [each for each in ACTIONS if "TotalCount" in catalog().require(each).response.by_name]
LIMITED = [each for each in COUNTED if "Limit" in catalog().require(each).request.by_name]
MAKES_TASKS = [each for each in ACTIONS if "TaskId" in catalog().require(each).response.by_name and is_generated(each)]


def ask(action: str, params: dict[str, Any] | None = None, *, now: float = NOW, of: Settings = SETTINGS) -> Any:
    """The answer to `params`, or to the least that the action takes; fails unless it keeps the contract."""
    contract = catalog().require(action)
    given = minimal(contract.request) if params is None else params
    with MemoryStore().transaction() as transaction:
        context = Context(transaction, DEFAULT_ACCOUNT.secret_id, now, Ids(), of, contract, True, MadeFiles())
        answered = answer(context, given)
    assert response_matches(contract, answered)
    return answered


def minimal(structure: Structure) -> dict[str, Any]:
    """The required members."""
    made: dict[str, Any] = {}
    for member in structure.members:
        if member.required:
            kind = PRIMITIVES[member.type]["type"] if member.primitive else ""
            value = SAMPLES[kind] if kind else minimal(catalog().type(member.type))
            made[member.name] = [value] if member.list else value
    return made


def values(answered: Any) -> list[tuple[str, Any]]:
    """All members at any depth."""
    if isinstance(answered, list):
        return [found for each in answered for found in values(each)]
    if not isinstance(answered, dict):
        return []
    return [*answered.items(), *(found for each in answered.values() for found in values(each))]


def depth(answered: Any) -> int:
    """How many objects stand inside one another."""
    if isinstance(answered, list):
        return max(map(depth, answered), default=0)
    return 1 + max(map(depth, answered.values()), default=0) if isinstance(answered, dict) else 0


@pytest.mark.parametrize("action", ACTIONS)
def test_every_answer_keeps_its_contract(action: str) -> None:
    answered = ask(action)

    findings = validate_response(action, {"Response": {**answered, "RequestId": "a"}})
    assert findings == ()
    assert "RequestId" not in answered
    assert depth(answered) <= 1 + generic.LEVELS


@pytest.mark.parametrize("action", ACTIONS)
def test_the_same_call_has_the_same_answer(action: str) -> None:
    generic._maker_for.cache_clear()
    first = ask(action)

    generic._maker_for.cache_clear()
    assert ask(action) == first
    assert ask(action) == first


def test_order_of_parameters_does_not_matter() -> None:
    first = ask("ProcessMedia", {"FileId": "1", "SubAppId": APPLICATION})

    assert ask("ProcessMedia", {"SubAppId": APPLICATION, "FileId": "1"}) == first


def test_other_parameters_actions_and_seeds_have_other_identifiers() -> None:
    answers = [
        ask("ProcessMedia", {"FileId": "1"}),
        ask("ProcessMedia", {"FileId": "2"}),
        ask("EditMedia", {"FileId": "1"}),
        ask("ProcessMedia", {"FileId": "1"}, of=Settings(seed=2)),
        ask("ProcessMedia", {"FileId": "1"}, of=Settings()),
    ]

    assert len({each["TaskId"].rpartition("-")[2] for each in answers}) == 5


def test_without_a_seed_answers_are_repeatable_too() -> None:
    assert ask("ProcessMedia", of=Settings()) == ask("ProcessMedia", of=Settings())


def test_only_times_follow_the_clock() -> None:
    early, late = (dict(values(ask("SearchMedia", now=now))) for now in (NOW, NOW + 5))

    moved = {name for name in early if early[name] != late[name] and isinstance(early[name], str)}
    assert moved and all(name.endswith("Time") for name in moved)
    assert early["CreateTime"] == iso(NOW)
    assert early["ExpireTime"] == iso(NOW + generic.LIFETIME)


@pytest.mark.parametrize("action", MAKES_TASKS)
def test_task_ids(action: str) -> None:
    contract = catalog().require(action)

    default, chosen = (ask(action, given)["TaskId"] for given in (None, {"SubAppId": APPLICATION}))

    application = SAMPLES["integer"] if "SubAppId" in minimal(contract.request) else SETTINGS.default_sub_app_id
    kind = action
    assert re.fullmatch(rf"{application}-{kind}-[0-9a-f]{{32}}t", default)
    assert re.fullmatch(rf"{APPLICATION}-{kind}-[0-9a-f]{{32}}t", chosen)


@pytest.mark.parametrize("action", [each for each in ACTIONS if catalog().require(each).identifier_pattern])
def test_identifiers_have_the_form_that_the_contract_gives(action: str) -> None:
    contract = catalog().require(action)
    assert contract.identifier and contract.identifier_pattern

    answered = ask(action, {"SubAppId": APPLICATION})

    assert re.fullmatch(contract.identifier_pattern, answered[contract.identifier])


@pytest.mark.parametrize(
    ("action", "params", "member", "echoed"),
    [
        pytest.param("ApplyUpload", {"StorageRegion": "ap-chongqing"}, "StorageRegion", "ap-chongqing", id="text"),
        pytest.param("DescribeCDNUsageData", {"DataInterval": 5}, "DataInterval", 5, id="number-of-another-range"),
        pytest.param("CreateRoundPlay", {"RoundPlayId": "r1"}, "RoundPlayId", "r1", id="identifier"),
        pytest.param("CreatePersonSample", {"Name": "Ada"}, "Name", "Ada", id="inside-an-object"),
        pytest.param("DescribeMediaInfos", {"FileIds": ["7", "8"]}, "FileId", "7", id="first-of-a-list"),
        pytest.param(
            "HandleCurrentPlaylist",
            {"RoundPlaylist": [{"FileId": "7"}, {"FileId": "8"}]},
            "RoundPlaylist",
            [{"FileId": "7"}, {"FileId": "8"}],
            id="objects",
        ),
    ],
)
def test_echo(action: str, params: dict[str, Any], member: str, echoed: Any) -> None:
    assert (member, echoed) in values(ask(action, params))


@pytest.mark.parametrize(
    ("action", "member", "given"),
    [
        pytest.param("CreateRoundPlay", "RoundPlayId", "", id="empty"),
        pytest.param("CreateRoundPlay", "RoundPlayId", None, id="null"),
        pytest.param("CreateRoundPlay", "RoundPlayId", 5, id="of-another-type"),
        pytest.param("DescribeCDNUsageData", "DataInterval", 2**63, id="out-of-range"),
        pytest.param("DescribeCDNUsageData", "DataInterval", True, id="flag-for-a-number"),
        pytest.param("HandleCurrentPlaylist", "RoundPlaylist", [{"Unknown": 1}], id="unknown-member"),
        pytest.param("HandleCurrentPlaylist", "RoundPlaylist", ["a"], id="no-object"),
        pytest.param("HandleCurrentPlaylist", "RoundPlaylist", [{"FileId": 7}], id="wrong-inside"),
        pytest.param("SimpleHlsClip", "Url", "http://example.com/a.m3u8", id="source-url"),
        pytest.param("DescribeTasks", "ScrollToken", "abc", id="scroll-token"),
    ],
)
def test_what_does_not_fit_is_not_echoed(action: str, member: str, given: Any) -> None:
    assert ask(action, {member: given})[member] != given


def test_a_list_in_the_plural_may_be_empty() -> None:
    assert re.fullmatch("[0-9]{19}", dict(values(ask("DescribeMediaInfos", {"FileIds": []})))["FileId"])


@pytest.mark.parametrize("action", COUNTED)
def test_total_count_is_the_number_of_items(action: str) -> None:
    answered = ask(action)

    items = [each for name, value in answered.items() if isinstance(value, list) for each in value]
    assert answered["TotalCount"] == len(items) > 0


@pytest.mark.parametrize("action", LIMITED)
def test_a_limit_holds(action: str) -> None:
    for limit in (0, 1, 10):
        answered = ask(action, {"Limit": limit})

        lists = [value for value in answered.values() if isinstance(value, list)]
        assert all(len(each) == min(limit, 1) for each in lists)
        assert answered["TotalCount"] == sum(map(len, lists))


def test_a_limit_holds_for_what_is_echoed() -> None:
    playlist = [{"FileId": "7"}, {"FileId": "8"}]

    for limit in (0, 1, 2, 3):
        params = {"RoundPlaylist": playlist, "Limit": limit}
        assert ask("HandleCurrentPlaylist", params)["RoundPlaylist"] == playlist[:limit]


@pytest.mark.parametrize(("member", "given"), [("Offset", 1), ("ScrollToken", "a"), ("Marker", "a")])
def test_paging_comes_to_an_end(member: str, given: Any) -> None:
    answered = ask("DescribeWordSamples", {member: given})

    assert (answered["WordSet"], answered["TotalCount"]) == ([], 0)
    assert ask("DescribeTasks")["ScrollToken"] == ""
    assert ask("ListFiles")["IsTruncated"] is False


def test_urls_are_on_the_media_server() -> None:
    given = replace(SETTINGS, media_url="http://127.0.0.1:4577")
    found = [
        value for action in ACTIONS for name, value in values(ask(action, of=given)) if name.endswith("Url") and value
    ]

    assert found
    assert all(re.fullmatch(r"http://127\.0\.0\.1:4577/generated/[0-9a-f]{32}\.(mp4|mp3|png)", each) for each in found)


def test_blocks_of_which_one_applies_are_null() -> None:
    answered = ask("DescribeTaskDetail")

    assert {value for name, value in answered.items() if name.endswith("Task")} == {None}
    assert answered["Status"] == "FINISH"
    assert {type(each) for each in ask("PullEvents")["EventSet"][0].values()} == {str, type(None)}


def test_what_is_asked_for_is_there() -> None:
    answered = ask("DescribeMediaInfos")

    assert len(answered["MediaInfoSet"]) == 1
    assert answered["NotExistFileIdSet"] == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_last_rules_fit_everything(kind: str) -> None:
    assert [each.member for each in RULES[-4:] if each.kind == kind] == [".*"]


def test_every_rule_is_of_use() -> None:
    """The first rule that fits some published member: none of the table is dead."""
    used: set[int] = set()
    for structure in {each.name: each for action in ACTIONS for each in reach(action)}.values():
        for member in structure.members:
            if member.primitive:
                name = re.sub("(Set|s)$", "", member.name) if member.list else member.name
                used |= {id(generic._first_fitting(rules, structure, name, member)) for rules in (OWN_RULES, RULES)}

    dead: list[Rule] = [each for each in (*OWN_RULES, *RULES) if id(each) not in used]
    assert dead == []


def reach(action: str) -> list[Structure]:
    """The structures of an answer."""
    found: dict[str, Structure] = {}
    waiting = [catalog().require(action).response]
    while waiting:
        structure = waiting.pop()
        if structure.name not in found:
            found[structure.name] = structure
            waiting += [catalog().type(each.type) for each in structure.members if not each.primitive]
    return list(found.values())


@given(
    action=st.sampled_from(["CreateRoundPlay", "DescribeMediaInfos", "DescribeWordSamples", "HandleCurrentPlaylist"]),
    params=st.dictionaries(
        st.sampled_from(["FileIds", "Keywords", "Limit", "Name", "Offset", "RoundPlayId", "RoundPlaylist", "Usages"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["FileId", "Name"]) | st.text(), inner),
            max_leaves=5,
        ),
    ),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_asked_the_contract_is_kept(action: str, params: dict[str, Any]) -> None:
    assert ask(action, params) == ask(action, params)

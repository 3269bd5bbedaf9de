"""The catalogue: all actions, their spellings, and what the files that are kept by hand add."""

import copy
import json
import re
from importlib.resources import files
from typing import Any

import pytest

from mockvod.validators.contracts.catalog import ALIASES, Catalog, UnknownAction, catalog
from mockvod.validators.contracts.compile import Structure
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.replies import error_codes

KEPT = sorted(
    each.name.removesuffix(".json")
    for each in (files("mockvod.contracts") / "actions").iterdir()
    if each.name.endswith(".json")
)

UPSTREAM: dict[str, Any] = {
    "version": "2000-01-01",
    "source": {"package": "p", "package_version": "1"},
    "actions": {"PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"}},
    "types": {
        "PutBoxRequest": {
            "Action": {"type": "string", "required": True},
            "Version": {"type": "string", "required": True},
            "Region": {"type": "string"},
            "Size": {"type": "int64"},
            "Name": {"type": "string"},
        },
        "PutBoxResponse": {"BoxId": {"type": "string"}, "RequestId": {"type": "string"}},
    },
}
EVIDENCE = {"kind": "assumed", "source": "a test", "date": "2000-01-01"}
PUT_BOX: dict[str, Any] = {
    "action": "PutBox",
    "summary": "Puts a box.",
    "mode": "sync",
    "errors": [],
    "sources": [{"name": "a test", "date": "2000-01-01"}],
    "not_modelled": [],
}


def test_catalogue_is_kept() -> None:
    assert catalog() is catalog()


def test_version_is_the_one_that_is_served() -> None:
    assert catalog().version == "2018-07-17"


def test_actions_are_all_241() -> None:
    assert len(catalog().actions) == 241


def test_actions_are_sorted() -> None:
    assert list(catalog().actions) == sorted(catalog().actions)


def test_contract_is_built_once() -> None:
    assert catalog().contract("DescribeTaskDetail") is catalog().contract("DescribeTaskDetail")


def test_contract_of_an_unknown_action_is_none() -> None:
    assert catalog().contract("DescribeAigcVideoTask") is None


@pytest.mark.parametrize("spelling", sorted(ALIASES))
def test_cdn_action_has_two_spellings(spelling: str) -> None:
    assert catalog().contract(spelling) is catalog().require(ALIASES[spelling])


def test_require_names_near_actions() -> None:
    with pytest.raises(UnknownAction, match=r"^no action 'createaigcvideotask' .* did you mean CreateAigcVideoTask or"):
        catalog().require("createaigcvideotask")


def test_require_says_when_nothing_is_near() -> None:
    with pytest.raises(ValueError, match=r"^no action 'x' in version 2018-07-17; the catalogue holds 241 others$"):
        catalog().require("x")


def test_type_gives_the_structure_of_a_nested_type() -> None:
    assert [each.name for each in catalog().type("ElementReferInfo").members] == ["ImageUrl"]


def test_unknown_type_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="NoSuchType"):
        catalog().type("NoSuchType")


def test_common_parameters_are_stripped() -> None:
    contract = Catalog(UPSTREAM, {}).require("PutBox")

    assert [each.name for each in contract.request.members] == ["Size", "Name"]


def test_hand_kept_file_is_read_whole() -> None:
    contract = catalog().require("CreateAigcVideoTask")

    assert {
        name: getattr(contract, name)
        for name in (
            "hand_kept",
            "mode",
            "rate",
            "concurrency",
            "identifier",
            "identifier_pattern",
            "task_type",
            "result_field",
            "event_type",
            "event_field",
        )
    } == {
        "hand_kept": True,
        "mode": "task",
        "rate": 20,
        "concurrency": 1,
        "identifier": "TaskId",
        "identifier_pattern": "^[1-9][0-9]{3,11}-AigcVideoTask-[0-9a-f]{32}t$",
        "task_type": "AigcVideoTask",
        "result_field": "AigcVideoTask",
        "event_type": "AigcVideoTaskComplete",
        "event_field": "AigcVideoCompleteEvent",
    }


def test_action_without_a_file_has_structure_only() -> None:
    contract = catalog().require("AttachMediaSubtitles")

    assert (contract.hand_kept, contract.rate, contract.mode, contract.error_codes) == (False, None, None, ())


SEEDS = (
    "CreateAigcAdvancedCustomElement",
    "CreateAigcCustomElement",
    "CreateAigcImageTask",
    "CreateAigcSubject",
    "CreateAigcVideoTask",
)


@pytest.mark.parametrize(
    ("action", "rate"),
    [*(pytest.param(action, 20, id=action) for action in SEEDS), pytest.param("DescribeTaskDetail", 100, id="query")],
)
def test_rate_is_the_documented_one(action: str, rate: int) -> None:
    assert catalog().require(action).rate == rate


@pytest.mark.parametrize("action", KEPT)
def test_error_codes_are_catalogued(action: str) -> None:
    assert set(catalog().require(action).error_codes) - error_codes() == set()


@pytest.mark.parametrize("action", [action for action in KEPT if catalog().require(action).result_field])
def test_result_field_is_in_the_answer_of_describe_task_detail(action: str) -> None:
    answer = catalog().require("DescribeTaskDetail").response

    assert catalog().require(action).result_field in answer.by_name


@pytest.mark.parametrize("action", [action for action in KEPT if catalog().require(action).event_field])
def test_event_field_is_in_an_event(action: str) -> None:
    assert catalog().require(action).event_field in catalog().type("EventContent").by_name


@pytest.mark.parametrize(
    ("action", "sample"),
    [
        # Unmasked ids of the published examples and member samples.
        pytest.param(
            "CreateAigcAdvancedCustomElement",
            "221073-CreateAigcAdvancedCustomElement-927af0f45e354127835f6ec67c48f2a9t",
            id="element-task",
        ),
        pytest.param("CreateAigcCustomElement", "857348715911598110", id="element"),
    ],
)
def test_identifier_pattern_takes_a_published_id(action: str, sample: str) -> None:
    pattern = catalog().require(action).identifier_pattern
    assert pattern is not None

    assert re.fullmatch(pattern, sample)


def _with(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(PUT_BOX), **changes}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(_with(colour="red"), "the document: .*colour", id="unknown-key"),
        pytest.param(
            _with(rate={"per_second": 1, "evidence": {**EVIDENCE, "mood": 1}}), "rate/evidence: .*mood", id="deep"
        ),
        pytest.param(_with(rate={"per_second": 1, "evidence": {**EVIDENCE, "kind": "heard"}}), "kind", id="evidence"),
        pytest.param(_with(action="TakeBox"), "action: is 'TakeBox', the file name says 'PutBox'", id="name"),
        pytest.param(
            _with(identifier={"member": "Id", "pattern": "^x$", "evidence": EVIDENCE}),
            "identifier/member: 'Id' is not in PutBoxResponse",
            id="identifier",
        ),
        pytest.param(
            _with(members={"Depth": {"decimal_text": {"value": "^1$", "evidence": EVIDENCE}}}),
            "members/Depth: no such member 'Depth' in PutBoxRequest",
            id="member",
        ),
        pytest.param(
            _with(members={"Name": {"decimal_text": {"value": "^1$", "evidence": EVIDENCE}}}),
            "members/Name/decimal_text: Name is not an integer",
            id="decimal-text-of-text",
        ),
    ],
)
def test_broken_file_is_refused_by_name_and_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^contracts/actions/PutBox.json: .*{message}"):
        Catalog(UPSTREAM, {"PutBox": document}).contract("PutBox")


def test_file_for_no_action_is_refused() -> None:
    with pytest.raises(ContractFileError, match="version 2000-01-01 has no TakeBox"):
        Catalog(UPSTREAM, {"TakeBox": _with(action="TakeBox")})


def test_structures_are_ordered_as_published() -> None:
    structure: Structure = catalog().require("CreateAigcCustomElement").request

    assert [each.name for each in structure.members] == [
        "ElementName",
        "ElementDescription",
        "ElementFrontalImage",
        "ElementReferList",
    ]


def test_contract_schema_is_json_schema() -> None:
    import jsonschema

    schema = json.loads((files("mockvod.contracts") / "contract.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)


def test_models_are_read_for_an_action_that_names_a_family() -> None:
    upstream = copy.deepcopy(UPSTREAM)
    upstream["types"]["PutBoxRequest"] |= {"ModelName": {"type": "string"}, "ModelVersion": {"type": "string"}}
    models = {"video": {"GV": {"versions": {"3.1": {}}}}}

    contract = Catalog(upstream, {"PutBox": _with(models="video")}, lambda: models).require("PutBox")

    assert [each.id for each in contract.conditions] == ["MODEL-VIDEO-NAME", "MODEL-VIDEO-GV-VERSION"]


def test_table_of_models_is_not_read_for_nothing() -> None:
    def blow_up() -> dict[str, Any]:
        raise AssertionError("nobody asked for the table")

    assert Catalog(UPSTREAM, {"PutBox": PUT_BOX}, blow_up).require("PutBox").conditions == ()


def test_checks_are_compiled_once_a_profile() -> None:
    contract = catalog().require("PullUpload")

    assert contract.checks("strict") is contract.checks("strict")
    assert contract.checks("strict") is not contract.checks("lenient")

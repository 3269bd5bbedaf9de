"""contracts/tasks.json: its form, what is read from it, and that it fits the published structures."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from mockvod.validators.contracts.catalog import Catalog, catalog
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.task_kinds import read_task_kinds, task_kinds

CONTRACTS = files("mockvod.contracts")
DOCUMENT: dict[str, Any] = json.loads((CONTRACTS / "tasks.json").read_text(encoding="utf-8"))
KINDS = task_kinds().by_action
UPSTREAM = json.loads((CONTRACTS / "upstream" / "2018-07-17.json").read_text(encoding="utf-8"))
VIDEO = "CreateAigcVideoTask"
each_kind = pytest.mark.parametrize("action", KINDS)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def test_schema_is_json_schema() -> None:
    schema = json.loads((CONTRACTS / "tasks.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(DOCUMENT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda it: it.update(colour="red"), "the document: .*colour", id="unknown-key"),
        pytest.param(
            lambda it: it["kinds"][VIDEO].pop("usage"), f"kinds/{VIDEO}: .*usage.* required", id="key-missing"
        ),
        pytest.param(
            lambda it: it["kinds"][VIDEO]["task"]["evidence"].update(kind="heard"),
            f"kinds/{VIDEO}/task/evidence/kind: ",
            id="evidence",
        ),
        pytest.param(
            lambda it: it["kinds"][VIDEO]["output"]["finished"].update(Usage={"$form": "tokens"}),
            f"kinds/{VIDEO}/output/finished/Usage: ",
            id="template",
        ),
        pytest.param(
            lambda it: it["failures"]["messages"].update(TaskTimeout=[]),
            "failures/messages/TaskTimeout: ",
            id="no-message",
        ),
    ],
)
def test_broken_document_is_refused_by_place(change: Callable[[dict[str, Any]], object], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^contracts/tasks.json: {message}"):
        read_task_kinds(changed(change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda it: it["task"].update(member="AigcFilmTask"),
            "task/member: 'AigcFilmTask' is not in DescribeTaskDetailResponse",
            id="member",
        ),
        pytest.param(
            lambda it: it.update(input="AigcImageTaskInput"),
            "input: is 'AigcImageTaskInput', the published type is 'AigcVideoTaskInput'",
            id="input",
        ),
        pytest.param(
            lambda it: it["event"].update(field="AigcFilmCompleteEvent"),
            "event/field: 'AigcFilmCompleteEvent' is not in EventContent",
            id="event",
        ),
    ],
)
def test_kind_that_no_structure_has_is_refused(change: Callable[[dict[str, Any]], object], message: str) -> None:
    kinds = read_task_kinds(changed(lambda it: change(it["kinds"][VIDEO]))).by_action
    document = catalog().require(VIDEO).document

    with pytest.raises(ContractFileError, match=f"^contracts/tasks.json: kinds/{VIDEO}/{message}$"):
        Catalog(UPSTREAM, {VIDEO: document}, lambda: {"video": {}}, lambda: kinds).contract(VIDEO)


def test_every_action_that_answers_with_a_task_has_a_kind() -> None:
    contracts = map(catalog().require, catalog().hand_kept)

    assert sorted(each.action for each in contracts if each.mode == "task") == sorted(KINDS)


@each_kind
def test_contract_tells_what_its_kind_does(action: str) -> None:
    contract, kind = catalog().require(action), KINDS[action]

    assert contract.task is kind
    assert (contract.task_type, contract.result_field) == (kind.task_type, kind.member)
    assert (contract.event_type, contract.event_field) == (kind.event_type, kind.event_field)
    assert (contract.identifier, contract.identifier_pattern) == ("TaskId", kind.id_pattern)
    assert contract.dedup == kind.session_hours


@each_kind
def test_results_are_members_of_the_published_type(action: str) -> None:
    kind = KINDS[action]
    structure = catalog().type(catalog().require("DescribeTaskDetail").response.by_name[kind.member].type)
    output = catalog().type(structure.by_name["Output"].type) if kind.nested else structure

    assert kind.nested == ("Output" in structure.by_name)
    assert {*kind.unfinished, *kind.finished} <= output.by_name.keys()
    if kind.nested:
        assert kind.unfinished.keys() == kind.finished.keys() == output.by_name.keys()


@each_kind
def test_usage_is_counted_under_a_published_type(action: str) -> None:
    rules = catalog().require("DescribeAigcUsageData").rules
    [types] = [rule.value for rule in rules if rule.path == ("AigcType",) and rule.keyword == "enum"]

    assert KINDS[action].usage in (None, *types)


@pytest.mark.parametrize(
    ("action", "task_id"),
    [
        pytest.param(VIDEO, f"251007502-AigcVideoTask-{'0' * 32}t", id="usual"),
        pytest.param("CreateSceneAigcVideoTask", f"251007502-SceneAigcVideoTask-{'0' * 32}t", id="second-form"),
        pytest.param("PullUpload", f"251007502-pull-{'0' * 32}", id="no-end"),
    ],
)
def test_pattern_takes_every_form(action: str, task_id: str) -> None:
    assert re.search(KINDS[action].id_pattern, task_id)
    assert not re.search(KINDS[action].id_pattern, task_id.replace("-", "-x", 1))


def test_kind_names_a_file_that_it_does_not_have() -> None:
    with pytest.raises(KeyError, match="kinds/CreateAigcVideoTask/files has no video of the format webm"):
        KINDS[VIDEO].file("video", "webm")


def test_failures_of_a_kind_are_found_by_name() -> None:
    assert task_kinds().named_failures["voice_id_taken"] == ("FailedOperation", "voice clone voice id duplicate")

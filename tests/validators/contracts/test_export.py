"""Contracts as documents for other tools."""

import json
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from mockvod.validators.contracts.catalog import catalog
from mockvod.validators.contracts.export import json_schema, openapi

ALL = [catalog().require(action) for action in catalog().actions]
VIDEO = catalog().require("CreateAigcVideoTask")
GOOD = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a car"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema(ALL)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi(ALL)


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_json_schema_keeps_the_meta_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_json_schema_is_taken_by_the_other_engine(schema: dict[str, Any]) -> None:
    jsonschema_rs.meta.validate(schema)


def test_json_schema_holds_request_and_answer_of_each_action(schema: dict[str, Any]) -> None:
    names = {name for each in ALL for name in (each.request.name, each.response.name)}

    assert names - schema["$defs"].keys() == set()


@pytest.mark.parametrize("name", ["schema", "document"])
def test_references_lead_somewhere(request: pytest.FixtureRequest, name: str) -> None:
    value = request.getfixturevalue(name)
    missing = set()
    for each in references(value):
        place = value
        for part in each.removeprefix("#/").split("/"):
            place = place.get(part, {})
        missing |= set() if place else {each}

    assert missing == set()


@pytest.mark.parametrize("name", ["schema", "document"])
def test_document_is_json(request: pytest.FixtureRequest, name: str) -> None:
    value = request.getfixturevalue(name)

    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        pytest.param("CreateAigcVideoTaskRequest", GOOD, True, id="good-request"),
        pytest.param("CreateAigcVideoTaskRequest", {**GOOD, "SessionId": "x" * 51}, False, id="past-a-limit"),
        pytest.param("CreateAigcVideoTaskRequest", {**GOOD, "ModelName": "Nobody"}, False, id="past-a-condition"),
        pytest.param("CreateAigcVideoTaskRequest", {**GOOD, "FileInfos": [{"Mood": 1}]}, False, id="unknown-below"),
        pytest.param("DescribeTaskDetailResponse", {"Status": "FINISH", "TaskType": "x"}, False, id="short-answer"),
        pytest.param("CreateAigcVideoTaskResponse", {"TaskId": "x", "RequestId": "y"}, True, id="good-answer"),
    ],
)
def test_exported_schema_decides_as_the_contract(schema: dict[str, Any], name: str, value: Any, fits: bool) -> None:
    asked = {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}

    assert jsonschema.Draft202012Validator(asked).is_valid(value) is fits


def test_answers_have_types_of_their_own(schema: dict[str, Any]) -> None:
    assert schema["$defs"]["AigcVideoOutputConfig"]["type"] == "object"
    assert schema["$defs"]["AigcVideoOutputConfig.Answer"]["type"] == ["object", "null"]


def test_openapi_keeps_its_specification(need: Any) -> None:
    try:
        import openapi_spec_validator
    except ImportError:
        openapi_spec_validator = None
    need("openapi-spec-validator", openapi_spec_validator is not None, "pip install openapi-spec-validator")
    assert openapi_spec_validator is not None
    chosen = [each for each in ALL if each.hand_kept]

    openapi_spec_validator.validate(openapi(chosen))


def test_openapi_has_an_operation_an_action(document: dict[str, Any]) -> None:
    operations = [path["post"]["operationId"] for path in document["paths"].values()]

    assert operations == list(catalog().actions)


def test_operation_tells_what_is_known() -> None:
    operation = openapi([VIDEO])["paths"]["/#X-TC-Action=CreateAigcVideoTask"]["post"]

    assert operation["summary"] == VIDEO.summary
    assert operation["x-mockvod-rate"] == 20
    assert operation["x-mockvod-error-codes"] == list(VIDEO.error_codes)
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/CreateAigcVideoTaskRequest"
    }


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        pytest.param({"Response": {"TaskId": "x", "RequestId": "y"}}, True, id="result"),
        pytest.param({"Response": {"Error": {"Code": "c", "Message": "m"}, "RequestId": "y"}}, True, id="refusal"),
        pytest.param({"TaskId": "x", "RequestId": "y"}, False, id="no-envelope"),
    ],
)
def test_answer_of_an_operation_is_a_result_or_a_refusal(answer: dict[str, Any], fits: bool) -> None:
    made = openapi([VIDEO])
    operation = made["paths"]["/#X-TC-Action=CreateAigcVideoTask"]["post"]
    asked = {**operation["responses"]["200"]["content"]["application/json"]["schema"], "components": made["components"]}

    assert jsonschema.Draft202012Validator(asked).is_valid(answer) is fits

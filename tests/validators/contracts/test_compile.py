"""Structures compiled to JSON Schema, and the probe for floats."""

import json
from typing import Any

import jsonschema
import pytest

from mockvod.validators.contracts.catalog import Catalog, catalog
from mockvod.validators.contracts.compile import Member, locate, probe, reached

BOXES = Catalog(
    {
        "version": "2000-01-01",
        "source": {},
        "actions": {"PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"}},
        "types": {
            "PutBoxRequest": {
                "Size": {"type": "uint64", "required": True},
                "Sizes": {"type": "int64", "list": True},
                "Name": {"type": "string"},
                "Lid": {"type": "Lid"},
                "Lids": {"type": "Lid", "list": True},
            },
            "PutBoxResponse": {
                "BoxId": {"type": "string", "output_required": True},
                "Lid": {"type": "Lid", "output_required": True, "nullable": True},
                "Weight": {"type": "float"},
                "Lids": {"type": "Lid", "list": True},
                "RequestId": {"type": "string"},
            },
            "Lid": {"Colour": {"type": "string", "required": True, "output_required": True}, "Age": {"type": "int64"}},
        },
    },
    {},
)
PUT_BOX = BOXES.require("PutBox")


def test_request_schema_is_plain_json_schema() -> None:
    assert PUT_BOX.request_schema == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PutBoxRequest",
        "type": "object",
        "properties": {
            "Size": {"type": "integer", "minimum": 0, "maximum": 18446744073709551615},
            "Sizes": {
                "type": "array",
                "items": {"type": "integer", "minimum": -9223372036854775808, "maximum": 9223372036854775807},
            },
            "Name": {"type": "string"},
            "Lid": {"type": "object", "$ref": "#/$defs/Lid"},
            "Lids": {"type": "array", "items": {"type": "object", "$ref": "#/$defs/Lid"}},
        },
        "required": ["Size"],
        "additionalProperties": False,
        "$defs": {
            "Lid": {
                "type": "object",
                "properties": {
                    "Colour": {"type": "string"},
                    "Age": {"type": "integer", "minimum": -9223372036854775808, "maximum": 9223372036854775807},
                },
                "required": ["Colour"],
                "additionalProperties": False,
            }
        },
    }


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        pytest.param({"BoxId": "b"}, True, id="least"),
        pytest.param({"BoxId": "b", "RequestId": "r"}, True, id="with-request-id"),
        pytest.param({}, False, id="required-absent"),
        pytest.param({"BoxId": None}, False, id="required-null"),
        pytest.param({"BoxId": "b", "Weight": None, "Lid": None, "Lids": None}, True, id="others-null"),
        pytest.param({"BoxId": "b", "Lids": [None]}, False, id="null-in-a-list"),
        pytest.param({"BoxId": "b", "Lid": {}}, True, id="below-the-top-nothing-is-required"),
        pytest.param({"BoxId": "b", "Lid": {"Colour": None}}, True, id="below-the-top-null"),
        pytest.param({"BoxId": "b", "Lid": {"Age": 1.0}}, False, id="float-for-an-integer"),
        pytest.param({"BoxId": "b", "Mood": 1}, False, id="unknown"),
        pytest.param({"BoxId": "b", "Lid": {"Mood": 1}}, False, id="unknown-below"),
        pytest.param({"BoxId": "b", "Weight": 1}, True, id="integer-for-a-float"),
        pytest.param({"BoxId": "b", "Weight": "1"}, False, id="text-for-a-float"),
    ],
)
def test_response_schema_decides(answer: dict[str, Any], fits: bool) -> None:
    assert PUT_BOX.accepts_response(answer) is fits


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param({"Size": 1, "Sizes": [1, 2], "Lid": {"Age": 1}, "Lids": [{"Age": 1}]}, False, id="none"),
        pytest.param({}, False, id="empty"),
        pytest.param({"Size": 1.0}, True, id="plain"),
        pytest.param({"Sizes": [1, 2.0]}, True, id="in-a-list"),
        pytest.param({"Lid": {"Age": 1.0}}, True, id="in-an-object"),
        pytest.param({"Lids": [{}, {"Age": 1.0}]}, True, id="in-a-list-of-objects"),
    ],
)
def test_probe_finds_floats_among_integers(value: dict[str, Any], found: bool) -> None:
    look = probe(PUT_BOX.request, BOXES.type)
    assert look is not None

    assert look.finds_float(value) is found


def test_structure_without_integers_needs_no_probe() -> None:
    assert probe(catalog().require("CreateAigcCustomElement").request, catalog().type) is None


@pytest.mark.parametrize(
    ("path", "member"),
    [
        pytest.param(("Size",), Member("Size", "uint64", required=True), id="top"),
        pytest.param(("Lids", 0), Member("Lids", "Lid", list=True), id="item"),
        pytest.param(("Lids", 0, "Age"), Member("Age", "int64"), id="in-an-item"),
        pytest.param(("Mood",), None, id="unknown"),
        pytest.param(("Size", "Mood"), None, id="below-a-primitive"),
    ],
)
def test_locate_follows_a_path(path: tuple[str | int, ...], member: Member | None) -> None:
    assert locate(PUT_BOX.request, BOXES.type, path) == member


def test_reached_gives_each_structure_once() -> None:
    assert [each.name for each in reached(PUT_BOX.request, BOXES.type)] == ["Lid"]


@pytest.mark.parametrize("action", catalog().actions)
def test_every_contract_compiles(action: str) -> None:
    contract = catalog().require(action)

    # Both engines take the schemas, and an empty answer or call gets a verdict.
    assert isinstance(contract.accepts_request({}), bool)
    assert isinstance(contract.accepts_response({}), bool)


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "DescribeTaskDetail", "ProcessMedia", "SearchMedia"])
@pytest.mark.parametrize("name", ["request_schema", "response_schema", "response_audit_schema"])
def test_schema_keeps_the_meta_schema(action: str, name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(getattr(catalog().require(action), name))


def test_schema_is_json() -> None:
    schema = catalog().require("DescribeTaskDetail").response_schema

    assert json.loads(json.dumps(schema)) == schema

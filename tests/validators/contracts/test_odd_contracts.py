"""What contracts may say and no published one says: invented ones say it."""

from __future__ import annotations

from typing import Any

import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.relations import holds
from mockvod.validators.explain import value_reply
from mockvod.validators.request import read_request
from mockvod.validators.walk import violations

EVIDENCE = {"kind": "assumed", "source": "a test", "date": "2000-01-01"}
TYPES: dict[str, Any] = {
    "DrawRequest": {
        "ModelName": {"type": "string"},
        "ModelVersion": {"type": "string"},
        "Text": {"type": "string"},
        "FileInfos": {"type": "File", "list": True},
        "SubjectInfos": {"type": "Subject", "list": True},
        "OutputConfig": {"type": "Output"},
        "ExtInfo": {"type": "string"},
    },
    "DrawResponse": {"RequestId": {"type": "string"}},
    "File": {"FileId": {"type": "string"}, "Text": {"type": "string"}},
    "Subject": {"Id": {"type": "string"}, "Name": {"type": "string"}},
    "Output": {"Duration": {"type": "float"}, "OutputImageCount": {"type": "int64"}, "Resolution": {"type": "string"}},
}
LEAST = {"ModelName": "A", "ModelVersion": "1"}


def contract(*, models: Any = None, **parts: Any) -> Contract:
    document = {
        "action": "Draw",
        "summary": "Draws.",
        "mode": "sync",
        "errors": [{"codes": ["InvalidParameter", "UnknownParameter"], "evidence": EVIDENCE}],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        **({} if models is None else {"models": "video"}),
        **parts,
    }
    upstream = {
        "version": "2000-01-01",
        "source": {},
        "actions": {"Draw": {"request": "DrawRequest", "response": "DrawResponse"}},
        "types": TYPES,
    }
    return Catalog(upstream, {"Draw": document}, lambda: {"video": models}).require("Draw")


def found(of: Contract, params: dict[str, Any]) -> list[tuple[str, str]]:
    """Where which code is found."""
    return [(each.path, each.code) for each in read_request(of, params, textual=False, profile="strict")[1]]


@pytest.mark.parametrize(
    ("limit", "entry", "path"),
    [
        pytest.param("duration", {"minimum": 3}, "OutputConfig.Duration", id="minimum"),
        pytest.param("duration", {"maximum": 3}, "OutputConfig.Duration", id="maximum"),
        pytest.param("duration", {"integer": True}, "OutputConfig.Duration", id="integer"),
        pytest.param("duration", {"enum": [5, 10]}, "OutputConfig.Duration", id="enum-of-numbers"),
        pytest.param("duration", {"supported": False}, "OutputConfig.Duration", id="no-number"),
        pytest.param("resolution", {"enum": ["720P"]}, "OutputConfig.Resolution", id="enum"),
        pytest.param("resolution", {"supported": False}, "OutputConfig.Resolution", id="no-text"),
        pytest.param("reference_images", {"min_items": 2}, "FileInfos", id="min-items"),
        pytest.param("reference_images", {"max_items": 2}, "FileInfos", id="max-items"),
        pytest.param("reference_images", {"supported": False}, "FileInfos", id="no-list"),
        pytest.param("subject_infos", {"required": ["Id"]}, "SubjectInfos", id="required"),
        pytest.param("ext_size", {"max_pixels": 100}, "ExtInfo", id="pixels"),
    ],
)
def test_the_example_of_a_limit_of_a_model_breaks_it(limit: str, entry: dict[str, Any], path: str) -> None:
    """And nothing else."""
    made = contract(models={"A": {"versions": {"1": {}}, limit: [{**entry, "evidence": EVIDENCE}]}})
    *_, condition = made.conditions
    assert condition.breaks is not None

    assert found(made, dict(LEAST)) == []
    assert found(made, {**LEAST, **condition.breaks}) == [(path, "InvalidParameter")]


def test_a_condition_may_hold_true_and_false() -> None:
    condition = {
        "id": "A-TEXT",
        "member": "Text",
        "schema": {"if": {"required": ["ExtInfo"]}, "then": {"properties": {"Text": False, "ModelName": True}}},
        "code": "InvalidParameter",
        "message": "Text: not with ExtInfo",
        "evidence": EVIDENCE,
    }
    made = contract(conditions=[condition])

    assert found(made, {"Text": "a"}) == []
    assert found(made, {"Text": "a", "ExtInfo": "b", "ModelName": "c"}) == [("Text", "InvalidParameter")]


def test_a_rule_for_texts_does_not_fit_an_object() -> None:
    with pytest.raises(ContractFileError, match=r"members/OutputConfig/maxLength: OutputConfig is not text$"):
        contract(members={"OutputConfig": {"maxLength": {"value": 5, "evidence": EVIDENCE}}}).request_schema  # noqa: B018


@pytest.mark.parametrize("text", ['{"front": "a", "more": [5, {"link": "a"}]}', '{"front": "a", "more": [[]]}'])
def test_values_of_another_shape_are_not_the_same(text: str) -> None:
    relation = {"kind": "distinct", "one": "front", "others": "more[].url"}

    assert holds(relation, "List", {"List": text})


# --- JSON inside of texts ------------------------------------------------------------------------------------------


def json_rule(schema: Any, **options: Any) -> dict[str, Any]:
    return {"json": {"value": schema, "evidence": EVIDENCE, **options}}


INNER = {"properties": {"inner": {"contentMediaType": "application/json", "contentSchema": {"type": "array"}}}}


@pytest.mark.parametrize(
    ("schema", "text", "expected", "message"),
    [
        pytest.param(
            {"additionalProperties": False, "properties": {"a": {}}},
            '{"b": 1}',
            "Text.b",
            "Text.b: not known in this JSON text; leave it out",
            id="unknown",
        ),
        pytest.param({"required": ["a"]}, "{}", "Text.a", "Text.a: missing in the JSON text", id="missing"),
        pytest.param({"type": ["array", "object"]}, "5", "Text", "Text is 5, not array or object", id="types"),
        pytest.param({"type": "array"}, "5", "Text", "Text is 5, not array", id="type"),
        pytest.param(
            {"uniqueItems": True}, "[1, 1]", "Text", "Text is [1, 1], which breaks uniqueItems true", id="rare"
        ),
        pytest.param(INNER, '{"inner": "{"}', "Text.inner", "Text.inner is '{', which is not JSON", id="inner"),
    ],
)
def test_what_is_wrong_with_json_in_a_text_is_told(schema: Any, text: str, expected: str, message: str) -> None:
    made = contract(members={"Text": json_rule(schema)})

    [finding] = read_request(made, {"Text": text}, textual=False, profile="strict")[1]

    assert (finding.path, finding.message) == (expected, message)


def test_json_that_leads_elsewhere_holds_no_json_below() -> None:
    made = contract(members={"Text": json_rule({"properties": {"list": {"items": INNER}}})})

    assert found(made, {"Text": '{"list": [5, {"other": "{"}]}'}) == []
    assert found(made, {"Text": '{"list": 5}'}) == []


def test_a_rule_for_a_nested_member_needs_it_to_be_there() -> None:
    made = contract(members={"FileInfos[].Text": json_rule({"type": "array"})})

    assert found(made, {"FileInfos": [{}, {"Text": "[]"}, {"Text": "{}"}]}) == [
        ("FileInfos.2.Text", "InvalidParameter")
    ]
    assert found(made, {}) == []


# --- in the service's words ----------------------------------------------------------------------------------------


class Odd:
    """A value that JSON cannot hold."""

    def __repr__(self) -> str:
        return "<odd>"


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        pytest.param("MissingParameter", 5, ("missing_parameter", (("name", "Text"),)), id="missing"),
        pytest.param("UnknownParameter", 5, ("unknown_parameter", (("name", "Text"),)), id="unknown"),
        pytest.param("Other", 5, ("", (("value", "5"), ("name", "Text"))), id="number"),
        pytest.param("Other", None, ("", (("value", ""), ("name", "Text"))), id="null"),
        pytest.param("Other", "a", ("", (("value", "a"), ("name", "Text"))), id="text"),
        pytest.param("Other", [1, {"a": "é"}], ("", (("value", '[1,{"a":"é"}]'), ("name", "Text"))), id="json"),
        pytest.param("Other", Odd(), ("", (("value", "<odd>"), ("name", "Text"))), id="no-json"),
    ],
)
def test_a_value_in_the_words_of_the_service(code: str, value: Any, words: Any) -> None:
    assert value_reply(code, "Text", value) == words


@pytest.mark.parametrize("value", [5, None, ["{"]])
def test_only_texts_hold_json(value: Any) -> None:
    schema = {"contentMediaType": "application/json", "contentSchema": False}

    assert list(violations(schema, value, content=True)) == []

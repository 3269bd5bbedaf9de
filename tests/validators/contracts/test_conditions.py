"""Conditions between members."""

from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request

EVIDENCE = {"kind": "documented", "source": "a page", "date": "2026-05-20"}
UPSTREAM: dict[str, Any] = {
    "version": "2000-01-01",
    "source": {},
    "actions": {"PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"}},
    "types": {
        "PutBoxRequest": {
            "Id": {"type": "uint64", "required": True},
            "Name": {"type": "string"},
            "Size": {"type": "int64"},
            "Lids": {"type": "Lid", "list": True},
        },
        "PutBoxResponse": {},
        "Lid": {"Colour": {"type": "string"}},
    },
}
#: A size needs a name.
NEEDS_NAME: dict[str, Any] = {
    "id": "A-NAME",
    "member": "Name",
    "schema": {"if": {"required": ["Size"]}, "then": {"required": ["Name"]}},
    "code": "MissingParameter",
    "message": "Name: needed where a Size is given",
    "evidence": EVIDENCE,
}
#: Two lids at most for a small box.
FEW_LIDS: dict[str, Any] = {
    "id": "A-LIDS",
    "member": "Lids",
    "schema": {
        "if": {"properties": {"Size": {"maximum": 1}}, "required": ["Size"]},
        "then": {"properties": {"Lids": {"maxItems": 2}}},
    },
    "code": "InvalidParameter",
    "message": "Lids: {count} of them, {value}, do not fit a small box",
    "evidence": EVIDENCE,
    "rule": "fit",
}


def contract(*conditions: dict[str, Any]) -> Contract:
    document = {
        "action": "PutBox",
        "summary": "Puts a box.",
        "mode": "sync",
        "errors": [],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        "conditions": list(conditions),
    }
    return Catalog(UPSTREAM, {"PutBox": document}).require("PutBox")


def findings(condition: dict[str, Any], params: dict[str, Any], profile: str = "strict") -> tuple[Finding, ...]:
    return read_request(contract(condition), {"Id": 1, **params}, textual=False, profile=profile)[1]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="not-asked"),
        pytest.param({"Size": 1, "Name": "a"}, id="holds"),
    ],
)
def test_condition_that_holds_is_silent(params: dict[str, Any]) -> None:
    assert findings(NEEDS_NAME, params) == ()


def test_broken_condition_is_a_finding() -> None:
    assert findings(NEEDS_NAME, {"Size": 1}) == (
        Finding(
            path="Name",
            rule="condition",
            code="MissingParameter",
            message="Name: needed where a Size is given",
            severity="error",
            evidence="documented, a page 2026-05-20",
            reply=("missing_parameter", (("name", "Name"),)),
        ),
    )


def test_message_may_use_the_value_and_its_count() -> None:
    (finding,) = findings(FEW_LIDS, {"Size": 1, "Lids": [{}, {}, {}]})

    assert (finding.rule, finding.message) == ("fit", "Lids: 3 of them, [{}, {}, {}], do not fit a small box")


def test_value_is_in_the_words_of_the_service() -> None:
    (finding,) = findings(FEW_LIDS, {"Size": 1, "Lids": [{}, {}, {"Colour": "é"}]})

    assert finding.reply == ("", (("value", '[{},{},{"Colour":"é"}]'), ("name", "Lids")))


def test_member_of_items_is_reported_at_its_list() -> None:
    (finding,) = findings({**FEW_LIDS, "member": "Lids[].Colour"}, {"Size": 1, "Lids": [{}, {}, {}]})

    assert finding.path == "Lids"


@pytest.mark.parametrize(
    ("changes", "profile", "severities"),
    [
        pytest.param({}, "strict", ["error"], id="strict"),
        pytest.param({}, "lenient", ["warning"], id="lenient"),
        pytest.param({"lenient": "error"}, "lenient", ["error"], id="lenient-error"),
        pytest.param({"lenient": "off"}, "lenient", [], id="lenient-off"),
        pytest.param({"severity": "warning"}, "strict", ["warning"], id="strict-warning"),
    ],
)
def test_profile_decides_what_a_broken_condition_is(
    changes: dict[str, Any], profile: str, severities: list[str]
) -> None:
    assert [each.severity for each in findings({**NEEDS_NAME, **changes}, {"Size": 1}, profile)] == severities


@pytest.mark.parametrize(
    "lids",
    [
        pytest.param("text", id="at-the-member"),
        pytest.param([{}, {}, {"Colour": 1}], id="below-the-member"),
    ],
)
def test_condition_is_silent_where_the_structure_is_broken(lids: Any) -> None:
    assert [each.rule for each in findings(FEW_LIDS, {"Size": 1, "Lids": lids})] == ["type"]


def test_condition_speaks_beside_a_broken_member() -> None:
    found = findings(FEW_LIDS, {"Size": 1, "Lids": [{}, {}, {}], "Name": 1})

    assert [(each.path, each.rule) for each in found] == [("Name", "type"), ("Lids", "fit")]


def test_all_conditions_are_reported() -> None:
    made = contract(NEEDS_NAME, FEW_LIDS)

    found = read_request(made, {"Id": 1, "Size": 1, "Lids": [{}, {}, {}]}, textual=False)[1]

    assert [each.path for each in found] == ["Lids", "Name"]


def test_condition_stands_in_the_compiled_schema_with_its_annotation() -> None:
    assert contract(NEEDS_NAME).request_schema["allOf"] == [
        {
            **NEEDS_NAME["schema"],
            "x-mockvod-condition": {
                "id": "A-NAME",
                "member": "Name",
                "rule": "condition",
                "code": "MissingParameter",
                "message": "Name: needed where a Size is given",
                "evidence": "documented, a page 2026-05-20",
            },
        }
    ]


@pytest.mark.parametrize(
    ("params", "fits"),
    [
        pytest.param({"Id": 1, "Size": 1}, False, id="broken"),
        pytest.param({"Id": 1, "Size": 1, "Name": "a"}, True, id="holds"),
    ],
)
def test_both_engines_agree_on_a_condition(params: dict[str, Any], fits: bool) -> None:
    schema: Any = contract(NEEDS_NAME).request_schema
    engines = (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator)

    assert [engine(schema).is_valid(params) for engine in engines] == [fits, fits]


def test_deeply_nested_value_is_refused_and_breaks_no_condition() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    assert [each.rule for each in findings(FEW_LIDS, {"Size": 1, "Lids": deep})] == ["type"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"member": "Mood"}, "A-NAME/member: no such member 'Mood'", id="member"),
        pytest.param({"schema": {"requierd": ["Name"]}}, "A-NAME/schema: .*requierd", id="misspelt-keyword"),
        pytest.param({"schema": {"then": {"requierd": []}}}, "A-NAME/schema: .*requierd", id="misspelt-below"),
        pytest.param({"schema": {"anyOf": [{"$ref": "#/$defs/Lid"}]}}, "A-NAME/schema: .*[$]ref", id="reference"),
        pytest.param({"schema": {"required": "Name"}}, "A-NAME/schema: not JSON Schema 2020-12: ", id="no-schema"),
        pytest.param({"schema": {"properties": {"Name": {"pattern": "("}}}}, "A-NAME/schema: not", id="bad-pattern"),
        pytest.param({"mood": 1}, "conditions/0: .*mood", id="unknown-key"),
        pytest.param({"id": "a name"}, "conditions/0/id", id="bad-id"),
    ],
)
def test_file_with_a_bad_condition_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^contracts/actions/PutBox.json: (conditions/)?.*{message}"):
        contract({**NEEDS_NAME, **changes})


def test_two_conditions_of_one_id_are_refused() -> None:
    with pytest.raises(ContractFileError, match="conditions/A-NAME: there are two of this id"):
        contract(NEEDS_NAME, NEEDS_NAME)

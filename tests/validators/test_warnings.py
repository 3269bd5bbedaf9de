"""What passes with a warning, and what the warning says, whole: texts with blanks, empty texts, JSON that is no text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request, validate_request

EVIDENCE = {"kind": "assumed", "source": "a test", "date": "2000-01-01"}
SHAPE = {"value": {"type": ["object", "array"]}, "evidence": EVIDENCE}
CHOICE = {"value": ["a", "b"], "evidence": EVIDENCE}
TYPES: dict[str, Any] = {
    "PutBoxRequest": {
        "Name": {"type": "string"},
        "Kind": {"type": "string"},
        "Size": {"type": "int64"},
        "Count": {"type": "uint64"},
        "Weight": {"type": "float"},
        "Open": {"type": "bool"},
        "Json": {"type": "string"},
        "Tags": {"type": "string", "list": True},
        "Sizes": {"type": "int64", "list": True},
        "Lids": {"type": "Lid", "list": True},
    },
    "PutBoxResponse": {},
    "Lid": {"Json": {"type": "string"}, "Kind": {"type": "string"}},
}


def contract() -> Contract:
    document = {
        "action": "PutBox",
        "summary": "Puts a box.",
        "mode": "sync",
        "errors": [{"codes": ["InvalidParameter", "InvalidParameterValue"], "evidence": EVIDENCE}],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        "members": {
            "Json": {"json": SHAPE},
            "Lids[].Json": {"json": SHAPE},
            "Kind": {"enum": CHOICE},
            "Lids[].Kind": {"enum": CHOICE},
        },
    }
    upstream = {
        "version": "2000-01-01",
        "source": {},
        "actions": {"PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"}},
        "types": TYPES,
    }
    return Catalog(upstream, {"PutBox": document}).require("PutBox")


PUT_BOX = contract()


def read(params: Any, profile: str = "lenient", *, textual: bool = False) -> tuple[dict[str, Any], list[Finding]]:
    made, found = read_request(PUT_BOX, params, textual=textual, profile=profile)
    return made, list(found)


def paths(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.path, each.severity) for each in found]


# --- blanks around what a query holds ------------------------------------------------------------------------------


def blanks(name: str, sent: str, bare: str) -> Finding:
    message = f"{name}: {sent} has blanks around it; send {bare}"
    evidence = "documented, an example of AttachMediaSubtitles"
    return Finding(name, "whitespace", "InvalidParameter", message, "warning", evidence)


@pytest.mark.parametrize("text", [" a", "a ", "\ta\n"], ids=["before", "after", "both"])
def test_blanks_around_a_text_of_the_wire(text: str) -> None:
    assert read({"Name": text, "Kind": "b"}, textual=True) == (
        {"Name": "a", "Kind": "b"},
        [blanks("Name", repr(text), "'a'")],
    )


def test_blanks_around_a_number_of_the_wire() -> None:
    assert read({"Sizes": [" 5", "6"]}, textual=True) == ({"Sizes": [5, 6]}, [blanks("Sizes.0", "' 5'", "'5'")])


def test_blanks_of_json_are_kept() -> None:
    assert read({"Name": " a"}) == ({"Name": " a"}, [])


# --- empty texts ---------------------------------------------------------------------------------------------------


def empty(name: str) -> Finding:
    message = f"{name}: an empty text, which counts as not given; leave it out"
    reply = ("invalid_parameter_value", (("value", ""), ("name", name)))
    evidence = "assumed, SDKs send empty texts"
    return Finding(name, "empty", "InvalidParameterValue", message, "warning", evidence, reply)


@pytest.mark.parametrize("profile", ["strict", "lenient"])
@pytest.mark.parametrize("textual", [False, True], ids=["json", "wire"])
def test_an_empty_text_where_there_is_a_choice_counts_as_not_given(profile: str, textual: bool) -> None:
    assert read({"Kind": "", "Name": ""}, profile, textual=textual) == ({"Name": ""}, [empty("Kind")])


def test_an_empty_text_in_an_item_counts_as_not_given() -> None:
    sent = {"Lids": [{"Kind": "a"}, {"Kind": ""}]}

    assert read(sent, "strict") == ({"Lids": [{"Kind": "a"}, {}]}, [empty("Lids.1.Kind")])


# --- JSON in place of the text that holds it -----------------------------------------------------------------------


def as_json(name: str, shown: str) -> Finding:
    message = f"{name}: {shown} is read as JSON text; the strict profile refuses it"
    reply = ("parameter_type_expected", (("name", name), ("type", "string")))
    return Finding(name, "type", "InvalidParameter", message, "warning", "assumed, its type is string", reply)


@pytest.mark.parametrize("value", [{"a": "é"}, [1, {"b": None}], {}, []], ids=["object", "list", "empty", "empty-list"])
def test_lenient_writes_json_down(value: Any) -> None:
    made, found = read({"Json": value})

    assert json.loads(made["Json"]) == value
    assert found == [as_json("Json", repr(value))]


def test_lenient_writes_json_as_it_came() -> None:
    assert read({"Json": {"a": "é"}})[0] == {"Json": '{"a": "é"}'}


def test_lenient_writes_json_down_in_an_item() -> None:
    made, found = read({"Lids": [{}, {"Json": {"a": 1}}]})

    assert made == {"Lids": [{}, {"Json": '{"a": 1}'}]}
    assert found == [as_json("Lids.1.Json", "{'a': 1}")]


def test_strict_does_not() -> None:
    assert paths(read({"Json": {"a": 1}}, "strict")[1]) == [("Json", "error")]


def test_elsewhere_an_object_is_no_text() -> None:
    assert paths(read({"Name": {"a": 1}, "Tags": {"a": 1}})[1]) == [("Name", "error"), ("Tags", "error")]


def test_what_json_cannot_hold_is_refused() -> None:
    assert paths(read({"Json": {"a": {1, 2}}})[1]) == [("Json", "error")]


# --- what is wrong inside of JSON ----------------------------------------------------------------------------------


def inside(name: str) -> Finding:
    """What is said of a text that holds the number 5."""
    message, reply = f"{name} is 5, not object or array", ("", (("value", "5"), ("name", name)))
    return Finding(name, "json", "InvalidParameter", message, "error", "assumed, a test 2000-01-01", reply)


def test_what_json_holds_is_looked_at_where_all_else_fits() -> None:
    """By path, which is not the order in which it came."""
    sent = {"Lids": [{"Json": "5"}], "Json": "5"}

    assert read(sent, "strict") == (sent, [inside("Json"), inside("Lids.0.Json")])


def test_what_json_holds_is_looked_at_where_something_was_taken_away() -> None:
    assert read({"Json": "5", "Name": None}, "strict") == ({"Json": "5"}, [inside("Json")])


def test_what_json_holds_is_looked_at_where_something_else_is_wrong() -> None:
    assert paths(read({"Json": "5", "Size": "x"}, "strict")[1]) == [("Size", "error"), ("Json", "error")]


# --- text in place of a number -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [("Size", "-5", -5), ("Count", "5", 5), ("Weight", "0.5", 0.5), ("Weight", "5", 5.0)],
    ids=["int64", "uint64", "float", "float-of-a-whole-number"],
)
def test_lenient_reads_a_number_in_a_text(name: str, text: str, number: float) -> None:
    made, found = read({name: text})

    assert made == {name: number}
    assert type(made[name]) is type(number)
    assert paths(found) == [(name, "warning")]
    assert repr(text) in found[0].message


@pytest.mark.parametrize("name", ["Open", "Tags"], ids=["flag", "list"])
def test_lenient_reads_nothing_else_in_a_text(name: str) -> None:
    assert paths(read({name: "true"})[1]) == [(name, "error")]


def test_a_text_in_place_of_a_list_is_refused_as_it_is() -> None:
    made, found = read({"Sizes": "5"})

    assert (made, paths(found)) == ({"Sizes": "5"}, [("Sizes", "error")])


@pytest.mark.parametrize("text", ["9" * 400, "-" + "9" * 400], ids=["high", "low"])
def test_a_number_that_no_float_holds_stays_a_text(text: str) -> None:
    made, found = read({"Weight": text}, "strict", textual=True)

    assert math.isinf(float(text))
    assert (made, paths(found)) == ({"Weight": text}, [("Weight", "error")])


# --- as they were given --------------------------------------------------------------------------------------------


def test_strict_keeps_what_it_does_not_know() -> None:
    made, found = read({"Colour": "red"}, "strict")

    assert (made, paths(found)) == ({"Colour": "red"}, [("Colour", "error")])


@pytest.mark.parametrize("wrap", [dict, MappingProxyType], ids=["dict", "mapping"])
def test_any_mapping_holds_params(wrap: Any) -> None:
    params: Mapping[str, Any] = wrap({"SubAppId": 7})

    assert validate_request("DescribeTasks", params) == ()


def test_typed_params_are_not_read_as_texts() -> None:
    """Or true would be a text that says true."""
    found = validate_request("DescribeTasks", {"SubAppId": "7"})

    assert paths(list(found)) == [("SubAppId", "error")]

"""Rules for single members: where they may be used, what they become, what they refuse."""

import re
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from mockvod.validators.contracts.catalog import Catalog, Contract
from mockvod.validators.contracts.documents import ContractFileError
from mockvod.validators.contracts.rules import any_case, parsed, written
from mockvod.validators.findings import Finding
from mockvod.validators.request import read_request

EVIDENCE = {"kind": "assumed", "source": "a test", "date": "2000-01-01"}
TYPES: dict[str, Any] = {
    "PutBoxRequest": {
        "Id": {"type": "uint64", "required": True},
        "Name": {"type": "string"},
        "Size": {"type": "int64"},
        "Weight": {"type": "float"},
        "Open": {"type": "bool"},
        "Tags": {"type": "string", "list": True},
        "Lid": {"type": "Lid"},
        "Lids": {"type": "Lid", "list": True},
    },
    "PutBoxResponse": {"RequestId": {"type": "string"}},
    "Lid": {"Colour": {"type": "string"}, "Age": {"type": "int64"}},
}


def rule(value: Any, **others: Any) -> dict[str, Any]:
    return {"value": value, "evidence": EVIDENCE, **others}


def contract(members: dict[str, Any], codes: tuple[str, ...] = ("InvalidParameter",)) -> Contract:
    document = {
        "action": "PutBox",
        "summary": "Puts a box.",
        "mode": "sync",
        "errors": [{"codes": list(codes), "evidence": EVIDENCE}] if codes else [],
        "sources": [{"name": "a test", "date": "2000-01-01"}],
        "not_modelled": [],
        "members": members,
    }
    upstream = {
        "version": "2000-01-01",
        "source": {},
        "actions": {"PutBox": {"request": "PutBoxRequest", "response": "PutBoxResponse"}},
        "types": TYPES,
    }
    return Catalog(upstream, {"PutBox": document}).require("PutBox")


def findings(members: dict[str, Any], params: dict[str, Any], profile: str = "strict") -> tuple[Finding, ...]:
    return read_request(contract(members), {"Id": 1, **params}, textual=False, profile=profile)[1]


def brief(members: dict[str, Any], params: dict[str, Any], profile: str = "strict") -> list[tuple[str, str, str, str]]:
    return [(each.path, each.rule, each.code, each.severity) for each in findings(members, params, profile)]


# --- each keyword --------------------------------------------------------------------------------------------------

KEYWORDS = [
    pytest.param("Name", "minLength", 2, "ab", "a", id="minLength"),
    pytest.param("Name", "maxLength", 2, "ab", "abc", id="maxLength"),
    pytest.param("Name", "maxLength", 2, "\U0001f600é", "\U0001f600é中", id="maxLength-in-code-points"),
    pytest.param("Name", "pattern", "^o_[0-9]+$", "o_1", "o_1\n", id="pattern-ends-at-the-end"),
    pytest.param("Name", "pattern", "^\\d$", "1", "٣", id="pattern-digits-are-ascii"),
    pytest.param("Name", "enum", ["a", "b"], "b", "B", id="enum"),
    pytest.param("Size", "enum", [1, 2], 2, 3, id="enum-of-integers"),
    pytest.param("Weight", "enum", [1, 2.5], 2.5, 2, id="enum-of-floats"),
    pytest.param("Name", "format", "iso8601", "2026-02-28T08:00:00Z", "2026-02-28", id="format"),
    pytest.param("Size", "minimum", -10, -10, -11, id="minimum"),
    pytest.param("Size", "maximum", 10, 10, 11, id="maximum"),
    pytest.param("Weight", "maximum", 2.5, 2.5, 2.6, id="maximum-of-a-float"),
    pytest.param("Tags", "minItems", 1, ["a"], [], id="minItems"),
    pytest.param("Tags", "maxItems", 1, ["a"], ["a", "b"], id="maxItems"),
]


@pytest.mark.parametrize(("name", "keyword", "limit", "good", "bad"), KEYWORDS)
def test_value_at_the_limit_passes(name: str, keyword: str, limit: Any, good: Any, bad: Any) -> None:
    assert brief({name: {keyword: rule(limit)}}, {name: good}) == []


@pytest.mark.parametrize(("name", "keyword", "limit", "good", "bad"), KEYWORDS)
def test_value_past_the_limit_is_refused(name: str, keyword: str, limit: Any, good: Any, bad: Any) -> None:
    assert brief({name: {keyword: rule(limit)}}, {name: bad}) == [(name, keyword, "InvalidParameter", "error")]


@pytest.mark.parametrize(("name", "keyword", "limit", "good", "bad"), KEYWORDS)
def test_lenient_reports_what_strict_refuses(name: str, keyword: str, limit: Any, good: Any, bad: Any) -> None:
    assert brief({name: {keyword: rule(limit)}}, {name: bad}, "lenient") == [
        (name, keyword, "InvalidParameter", "warning")
    ]


@pytest.mark.parametrize(
    ("path", "params", "place"),
    [
        pytest.param("Lid.Colour", {"Lid": {"Colour": "abc"}}, "Lid.Colour", id="in-an-object"),
        pytest.param("Lids[].Colour", {"Lids": [{}, {"Colour": "abc"}]}, "Lids.1.Colour", id="in-an-item"),
        pytest.param("Tags[]", {"Tags": ["ab", "abc"]}, "Tags.1", id="item"),
    ],
)
def test_rule_reaches_nested_members(path: str, params: dict[str, Any], place: str) -> None:
    assert brief({path: {"maxLength": rule(2)}}, params) == [(place, "maxLength", "InvalidParameter", "error")]


def test_rule_of_one_place_says_nothing_about_another_of_the_same_type() -> None:
    assert brief({"Lid.Colour": {"maxLength": rule(2)}}, {"Lids": [{"Colour": "abc"}]}) == []


def test_whole_finding_names_member_value_and_limit() -> None:
    members = {"Name": {"maxLength": rule(2, code="InvalidParameterValue.SessionIdTooLong")}}

    assert findings(members, {"Name": "abc"}) == (
        Finding(
            path="Name",
            rule="maxLength",
            code="InvalidParameterValue.SessionIdTooLong",
            message="Name is 'abc': 3 characters, the most is 2",
            severity="error",
            evidence="assumed, a test 2000-01-01",
            reply=("", (("value", "abc"), ("name", "Name"))),
        ),
    )


@pytest.mark.parametrize(
    ("keyword", "limit", "name", "value", "message"),
    [
        pytest.param("enum", ["a", "b", "c"], "Name", "d", "Name is 'd'; send a, b or c", id="enum"),
        pytest.param("minItems", 1, "Tags", [], "Tags is a list of 0, the least is 1", id="items"),
        pytest.param("maximum", 10, "Size", 11, "Size is 11, above 10", id="number"),
        pytest.param("pattern", "^a$", "Name", "b", "Name is 'b', which does not match ^a$", id="pattern"),
    ],
)
def test_message_fits_the_rule(keyword: str, limit: Any, name: str, value: Any, message: str) -> None:
    assert findings({name: {keyword: rule(limit)}}, {name: value})[0].message == message


# --- code, severity, profile ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        pytest.param(("InvalidParameter",), "InvalidParameter", id="listed"),
        pytest.param(("FailedOperation",), "InvalidParameterValue", id="not-listed"),
        pytest.param((), "InvalidParameterValue", id="nothing-listed"),
    ],
)
def test_usual_code_is_the_one_that_the_action_lists(codes: tuple[str, ...], code: str) -> None:
    made = contract({"Name": {"maxLength": rule(1)}}, codes)

    assert read_request(made, {"Id": 1, "Name": "ab"}, textual=False)[1][0].code == code


@pytest.mark.parametrize(
    ("options", "strict", "lenient"),
    [
        pytest.param({}, ["error"], ["warning"], id="usual"),
        pytest.param({"severity": "warning"}, ["warning"], ["warning"], id="warning"),
        pytest.param({"lenient": "error"}, ["error"], ["error"], id="error-for-both"),
        pytest.param({"lenient": "off"}, ["error"], [], id="off"),
        pytest.param({"severity": "warning", "lenient": "off"}, ["warning"], [], id="warning-or-nothing"),
    ],
)
def test_profile_decides_what_a_violation_is(options: dict[str, Any], strict: list[str], lenient: list[str]) -> None:
    members = {"Name": {"maxLength": rule(1, **options)}}
    severities = {
        profile: [each.severity for each in findings(members, {"Name": "ab"}, profile)]
        for profile in ("strict", "lenient")
    }

    assert severities == {"strict": strict, "lenient": lenient}


def test_number_past_its_type_is_a_fault_of_the_type() -> None:
    (finding,) = findings({"Size": {"maximum": rule(10)}}, {"Size": 2**63})

    assert (finding.rule, finding.message) == (
        "range",
        "Size: 9223372036854775808 is above 9223372036854775807, the greatest int64",
    )


def test_wrong_type_breaks_no_rule() -> None:
    assert brief({"Name": {"maxLength": rule(1)}}, {"Name": 12}) == [("Name", "type", "InvalidParameter", "error")]


def test_two_rules_of_one_keyword_are_both_held() -> None:
    members = {"Name": {"pattern": rule("^a.*$"), "enum": rule(["ab"], ignore_case=True)}}

    assert [each[1] for each in brief(members, {"Name": "b"})] == ["enum", "pattern"]


# --- required ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "params", "place"),
    [
        pytest.param("Name", {}, "Name", id="top"),
        pytest.param("Lid.Colour", {"Lid": {}}, "Lid.Colour", id="in-an-object"),
        pytest.param("Lids[].Colour", {"Lids": [{"Colour": "a"}, {}]}, "Lids.1.Colour", id="in-an-item"),
    ],
)
def test_member_may_be_required_by_rule(path: str, params: dict[str, Any], place: str) -> None:
    assert brief({path: {"required": rule(True)}}, params) == [(place, "required", "MissingParameter", "error")]


def test_member_required_by_rule_of_an_absent_object_is_not_missing() -> None:
    assert brief({"Lid.Colour": {"required": rule(True)}}, {}) == []


def test_lenient_is_freed_of_a_published_requirement() -> None:
    made = contract({"Id": {"required": rule(True)}})

    assert [each.severity for each in read_request(made, {}, textual=False, profile="lenient")[1]] == ["warning"]


def test_nested_requirement_frees_nothing_at_the_top() -> None:
    made = contract({"Lid.Colour": {"required": rule(True)}})

    assert [each.path for each in read_request(made, {}, textual=False, profile="lenient")[1]] == ["Id"]


# --- spelling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        pytest.param(["1080P"], "^1080[Pp]$", id="one"),
        pytest.param(["2k", "16:9"], "^(?:2[Kk]|16:9)$", id="two"),
        pytest.param(["a.b-c"], "^[Aa]\\.[Bb]\\-[Cc]$", id="escaped"),
    ],
)
def test_any_case_is_a_pattern(values: list[str], pattern: str) -> None:
    assert any_case(values) == pattern


@pytest.mark.parametrize("text", ["1080P", "1080p"])
def test_case_is_free_where_the_rule_says_so(text: str) -> None:
    assert brief({"Name": {"enum": rule(["1080P"], ignore_case=True)}}, {"Name": text}) == []


def test_message_of_a_free_case_lists_the_values() -> None:
    (finding,) = findings({"Name": {"enum": rule(["1080P", "2K"], ignore_case=True)}}, {"Name": "x"})

    assert finding.message == "Name is 'x'; send 1080P or 2K"


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        pytest.param("2026-01-31T23:59:59Z", True, id="utc"),
        pytest.param("2026-01-31T08:00:00+08:00", True, id="offset"),
        pytest.param("2026-01-31T08:00:00.123Z", True, id="fraction"),
        pytest.param("2024-02-29T00:00:00Z", True, id="leap-day"),
        pytest.param("0000-00-00T00:00:00Z", True, id="also"),
        pytest.param("2026-02-30T00:00:00Z", False, id="no-such-day"),
        pytest.param("2026-04-31T00:00:00Z", False, id="no-such-day-of-april"),
        pytest.param("2026-13-01T00:00:00Z", False, id="no-such-month"),
        pytest.param("2026-01-31T24:00:00Z", False, id="no-such-hour"),
        pytest.param("2026-01-31T08:00:00", False, id="no-offset"),
        pytest.param("2026-01-31 08:00:00Z", False, id="blank"),
        pytest.param("tomorrow", False, id="word"),
    ],
)
def test_instant(text: str, fits: bool) -> None:
    members = {"Name": {"format": rule("iso8601", also=["0000-00-00T00:00:00Z"])}}

    assert (brief(members, {"Name": text}) == []) is fits


# --- empty text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"enum": rule(["a"])}, id="enum"),
        pytest.param({"pattern": rule("^a$")}, id="pattern"),
        pytest.param({"format": rule("iso8601")}, id="format"),
        pytest.param({"json": rule({})}, id="json"),
    ],
)
def test_empty_text_counts_as_absent_with_a_warning(body: dict[str, Any]) -> None:
    read, found = read_request(contract({"Name": body}), {"Id": 1, "Name": ""}, textual=False)

    assert read == {"Id": 1}
    assert [(each.path, each.rule, each.severity) for each in found] == [("Name", "empty", "warning")]


def test_empty_text_below_counts_as_absent() -> None:
    made = contract({"Lids[].Colour": {"enum": rule(["a"])}})

    assert read_request(made, {"Id": 1, "Lids": [{"Colour": ""}]}, textual=False)[0] == {"Id": 1, "Lids": [{}]}


def test_empty_text_of_a_length_is_a_text() -> None:
    assert brief({"Name": {"maxLength": rule(1)}}, {"Name": ""}) == []


def test_empty_text_of_a_member_that_is_required_by_rule_is_refused() -> None:
    members = {"Name": {"required": rule(True), "enum": rule(["a"])}}

    assert brief(members, {"Name": ""}) == [("Name", "enum", "InvalidParameter", "error")]


# --- JSON inside text ----------------------------------------------------------------------------------------------

VIDEOS = {
    "type": "object",
    "required": ["videos"],
    "properties": {"videos": {"type": "array", "maxItems": 1, "items": {"required": ["url"]}}},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('{"videos": [{"url": "a"}]}', [], id="good"),
        pytest.param(' {\n "videos": []}', [], id="blanks"),
        pytest.param("{", [("Name", "json")], id="no-json"),
        pytest.param("[" * 100_000, [("Name", "json")], id="deep"),
        pytest.param("[]", [("Name", "json")], id="other-type"),
        pytest.param("{}", [("Name.videos", "json")], id="missing"),
        pytest.param('{"videos": [{}]}', [("Name.videos.0.url", "json")], id="missing-below"),
        pytest.param('{"videos": [{"url": 1}, {"url": 2}]}', [("Name.videos", "json")], id="too-many"),
    ],
)
def test_json_text_is_held_against_its_shape(text: str, found: list[tuple[str, str]]) -> None:
    assert [each[:2] for each in brief({"Name": {"json": rule(VIDEOS)}}, {"Name": text})] == found


def test_broken_json_text_is_answered_with_the_known_words() -> None:
    (finding,) = findings({"Name": {"json": rule(VIDEOS)}}, {"Name": "{"})

    assert finding.reply == ("parameter_json", (("name", "Name"),))


def test_json_text_may_be_judged_under_a_condition() -> None:
    members = {"Name": {"json": rule(VIDEOS, when={"required": ["Size"]})}}

    assert (brief(members, {"Name": "{"}), len(brief(members, {"Name": "{", "Size": 1}))) == ([], 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("free text", 0, id="free"),
        pytest.param("{not json", 0, id="free-though-it-starts-as-json"),
        pytest.param('{"inner": "{}"}', 0, id="good"),
        pytest.param('{"inner": "{"}', 1, id="broken-inside"),
    ],
)
def test_json_inside_json_is_asserted(text: str, count: int) -> None:
    inner = {"properties": {"inner": {"type": "string", "contentMediaType": "application/json"}}}
    members = {"Name": {"json": rule(inner, if_json=True, severity="warning")}}

    assert brief(members, {"Name": text}) == [("Name.inner", "json", "InvalidParameter", "warning")] * count


def test_json_text_below_a_list_is_found() -> None:
    members = {"Lids[].Colour": {"json": rule({"type": "array"})}}

    assert [each[0] for each in brief(members, {"Lids": [{"Colour": "[]"}, {"Colour": "{}"}]})] == ["Lids.1.Colour"]


def test_lenient_makes_text_of_an_object() -> None:
    made = contract({"Name": {"json": rule(VIDEOS)}})

    read, found = read_request(made, {"Id": 1, "Name": {"videos": []}}, textual=False, profile="lenient")

    assert read["Name"] == '{"videos": []}'
    assert [(each.path, each.rule, each.severity) for each in found] == [("Name", "type", "warning")]


# --- annotations and engines ---------------------------------------------------------------------------------------


def test_compiled_rule_stands_in_place_with_its_annotation() -> None:
    schema = contract({"Size": {"maximum": rule(10, id="A-SIZE"), "default": rule(1)}}).request_schema

    assert schema["properties"]["Size"] == {
        "type": "integer",
        "minimum": -(2**63),
        "maximum": 10,
        "default": 1,
        "x-mockvod-rules": {
            "maximum": {
                "rule": "maximum",
                "code": "InvalidParameter",
                "evidence": "assumed, a test 2000-01-01",
                "id": "A-SIZE",
            }
        },
    }


def test_json_rule_is_an_annotation_of_the_standard() -> None:
    schema = contract({"Name": {"json": rule({"type": "array"})}}).request_schema["properties"]["Name"]

    assert (schema["contentMediaType"], schema["contentSchema"]) == ("application/json", {"type": "array"})


def test_media_rule_is_an_annotation() -> None:
    schema = contract({"Name": {"media": rule({"max_bytes": 1})}}).request_schema["properties"]["Name"]

    assert schema == {"type": "string", "x-mockvod-media": {"max_bytes": 1}}


def test_warnings_stand_in_a_schema_of_their_own() -> None:
    made = contract({"Name": {"maxLength": rule(1, severity="warning")}})

    assert made.request_schema["properties"]["Name"] == {"type": "string"}
    assert made.request_warnings_schema is not None
    assert made.request_warnings_schema["properties"]["Name"]["maxLength"] == 1


def test_no_warnings_need_no_schema() -> None:
    assert contract({"Name": {"maxLength": rule(1)}}).request_warnings_schema is None


@pytest.mark.parametrize(("name", "keyword", "limit", "good", "bad"), KEYWORDS)
def test_both_engines_agree_on_a_rule(name: str, keyword: str, limit: Any, good: Any, bad: Any) -> None:
    schema: Any = contract({name: {keyword: rule(limit)}}).request_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    verdicts = [
        engine(schema).is_valid({"Id": 1, name: good})
        for engine in (jsonschema.Draft202012Validator, jsonschema_rs.Draft202012Validator)
    ]

    assert verdicts == [True, True]


# --- what a file may not say ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        pytest.param("Mood", {"maxLength": rule(1)}, "members/Mood: no such member 'Mood' in PutBoxRequest", id="top"),
        pytest.param(
            "Lid.Mood", {"maxLength": rule(1)}, "members/Lid.Mood: no such member 'Mood' in Lid", id="no-such-nested"
        ),
        pytest.param("Mood", {"notes": ["x"]}, "members/Mood: no such member", id="notes-only"),
        pytest.param("Lids.Colour", {"maxLength": rule(1)}, "items of a list are written", id="list-without-items"),
        pytest.param("Lid[].Colour", {"maxLength": rule(1)}, "the items of what is no list", id="items-of-no-list"),
        pytest.param("Name.Colour", {"maxLength": rule(1)}, "Name has no members", id="below-text"),
        pytest.param("Size", {"maxLength": rule(1)}, "maxLength: Size is not text", id="length-of-a-number"),
        pytest.param("Name", {"maximum": rule(1)}, "maximum: Name is not a number", id="maximum-of-text"),
        pytest.param("Name", {"maxItems": rule(1)}, "maxItems: Name is not a list", id="items-of-text"),
        pytest.param("Tags[]", {"maxItems": rule(1)}, "maxItems: Tags\\[\\] is not a list", id="items-of-an-item"),
        pytest.param("Tags", {"maxLength": rule(1)}, "maxLength: Tags is not text", id="length-of-a-list"),
        pytest.param("Open", {"enum": rule(["a"])}, "enum: Open is not text or a number", id="enum-of-a-truth"),
        pytest.param("Tags[]", {"required": rule(True)}, "required: Tags\\[\\] is not a member", id="required-item"),
        pytest.param("Lid.Age", {"decimal_text": rule("^1$")}, "decimal_text: Lid.Age is not an integer", id="nested"),
        pytest.param("Size", {"enum": rule(["a"])}, "enum: 'a' is no int64", id="text-among-integers"),
        pytest.param("Name", {"enum": rule([1])}, "enum: 1 is no string", id="integer-among-texts"),
        pytest.param("Size", {"maximum": rule(1.5)}, "maximum: 1.5 is no int64", id="fraction-for-an-integer"),
        pytest.param("Size", {"enum": rule([1], ignore_case=True)}, "ignore_case is for text", id="case-of-a-number"),
        pytest.param("Name", {"maxLength": rule(1, mood=1)}, "maxLength: .*mood", id="unknown-key"),
        pytest.param("Name", {"longest": rule(1)}, "longest", id="unknown-rule"),
        pytest.param("Name", {"maxLength": rule(-1)}, "maxLength/value: ", id="bad-value"),
        pytest.param("Name", {"maxLength": {"value": 1}}, "evidence", id="no-evidence"),
        pytest.param("Name", {"pattern": rule("a")}, "pattern/value: ", id="pattern-without-anchors"),
    ],
)
def test_file_with_a_bad_rule_is_refused(path: str, body: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractFileError, match=f"^contracts/actions/PutBox.json: .*{message}"):
        contract({path: body})


@pytest.mark.parametrize("name", ["Name", "Lids[].Colour", "Tags[]", "Lid.Colour"])
def test_path_is_read_and_written(name: str) -> None:
    assert written(parsed(name)) == name


def test_path_is_a_tuple_of_names_and_items() -> None:
    assert parsed("Lids[].Colour") == ("Lids", "[]", "Colour")


def test_rules_are_kept_on_the_contract() -> None:
    (kept,) = contract({"Lids[].Colour": {"maxLength": rule(1, id="A-X")}}).rules

    assert (kept.where, kept.keyword, kept.value, kept.id) == ("Lids[].Colour", "maxLength", 1, "A-X")
    assert re.fullmatch("assumed, a test 2000-01-01", kept.evidence)

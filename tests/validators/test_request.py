"""Requests: what passes, what is refused, and with which of the service's words."""

import copy
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockvod.validators import replies
from mockvod.validators.contracts.catalog import Catalog, UnknownAction, catalog
from mockvod.validators.contracts.compile import reached
from mockvod.validators.findings import ContractError, Finding, in_order, shown
from mockvod.validators.request import read_request, validate_request
from mockvod.validators.walk import violations

#: No published action has a boolean at its top.
SWITCH = Catalog(
    {
        "version": "2000-01-01",
        "source": {},
        "actions": {"Switch": {"request": "SwitchRequest", "response": "SwitchResponse"}},
        "types": {"SwitchRequest": {"On": {"type": "bool"}}, "SwitchResponse": {}},
    },
    {},
).require("Switch")
VIDEO = catalog().require("CreateAigcVideoTask")
ELEMENT = catalog().require("CreateAigcCustomElement")


@pytest.fixture
def params() -> dict[str, Any]:
    """The smallest valid request, with a nested member of each kind."""
    return {
        "SubAppId": 251007502,
        "ModelName": "GV",
        "ModelVersion": "3.1-fast",
        "FileInfos": [{"FileId": "3704211000509819"}],
        "Prompt": "a car",
        "OutputConfig": {"Duration": 8},
    }


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(each.path, each.code, each.severity) for each in findings]


# --- what passes ---------------------------------------------------------------------------------------------------


def test_valid_params_come_back_as_the_same_object(params: dict[str, Any]) -> None:
    read, findings = read_request(VIDEO, params, textual=False)

    assert read is params
    assert findings == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SubAppId", 2**64 - 1, id="greatest-uint64"),
        pytest.param("Seed", -(2**63), id="least-int64"),
        pytest.param("Seed", 2**63 - 1, id="greatest-int64"),
        pytest.param("Prompt", "", id="empty-text"),
        pytest.param("Prompt", "中文 \U0001f600", id="text-beyond-the-bmp"),
        pytest.param("FileInfos", [], id="empty-list"),
        pytest.param("OutputConfig", {}, id="empty-object"),
        pytest.param("OutputConfig", {"Duration": 8.0}, id="float"),
        pytest.param("TasksPriority", -10, id="negative-int64"),
        pytest.param("Prompt", None, id="optional-null"),
        pytest.param("OutputConfig", {"ClassId": None}, id="nested-null"),
    ],
)
def test_value_passes(params: dict[str, Any], name: str, value: object) -> None:
    assert validate_request("CreateAigcVideoTask", {**params, name: value}) == ()


def test_null_of_an_optional_member_is_taken_away(params: dict[str, Any]) -> None:
    read, _ = read_request(VIDEO, {**params, "Seed": None, "OutputConfig": {"Duration": None}}, textual=False)

    assert read == {**params, "OutputConfig": {}}


def test_reading_leaves_the_given_params_alone(params: dict[str, Any]) -> None:
    given_params = {**params, "Prompt": None, "TasksPriority": "1", "FileInfos": [{"Url": None}]}
    before = copy.deepcopy(given_params)

    read_request(VIDEO, given_params, textual=False)

    assert given_params == before


def test_mapping_other_than_a_dict_is_taken(params: dict[str, Any]) -> None:
    from types import MappingProxyType

    assert validate_request("CreateAigcVideoTask", MappingProxyType(params)) == ()


# --- what is refused -----------------------------------------------------------------------------------------------

EXPECTED = "The value type of parameter `{}` is not valid, input type should be `{}`"
PLAIN = "The value type of parameter `{}` is not valid."


@pytest.mark.parametrize(
    ("changes", "path", "code", "text"),
    [
        # Observed; each finding names its source.
        pytest.param(
            {"ModelName": 3},
            "ModelName",
            "InvalidParameter",
            EXPECTED.format("ModelName", "string"),
            id="number-for-text",
        ),
        pytest.param(
            {"SubAppId": "251007502"},
            "SubAppId",
            "InvalidParameter",
            EXPECTED.format("SubAppId", "uint64"),
            id="text-for-uint64",
        ),
        pytest.param(
            {"ExtInfo": {"a": 1}},
            "ExtInfo",
            "InvalidParameter",
            EXPECTED.format("ExtInfo", "string"),
            id="object-for-text",
        ),
        pytest.param(
            {"FileInfos": "[]"}, "FileInfos", "InvalidParameter", PLAIN.format("FileInfos"), id="text-for-list"
        ),
        pytest.param({"SubAppId": -1}, "SubAppId", "InvalidParameter", PLAIN.format("SubAppId"), id="negative-uint64"),
        pytest.param(
            {"FileInfos": [{"Category": 1}]},
            "FileInfos.0.Category",
            "InvalidParameter",
            EXPECTED.format("FileInfos.0.Category", "string"),
            id="nested",
        ),
        pytest.param(
            {"FileInfos": [{}, {"Mood": 1}]},
            "FileInfos.1.Mood",
            "UnknownParameter",
            "The parameter `FileInfos.1.Mood` is not recognized.",
            id="nested-unknown",
        ),
        pytest.param(
            {"$schema": "x"}, "$schema", "UnknownParameter", "The parameter `$schema` is not recognized.", id="unknown"
        ),
        # Inferred from the observed ones.
        pytest.param(
            {"FileInfos": {}}, "FileInfos", "InvalidParameter", PLAIN.format("FileInfos"), id="object-for-list"
        ),
        pytest.param(
            {"OutputConfig": "x"},
            "OutputConfig",
            "InvalidParameter",
            PLAIN.format("OutputConfig"),
            id="text-for-object",
        ),
        pytest.param(
            {"FileInfos": ["x"]}, "FileInfos.0", "InvalidParameter", PLAIN.format("FileInfos.0"), id="text-for-item"
        ),
        pytest.param({"Seed": 2**63}, "Seed", "InvalidParameter", PLAIN.format("Seed"), id="past-int64"),
        pytest.param({"SubAppId": 2**64}, "SubAppId", "InvalidParameter", PLAIN.format("SubAppId"), id="past-uint64"),
        pytest.param(
            {"Seed": True}, "Seed", "InvalidParameter", EXPECTED.format("Seed", "int64"), id="bool-for-integer"
        ),
        pytest.param(
            {"ModelName": False},
            "ModelName",
            "InvalidParameter",
            EXPECTED.format("ModelName", "string"),
            id="bool-for-text",
        ),
        # Assumed.
        pytest.param(
            {"Seed": 1.0}, "Seed", "InvalidParameter", EXPECTED.format("Seed", "int64"), id="float-for-integer"
        ),
        pytest.param(
            {"FileInfos": [None]}, "FileInfos.0", "InvalidParameter", PLAIN.format("FileInfos.0"), id="null-item"
        ),
        pytest.param(
            {"OutputConfig": {"Duration": float("nan")}},
            "OutputConfig.Duration",
            "InvalidParameter",
            EXPECTED.format("OutputConfig.Duration", "float"),
            id="not-a-number",
        ),
    ],
)
def test_value_is_refused_in_the_words_of_the_service(
    params: dict[str, Any], changes: dict[str, Any], path: str, code: str, text: str
) -> None:
    findings = validate_request("CreateAigcVideoTask", {**params, **changes})
    key, values = findings[0].reply

    assert brief(findings) == [(path, code, "error")]
    assert replies.reply(key, **dict(values)) == replies.Reply(code, text)


@pytest.mark.parametrize("absent", [pytest.param(True, id="absent"), pytest.param(False, id="null")])
def test_missing_member_is_refused(params: dict[str, Any], absent: bool) -> None:
    if absent:
        del params["ModelName"]
    else:
        params["ModelName"] = None

    (finding,) = validate_request("CreateAigcVideoTask", params)

    assert finding == Finding(
        path="ModelName",
        rule="required",
        code="MissingParameter",
        message="ModelName: required and not given (null counts as not given); send a string",
        severity="error",
        evidence="observed, VOD ApplyUpload",
        reply=("missing_parameter", (("name", "ModelName"),)),
    )


def test_whole_finding_names_member_value_and_way_out(params: dict[str, Any]) -> None:
    (finding,) = validate_request("CreateAigcVideoTask", {**params, "SubAppId": "251007502"})

    assert finding == Finding(
        path="SubAppId",
        rule="type",
        code="InvalidParameter",
        message="SubAppId: '251007502' is not a uint64; take the quotes away",
        severity="error",
        evidence="observed, VOD SubAppId sent as text 2026",
        reply=("parameter_type_expected", (("name", "SubAppId"), ("type", "uint64"))),
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("modelname", "did you mean ModelName?", id="case"),
        pytest.param("SessionID", "did you mean SessionId?", id="slip"),
        pytest.param("Zzz", "leave it out", id="nothing-near"),
    ],
)
def test_unknown_member_names_the_near_one(params: dict[str, Any], name: str, hint: str) -> None:
    (finding,) = validate_request("CreateAigcVideoTask", {**params, name: "x"})

    assert finding.message == f"{name}: CreateAigcVideoTaskRequest has no such member; {hint}"


def test_unknown_name_that_utf8_cannot_carry_is_answered_in_utf8(params: dict[str, Any]) -> None:
    (finding,) = validate_request("CreateAigcVideoTask", {**params, "\ud800": "x"})

    assert (finding.path, finding.code) == ("?", "UnknownParameter")


def test_common_parameter_is_unknown_among_the_params(params: dict[str, Any]) -> None:
    assert brief(validate_request("CreateAigcVideoTask", {**params, "Region": ""})) == [
        ("Region", "UnknownParameter", "error")
    ]


def test_deeply_nested_value_is_refused(params: dict[str, Any]) -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]

    assert brief(validate_request("CreateAigcVideoTask", {**params, "Prompt": deep})) == [
        ("Prompt", "InvalidParameter", "error")
    ]


def test_long_value_is_shortened(params: dict[str, Any]) -> None:
    (finding,) = validate_request("CreateAigcVideoTask", {**params, "Seed": "x" * 1_000_000})

    assert len(finding.message) < 160


def test_first_finding_is_the_answer_and_the_others_come_by_path(params: dict[str, Any]) -> None:
    del params["ModelName"]
    faulty = {
        **params,
        "FileInfos": [{"FileId": 1}] * 11,
        "SubAppId": "1",
        "TasksPriority": "10",
        "Zzz": 1,
        "Aaa": 1,
    }

    assert [each.path for each in validate_request("CreateAigcVideoTask", faulty)] == [
        "Aaa",
        *(f"FileInfos.{index}.FileId" for index in range(11)),
        "ModelName",
        "SubAppId",
        "Zzz",
        "TasksPriority",
    ]


# --- values --------------------------------------------------------------------------------------------------------


def test_documented_video_request_has_one_warning(video: dict[str, Any]) -> None:
    assert brief(validate_request("CreateAigcVideoTask", video)) == [("TasksPriority", "InvalidParameter", "warning")]


def test_all_violations_are_reported_at_once(video: dict[str, Any]) -> None:
    faulty = {**video, "SessionId": "x" * 51, "SessionContext": "x" * 1001, "TasksPriority": 11, "Mood": 1}

    assert brief(validate_request("CreateAigcVideoTask", faulty)) == [
        ("Mood", "UnknownParameter", "error"),
        ("SessionContext", "InvalidParameterValue.SessionContextTooLong", "error"),
        ("SessionId", "InvalidParameterValue.SessionIdTooLong", "error"),
        ("TasksPriority", "InvalidParameter", "error"),
    ]


def test_value_fault_of_a_text_on_the_wire_is_found(video: dict[str, Any]) -> None:
    _, findings = read_request(VIDEO, {**video, "SubAppId": "1", "TasksPriority": "11"}, textual=True)

    assert brief(findings) == [("TasksPriority", "InvalidParameter", "error")]


def test_wrong_type_breaks_no_enumeration(video: dict[str, Any]) -> None:
    findings = validate_request("CreateAigcVideoTask", {**video, "EnhancePrompt": True, "TasksPriority": 1})

    assert brief(findings) == [("EnhancePrompt", "InvalidParameter", "error")]


# --- decimal text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "CreateAigcImageTask"])
@pytest.mark.parametrize(("text", "number"), [("10", 10), ("-10", -10), ("0", 0), ("9", 9)])
def test_priority_as_text_passes_with_a_warning(action: str, text: str, number: int) -> None:
    given_params = {"SubAppId": 1, "ModelName": "Kling", "ModelVersion": "3.0", "Prompt": "a", "TasksPriority": text}

    read, findings = read_request(catalog().require(action), given_params, textual=False)

    assert read == {**given_params, "TasksPriority": number}
    assert brief(findings) == [("TasksPriority", "InvalidParameter", "warning")]


@pytest.mark.parametrize("text", ["9", "10"])
def test_whole_warning_about_a_priority_as_text(params: dict[str, Any], text: str) -> None:
    (finding,) = validate_request("CreateAigcVideoTask", {**params, "TasksPriority": text})

    assert finding == Finding(
        path="TasksPriority",
        rule="type",
        code="InvalidParameter",
        message=f"TasksPriority: '{text}' is text; the published example sends it so, other integers must be numbers",
        severity="warning",
        evidence="documented, published examples against the published type",
        reply=("parameter_type_expected", (("name", "TasksPriority"), ("type", "int64"))),
    )


@pytest.mark.parametrize("text", ["100", "1.0", "", " 1", "1\n", "٣", "ten"])
def test_other_text_as_priority_is_refused(params: dict[str, Any], text: str) -> None:
    findings = validate_request("CreateAigcVideoTask", {**params, "TasksPriority": text})

    assert brief(findings) == [("TasksPriority", "InvalidParameter", "error")]


def test_priority_as_text_is_refused_elsewhere() -> None:
    findings = validate_request("CreateAigcSubject", {"SubjectImages": ["***"], "TasksPriority": "10"})

    assert brief(findings) == [("TasksPriority", "InvalidParameter", "error")]


# --- text of GET and form ------------------------------------------------------------------------------------------


def test_text_of_the_wire_becomes_typed(params: dict[str, Any]) -> None:
    texts = {
        **params,
        "SubAppId": "251007502",
        "TasksPriority": "-3",
        "OutputConfig": {"Duration": "8.0", "ClassId": "7"},
    }

    read, findings = read_request(VIDEO, texts, textual=True)

    assert findings == ()
    assert read == {
        **params,
        "SubAppId": 251007502,
        "TasksPriority": -3,
        "OutputConfig": {"Duration": 8.0, "ClassId": 7},
    }


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("false", False), ("False", False), ("FALSE", False)]
)
def test_boolean_text_is_read_in_any_case(text: str, value: bool) -> None:
    read, findings = read_request(SWITCH, {"On": text}, textual=True)

    assert read == {"On": value}
    assert findings == ()


@pytest.mark.parametrize("text", ["1", "yes", "", "truth"])
def test_text_that_is_no_boolean_is_refused(text: str) -> None:
    _, findings = read_request(SWITCH, {"On": text}, textual=True)

    assert findings[0].reply == ("parameter_type_expected", (("name", "On"), ("type", "bool")))


@pytest.mark.parametrize("text", ["1.0", "", "abc", "1e3", "+1", " 1", "1" * 21])
def test_text_that_is_no_integer_stays_and_is_refused(params: dict[str, Any], text: str) -> None:
    read, findings = read_request(VIDEO, {**params, "SubAppId": text}, textual=True)

    assert read["SubAppId"] == text
    assert brief(findings) == [("SubAppId", "InvalidParameter", "error")]


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e999", "five", "1,5"])
def test_text_that_is_no_float_stays_and_is_refused(params: dict[str, Any], text: str) -> None:
    _, findings = read_request(VIDEO, {**params, "OutputConfig": {"Duration": text}}, textual=True)

    assert brief(findings) == [("OutputConfig.Duration", "InvalidParameter", "error")]


def test_negative_text_for_uint64_is_a_type_error(params: dict[str, Any]) -> None:
    _, findings = read_request(VIDEO, {**params, "SubAppId": "-1"}, textual=True)

    assert findings[0].reply == ("parameter_type", (("name", "SubAppId"),))


def test_digits_for_a_string_stay_text(params: dict[str, Any]) -> None:
    read, _ = read_request(VIDEO, {**params, "Prompt": "10", "SubAppId": "1"}, textual=True)

    assert read["Prompt"] == "10"


# --- lenient -------------------------------------------------------------------------------------------------------


def test_lenient_drops_unknown_members_with_a_warning(params: dict[str, Any]) -> None:
    faulty = {**params, "Mood": 1, "FileInfos": [{"FileId": "x", "Mood": 1}]}

    read, findings = read_request(VIDEO, faulty, textual=False, profile="lenient")

    assert read == {**params, "FileInfos": [{"FileId": "x"}]}
    assert brief(findings) == [
        ("FileInfos.0.Mood", "UnknownParameter", "warning"),
        ("Mood", "UnknownParameter", "warning"),
    ]


def test_lenient_reads_decimal_text_with_a_warning(params: dict[str, Any]) -> None:
    faulty = {**params, "SubAppId": "1", "OutputConfig": {"Duration": "8.0"}}

    read, findings = read_request(VIDEO, faulty, textual=False, profile="lenient")

    assert read == {**params, "SubAppId": 1, "OutputConfig": {"Duration": 8.0}}
    assert brief(findings) == [
        ("OutputConfig.Duration", "InvalidParameter", "warning"),
        ("SubAppId", "InvalidParameter", "warning"),
    ]


def test_lenient_never_requires_an_application(params: dict[str, Any]) -> None:
    del params["SubAppId"]

    assert brief(validate_request("CreateAigcVideoTask", params, profile="lenient")) == [
        ("SubAppId", "MissingParameter", "warning")
    ]


def test_lenient_trims_query_values_with_a_warning(params: dict[str, Any]) -> None:
    read, findings = read_request(VIDEO, {**params, "Prompt": " a"}, textual=True, profile="lenient")

    assert read["Prompt"] == "a"
    assert brief(findings) == [("Prompt", "InvalidParameter", "warning")]


def test_strict_keeps_blanks_of_query_values(params: dict[str, Any]) -> None:
    read, _ = read_request(VIDEO, {**params, "Prompt": " a"}, textual=True)

    assert read["Prompt"] == " a"


def test_lenient_still_refuses_other_faults(params: dict[str, Any]) -> None:
    findings = validate_request("CreateAigcVideoTask", {**params, "ModelName": 1, "Mood": 1}, profile="lenient")

    assert brief(findings) == [
        ("ModelName", "InvalidParameter", "error"),
        ("Mood", "UnknownParameter", "warning"),
    ]


# --- at the door ---------------------------------------------------------------------------------------------------


def test_unknown_action_names_near_ones() -> None:
    with pytest.raises(UnknownAction, match="did you mean CreateAigcSubject"):
        validate_request("CreateAigcSubjects", {})


def test_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="^profile 'loose' is neither 'strict' nor 'lenient'$"):
        validate_request("CreateAigcSubject", {}, profile="loose")


def test_params_must_be_a_mapping() -> None:
    with pytest.raises(TypeError, match=r"^params is \[\], not a mapping"):
        validate_request("CreateAigcSubject", [])  # type: ignore[arg-type]


def test_raises_names_action_code_and_member() -> None:
    with pytest.raises(ContractError, match=r"^CreateAigcSubject: UnknownParameter: Mood: "):
        validate_request("CreateAigcSubject", {"Mood": 1}, raises=True)


def test_raises_carries_the_findings() -> None:
    with pytest.raises(ContractError) as caught:
        validate_request("CreateAigcSubject", {"Mood": 1}, raises=True)

    assert caught.value.findings == validate_request("CreateAigcSubject", {"Mood": 1})


def test_warning_is_not_raised(params: dict[str, Any]) -> None:
    findings = validate_request("CreateAigcVideoTask", {**params, "TasksPriority": "1"}, raises=True)

    assert [each.severity for each in findings] == ["warning"]


# --- both engines --------------------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**65), 2**65),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
PRIMITIVES = {
    "string": st.text("ab", max_size=2),
    "bool": st.booleans(),
    "float": st.sampled_from([1, 1.5, 2.0]),
}


@st.composite
def objects(draw: st.DrawFn, contract: Any) -> dict[str, Any]:
    """Generates parameters that are often right enough to get past the first member."""
    structures = {each.name: each for each in reached(contract.request, contract.types)}

    def value(member: Any) -> Any:
        if not draw(st.integers(0, 5)):
            return draw(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2), max_leaves=3))
        return [item(member) for _ in range(draw(st.integers(0, 2)))] if member.list else item(member)

    def item(member: Any) -> Any:
        if member.type in structures:
            return body(structures[member.type])
        return draw(PRIMITIVES.get(member.type, st.integers(-1, 3)))

    def body(structure: Any) -> dict[str, Any]:
        names = [each for each in structure.members if each.required or not draw(st.integers(0, 3))]
        made = {each.name: value(each) for each in names}
        return made if draw(st.integers(0, 9)) else {**made, draw(st.text("Ab", min_size=1, max_size=2)): 1}

    return body(contract.request)


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "CreateAigcImageTask", "CreateAigcSubject", "PullUpload"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_both_engines_give_one_verdict(action: str, data: st.DataObject) -> None:
    contract = catalog().require(action)
    schema: Any = contract.request_schema
    value = data.draw(objects(contract))

    assert jsonschema_rs.Draft202012Validator(schema).is_valid(value) == jsonschema.Draft202012Validator(
        schema
    ).is_valid(value)


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "CreateAigcImageTask", "CreateAigcSubject", "PullUpload"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_decision_and_explanation_agree(action: str, data: st.DataObject) -> None:
    contract = catalog().require(action)
    value = data.draw(objects(contract))

    assert contract.accepts_request(value) == (not list(violations(contract.request_schema, value)))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_findings_are_in_order_and_their_replies_exist(data: st.DataObject) -> None:
    findings = validate_request("CreateAigcVideoTask", data.draw(objects(VIDEO)))

    assert findings == in_order(reversed(findings))
    known = [each for each in findings if each.reply[0]]
    assert all(replies.reply(each.reply[0], **dict(each.reply[1])).code == each.code for each in known)


# --- the published examples ----------------------------------------------------------------------------------------


def test_published_requests_deviate_where_it_is_known(need: Any) -> None:
    try:
        package = distribution("tccli-intl-en")
    except PackageNotFoundError:
        package = None
    need("tccli-intl-en", package is not None, "pip install tccli-intl-en")
    assert package is not None
    place = package.locate_file("tccli/services/vod/v20180717/examples.json")
    published = json.loads(place.read_text(encoding="utf-8"))["actions"]

    deviations = set()
    for action, examples in published.items():
        for each in examples:
            head, _, body = each["input"].partition("\n\n")
            try:
                params = json.loads(body) if head.startswith("POST") else None
            except ValueError:  # the translation lost a comma in eleven bodies
                continue
            found = () if params is None else validate_request(action, params)
            deviations |= {(action, finding.path, finding.severity) for finding in found}

    assert deviations == {
        ("CreateAigcAdvancedCustomElement", "ElementVoiceId", "warning"),
        ("CreateAigcImageTask", "ModelName", "warning"),
        ("CreateAigcImageTask", "TasksPriority", "warning"),
        ("CreateAigcVideoTask", "TasksPriority", "warning"),
        ("CreateSceneAigcImageTask", "SceneInfo.Type", "warning"),
        ("DeleteAigcAdvancedCustomElement", "ElementId", "warning"),
        ("ExtractBlindWatermark", "SubAppId", "error"),
        ("UpdateAigcApiToken", "ApiToken", "warning"),
    }


# --- the cost of importing -----------------------------------------------------------------------------------------


def test_import_stays_light() -> None:
    code = """
import sys
import mockvod.validators
heavy = {"click", "flask", "hypothesis", "jsonschema", "jsonschema_rs", "requests", "responses", "werkzeug"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param(True, "true", id="true"),
        pytest.param("a", "'a'", id="text"),
        pytest.param(-1, "-1", id="number"),
    ],
)
def test_value_is_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_number_too_long_to_print_is_still_shown() -> None:
    assert len(shown(10**5000)) <= 80

"""Answers: lenient checks of those of a service, strict ones of those that mockvod has made."""

from typing import Any

import pytest

from mockvod.validators.contracts.catalog import UnknownAction, catalog
from mockvod.validators.response import response_matches, validate_response

REQUEST_ID = "d68920a4-c989-4afe-ac4d-2f06de99368e"
TASK_ID = "251007502-AigcVideoTask-0123456789abcdef0123456789abcdeft"
GOOD = {"TaskId": TASK_ID, "RequestId": REQUEST_ID}


def brief(action: str, body: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each.path, each.rule, each.severity) for each in validate_response(action, body)]


@pytest.mark.parametrize("body", [pytest.param(GOOD, id="bare"), pytest.param({"Response": GOOD}, id="enveloped")])
def test_good_answer_has_no_findings(body: dict[str, Any]) -> None:
    assert validate_response("CreateAigcVideoTask", body) == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"TaskId": TASK_ID}, ("RequestId", "required", "error"), id="no-request-id"),
        pytest.param({**GOOD, "RequestId": ""}, ("RequestId", "required", "error"), id="empty-request-id"),
        pytest.param({**GOOD, "RequestId": 5}, ("RequestId", "required", "error"), id="numeric-request-id"),
        pytest.param({"RequestId": "x"}, ("TaskId", "required", "warning"), id="output-required-absent"),
        pytest.param({**GOOD, "TaskId": 5}, ("TaskId", "type", "error"), id="wrong-type"),
        pytest.param({**GOOD, "Mood": 5}, ("Mood", "unknown", "warning"), id="unknown-member"),
        pytest.param({"Response": [GOOD]}, ("Response", "shape", "error"), id="no-object"),
    ],
)
def test_finding_of_an_answer(body: dict[str, Any], found: tuple[str, str, str]) -> None:
    assert brief("CreateAigcVideoTask", body) == [found]


def test_null_is_accepted_for_any_member() -> None:
    assert brief("CreateAigcVideoTask", {**GOOD, "TaskId": None}) == []


@pytest.mark.parametrize(
    ("progress", "rule"),
    [
        pytest.param("100", "type", id="text"),
        pytest.param(100.0, "type", id="float"),
        pytest.param(2**63, "range", id="past-int64"),
    ],
)
def test_wrong_number_deep_in_an_answer_names_its_path(progress: object, rule: str) -> None:
    findings = brief("DescribeTaskDetail", {"AigcVideoTask": {"Progress": progress}, "RequestId": "x"})

    assert [each for each in findings if each[2] == "error"] == [("AigcVideoTask.Progress", rule, "error")]


def test_good_error_answer_has_no_findings() -> None:
    body = {"Error": {"Code": "InvalidParameter", "Message": ""}, "RequestId": REQUEST_ID}

    assert validate_response("CreateAigcVideoTask", body) == ()


@pytest.mark.parametrize(
    ("error", "found"),
    [
        pytest.param("text", ("Error", "shape", "error"), id="no-object"),
        pytest.param({"Message": "m"}, ("Error.Code", "required", "error"), id="no-code"),
        pytest.param({"Code": "", "Message": "m"}, ("Error.Code", "required", "error"), id="empty-code"),
        pytest.param({"Code": "InternalError"}, ("Error.Message", "required", "error"), id="no-message"),
        pytest.param({"Code": "NoSuchThing", "Message": "m"}, ("Error.Code", "code", "warning"), id="unknown-code"),
        pytest.param(
            {"Code": "InternalError", "Message": "m", "Mood": 1}, ("Error.Mood", "unknown", "warning"), id="surplus"
        ),
    ],
)
def test_finding_of_an_error_answer(error: object, found: tuple[str, str, str]) -> None:
    assert brief("CreateAigcVideoTask", {"Error": error, "RequestId": REQUEST_ID}) == [found]


def test_error_answer_holds_nothing_else() -> None:
    body = {"Error": {"Code": "InternalError", "Message": "m"}, "TaskId": TASK_ID, "RequestId": REQUEST_ID}

    assert brief("CreateAigcVideoTask", body) == [("TaskId", "unknown", "warning")]


def test_unknown_action_names_near_ones() -> None:
    with pytest.raises(UnknownAction, match="did you mean DescribeTaskDetail"):
        validate_response("DescribeTaskDetails", {})


def test_body_must_be_a_mapping() -> None:
    with pytest.raises(TypeError, match=r"^body is \[\], not a mapping$"):
        validate_response("DescribeTaskDetail", [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        pytest.param({"TaskId": TASK_ID}, True, id="without-request-id"),
        pytest.param(GOOD, True, id="with-request-id"),
        pytest.param({"TaskId": None}, False, id="null-where-required"),
        pytest.param({**GOOD, "Mood": 1}, False, id="unknown-member"),
    ],
)
def test_own_answer_is_held_to_its_contract(answer: dict[str, Any], fits: bool) -> None:
    assert response_matches(catalog().require("CreateAigcVideoTask"), answer) is fits

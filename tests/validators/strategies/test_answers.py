"""Strategies of what comes back: true to the contracts, with every outcome and trap in reach."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from tencentcloud.vod.v20180717 import models

from mockvod.validators import catalog, error_codes, reply, validate_response
from mockvod.validators.contracts.task_kinds import task_kinds
from mockvod.validators.strategies import (
    api_errors,
    error_responses,
    event_types,
    events,
    task_details,
    task_types,
)
from mockvod.validators.strategies.answers.error_answers import codes_of
from mockvod.validators.strategies.answers.tasks import OUTCOMES

FAILURES = task_kinds().failure_messages
CONTRACTS = {
    contract.task_type: contract for contract in map(catalog().require, catalog().hand_kept) if contract.task_type
}
TYPES = pytest.mark.parametrize("task_type", sorted(CONTRACTS))
OUTCOME = pytest.mark.parametrize("outcome", OUTCOMES)
few = settings(max_examples=8, deadline=None)
some = settings(max_examples=100, deadline=None)


def errors(action: str, body: dict[str, Any]) -> list[str]:
    return [each.message for each in validate_response(action, body) if each.severity == "error"]


def inside(answer: dict[str, Any]) -> dict[str, Any]:
    """The task that an answer tells of."""
    field = CONTRACTS[answer["TaskType"]].result_field
    assert field
    task: dict[str, Any] = answer[field]
    return task


def any_of(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], object]) -> Any:
    """One that is wanted; fails where 3,000 draws have none."""
    looking = settings(max_examples=3000, database=None, phases=[Phase.generate], deadline=None)
    return find(strategy, lambda each: bool(wanted(each)), settings=looking)


def all_of(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=count, database=None, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def draw(each: Any) -> None:
        found.append(each)

    draw()
    return found


# Tasks


def test_task_types_are_those_of_all_contracts() -> None:
    assert sorted(task_types()) == sorted(CONTRACTS)


@OUTCOME
@TYPES
@few
@given(data=st.data())
def test_answer_keeps_the_contract(data: st.DataObject, task_type: str, outcome: str) -> None:
    assert errors("DescribeTaskDetail", data.draw(task_details(task_type, outcome))) == []


@TYPES
@few
@given(data=st.data())
def test_published_answer_has_no_unknown_member(data: st.DataObject, task_type: str) -> None:
    answer = data.draw(task_details(task_type, unknown_members=False))

    assert [each for each in validate_response("DescribeTaskDetail", answer) if each.rule == "unknown"] == []


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        pytest.param("waiting", ("WAITING", "PROCESSING", True), id="waiting"),
        pytest.param("processing", ("PROCESSING", "PROCESSING", True), id="processing"),
        pytest.param("finished", ("FINISH", "FINISH", True), id="finished"),
        pytest.param("failed", ("FINISH", "FINISH", False), id="failed"),
        pytest.param("aborted", ("ABORTED", "PROCESSING", True), id="aborted"),
    ],
)
@few
@given(data=st.data())
def test_outcome_shows_in_both_statuses_and_the_code(
    data: st.DataObject, outcome: str, shown: tuple[str, str, bool]
) -> None:
    answer = data.draw(task_details(None, outcome))

    assert (answer["Status"], inside(answer)["Status"], inside(answer)["ErrCode"] == 0) == shown


@TYPES
def test_any_answer_may_be_of_the_type(task_type: str) -> None:
    any_of(task_details(), lambda answer: answer["TaskType"] == task_type)


@pytest.mark.parametrize("status", ["WAITING", "PROCESSING", "FINISH", "ABORTED"])
def test_any_answer_may_have_the_status(status: str) -> None:
    any_of(task_details(), lambda answer: answer["Status"] == status)


@TYPES
@few
@given(data=st.data())
def test_task_id_has_the_form_of_its_contract(data: st.DataObject, task_type: str) -> None:
    task = inside(data.draw(task_details(task_type)))

    assert re.fullmatch(CONTRACTS[task_type].identifier_pattern or "", task["TaskId"])


@pytest.mark.parametrize("task_type", sorted(set(CONTRACTS) - {"PullUpload"}))
@few
@given(data=st.data())
def test_input_plays_back_every_member(data: st.DataObject, task_type: str) -> None:
    contract = CONTRACTS[task_type]
    detail = catalog().require("DescribeTaskDetail").response.by_name[contract.result_field or ""].type
    published = catalog().type(catalog().type(detail).by_name["Input"].type)

    assert list(inside(data.draw(task_details(task_type)))["Input"]) == [each.name for each in published.members]


@few
@given(task_details("AigcVideoTask", "processing"))
def test_nothing_is_there_while_a_video_is_made(answer: dict[str, Any]) -> None:
    assert inside(answer)["Output"]["FileInfos"] == []


@few
@given(task_details("CreateAigcAdvancedCustomElement", "finished"))
def test_element_id_is_a_number_that_a_double_changes(answer: dict[str, Any]) -> None:
    [element] = inside(answer)["Output"]["InfoList"]
    lossy = json.loads(element["ElementInfo"], parse_int=float)["element_id"]

    assert json.loads(element["ElementInfo"])["element_id"] == int(element["ElementId"]) != int(lossy)


@some
@given(task_details("AigcImageTask", "finished"))
def test_each_picture_has_its_own_address(answer: dict[str, Any]) -> None:
    urls = [file["FileUrl"] for file in inside(answer)["Output"]["FileInfos"]]

    assert len(set(urls)) == len(urls) == (inside(answer)["Input"]["OutputConfig"]["OutputImageCount"] or 1)


def first_file(answer: dict[str, Any]) -> dict[str, Any]:
    file: dict[str, Any] = inside(answer)["Output"]["FileInfos"][0]
    return file


VIDEO, MADE, FAILED = ("AigcVideoTask", None), ("AigcVideoTask", "finished"), ("AigcVideoTask", "failed")


@pytest.mark.parametrize(
    ("of", "wanted"),
    [
        pytest.param(
            ("AigcVideoTask", "processing"), lambda answer: inside(answer)["Progress"] == 100, id="done-but-processing"
        ),
        pytest.param(FAILED, lambda answer: inside(answer)["ErrCode"] == 40000, id="bad-input"),
        pytest.param(FAILED, lambda answer: inside(answer)["ErrCode"] == 60000, id="faulty-source"),
        pytest.param(FAILED, lambda answer: inside(answer)["ErrCode"] == 70000, id="failure-inside"),
        pytest.param(FAILED, lambda answer: inside(answer)["Output"]["Usage"] == {}, id="empty-usage"),
        pytest.param(MADE, lambda answer: "InputSeconds" in inside(answer)["Output"]["Usage"], id="whole-usage"),
        pytest.param(VIDEO, lambda answer: "FastClipMediaTask" in answer, id="unpublished-member"),
        pytest.param(VIDEO, lambda answer: "ProcedureTask" not in answer, id="siblings-absent"),
        pytest.param(VIDEO, lambda answer: answer.get("ProcedureTask", "") is None, id="siblings-null"),
        pytest.param(MADE, lambda answer: first_file(answer)["FileType"] == "", id="no-file-type"),
        pytest.param(MADE, lambda answer: first_file(answer)["FileId"] == "", id="no-file-id"),
        pytest.param(
            MADE,
            lambda answer: first_file(answer)["FileUrl"].startswith("http://store.vod-qcloud.com/"),
            id="store-host",
        ),
        pytest.param(
            MADE,
            lambda answer: urlsplit(first_file(answer)["FileUrl"]).netloc == "251000800.vod2.myqcloud.com",
            id="other-host",
        ),
        pytest.param(MADE, lambda answer: first_file(answer)["FileUrl"].startswith("https://"), id="https-in-library"),
        pytest.param(
            MADE, lambda answer: first_file(answer)["ExpireTime"] == "0000-00-00T00:00:00Z", id="expire-time-filler"
        ),
        pytest.param(MADE, lambda answer: first_file(answer)["UsageType"] != "", id="part-of-a-scene"),
        pytest.param(MADE, lambda answer: first_file(answer)["MetaData"]["Duration"] == 5.042, id="length-not-exact"),
        pytest.param(
            MADE,
            lambda answer: "Loudness" in first_file(answer)["MetaData"]["AudioStreamSet"][0],
            id="unpublished-loudness",
        ),
        pytest.param(
            MADE,
            lambda answer: any(file["Url"].endswith(".png") for file in inside(answer)["Input"]["FileInfos"]),
            id="address-in-the-input",
        ),
        pytest.param(
            ("SceneAigcVideoTask", None),
            lambda answer: "-SceneAigcVideoTask-" not in inside(answer)["TaskId"],
            id="scene-named-as-video",
        ),
    ],
)
def test_trap_is_in_reach(of: tuple[str, str | None], wanted: Callable[[dict[str, Any]], bool]) -> None:
    def is_there(answer: dict[str, Any]) -> bool:
        try:
            return wanted(answer)
        except (IndexError, TypeError):  # no file, no metadata, no sound
            return False

    any_of(task_details(*of), is_there)


@pytest.mark.parametrize("ext", sorted(FAILURES))
def test_failure_is_in_reach(ext: str) -> None:
    any_of(task_details("AigcVideoTask", "failed"), lambda answer: inside(answer)["ErrCodeExt"] == ext)


def test_failures_are_the_published_ones_and_a_second_spelling() -> None:
    published = set(DOCUMENTED_EXTS)

    assert set(FAILURES) == published | {"InvalidParameter.ViolationContent"}


#: The enumeration of ErrCodeExt in the published type AigcVideoTask.
DOCUMENTED_EXTS = (
    "RequestLimitExceeded",
    "InvalidParameter.VoilationContent",
    "InvalidParameterValue",
    "FailedOperation",
    "InternalError",
    "InvalidParameter",
    "InvalidParameter.MediaFormat",
    "ContentModerationFailed",
    "ResourceInsufficient",
    "ModelGenerateFailed",
    "ResourceNotFound",
    "OperationCanceled",
    "TaskTimeout",
)


@few
@given(task_details(unknown_members=False))
def test_official_sdk_reads_it(answer: dict[str, Any]) -> None:
    response = models.DescribeTaskDetailResponse()
    response._deserialize(json.loads(json.dumps(answer)))
    field = CONTRACTS[answer["TaskType"]].result_field

    assert getattr(response, str(field)).TaskId == inside(answer)["TaskId"]


def test_plainest_subject_has_nothing_that_it_can_do_without() -> None:
    names = [member.name for member in catalog().require("DescribeTaskDetail").response.members]
    task = {
        "TaskId": f"1500000001-CreateAigcSubject-{'0' * 32}t",
        "Status": "FINISH",
        "ErrCode": 70000,
        "ErrCodeExt": "InternalError",
        "Message": FAILURES["InternalError"][0],
        "Input": {"SubjectName": "", "SubjectImages": [], "SubjectVideos": [], "VoiceId": ""},
        "Output": {"SubjectId": "", "SubjectInfo": ""},
        "SessionId": "",
        "SessionContext": "",
    }
    shrunk = find(
        task_details("CreateAigcSubject", "failed"), lambda _: True, settings=settings(database=None, deadline=None)
    )

    assert shrunk == dict.fromkeys(names) | {
        "TaskType": "CreateAigcSubject",
        "Status": "FINISH",
        "CreateTime": "2026-01-01T00:00:00Z",
        "BeginProcessTime": "2026-01-01T00:00:00Z",
        "FinishTime": "2026-01-01T00:00:04Z",
        "CreateAigcSubjectTask": task,
        "RequestId": "00000000-0000-4000-8000-000000000000",
    }


# Events


def test_event_types_are_those_of_all_contracts_and_of_files() -> None:
    of_tasks = {each.event_type for each in CONTRACTS.values() if each.event_type}

    assert set(event_types()) == of_tasks | {"NewFileUpload", "FileDeleted"}


@pytest.mark.parametrize("form", ["pulled", "pushed"])
@pytest.mark.parametrize("event_type", sorted(event_types()))
@few
@given(data=st.data())
def test_event_keeps_the_contract(data: st.DataObject, event_type: str, form: str) -> None:
    event = data.draw(events(event_type, form))

    assert errors("PullEvents", {"EventSet": [event], "RequestId": "x"}) == []


@few
@given(events(form="pulled"))
def test_pulled_event_has_every_member(event: dict[str, Any]) -> None:
    assert set(event) == {member.name for member in catalog().type("EventContent").members}


@few
@given(events(form="pulled"))
def test_event_tells_of_one_thing(event: dict[str, Any]) -> None:
    assert sum(value is not None for value in event.values()) == 3  # handle, type and what it tells of


@few
@given(events("AigcVideoTaskComplete", "pushed"))
def test_pushed_event_has_what_it_tells_only(event: dict[str, Any]) -> None:
    assert list(event) == ["EventType", "AigcVideoCompleteEvent"]


@few
@given(events(form="pushed", sign_key="secret"))
def test_pushed_event_is_signed(event: dict[str, Any]) -> None:
    assert event["Sign"] == hashlib.md5(f"secret{event['T']}".encode()).hexdigest()


@few
@given(events(form="pulled", unknown_members=False))
def test_official_sdk_reads_event(event: dict[str, Any]) -> None:
    response = models.PullEventsResponse()
    response._deserialize(json.loads(json.dumps({"EventSet": [event], "RequestId": "x"})))

    assert response.EventSet[0].EventType == event["EventType"]


# Refusals


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "DescribeTaskDetail", "PullUpload", "DescribeCdnLogs"])
@some
@given(data=st.data())
def test_refusal_is_well_formed(data: st.DataObject, action: str) -> None:
    assert validate_response(action, data.draw(error_responses(action))) == ()


def code(answer: dict[str, Any]) -> str:
    found: str = answer["Response"]["Error"]["Code"]
    return found


def test_every_code_of_an_action_is_in_reach() -> None:
    assert {code(each) for each in all_of(error_responses("CreateAigcVideoTask"), 2000)} == codes_of(
        "CreateAigcVideoTask"
    )


def test_codes_of_an_action_are_its_own_and_the_common_ones() -> None:
    own = set(catalog().require("CreateAigcVideoTask").error_codes)

    assert codes_of("CreateAigcVideoTask") - codes_of("DescribeEventConfig") == own - codes_of("DescribeEventConfig")


def test_action_kept_by_nobody_has_the_codes_of_its_page() -> None:
    assert "FailedOperation.InvalidVodUser" in codes_of("CloneCDNDomain")


def test_every_code_of_the_catalogue_is_in_reach() -> None:
    assert {code(each) for each in all_of(api_errors(), 6000)} == error_codes()


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_refusal_has_the_known_text_of_the_language(language: str) -> None:
    answer = any_of(
        error_responses("CreateAigcVideoTask", language=language),
        lambda each: code(each) == "AuthFailure.SecretIdNotFound",
    )

    assert answer["Response"]["Error"]["Message"] == reply("secret_id_not_found", language).message


def test_refusal_names_a_member_of_its_action() -> None:
    answer = any_of(
        error_responses("ManageTask", language="en-US"),
        lambda each: code(each) == "MissingParameter" and "header" not in each["Response"]["Error"]["Message"],
    )

    texts = {reply("missing_parameter", name=name).message for name in ("OperationType", "TaskId", "SubAppId")}
    assert answer["Response"]["Error"]["Message"] in texts


# Arguments


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: task_details("AigcFilmTask"), "task_type='AigcFilmTask' is none of AigcVideoTask, ", id="type"
        ),
        pytest.param(
            lambda: task_details(outcome="done"), "outcome='done' is none of waiting, processing", id="outcome"
        ),
        pytest.param(lambda: events("Complete"), "event_type='Complete' is none of AigcVideoTaskComplete", id="event"),
        pytest.param(lambda: events(form="sent"), "form='sent' is none of pulled, pushed", id="form"),
        pytest.param(lambda: api_errors(language="fr"), "language='fr' is none of en-US, zh-CN", id="language"),
        pytest.param(lambda: error_responses("PullEvent"), "did you mean PullEvents", id="action"),
    ],
)
def test_word_that_does_not_exist_is_refused_at_once(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()

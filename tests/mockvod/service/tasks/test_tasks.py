"""The life of a task, from the call that makes it to the day its files are gone."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.registry import HANDLERS
from mockvod.service.tasks.kind import behaviours
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import catalog, validate_response

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APPLICATION = 251007502
DAY = 86_400

PICTURES = '{"frontal_image": "image_url_0", "refer_images": [{"image_url": "image_url_1"}]}'
#: A plain call of each seed action that makes tasks; test_task_kinds has the others.
CALLS: dict[str, dict[str, Any]] = {
    "CreateAigcAdvancedCustomElement": {
        "SubAppId": APPLICATION,
        "ElementName": "cat",
        "ElementDescription": "a cat",
        "ReferenceType": "image_refer",
        "ElementImageList": PICTURES,
    },
    "CreateAigcImageTask": {"SubAppId": APPLICATION, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"},
    "CreateAigcSubject": {"SubAppId": APPLICATION, "SubjectName": "cat", "SubjectImages": ["http://example.com/a.png"]},
    "CreateAigcVideoTask": {"SubAppId": APPLICATION, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"},
}
ELEMENT = {
    "ElementName": "cat",
    "ElementDescription": "a cat",
    "ElementFrontalImage": "http://example.com/cat.png",
    "ElementReferList": [{"ImageUrl": "http://example.com/cat2.png"}],
}
TASK_ACTIONS = [each for each in sorted(HANDLERS) if catalog().require(each).mode == "task"]
SIBLINGS = sorted(set(catalog().require("DescribeTaskDetail").response.by_name) - {"RequestId"})
USAGE = {"InputTokens": 0, "ThoughtTokens": 0}

#: What a task with nothing but the parameters of CALLS plays back, and its Output until it ends.
PLAIN_INPUT: dict[str, dict[str, Any]] = {
    "CreateAigcAdvancedCustomElement": {
        "ElementName": "cat",
        "ElementDescription": "a cat",
        "ReferenceType": "image_refer",
        "ElementVoiceId": "",
        "ElementVideoList": "",
        "ElementImageList": PICTURES,
        "TagList": "",
    },
    "CreateAigcImageTask": {
        "ModelName": "GG",
        "ModelVersion": "2.5",
        "FileInfos": [],
        "Prompt": "a cat",
        "NegativePrompt": "",
        "EnhancePrompt": "",
        "GenerationMode": "",
        "OutputConfig": {
            "StorageMode": "Temporary",
            "MediaName": "",
            "ClassId": 0,
            "ExpireTime": "0000-00-00T00:00:00Z",
            "Resolution": "",
            "AspectRatio": "",
            "PersonGeneration": "",
            "InputComplianceCheck": "",
            "OutputComplianceCheck": "",
            "OutputImageCount": 0,
            "OutputFormat": "",
            "LogoAdd": "",
        },
        "Seed": 0,
        "SceneType": "",
        "ExtInfo": "",
    },
    "CreateAigcSubject": {
        "SubjectName": "cat",
        "SubjectImages": ["http://example.com/a.png"],
        "SubjectVideos": [],
        "VoiceId": "",
    },
    "CreateAigcVideoTask": {
        "ModelName": "GV",
        "ModelVersion": "3.1",
        "FileInfos": [],
        "SubjectInfos": [],
        "LastFrameFileId": "",
        "LastFrameUrl": "",
        "Prompt": "a cat",
        "NegativePrompt": "",
        "EnhancePrompt": "",
        "GenerationMode": "",
        "OutputConfig": {
            "StorageMode": "Temporary",
            "MediaName": "",
            "ClassId": 0,
            "ExpireTime": "0000-00-00T00:00:00Z",
            "Duration": 0,
            "Resolution": "",
            "AspectRatio": "",
            "AudioGeneration": "",
            "PersonGeneration": "",
            "InputComplianceCheck": "",
            "OutputComplianceCheck": "",
            "EnhanceSwitch": "",
            "OffPeak": "",
            "FrameInterpolate": "",
            "LogoAdd": "",
            "EnableBGM": "",
        },
        "InputRegion": "",
        "SceneType": "",
        "Seed": 0,
        "ExtInfo": "",
    },
}
UNFINISHED: dict[str, dict[str, Any]] = {
    "CreateAigcAdvancedCustomElement": {"InfoList": []},
    "CreateAigcImageTask": {"FileInfos": []},
    "CreateAigcSubject": {"SubjectId": "", "SubjectInfo": ""},
    "CreateAigcVideoTask": {"FileInfos": [], "ProcedureTaskIds": [], "Usage": USAGE},
}
each_action = pytest.mark.parametrize("action", CALLS)
each_file_action = pytest.mark.parametrize(
    ("action", "kind", "asset"),
    [
        pytest.param("CreateAigcImageTask", "png", "aigcImageGenFile.png", id="image"),
        pytest.param("CreateAigcVideoTask", "mp4", "aigcVideoGenFile.mp4", id="video"),
    ],
)


def asked(caller: Any, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, params)
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def created(caller: Any, action: str, **more: Any) -> str:
    answer = asked(caller, action, {**CALLS[action], **more})
    assert "Error" not in answer, answer["Error"]
    task_id: str = answer["TaskId"]
    return task_id


#: Makes several pictures where most models make one.
KLING = {"ModelName": "Kling", "ModelVersion": "3.0"}


def described(caller: Any, task_id: str, **more: Any) -> dict[str, Any]:
    return asked(caller, "DescribeTaskDetail", {"TaskId": task_id, **more})


def detail(caller: Any, action: str, task_id: str) -> dict[str, Any]:
    """What stands in the member for tasks of that kind."""
    inside: dict[str, Any] = described(caller, task_id)[catalog().require(action).result_field]
    return inside


def finished(caller: Any, action: str, **more: Any) -> dict[str, Any]:
    """The detail of a new task after it has ended."""
    task_id = created(caller, action, **more)
    caller.mock.clock.advance(caller.mock.settings.task_seconds)
    return detail(caller, action, task_id)


def path_of(file: dict[str, Any]) -> str:
    path: str = file["FileUrl"].removeprefix("http://store.vod-qcloud.com")
    return path


# --- the tables hold together --------------------------------------------------------------------------------------


@pytest.fixture
def tolerant(clock: VirtualClock, make_caller: Any) -> Any:
    """A caller of a mock that lets bad values pass, so that a test can send every member at once."""
    return make_caller(MockVod(Settings(profile="lenient", task_seconds=2), clock=clock))


@pytest.mark.parametrize("action", TASK_ACTIONS)
def test_task_actions_name_the_type_and_the_member_of_their_tasks(action: str) -> None:
    contract = catalog().require(action)

    assert contract.task_type
    assert contract.result_field in SIBLINGS


def test_kinds_are_those_of_the_actions_that_are_answered() -> None:
    assert list(behaviours()) == TASK_ACTIONS


@pytest.mark.parametrize("action", HANDLERS)
def test_answered_action_is_in_the_catalogue(action: str) -> None:
    assert catalog().require(action).action == action


def test_every_answered_action_is_hand_kept() -> None:
    assert catalog().hand_kept >= HANDLERS.keys()


# --- identifiers ---------------------------------------------------------------------------------------------------


@each_action
def test_task_id_has_the_form_of_the_contract(caller: Any, action: str) -> None:
    assert re.search(str(catalog().require(action).identifier_pattern), created(caller, action))


@each_action
def test_task_id_carries_the_application(caller: Any, action: str) -> None:
    assert created(caller, action).startswith(f"{APPLICATION}-{catalog().require(action).task_type}-")


def test_task_id_carries_the_default_application(caller: Any) -> None:
    assert asked(caller, "CreateAigcSubject", {})["TaskId"].startswith("1500000001-CreateAigcSubject-")


@each_action
def test_create_answers_nothing_but_the_task_id(caller: Any, action: str) -> None:
    assert list(asked(caller, action, CALLS[action])) == ["TaskId", "RequestId"]


def test_element_id_has_the_form_of_the_contract(caller: Any) -> None:
    answer = asked(caller, "CreateAigcCustomElement", ELEMENT)

    assert list(answer) == ["ElementId", "RequestId"]
    assert re.search(str(catalog().require("CreateAigcCustomElement").identifier_pattern), answer["ElementId"])


def test_elements_differ(caller: Any) -> None:
    assert len({asked(caller, "CreateAigcCustomElement", ELEMENT)["ElementId"] for _ in range(5)}) == 5


@each_action
def test_a_seed_makes_results_repeatable(make_caller: Any, action: str) -> None:
    first, second = (
        finished(make_caller(MockVod(Settings(seed=7, task_seconds=2), clock=VirtualClock(NOW, tick=0))), action)
        for _ in range(2)
    )

    assert first == second


@each_action
def test_other_seeds_give_other_tasks(make_caller: Any, action: str) -> None:
    first, second = (
        created(make_caller(MockVod(Settings(seed=seed), clock=VirtualClock(NOW, tick=0))), action) for seed in (7, 8)
    )

    assert first != second


@pytest.mark.parametrize(("seed", "same"), [(7, True), (8, False)], ids=["same", "other"])
def test_a_file_follows_from_request_and_seed(make_caller: Any, seed: int, same: bool) -> None:
    contents = []
    for each in (7, seed):
        caller = make_caller(MockVod(Settings(seed=each, task_seconds=2), clock=VirtualClock(NOW, tick=0)))
        [file] = finished(caller, "CreateAigcImageTask")["Output"]["FileInfos"]
        contents.append(caller.mock.media(path_of(file)).content)

    assert (contents[0] == contents[1]) == same


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [Settings(progression="immediate")], ids=["immediate"])
def test_a_clock_that_is_set_back_before_the_creation(caller: Any, clock: VirtualClock) -> None:
    task_id = created(caller, "CreateAigcVideoTask")
    clock.set(NOW - 60)

    assert detail(caller, "CreateAigcVideoTask", task_id)["Progress"] == 0


@each_action
def test_running_task(caller: Any, clock: VirtualClock, action: str) -> None:
    """The whole answer a second after the call: the fields of all other kinds are there, and null."""
    contract = catalog().require(action)
    task_id = created(caller, action)
    clock.advance(1)

    answer = described(caller, task_id)

    del answer["RequestId"]
    progress = {} if action == "CreateAigcSubject" else {"Progress": 50}
    assert answer == {
        **dict.fromkeys(SIBLINGS),
        "TaskType": contract.task_type,
        "Status": "PROCESSING",
        "CreateTime": "2025-01-01T00:00:00Z",
        "BeginProcessTime": "2025-01-01T00:00:00Z",
        "FinishTime": "0001-01-01T00:00:00Z",
        contract.result_field: {
            "TaskId": task_id,
            "Status": "PROCESSING",
            "ErrCode": 0,
            "ErrCodeExt": "",
            "Message": "",
            **progress,
            "Input": PLAIN_INPUT[action],
            "Output": UNFINISHED[action],
            "SessionId": "",
            "SessionContext": "",
        },
    }


@each_action
def test_finished_task(caller: Any, clock: VirtualClock, action: str) -> None:
    contract = catalog().require(action)
    task_id = created(caller, action)
    clock.advance(3)

    answer = described(caller, task_id)

    inside = answer.pop(contract.result_field)
    del answer["RequestId"], inside["Output"]
    assert answer == {
        **dict.fromkeys(each for each in SIBLINGS if each != contract.result_field),
        "TaskType": contract.task_type,
        "Status": "FINISH",
        "CreateTime": "2025-01-01T00:00:00Z",
        "BeginProcessTime": "2025-01-01T00:00:00Z",
        "FinishTime": "2025-01-01T00:00:02Z",
    }
    progress = {} if action == "CreateAigcSubject" else {"Progress": 100}
    assert inside == {
        "TaskId": task_id,
        "Status": "FINISH",
        "ErrCode": 0,
        "ErrCodeExt": "",
        "Message": "",
        **progress,
        "Input": PLAIN_INPUT[action],
        "SessionId": "",
        "SessionContext": "",
    }


@pytest.mark.parametrize(
    ("seconds", "status", "progress"),
    [
        pytest.param(0, "PROCESSING", 0, id="at-once"),
        pytest.param(0.5, "PROCESSING", 25, id="quarter"),
        pytest.param(1, "PROCESSING", 50, id="half"),
        pytest.param(1.999, "PROCESSING", 99, id="just-before-the-end"),
        pytest.param(2, "FINISH", 100, id="end"),
        pytest.param(200, "FINISH", 100, id="long-after"),
        pytest.param(-10, "PROCESSING", 0, id="clock-set-back"),
    ],
)
@pytest.mark.parametrize("action", [each for each in CALLS if each != "CreateAigcSubject"])
def test_progress_follows_the_clock(
    caller: Any, clock: VirtualClock, action: str, seconds: float, status: str, progress: int
) -> None:
    task_id = created(caller, action)
    clock.set(NOW + seconds)

    inside = detail(caller, action, task_id)

    assert (inside["Status"], inside["Progress"]) == (status, progress)


def test_subject_task_has_no_progress(caller: Any) -> None:
    assert "Progress" not in detail(caller, "CreateAigcSubject", created(caller, "CreateAigcSubject"))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(Settings(progression="immediate"), id="progression-immediate"),
        pytest.param(Settings(task_seconds=0), id="no-seconds"),
    ],
)
@each_action
def test_task_that_ends_at_once(caller: Any, action: str) -> None:
    answer = described(caller, created(caller, action))

    assert (answer["Status"], answer["FinishTime"]) == ("FINISH", "2025-01-01T00:00:00Z")


@pytest.mark.parametrize("settings", [Settings(task_seconds=60)], ids=["minute"])
@pytest.mark.parametrize(("seconds", "status"), [(59, "PROCESSING"), (60, "FINISH")], ids=["before", "after"])
def test_task_takes_the_time_that_is_set(caller: Any, clock: VirtualClock, seconds: int, status: str) -> None:
    task_id = created(caller, "CreateAigcVideoTask")
    clock.advance(seconds)

    assert described(caller, task_id)["Status"] == status


def test_asking_changes_nothing(caller: Any, clock: VirtualClock) -> None:
    task_id = created(caller, "CreateAigcVideoTask")
    clock.advance(2)

    first, second = (detail(caller, "CreateAigcVideoTask", task_id) for _ in range(2))

    assert first == second


# --- which task ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda task_id: "", id="empty"),
        pytest.param(lambda task_id: "nonsense", id="nonsense"),
        pytest.param(lambda task_id: task_id[:-33] + "0" * 32 + "t", id="never-issued"),
        pytest.param(lambda task_id: task_id.replace("251007502", "251007503"), id="other-application"),
        pytest.param(lambda task_id: task_id.replace("Video", "Image"), id="other-kind"),
        pytest.param(lambda task_id: task_id[:-1], id="cut"),
        pytest.param(lambda task_id: task_id.upper(), id="upper-case"),
        pytest.param(lambda task_id: f" {task_id}", id="blank-before"),
    ],
)
def test_unknown_task(caller: Any, change: Any) -> None:
    answer = described(caller, change(created(caller, "CreateAigcVideoTask")))

    assert answer["Error"] == {"Code": "InvalidParameterValue.TaskId", "Message": "The task does not exist."}


@pytest.mark.parametrize(
    ("application", "code"),
    [
        pytest.param(APPLICATION, None, id="right"),
        pytest.param(None, None, id="left-out"),
        pytest.param(APPLICATION + 1, "InvalidParameterValue.TaskId", id="wrong"),
        pytest.param(1500000001, "InvalidParameterValue.TaskId", id="default"),
    ],
)
def test_application_of_a_task(caller: Any, application: int | None, code: str | None) -> None:
    answer = described(caller, created(caller, "CreateAigcVideoTask"), SubAppId=application)

    assert answer.get("Error", {}).get("Code") == code


def test_tasks_of_other_accounts_are_unknown(clock: VirtualClock, make_caller: Any) -> None:
    other = Account("AKIDother", "other-key")
    mock = MockVod(Settings(accounts=(DEFAULT_ACCOUNT, other)), clock=clock)
    task_id = created(make_caller(mock), "CreateAigcVideoTask")

    assert described(make_caller(mock, other), task_id)["Error"]["Code"] == "InvalidParameterValue.TaskId"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [pytest.param(3 * DAY, None, id="three-days"), pytest.param(3 * DAY + 1, "ResourceNotFound", id="a-second-more")],
)
def test_task_can_be_asked_for_during_three_days(
    caller: Any, clock: VirtualClock, seconds: int, code: str | None
) -> None:
    task_id = created(caller, "CreateAigcVideoTask")
    clock.advance(seconds)

    assert described(caller, task_id).get("Error", {}).get("Code") == code


# --- what was asked ------------------------------------------------------------------------------------------------


def test_video_plays_back_everything(tolerant: Any) -> None:
    given: dict[str, Any] = {
        "ModelName": "Kling",
        "ModelVersion": "3.0-Omni",
        "FileInfos": [
            {
                "Type": "Url",
                "Category": "Image",
                "FileId": "1",
                "Url": "http://example.com/a.png",
                "ReferenceType": "asset",
                "ObjectId": "2",
                "VoiceId": "3",
                "KeepOriginalSound": "Enabled",
                "Usage": "FirstFrame",
                "Text": "t",
            },
        ],
        "SubjectInfos": [{"Id": "7", "Name": "n", "VoiceId": "v", "ImageUrls": ["i"], "VideoUrls": ["w"]}],
        "LastFrameFileId": "4",
        "LastFrameUrl": "http://example.com/b.png",
        "Prompt": "a car",
        "NegativePrompt": "red",
        "EnhancePrompt": "Enabled",
        "OutputConfig": {
            "StorageMode": "Permanent",
            "MediaName": "car",
            "ClassId": 5,
            "ExpireTime": "2030-01-01T00:00:00Z",
            "Duration": 5,
            "Resolution": "720P",
            "AspectRatio": "16:9",
            "AudioGeneration": "Enabled",
            "PersonGeneration": "AllowAdult",
            "InputComplianceCheck": "Enabled",
            "OutputComplianceCheck": "Enabled",
            "EnhanceSwitch": "Enabled",
            "OffPeak": "Enabled",
            "FrameInterpolate": "Enabled",
            "LogoAdd": "Enabled",
            "EnableBGM": "Enabled",
        },
        "InputRegion": "Mainland",
        "SceneType": "s",
        "Seed": 6,
        "ExtInfo": "e",
    }

    task_id = created(tolerant, "CreateAigcVideoTask", **given)

    assert detail(tolerant, "CreateAigcVideoTask", task_id)["Input"] == {**given, "GenerationMode": ""}


@pytest.mark.parametrize(
    ("action", "given"),
    [
        pytest.param(
            "CreateAigcSubject",
            {
                "SubjectName": "dog",
                "SubjectImages": ["http://example.com/1.png", "http://example.com/2.png"],
                "SubjectVideos": ["http://example.com/1.mp4"],
                "VoiceId": "v",
            },
            id="subject",
        ),
        pytest.param(
            "CreateAigcAdvancedCustomElement",
            {
                "ElementName": "dog",
                "ElementDescription": "a dog",
                "ReferenceType": "video_refer",
                "ElementVoiceId": "v",
                "ElementVideoList": '{"refer_videos":[{"video_url":"http://example.com/1.mp4"}]}',
                "ElementImageList": '{"frontal_image":"http://example.com/1.png"}',
                "TagList": '[{"tag_id":"o_101"}]',
            },
            id="element",
        ),
    ],
)
def test_input_plays_back_everything(tolerant: Any, action: str, given: dict[str, Any]) -> None:
    assert detail(tolerant, action, created(tolerant, action, **given))["Input"] == given


@pytest.mark.parametrize("action", ["CreateAigcImageTask", "CreateAigcVideoTask"], ids=["image", "video"])
def test_every_file_is_played_back_in_full(caller: Any, action: str) -> None:
    urls = ["http://example.com/1.png", "http://example.com/2.png"]
    task_id = created(caller, action, FileInfos=[{"Type": "Url", "Url": url} for url in urls])

    played = detail(caller, action, task_id)["Input"]["FileInfos"]

    [file_type] = (m.type for m in catalog().require(action).request.members if m.name == "FileInfos")
    members = {member.name for member in catalog().type(file_type).members} - {"Base64"}
    assert played == [{**dict.fromkeys(members, ""), "Type": "Url", "Url": url} for url in urls]


@pytest.mark.parametrize("action", ["CreateAigcImageTask", "CreateAigcVideoTask"], ids=["image", "video"])
def test_base64_is_not_played_back(caller: Any, action: str) -> None:
    task_id = created(caller, action, FileInfos=[{"Type": "Base64", "Base64": "c2VjcmV0IHBpY3R1cmU="}])

    answer = described(caller, task_id)

    assert "Base64" not in answer[catalog().require(action).result_field]["Input"]["FileInfos"][0]
    assert "c2VjcmV0IHBpY3R1cmU=" not in json.dumps(answer)


def test_base64_is_not_kept(caller: Any, mock: MockVod) -> None:
    """Ten megabytes a call, for as long as the server runs. A digest tells whether two calls sent the same file."""
    info = {"Type": "Base64", "Usage": "FirstFrame"}
    other = {"Type": "Url", "Usage": "LastFrame", "Url": "http://example.com/a.png"}
    created(caller, "CreateAigcVideoTask", FileInfos=[{**info, "Base64": "c2VjcmV0IHBpY3R1cmU="}, other])

    [task] = mock.tasks
    digest = hashlib.sha256(b"c2VjcmV0IHBpY3R1cmU=").hexdigest()
    assert task.params["FileInfos"] == [{**info, "Base64": digest}, other]


@pytest.mark.parametrize("seconds", [0, 2], ids=["running", "finished"])
@each_action
def test_session_is_played_back(caller: Any, clock: VirtualClock, action: str, seconds: int) -> None:
    task_id = created(caller, action, SessionId="session", SessionContext="context")
    clock.advance(seconds)

    inside = detail(caller, action, task_id)

    assert (inside["SessionId"], inside["SessionContext"]) == ("session", "context")


# --- what came of it -----------------------------------------------------------------------------------------------


def test_video_result(caller: Any) -> None:
    inside = finished(caller, "CreateAigcVideoTask", OutputConfig={"MediaName": "car", "ClassId": 5})

    part = inside["TaskId"][-33:-1]
    assert inside["Output"] == {
        "FileInfos": [
            {
                "StorageMode": "Temporary",
                "MediaName": "car",
                "ClassId": 5,
                "ExpireTime": "2025-01-08T00:00:02Z",
                "FileType": "",
                "FileUrl": f"http://store.vod-qcloud.com/b8c85f46vodnj251000800/{part}0000/aigcVideoGenFile.mp4",
                "FileContent": "",
                "FileId": "",
                "UsageType": "",
                # What the file is like is measured in test_media.
                "MetaData": inside["Output"]["FileInfos"][0]["MetaData"],
            }
        ],
        "ProcedureTaskIds": [],
        "Usage": USAGE,
    }


def test_image_result(caller: Any) -> None:
    inside = finished(caller, "CreateAigcImageTask")

    part = inside["TaskId"][-33:-1]
    assert inside["Output"] == {
        "FileInfos": [
            {
                "StorageMode": "Temporary",
                "MediaName": "",
                "ClassId": 0,
                "ExpireTime": "2025-01-08T00:00:02Z",
                "FileType": "",
                "FileUrl": f"http://store.vod-qcloud.com/b8c85f46vodnj251000800/{part}0000/aigcImageGenFile.png",
                "FileId": "",
                "MetaData": None,
            }
        ]
    }


def test_subject_result(caller: Any) -> None:
    output = finished(caller, "CreateAigcSubject", SubjectImages=["http://example.com/1.png"])["Output"]

    assert re.fullmatch("[1-9][0-9]{17}", output["SubjectId"])
    assert json.loads(output["SubjectInfo"]) == {
        "id": output["SubjectId"],
        "name": "cat",
        "description": "",
        "images": ["http://example.com/1.png"],
        "videos": [],
        "voice_id": "",
        "style": "",
        "type": "",
        "status": "enabled",
        "ownership": "",
        "creator_id": "",
        "user_id": "",
        "credits": 0,
        "created_at": "2025-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("images", "embedded"),
    [
        pytest.param('{"frontal_image":"http://a/1.png"}', {"frontal_image": "http://a/1.png"}, id="json"),
        pytest.param("not json", "not json", id="text"),
        pytest.param("", None, id="empty"),
    ],
)
def test_element_result(tolerant: Any, images: str, embedded: Any) -> None:
    """ElementInfo is JSON in a text, its element_id a number past what JavaScript holds."""
    output = finished(tolerant, "CreateAigcAdvancedCustomElement", ElementImageList=images)["Output"]

    [element] = output["InfoList"]
    assert re.fullmatch("[1-9][0-9]{17}", element["ElementId"])
    assert json.loads(element["ElementInfo"]) == {
        "element_id": int(element["ElementId"]),
        "element_name": "cat",
        "element_type": "image_refer",
        "element_image_list": embedded,
        "element_video_list": None,
        "owned_by": "",
        "status": "succeed",
    }


@pytest.mark.parametrize(
    ("asked_for", "made"),
    [
        pytest.param(None, 1, id="default"),
        pytest.param(1, 1, id="one"),
        pytest.param(4, 4, id="four"),
        pytest.param(9, 9, id="most"),
    ],
)
def test_as_many_pictures_as_asked_for(caller: Any, asked_for: int | None, made: int) -> None:
    inside = finished(caller, "CreateAigcImageTask", **KLING, OutputConfig={"OutputImageCount": asked_for})

    part = inside["TaskId"][-33:-1]
    assert [path_of(file).split("/")[2] for file in inside["Output"]["FileInfos"]] == [
        f"{part}{index:04}" for index in range(made)
    ]


@each_file_action
def test_permanent_result_has_file_id_and_type(caller: Any, action: str, kind: str, asset: str) -> None:
    [file] = finished(caller, action, OutputConfig={"StorageMode": "Permanent"})["Output"]["FileInfos"]

    assert (file["StorageMode"], file["FileType"]) == ("Permanent", kind)
    assert re.fullmatch("[1-9][0-9]{18}", file["FileId"])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param({}, "0000-00-00T00:00:00Z", id="never"),
        pytest.param({"ExpireTime": "2030-01-01T00:00:00Z"}, "2030-01-01T00:00:00Z", id="as-asked"),
    ],
)
@each_file_action
def test_permanent_result_expires_when_asked_to(
    caller: Any, action: str, kind: str, asset: str, given: dict[str, str], shown: str
) -> None:
    [file] = finished(caller, action, OutputConfig={"StorageMode": "Permanent", **given})["Output"]["FileInfos"]

    assert file["ExpireTime"] == shown


def test_permanent_pictures_have_each_their_own_file_id(caller: Any) -> None:
    config = {"StorageMode": "Permanent", "OutputImageCount": 9}
    files = finished(caller, "CreateAigcImageTask", **KLING, OutputConfig=config)["Output"]["FileInfos"]

    assert len({file["FileId"] for file in files}) == 9


@pytest.mark.parametrize("settings", [Settings(media_url="http://127.0.0.1:1", task_seconds=2)], ids=["media_url"])
@each_file_action
def test_result_url_starts_as_set(caller: Any, action: str, kind: str, asset: str) -> None:
    [file] = finished(caller, action)["Output"]["FileInfos"]

    assert file["FileUrl"].startswith("http://127.0.0.1:1/b8c85f46vodnj251000800/")


# --- result files --------------------------------------------------------------------------------------------------


@pytest.fixture
def paths(caller: Any, clock: VirtualClock) -> dict[str, str]:
    """Paths of result files, by StorageMode, of video tasks that ended at NOW + 2; the clock stands there."""
    tasks = {
        mode: created(caller, "CreateAigcVideoTask", OutputConfig={"StorageMode": mode})
        for mode in ("Temporary", "Permanent")
    }
    clock.advance(2)
    outputs = {mode: detail(caller, "CreateAigcVideoTask", task)["Output"] for mode, task in tasks.items()}
    return {mode: path_of(output["FileInfos"][0]) for mode, output in outputs.items()}


@each_file_action
def test_result_file_is_there(caller: Any, mock: MockVod, action: str, kind: str, asset: str) -> None:
    [file] = finished(caller, action)["Output"]["FileInfos"]

    found = mock.media(path_of(file))

    assert found is not None
    assert (found.name, found.content_type) == (asset, {"png": "image/png", "mp4": "video/mp4"}[kind])
    assert found.content[:12].endswith({"png": b"\x89PNG\r\n\x1a\n\0\0\0\r", "mp4": b"ftypisom"}[kind])


def test_metadata_tells_the_size_of_the_file(caller: Any, mock: MockVod) -> None:
    [file] = finished(caller, "CreateAigcVideoTask")["Output"]["FileInfos"]

    found = mock.media(path_of(file))

    assert found is not None
    assert file["MetaData"]["Size"] == len(found.content)


@pytest.mark.parametrize("index", [0, 8], ids=["first", "last"])
def test_each_picture_is_there(caller: Any, mock: MockVod, index: int) -> None:
    config = {"OutputImageCount": 9}
    files = finished(caller, "CreateAigcImageTask", **KLING, OutputConfig=config)["Output"]["FileInfos"]

    assert mock.media(path_of(files[index])) is not None


@pytest.mark.parametrize(
    ("mode", "moment", "there"),
    [
        pytest.param("Temporary", 1.9, False, id="not-ready"),
        pytest.param("Temporary", 2, True, id="ready"),
        pytest.param("Temporary", 2 + 7 * DAY - 1, True, id="last-second"),
        pytest.param("Temporary", 2 + 7 * DAY, False, id="expired"),
        pytest.param("Permanent", 1.9, False, id="permanent-not-ready"),
        pytest.param("Permanent", 2 + 700 * DAY, True, id="permanent-stays"),
    ],
)
def test_result_file_lasts(
    mock: MockVod, clock: VirtualClock, paths: dict[str, str], mode: str, moment: float, there: bool
) -> None:
    clock.set(NOW + moment)

    assert (mock.media(paths[mode]) is not None) is there


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.replace("0000/", "0001/"), id="more-than-were-made"),
        pytest.param(lambda path: path.replace("aigcVideoGenFile.mp4", "aigcImageGenFile.png"), id="other-asset"),
        pytest.param(lambda path: path.replace("aigcVideoGenFile.mp4", "aigcVideoGenFile.json"), id="our-own-file"),
        pytest.param(lambda path: path.replace("b8c85f46", "b8c85f47"), id="other-directory"),
        pytest.param(lambda path: path[:30] + "0" * 8 + path[38:], id="other-task"),
        pytest.param(lambda path: f"{path}/", id="slash"),
        pytest.param(lambda path: path[1:], id="no-slash"),
        pytest.param(lambda path: f"{path}\n", id="line"),
        pytest.param(lambda path: f"/../..{path}", id="parent"),
        pytest.param(lambda path: "", id="empty"),
    ],
)
def test_no_file_is_at(mock: MockVod, paths: dict[str, str], change: Any) -> None:
    assert mock.media(change(paths["Temporary"])) is None


def test_reset_takes_result_files_away(mock: MockVod, paths: dict[str, str]) -> None:
    mock.reset()

    assert mock.media(paths["Temporary"]) is None


@each_action
def test_tasks_without_files_make_none(caller: Any, mock: MockVod, action: str) -> None:
    """A URL that is built from the TaskId of a task of another kind leads nowhere."""
    inside = finished(caller, action)
    made = [path_of(file).split("/")[-1] for file in inside["Output"].get("FileInfos", [])]

    names = ("aigcImageGenFile.png", "aigcVideoGenFile.mp4")
    part = inside["TaskId"][-33:-1]
    assert [name for name in names if mock.media(f"/b8c85f46vodnj251000800/{part}0000/{name}")] == made

"""The media library: what is told of files, and how they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.service.media.library import FILES, OBJECTS, expiry
from mockvod.service.media.media_infos import BLOCKS
from mockvod.service.media.media_types import stand_in
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.validators import catalog, validate_response

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APP = {"SubAppId": 251007502}
ELSEWHERE = {"SubAppId": 251007503}
KEPT = {"OutputConfig": {"StorageMode": "Permanent"}}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
IMAGE = {**APP, "ModelName": "GG", "ModelVersion": "2.5", "Prompt": "a cat"}
ORIGINAL = {"DeleteParts": [{"Type": "OriginalFiles", "Definition": 0}]}
LISTED = "3704211000509819"
OTHER = Account("AKIDother", "other-key")
#: Documented: the members that a MediaInfo always has.
MEMBERS = {member.name for member in catalog().type("MediaInfo").members if member.output_required}


def asked(caller: Any, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, params)
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def path_of(url: str) -> str:
    return url.removeprefix("http://store.vod-qcloud.com")


def described(caller: Any, *file_ids: str, **more: Any) -> dict[str, Any]:
    return asked(caller, "DescribeMediaInfos", {**APP, "FileIds": file_ids, **more})


def info(caller: Any, file_id: str, **more: Any) -> dict[str, Any]:
    [told] = described(caller, file_id, **more)["MediaInfoSet"]
    inside: dict[str, Any] = told
    return inside


def is_known(caller: Any, file_id: str, **more: Any) -> bool:
    answer = described(caller, file_id, **more)
    known = [each["FileId"] for each in answer["MediaInfoSet"]]
    assert sorted([*known, *answer["NotExistFileIdSet"]]) == [file_id]
    return bool(known)


def deleted(caller: Any, file_id: str, **more: Any) -> str | None:
    """The code of the refusal, or None."""
    code: str | None = asked(caller, "DeleteMedia", {**APP, "FileId": file_id, **more}).get("Error", {}).get("Code")
    return code


def results(caller: Any, action: str = "CreateAigcVideoTask", **more: Any) -> list[dict[str, Any]]:
    """The FileInfos of a task that has ended, whose results stay."""
    params = VIDEO if action == "CreateAigcVideoTask" else IMAGE
    task_id = asked(caller, action, {**params, **KEPT, **more})["TaskId"]
    caller.mock.clock.advance(2)
    answer = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})
    files: list[dict[str, Any]] = answer[catalog().require(action).result_field]["Output"]["FileInfos"]
    return files


def fetched(caller: Any, **more: Any) -> dict[str, Any]:
    task_id = asked(caller, "PullUpload", {**APP, "MediaUrl": "http://a/film.mp4", **more})["TaskId"]
    caller.mock.clock.advance(2)
    inside: dict[str, Any] = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})["PullUploadTask"]
    return inside


@pytest.fixture
def listing(make_caller: Any, clock: VirtualClock) -> Any:
    """A caller of a mock whose settings list one file."""
    settings = Settings(seed=1, concurrency="off", task_seconds=2, file_ids=frozenset({LISTED}))
    return make_caller(MockVod(settings, clock=clock))


@pytest.fixture
def stranger(make_caller: Any, clock: VirtualClock) -> Any:
    """A caller of another account, next to the usual one."""
    settings = Settings(
        seed=1, concurrency="off", task_seconds=2, accounts=(DEFAULT_ACCOUNT, OTHER), file_ids=frozenset({LISTED})
    )
    return make_caller(MockVod(settings, clock=clock), OTHER)


# --- results that stay ---------------------------------------------------------------------------------------------


def test_result_in_the_library(caller: Any) -> None:
    config = {"StorageMode": "Permanent", "MediaName": "cat", "ClassId": 3, "ExpireTime": "2025-02-01T00:00:00Z"}
    [file] = results(caller, OutputConfig=config)

    assert info(caller, file["FileId"]) == {
        **dict.fromkeys(MEMBERS),
        "FileId": file["FileId"],
        "BasicInfo": {
            "Name": "cat",
            "Description": "",
            "CreateTime": "2025-01-01T00:00:02Z",
            "UpdateTime": "2025-01-01T00:00:02Z",
            "ExpireTime": "2025-02-01T00:00:00Z",
            "ClassId": 3,
            "ClassName": "",
            "ClassPath": "",
            "CoverUrl": "",
            "Type": "mp4",
            "MediaUrl": file["FileUrl"],
            "SourceInfo": {
                "SourceType": "VideoProcessing",
                "SourceContext": "",
                "LiveRecordInfo": None,
                "TrtcRecordInfo": None,
                "WebPageRecordInfo": None,
            },
            "StorageRegion": "ap-chongqing",
            "StoragePath": path_of(file["FileUrl"]),
            "TagSet": [],
            "Vid": "",
            "Category": "Video",
            "Status": "Normal",
            "StorageClass": "STANDARD",
        },
        "MetaData": file["MetaData"],
    }


def test_result_without_a_name_has_that_of_its_file(caller: Any) -> None:
    [file] = results(caller, "CreateAigcImageTask")

    told = info(caller, file["FileId"])["BasicInfo"]

    assert (told["Name"], told["Category"], told["ExpireTime"], told["ClassName"]) == (
        "aigcImageGenFile.png",
        "Image",
        "9999-12-31T23:59:59Z",
        "Other",
    )


def test_metadata_of_a_picture_is_that_of_its_file(caller: Any, mock: MockVod) -> None:
    [file] = results(caller, "CreateAigcImageTask")

    served = mock.media(path_of(file["FileUrl"]))

    assert served is not None
    assert info(caller, file["FileId"])["MetaData"]["Size"] == len(served.content)


def test_each_picture_of_a_task_is_a_file(caller: Any) -> None:
    config = {"StorageMode": "Permanent", "OutputImageCount": 3}
    files = results(caller, "CreateAigcImageTask", ModelName="Kling", ModelVersion="3.0", OutputConfig=config)

    told = described(caller, *(file["FileId"] for file in files))["MediaInfoSet"]

    assert [each["BasicInfo"]["MediaUrl"] for each in told] == [file["FileUrl"] for file in files]


@pytest.mark.parametrize(("seconds", "known"), [(1.9, False), (2, True)], ids=["running", "ended"])
def test_result_is_known_from_the_end_of_its_task_on(
    caller: Any, mock: MockVod, clock: VirtualClock, seconds: float, known: bool
) -> None:
    asked(caller, "CreateAigcVideoTask", {**VIDEO, **KEPT})
    with mock.store.transaction() as transaction:
        [(file_id, _)] = transaction.items(FILES)
    clock.advance(seconds)

    assert is_known(caller, file_id) is known


def test_result_of_a_failed_task_is_unknown(caller: Any, mock: MockVod) -> None:
    task_id = asked(caller, "CreateAigcVideoTask", {**VIDEO, **KEPT})["TaskId"]
    mock.tasks[task_id].fail()
    with mock.store.transaction() as transaction:
        [(file_id, _)] = transaction.items(FILES)

    assert not is_known(caller, file_id)


def test_result_of_a_task_that_waited_is_known_without_anybody_asking_for_the_task(
    make_caller: Any, clock: VirtualClock
) -> None:
    settings = Settings(seed=1, task_seconds=2, concurrency=1, over_concurrency="queue")
    caller = make_caller(MockVod(settings, clock=clock))
    asked(caller, "CreateAigcVideoTask", VIDEO)
    asked(caller, "CreateAigcVideoTask", {**VIDEO, **KEPT})
    with caller.mock.store.transaction() as transaction:
        [(file_id, _)] = transaction.items(FILES)
    clock.advance(4)

    assert is_known(caller, file_id)


def test_result_goes_with_its_expire_time(caller: Any, clock: VirtualClock) -> None:
    config = {"StorageMode": "Permanent", "ExpireTime": "2025-01-01T01:00:00Z"}
    [file] = results(caller, OutputConfig=config)
    before = is_known(caller, file["FileId"])
    clock.set(NOW + 3600)

    assert (before, is_known(caller, file["FileId"])) == (True, False)
    assert caller.mock.media(path_of(file["FileUrl"])) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param(None, None, id="none"),
        pytest.param("", None, id="empty"),
        pytest.param("tomorrow", None, id="not-a-time"),
        pytest.param("2025-01-01T00:00:00Z", NOW, id="utc"),
        pytest.param("2025-01-01T08:00:00+08:00", NOW, id="offset"),
        pytest.param("2025-01-01T00:00:00", NOW, id="no-zone"),
    ],
)
def test_expire_time_in_seconds(text: str | None, moment: float | None) -> None:
    assert expiry(text) == moment


# --- who asks for what ---------------------------------------------------------------------------------------------


def test_unknown_files_are_listed_in_the_order_of_the_call(caller: Any) -> None:
    answer = described(caller, "2", "1")

    del answer["RequestId"]
    assert answer == {"MediaInfoSet": [], "NotExistFileIdSet": ["2", "1"]}


def test_file_that_is_named_twice_is_told_of_once(caller: Any) -> None:
    [file] = results(caller)

    answer = described(caller, file["FileId"], file["FileId"], "1", "1")

    assert [each["FileId"] for each in answer["MediaInfoSet"]] == [file["FileId"]]
    assert answer["NotExistFileIdSet"] == ["1"]


def test_file_of_another_application_is_unknown(caller: Any) -> None:
    [file] = results(caller)

    assert not is_known(caller, file["FileId"], **ELSEWHERE)


def test_file_of_another_account_is_unknown(stranger: Any) -> None:
    [file] = results(replace(stranger, account=DEFAULT_ACCOUNT))

    assert not is_known(stranger, file["FileId"])


@pytest.mark.parametrize(
    ("filters", "present"),
    [
        pytest.param(None, {"BasicInfo", "MetaData"}, id="none"),
        pytest.param([], {"BasicInfo", "MetaData"}, id="empty"),
        pytest.param(["basicInfo"], {"BasicInfo"}, id="basic"),
        pytest.param(["metaData"], {"MetaData"}, id="meta"),
        pytest.param(["metaData", "basicInfo"], {"BasicInfo", "MetaData"}, id="both"),
        pytest.param(["transcodeInfo"], set(), id="what-is-not-there"),
    ],
)
def test_filters(caller: Any, filters: list[str] | None, present: set[str]) -> None:
    [file] = results(caller)

    told = info(caller, file["FileId"], **({} if filters is None else {"Filters": filters}))

    assert {name for name, value in told.items() if value is not None} == {"FileId", *present}
    assert told.keys() == MEMBERS


def test_filters_are_documented_ones() -> None:
    contract = catalog().require("DescribeMediaInfos").document["members"]["Filters[]"]["enum"]["value"]

    assert BLOCKS.keys() <= set(contract)


# --- deleting ------------------------------------------------------------------------------------------------------


def test_deleted_result_is_gone(caller: Any, mock: MockVod) -> None:
    [file] = results(caller)

    code = deleted(caller, file["FileId"])

    assert (code, is_known(caller, file["FileId"]), mock.media(path_of(file["FileUrl"]))) == (None, False, None)


def test_deleted_fetch_is_gone(caller: Any, mock: MockVod) -> None:
    file = fetched(caller, CoverUrl="http://a/b.png")
    urls = (file["FileUrl"], file["MediaBasicInfo"]["CoverUrl"])

    deleted(caller, file["FileId"])

    assert ([mock.media(path_of(url)) for url in urls], is_known(caller, file["FileId"])) == ([None, None], False)


def test_task_goes_on_telling_of_a_deleted_file(caller: Any) -> None:
    file = fetched(caller)
    deleted(caller, file["FileId"])

    answer = asked(caller, "DescribeTaskDetail", {"TaskId": file["TaskId"]})

    assert answer["PullUploadTask"] == file


def test_deleting_twice(caller: Any) -> None:
    [file] = results(caller)

    assert [deleted(caller, file["FileId"]) for _ in range(2)] == [None, "ResourceNotFound"]


def test_deleting_what_never_was(caller: Any) -> None:
    assert deleted(caller, "1") == "ResourceNotFound"


def test_deleting_a_file_of_another_application(caller: Any) -> None:
    [file] = results(caller)

    assert (deleted(caller, file["FileId"], **ELSEWHERE), is_known(caller, file["FileId"])) == (
        "ResourceNotFound",
        True,
    )


def test_deleting_a_file_of_another_account(stranger: Any) -> None:
    owner = replace(stranger, account=DEFAULT_ACCOUNT)
    [file] = results(owner)

    assert (deleted(stranger, file["FileId"]), is_known(owner, file["FileId"])) == ("ResourceNotFound", True)


@pytest.mark.parametrize("make", [lambda caller: results(caller)[0], fetched], ids=["result", "fetch"])
def test_without_its_original_a_file_is_known_and_cannot_be_fetched(caller: Any, mock: MockVod, make: Any) -> None:
    file = make(caller)
    before = info(caller, file["FileId"])

    deleted(caller, file["FileId"], **ORIGINAL)

    basic = {**before["BasicInfo"], "MediaUrl": ""}
    assert info(caller, file["FileId"]) == {**before, "BasicInfo": basic}
    assert mock.media(path_of(file["FileUrl"])) is None


def test_parts_that_are_not_there_are_no_fault(caller: Any, mock: MockVod) -> None:
    [file] = results(caller)

    code = deleted(caller, file["FileId"], DeleteParts=[{"Type": "TranscodeFiles", "Definition": 230}])

    assert (code, mock.media(path_of(file["FileUrl"])) is not None) == (None, True)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        pytest.param({}, [], id="whole-file"),
        pytest.param(ORIGINAL, [{"Type": "OriginalFiles", "Definition": 0}], id="original"),
        pytest.param(
            {"DeleteParts": [{"Type": "TranscodeFiles"}]},
            [{"Type": "TranscodeFiles", "Definition": 0}],
            id="without-definition",
        ),
    ],
)
@pytest.mark.parametrize("switch", ["ON", "OFF"])
def test_deletion_is_an_event_where_the_switch_is_on(
    caller: Any, parts: dict[str, Any], told: list[dict[str, Any]], switch: str
) -> None:
    asked(caller, "ModifyEventConfig", {**APP, "DeleteMediaCompleteEventSwitch": switch})
    [file] = results(caller)
    [ended] = asked(caller, "PullEvents", APP)["EventSet"]
    asked(caller, "ConfirmEvents", {**APP, "EventHandles": [ended["EventHandle"]]})
    deleted(caller, file["FileId"], **parts)

    events = asked(caller, "PullEvents", APP).get("EventSet", [])

    file_id = file["FileId"]
    content = {"FileIdSet": [file_id], "FileDeleteResultInfo": [{"FileId": file_id, "DeleteParts": told}]}
    shown = [(event["EventType"], event["FileDeleteEvent"]) for event in events]
    assert shown == ([("FileDeleted", content)] if switch == "ON" else [])


def test_refused_deletion_is_no_event(caller: Any) -> None:
    asked(caller, "ModifyEventConfig", {**APP, "DeleteMediaCompleteEventSwitch": "ON"})
    deleted(caller, "1")

    assert asked(caller, "PullEvents", APP)["Error"]["Code"] == "ResourceNotFound"


def test_reset_forgets_all_files(caller: Any, mock: MockVod) -> None:
    [file] = results(caller)
    mock.reset()

    with mock.store.transaction() as transaction:
        kept = [list(transaction.items(table)) for table in (FILES, OBJECTS)]
    assert (kept, is_known(caller, file["FileId"])) == ([[], []], False)


# --- files that the settings list ----------------------------------------------------------------------------------


def test_listed_file_is_a_usual_video(listing: Any) -> None:
    told = info(listing, LISTED)

    basic, metadata = told["BasicInfo"], told["MetaData"]
    served = listing.mock.media(path_of(basic["MediaUrl"]))
    assert (basic["Name"], basic["Type"], basic["Category"], basic["SourceInfo"]["SourceType"]) == (
        LISTED,
        "mp4",
        "Video",
        "Unknown",
    )
    assert (metadata["Size"], metadata["Width"], metadata["Height"]) == (len(served.content), 1280, 720)


@pytest.mark.parametrize("application", [APP, ELSEWHERE], ids=["one", "other"])
def test_listed_file_is_in_every_application(listing: Any, application: dict[str, Any]) -> None:
    assert is_known(listing, LISTED, **application)


def test_without_a_list_no_file_is_made_up(caller: Any) -> None:
    assert not is_known(caller, LISTED)


def test_deleted_listed_file_is_gone(listing: Any) -> None:
    url = info(listing, LISTED)["BasicInfo"]["MediaUrl"]

    codes = [deleted(listing, LISTED) for _ in range(2)]

    assert (codes, is_known(listing, LISTED)) == ([None, "ResourceNotFound"], False)
    assert listing.mock.media(path_of(url)) is None


def test_listed_file_without_its_original_is_still_known(listing: Any) -> None:
    deleted(listing, LISTED, **ORIGINAL)

    assert info(listing, LISTED)["BasicInfo"]["MediaUrl"] == ""


# --- files as input ------------------------------------------------------------------------------------------------


def code_of(caller: Any, file_id: str, **more: Any) -> str | None:
    """The code with which a call that takes this file is refused."""
    answer = asked(caller, "CreateAigcVideoTask", {**VIDEO, "FileInfos": [{"FileId": file_id}], **more})
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def test_result_is_taken_as_input_beside_the_listed_files(listing: Any) -> None:
    [file] = results(listing, "CreateAigcImageTask")

    assert [code_of(listing, each) for each in (file["FileId"], LISTED)] == [None, None]


def test_fetched_file_is_taken_as_input_beside_the_listed_files(listing: Any) -> None:
    assert code_of(listing, fetched(listing)["FileId"]) is None


def test_input_without_its_original_is_still_taken(listing: Any) -> None:
    [file] = results(listing)
    deleted(listing, file["FileId"], **ORIGINAL)

    assert code_of(listing, file["FileId"]) is None


@pytest.mark.parametrize("kept", [True, False], ids=["result", "listed"])
def test_deleted_file_is_not_taken_as_input(listing: Any, kept: bool) -> None:
    file_id = results(listing)[0]["FileId"] if kept else LISTED
    deleted(listing, file_id)

    assert code_of(listing, file_id) == "InvalidParameterValue.FileId"


def test_file_of_another_application_is_not_taken_as_input(listing: Any) -> None:
    [file] = results(listing)

    assert code_of(listing, file["FileId"], **ELSEWHERE) == "InvalidParameterValue.FileId"


def test_file_of_another_account_is_not_taken_as_input(stranger: Any) -> None:
    [file] = results(replace(stranger, account=DEFAULT_ACCOUNT))

    assert code_of(stranger, file["FileId"]) == "InvalidParameterValue.FileId"


# --- what is stored ------------------------------------------------------------------------------------------------


def test_paths_that_lead_nowhere(mock: MockVod) -> None:
    directory = "0123abcdvodcq251007502"

    found = [mock.media(f"/{directory}/{part}/f0.mp4") for part in ("0123abcd1", "0123abcd", "x")]

    assert found == [None, None, None]


@pytest.mark.parametrize("change", [str.upper, lambda path: path.replace("f0", "f1")], ids=["case", "name"])
def test_path_is_taken_to_the_letter(caller: Any, mock: MockVod, change: Any) -> None:
    path = path_of(fetched(caller)["FileUrl"])

    assert mock.media(path) is not None
    assert mock.media(change(path)) is None


def test_stand_ins_for_different_addresses_look_different() -> None:
    assert stand_in("mp4", "a") != stand_in("mp4", "b")

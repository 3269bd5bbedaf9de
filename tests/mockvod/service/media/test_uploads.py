"""Bringing files into the library: fetching one, and putting one into the bucket."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.fixtures.server import LiveServer
from mockvod.http import HttpRequest, HttpResponse
from mockvod.media.produce import extra_installed
from mockvod.service.media import bucket
from mockvod.service.media.bucket import MOST_BYTES
from mockvod.service.media.cos_signature import is_signed, read_authorization
from mockvod.service.media.library import OBJECTS
from mockvod.service.media.media_types import KINDS
from mockvod.service.media.upload_metadata import metadata_of_upload
from mockvod.settings import DEFAULT_ACCOUNT, Account, Settings
from mockvod.surfaces.flask_app import create_app
from mockvod.validators import catalog, validate_response

NOW = 1_735_689_600  # 2025-01-01T00:00:00Z
APP = {"SubAppId": 251007502}
PULL = {**APP, "MediaUrl": "https://media.example/films/film.mp4"}
VIDEO = {**APP, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}
OTHER = Account("AKIDother", "other-key")
HOUR = 3600


def asked(caller: Any, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a call; it breaks no contract, whatever it is."""
    answer: dict[str, Any] = caller.call(action, params)
    assert [each for each in validate_response(action, answer) if each.severity == "error"] == []
    return answer


def refused(caller: Any, action: str, params: Mapping[str, Any]) -> str:
    code: str = asked(caller, action, params)["Error"]["Code"]
    return code


def path_of(url: str) -> str:
    return url.removeprefix("http://store.vod-qcloud.com")


def content_of(mock: MockVod, url: str) -> bytes | None:
    file = mock.media(path_of(url))
    return None if file is None else file.content


def info_of(caller: Any, file_id: str) -> dict[str, Any]:
    [info] = asked(caller, "DescribeMediaInfos", {**APP, "FileIds": [file_id]})["MediaInfoSet"]
    inside: dict[str, Any] = info
    return inside


def pulled(caller: Any, **more: Any) -> str:
    task_id: str = asked(caller, "PullUpload", {**PULL, **more})["TaskId"]
    return task_id


def detail(caller: Any, task_id: str) -> dict[str, Any]:
    inside: dict[str, Any] = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})["PullUploadTask"]
    return inside


def fetched(caller: Any, **more: Any) -> dict[str, Any]:
    """The detail of a fetch that has ended."""
    task_id = pulled(caller, **more)
    caller.mock.clock.advance(2)
    return detail(caller, task_id)


def applied(caller: Any, **more: Any) -> dict[str, Any]:
    return asked(caller, "ApplyUpload", {**APP, "MediaType": "png", **more})


def signed(upload: dict[str, Any], path: str, body: bytes, **changes: Any) -> HttpRequest:
    """A PUT as COS documents it, signed for `path`. `changes` replace headers after signing; None removes one."""
    key = upload["TempCertificate"]
    period = changes.pop("period", f"{NOW - 60};{NOW + 10 * HOUR}")
    headers = {
        "host": changes.pop("host", f"{upload['StorageBucket']}.cos.{upload['StorageRegion']}.myqcloud.com"),
        "content-type": "image/png",
        "x-cos-security-token": key["Token"],
    }
    listed = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(headers.items()))
    digest = hashlib.sha1(f"put\n{path}\n\n{listed}\n".encode()).hexdigest()
    sign_key = hmac.new(changes.pop("secret_key", key["SecretKey"]).encode(), period.encode(), "sha1").hexdigest()
    signature = hmac.new(sign_key.encode(), f"sha1\n{period}\n{digest}\n".encode(), "sha1").hexdigest()
    headers["authorization"] = (
        f"q-sign-algorithm=sha1&q-ak={changes.pop('secret_id', key['SecretId'])}&q-sign-time={period}"
        f"&q-key-time={period}&q-header-list={';'.join(sorted(headers))}&q-url-param-list=&q-signature={signature}"
    )
    changed = {**headers, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return HttpRequest("PUT", "", {name: value for name, value in changed.items() if value is not None}, body)


def put(caller: Any, upload: dict[str, Any], body: bytes, member: str = "MediaStoragePath", **changes: Any) -> Any:
    answer: HttpResponse = caller.mock.put_object(upload[member], signed(upload, upload[member], body, **changes))
    return answer


def error_of(answer: HttpResponse) -> tuple[int, str | None]:
    """Status and code of a refusal in the shape that COS documents."""
    root = ElementTree.fromstring(answer.body)
    assert [root.tag, *(child.tag for child in root)] == [
        "Error",
        "Code",
        "Message",
        "Resource",
        "RequestId",
        "TraceId",
    ]
    return answer.status, root.findtext("Code")


def committed(caller: Any, body: bytes, **more: Any) -> dict[str, Any]:
    upload = applied(caller, **more)
    assert put(caller, upload, body).status == 200
    return asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 1024 by 1024."""
    from mockvod.media.ready import ready_made

    return ready_made("image", "png").content


@pytest.fixture
def stranger(make_caller: Any, clock: VirtualClock) -> Any:
    """A caller of another account, next to the usual one."""
    mock = MockVod(Settings(seed=1, concurrency="off", task_seconds=2, accounts=(DEFAULT_ACCOUNT, OTHER)), clock=clock)
    return make_caller(mock, OTHER)


# --- fetching ------------------------------------------------------------------------------------------------------


def test_task_id_of_a_fetch_has_the_form_of_the_contract(caller: Any) -> None:
    assert re.search(str(catalog().require("PullUpload").identifier_pattern), pulled(caller))


def test_fetch_that_runs(caller: Any, clock: VirtualClock) -> None:
    task_id = pulled(caller, SessionId="once", SessionContext="job-42")
    clock.advance(1)

    assert detail(caller, task_id) == {
        "TaskId": task_id,
        "Status": "PROCESSING",
        "ErrCode": 0,
        "Message": "",
        "FileId": "",
        "MediaBasicInfo": None,
        "MetaData": None,
        "FileUrl": "",
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "SessionContext": "job-42",
        "SessionId": "once",
        "Progress": 50,
    }


def test_fetch_that_has_ended(caller: Any) -> None:
    inside = fetched(caller, MediaName="Animal World", SourceContext="shop", StorageRegion="ap-singapore", ClassId=3)

    file_id, url, metadata = inside["FileId"], inside["FileUrl"], inside.pop("MetaData")
    assert metadata["Size"] == len(content_of(caller.mock, url) or b"")
    assert re.fullmatch(r"[1-9][0-9]{18}", file_id)
    assert inside == {
        "TaskId": inside["TaskId"],
        "Status": "FINISH",
        "ErrCode": 0,
        "Message": "SUCCESS",
        "FileId": file_id,
        "MediaBasicInfo": {
            "Name": "Animal World",
            "Description": "",
            "CreateTime": "2025-01-01T00:00:02Z",
            "UpdateTime": "2025-01-01T00:00:02Z",
            "ExpireTime": "9999-12-31T23:59:59Z",
            "ClassId": 3,
            "ClassName": "",
            "ClassPath": "",
            "CoverUrl": "",
            "Type": "mp4",
            "MediaUrl": url,
            "SourceInfo": {
                "SourceType": "Upload",
                "SourceContext": "shop",
                "LiveRecordInfo": None,
                "TrtcRecordInfo": None,
                "WebPageRecordInfo": None,
            },
            "StorageRegion": "ap-singapore",
            "StoragePath": path_of(url),
            "TagSet": [],
            "Vid": "",
            "Category": "Video",
            "Status": "Normal",
            "StorageClass": "STANDARD",
        },
        "FileUrl": url,
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "SessionContext": "",
        "SessionId": "",
        "Progress": 100,
    }


def test_fetched_file_is_in_the_library_from_the_end_of_its_task_on(caller: Any, clock: VirtualClock) -> None:
    task_id = pulled(caller)
    file_id = fetched(caller)["FileId"]

    first = detail(caller, task_id)

    assert [info_of(caller, each)["BasicInfo"]["Name"] for each in (first["FileId"], file_id)] == ["film.mp4"] * 2


def test_library_says_of_a_fetched_file_what_its_task_says(caller: Any) -> None:
    inside = fetched(caller)

    info = info_of(caller, inside["FileId"])

    assert (info["BasicInfo"], info["MetaData"]) == (inside["MediaBasicInfo"], inside["MetaData"])


@pytest.mark.parametrize(
    ("params", "kind", "category", "served"),
    [
        pytest.param({}, "mp4", "Video", "video/mp4", id="ending-of-the-url"),
        pytest.param({"MediaUrl": "http://a/b.PNG?x=1.mp4"}, "png", "Image", "image/png", id="query-and-capitals"),
        pytest.param({"MediaUrl": "http://a/b.jpeg"}, "jpeg", "Image", "image/jpeg", id="jpeg"),
        pytest.param({"MediaUrl": "http://a/b.mp3"}, "mp3", "Audio", "audio/mpeg", id="mp3"),
        pytest.param({"MediaUrl": "http://a/b.wav"}, "wav", "Audio", "audio/wav", id="wav"),
        pytest.param({"MediaUrl": "http://a/b.mov"}, "mov", "Video", "video/mp4", id="mov-stood-for-by-mp4"),
        pytest.param({"MediaUrl": "http://a/b", "MediaType": "Mp4"}, "mp4", "Video", "video/mp4", id="media-type"),
        pytest.param({"MediaType": "png"}, "png", "Image", "image/png", id="media-type-first"),
        pytest.param({"MediaType": ""}, "mp4", "Video", "video/mp4", id="empty-media-type"),
    ],
)
def test_what_is_fetched(caller: Any, params: dict[str, Any], kind: str, category: str, served: str) -> None:
    inside = fetched(caller, **params)

    info, file = inside["MediaBasicInfo"], caller.mock.media(path_of(inside["FileUrl"]))
    assert (info["Type"], info["Category"], file.content_type) == (kind, category, served)


def test_fetched_video_has_the_usual_size(caller: Any) -> None:
    metadata = fetched(caller)["MetaData"]

    assert (metadata["Width"], metadata["Height"], metadata["Duration"]) == (1280, 720, 5.0)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"MediaUrl": "film.mp4"}, "InvalidParameterValue.MediaUrl", id="no-address"),
        pytest.param({"MediaUrl": "http://[/film.mp4"}, "InvalidParameterValue.MediaUrl", id="broken-address"),
        pytest.param({"MediaUrl": "http://"}, "InvalidParameterValue.MediaUrl", id="no-host"),
        pytest.param({"MediaUrl": "http://a/film"}, "FailedOperation.MediaType", id="no-ending"),
        pytest.param({"MediaUrl": "http://a/film.exe"}, "FailedOperation.MediaType", id="unknown-ending"),
        pytest.param({"MediaUrl": "http://a.mp4"}, "FailedOperation.MediaType", id="ending-of-the-host"),
        pytest.param({"MediaType": "exe"}, "FailedOperation.MediaType", id="unknown-media-type"),
        pytest.param({"CoverUrl": "cover.jpg"}, "InvalidParameterValue.CoverUrl", id="no-address-of-the-cover"),
        pytest.param({"CoverUrl": "http://a/cover.bmp"}, "FailedOperation.CoverType", id="cover-type"),
    ],
)
def test_fetch_that_is_refused(caller: Any, params: dict[str, Any], code: str) -> None:
    assert refused(caller, "PullUpload", {**PULL, **params}) == code


def test_fetch_that_repeats_is_refused(caller: Any) -> None:
    pulled(caller, SessionId="once")

    assert refused(caller, "PullUpload", {**PULL, "SessionId": "once"}) == "InvalidParameterValue.SessionId"


def test_refused_fetch_does_not_use_up_its_session_id(caller: Any) -> None:
    refused(caller, "PullUpload", {**PULL, "MediaType": "exe", "SessionId": "once"})

    assert "TaskId" in asked(caller, "PullUpload", {**PULL, "SessionId": "once"})


def test_own_result_is_taken_over_as_it_is(caller: Any, clock: VirtualClock) -> None:
    task_id = asked(caller, "CreateAigcVideoTask", VIDEO)["TaskId"]
    clock.advance(2)
    [result] = asked(caller, "DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]["Output"]["FileInfos"]
    original = content_of(caller.mock, result["FileUrl"])

    copy = fetched(caller, MediaUrl=result["FileUrl"])

    clock.advance(days=8)  # the Temporary original is gone
    assert (content_of(caller.mock, result["FileUrl"]), content_of(caller.mock, copy["FileUrl"])) == (None, original)
    assert copy["MetaData"] == result["MetaData"]


def test_own_upload_is_taken_over_and_outlives_it(caller: Any, png: bytes) -> None:
    first = committed(caller, png)
    copy = fetched(caller, MediaUrl=first["MediaUrl"])
    asked(caller, "DeleteMedia", {**APP, "FileId": first["FileId"]})

    assert (content_of(caller.mock, first["MediaUrl"]), content_of(caller.mock, copy["FileUrl"])) == (None, png)


def test_bytes_of_an_upload_go_with_the_last_file_that_has_them(caller: Any, mock: MockVod, png: bytes) -> None:
    first = committed(caller, png)
    copy = fetched(caller, MediaUrl=first["MediaUrl"])
    kept = []

    for file_id in (first["FileId"], copy["FileId"]):
        asked(caller, "DeleteMedia", {**APP, "FileId": file_id})
        with mock.store.transaction() as transaction:
            kept.append(len(list(transaction.items(OBJECTS))))

    assert kept == [1, 0]


def test_own_url_with_nothing_behind_fails_the_task(caller: Any) -> None:
    inside = fetched(caller, MediaUrl="http://store.vod-qcloud.com/gone/gone/gone.mp4")

    assert (inside["ErrCode"], inside["Message"], inside["FileId"], inside["Status"]) == (
        60000,
        "media download failed (HTTP 404)",
        "",
        "FINISH",
    )


def test_fetch_that_is_made_to_fail(caller: Any, mock: MockVod) -> None:
    task_id = pulled(caller)
    mock.tasks[task_id].fail("InternalError", "broken", code=60000)

    inside = detail(caller, task_id)

    assert (inside["ErrCode"], inside["Message"], inside["FileId"]) == (60000, "broken", "")


def test_cover_of_a_fetched_file_can_be_fetched(caller: Any) -> None:
    inside = fetched(caller, CoverUrl="http://a/cover.png")

    file = caller.mock.media(path_of(inside["MediaBasicInfo"]["CoverUrl"]))
    assert (file.name, file.content_type) == ("cover.png", "image/png")


def test_end_of_a_fetch_is_an_event(caller: Any) -> None:
    inside = fetched(caller)

    [event] = asked(caller, "PullEvents", APP)["EventSet"]

    assert (event["EventType"], event["PullCompleteEvent"]) == ("PullComplete", inside)


# --- putting -------------------------------------------------------------------------------------------------------


def test_application_for_an_upload(caller: Any) -> None:
    answer = applied(caller, CoverType="jpg", StorageRegion="ap-singapore")

    bucket_name, key = answer["StorageBucket"], answer.pop("TempCertificate")
    assert re.fullmatch(r"[0-9a-f]{8}vodcq251007502-251007502", bucket_name)
    assert re.fullmatch(r"/[0-9a-f]{8}vodcq251007502/[0-9a-f]{8}[0-9]{19}/f0\.png", answer["MediaStoragePath"])
    assert (answer["StorageRegion"], answer["CoverStoragePath"]) == (
        "ap-singapore",
        answer["MediaStoragePath"].replace("f0.png", "cover.jpg"),
    )
    assert [*key, key["ExpiredTime"]] == ["SecretId", "SecretKey", "Token", "ExpiredTime", NOW + 4 * HOUR]


def test_without_cover_type_there_is_no_place_for_one(caller: Any) -> None:
    assert applied(caller)["CoverStoragePath"] == ""


def test_application_chooses_the_path(caller: Any) -> None:
    assert applied(caller, MediaStoragePath="/dir/a.png")["MediaStoragePath"] == "/dir/a.png"


def test_a_seed_makes_uploads_repeatable(make_caller: Any) -> None:
    first, second = (applied(make_caller(MockVod(Settings(seed=7), clock=VirtualClock(NOW, tick=0)))) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"MediaType": "exe"}, "InvalidParameterValue.MediaType", id="media"),
        pytest.param({"CoverType": "mp4"}, "InvalidParameterValue.CoverType", id="cover"),
    ],
)
def test_application_for_what_is_not_taken(caller: Any, params: dict[str, Any], code: str) -> None:
    assert refused(caller, "ApplyUpload", {**APP, "MediaType": "png", **params}) == code


@pytest.mark.parametrize("ending", sorted(KINDS))
def test_every_documented_ending_is_taken(caller: Any, ending: str) -> None:
    assert applied(caller, MediaType=ending.upper())["MediaStoragePath"].endswith(f"/f0.{ending}")


def test_upload_is_served_byte_for_byte(caller: Any, png: bytes) -> None:
    answer = committed(caller, png)

    file = caller.mock.media(path_of(answer["MediaUrl"]))
    assert (file.content, file.content_type, answer["CoverUrl"]) == (png, "image/png", "")


def test_put_answers_the_md5(caller: Any) -> None:
    answer = put(caller, applied(caller), b"abc")

    assert (answer.status, dict(answer.headers)["ETag"]) == (200, '"900150983cd24fb0d6963f7d28e17f72"')


def test_last_put_counts(caller: Any) -> None:
    upload = applied(caller)
    for body in (b"first", b"second"):
        put(caller, upload, body)

    answer = asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})

    assert content_of(caller.mock, answer["MediaUrl"]) == b"second"


def test_library_says_of_an_upload_what_was_asked(caller: Any, png: bytes, clock: VirtualClock) -> None:
    answer = committed(caller, png, MediaName="cat", SourceContext="shop", ExpireTime="2025-02-01T00:00:00Z")
    clock.advance(60)

    info = info_of(caller, answer["FileId"])["BasicInfo"]

    shown = ("Name", "CreateTime", "ExpireTime", "Type", "Category", "MediaUrl", "StoragePath", "ClassName")
    assert {name: info[name] for name in shown} == {
        "Name": "cat",
        "CreateTime": "2025-01-01T00:00:00Z",
        "ExpireTime": "2025-02-01T00:00:00Z",
        "Type": "png",
        "Category": "Image",
        "MediaUrl": answer["MediaUrl"],
        "StoragePath": path_of(answer["MediaUrl"]),
        "ClassName": "Other",
    }
    assert info["SourceInfo"]["SourceContext"] == "shop"


def test_storage_path_that_was_chosen_is_told(caller: Any) -> None:
    upload = applied(caller, MediaStoragePath="/dir/a b.png")
    put(caller, upload, b"abc")
    answer = asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})

    info = info_of(caller, answer["FileId"])["BasicInfo"]

    assert (info["StoragePath"], info["Name"]) == ("/dir/a b.png", "a b.png")


def test_upload_goes_with_its_expire_time(caller: Any, clock: VirtualClock) -> None:
    answer = committed(caller, b"abc", ExpireTime="2025-01-01T01:00:00Z")
    clock.advance(hours=1)

    infos = asked(caller, "DescribeMediaInfos", {**APP, "FileIds": [answer["FileId"]]})

    assert infos["NotExistFileIdSet"] == [answer["FileId"]]
    assert content_of(caller.mock, answer["MediaUrl"]) is None


def test_upload_with_a_cover(caller: Any, png: bytes) -> None:
    upload = applied(caller, CoverType="png")
    put(caller, upload, b"media")
    put(caller, upload, png, "CoverStoragePath")

    answer = asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})

    assert content_of(caller.mock, answer["CoverUrl"]) == png


def test_cover_that_was_not_put_is_left_out(caller: Any) -> None:
    assert committed(caller, b"media", CoverType="png")["CoverUrl"] == ""


def test_commit_without_put(caller: Any) -> None:
    params = {**APP, "VodSessionKey": applied(caller)["VodSessionKey"]}

    assert refused(caller, "CommitUpload", params) == "ResourceNotFound"


def test_commit_with_nothing_but_a_cover(caller: Any) -> None:
    upload = applied(caller, CoverType="png")
    put(caller, upload, b"cover", "CoverStoragePath")

    assert refused(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]}) == "ResourceNotFound"


def test_commit_of_an_unknown_session(caller: Any) -> None:
    assert refused(caller, "CommitUpload", {**APP, "VodSessionKey": "x"}) == "InvalidParameterValue.VodSessionKey"


def test_commit_twice(caller: Any) -> None:
    upload = applied(caller)
    put(caller, upload, b"abc")
    params = {**APP, "VodSessionKey": upload["VodSessionKey"]}
    asked(caller, "CommitUpload", params)

    assert refused(caller, "CommitUpload", params) == "InvalidParameterValue.VodSessionKey"


@pytest.mark.parametrize("other", [{"SubAppId": 251007503}, {}], ids=["named", "default"])
def test_commit_for_another_application(caller: Any, other: dict[str, Any]) -> None:
    upload = applied(caller)
    put(caller, upload, b"abc")

    params = {**other, "VodSessionKey": upload["VodSessionKey"]}
    assert refused(caller, "CommitUpload", params) == "InvalidParameterValue.SubAppId"


def test_commit_by_another_account(stranger: Any) -> None:
    upload = applied(replace(stranger, account=DEFAULT_ACCOUNT))
    put(stranger, upload, b"abc")

    params = {**APP, "VodSessionKey": upload["VodSessionKey"]}
    assert refused(stranger, "CommitUpload", params) == "InvalidParameterValue.VodSessionKey"


@pytest.mark.parametrize("switch", ["ON", "OFF"])
def test_upload_is_an_event_where_the_switch_is_on(caller: Any, png: bytes, switch: str) -> None:
    asked(caller, "ModifyEventConfig", {**APP, "UploadMediaCompleteEventSwitch": switch})
    answer = committed(caller, png)
    info = info_of(caller, answer["FileId"])

    pulled_events = asked(caller, "PullEvents", APP)

    told = {
        "FileId": answer["FileId"],
        "MediaBasicInfo": info["BasicInfo"],
        "ProcedureTaskId": "",
        "ReviewAudioVideoTaskId": "",
        "MetaData": info["MetaData"],
    }
    events = [(event["EventType"], event["FileUploadEvent"]) for event in pulled_events.get("EventSet", ())]
    assert events == ([("NewFileUpload", told)] if switch == "ON" else [])


def test_urls_in_the_event_of_an_upload_follow_whoever_pulls_it(caller: Any, png: bytes) -> None:
    """Though the event is stored when the upload is committed, by somebody who may call the mock by another name."""
    asked(caller, "ModifyEventConfig", {**APP, "UploadMediaCompleteEventSwitch": "ON"})
    upload = applied(caller, CoverType="png")
    for member in ("MediaStoragePath", "CoverStoragePath"):
        put(caller, upload, png, member)
    answer = asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})
    sent = caller.post("PullEvents", APP, host="mockvod:4577")
    pulled_events = caller.send(HttpRequest(sent.method, sent.query, sent.headers, sent.body, sent.peer, "http"))

    [event] = pulled_events["EventSet"]
    info = event["FileUploadEvent"]["MediaBasicInfo"]
    assert [info["MediaUrl"], info["CoverUrl"]] == [
        "http://mockvod:4577" + path_of(answer[name]) for name in ("MediaUrl", "CoverUrl")
    ]


# --- what was put --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "form", "shape"),
    [
        pytest.param("image", "png", (1024, 1024, 0.0), id="png"),
        pytest.param("image", "jpg", (1024, 1024, 0.0), id="jpg"),
        pytest.param("video", "mp4", (1280, 720, 5.0), id="mp4"),
        pytest.param("audio", "wav", (0, 0, 1.0), id="wav"),
    ],
)
def test_metadata_is_measured(need: Any, kind: Any, form: str, shape: tuple[int, int, float]) -> None:
    need("media", extra_installed(), "pip install 'mockvod[media]'")
    from mockvod.media.ready import ready_made

    content = ready_made(kind, form).content
    found = metadata_of_upload(content) or {}

    assert (found["Width"], found["Height"], found["Duration"], found["Size"]) == (*shape, len(content))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"some text", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n and then nothing", id="broken-picture"),
        pytest.param(b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n", id="playlist"),
        pytest.param(b"ID3\x04\0\0\0\0\0\0#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", id="playlist-behind-a-tag"),
    ],
)
def test_of_other_content_nothing_is_known(content: bytes) -> None:
    assert metadata_of_upload(content) is None


def test_unknown_content_has_no_metadata_in_the_library(caller: Any) -> None:
    assert info_of(caller, committed(caller, b"some text")["FileId"])["MetaData"] is None


# --- the bucket ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"authorization": None}, id="no-signature"),
        pytest.param({"authorization": "Basic abc"}, id="other-signature"),
        pytest.param({"secret_id": "AKIDother"}, id="other-secret-id"),
        pytest.param({"x_cos_security_token": None}, id="no-token"),
        pytest.param({"x_cos_security_token": "other"}, id="other-token"),
        pytest.param({"period": f"{NOW - 60};{NOW - 1}"}, id="signature-expired"),
        pytest.param({"period": f"{NOW + 1};{NOW + 60}"}, id="signature-not-yet-valid"),
        pytest.param({"period": "now;then"}, id="no-period"),
        pytest.param({"host": "other-1.cos.ap-chongqing.myqcloud.com"}, id="other-bucket"),
    ],
)
def test_put_that_is_denied(caller: Any, changes: dict[str, Any]) -> None:
    assert error_of(put(caller, applied(caller), b"abc", **changes)) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"secret_key": "other"}, id="other-key"),
        pytest.param({"content_type": "video/mp4"}, id="changed-header"),
    ],
)
def test_put_with_a_wrong_signature(caller: Any, changes: dict[str, Any]) -> None:
    assert error_of(put(caller, applied(caller), b"abc", **changes)) == (403, "SignatureDoesNotMatch")


def test_denied_put_leaves_nothing(caller: Any) -> None:
    upload = applied(caller)
    put(caller, upload, b"abc", secret_key="other")

    assert refused(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]}) == "ResourceNotFound"


def test_temporary_key_is_for_one_upload(caller: Any) -> None:
    first, second = applied(caller), applied(caller)

    request = signed(first, second["MediaStoragePath"], b"abc")
    assert error_of(caller.mock.put_object(second["MediaStoragePath"], request)) == (403, "AccessDenied")


def test_put_after_the_temporary_key_has_expired(caller: Any, clock: VirtualClock) -> None:
    upload = applied(caller)
    clock.advance(hours=4)

    assert error_of(put(caller, upload, b"abc")) == (403, "AccessDenied")


def test_put_after_the_commit(caller: Any) -> None:
    upload = applied(caller)
    put(caller, upload, b"abc")
    asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})

    assert error_of(put(caller, upload, b"other")) == (403, "AccessDenied")


def test_refusal_says_why(caller: Any) -> None:
    answer = put(caller, applied(caller), b"abc", x_cos_security_token="other")

    said = ElementTree.fromstring(answer.body).findtext("Message")
    assert said == "x-cos-security-token is not the Token of this upload's TempCertificate"


@pytest.mark.parametrize(
    ("size", "status"), [pytest.param(3, 200, id="at-the-limit"), pytest.param(4, 400, id="beyond")]
)
def test_size_is_limited(caller: Any, monkeypatch: pytest.MonkeyPatch, size: int, status: int) -> None:
    monkeypatch.setattr(bucket, "MOST_BYTES", 3)

    assert put(caller, applied(caller), b"a" * size).status == status


def test_too_large_is_answered_as_cos_does(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "MOST_BYTES", 3)

    assert error_of(put(caller, applied(caller), b"abcd")) == (400, "EntityTooLarge")


@pytest.mark.parametrize(
    ("body", "status"), [pytest.param(b"abc", 200, id="fits"), pytest.param(b"abd", 400, id="does-not-fit")]
)
def test_content_md5_is_checked(caller: Any, body: bytes, status: int) -> None:
    assert put(caller, applied(caller), body, content_md5="kAFQmDzST7DWlj99KOF/cg==").status == status


@pytest.mark.parametrize(
    ("method", "query"), [pytest.param("POST", "uploads", id="start"), pytest.param("PUT", "uploadId=1", id="part")]
)
def test_multipart_uploads_are_not_modelled(mock: MockVod, method: str, query: str) -> None:
    answer = mock.put_object("/bucket/key", HttpRequest(method, query, {}, b""))

    assert error_of(answer) == (501, "NotImplemented")


@pytest.mark.parametrize(
    "signed_path",
    [pytest.param("{path}", id="signed-for-the-key"), pytest.param("/{bucket}{path}", id="signed-for-the-whole-path")],
)
def test_bucket_in_the_path(caller: Any, signed_path: str) -> None:
    upload = applied(caller)
    path, name = upload["MediaStoragePath"], upload["StorageBucket"]

    request = signed(upload, signed_path.format(path=path, bucket=name), b"abc", host="127.0.0.1:4577")

    assert caller.mock.put_object(f"/{name}{path}", request).status == 200


#: What CosS3Auth of cos-python-sdk-v5 1.9.44 made of SecretId "AKIDid" and SecretKey "key" at NOW + 60.
SDK = "q-sign-algorithm=sha1&q-ak=AKIDid&q-sign-time=1735689600;1735699660&q-key-time=1735689600;1735699660"
SDK_HEADERS = {
    "content-length": "3",
    "content-type": "video/mp4",
    "host": "bucket-1.cos.ap-chongqing.myqcloud.com",
    "x-cos-security-token": "to/ken=",
}
SDK_LIST = "&q-header-list=content-length;content-type;host;x-cos-security-token"


@pytest.mark.parametrize(
    ("path", "query", "headers", "rest"),
    [
        pytest.param(
            "/bücket/f0.mp4",
            "",
            SDK_HEADERS,
            f"{SDK_LIST}&q-url-param-list=&q-signature=3dd2392a1d7e82e004012d9ed31d076b4d19d3c3",
            id="headers",
        ),
        pytest.param(
            "/bücket/f0.mp4",
            "Acl=a+b%2F%C3%BC",
            SDK_HEADERS,
            f"{SDK_LIST}&q-url-param-list=acl&q-signature=1fa2e5d1aa60d1584e8b5548423cee58e00be075",
            id="query",
        ),
        pytest.param(
            "/f0.mp4",
            "",
            {"content-length": "3", "host": "127.0.0.1:4577"},
            "&q-header-list=content-length;host&q-url-param-list=&q-signature=49c4b3a2e9f9ca936328bb9b5bc059c78f2ce25d",
            id="host-without-its-port",
        ),
    ],
)
@pytest.mark.parametrize("key", ["key", "other"])
def test_signature_of_the_official_sdk(path: str, query: str, headers: dict[str, str], rest: str, key: str) -> None:
    claim = read_authorization(SDK + rest)

    assert is_signed(HttpRequest("PUT", query, headers, b"abc"), (path,), key, claim) is (key == "key")


# --- over HTTP -----------------------------------------------------------------------------------------------------


def test_upload_over_http(make_caller: Any, png: bytes) -> None:
    with LiveServer(Settings(seed=1), clock=VirtualClock(NOW, tick=0)) as server:
        caller = make_caller(server.mock)
        upload = applied(caller)
        path = f"/{upload['StorageBucket']}{upload['MediaStoragePath']}"
        request = signed(upload, path, png, host=server.endpoint)
        connection = http.client.HTTPConnection(server.endpoint, timeout=10)
        connection.request("PUT", path, png, dict(request.headers))
        response = connection.getresponse()
        status = response.status, response.read()
        url = asked(caller, "CommitUpload", {**APP, "VodSessionKey": upload["VodSessionKey"]})["MediaUrl"]
        connection.request("GET", urlsplit(url).path)
        found = connection.getresponse()
        content = found.read()
        connection.close()

    assert status == (200, b"")
    assert (found.status, found.headers["Content-Type"], content) == (200, "image/png", png)


def test_refused_put_over_http_is_xml(mock: MockVod) -> None:
    response = create_app(mock).test_client().put("/bucket/dir/f0.png", data=b"abc")

    assert (response.status_code, response.content_type) == (403, "application/xml")
    assert ElementTree.fromstring(response.data).findtext("Code") == "AccessDenied"


def test_put_to_a_control_page_stays_there(mock: MockVod) -> None:
    response = create_app(mock).test_client().put("/_mockvod/health")

    assert (response.status_code, list(json.loads(response.data))) == (405, ["error"])


def test_body_is_read_no_further_than_needed(mock: MockVod, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def note(path: str, request: HttpRequest) -> HttpResponse:
        sizes.append(len(request.body))
        return HttpResponse(200, (), b"")

    monkeypatch.setattr(mock, "put_object", note)
    monkeypatch.setattr("mockvod.surfaces.flask_app.MOST_BYTES", 3)

    create_app(mock).test_client().put("/bucket/key", data=b"abcdefgh")

    assert (sizes, MOST_BYTES) == ([4], 64 * 2**20)


def test_a_day_later_what_was_committed_is_there_and_what_was_only_put_is_gone(
    caller: Any, clock: VirtualClock, png: bytes
) -> None:
    kept = committed(caller, png)
    assert put(caller, applied(caller), png).status == 200
    assert len(caller.mock.store.snapshot().tables["objects"]) == 2

    clock.advance(days=1)
    applied(caller)

    tables = caller.mock.store.snapshot().tables
    assert (len(tables["upload_sessions"]), len(tables["upload_places"]), len(tables["objects"])) == (1, 1, 1)
    assert content_of(caller.mock, kept["MediaUrl"]) == png


def test_nothing_can_be_put_for_an_upload_that_is_over(caller: Any, clock: VirtualClock, png: bytes) -> None:
    upload = applied(caller)
    clock.advance(days=1)

    assert error_of(put(caller, upload, png)) == (403, "AccessDenied")

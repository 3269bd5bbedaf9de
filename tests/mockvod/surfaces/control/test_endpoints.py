"""The control API for tasks, bills, notifications and files; others have test files of their own."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.clock import VirtualClock
from mockvod.settings import DOCUMENTED_SECRET_ID, Settings
from mockvod.surfaces.flask_app import create_app

VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, progression="manual")


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


@pytest.fixture
def task_id(caller: Any) -> str:
    made: str = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]
    return made


def detail(caller: Any, task_id: str) -> dict[str, Any]:
    inside: dict[str, Any] = caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"]
    return inside


def test_tasks_are_listed(client: FlaskClient, task_id: str) -> None:
    assert client.get("/_mockvod/tasks").get_json() == {
        "tasks": [{"id": task_id, "action": "CreateAigcVideoTask", "status": "PROCESSING"}]
    }


def test_a_task_is_told_its_progress(client: FlaskClient, caller: Any, task_id: str) -> None:
    response = client.post(f"/_mockvod/tasks/{task_id}/progress", json={"percent": 50})

    assert response.get_json() == {"id": task_id, "action": "CreateAigcVideoTask", "status": "PROCESSING"}
    assert detail(caller, task_id)["Progress"] == 50


def test_a_task_is_told_to_finish(client: FlaskClient, caller: Any, task_id: str) -> None:
    assert client.post(f"/_mockvod/tasks/{task_id}/finish").get_json()["status"] == "FINISH"
    assert detail(caller, task_id)["ErrCode"] == 0


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param(None, (70000, "InternalError"), id="default"),
        pytest.param({"ext": "TaskTimeout"}, (70000, "TaskTimeout"), id="ext"),
        pytest.param({"ext": "Odd", "message": "m", "code": 40000}, (40000, "Odd"), id="all"),
    ],
)
def test_a_task_is_told_to_fail(client: FlaskClient, caller: Any, task_id: str, body: Any, shown: Any) -> None:
    assert client.post(f"/_mockvod/tasks/{task_id}/fail", json=body).status_code == 200

    inside = detail(caller, task_id)
    assert (inside["ErrCode"], inside["ErrCodeExt"]) == shown


@pytest.mark.parametrize(
    ("page", "body", "status", "message"),
    [
        pytest.param("progress", b"", 400, "the body lacks the member 'percent'", id="nothing"),
        pytest.param("progress", b"{", 400, "the body is not a JSON object", id="no-json"),
        pytest.param("progress", b"[1]", 400, "the body is not a JSON object", id="no-object"),
        pytest.param("progress", b'{"prcent": 1}', 400, "unknown member 'prcent'; there are percent", id="slip"),
        pytest.param(
            "progress", b'{"percent": 101}', 400, "percent is 101, not a whole number from 0 to 100", id="value"
        ),
        pytest.param("finish", b'{"now": true}', 400, "unknown member 'now'; there are none", id="no-members"),
        pytest.param(
            "fail", b'{"reason": "x"}', 400, "unknown member 'reason'; there are ext and message and code", id="fail"
        ),
        pytest.param("fail", b'{"ext": 5}', 400, "ext is 5, not a text", id="fail-ext"),
        pytest.param("fail", b'{"message": []}', 400, "message is [], not a text or null", id="fail-message"),
        pytest.param(
            "fail",
            b'{"code": "7"}',
            400,
            f'code is "7", not a whole number from {-(2**63)} to {2**63 - 1}',
            id="fail-code",
        ),
        pytest.param("fail", b'{"code": 0}', 400, "code is 0, which means success; use finish", id="fail-code-0"),
    ],
)
def test_an_order_that_cannot_be(
    client: FlaskClient, task_id: str, page: str, body: bytes, status: int, message: str
) -> None:
    response = client.post(f"/_mockvod/tasks/{task_id}/{page}", data=body)

    assert (response.status_code, response.get_json()) == (status, {"error": message})


def test_an_unknown_task(client: FlaskClient) -> None:
    response = client.post("/_mockvod/tasks/7-AigcVideoTask-x/finish")

    assert (response.status_code, response.get_json()) == (
        404,
        {"error": "there is no task '7-AigcVideoTask-x'; mock.tasks lists those that exist"},
    )


def test_a_task_that_has_ended(client: FlaskClient, task_id: str) -> None:
    client.post(f"/_mockvod/tasks/{task_id}/finish")
    response = client.post(f"/_mockvod/tasks/{task_id}/finish")

    assert response.status_code == 409
    assert "is FINISH: only a task that is PROCESSING" in response.get_json()["error"]


def test_the_bill(client: FlaskClient, mock: MockVod, task_id: str) -> None:
    assert client.get("/_mockvod/bill").get_json() == mock.bill.as_json()
    assert [line["id"] for line in mock.bill.as_json()["lines"]] == [task_id]


def test_the_bill_of_an_account(client: FlaskClient, mock: MockVod, task_id: str) -> None:
    shown = client.get(f"/_mockvod/bill?account={DOCUMENTED_SECRET_ID}").get_json()

    assert shown == mock.bill_of(DOCUMENTED_SECRET_ID).as_json()


def test_the_bill_of_nobody(client: FlaskClient) -> None:
    response = client.get("/_mockvod/bill?account=AKIDnobody")

    assert response.status_code == 404
    assert response.get_json()["error"].startswith("there is no account 'AKIDnobody'; there are AKIDz8krb")


def test_notifications(client: FlaskClient, caller: Any, mock: MockVod, task_id: str) -> None:
    params = {"SubAppId": 7, "Mode": "PUSH", "NotificationUrl": "http://example.com/hook"}
    caller.call("ModifyEventConfig", params)
    mock.tasks[task_id].finish()
    mock.notifier.deliver()

    [shown] = client.get("/_mockvod/notifications").get_json()["notifications"]
    assert (shown["url"], shown["number"], shown["application"]) == ("http://example.com/hook", 1, 7)
    assert shown["outcome"].startswith("example.com is not this machine")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", None], ids=str)
def test_a_body_is_json_whatever_it_is_called(client: FlaskClient, task_id: str, kind: str | None) -> None:
    """``curl -d`` calls it a form."""
    page = f"/_mockvod/tasks/{task_id}/progress"

    assert client.post(page, data=b'{"percent": 50}', content_type=kind).status_code == 200


def test_media_lists_what_is_kept(client: FlaskClient, caller: Any, mock: MockVod, clock: VirtualClock) -> None:
    kept = {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}}
    task_id = caller.call("CreateAigcVideoTask", kept)["TaskId"]
    clock.advance(1)
    mock.tasks[task_id].finish()
    [file] = detail(caller, task_id)["Output"]["FileInfos"]

    assert client.get("/_mockvod/media").get_json() == {
        "files": [
            {
                "id": file["FileId"],
                "account": DOCUMENTED_SECRET_ID,
                "application": 7,
                "task": task_id,
                "name": file["FileUrl"].rpartition("/")[2],
                "type": "mp4",
                "category": "Video",
                "url": file["FileUrl"],
                "created": clock.now(),
                "expires": None,
            }
        ]
    }


def test_media_does_not_list_what_is_still_made(client: FlaskClient, caller: Any) -> None:
    caller.call("CreateAigcVideoTask", {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}})

    assert client.get("/_mockvod/media").get_json() == {"files": []}


@pytest.mark.parametrize(("account", "count"), [(DOCUMENTED_SECRET_ID, 1), ("AKIDother", 0)], ids=["its", "another's"])
def test_media_of_an_account(client: FlaskClient, caller: Any, mock: MockVod, account: str, count: int) -> None:
    mock.add_account("AKIDother")
    kept = {**VIDEO, "OutputConfig": {"StorageMode": "Permanent"}}
    mock.tasks[caller.call("CreateAigcVideoTask", kept)["TaskId"]].finish()

    assert len(client.get(f"/_mockvod/media?account={account}").get_json()["files"]) == count


def test_media_of_nobody(client: FlaskClient) -> None:
    assert client.get("/_mockvod/media?account=AKIDnobody").status_code == 404


@pytest.mark.parametrize("page", ["tasks", "bill", "notifications"])
def test_an_unknown_parameter(client: FlaskClient, page: str) -> None:
    response = client.get(f"/_mockvod/{page}?what=ever")

    assert response.status_code == 400
    assert response.get_json()["error"].startswith("unknown parameter 'what'; there are ")

"""Task scripts, by page; what they do is in test_scripts."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.settings import DOCUMENTED_SECRET_ID
from mockvod.surfaces.flask_app import create_app

PAGE = "/_mockvod/tasks/script"
VIDEO = {"SubAppId": 7, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a cat"}


@pytest.fixture
def client(mock: MockVod) -> FlaskClient:
    return create_app(mock).test_client()


def test_task_follows_a_script(client: FlaskClient, caller: Any) -> None:
    steps = [{"step": "progress", "percent": 80}, {"step": "progress", "percent": 40}]
    client.post(PAGE, json={"action": "CreateAigcVideoTask", "steps": steps})

    task_id = caller.call("CreateAigcVideoTask", VIDEO)["TaskId"]

    details = [caller.call("DescribeTaskDetail", {"TaskId": task_id})["AigcVideoTask"] for _ in range(2)]
    assert [detail["Progress"] for detail in details] == [80, 40]


def test_scripts_are_listed(client: FlaskClient, mock: MockVod) -> None:
    body = {
        "action": "CreateAigcVideoTask",
        "steps": [{"step": "waiting", "polls": 2}, {"step": "fail", "ext": "TaskTimeout"}],
        "account": DOCUMENTED_SECRET_ID,
        "times": 3,
    }
    made = client.post(PAGE, json=body).get_json()

    assert made == client.get(PAGE).get_json() == {"scripts": [each.as_json() for each in mock.tasks.scripts]}
    [script] = made["scripts"]
    assert [script["action"], script["account"], script["times"]] == ["CreateAigcVideoTask", DOCUMENTED_SECRET_ID, 3]
    assert [step["step"] for step in script["steps"]] == ["waiting", "fail"]


STEPS = [{"step": "finish"}]


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        pytest.param({"steps": STEPS}, 400, "the body lacks the member 'action'", id="no-action"),
        pytest.param({"action": "CreateAigcSubject"}, 400, "the body lacks the member 'steps'", id="no-steps"),
        pytest.param({"action": "CreateAigcFilm", "steps": STEPS}, 400, "action: ", id="unknown-action"),
        pytest.param({"action": "CreateAigcSubject", "steps": []}, 400, "steps is empty; ", id="empty"),
        pytest.param(
            {"action": "CreateAigcSubject", "steps": ["finish"]},
            400,
            'steps is ["finish"], not an array, each an object with the member step',
            id="no-object",
        ),
        pytest.param(
            {"action": "CreateAigcSubject", "steps": [{"step": "end"}]},
            400,
            "step 1: there is no step 'end'; there are ",
            id="unknown-step",
        ),
        pytest.param(
            {"action": "CreateAigcSubject", "steps": STEPS, "times": 0}, 400, "times is 0, not a whole", id="times"
        ),
        pytest.param(
            {"action": "CreateAigcSubject", "steps": STEPS, "account": "AKIDnobody"},
            404,
            "there is no account 'AKIDnobody'; there are ",
            id="account",
        ),
    ],
)
def test_script_that_cannot_be(client: FlaskClient, body: Any, status: int, message: str) -> None:
    response = client.post(PAGE, json=body)

    assert response.status_code == status
    assert response.get_json()["error"].startswith(message)
    assert client.get(PAGE).get_json() == {"scripts": []}

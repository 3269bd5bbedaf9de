"""The description of the control API: whole, true and usable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mockvod.app import MockVod
from mockvod.settings import Settings
from mockvod.surfaces.control.blueprint import ENDPOINTS
from mockvod.surfaces.flask_app import create_app
from mockvod.version import __version__

CONTROL = "/_mockvod"


@pytest.fixture
def settings() -> Settings:
    return Settings(seed=1, progression="manual")


@pytest.fixture
def app(mock: MockVod) -> Flask:
    return create_app(mock)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    made: dict[str, Any] = client.get(f"{CONTROL}/openapi.json").get_json()
    return made


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_document_keeps_its_specification(need: Any, document: dict[str, Any]) -> None:
    try:
        import openapi_spec_validator
    except ImportError:
        openapi_spec_validator = None
    need("openapi-spec-validator", openapi_spec_validator is not None, "pip install openapi-spec-validator")
    assert openapi_spec_validator is not None

    openapi_spec_validator.validate(document)


def test_document_has_every_page_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (method, re.sub("<([^>]+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(CONTROL)
    }

    assert {(method, path) for method, path, _ in operations(document)} == routes


def test_document_is_of_this_version(document: dict[str, Any]) -> None:
    assert (document["openapi"], document["info"]["version"]) == ("3.1.0", __version__)


def test_every_operation_has_a_name_of_its_own_and_a_summary(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(set(names)) == len(names)
    assert [operation["operationId"] for _, _, operation in operations(document) if not operation["summary"]] == []


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    bodies = [
        operation["requestBody"]["content"]["application/json"]
        for _, _, operation in operations(document)
        if "requestBody" in operation
    ]

    assert [body for body in bodies if not body.get("examples")] == []


EXAMPLES = [
    pytest.param(page.method, page.rule, body, id=f"{page.method} {page.rule} {name}".rstrip())
    for page in ENDPOINTS
    for name, body in (page.examples or {"": None}).items()
]


@pytest.fixture
def ids(client: FlaskClient, mock: MockVod, caller: Any) -> dict[str, str]:
    """One of everything that a page can name; and what lists would otherwise be empty of."""
    kept = {
        "SubAppId": 7,
        "ModelName": "GV",
        "ModelVersion": "3.1",
        "Prompt": "a cat",
        "TasksPriority": "10",
        "OutputConfig": {"StorageMode": "Permanent"},
    }
    push = {"SubAppId": 7, "Mode": "PUSH", "NotificationUrl": "http://example.com/hook"}
    caller.call("ModifyEventConfig", push)
    for _ in range(2):
        mock.tasks[caller.call("CreateAigcVideoTask", kept)["TaskId"]].finish()
    mock.notifier.deliver()
    mock.fault("error", code="InternalError")
    caller.call("CreateAigcVideoTask", kept)
    mock.tasks.script("CreateAigcVideoTask", [{"step": "finish"}])
    mock.add_account("AKIDother")
    client.post(f"{CONTROL}/snapshot")
    return {
        "task_id": caller.call("CreateAigcSubject")["TaskId"],
        "secret_id": "AKIDother",
        "fault_id": str(mock.fault("latency", seconds=1).id),
        "snapshot_id": "1",
    }


@pytest.mark.parametrize(
    ("method", "rule", "body"),
    # A virtual clock cannot be stopped: see the next test.
    [each for each in EXAMPLES if not {"freeze", "resume"} & set(each.values[2] or ())],
)
def test_example_works_and_is_answered_as_described(
    client: FlaskClient, mock: MockVod, document: dict[str, Any], ids: dict[str, str], method: str, rule: str, body: Any
) -> None:
    path = CONTROL + re.sub("<([^>]+)>", lambda match: ids[match[1]], rule)

    response = client.open(path, method=method, json=body)

    operation = document["paths"][CONTROL + re.sub("<([^>]+)>", r"{\1}", rule)][method.lower()]
    described = operation["responses"][str(response.status_code)]["content"]["application/json"]["schema"]
    assert response.status_code == 200, response.get_json()
    jsonschema.validate(response.get_json(), {**described, "components": document["components"]})


@pytest.mark.parametrize("order", ["freeze", "resume"])
def test_examples_for_the_clock_of_a_server_work(document: dict[str, Any], order: str) -> None:
    operation = document["paths"][f"{CONTROL}/clock"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["examples"][order]["value"]

    assert create_app(MockVod()).test_client().post(f"{CONTROL}/clock", json=body).status_code == 200


@pytest.mark.parametrize(("method", "rule", "body"), [each for each in EXAMPLES if each.values[2] is not None])
def test_example_is_what_the_body_is_described_as(
    document: dict[str, Any], method: str, rule: str, body: dict[str, Any]
) -> None:
    operation = document["paths"][CONTROL + re.sub("<([^>]+)>", r"{\1}", rule)][method.lower()]

    jsonschema.validate(body, operation["requestBody"]["content"]["application/json"]["schema"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        pytest.param("GET", "/requests?x=1", None, 400, id="parameter"),
        pytest.param("POST", "/tasks/none/finish", None, 404, id="task"),
        pytest.param("DELETE", "/accounts/none", None, 404, id="account"),
        pytest.param("POST", "/clock", {"freeze": True}, 409, id="clock"),
    ],
)
def test_refusal_is_as_described(
    client: FlaskClient, document: dict[str, Any], method: str, path: str, body: Any, status: int
) -> None:
    response = client.open(CONTROL + path, method=method, json=body)

    assert response.status_code == status
    jsonschema.validate(response.get_json(), document["components"]["schemas"]["Error"])


def test_lists_of_the_example_are_not_empty(client: FlaskClient, ids: dict[str, str]) -> None:
    """Or their descriptions would not be held against anything."""
    lists = [
        *(("requests", "calls"), ("notifications", "notifications"), ("media", "files"), ("tasks", "tasks")),
        *(("tasks/script", "scripts"), ("accounts", "accounts"), ("faults", "faults"), ("faults", "used")),
        *(("snapshot", "snapshots"), ("bill", "lines"), ("bill", "double_charges"), ("bill", "by_action")),
    ]

    assert [each for each in lists if not client.get(f"{CONTROL}/{each[0]}").get_json()[each[1]]] == []


def test_findings_of_the_example_are_not_empty(client: FlaskClient, ids: dict[str, str]) -> None:
    """As above."""
    calls = client.get(f"{CONTROL}/requests").get_json()["calls"]

    assert [call["action"] for call in calls if call["findings"]] == ["CreateAigcVideoTask"] * 3

"""`mockvod validate`: a file against the contract of an action."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockvod.cli.main import commands
from mockvod.cli.validate import validate

GOOD = {"SubAppId": 1, "ModelName": "GV", "ModelVersion": "3.1", "Prompt": "a car"}
REQUEST_ID = "d68920a4-c989-4afe-ac4d-2f06de99368e"


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(validate, arguments, input=text)


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(value: Any) -> str:
        place = tmp_path / "params.json"
        place.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return str(place)

    return write


def test_command_is_registered() -> None:
    assert CliRunner().invoke(commands, ["validate", "--help"]).exit_code == 0


def test_good_request_is_fine(file: Any) -> None:
    result = run("CreateAigcVideoTask", file(GOOD))

    assert (result.exit_code, result.output) == (0, "CreateAigcVideoTask: no errors, no warnings\n")


def test_standard_input_is_read() -> None:
    assert run("CreateAigcVideoTask", "-", text=json.dumps(GOOD)).exit_code == 0


def test_bad_request_has_a_line_a_finding(file: Any) -> None:
    result = run("CreateAigcVideoTask", file({**GOOD, "Mood": 1, "TasksPriority": "1"}))
    first, second, last = result.output.splitlines()

    assert result.exit_code == 1
    assert first == (
        "error UnknownParameter: Mood: CreateAigcVideoTaskRequest has no such member; leave it out  "
        "[observed, NewFuture/DDNS#575 2025-11]"
    )
    assert second.startswith("warning InvalidParameter: TasksPriority: '1' is text; ")
    assert last == "CreateAigcVideoTask: 1 error, 1 warning"


def test_warnings_alone_are_fine(file: Any) -> None:
    result = run("CreateAigcVideoTask", file({**GOOD, "TasksPriority": "1"}))

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "CreateAigcVideoTask: no errors, 1 warning")


def test_profile_is_passed_on(file: Any) -> None:
    assert run("CreateAigcVideoTask", file({**GOOD, "Mood": 1}), "--profile", "lenient").exit_code == 0


def test_json_holds_the_findings(file: Any) -> None:
    result = run("CreateAigcVideoTask", file({**GOOD, "Mood": 1}), "--format", "json")

    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "action": "CreateAigcVideoTask",
        "findings": [
            {
                "path": "Mood",
                "rule": "unknown",
                "code": "UnknownParameter",
                "message": "Mood: CreateAigcVideoTaskRequest has no such member; leave it out",
                "severity": "error",
                "evidence": "observed, NewFuture/DDNS#575 2025-11",
            }
        ],
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param({"Response": {"TaskId": "x", "RequestId": REQUEST_ID}}, 0, id="good"),
        pytest.param({"TaskId": "x", "RequestId": REQUEST_ID}, 0, id="without-envelope"),
        pytest.param({"Response": {"TaskId": 5, "RequestId": REQUEST_ID}}, 1, id="bad"),
    ],
)
def test_answer_is_checked_when_asked(file: Any, answer: dict[str, Any], status: int) -> None:
    assert run("CreateAigcVideoTask", file(answer), "--response").exit_code == status


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("{", "is not JSON: Expecting property name", id="no-json"),
        pytest.param("[" * 100_000, "is not JSON: ", id="too-deep"),
        pytest.param("[]", "holds a JSON list, not an object of parameters", id="no-object"),
    ],
)
def test_file_that_cannot_be_checked_is_refused_on_one_line(file: Any, content: str, reason: str) -> None:
    result = run("CreateAigcVideoTask", file(content))

    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert reason in result.output


def test_bytes_that_are_no_text_are_refused() -> None:
    result = CliRunner().invoke(validate, ["CreateAigcVideoTask", "-"], input=b"\xff\xff\xff\xff")

    assert (result.exit_code, result.output.startswith("Error: standard input is not JSON: ")) == (2, True)


def test_absent_file_is_refused(tmp_path: Path) -> None:
    result = run("CreateAigcVideoTask", str(tmp_path / "no.json"))

    assert (result.exit_code, result.output) == (
        2,
        f"Error: {tmp_path / 'no.json'} cannot be read: No such file or directory\n",
    )


def test_unknown_action_names_near_ones(file: Any) -> None:
    result = run("CreateAigcVideoTasks", file(GOOD))

    assert (result.exit_code, "did you mean CreateAigcVideoTask" in result.output) == (2, True)

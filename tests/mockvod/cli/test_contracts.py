"""`mockvod contracts`: list, show, export, drift, sync."""

import json
import re
from importlib.metadata import PackageNotFoundError
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import mockvod.cli.contracts as command
from mockvod.cli.contracts import contracts
from mockvod.validators.contracts.catalog import catalog

KEPT = files("mockvod.contracts") / "upstream" / "2018-07-17.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(contracts, arguments)


@pytest.fixture
def package(need: Any) -> None:
    """The package that sync reads is there, in the version that the repository was written from."""
    try:
        version = command._package().version
    except command.Refusal:
        version = ""
    need("tccli-intl-en", bool(version), "pip install tccli-intl-en")
    if f'"package_version": "{version}"' not in KEPT.read_text(encoding="utf-8"):
        pytest.skip(f"the repository was written from another version than the installed {version}")


def test_list_counts_the_actions() -> None:
    assert run("list").output.splitlines()[-1] == "241 actions, 39 of them kept by hand"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("CreateAigcVideoTask                          by hand    task   20/s   ", id="by-hand"),
        pytest.param("AttachMediaSubtitles                         structure", id="structure"),
    ],
)
def test_list_gives_each_action_a_line(start: str) -> None:
    assert sum(line.startswith(start) for line in run("list").output.splitlines()) == 1


def test_list_says_how_deep_an_action_is_modelled() -> None:
    (line,) = [line for line in run("list").output.splitlines() if line.startswith("CreateAigcVideoTask ")]

    assert re.search(r" 20/s +[0-9]+ rules, [0-9]+ conditions, video models$", line)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("  task         TaskType AigcVideoTask, result in AigcVideoTask", id="task"),
        pytest.param("  rate         20/s", id="rate"),
        pytest.param("  dedup        a SessionId is refused again for 72 hours", id="dedup"),
        pytest.param("  * SubAppId                     uint64", id="required"),
        pytest.param("FileInfos[]: AigcVideoTaskInputFileInfo", id="nested"),
        pytest.param(
            "    SessionId                    string           "
            "at most 50 characters (InvalidParameterValue.SessionIdTooLong)",
            id="limit-and-code",
        ),
        pytest.param(
            "    StorageMode                  string           Temporary | Permanent; default Temporary", id="enum"
        ),
    ],
)
def test_show_prints_what_a_caller_needs(line: str) -> None:
    assert line in run("show", "CreateAigcVideoTask").output.splitlines()


@pytest.mark.parametrize(
    "title", ["Conditions", "Models (contracts/models.json)", "Errors", "Conflicts between sources"]
)
def test_show_has_a_section(title: str) -> None:
    assert title in run("show", "CreateAigcVideoTask").output.splitlines()


def test_show_gives_each_limit_of_a_model_a_line() -> None:
    lines = run("show", "CreateAigcVideoTask").output.splitlines()

    assert (
        sum(
            bool(re.match(r"  MODEL-VIDEO-GV-DURATION +InvalidParameter +OutputConfig.Duration +GV: 8$", line))
            for line in lines
        )
        == 1
    )


@pytest.mark.parametrize("action", catalog().actions)
def test_every_action_can_be_shown(action: str) -> None:
    assert run("show", action).exit_code == 0


def test_show_prints_conflicts() -> None:
    assert "X-SUBAPP-TASK (SubAppId): optional by the published flag /" in run("show", "DescribeTaskDetail").output


def test_show_serves_actions_without_a_file() -> None:
    first, *_ = run("show", "AttachMediaSubtitles").output.splitlines()

    assert first == "AttachMediaSubtitles  (version 2018-07-17, structure only)"


def test_show_of_an_unknown_action_names_near_ones() -> None:
    result = run("show", "describetaskdetail")

    assert result.exit_code == 2
    assert result.output.startswith(
        "Error: no action 'describetaskdetail' in version 2018-07-17; did you mean DescribeTaskDetail or "
    )


@pytest.mark.parametrize("arguments", [["sync", "--output"], ["export", "--format=openapi", "PullUpload", "-o"]])
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        pytest.param("", "the name of the file is empty", id="empty"),
        pytest.param("no/such.json", "no/such.json cannot be written: No such file or directory", id="no-folder"),
    ],
)
def test_output_that_cannot_be_is_refused(arguments: list[str], place: str, reason: str, package: None) -> None:
    result = run(*arguments, place)

    assert (result.exit_code, result.output.count("Error: "), reason in result.output) == (2, 1, True)


# --- as JSON -------------------------------------------------------------------------------------------------------


def test_list_speaks_json() -> None:
    actions = {each["action"]: each for each in json.loads(run("list", "--format", "json").output)}

    assert len(actions) == 241
    assert actions["AttachMediaSubtitles"] == {
        "action": "AttachMediaSubtitles",
        "kept_by_hand": False,
        "mode": None,
        "rate": None,
        "rules": 0,
        "conditions": 0,
        "models": None,
    }


@pytest.mark.parametrize("action", ["CreateAigcVideoTask", "DescribeTaskDetail", "AttachMediaSubtitles"])
def test_show_speaks_json(action: str) -> None:
    shown = json.loads(run("show", action, "--format", "json").output)
    contract = catalog().require(action)

    assert shown["action"] == action
    assert list(next(iter(shown["request"].values()))) == [each.name for each in contract.request.members]
    assert [each["member"] for each in shown["rules"]] == [each.where for each in contract.rules]
    assert len(shown["conditions"] + shown["limits_of_models"]) == len(contract.conditions)


def test_json_of_an_action_says_what_a_member_is() -> None:
    shown = json.loads(run("show", "CreateAigcVideoTask", "--format", "json").output)

    assert shown["request"]["CreateAigcVideoTaskRequest"]["SubAppId"] == {"type": "uint64", "required": True}


# --- of one model --------------------------------------------------------------------------------------------------


def limits(*arguments: str) -> list[str]:
    shown = json.loads(run("show", "CreateAigcVideoTask", "--format", "json", *arguments).output)
    return [each["id"] for each in shown["limits_of_models"]]


def test_show_of_one_model_leaves_out_the_others() -> None:
    others = [each for each in limits() if "-GV-" not in each and each != "MODEL-VIDEO-NAME"]

    assert limits("--model", "GV") == [each for each in limits() if each not in others]
    assert len(others) > 20


def test_text_of_one_model_leaves_out_the_others() -> None:
    text = run("show", "CreateAigcVideoTask", "--model", "GV").output

    assert ("MODEL-VIDEO-GV-DURATION" in text, "MODEL-VIDEO-KLING-DURATION" in text) == (True, False)


@pytest.mark.parametrize(
    ("action", "model", "reason"),
    [
        pytest.param("CreateAigcVideoTask", "gv", "--model 'gv': did you mean GV? There are Kling, ", id="case"),
        pytest.param("CreateAigcVideoTask", "", "--model '': did you mean ", id="empty"),
        pytest.param("PullUpload", "GV", "no limit of PullUpload depends on the model", id="no-models"),
    ],
)
def test_model_that_is_none_is_refused(action: str, model: str, reason: str) -> None:
    result = run("show", action, "--model", model)

    assert (result.exit_code, reason in result.output) == (2, True)


def test_sync_writes_what_the_repository_holds(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"

    assert run("sync", "--output", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == KEPT.read_text(encoding="utf-8")


def test_second_sync_changes_nothing(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"
    run("sync", "--output", str(target))

    assert run("sync", "--output", str(target)).output.startswith("unchanged  tccli-intl-en ")


def test_check_passes_on_the_repository(package: None) -> None:
    assert run("sync", "--check").exit_code == 0


def test_check_of_another_file_exits_with_drift(tmp_path: Path, package: None) -> None:
    target = tmp_path / "upstream.json"
    target.write_text("{}", encoding="utf-8")

    result = run("sync", "--check", "--output", str(target))

    assert (result.exit_code, target.read_text(encoding="utf-8")) == (3, "{}")


def test_sync_without_the_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(command, "distribution", absent)

    result = run("sync", "--check")

    assert (result.exit_code, result.output) == (
        2,
        "Error: tccli-intl-en is not installed; `pip install tccli-intl-en` brings it\n",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "cannot be read: No such file", id="no-file"),
        pytest.param("{", "is not JSON: Expecting", id="no-json"),
        pytest.param("{}", "tccli-intl-en 0.0 cannot be used: not an API description", id="no-description"),
    ],
)
def test_sync_of_an_unreadable_package_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, reason: str
) -> None:
    class Broken:
        version = "0.0"

        def locate_file(self, path: str) -> Path:
            return tmp_path / "api.json"

    if content is not None:
        (tmp_path / "api.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(command, "distribution", lambda name: Broken())

    result = run("sync")

    assert result.exit_code == 2
    assert reason in result.output


# --- export --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "key"),
    [pytest.param("jsonschema", "$defs", id="jsonschema"), pytest.param("openapi", "paths", id="openapi")],
)
def test_export_prints_a_document(form: str, key: str) -> None:
    result = run("export", "--format", form, "PullUpload")

    assert (result.exit_code, key in json.loads(result.output)) == (0, True)


def test_export_holds_all_actions_unless_some_are_named() -> None:
    assert len(json.loads(run("export", "--format", "openapi").output)["paths"]) == 241


def test_export_writes_a_file(tmp_path: Path) -> None:
    target = tmp_path / "vod.json"

    result = run("export", "--format", "jsonschema", "PullUpload", "-o", str(target))

    assert (result.exit_code, result.output) == (0, f"written    {target}: 1 action\n")
    assert "PullUploadRequest" in json.loads(target.read_text(encoding="utf-8"))["$defs"]


def test_export_into_no_folder_is_refused(tmp_path: Path) -> None:
    result = run("export", "--format", "jsonschema", "PullUpload", "-o", str(tmp_path / "no" / "vod.json"))

    assert result.exit_code == 2
    assert "cannot be written: No such file or directory" in result.output


def test_export_of_an_unknown_action_names_near_ones() -> None:
    result = run("export", "--format", "jsonschema", "PullUploads")

    assert (result.exit_code, "did you mean PullUpload" in result.output) == (2, True)


# --- drift ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(package: None, tmp_path: Path) -> str:
    """The installed description, with one member of one action gone."""
    installed = command._package()
    place = Path(str(installed.locate_file(command.upstream.API_FILES[command.VERSION])))
    api = json.loads(place.read_text(encoding="utf-8"))
    members = api["objects"]["PullUploadRequest"]["members"]
    api["objects"]["PullUploadRequest"]["members"] = [each for each in members if each["name"] != "MediaUrl"]
    target = tmp_path / "api.json"
    target.write_text(json.dumps(api), encoding="utf-8")
    return str(target)


def test_drift_finds_none_in_the_package_that_was_read(package: None) -> None:
    result = run("drift")

    assert (result.exit_code, result.output.startswith("no change from ")) == (0, True)


def test_drift_of_another_file_is_listed(changed: str) -> None:
    result = run("drift", "--package-file", changed)

    assert result.exit_code == 3
    assert result.output.splitlines()[0] == "removed PullUpload request.MediaUrl (string, required)"
    assert result.output.splitlines()[1].startswith("1 change in 1 action from ")


def test_drift_speaks_json(changed: str) -> None:
    result = run("drift", "--package-file", changed, "--format", "json")

    assert result.exit_code == 3
    assert json.loads(result.output)["changes"] == [
        {
            "action": "PullUpload",
            "path": "request.MediaUrl",
            "kind": "removed",
            "before": "string, required",
            "after": "",
        }
    ]


def test_drift_of_what_is_no_description_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "api.json"
    target.write_text("{}", encoding="utf-8")

    assert run("drift", "--package-file", str(target)).exit_code == 2

"""A new action that makes tasks: one module, one contract, one entry in tasks.json, one golden request, nothing else.

The four are those of the folder `invented`. They are put into a copy of the project, beside what `mockvod contracts sync`
would bring for such an action, and the copy runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockvod.service.tasks.kind import check_golden_requests

ROOT = Path(__file__).resolve().parents[4]
INVENTED = Path(__file__).with_name("invented")
ACTION = "CreateAigcDanceTask"
#: Where each part goes.
MODULE = "mockvod/service/kinds/dance.py"
CONTRACT = f"contracts/actions/{ACTION}.json"
TASKS = "contracts/tasks.json"
GOLDEN = "fixtures/golden/requests.json"
UPSTREAM = "contracts/upstream/2018-07-17.json"
LOAD = "import mockvod.service.registry"
CHECK_GOLDEN = f"""
import json
from mockvod.service.tasks.kind import check_golden_requests
check_golden_requests(json.load(open({GOLDEN!r}, encoding="utf-8")))
"""

Change = Callable[[Path], object]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def edit(path: Path, change: Callable[[Any], object]) -> None:
    document = read(path)
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the invented action."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("mockvod", "contracts", "validators", "fixtures"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(INVENTED / "dance.py", copy / MODULE)
    shutil.copy(INVENTED / "contract.json", copy / CONTRACT)
    edit(copy / TASKS, lambda it: it["kinds"].update({ACTION: read(INVENTED / "entry.json")}))
    edit(copy / GOLDEN, lambda it: it.append(read(INVENTED / "golden.json")))
    synced = read(INVENTED / "upstream.json")
    edit(copy / UPSTREAM, lambda it: add_structures(it, synced))
    return copy


def add_structures(upstream: dict[str, Any], synced: Mapping[str, Any]) -> None:
    upstream["actions"] |= synced["actions"]
    upstream["types"] |= synced["types"]
    for structure, members in synced["members"].items():
        upstream["types"][structure] |= members


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Not measured: it is the coverage of the project that counts, not that of its copies.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment = {**inherited, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# --- with all of its parts -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(project: Path) -> str:
    done = run(project, str(INVENTED / "use_it.py"))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def known(printed: str) -> dict[str, Any]:
    """What the parts of mockvod know of a task of the invented action: see invented/use_it.py."""
    found: dict[str, Any] = json.loads(printed)
    return found


def test_module_is_short() -> None:
    assert len((INVENTED / "dance.py").read_text(encoding="utf-8").splitlines()) < 60


def test_task_id_has_the_form_of_the_entry(known: dict[str, Any]) -> None:
    assert re.fullmatch("1500000001-AigcDance-[0-9a-f]{32}t", known["TaskId"])


def test_session_is_told_apart(known: dict[str, Any]) -> None:
    assert known["again"] == "InvalidParameterValue.SessionId"


def test_detail_tells_of_it(known: dict[str, Any]) -> None:
    detail = known["detail"]
    [file] = detail["Output"].pop("FileInfos")

    assert known["running"] == {"FileInfos": []}
    assert known["TaskType"] == "AigcDanceTask"
    assert detail == {
        "TaskId": known["TaskId"],
        "Status": "FINISH",
        "ErrCode": 0,
        "ErrCodeExt": "",
        "Message": "",
        "Progress": 100,
        "Input": {"Style": "tango"},
        "Output": {},
        "SessionId": "once",
        "SessionContext": "",
    }
    assert list(file) == [
        *("StorageMode", "MediaName", "ClassId", "ExpireTime", "FileType", "FileUrl", "FileId", "MetaData")
    ]


def test_its_file_can_be_fetched(known: dict[str, Any]) -> None:
    assert known["file"] == "video/mp4"


def test_list_tells_of_it(known: dict[str, Any]) -> None:
    [listed] = known["list"]

    assert (listed["TaskId"], listed["TaskType"], listed["Status"]) == (known["TaskId"], "AigcDanceTask", "FINISH")


def test_event_tells_of_it(known: dict[str, Any]) -> None:
    event = known["event"]

    assert event.pop("EventHandle")
    assert event == {"EventType": "AigcDanceTaskComplete", "AigcDanceCompleteEvent": known["detail"]}


def test_usage_counts_it(known: dict[str, Any]) -> None:
    assert known["usage"]["Specification"] == "unknown"
    assert [(day["Count"], day["Usage"]) for day in known["usage"]["DataSet"]] == [(1, 5)]


def test_bill_has_a_line_for_it(known: dict[str, Any]) -> None:
    assert known["bill"] == [ACTION, f"no price is published for {ACTION}"]


def test_control_page_shows_it(known: dict[str, Any]) -> None:
    assert known["page"] == {"tasks": [{"id": known["TaskId"], "action": ACTION, "status": "FINISH"}]}


def test_strategies_draw_it(known: dict[str, Any]) -> None:
    task_type, output = known["strategies"]

    assert {"SubAppId", "Style"} <= set(known["request"])
    assert task_type == "AigcDanceTask"
    assert [file["StorageMode"] for file in output["FileInfos"]] == ["Temporary"]
    assert known["strategy of the event"][:2] == ["AigcDanceTaskComplete", "TaskId"]


def test_its_golden_request_is_found(project: Path) -> None:
    assert run(project, "-c", CHECK_GOLDEN).stderr == ""


def test_every_kind_has_a_golden_request() -> None:
    check_golden_requests(read(ROOT / GOLDEN))


# --- with a part forgotten -----------------------------------------------------------------------------------------


def without_file(name: str) -> Change:
    return lambda project: (project / name).unlink()


def without_key(name: str) -> Change:
    return lambda project: edit(project / TASKS, lambda it: it["kinds"][ACTION].pop(name))


def rewrite(path: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, path.read_text(encoding="utf-8"))
    assert count
    path.write_text(text, encoding="utf-8")


def without_argument(name: str) -> Change:
    return lambda project: rewrite(project / MODULE, rf"\n    {name}=.*", "")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        pytest.param(
            without_file(MODULE),
            LOAD,
            f"KindError: {ACTION}: contracts/tasks.json has an entry for it, and no module of mockvod.service.kinds",
            id="module",
        ),
        pytest.param(
            without_file(CONTRACT),
            LOAD,
            f"KindError: {ACTION}: contracts/actions/{ACTION}.json is missing",
            id="contract",
        ),
        pytest.param(
            lambda project: edit(project / TASKS, lambda it: it["kinds"].pop(ACTION)),
            LOAD,
            f"KindError: {ACTION}: contracts/tasks.json has no entry for it in kinds",
            id="entry",
        ),
        *(
            pytest.param(
                without_key(key),
                LOAD,
                f'ContractFileError: contracts/tasks.json: kinds/{ACTION}: "{key}" is a required property',
                id=f"entry-{key}",
            )
            for key in ("task", "identifier", "input", "output", "files", "usage")
        ),
        pytest.param(
            lambda project: edit(project / TASKS, lambda it: it["kinds"][ACTION].update(files=[])),
            LOAD,
            f"KindError: {ACTION}: contracts/tasks.json lists no files for it, and its KIND has some",
            id="files-of-the-entry",
        ),
        pytest.param(
            lambda project: rewrite(project / MODULE, "KIND = ", "KINDS = "),
            LOAD,
            "KindError: mockvod.service.kinds.dance exports no KIND",
            id="kind-of-the-module",
        ),
        pytest.param(
            lambda project: rewrite(project / MODULE, ACTION, "CreateAigcAudioTask"),
            LOAD,
            "KindError: CreateAigcAudioTask: mockvod.service.kinds.dance is not the only module whose KIND is for it",
            id="action-of-another-kind",
        ),
        pytest.param(without_argument("create"), LOAD, f"KindError: {ACTION}: its KIND has no create, ", id="create"),
        pytest.param(without_argument("output"), LOAD, f"KindError: {ACTION}: its KIND has no output, ", id="output"),
        pytest.param(without_argument("files"), LOAD, f"KindError: {ACTION}: its KIND has no files, ", id="files"),
        pytest.param(
            lambda project: edit(project / GOLDEN, lambda it: it.pop()),
            CHECK_GOLDEN,
            f"KindError: {ACTION}: {GOLDEN} has no request of it",
            id="golden-request",
        ),
        pytest.param(
            lambda project: edit(project / UPSTREAM, lambda it: it["actions"].pop(ACTION)),
            LOAD,
            f"ContractFileError: contracts/actions/: version 2018-07-17 has no {ACTION}",
            id="structure",
        ),
    ],
)
def test_forgotten_part_is_named(project: Path, tmp_path: Path, change: Change, code: str, message: str) -> None:
    copy = tmp_path / "project"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("__pycache__"))
    change(copy)

    done = run(copy, "-c", code)

    assert message in done.stderr.splitlines()[-1]
